"""When the watchdog and the retention run next: each run, the collector and deploying put the next ones in Prefect.

Prefect 3.8.8's own schedules can't be used: under SQLAlchemy 2.1 its scheduler fails to insert runs. This does without,
and better in one thing: there is one next run of each at a time, so after a week switched off one is late, not a
hundred. Whoever asks twice for the same moment gets the same run.
"""

from datetime import datetime, time, timedelta

from prefect.deployments import run_deployment

from schemas.dates_shown import UK_TIME

WATCHDOG, RETENTION = "watch/watchdog", "erase-old/retention"
WATCH_MINUTES = 15
ERASING_TIME = time(2, 40)  # in the UK, when nobody drops files


def put_next_runs(now: datetime) -> None:
    """Have Prefect run the watchdog and the retention at their next moments.

    Raises:
        Exception: whatever Prefect's client raises when the server does not answer or knows no such deployment.
    """
    for deployment, name, at in (
        (WATCHDOG, "watch", find_next_watch(now)),
        (RETENTION, "erase", find_next_erasing(now)),
    ):
        run_deployment(
            deployment,
            scheduled_time=at,
            timeout=0,
            flow_run_name=f"{name} {at.astimezone(UK_TIME):%d %b %H:%M}",
            idempotency_key=f"{deployment} {at.timestamp():.0f}",
            as_subflow=False,
        )


def find_next_watch(now: datetime) -> datetime:
    """Return the next full quarter of an hour."""
    last = now.replace(minute=now.minute // WATCH_MINUTES * WATCH_MINUTES, second=0, microsecond=0)
    return last + timedelta(minutes=WATCH_MINUTES)


def find_next_erasing(now: datetime) -> datetime:
    """Return the next time that it is `ERASING_TIME` in the UK."""
    here = now.astimezone(UK_TIME)
    today = datetime.combine(here.date(), ERASING_TIME, tzinfo=UK_TIME)
    if today > here:
        return today
    return datetime.combine(here.date() + timedelta(days=1), ERASING_TIME, tzinfo=UK_TIME)
