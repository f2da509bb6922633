"""Registering flows with Prefect, asking it for runs, and what it knows of them."""
