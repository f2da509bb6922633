"""The settings of a learner's profile [manual 5.1 e]: Yes, No, or as the provider has it by default."""

from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, func, type_coerce

from records.tables import Learner, Provider


class ProfileSetting(NamedTuple):
    """One setting: the column of that name stands both in `Learner` and in `Provider`."""

    name: str
    label: str
    hint: str


PROFILE_SETTINGS = (
    ProfileSetting("is_apply_enabled", "Can apply", "Whether the learner may send applications, and not only search."),
    ProfileSetting(
        "is_profile_approval_required",
        "Profile needs approval",
        "Whether a learner manager has to approve the profile before it is used.",
    ),
    ProfileSetting(
        "is_reference_required", "Reference needed", "Whether the provider has to write a reference for the learner."
    ),
)


def is_on(learner: Learner, provider: Provider, name: str) -> bool:
    """Tell whether a setting is on for a learner: the learner's own, else the provider's default."""
    own: bool | None = getattr(learner, name)
    default: bool = getattr(provider, name)
    return default if own is None else own


def sql_is_on(name: str) -> ColumnElement[bool]:
    """Make the condition that a setting is on, over `Learner` and `Provider` joined."""
    columns: tuple[Any, Any] = getattr(Learner, name), getattr(Provider, name)
    return type_coerce(func.coalesce(*columns), Boolean)
