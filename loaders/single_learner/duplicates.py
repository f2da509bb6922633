"""Whether a learner whom somebody fills in is at the provider already, by the rules that imports match rows by."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.tables import Learner
from schemas.columns import LEARNER_NAMES

IDENTIFIERS = ("uln", "upn", "ccis")


class Duplicate(NamedTuple):
    """A learner of the provider who is the one that was filled in.

    Args:
        learner_id: who.
        identifiers: which of them both have; none where name and date of birth or postcode told.
    """

    learner_id: int
    identifiers: tuple[str, ...]


def find_duplicates(
    session: Session, values: Mapping[str, str | None], *, provider_id: int, except_id: int | None = None
) -> list[Duplicate]:
    """Return the provider's learners that an import would take the one for, by ULN, else UPN, else CCIS, else by name.

    Args:
        session: which is only read.
        values: the learner's, canonical texts by columns of the spreadsheet.
        provider_id: whose learners.
        except_id: the learner that is being changed.
    """
    import pandas as pd

    from loaders.agreement import NONE
    from loaders.matching import match_rows  # with pandas, whose import takes half a second

    rows = pd.DataFrame([dict(values)], columns=list(LEARNER_NAMES), dtype=object)
    matches = match_rows(session, rows, {}, provider_id=provider_id, except_id=except_id)
    found = matches.candidates.get(0) or [int(number) for number in matches.learner_ids if number != NONE]
    if not found:
        return []
    stored = session.scalars(select(Learner).where(Learner.id.in_(found)).order_by(Learner.id))
    return [Duplicate(learner.id, list_agreeing(learner, values)) for learner in stored]


def list_agreeing(learner: Learner, values: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return the identifiers that a learner shares with the one that was filled in."""
    given = {name: values[name] for name in IDENTIFIERS}
    return tuple(name for name, value in given.items() if value is not None and getattr(learner, name) == value)
