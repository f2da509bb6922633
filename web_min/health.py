"""What a load balancer asks: does the website live (`/health`), and can it do its work (`/ready`)?

Liveness never asks the database: a database that is down is no reason to restart the website. Reasons are plain and
say nothing that helps an attacker: no address, version, path or error text.
"""

import tempfile
from pathlib import Path

from flask import Blueprint
from sqlalchemy.exc import SQLAlchemyError

from records.database import Database
from records.upgrade import HEAD, find_revision
from web_min.access import Role, opens_to
from web_min.current import get_database, get_home_folder

PROBE_BYTES = 4096

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@opens_to(Role.ANYONE)
def show() -> tuple[dict[str, str], int]:
    """Answer 200 for as long as the website serves."""
    return {"status": "ok"}, 200


@blueprint.get("/ready")
@opens_to(Role.ANYONE)
def show_readiness() -> tuple[dict[str, str], int]:
    """Answer 200 when database and disk can be worked with, else 503 and which can't."""
    fault = find_database_fault(get_database()) or find_disk_fault(get_home_folder())
    return ({"status": fault}, 503) if fault else ({"status": "ready"}, 200)


def find_database_fault(database: Database) -> str | None:
    """Return what is wrong with the database, or None."""
    try:
        return None if find_revision(database) == HEAD else "database is not at this version"
    except SQLAlchemyError:
        return "database does not answer"


def find_disk_fault(folder: Path) -> str | None:
    """Return what is wrong with the disk, or None. Writes a little, for a full disk tells nothing before that."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as probe:
            probe.write(b"\0" * PROBE_BYTES)
    except OSError:
        return "disk can't be written"
    return None
