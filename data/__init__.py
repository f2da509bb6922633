"""Data that comes with the project: the sample workbooks. Nothing that runs for users imports it."""
