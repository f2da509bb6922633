"""Looking for what needs an operator, and telling: work that nobody does, parts that died, mail given up, a full disk.

Every look is complete in itself: what it needs to remember is in the database, so that several watchers do no harm.
Owns what is worth an alert; how operators are told is in `notifications.alerts`, and what Prefect says is passed in.
"""

import shutil
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select

from flows.run_signs import PART as IMPORT_RUN
from flows.run_signs import is_gone
from flows.upkeep.stuck_imports import Need, PrefectView, find_stuck, find_unattended
from flows.workplace import Workplace
from notifications.alerts import ALERT_KINDS, mail_held_back, raise_alert
from notifications.outbox import deliver_waiting, find_due
from records.beats import BEAT_SECONDS, FORGOTTEN_AFTER, MISSED_SECONDS, list_beats
from records.tables import Alert, OutboxMail, PartBeat

# A process that this machine does not have is dead unless it beats: in containers that share a host's name, it may.
GONE = timedelta(seconds=2.5 * BEAT_SECONDS)
SILENT = timedelta(seconds=2 * MISSED_SECONDS)  # a part not heard of for this long is dead, wherever it ran
OVERDUE = timedelta(seconds=60)  # mail that is due for this long is nobody's: the watcher sends it
SENT_PER_LOOK = 10
LEAST_FREE_SHARE, ENOUGH_FREE_BYTES = 0.05, 5 * 2**30  # a disk is nearly full when less than both is free

MAIL_GIVEN_UP = "mail given up"


class WatchReport(NamedTuple):
    """What a look brought: the causes that need someone, how many held-back ones were mailed, how many mails sent."""

    causes: tuple[str, ...]
    held_back_count: int
    sent_count: int

    def __str__(self) -> str:
        """Say it in a line, without values."""
        causes = "; ".join(self.causes) or "all is well"
        return f"{causes}. {self.held_back_count} alerts held back were mailed, {self.sent_count} overdue mails sent."


def look_after(workplace: Workplace, prefect_view: PrefectView) -> WatchReport:
    """Look once: raise an alert for whatever needs someone, mail what was held back, send mail that nobody sends.

    Raises:
        sqlalchemy.exc.OperationalError: the database does not answer; the next look makes up for it.
    """
    needs = [*find_stuck(workplace), *find_unattended(workplace, prefect_view), *find_full_disk(workplace)]
    needs += find_given_up_mail(workplace)
    for need in needs:
        _tell(workplace, need)
    causes = [need.cause for need in needs] + _tell_of_dead_parts(workplace)
    settings = workplace.settings
    with workplace.database.write() as session:
        held_back_count = mail_held_back(
            session,
            operator_email=settings.operator_email,
            pause_seconds=settings.alert_pause_seconds,
            now=workplace.now(),
        )
    return WatchReport(tuple(causes), held_back_count, _send_overdue(workplace))


def find_full_disk(workplace: Workplace) -> list[Need]:
    """Tell whether the disk that the home folder is on is nearly full."""
    try:
        disk = shutil.disk_usage(workplace.settings.home_folder)
    except OSError:
        return []  # its database or storage will say so louder
    if disk.free >= min(disk.total * LEAST_FREE_SHARE, ENOUGH_FREE_BYTES):
        return []
    free = f"{disk.free / 2**20:,.0f} of {disk.total / 2**20:,.0f} MB are free"
    return [Need("disk_full", "disk nearly full", f"The disk of the home folder is nearly full: {free}.")]


def find_given_up_mail(workplace: Workplace) -> list[Need]:
    """Tell of mail that was given up since operators were last told. Alerts themselves are left out of that."""
    with workplace.database.read() as session:
        told_at = session.scalar(select(Alert.last_seen_at).where(Alert.cause == MAIL_GIVEN_UP))
        given_up = [OutboxMail.status == "given_up", OutboxMail.kind.not_in(ALERT_KINDS)]
        if told_at:
            given_up.append(OutboxMail.next_attempt_at > told_at)  # a mail given up keeps the moment of that there
        count, last_id = session.execute(select(func.count(), func.max(OutboxMail.id)).where(*given_up)).one()
        last = session.get(OutboxMail, last_id) if count else None
    if last is None:
        return []
    mails = "1 mail was" if count == 1 else f"{count:,} mails were"
    of_import = f", of import {last.import_id}" if last.import_id else ""
    message = f"{mails} given up. The last one{of_import}: {last.fault}"
    return [Need("mail_given_up", MAIL_GIVEN_UP, message, is_lasting=False)]


def _tell(workplace: Workplace, need: Need) -> None:
    settings = workplace.settings
    with workplace.database.write() as session:
        raise_alert(
            session,
            **need._asdict(),
            operator_email=settings.operator_email,
            pause_seconds=settings.alert_pause_seconds,
            now=workplace.now(),
        )


def _tell_of_dead_parts(workplace: Workplace) -> list[str]:
    """Tell of each part that is gone without having ended, once: whoever removes its sign of life tells.

    Import runs are left to the comparison with Prefect, but for signs of theirs that are a day old.
    """
    settings, now = workplace.settings, workplace.now()
    with workplace.database.read() as session:
        dead = [beat for beat in list_beats(session) if is_dead(beat, now)]
    told = []
    for beat in dead:
        if beat.part == IMPORT_RUN and beat.beat_at > now - FORGOTTEN_AFTER:
            continue
        removal = delete(PartBeat).where(PartBeat.id == beat.id, PartBeat.beat_at == beat.beat_at)
        with workplace.database.write() as session:
            is_removed = session.scalar(removal.returning(PartBeat.id)) is not None
            cause = f"part died: {beat.part}"
            told_at = session.scalar(select(Alert.last_seen_at).where(Alert.cause == cause))
            if not is_removed or beat.part == IMPORT_RUN or (told_at and told_at >= beat.beat_at):
                continue  # another watcher tells of it, or the supervisor has
            told.append(cause)
            raise_alert(
                session,
                kind="part_died",
                cause=cause,
                message=f"The {beat.part} ({beat.holder}) ended without a word. It was last heard of at "
                f"{beat.beat_at:%H:%M:%S} UTC.",
                operator_email=settings.operator_email,
                pause_seconds=settings.alert_pause_seconds,
                now=now,
            )
    return told


def is_dead(beat: PartBeat, now: datetime) -> bool:
    """Whether the process of a sign of life is taken for dead."""
    return beat.beat_at < now - (GONE if is_gone(beat.holder) else SILENT)


def _send_overdue(workplace: Workplace) -> int:
    """Send mail that has been due for a while, such as the alert that there is no worker to send it."""
    if not find_due(workplace.database, workplace.now() - OVERDUE, 1):
        return 0
    give_up_after = timedelta(days=workplace.settings.mail_give_up_days)
    return deliver_waiting(
        workplace.database, workplace.sender, now=workplace.now, limit=SENT_PER_LOOK, give_up_after=give_up_after
    ).sent
