"""Taking the next import through its steps, and looking at what that left."""

from sqlalchemy import func, select

from flows.processing import process_import
from flows.steps import take_import
from flows.workplace import Workplace
from records.tables import OutboxMail


def process_next(workplace: Workplace) -> None:
    work = take_import(workplace)
    assert work
    process_import(workplace, work)


def count(workplace: Workplace, table: type) -> int:
    with workplace.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def list_outcomes(workplace: Workplace) -> set[str]:
    return {path.name for path in (workplace.settings.drop_folder / "10001234" / "outcomes").iterdir()}


def read_mails(workplace: Workplace) -> list[OutboxMail]:
    with workplace.database.read() as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))
