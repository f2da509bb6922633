"""Doing to an account what a page offers, and recording it. Who may do what is in `reach`. The caller commits."""

from collections.abc import Callable

from loaders.administrators import disable, enable, make_administrator, unmake_administrator
from records.tables import Account
from web_min.auditing import record
from web_min.current import get_session
from web_min.signing_in.passwords import mail_invitation
from web_min.signing_in.sessions import end_all_sessions
from web_min.staff.reach import Action


def do(action: Action, account: Account) -> None:
    """Do it.

    Raises:
        StaffError: it would take the last active administrator away.
    """
    DOINGS[action](account)


def _resend_invitation(account: Account) -> None:
    mail_invitation(account, is_repeated=True)
    record("invitation sent again", account=account)


def _disable(account: Account) -> None:
    disable(get_session(), account, record=record)
    end_all_sessions(account)


def _unlock(account: Account) -> None:
    account.locked_at = None
    account.failed_sign_in_count = 0
    record("account unlocked", account=account)


def _require_two_step(account: Account) -> None:
    account.has_to_use_two_step = True
    # Whoever has not confirmed the account yet is signed in nowhere, and keeps the link of the invitation.
    if account.two_step_secret is None and account.confirmed_at is not None:
        end_all_sessions(account)
    record("two-step sign-in required", account=account)


def _stop_requiring_two_step(account: Account) -> None:
    account.has_to_use_two_step = False
    record("two-step sign-in not required", account=account)


def _reset_two_step(account: Account) -> None:
    account.two_step_secret = account.two_step_counter = None
    end_all_sessions(account)
    record("two-step sign-in reset", account=account)


DOINGS: dict[Action, Callable[[Account], None]] = {
    Action.RESEND: _resend_invitation,
    Action.DISABLE: _disable,
    Action.ENABLE: lambda account: enable(account, record=record),
    Action.UNLOCK: _unlock,
    Action.REQUIRE_TWO_STEP: _require_two_step,
    Action.STOP_REQUIRING_TWO_STEP: _stop_requiring_two_step,
    Action.RESET_TWO_STEP: _reset_two_step,
    Action.MAKE_ADMINISTRATOR: lambda account: make_administrator(account, record=record),
    Action.UNMAKE_ADMINISTRATOR: lambda account: unmake_administrator(get_session(), account, record=record),
}
