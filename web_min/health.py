"""What a load balancer or a person asks first: does the website answer, and does its database?"""

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from web_min.current import get_database

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
def show() -> tuple[dict[str, str], int]:
    """Answer 200 when the database does, else 503."""
    try:
        with get_database().read() as session:
            session.execute(select(1))
    except SQLAlchemyError:
        return {"status": "database does not answer"}, 503
    return {"status": "ok"}, 200
