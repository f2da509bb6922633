"""Looking at one drop location again and again: queueing what is complete there, and telling of what was left.

Owns what is said of a location, when, and to whom. How files are taken is in `intake.collecting`.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from flows.collector.rounds import Alarm
from flows.workplace import Workplace
from intake.claims import name_owner
from intake.collecting import Collecting
from intake.drop_folders import DropFolders
from intake.locations.addresses import DropLocation
from intake.locations.trees import DropTree
from intake.notices import Notice
from intake.queueing import Queueing
from records.beats import MISSED_SECONDS, list_beats, name_holder

logger = logging.getLogger("learner_imports")

PART = "collector"
LEAST_PAUSE_SECONDS = 0.01
LEAST_REMOTE_PAUSE_SECONDS = 0.5
FAULT_SECONDS = 30.0  # that a fault must have lasted before operators are told
NEIGHBOURS_SECONDS = 5.0  # pause between two questions for other collectors


class LocationWatch:
    """One location, and what was reported of it.

    Args:
        workplace: what to work with.
        location: which one.
        tree: its folders.
        alarm: told of faults that last.
        on_news: called when files were queued, or are on their way.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        workplace: Workplace,
        location: DropLocation,
        tree: DropTree,
        *,
        alarm: Alarm = lambda _cause, _message: None,
        on_news: Callable[[], object] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        settings, is_home = workplace.settings, location.address is None
        self._workplace, self._location, self._clock = workplace, location, clock
        self._alarm, self._on_news = alarm, on_news
        folders = DropFolders(
            tree, stable_seconds=settings.stable_seconds, clock=clock, wall=time.time if is_home else None
        )
        queueing = Queueing(
            tree,
            location.address,
            workplace.storage,
            workplace.database,
            limit_bytes=settings.file_limit_bytes,
            stable_seconds=settings.stable_seconds,
            clock=clock,
        )
        owner = name_owner(name_holder())
        self._collecting = Collecting(folders, queueing, workplace.database, owner=owner, make_folders=is_home)
        self._reported: dict[Notice, float] = {}
        self._alarmed: set[Notice] = set()
        self._neighbours: set[str] = set()
        self._asked_at = -NEIGHBOURS_SECONDS
        self.import_ids: list[int] = []
        self.is_coming = False

    def look(self) -> float:
        """Look once. Returns the seconds until the next look.

        Raises:
            OSError: the location can't be looked at.
        """
        collected = self._collecting.collect(now=self._workplace.now, live_owners=self._find_neighbours())
        for import_id in collected.import_ids:
            logger.info("import %s: requested", import_id)
        self.import_ids, self.is_coming = collected.import_ids, collected.due_seconds is not None
        self._report(collected.notices)
        if collected.import_ids or self.is_coming:
            self._on_news()
        is_remote, settings = self._location.host is not None, self._workplace.settings
        interval = settings.drop_sftp_poll_seconds if is_remote else settings.collect_interval_seconds
        least = LEAST_REMOTE_PAUSE_SECONDS if is_remote else LEAST_PAUSE_SECONDS
        return min(interval, max(least, collected.due_seconds or 0.0)) if self.is_coming else interval

    def _report(self, notices: list[Notice]) -> None:
        """Log each notice once, until it has gone away and come back; tell operators of faults that last."""
        now, place = self._clock(), "" if self._location.address is None else f" at {self._location.shown}"
        for notice in sorted(set(notices) - self._reported.keys()):
            logger.warning("drop folder %s%s %s", notice.folder, place, notice.message)
        self._reported = {notice: self._reported.get(notice, now) for notice in notices}
        lasting = {
            notice for notice, since in self._reported.items() if notice.is_fault and now - since >= FAULT_SECONDS
        }
        for notice in sorted(lasting - self._alarmed):
            cause = f"intake fault: drop folder {notice.folder}{place} {notice.message}"
            self._alarm(cause, f"Drop folder {notice.folder}{place} {notice.message}")
        self._alarmed = lasting

    def _find_neighbours(self) -> set[str]:
        """Return how the other collectors that are alive sign their claims."""
        if self._clock() - self._asked_at >= NEIGHBOURS_SECONDS:
            heard_after = self._workplace.now() - timedelta(seconds=MISSED_SECONDS)
            with self._workplace.database.read() as session:
                beats = list_beats(session)
            self._neighbours = {
                name_owner(beat.holder)
                for beat in beats
                if beat.part == PART and beat.beat_at > heard_after and beat.holder != name_holder()
            }
            self._asked_at = self._clock()
        return self._neighbours
