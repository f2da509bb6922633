"""What can be done to an account, each by a POST of its own that leads back to the account's page."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from loaders.staff import StaffError
from web_min.access import Role, opens_to
from web_min.current import get_session
from web_min.staff.blueprint import ACCOUNT, blueprint
from web_min.staff.changes import do
from web_min.staff.reach import CAUSES, Action, find_staff_or_404, require_action
from web_min.staff.words import ACTION_WORDS

NO_CAUSE = "Nothing was changed: the account stands like that already."


@blueprint.post(f"{ACCOUNT}/{Action.RESEND}")
@opens_to(Role.STAFF_MANAGER)
def resend_invitation(account_id: int) -> ResponseReturnValue:
    """Mail the link to a first password once more [manual 1.4]."""
    return _do(Action.RESEND, account_id)


@blueprint.post(f"{ACCOUNT}/{Action.DISABLE}")
@opens_to(Role.STAFF_MANAGER)
def disable(account_id: int) -> ResponseReturnValue:
    """Let the person sign in no more, from now on."""
    return _do(Action.DISABLE, account_id)


@blueprint.post(f"{ACCOUNT}/{Action.ENABLE}")
@opens_to(Role.STAFF_MANAGER)
def enable(account_id: int) -> ResponseReturnValue:
    """Let the person sign in again."""
    return _do(Action.ENABLE, account_id)


@blueprint.post(f"{ACCOUNT}/{Action.UNLOCK}")
@opens_to(Role.ADMINISTRATOR)
def unlock(account_id: int) -> ResponseReturnValue:
    """Let somebody with too many wrong passwords try again."""
    return _do(Action.UNLOCK, account_id)


@blueprint.post(f"{ACCOUNT}/{Action.REQUIRE_TWO_STEP}")
@opens_to(Role.ADMINISTRATOR)
def require_two_step(account_id: int) -> ResponseReturnValue:
    """Ask for a code from an authenticator app at each sign-in."""
    return _do(Action.REQUIRE_TWO_STEP, account_id)


@blueprint.post(f"{ACCOUNT}/{Action.STOP_REQUIRING_TWO_STEP}")
@opens_to(Role.ADMINISTRATOR)
def stop_requiring_two_step(account_id: int) -> ResponseReturnValue:
    """Leave the second step to the person."""
    return _do(Action.STOP_REQUIRING_TWO_STEP, account_id)


@blueprint.post(f"{ACCOUNT}/{Action.RESET_TWO_STEP}")
@opens_to(Role.ADMINISTRATOR)
def reset_two_step(account_id: int) -> ResponseReturnValue:
    """Forget the authenticator app of somebody who has it no more."""
    return _do(Action.RESET_TWO_STEP, account_id)


@blueprint.post(f"{ACCOUNT}/{Action.MAKE_ADMINISTRATOR}")
@opens_to(Role.ADMINISTRATOR)
def make_administrator(account_id: int) -> ResponseReturnValue:
    """Make a learner manager an administrator."""
    return _do(Action.MAKE_ADMINISTRATOR, account_id)


@blueprint.post(f"{ACCOUNT}/{Action.UNMAKE_ADMINISTRATOR}")
@opens_to(Role.ADMINISTRATOR)
def unmake_administrator(account_id: int) -> ResponseReturnValue:
    """Make an administrator a learner manager."""
    return _do(Action.UNMAKE_ADMINISTRATOR, account_id)


def _do(action: Action, account_id: int) -> ResponseReturnValue:
    """Do it if it may be done and there is cause: of two people who click at once, the second is told."""
    session = get_session()
    account = find_staff_or_404(account_id)
    require_action(account, action)
    if not CAUSES[action](account):
        flash(NO_CAUSE)
        return redirect(url_for("staff.show", account_id=account_id))
    try:
        do(action, account)
        session.commit()
        flash(ACTION_WORDS[action].done)
    except StaffError as refused:
        session.rollback()
        flash(str(refused))
    return redirect(url_for("staff.show", account_id=account_id))
