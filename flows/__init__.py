"""Conducting the rooms: the steps of one import, and the Prefect flow whose tasks wrap them. Holds no rules of its own."""
