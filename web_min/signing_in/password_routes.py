"""Choosing passwords: the first one, by a mailed link, or in place of an initial password [manual 1.4, 2.2, 5.1]."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import func, select, union

from notifications.account_mail import queue_reset_link
from records.tables import Account, AuditEvent, Learner, OutboxMail, Purpose
from web_min.access import Role, opens_to
from web_min.auditing import record
from web_min.current import get_now, get_session
from web_min.signing_in.addresses import count_failure, find_network, find_pause, say_pause
from web_min.signing_in.attempts import check_password, go_on_after_password
from web_min.signing_in.forms import ChoosePasswordForm, ForgottenForm
from web_min.signing_in.password_rules import RULES
from web_min.signing_in.passwords import (
    LinkKind,
    find_account_of_link,
    find_email,
    mail_reset_link,
    make_address,
    set_password,
)
from web_min.signing_in.sessions import hash_token

ACCOUNTS_A_NAME = 5  # that one request writes to
ASKS_AN_ADDRESS = 60  # network address, before it has to pause: a class of learners who have all forgotten theirs
MAILS_AN_HOUR = 5  # for one account: nobody's mailbox is filled through us
MAILS_A_MAILBOX = 20  # an hour, for learners: they name any address, and may not use up what its owner is mailed
MAILED, NOT_MAILED = "password link asked for", "password link asked for in vain"  # in the trail
NOBODY = "nobody@localhost"

blueprint = Blueprint("passwords", __name__)


@blueprint.get("/forgotten-password")
@opens_to(Role.ANYONE)
def forget() -> str:
    """Ask whose password it is [manual 2.2]."""
    return render_template("signing_in/forgotten.html", form=ForgottenForm(formdata=None))


@blueprint.post("/forgotten-password")
@opens_to(Role.ANYONE)
def send_link() -> ResponseReturnValue:
    """Mail a link to whom it may concern. The answer is the same whether or not there is anybody."""
    form = ForgottenForm()
    if not form.validate():
        return render_template("signing_in/forgotten.html", form=form), 400
    network, session = f"asks {find_network(request.remote_addr or '')}", get_session()
    if pause := find_pause(session, network, now=get_now(), limit=ASKS_AN_ADDRESS):
        form.add_error("username", f"Too many links were asked for from your network. Wait {say_pause(pause)}")
        return render_template("signing_in/forgotten.html", form=form), 429
    count_failure(session, network, now=get_now())
    accounts: Sequence[Account | None] = find_accounts_of(form.username.data) or [None]
    for account in accounts:
        to_email = find_email(account) if account else None
        is_mailed = account is not None and to_email is not None and may_mail(account, to_email)
        if account and to_email and is_mailed:
            mail_reset_link(account, to_email)
        else:
            pretend_to_mail()
        record(MAILED if is_mailed or account is None else NOT_MAILED, account=account)
    session.commit()
    return redirect(url_for("passwords.show_sent"))


@blueprint.get("/forgotten-password/sent")
@opens_to(Role.ANYONE)
def show_sent() -> str:
    """Say what happens next, whoever was asked for."""
    return render_template("signing_in/sent.html")


@blueprint.route("/choose-password/<token>", methods=["GET", "POST"])
@opens_to(Role.ANYONE)
def choose(token: str) -> ResponseReturnValue:
    """Choose a new password by a link from "Forgotten your password?"."""
    return choose_by_link(token, LinkKind.RESET)


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@opens_to(Role.ANYONE)
def accept(token: str) -> ResponseReturnValue:
    """Choose a first password, which verifies the email address too [manual 1.4]."""
    return choose_by_link(token, LinkKind.INVITATION)


@blueprint.route("/first-password", methods=["GET", "POST"])
@opens_to(Role.SIGNED_IN, during=Purpose.CHOOSE_PASSWORD)
def choose_first() -> ResponseReturnValue:
    """Choose a password in place of the initial one, which is good for this page only [manual 5.1]."""
    account: Account = current_user._get_current_object()
    form = ChoosePasswordForm(account)
    if form.validate_on_submit():
        if check_password(account, form.normalised):
            form.add_error("new_password", "Choose another password than the one you were given")
        else:
            set_password(account, form.normalised)
            go_on_after_password(account)
            get_session().commit()
            flash("Your new password is saved. Use it from now on.")
            return redirect(url_for("home.show"))
    page = render_template("signing_in/choose.html", form=form, rules=RULES, is_first=True, username=account.username)
    return page, 400 if form.errors else 200


def choose_by_link(token: str, kind: LinkKind) -> ResponseReturnValue:
    """Choose a password by a mailed link, which is used up by it."""
    account = find_account_of_link(token, kind)
    if account is None or (account.locked_at is not None and not account.is_staff):
        return render_template("signing_in/link_over.html", is_invitation=kind is LinkKind.INVITATION), 404
    form = ChoosePasswordForm(account)
    if not form.validate_on_submit():
        page = render_template(
            "signing_in/choose.html", form=form, rules=RULES, is_first=False, username=account.username
        )
        return page, 400 if form.errors else 200
    set_password(account, form.normalised)
    account.locked_at = None  # only staff get here locked, and unlock themselves by this
    account.confirmed_at = account.confirmed_at or get_now()
    get_session().commit()
    flash("Your password is saved. Sign in with it.")
    return redirect(url_for("signing_in.show"))


def find_accounts_of(name: str) -> Sequence[Account]:
    """Return the active accounts that a username or an email address stands for, a few at most.

    One may be the username of somebody and the address of others: all of them are meant, and each has its own mail.
    """
    key = name.lower()
    meant = union(
        select(Account.id).where(Account.username_key == key),
        select(Account.id).where(Account.email.is_not(None), func.lower(Account.email) == key),
        select(Learner.account_id).where(
            Learner.email.is_not(None), func.lower(Learner.email) == key, Learner.deleted_at.is_(None)
        ),
    )
    found = select(Account).where(Account.is_active, Account.id.in_(meant))
    in_order = found.order_by(Account.username_key != key, Account.kind != "staff", Account.id)
    return get_session().scalars(in_order.limit(ACCOUNTS_A_NAME)).all()


def pretend_to_mail() -> None:
    """Do the work of mailing a link, and undo it: the answer takes as long whether or not there is anybody."""
    session = get_session()
    with session.begin_nested() as pretence:
        may_mail(Account(id=0, kind="learner"), NOBODY)
        link = make_address("passwords.choose", token=hash_token(NOBODY))
        queue_reset_link(session, NOBODY, username=NOBODY, link=link, minutes=1, now=get_now())
        pretence.rollback()


def may_mail(account: Account, to_email: str) -> bool:
    """Tell whether one more link may be mailed to an account within the hour."""
    since = get_now() - timedelta(hours=1)
    of_account = select(func.count()).where(
        AuditEvent.account_id == account.id, AuditEvent.action == MAILED, AuditEvent.at > since
    )
    to_mailbox = select(func.count()).where(
        OutboxMail.to_email == to_email, OutboxMail.kind == "reset_password", OutboxMail.created_at > since
    )
    counted = [get_session().scalar(query) or 0 for query in (of_account, to_mailbox)]
    return counted[0] < MAILS_AN_HOUR and (account.is_staff or counted[1] < MAILS_A_MAILBOX)
