"""Looking after the service: what needs an operator, and what has been kept long enough. Plain functions."""
