"""kill -9 half way through erasing: the next run erases the rest, and what is recorded is what was done."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from records.database import Database
from records.tables import AuditEvent, ImportFinding, LearnerImport
from tests.faults.dying import Death
from tests.faults.jobs import RETAIN, Job
from tests.faults.ledger import reckon
from tests.faults.place import Place
from tests.faults.recovery import kill_in, read_log, settle
from tests.faults.stem import Stem
from tests.faults.workbooks import REFUSED

SIXTY_DAYS = 60 * 86_400.0


@pytest.mark.parametrize("database_kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def test_a_kill_half_way_through_erasing_is_made_good_by_the_next_run(stem: Stem, place: Place) -> None:
    """Killed when the first original is gone, then when all are and half of that is recorded."""
    for _ in range(2):
        place.put_in()
        place.put_in(expected=REFUSED)
    settle(stem, place)
    job = Job(place.settings, parts=(RETAIN,), rounds=2, ahead_seconds=SIXTY_DAYS)
    for death in (Death("event:os.remove", time=2), Death("flows.upkeep.erasing:AuditEvent", time=3)):
        kill_in(stem, replace(job, death=death))
    assert stem.run(job) == 0, read_log(job)
    database = Database(place.database_url)
    with database.read() as session:
        imports = list(session.scalars(select(LearnerImport)))
        erasures = list(session.scalars(select(AuditEvent.import_id).where(AuditEvent.action.like("%erased%"))))
        left = session.scalar(select(func.count()).where(ImportFinding.value.is_not(None)))
    database.close()
    assert all(done.erased_at and ".xlsx" not in done.file_name for done in imports)
    assert sorted(filter(None, erasures)) == sorted(done.id for done in imports)
    assert left == 0
    assert list(place.storage_folder.iterdir()) == []
    assert reckon(place).complaints == []
