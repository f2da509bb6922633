"""Everybody's own details: where they are kept, judging what was typed as a spreadsheet's cells are, and saving it.

Staff have theirs in their account, learners in their learner's row, which their provider sees and imports change.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from sqlalchemy import CursorResult, select, update

from records.tables import Account, Learner
from schemas.columns import COLUMNS
from schemas.rules import ERROR
from schemas.validation import judge_values
from web_min.auditing import record
from web_min.current import get_now, get_session
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
Changes = dict[str, list[str | None]]  # by column: old and new


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


def save_details(account: Account, learner: Learner | None, values: Mapping[str, str | None]) -> bool:
    """Save an account's own details, in the learner's row where there is one. The caller commits.

    A new email address spoils the links that were mailed to the old one, which is told, and ends the account's other
    sessions.

    Returns:
        Whether they are saved: not when somebody else has changed the learner since it was loaded.
    """
    owner = learner or account
    changes: Changes = {
        name: [getattr(owner, name), value] for name, value in values.items() if getattr(owner, name) != value
    }
    if not changes:
        return True
    if learner is None:
        for name in changes:
            setattr(account, name, values[name])
        record("own details changed", account=account, details={"changes": changes})
    elif not _change_learner(learner, account, changes):
        return False
    if "email" in changes:
        keep_only_this_session(account)
        tell_of_change(account, "email address", changes["email"][0])
    return True


def _change_learner(learner: Learner, account: Account, changes: Changes) -> bool:
    """Write them and their audit event as an import writes a learner's (`loaders.updating`)."""
    assigned: dict[str, Any] = {name: new for name, (_, new) in changes.items()}
    written = get_session().execute(
        update(Learner)
        .where(Learner.id == learner.id, Learner.version == learner.version, Learner.deleted_at.is_(None))
        .values(version=Learner.version + 1, updated_at=get_now(), **assigned)
    )
    if not cast(CursorResult[tuple[()]], written).rowcount:
        return False
    record(
        "learner updated",
        account=account,
        provider_id=learner.provider_id,
        learner_id=learner.id,
        details={"changes": changes},
    )
    return True
