"""What an alert says to operators: what to do for each kind, and the facts of each cause as data for the templates."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from records.tables import Alert
from schemas.dates_shown import format_moment

ALERTS_SHOWN = 30

# By kind: what it is called in a subject, and what to do.
ADVICE = {
    "import_failed": (
        "imports failed",
        "List them with `learner-imports imports list --status failed`. When the cause is mended, put them back with "
        "`learner-imports imports retry --all-failed`. The files are kept; their providers know.",
    ),
    "part_died": (
        "a part of the service died",
        "See with `learner-imports status` whether it runs again. `learner-imports up`, systemd and Compose start it "
        "again by themselves; otherwise start it, and look into its log for the reason.",
    ),
    "run_crashed": (
        "an import run ended badly",
        "Nothing is lost: its imports wait for the next run. Look at the run in the Prefect UI and into the worker's "
        "log. If it comes back, look for what the runs have in common.",
    ),
    "worker_missing": (
        "files wait and nobody works",
        "Start a worker (`prefect worker start --pool learner-imports --type process`, or the systemd unit or the "
        "container of the worker), and see with `learner-imports status` that the Prefect server answers.",
    ),
    "import_stuck": (
        "imports are stuck",
        "See with `learner-imports status` who holds them. Cancel the run that does in the Prefect UI, or restart the "
        "worker: what it held is taken up again by the next run.",
    ),
    "mail_given_up": (
        "mail could not be delivered",
        "See the reasons with `learner-imports status`. Mend the mail server's settings (LEARNER_IMPORTS_SMTP_…) or "
        "the address of the contact; who was not told can read the outcome in the folder and on the website.",
    ),
    "intake_fault": (
        "files can't be taken in",
        "See that the drop locations can be reached, read and written by this service, and that there is room on the "
        "disk. What was dropped stays where it is and is taken in as soon as that works.",
    ),
    "disk_full": (
        "the disk is nearly full",
        "Make room on that disk, or move LEARNER_IMPORTS_HOME to a larger one. Files that can't be kept stay in the "
        "providers' folders.",
    ),
}
OTHERWISE = ("something needs you", "See how everything stands with `learner-imports status`, and look into the logs.")


def describe_alerts(alerts: Sequence[Alert], *, pause: timedelta) -> dict[str, Any]:
    """Give the data of one alert mail about one cause or several, those seen last first.

    Args:
        alerts: at least one.
        pause: the least time between two mails on the same cause.
    """
    return {
        "title": find_title(alerts),
        "alerts": [describe_alert(alert) for alert in alerts[:ALERTS_SHOWN]],
        "hidden_count": len(alerts[ALERTS_SHOWN:]),
        "pause_minutes": max(1, round(pause.total_seconds() / 60)),
    }


def find_title(alerts: Sequence[Alert]) -> str:
    """Say in a few words what the mail is about."""
    titles = {ADVICE.get(alert.kind, OTHERWISE)[0] for alert in alerts}
    if len(titles) > 1:
        return f"{len(alerts)} things need you"
    (title,) = titles
    return title if len(alerts) == 1 else f"{title}, for {len(alerts)} reasons"


def describe_alert(alert: Alert) -> dict[str, Any]:
    """Give one cause: what, since when, how often, and what to do."""
    return {
        "cause": alert.cause,
        "message": alert.message,
        "advice": ADVICE.get(alert.kind, OTHERWISE)[1],
        "first_seen": format_moment(alert.first_seen_at),
        "last_seen": format_moment(alert.last_seen_at),
        "seen_count": alert.seen_count,
        "unmailed_count": alert.unmailed_count,
    }
