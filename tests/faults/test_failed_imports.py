"""An import on which every worker dies is given up, told of, kept, and put back by an operator; then it is loaded."""

import pytest
from sqlalchemy import select

from records.database import Database
from records.queue import request_again
from records.tables import LearnerImport
from records.types import now
from tests.faults.conftest import MakePlace
from tests.faults.dying import Death
from tests.faults.jobs import Job
from tests.faults.ledger import reckon
from tests.faults.recovery import LATER_SECONDS, kill_in, settle
from tests.faults.stem import Stem


@pytest.mark.parametrize("database_kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_an_import_that_kills_every_worker_is_kept_and_loaded_once_it_is_put_back(
    stem: Stem, make_place: MakePlace
) -> None:
    place = make_place(attempt_limit=2)
    place.put_in()
    for number in range(2):
        kill_in(stem, Job(place.settings, ahead_seconds=number * LATER_SECONDS, death=Death("step:validate")))
    assert stem.run(Job(place.settings, ahead_seconds=2 * LATER_SECONDS)) == 0
    reckoning = reckon(place)
    assert (reckoning.complaints, reckoning.failed) == ([], 4)
    database = Database(place.database_url)
    with database.write() as session:
        request_again(session, session.scalars(select(LearnerImport.id)).one(), now=now())
    database.close()
    settle(stem, place, ahead_seconds=3 * LATER_SECONDS)
