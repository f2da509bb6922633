"""What the slips are made of: who has one and what it says, and who has none."""

from typing import NamedTuple


class Slip(NamedTuple):
    """What a card says.

    Args:
        provider_name: the learner's school or college.
        year_group: "Year 12"; "" when it is not known.
        name: the learner's first and last name.
        username: as it is to be typed.
        password: as it is to be typed.
        until: the moment until which the password is good, in words; "" when that does not end.
    """

    provider_name: str
    year_group: str
    name: str
    username: str
    password: str
    until: str


class LeftOut(NamedTuple):
    """A learner for whom there is no slip, and why and what to do."""

    provider_name: str
    name: str
    username: str
    reason: str
