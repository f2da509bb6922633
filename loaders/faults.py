"""Faults of the world on the way from a file to the database. Their texts are safe to log: they hold no values."""


class LeaseLostError(Exception):
    """Another worker holds this import now, so what this one did was rolled back. Trying again is not this worker's."""
