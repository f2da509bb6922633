"""Writing a row that the database may refuse because another one like it was written at this very moment."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from records.tables import Base


def is_kept(session: Session, row: Base) -> bool:
    """Write the row; tell whether the database took it.

    The database's error quotes values, so nothing of it is kept. After a refusal the caller rolls back.
    """
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        return False
    return True
