"""What a learner's profile must hold to be complete: one list, asked of a learner or of the whole table.

Owns which parts are required. Approval is another matter: see `records.people.ProfileStatus`.
"""

from typing import NamedTuple

from sqlalchemy import ColumnElement, String, and_, or_

from records.tables import Learner


class ProfilePart(NamedTuple):
    """One required part. It is there when any of its columns is filled."""

    label: str
    columns: tuple[str, ...]


PROFILE_PARTS = (
    ProfilePart("First name", ("first_name",)),
    ProfilePart("Last name", ("last_name",)),
    ProfilePart("Date of birth", ("date_of_birth",)),
    ProfilePart("Postcode", ("postcode",)),
    ProfilePart("Email address or telephone", ("email", "telephone")),
    ProfilePart("Gender", ("gender",)),
    ProfilePart("Ethnicity", ("ethnicity",)),
    ProfilePart("Personal statement", ("personal_statement",)),
)


def list_missing_parts(learner: Learner) -> list[ProfilePart]:
    """Return the parts that the learner's profile lacks, in the order of `PROFILE_PARTS`."""
    return [part for part in PROFILE_PARTS if not any(getattr(learner, name) for name in part.columns)]


def _is_blank(name: str) -> ColumnElement[bool]:
    column = Learner.__table__.c[name]
    if not column.nullable:
        return column == ""
    return or_(column.is_(None), column == "") if isinstance(column.type, String) else column.is_(None)


IS_INCOMPLETE: ColumnElement[bool] = or_(*(and_(*map(_is_blank, part.columns)) for part in PROFILE_PARTS))
