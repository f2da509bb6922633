"""`users`: accounts of staff from a terminal: the first administrator's, and links for where mail does not work.

Owns what is said. The rules are in `loaders.staff`, links and mails the website's (`cli.website`).
"""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from cli.opening import open_or_refuse
from flows.workplace import load_key, open_database
from loaders.memberships import ALL_BUT_USERS, Grant
from loaders.providers import ProviderError, find_registered
from loaders.recording import record_from_command_line
from loaders.staff import StaffError, add_staff
from notifications.outbox import Result, deliver_one
from notifications.senders import FileSender, find_file, make_sender
from records.database import Database
from records.tables import Account, OutboxMail, now
from settings import Settings

WITHOUT_MAIL = "To have a link without mail: learner-imports users link {username}"


@click.group()
def users() -> None:
    """Create accounts of staff."""


@users.command("add")
@click.argument("username")
@click.option("--email", required=True, help="Where mail to this person goes.")
@click.option("--role", required=True, type=click.Choice(["manager", "administrator"]))
@click.option("--ukprn", "ukprns", multiple=True, help="A provider whose learners they manage; may be repeated.")
def users_add(username: str, email: str, role: str, ukprns: tuple[str, ...]) -> None:
    """Create an account for a learner manager or an administrator, and mail a link to choose a password with."""
    from cli.website import open_website
    from web_min.current import get_session
    from web_min.signing_in.passwords import mail_invitation

    settings, database, key = Settings(), open_or_refuse(open_database), open_or_refuse(load_key)
    with open_website(settings, database, key):
        session = get_session()
        try:
            account = add_staff(
                session,
                username,
                email=email,
                is_administrator=role == "administrator",
                record=record_from_command_line(session),
                grants=[Grant(find_registered(session, one).id, ALL_BUT_USERS) for one in dict.fromkeys(ukprns)],
            )
        except (StaffError, ProviderError) as refused:
            raise click.UsageError(str(refused)) from None
        mail = mail_invitation(account)
        session.commit()
    click.echo(f"{username} is now {'an administrator' if role == 'administrator' else 'a learner manager'}.")
    click.echo(_send(settings, database, mail, username))


@users.command("link")
@click.argument("username")
def users_link(username: str) -> None:
    """Print a link with which a member of staff chooses a password. Earlier links, and sessions, end."""
    from cli.website import make_password_link, open_website

    settings, database, key = Settings(), open_or_refuse(open_database), open_or_refuse(load_key)
    with open_website(settings, database, key) as session:
        account = _find_staff(session, username)
        link = make_password_link(account)
        record_from_command_line(session)("password link shown", account=account)
        session.commit()
    click.echo(
        f"Whoever has this link chooses the password of {account.username}. It works once, for {link.life}. "
        "Give it to nobody else:",
        err=True,
    )
    click.echo(link.address)


def _find_staff(session: Session, username: str) -> Account:
    """Return the account of staff whose username it is, in capitals or not, or end with exit status 2."""
    named = select(Account).where(Account.username_key == username.lower(), Account.kind == "staff")
    account = session.scalars(named).one_or_none()
    if account is None:
        raise click.UsageError("No member of staff has this username. To make an account: learner-imports users add")
    if not account.is_active:
        raise click.UsageError("This account is disabled. An administrator enables it on the website, under Staff.")
    return account


def _send(settings: Settings, database: Database, mail: OutboxMail, username: str) -> str:
    """Send the invitation at once; say where it went, never what stands in it."""
    sender = make_sender(settings)
    result = deliver_one(database, sender, mail.id, now=now)
    if result is Result.SENT and isinstance(sender, FileSender):
        return f"No mail server is set, so the invitation is in a file: {find_file(sender.folder, mail)}"
    if result is Result.SENT:
        return f"The invitation to choose a password has been sent to {mail.to_email}."
    if result is None:
        return f"The invitation to choose a password is on its way to {mail.to_email}."
    if result is Result.GIVEN_UP:
        return f"The invitation can't be sent to this address. {WITHOUT_MAIL.format(username=username)}"
    later = "The invitation could not be sent now. It will be sent later by itself, while the website or imports run."
    return f"{later}\n{WITHOUT_MAIL.format(username=username)}"


COMMANDS: dict[str, click.Command] = {"users": users}
