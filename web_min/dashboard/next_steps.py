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

    def lead_to(state: LearnerState) -> str:
        return url_for("learners.show_list", state=state.value, **scope.address_parts)

    locked, waiting = counts[LearnerState.LOCKED_OUT], counts[LearnerState.AWAITING_APPROVAL]
    if locked and _may(Permission.EDIT, scope):
        words = f"unlock {'it' if locked == 1 else 'them'}"
        yield NextStep(
            f"{_count(locked, 'learner')} {'is' if locked == 1 else 'are'} locked out:",
            words,
            lead_to(LearnerState.LOCKED_OUT),
        )
    if waiting and _may(Permission.EDIT, scope):
        words = f"approve {'it' if waiting == 1 else 'them'} or send {'it' if waiting == 1 else 'them'} back"
        yield NextStep(
            f"{_count(waiting, 'profile')} {'awaits' if waiting == 1 else 'await'} approval:",
            words,
            lead_to(LearnerState.AWAITING_APPROVAL),
        )
    if new := counts[LearnerState.NEVER_SIGNED_IN]:
        address = url_for("credentials.show_list", **scope.address_parts)
        yield NextStep(
            "", f"Print slips for {_count(new, 'learner')} who {'has' if new == 1 else 'have'} not logged in", address
        )
    if not counts[LearnerState.ALL] and _may(Permission.IMPORT, scope):
        yield NextStep("There are no learners yet:", "import them", url_for("imports.show_list", **scope.address_parts))


def _may(permission: Permission, scope: DashboardScope) -> bool:
    return any(may(permission, provider_id) for provider_id in scope.provider_ids)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else f'{noun}s'}"
