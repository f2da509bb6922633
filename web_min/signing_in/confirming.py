"""Asking someone for a secret again whose session names the account: its password, or a code of its app.

Wrong ones count and lock as they do at sign-in, so that a stolen session, or a password alone, can't guess on.
"""

from collections.abc import Callable
from functools import partial

from flask import abort, flash, redirect, request, url_for

from records.tables import Account
from web_min.current import get_session, get_settings
from web_min.signing_in.addresses import find_network
from web_min.signing_in.attempts import check_password, count_attempt, note_failure
from web_min.signing_in.codes import use_code
from web_min.signing_in.sessions import end_session, hold_account


def confirm_password(account: Account, password: str) -> bool:
    """Tell whether it is the account's password. Commits when it is not.

    Raises:
        werkzeug.exceptions.HTTPException: it was the last try; the session is over, and the sign-in page says so.
    """
    return _confirm(account, partial(check_password, account, password), "wrong current password")


def confirm_code(account: Account, code: str) -> bool:
    """Tell whether it is a code of the account's app that was not used yet. Commits when it is not.

    Raises:
        werkzeug.exceptions.HTTPException: as `confirm_password`.
    """
    return _confirm(account, partial(use_code, account, code), "wrong code")


def _confirm(account: Account, is_right: Callable[[], bool], failure: str) -> bool:
    may_try = count_attempt(account)
    get_session().commit()
    if may_try and is_right() and hold_account(account):
        account.failed_sign_in_count = 0
        return True
    note_failure(account, find_network(request.remote_addr or ""), failure)
    if account.locked_at is not None:
        _leave_locked_account(account)
    return False


def _leave_locked_account(account: Account) -> None:
    end_session()
    get_session().commit()
    advice = "Use “Forgotten your password?” to unlock it." if account.is_staff else "Ask your school or college."
    limit = get_settings().sign_in_failure_limit
    flash(f"Your account is locked, for {limit} wrong passwords or codes were entered in a row. {advice}")
    abort(redirect(url_for("signing_in.show")))
