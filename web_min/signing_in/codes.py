"""The codes of authenticator apps: making secrets, showing them to an app, judging codes. Each works once.

Owns no page and counts no wrong code; `confirming` does that. A secret is encrypted wherever it is kept.
"""

from typing import Any, cast

from flask import current_app
from flask_security.totp import Totp
from passlib.exc import UsedTokenError
from sqlalchemy import CursorResult, or_, update

from records.tables import Account
from web_min.current import get_session

STEP_SECONDS = 30  # a code is good for one step, and beside it for the one before and the one after: clocks differ


class Codes(Totp):
    """Flask-Security's codes, with the last one that was used kept in the account's row."""

    def get_last_counter(self, user: Any) -> int | None:
        """Return the number of the account's last code; earlier ones are not looked at."""
        return cast(Account, user).two_step_counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Use up a code. The caller commits.

        Raises:
            UsedTokenError: somebody else was faster with it, or with a later one.
        """
        is_unused = or_(Account.two_step_counter.is_(None), Account.two_step_counter < tmatch.counter)
        used = get_session().execute(
            update(Account).where(Account.id == user.id, is_unused).values(two_step_counter=tmatch.counter)
        )
        if not cast(CursorResult[tuple[()]], used).rowcount:
            raise UsedTokenError


def get_codes() -> Codes:
    """Return what makes and judges codes under the app's key."""
    return cast(Codes, current_app.extensions["codes"])


def use_code(account: Account, code: str) -> bool:
    """Tell whether a code is the account's, now, for the first time; it is used up by that. The caller commits."""
    return judge_code(account, code, secret=account.two_step_secret or "")


def judge_code(account: Account, code: str, *, secret: str) -> bool:
    """Tell the same of a secret that may not be the account's yet."""
    return get_codes().verify_totp(code, secret, cast(Any, account), window=STEP_SECONDS)


def prove_secret(account: Account, code: str, *, secret: str) -> bool:
    """Give the account a secret, if the code proves that an app has it; tell whether it does. The caller commits."""
    last, account.two_step_counter = account.two_step_counter, None  # an earlier secret's codes count for nothing here
    if judge_code(account, code, secret=secret):
        account.two_step_secret = secret
        return True
    account.two_step_counter = last
    return False
