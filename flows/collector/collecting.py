"""The collector: looks at every drop location, has import runs started, returns what was left, gives signs of life.

Each of these goes round in a thread of its own: a remote location that hangs, or a Prefect server that does not answer,
never keeps a dropped file waiting. Owns which rounds there are.
"""

import logging
import time
from collections.abc import Callable
from contextlib import suppress

from flows.collector.looking import PART, LocationWatch
from flows.collector.returning import Returning
from flows.collector.rounds import Round
from flows.workplace import Workplace
from notifications.alerts import raise_alert
from records.beats import BEAT_SECONDS, beat, end_beats

logger = logging.getLogger("learner_imports")

TICK_SECONDS = 0.1


StartRun = Callable[..., object]  # (workplace, *, is_coming): files are on their way, or not yet seen to be complete


def run_collector(
    workplace: Workplace,
    *,
    start_run: StartRun,
    is_stopping: Callable[[], bool],
    look_after: Callable[[Workplace], object] | None = None,
) -> None:
    """Collect until told to stop. A fault of the database, of a location or of Prefect is logged and outlived.

    Args:
        workplace: what to work with.
        start_run: asks for an import run when one is needed.
        is_stopping: asked several times a second.
        look_after: looks for what needs an operator, every `watch_interval_seconds`; None: nobody does here.
    """
    with suppress(OSError):
        workplace.storage.clear_stale()
    beat(workplace.database, PART, now=workplace.now())  # before the first claim: others must know that we live
    rounds = Collector(workplace, start_run, look_after).rounds
    for one in rounds:
        one.start()
    while not is_stopping():
        time.sleep(TICK_SECONDS)
    for one in rounds:
        one.stop()
    for one in rounds:
        one.join()
    end_beats(workplace.database, PART)


class Collector:
    """The collector's rounds, not yet begun.

    Args:
        workplace: what to work with.
        start_run: asks for an import run when one is needed.
        look_after: looks for what needs an operator.
    """

    def __init__(
        self, workplace: Workplace, start_run: StartRun, look_after: Callable[[Workplace], object] | None = None
    ) -> None:
        self._workplace, self._start_run, self._look_after = workplace, start_run, look_after
        self._beat_at = 0.0
        self._asking = Round("starting import runs", self._ask_for_run)
        self.watches = [
            LocationWatch(workplace, location, tree, alarm=self.alarm, on_news=self._asking.wake)
            for location, tree in workplace.places
        ]
        self.rounds = [*self._plan_looks(), self._asking, *self._plan_returning()]
        if look_after:
            self.rounds.append(Round("looking after the whole", self._look_after_all))

    def look_once(self) -> list[int]:
        """Look at every location and return what is left, once and in this thread. Returns the new imports' ids.

        Raises:
            OSError: a location can't be looked at.
        """
        import_ids = []
        for watch in self.watches:
            watch.look()
            import_ids += watch.import_ids
        Returning(self._workplace, alarm=self.alarm).sweep()
        return import_ids

    def alarm(self, cause: str, message: str) -> None:
        """Tell operators of a fault."""
        settings = self._workplace.settings
        with self._workplace.database.write() as session:
            raise_alert(
                session,
                kind="intake_fault",
                cause=cause,
                message=message,
                operator_email=settings.operator_email,
                pause_seconds=settings.alert_pause_seconds,
                now=self._workplace.now(),
                is_lasting=True,
            )

    def _plan_looks(self) -> list[Round]:
        rounds = []
        for (location, _), watch in zip(self._workplace.places, self.watches, strict=True):
            look = watch.look if location.address else self._look_at_home
            longest = 30.0 if location.address else 5.0
            rounds.append(Round(location.shown, look, alarm=self.alarm, longest_pause=longest))
        return rounds

    def _plan_returning(self) -> list[Round]:
        remote = {location.address for location, _ in self._workplace.places if location.host}
        groups: list[tuple[str, Callable[[str | None], bool]]] = [("", lambda address: address not in remote)]
        groups += [(f" to {address}", _is(address)) for address in sorted(filter(None, remote))]
        return [
            Round(f"returning outcomes{where}", Returning(self._workplace, is_ours=is_ours, alarm=self.alarm).sweep)
            for where, is_ours in groups
        ]

    def _look_at_home(self) -> float:
        """Look at the folder in home. The sign of life is given here: it says that files are being taken."""
        seconds = self.watches[0].look()
        if time.monotonic() - self._beat_at >= BEAT_SECONDS:
            self._beat_at = time.monotonic()
            beat(self._workplace.database, PART, now=self._workplace.now())
        return seconds

    def _ask_for_run(self) -> float:
        self._start_run(self._workplace, is_coming=any(watch.is_coming for watch in self.watches))
        return self._workplace.settings.collect_interval_seconds

    def _look_after_all(self) -> float:
        if self._look_after:
            self._look_after(self._workplace)
        return self._workplace.settings.watch_interval_seconds


def _is(wanted: str) -> Callable[[str | None], bool]:
    return lambda address: address == wanted
