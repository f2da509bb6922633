"""How the area calls things: the list's columns, what can be done to learners, where a profile stands."""

from typing import NamedTuple

from records.tables import ProfileStatus
from web_min.imports.statuses import Tag
from web_min.permissions import Permission

HEADINGS = {
    "last_name": "Last name",
    "first_name": "First name",
    "username": "Username",
    "email": "Email address",
    "year_group": "Year group",
    "provider": "Provider",
}


class Action(NamedTuple):
    """What can be done to learners.

    Args:
        name: as forms send it.
        label: on the button below the list, of those who are ticked.
        own_label: on one learner's page.
        permission: what it takes.
        question: what is asked first, of one learner and of many; None where it is done at once.
        consequence: what the question says of what happens then.
        is_warning: whether the button is red.
    """

    name: str
    label: str
    own_label: str
    permission: Permission
    question: tuple[str, str] | None = None
    consequence: str = ""
    is_warning: bool = False


ACTIONS = {
    action.name: action
    for action in (
        Action(
            "reset",
            "Reset passwords",
            "Reset password",
            Permission.EDIT,
            ("Reset this learner’s password?", "Reset the passwords of {count} learners?"),
            "Each gets a new initial password. What they sign in with now stops working, they are signed out, and who "
            "is locked out is unlocked.",
        ),
        Action("unlock", "Unlock", "Unlock", Permission.EDIT),
        Action(
            "delete",
            "Delete",
            "Delete",
            Permission.DELETE,
            ("Delete this learner?", "Delete {count} learners?"),
            "They can’t sign in any more and are in no list. For {days} days you can restore them; then all that is "
            "known of them is erased.",
            is_warning=True,
        ),
    )
}

PROFILE_TAGS: dict[str, Tag] = {
    ProfileStatus.DRAFT: Tag("Being written", "grey"),
    ProfileStatus.SUBMITTED: Tag("Awaiting approval", "blue"),
    ProfileStatus.APPROVED: Tag("Approved", "green"),
    ProfileStatus.RETURNED: Tag("Returned to the learner", "purple"),
}
