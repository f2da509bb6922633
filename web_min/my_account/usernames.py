"""Changing one's own username."""

from loaders.holding import hold_providers
from loaders.single_learner.changing import touch
from loaders.uniqueness import is_kept
from records.tables import Account
from web_min.auditing import record
from web_min.current import get_now, get_session
from web_min.my_account.details import find_learner
from web_min.signing_in.passwords import find_email, tell_of_change
from web_min.signing_in.sessions import end_all_sessions


def change_username(account: Account, username: str) -> bool:
    """Give the account this username and end all its sessions and mailed links. Commits.

    Args:
        account: whose it is to be.
        username: judged already.

    Returns:
        Whether it has it now: not when another account has it, written in capitals or not.
    """
    session = get_session()
    learner = find_learner(account)
    if learner:  # as every change of a learner: imports compare first and write then
        hold_providers(session, learner.provider_id)
        session.refresh(learner, with_for_update=True)
    # A learner's username holds a name: the trail says that it changed, and no more.
    details = {} if learner else {"changes": {"username": [account.username, username]}}
    record(
        "username changed",
        account=account,
        provider_id=learner.provider_id if learner else None,
        learner_id=learner.id if learner else None,
        details=details,
    )
    if learner:
        touch(learner, get_now())  # a manager who has the learner open is told
    account.username, account.username_key = username, username.lower()
    if not is_kept(session, account):  # asking first would not be enough: two can take a name at once
        session.rollback()
        return False
    end_all_sessions(account)
    tell_of_change(account, "username", find_email(account))
    session.commit()
    return True
