"""Faults of the world on a mail's way out."""


class SendFault(Exception):  # noqa: N818 - named for what it is to its readers
    """A mail could not be sent. Its text names no person or address; `can_retry` says whether trying again can help."""

    def __init__(self, text: str, *, can_retry: bool) -> None:
        super().__init__(text)
        self.can_retry = can_retry
