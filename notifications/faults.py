"""Faults of the world on a mail's way out."""


class SendFault(Exception):  # noqa: N818 - named for what it is to its readers
    """A mail could not be sent. Its text names no person or address.

    `can_retry` says whether trying again can help; `is_of_server` that the fault is no single mail's: the server can't
    be reached or signed in to, so that the next mail would meet the same.
    """

    def __init__(self, text: str, *, can_retry: bool, is_of_server: bool = False) -> None:
        super().__init__(text)
        self.can_retry = can_retry
        self.is_of_server = is_of_server
