"""The sample workbooks, the outcome each must have, and the script that makes both (`make samples`)."""
