"""What the progress template shows of a learner."""

from typing import NamedTuple


class ProgressRow(NamedTuple):
    """A learner to fill in, in the order of `PROGRESS_COLUMNS`; None leaves a cell blank."""

    username: str
    uln: str | None
    first_name: str
    last_name: str
    has_qualifications: str
    has_reference: str
    application_count: int
    offer_count: int
