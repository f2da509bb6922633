"""What permissions, standings and actions are called on the pages of staff. One table each."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement

from records.tables import Account
from web_min.imports.statuses import Tag
from web_min.permissions import Permission
from web_min.staff.reach import Action

PERMISSION_WORDS: dict[str, str] = {
    Permission.VIEW: "View",
    Permission.CREATE: "Create",
    Permission.EDIT: "Edit",
    Permission.DELETE: "Delete",
    Permission.IMPORT: "Import",
    Permission.MANAGE_USERS: "User manager",
}
PERMISSION_HINTS: dict[str, str] = {
    Permission.VIEW: "See the learners there, and search for them. Comes with all others.",
    Permission.CREATE: "Add learners one by one.",
    Permission.EDIT: "Change learners, give new passwords, unlock.",
    Permission.DELETE: "Delete learners.",
    Permission.IMPORT: "Import learners from spreadsheets.",
    Permission.MANAGE_USERS: "Make accounts for staff there, and say what each may do.",
}


class Standing(NamedTuple):
    """How an account stands: its tag, and when that is so, asked of one account or of the database."""

    tag: Tag
    holds_for: Callable[[Account], bool]
    condition: ColumnElement[bool]


_IS_DISABLED = ~Account.is_active
_IS_LOCKED = Account.is_active & Account.locked_at.is_not(None)
_IS_INVITED = Account.is_active & Account.locked_at.is_(None) & Account.confirmed_at.is_(None)

# The first that holds is an account's standing; the conditions leave the earlier ones out.
STANDINGS: dict[str, Standing] = {
    "disabled": Standing(Tag("Disabled", "grey"), lambda account: not account.is_active, _IS_DISABLED),
    "locked": Standing(Tag("Locked", "red"), lambda account: account.locked_at is not None, _IS_LOCKED),
    "invited": Standing(Tag("Not confirmed", "blue"), lambda account: account.confirmed_at is None, _IS_INVITED),
    "active": Standing(Tag("Active", "green"), lambda account: True, ~_IS_DISABLED & ~_IS_LOCKED & ~_IS_INVITED),
}


class ActionWords(NamedTuple):
    """How an action is offered, and what is said once it is done."""

    button: str
    explanation: str
    done: str


ACTION_WORDS: dict[Action, ActionWords] = {
    Action.RESEND: ActionWords(
        "Send the invitation again",
        "The person has not chosen a password yet. A new mail brings a new link; earlier links stop working.",
        "The invitation is on its way again. Earlier links no longer work.",
    ),
    Action.UNLOCK: ActionWords(
        "Unlock",
        "Too many wrong passwords locked the account. The person can also unlock it with “Forgotten your password?”.",
        "The account is unlocked.",
    ),
    Action.REQUIRE_TWO_STEP: ActionWords(
        "Require two-step sign-in",
        "From the next sign-in on, a code from an authenticator app is asked for as well. Whoever has no app set up is "
        "signed out now and sets it up then.",
        "Two-step sign-in is required from now on.",
    ),
    Action.STOP_REQUIRING_TWO_STEP: ActionWords(
        "Stop requiring two-step sign-in",
        "The person may then turn two-step sign-in off. It stays on until they do.",
        "Two-step sign-in is no longer required.",
    ),
    Action.RESET_TWO_STEP: ActionWords(
        "Reset two-step sign-in",
        "For a lost or new phone. Be sure who is asking. The person is signed out and needs the password only, until "
        "an app is set up again.",
        "Two-step sign-in is reset, and the person is signed out.",
    ),
    Action.MAKE_ADMINISTRATOR: ActionWords(
        "Make an administrator",
        "Administrators manage all providers, all staff, and read the audit trail.",
        "The person is now an administrator.",
    ),
    Action.UNMAKE_ADMINISTRATOR: ActionWords(
        "Make a learner manager",
        "The person keeps the permissions at the providers below, and no others.",
        "The person is no longer an administrator.",
    ),
    Action.DISABLE: ActionWords(
        "Disable",
        "The person is signed out and can no longer sign in. Nothing is deleted.",
        "The account is disabled, and the person is signed out.",
    ),
    Action.ENABLE: ActionWords("Enable", "The person can sign in again.", "The account is enabled."),
}


def find_standing(account: Account) -> Tag:
    """Return the tag of how an account stands."""
    return next(standing.tag for standing in STANDINGS.values() if standing.holds_for(account))


def word_permissions(permissions: Iterable[str]) -> str:
    """Write permissions as a list, such as "View, Create"."""
    return ", ".join(PERMISSION_WORDS[permission] for permission in permissions)


def name_person(account: Account) -> str:
    """Return the person's name, or the username of one who has given none."""
    return " ".join(part for part in (account.first_name, account.last_name) if part) or account.username
