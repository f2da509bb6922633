"""After a death: a plain process finishes the work when the dead one's holds have run out; the ledger is drawn up."""

from collections import Counter

from tests.faults.jobs import EVERYTHING, Job
from tests.faults.ledger import Reckoning, reckon
from tests.faults.place import Place
from tests.faults.stem import Stem, find_log
from tests.faults.tally import TALLY, add

LATER_SECONDS = 3600.0  # past leases, claims on mail, pauses between attempts, and what is called stale
KILLED = -9


def kill_in(stem: Stem, job: Job) -> None:
    """Run a job that is to die, and see that it did."""
    status = stem.run(job)
    assert status == KILLED, f"{job.death} was not reached (exit {status}):\n{read_log(job)}"
    TALLY["kills"] += 1


def read_log(job: Job) -> str:
    """What the workers of this place have printed of late."""
    return find_log(job.settings).read_text()[-5000:]


def settle(
    stem: Stem,
    place: Place,
    *,
    parts: tuple[str, ...] = EVERYTHING,
    ahead_seconds: float = LATER_SECONDS,
    mails_taken: Counter[str] | None = None,
) -> Reckoning:
    """Let one plain process finish everything, and see that nothing is lost, double or left."""
    job = Job(place.settings, parts=parts, rounds=2, ahead_seconds=ahead_seconds)
    assert stem.run(job) == 0, read_log(job)
    reckoning = reckon(place, mails_taken=mails_taken)
    add(str(place.home), reckoning)
    assert reckoning.complaints == []
    assert reckoning.put_in == reckoning.loaded + reckoning.refused
    return reckoning
