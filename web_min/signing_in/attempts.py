"""One attempt to sign in: is it this account's password, and may the account sign in at all?

A wrong user name, a wrong password and a locked account take the same time and look the same. An attempt is counted
before the password is looked at, so that many at once get no more tries than one after the other.
"""

import hmac
import unicodedata
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from flask import current_app, request
from sqlalchemy import select, update

from loaders.sealing import SealError
from records.tables import Account, Purpose
from web_min.auditing import record
from web_min.current import get_now, get_sealer, get_session, get_settings
from web_min.signing_in.addresses import (
    SUCCESS_COUNTS_AFTER,
    count_failure,
    find_network,
    find_pause,
    take_back_failures,
)
from web_min.signing_in.hashing import matches_hash
from web_min.signing_in.sessions import end_all_sessions, hold_account, start_session

LONGEST_TYPED = 256  # nothing longer is a user name or a password


class Result(StrEnum):
    """What became of an attempt."""

    SIGNED_IN = "signed in"
    REFUSED = "refused"
    EXPIRED = "expired"  # the initial password was right, once
    SLOWED_DOWN = "slowed down"


class Attempt(NamedTuple):
    """The result, and where it is `SLOWED_DOWN` how long to wait."""

    result: Result
    pause: timedelta = timedelta()


def attempt_sign_in(username: str, password: str, *, address: str) -> Attempt:
    """Sign in whom these belong to, in a session of the purpose that comes next. Commits.

    Args:
        username: as typed.
        password: as typed.
        address: the network address that the request is from.
    """
    session, now, settings = get_session(), get_now(), get_settings()
    network = find_network(address)
    pause = find_pause(session, network, now=now, limit=settings.address_failure_limit)
    if pause:
        return Attempt(Result.SLOWED_DOWN, pause)
    account = find_account(username)
    may_try = count_attempt(account)
    session.commit()  # nothing is held while the password is looked at, which takes a tenth of a second
    is_right = check_password(account, password)
    if not (account and may_try and is_right and hold_account(account) and may_sign_in(account)):
        note_failure(account, network)
        return Attempt(Result.REFUSED)
    if is_initial_expired(account):
        account.failed_sign_in_count = 0
        record("initial password expired", account=account, actor=account)
        session.commit()
        return Attempt(Result.EXPIRED)
    go_on_after_password(account)
    session.commit()
    return Attempt(Result.SIGNED_IN)


def find_account(username: str) -> Account | None:
    """Return the account of this user name, written in capitals or not."""
    wanted = username.strip()[:LONGEST_TYPED].lower()
    return get_session().scalars(select(Account).where(Account.username_key == wanted)).one_or_none()


def count_attempt(account: Account | None) -> bool:
    """Count a try at the account's password; tell whether it had one left.

    The caller commits, and reads the count anew (`hold_account`) before it changes it.
    """
    counted = get_session().scalar(
        update(Account)
        .where(
            Account.id == (account.id if account else -1),
            Account.locked_at.is_(None),
            Account.failed_sign_in_count < get_settings().sign_in_failure_limit,
        )
        .values(failed_sign_in_count=Account.failed_sign_in_count + 1)
        .returning(Account.failed_sign_in_count)
        .execution_options(synchronize_session=False)
    )
    return counted is not None


def check_password(account: Account | None, password: str) -> bool:
    """Tell whether it is the account's own or initial password. One hash is worked out, whatever there is.

    An initial password is typed from a slip of paper: in capitals, or with spaces around it, it is right as well.
    """
    typed = current_app.extensions["security"].password_util.normalize(password[:LONGEST_TYPED])
    is_own = matches_hash(typed, account.password_hash if account else None)
    if account is None or account.password_hash or account.initial_password_sealed is None:
        return is_own
    try:
        initial = get_sealer().open(account.id, account.initial_password_sealed)
    except SealError:
        return False
    return any(hmac.compare_digest(initial.encode(), spelling.encode()) for spelling in spell_initial(password))


def spell_initial(typed: str) -> list[str]:
    """Return the initial passwords that may have been meant by what was typed."""
    plain = unicodedata.normalize("NFKC", typed[:LONGEST_TYPED]).strip()
    return [plain, plain.lower()]


def may_sign_in(account: Account) -> bool:
    """Tell whether the account is neither disabled nor locked."""
    return account.is_active and account.locked_at is None


def is_initial_expired(account: Account) -> bool:
    """Tell whether it has but an initial password, whose time is over."""
    expires_at = account.initial_password_expires_at
    return account.password_hash is None and expires_at is not None and expires_at <= get_now()


def lock(account: Account) -> None:
    """Lock an account and end all that it is signed in to. The caller commits."""
    account.locked_at = get_now()
    end_all_sessions(account)
    record("account locked", account=account)


def find_next_purpose(account: Account) -> Purpose:
    """Return what a session is good for once the account's password was right."""
    if account.password_hash is None or account.has_to_change_password:
        return Purpose.CHOOSE_PASSWORD
    if account.two_step_secret:
        return Purpose.GIVE_CODE
    return Purpose.SET_UP_TWO_STEP if account.has_to_use_two_step else Purpose.FULL


def note_signed_in(account: Account) -> None:
    """Write down that the account is signed in with all that was asked for. The caller commits.

    It makes up for some wrong passwords from the same address: not before, for an initial password alone could be
    given again and again.
    """
    last, account.last_signed_in_at = account.last_signed_in_at, get_now()
    account.failed_sign_in_count = 0
    if account.first_signed_in_at is None:
        account.first_signed_in_at = get_now()
    record("signed in", account=account, actor=account)
    if last is None or get_now() - last > SUCCESS_COUNTS_AFTER:
        get_session().flush()  # the account's row is held before the address's, by everyone
        take_back_failures(get_session(), find_network(request.remote_addr or ""), now=get_now())


def go_on_after_password(account: Account) -> None:
    """Sign in an account whose password was right, for whatever comes next. The caller holds it, and commits."""
    purpose = find_next_purpose(account)
    if purpose is Purpose.CHOOSE_PASSWORD:
        end_all_sessions(account)  # an initial password is good in one browser at a time
        account.failed_sign_in_count = 0
        record("signed in with initial password", account=account, actor=account)
    elif purpose is Purpose.GIVE_CODE:  # no failure so far; what wrong codes have counted stays
        account.failed_sign_in_count = max(account.failed_sign_in_count - 1, 0)
    else:
        note_signed_in(account)
    start_session(account, purpose)


def note_failure(account: Account | None, network: str, action: str = "sign-in failed") -> None:
    """Write down that a try went wrong, and lock the account when it was the last one that it had. Commits.

    Args:
        account: whose password or code it was to be.
        network: that it came from, as `find_network` gives it.
        action: as the audit trail calls it.
    """
    session = get_session()
    record(action, account=account, details={"address": network})
    if account is not None:
        hold_account(account)  # before the address's row, as everyone does
        if account.locked_at is None and account.failed_sign_in_count >= get_settings().sign_in_failure_limit:
            lock(account)
            session.flush()
    count_failure(session, network, now=get_now())
    session.commit()
