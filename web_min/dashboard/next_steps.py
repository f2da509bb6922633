"""What to do next: a sentence for each thing that needs the person, the most pressing first, with where to do it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from flask import url_for
from flask_login import current_user

from records.tables import ImportStatus
from web_min.dashboard.scope import DashboardScope
from web_min.imports.queries import ShownImport
from web_min.imports.statuses import CHECKED
from web_min.learners.states import LearnerState
from web_min.permissions import Permission, may


class NextStep(NamedTuple):
    """Something to do: the words before the link, those of the link, and where it leads."""

    before: str
    words: str
    address: str


# What is said of one learner and of several, before the link and in it, for who may edit them.
TO_DO_IN: dict[LearnerState, tuple[tuple[str, str], tuple[str, str]]] = {
    LearnerState.LOCKED_OUT: (
        ("1 learner is locked out:", "{:,} learners are locked out:"),
        ("unlock the account", "unlock them"),
    ),
    LearnerState.AWAITING_APPROVAL: (
        ("1 profile awaits approval:", "{:,} profiles await approval:"),
        ("approve it or send it back", "approve them or send them back"),
    ),
}


def list_next_steps(
    scope: DashboardScope, counts: Mapping[LearnerState, int], imports: Sequence[ShownImport]
) -> list[NextStep]:
    """Return what needs the person.

    Args:
        scope: the providers that are looked at.
        counts: of their learners by state.
        imports: their last imports, newest first.
    """
    return [*_list_files(scope, imports), *_list_learners(scope, counts)]


def _list_files(scope: DashboardScope, imports: Sequence[ShownImport]) -> Iterator[NextStep]:
    """Yield a step for each provider whose last file came to nothing, or was only checked."""
    seen = set()
    for shown in imports:
        if shown.provider_id in seen or not may(Permission.IMPORT, shown.provider_id):
            continue
        seen.add(shown.provider_id)
        whose = "Your" if shown.requested_by == current_user.username else "The"
        where = f" for {shown.provider_name}" if len(scope.provider_ids) > 1 else ""
        address = url_for("imports.show", import_id=shown.id)
        if shown.shown_status == ImportStatus.UNSUCCESSFUL:
            what = "can’t be imported" if shown.is_check else "was not loaded"
            yield NextStep(
                f"{whose} last file{where} {what}:", f"correct {_count(shown.error_count, 'error')}", address
            )
        elif shown.shown_status == CHECKED:
            yield NextStep(f"{whose} last file{where} was only checked:", "import it", address)


def _list_learners(scope: DashboardScope, counts: Mapping[LearnerState, int]) -> Iterator[NextStep]:
    """Yield a step for each state that the person can do something about."""
    for state, (befores, links) in TO_DO_IN.items():
        is_several = counts[state] > 1
        if counts[state] and _may(Permission.EDIT, scope):
            address = url_for("learners.show_list", state=state.value, **scope.address_parts)
            yield NextStep(befores[is_several].format(counts[state]), links[is_several], address)
    if new := counts[LearnerState.NEVER_SIGNED_IN]:
        words = f"Print slips for {_count(new, 'learner')} who {'has' if new == 1 else 'have'} not logged in"
        yield NextStep("", words, url_for("credentials.show_list", **scope.address_parts))
    if not counts[LearnerState.ALL] and _may(Permission.IMPORT, scope):
        address = url_for("imports.show_list", **scope.address_parts)
        yield NextStep("There are no learners yet:", "import them", address)


def _may(permission: Permission, scope: DashboardScope) -> bool:
    return any(may(permission, provider_id) for provider_id in scope.provider_ids)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else f'{noun}s'}"
