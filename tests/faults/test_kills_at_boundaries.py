"""kill -9 at each boundary of a file's path: a plain process finishes later, and the ledger is whole."""

from pathlib import Path

import pytest

from tests.faults.boundaries import BOUNDARIES, Boundary
from tests.faults.conftest import MakePlace
from tests.faults.dying import Death
from tests.faults.jobs import Job
from tests.faults.ledger import reckon
from tests.faults.place import Place
from tests.faults.recovery import LATER_SECONDS, kill_in, settle
from tests.faults.stem import Stem
from tests.faults.workbooks import REFUSED


def name_of(boundary: Boundary) -> str:
    return boundary.name


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_kills_at_one_boundary_after_the_other_lose_nothing_and_double_nothing(stem: Stem, place: Place) -> None:
    """Whoever comes next finds what the killed one left, and dies at the next boundary."""
    waiting = 0
    for number, boundary in enumerate(BOUNDARIES):
        if not waiting:
            place.put_in(expected=boundary.file)
        kill_in(stem, Job(place.settings, ahead_seconds=number * LATER_SECONDS, death=boundary.death))
        reckoning = reckon(place)
        assert reckoning.complaints == [], boundary.name
        waiting = reckoning.waiting
    settle(stem, place, ahead_seconds=len(BOUNDARIES) * LATER_SECONDS)


@pytest.mark.slow
@pytest.mark.parametrize("boundary", BOUNDARIES, ids=name_of)
def test_one_kill_there_loses_nothing_and_doubles_nothing(stem: Stem, place: Place, boundary: Boundary) -> None:
    place.put_in(expected=boundary.file)
    kill_in(stem, Job(place.settings, death=boundary.death))
    assert reckon(place).complaints == []
    assert settle(stem, place).twice_sent == 0


@pytest.mark.slow
def test_a_kill_before_each_act_that_outlasts_the_process_does_neither(
    stem: Stem, make_place: MakePlace, tmp_path: Path
) -> None:
    """Not by name: before each file made, renamed or removed and each commit, as counted in a run to the end."""
    place, acts = make_place(), tmp_path / "acts"
    for _ in range(2):  # the first run makes folders, too
        put_in_both(place)
        assert stem.run(Job(place.settings, acts_file=str(acts))) == 0
    count = len(acts.read_text().splitlines())
    assert count > 30
    for number in range(1, count + 1):
        put_in_both(place)
        kill_in(stem, Job(place.settings, death=Death("act", time=number), ahead_seconds=number * LATER_SECONDS))
        assert reckon(place).complaints == [], number
        settle(stem, place, ahead_seconds=(number + 0.5) * LATER_SECONDS)


def put_in_both(place: Place) -> None:
    place.put_in()
    place.put_in(expected=REFUSED)
