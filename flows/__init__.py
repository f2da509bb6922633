"""Conducting the rooms: the steps of one import, and the Prefect flow around them. Holds no rules of its own."""
