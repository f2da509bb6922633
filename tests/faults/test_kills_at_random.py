"""kill -9 at random moments of processes that collect, import and send mail in a loop, while files keep coming."""

import time
from random import Random

import pytest

from tests.faults.conftest import MakePlace
from tests.faults.jobs import Job
from tests.faults.ledger import reckon
from tests.faults.place import Place
from tests.faults.recovery import KILLED, LATER_SECONDS, read_log, settle
from tests.faults.stem import Stem
from tests.faults.tally import TALLY
from tests.faults.workbooks import LOADED, REFUSED


def kill_again_and_again(stem: Stem, place: Place, *, rounds: int, seed: int, workers: int = 1) -> None:
    random = Random(seed)
    for number in range(rounds):
        for ukprn in place.ukprns:
            place.put_in(ukprn, expected=random.choice((LOADED, LOADED, REFUSED)))
        job = Job(place.settings, rounds=1000, ahead_seconds=number * LATER_SECONDS, is_patient=True)
        pids = [stem.start(job) for _ in range(workers)]
        for pid in pids:
            time.sleep(random.uniform(0.02, 1.0))
            assert stem.kill(pid) == KILLED, read_log(job)
            TALLY["kills"] += 1
        assert reckon(place).complaints == [], f"seed {seed}, round {number}"
    settle(stem, place, ahead_seconds=rounds * LATER_SECONDS)


def test_kills_at_random_moments_lose_nothing_and_double_nothing(stem: Stem, place: Place) -> None:
    kill_again_and_again(stem, place, rounds=3, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 4))
def test_many_kills_at_random_moments_do_neither(stem: Stem, place: Place, seed: int) -> None:
    kill_again_and_again(stem, place, rounds=40, seed=seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [10])
def test_kills_do_neither_while_others_work_at_the_same_files(stem: Stem, make_place: MakePlace, seed: int) -> None:
    """Three workers whose leases are over as soon as they begin: each may take over any other's import."""
    place = make_place(provider_count=3, lease_seconds=0)
    kill_again_and_again(stem, place, rounds=15, seed=seed, workers=3)
