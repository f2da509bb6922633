"""Returning outcomes that whoever processed the import did not return: it died, or the location was away.

Owns when that is tried and what is said of it; the outcomes themselves are in `intake.outcomes`.
"""

import logging
from collections.abc import Callable
from functools import partial

from flows.collector.rounds import ALARM_COUNT, Alarm
from flows.faults import describe_fault
from flows.steps import read_again
from flows.workplace import Workplace
from intake.locations.places import LocationGoneError
from intake.locations.trees import LocationAwayError
from intake.outcomes import ProviderFolderMissingError, find_unreturned, return_outcome

logger = logging.getLogger("learner_imports")

SWEEP_SECONDS = 10.0


class Returning:
    """Sweeps for unreturned outcomes of some locations.

    Args:
        workplace: what to work with.
        is_ours: says of an import's `drop_location` whether it is one of them.
        alarm: told when outcomes keep not being returned.
    """

    def __init__(
        self,
        workplace: Workplace,
        *,
        is_ours: Callable[[str | None], bool] = lambda _: True,
        alarm: Alarm = lambda _cause, _message: None,
    ) -> None:
        self._workplace, self._is_ours, self._alarm = workplace, is_ours, alarm
        self._faults: dict[int, tuple[str, int]] = {}

    def sweep(self) -> float:
        """Return what can be returned. Returns the seconds until the next sweep."""
        workplace, away = self._workplace, set()
        waiting = [one for one in find_unreturned(workplace.database, now=workplace.now()) if self._is_ours(one[1])]
        self._faults = {one.import_id: self._faults[one.import_id] for one in waiting if one.import_id in self._faults}
        for import_id, address in waiting:
            if address in away:
                continue
            try:
                find_table = partial(read_again, workplace)
                return_outcome(
                    workplace.database, import_id, places=workplace.places, find_table=find_table, now=workplace.now
                )
            except LocationGoneError:
                self._note(import_id, "its drop location is not in LEARNER_IMPORTS_DROP_URLS any more", is_gone=True)
            except LocationAwayError:
                away.add(address)
                self._note(import_id, "its drop location does not answer", is_gone=True)
            except ProviderFolderMissingError:
                self._note(import_id, "its provider's folder is not in its drop location; a share may not be mounted")
            except Exception as fault:  # one that can't be returned must not keep back the others
                self._note(import_id, describe_fault(fault))
        return SWEEP_SECONDS

    def _note(self, import_id: int, text: str, *, is_gone: bool = False) -> None:
        """Log a fault once, and have operators told when it stays. Of a location that is away its own watch tells."""
        known, count = self._faults.get(import_id, ("", 0))
        if text != known:
            logger.error("import %s: outcome not returned: %s", import_id, text)
        self._faults[import_id] = text, count + 1
        if count + 1 == ALARM_COUNT and not is_gone:
            self._alarm(
                f"intake fault: outcome not returned: {text}", f"Import {import_id}: outcome not returned: {text}"
            )
