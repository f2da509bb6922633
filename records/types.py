"""Column types that every table shares. Owns how our values are kept, not what they mean."""

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, ForeignKey, Index, Integer, MetaData, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. Refuses naive datetimes on the way in, gives aware ones on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into UTC; SQLite keeps it without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone: use datetime.now(UTC)")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the moment back as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")
JsonObject = JSON().with_variant(JSONB, "postgresql")

RowId = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=True)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
Name = Annotated[str, mapped_column(String(100))]
Email = Annotated[str, mapped_column(String(254))]
Telephone = Annotated[str, mapped_column(String(100))]


def reference(target: str, *, ondelete: str = "RESTRICT") -> Any:
    """Make a foreign key type for `Annotated`, such as `reference("provider.id")`."""
    return mapped_column(BigId, ForeignKey(target, ondelete=ondelete))


def partial_index(name: str, *columns: Any, where: str, unique: bool = False) -> Index:
    """Make an index of the rows that a condition holds for; a query uses it that states the condition in these words.

    Args:
        name: whole, as migrations write it.
        columns: names, or expressions of SQLAlchemy.
        where: SQL that both databases read alike.
        unique: whether no two of those rows may agree in the columns.
    """
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


class Base(DeclarativeBase):
    """The base of all tables, with names for constraints that migrations can rely on."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def now() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)
