"""How everything stands, for `learner-imports status`: queue, outcomes, mail, alerts, parts, Prefect, disk.

Reads and changes nothing. Owns what counts as needing someone; how it is shown is the command line's.
"""

import base64
import json
import os
import shutil
import socket
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flows.run_signs import PART as IMPORT_RUN
from flows.upkeep.stuck_imports import STUCK, Waiting, find_waiting
from flows.upkeep.watching import is_dead
from records.beats import MISSED_SECONDS, list_beats
from records.database import Database
from records.tables import Alert, ImportStatus, LearnerImport, OutboxMail, Provider
from records.upgrade import find_revision
from settings import Settings

OUTCOMES_SHOWN = 8
ALERTS_NAMED = 4
RECENT = timedelta(hours=24)  # how far back alerts and given-up mail are shown
FRESH = timedelta(hours=1)  # an alert seen within this time needs someone
MAIL_OVERDUE = timedelta(minutes=30)
LOOKED_AT = ("import_failed", "import_stuck", "worker_missing", "mail_given_up", "disk_full")  # here anew: as it is now
PREFECT_SECONDS = 2.0
LEAST_FREE_SHARE = 0.05
OUTCOMES = (ImportStatus.SUCCESSFUL, ImportStatus.UNSUCCESSFUL, ImportStatus.FAILED)


def find_standing(database: Database, settings: Settings, now: datetime) -> dict[str, Any]:
    """Gather how everything stands, as plain data that JSON can hold; moments are ISO 8601 in UTC.

    `needs` says in sentences what needs someone; nothing does when it is empty.

    Raises:
        sqlalchemy.exc.OperationalError: the database does not answer.
    """
    with database.read() as session:
        waiting = find_waiting(session, now)
        standing: dict[str, Any] = {
            "queue": _describe_queue(session, waiting),
            "processing": _list_held(session),
            "last_outcomes": _list_outcomes(session),
            "mail": _describe_mail(session, now),
            "alerts": _list_alerts(session, now),
            "parts": _list_parts(session, now),
        }
    standing["prefect"] = ask_prefect(settings, find_prefect(settings, standing["parts"]))
    standing["database"] = {
        "kind": "SQLite" if database.is_sqlite else "PostgreSQL",
        "version": find_revision(database),
    }
    standing["disk"] = _describe_disk(settings)
    needs = list_needs(standing, waiting, now)
    return {"is_well": not needs, "needs": needs} | standing


def _describe_queue(session: Session, waiting: Waiting | None) -> dict[str, Any]:
    counted = select(LearnerImport.status, func.count(LearnerImport.id)).group_by(LearnerImport.status)
    counts: dict[str, int] = dict(iter(session.execute(counted.where(LearnerImport.erased_at.is_(None)))))
    return {
        "requested_count": counts.get(ImportStatus.REQUESTED, 0),
        "processing_count": counts.get(ImportStatus.PROCESSING, 0),
        "failed_count": counts.get(ImportStatus.FAILED, 0),
        "oldest_waiting": waiting
        and {"import_id": waiting.import_id, "ukprn": waiting.ukprn, "since": _write(waiting.since)},
    }


def _list_held(session: Session) -> list[dict[str, Any]]:
    held = (
        select(LearnerImport, Provider.ukprn)
        .join(LearnerImport.provider)
        .where(LearnerImport.status == ImportStatus.PROCESSING)
        .order_by(LearnerImport.id)
    )
    return [
        {
            "import_id": record.id,
            "ukprn": ukprn,
            "attempt_count": record.attempt_count,
            "holder": record.lease_holder,
            "leased_at": _write(record.leased_at),
            "lease_until_at": _write(record.lease_until_at),
        }
        for record, ukprn in session.execute(held)
    ]


def _list_outcomes(session: Session) -> list[dict[str, Any]]:
    latest = (
        select(LearnerImport, Provider.ukprn)
        .join(LearnerImport.provider)
        .where(LearnerImport.status.in_(OUTCOMES))
        .order_by(LearnerImport.processed_at.desc(), LearnerImport.id.desc())
        .limit(OUTCOMES_SHOWN)
    )
    return [
        {
            "import_id": record.id,
            "ukprn": ukprn,
            "status": "already imported" if record.repeats_import_id else record.status,
            "processed_at": _write(record.processed_at),
            "row_count": record.row_count,
            "error_count": record.error_count,
        }
        for record, ukprn in session.execute(latest)
    ]


def _describe_mail(session: Session, now: datetime) -> dict[str, Any]:
    is_waiting = OutboxMail.status == "waiting"
    waiting_count, oldest_at = session.execute(
        select(func.count(), func.min(OutboxMail.created_at)).where(is_waiting)
    ).one()
    given_up = (OutboxMail.status == "given_up", OutboxMail.next_attempt_at > now - RECENT)
    given_up_count = session.scalar(select(func.count()).where(*given_up))
    reasons = select(OutboxMail.fault).where(OutboxMail.fault.is_not(None), is_waiting | given_up[0])
    return {
        "waiting_count": waiting_count,
        "oldest_waiting_since": _write(oldest_at),
        "given_up_count": given_up_count,
        "last_fault": session.scalar(reasons.order_by(OutboxMail.next_attempt_at.desc()).limit(1)),
    }


def _list_alerts(session: Session, now: datetime) -> list[dict[str, Any]]:
    recent = select(Alert).where(Alert.last_seen_at > now - RECENT).order_by(Alert.last_seen_at.desc())
    return [
        {
            "kind": alert.kind,
            "cause": alert.cause,
            "message": alert.message,
            "first_seen_at": _write(alert.first_seen_at),
            "last_seen_at": _write(alert.last_seen_at),
            "seen_count": alert.seen_count,
            "is_fresh": alert.last_seen_at > now - FRESH,
        }
        for alert in session.scalars(recent)
    ]


def _list_parts(session: Session, now: datetime) -> list[dict[str, Any]]:
    since = now - timedelta(seconds=MISSED_SECONDS)
    return [
        {
            "part": beat.part,
            "holder": beat.holder,
            "address": beat.address,
            "started_at": _write(beat.started_at),
            "beat_at": _write(beat.beat_at),
            "is_alive": beat.beat_at > since and not is_dead(beat, now),
        }
        for beat in list_beats(session)
    ]


def find_prefect(settings: Settings, parts: list[dict[str, Any]]) -> str:
    """Return the address of Prefect's API: as set, else where this machine's `up` has it, else where it would be.

    `up` takes another port where the one that is set is taken, and says so with its sign of life.
    """
    if named := os.environ.get("PREFECT_API_URL"):
        return named.rstrip("/")
    url = settings.effective_prefect_url
    for part in parts:
        is_here = part["holder"].rpartition(":")[0] == socket.gethostname()
        if part["part"] == "supervisor" and part["is_alive"] and is_here and not settings.prefect_url:
            url = part["address"] or url
    return f"{url}/api"


def ask_prefect(settings: Settings, address: str) -> dict[str, Any]:
    """Ask Prefect how many workers are online, without its client, which takes seconds to import."""
    request = urllib.request.Request(  # noqa: S310 - the operator's own address
        f"{address}/work_pools/learner-imports/workers/filter",
        data=json.dumps({"workers": {"status": {"any_": ["ONLINE"]}}}).encode(),
        headers={"Content-Type": "application/json"},
    )
    if auth := settings.prefect_auth.get_secret_value():
        request.add_header("Authorization", f"Basic {base64.b64encode(auth.encode()).decode()}")
    try:
        with urllib.request.urlopen(request, timeout=PREFECT_SECONDS) as answer:  # noqa: S310
            return {"answers": True, "online_worker_count": len(json.load(answer))}
    except urllib.error.HTTPError as refused:
        refused.close()
        return {"answers": refused.code < 500, "online_worker_count": 0}
    except (OSError, ValueError):
        return {"answers": False, "online_worker_count": 0}


def _describe_disk(settings: Settings) -> dict[str, Any]:
    disk = shutil.disk_usage(settings.home_folder)
    return {"free_bytes": disk.free, "total_bytes": disk.total}


def list_needs(standing: dict[str, Any], waiting: Waiting | None, now: datetime) -> list[str]:
    """Say in sentences what needs someone now."""
    queue, mail, prefect, disk = (standing[name] for name in ("queue", "mail", "prefect", "disk"))
    needs = []
    if count := queue["failed_count"]:
        needs.append(f"Imports failed ({count:,}): see `learner-imports imports list`; `imports retry` puts them back.")
    if waiting and waiting.since < now - STUCK:
        needs.append(f"{waiting}.")
    is_running = any(part["is_alive"] for part in standing["parts"])
    if not prefect["answers"] and (waiting or is_running):
        needs.append("Prefect does not answer, so no import run is started.")
    if prefect["answers"] and not prefect["online_worker_count"]:
        needs.append("No worker is online.")
    if mail["waiting_count"] and datetime.fromisoformat(mail["oldest_waiting_since"]) < now - MAIL_OVERDUE:
        needs.append(f"Mail waits ({mail['waiting_count']:,}), the oldest since {mail['oldest_waiting_since']}.")
    if count := mail["given_up_count"]:
        needs.append(f"Mail was given up within a day ({count:,}).")
    silent = [part for part in standing["parts"] if not part["is_alive"] and part["part"] != IMPORT_RUN]
    needs += [f"The {part['part']} ({part['holder']}) is silent." for part in silent]
    if not any(part["part"] == "collector" and part["is_alive"] for part in standing["parts"]):
        needs.append("No collector runs, so dropped files are not taken in.")
    told = [alert for alert in standing["alerts"] if alert["is_fresh"] and alert["kind"] not in LOOKED_AT]
    fresh = [f"Alert: {alert['message']}" for alert in told]
    needs += fresh[:ALERTS_NAMED]
    if len(fresh) > ALERTS_NAMED:
        more_count = len(fresh) - ALERTS_NAMED
        needs.append(f"{more_count:,} more {'alert' if more_count == 1 else 'alerts'} within the hour.")
    if disk["free_bytes"] < disk["total_bytes"] * LEAST_FREE_SHARE:
        needs.append("The disk is nearly full.")
    return needs


def _write(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
