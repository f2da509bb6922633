"""Everybody's own details: where they are kept, judging what was typed as a spreadsheet's cells are, and saving it.

Staff have theirs in their account, learners in their learner's row, which their provider sees and imports change.
"""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import select

from loaders.holding import hold_providers
from loaders.single_learner.changing import Changes
from loaders.single_learner.profile import fill_in_profile
from loaders.single_learner.recording import Person
from records.database import begin_writing
from records.tables import Account, Learner
from schemas.columns import COLUMNS
from schemas.rules import ERROR
from schemas.validation import judge_values
from web_min.auditing import record
from web_min.current import get_now, get_session
from web_min.forms import digest
from web_min.signing_in.passwords import tell_of_change
from web_min.signing_in.sessions import keep_only_this_session

DETAILS = ("first_name", "last_name", "email", "telephone")
NAME_BY_HEADING = {column.heading: column.name for column in COLUMNS}
# What is said beside a box when a rule of the spreadsheet is broken there.
WORDS = {
    "too_long": "{heading} is too long. Shorten it",
    "name_without_letters": "{heading} must have at least one letter",
    "email_invalid": "Enter a full email address, for example name@example.org",
    "scientific_notation": "Enter all digits of the telephone number",
}
OTHER_WORDS = "{heading} has characters that can’t be kept. Enter it again"

Values = dict[str, str | None]


class OvertakenError(Exception):
    """Somebody else has changed the details since they were looked at. Nothing was written."""


class Judged(NamedTuple):
    """What was typed: the values to keep, None where blank; errors by column; whether the number can be dialled."""

    values: Values
    errors: dict[str, str]
    is_telephone_plausible: bool


def judge_details(typed: Mapping[str, str]) -> Judged:
    """Judge details by the rules for a spreadsheet's cells. Whether one may be blank is not asked."""
    filled = {name: text for name, text in typed.items() if text}
    judged = judge_values(filled, today=get_now().date())
    errors = {}
    for finding in judged.findings:
        if finding.severity == ERROR and finding.column:
            hint = f". Did you mean {finding.suggestion}?" if finding.suggestion else ""
            words = WORDS.get(finding.rule, OTHER_WORDS).format(heading=finding.column)
            errors[NAME_BY_HEADING[finding.column]] = words + hint
    values = dict.fromkeys(typed) | {name: judged.learners[name].iloc[0] for name in filled}
    is_plausible = all(finding.rule != "telephone_implausible" for finding in judged.findings)
    return Judged(values, errors, is_plausible)


def find_learner(account: Account) -> Learner | None:
    """Return the learner whose account it is; None for staff."""
    if account.is_staff:
        return None
    return get_session().scalars(select(Learner).where(Learner.account_id == account.id)).one()


def read_details(owner: Account | Learner) -> Values:
    """Return one's details as they are kept."""
    return {name: getattr(owner, name) for name in DETAILS}


def save_details(account: Account, values: Mapping[str, str | None], *, seen: str) -> Changes:
    """Save an account's own details, in the learner's row where there is one. The caller commits.

    A new email address spoils the links that were mailed to the old one, which is told, and ends the account's other
    sessions. A learner's profile that was submitted or approved is a draft again.

    Args:
        account: whose.
        values: by column.
        seen: a digest of the details that these were written over.

    Returns:
        What changed, with old and new value.

    Raises:
        OvertakenError: somebody else has changed them since; nothing was written.
    """
    person, now = _hold_learner(account), get_now()
    owner = person.learner if person else account
    kept = read_details(owner)
    if digest(kept.values()) != seen:
        raise OvertakenError
    if person:
        changes = fill_in_profile(person, values, action="learner updated", record=record, now=now)
    else:
        changes = {name: [kept[name], value] for name, value in values.items() if kept[name] != value}
        for name in changes:
            setattr(account, name, values[name])
        if changes:
            record("own details changed", account=account, details={"changes": changes})
    if "email" in changes:
        keep_only_this_session(account)
        tell_of_change(account, "email address", kept["email"])
    return changes


def _hold_learner(account: Account) -> Person | None:
    """Return the learner whose account it is, read anew and held for a change; None for staff, whose account is held.

    Raises:
        OvertakenError: the learner was deleted a moment ago.
    """
    session = get_session()
    learner = find_learner(account)
    if learner is None:
        begin_writing(session)
        session.refresh(account, with_for_update=True)
        return None
    hold_providers(session, learner.provider_id)
    session.refresh(learner, with_for_update=True)
    if learner.deleted_at is not None:
        raise OvertakenError
    return Person(learner, account)
