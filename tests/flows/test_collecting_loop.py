"""The collector as a whole: nothing that hangs or breaks down holds up a file dropped in home, and somebody is told."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from sqlalchemy import select

from flows.collector.collecting import Collector, run_collector
from flows.collector.returning import Returning
from flows.collector.rounds import Round
from flows.workplace import SetupError, Workplace, open_workplace
from intake.claims import claim, name_owner
from records.beats import beat
from records.operating import Alert, PartBeat
from records.tables import ImportSource, ImportStatus, LearnerImport, OutboxMail, Provider, now
from settings import Settings

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])
UKPRN = "10001234"
ROOT = Path(__file__).parents[2]


def no_run(_workplace: Workplace, *, is_coming: bool) -> None:
    return None


def register(workplace: Workplace) -> Path:
    """Register a provider and return his folder in home, made as the collector makes it."""
    with workplace.database.write() as session:
        session.add(Provider(ukprn=UKPRN, name="Northfield Sixth Form"))
    folder = workplace.settings.drop_folder / UKPRN
    folder.mkdir(parents=True)
    return folder


def read_all(workplace: Workplace, table: type) -> list[Any]:
    with workplace.database.read() as session:
        return list(session.scalars(select(table)))


@contextmanager
def collecting(workplace: Workplace, start_run: Any = no_run, **options: Any) -> Iterator[None]:
    is_over = threading.Event()
    thread = threading.Thread(
        target=run_collector,
        args=(workplace,),
        kwargs={"start_run": start_run, "is_stopping": is_over.is_set, **options},
    )
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(30)
    assert not thread.is_alive()


def wait_for(condition: Callable[[], object], seconds: float = 20) -> None:
    leave_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < leave_at
        time.sleep(0.02)


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_neither_a_dead_remote_nor_a_hanging_prefect_holds_up_a_dropped_file(
    settings: Settings, deaf_port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.collector.rounds.STOP_SECONDS", 0.1)
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text("")
    hanging = threading.Event()
    settings = settings.model_copy(
        update={
            "drop_urls": f"sftp://me@127.0.0.1:{deaf_port}/in",
            "drop_sftp_known_hosts": known_hosts,
            "drop_sftp_password": settings.drop_sftp_password.__class__("secret"),
            "collect_interval_seconds": 0.05,
        }
    )
    workplace = open_workplace(settings)
    folder = register(workplace)
    with collecting(workplace, lambda *_, **__: hanging.wait(60), look_after=lambda _: hanging.wait(60)):
        for number in (1, 2):
            (folder / f"{number}.xls").write_bytes(b"workbook %d" % number)
            wait_for(lambda number=number: len(read_all(workplace, LearnerImport)) == number)  # type: ignore[misc]
        assert [beat.part for beat in read_all(workplace, PartBeat)] == ["collector"]
        hanging.set()
    assert read_all(workplace, PartBeat) == []
    workplace.close()


def test_a_run_is_asked_for_while_the_file_is_not_yet_complete(settings: Settings) -> None:
    workplace = open_workplace(settings.model_copy(update={"stable_seconds": 1.0, "collect_interval_seconds": 0.05}))
    folder = register(workplace)
    queued_when_told: list[int] = []

    def start_run(workplace: Workplace, *, is_coming: bool) -> None:
        if is_coming:
            queued_when_told.append(len(read_all(workplace, LearnerImport)))

    with collecting(workplace, start_run):
        (folder / "learners.xls").write_bytes(b"workbook")
        wait_for(lambda: read_all(workplace, LearnerImport))
    assert queued_when_told[0] == 0
    workplace.close()


def test_what_looks_after_the_whole_is_called_again_and_again_though_it_breaks_down(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.collector.rounds.FAULT_PAUSE_SECONDS", 0.01)
    workplace = open_workplace(settings)
    calls: list[Workplace] = []

    def look_after(workplace: Workplace) -> None:
        calls.append(workplace)
        raise ValueError("Canary")

    with collecting(workplace, look_after=look_after):
        wait_for(lambda: len(calls) > 2)
    workplace.close()


def test_a_location_that_stays_away_is_told_to_operators_once(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    workplace = open_workplace(
        settings.model_copy(update={"drop_urls": str(tmp_path / "not mounted").replace(" ", "")})
    )
    collector = Collector(workplace, no_run)
    share = collector.rounds[1]
    pauses = [share.do_once() for _ in range(5)]
    assert pauses == sorted(pauses) and pauses[0] < pauses[1]
    (alert,) = read_all(workplace, Alert)
    assert (alert.kind, alert.seen_count) == ("intake_fault", 1)
    assert f"file://{tmp_path}/notmounted" in alert.cause and "No such file or directory" in alert.message
    assert caplog.text.count("notmounted") == 3  # the first, second and fourth time
    assert [mail.kind for mail in read_all(workplace, OutboxMail)] == ["alert"]
    workplace.close()


def test_a_fault_that_lasts_is_told_to_operators(workplace: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.collector.looking.FAULT_SECONDS", 0.0)
    folder = register(workplace)
    (folder / "learners.xls").write_bytes(b"workbook")
    workplace.storage.folder.write_text("a file where the storage folder should be")
    collector = Collector(workplace, no_run)
    collector.look_once()
    collector.look_once()
    (alert,) = read_all(workplace, Alert)
    assert alert.kind == "intake_fault" and UKPRN in alert.message and "learners.xls" not in alert.message
    workplace.storage.folder.unlink()
    time.sleep(1.1)
    assert len(collector.look_once()) == 1


def test_the_claims_of_a_collector_that_beats_are_left_to_it(
    workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = register(workplace)
    (folder / "learners.xls").write_bytes(b"workbook")
    claim(workplace.places.home, UKPRN, "learners.xls", owner=name_owner("elsewhere:7"))
    with monkeypatch.context() as patched:
        patched.setattr("records.beats.name_holder", lambda: "elsewhere:7")
        beat(workplace.database, "collector", now=now())
    assert Collector(workplace, no_run).look_once() == []
    with workplace.database.write() as session:
        session.delete(session.scalars(select(PartBeat)).one())
    assert len(Collector(workplace, no_run).look_once()) == 1


def test_an_outcome_for_a_location_that_was_taken_out_is_told_once_and_keeps_back_no_other(
    workplace: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    register(workplace)
    for address in ("file:///mnt/gone", None):
        with workplace.database.write() as session:
            session.add(
                LearnerImport(
                    provider_id=1,
                    source=ImportSource.FOLDER,
                    drop_location=address,
                    file_name="learners.xls",
                    file_bytes=5,
                    sha256="ab" * 32,
                    storage_name=f"name {address}",
                    status=ImportStatus.SUCCESSFUL,
                    processed_at=now().replace(year=2020),
                )
            )
    returning = Returning(workplace)
    for _ in range(3):
        returning.sweep()
    assert caplog.text.count("not in LEARNER_IMPORTS_DROP_URLS any more") == 1
    assert [bool(one.outcome_returned_at) for one in read_all(workplace, LearnerImport)] == [False, True]


def test_a_round_goes_on_after_a_fault_and_its_text_is_not_logged(
    caplog: pytest.LogCaptureFixture, database_kind: str
) -> None:
    def break_down() -> float:
        raise ValueError("Canary")

    told: list[str] = []
    one = Round("a share", break_down, alarm=lambda cause, _: told.append(cause))
    assert [one.do_once() for _ in range(4)] == [5, 10, 20, 30]
    assert told == ["intake fault: a share"] * 2
    assert "ValueError" in caplog.text and "Canary" not in caplog.text


def test_what_fails_now_and_then_is_not_said_to_work_again_each_time(
    caplog: pytest.LogCaptureFixture, database_kind: str
) -> None:
    time_now, fails = 0.0, [True, False] * 8

    def work() -> float:
        if fails.pop(0):
            raise ConnectionError
        return 1.0

    caplog.set_level("INFO", "learner_imports")
    one = Round("starting import runs", work, clock=lambda: time_now)
    for _ in range(16):
        one.do_once()
    assert (caplog.text.count("ConnectionError"), caplog.text.count("works again")) == (4, 0)  # 1st, 2nd, 4th, 8th
    fails, time_now = [False, False], 60.0
    one.do_once()
    one.do_once()
    assert caplog.text.count("works again") == 1


def test_without_remote_locations_nobody_waits_for_what_they_need(database_kind: str) -> None:
    code = "import sys, flows.collector.collecting, flows.single_file; print('asyncssh' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("update", "reason"),
    [
        ({"drop_urls": "mnt/share"}, "LEARNER_IMPORTS_DROP_URLS: address 1 must begin with"),
        ({"drop_urls": "sftp://me:s3cret@host/in"}, "LEARNER_IMPORTS_DROP_URLS: address 1 has a password in it"),
        ({"drop_urls": "sftp://me@host/in"}, "LEARNER_IMPORTS_DROP_SFTP_KNOWN_HOSTS is not set"),
        ({"drop_urls": "sftp://me@host/in", "drop_sftp_known_hosts": "here"}, "LEARNER_IMPORTS_DROP_SFTP_KEY_FILE, or"),
        (
            {"drop_urls": "sftp://me@host/in", "drop_sftp_known_hosts": "nowhere", "drop_sftp_key_file": "here"},
            "LEARNER_IMPORTS_DROP_SFTP_KNOWN_HOSTS can't be read",
        ),
        (
            {"drop_urls": "sftp://me@host/in", "drop_sftp_known_hosts": "here", "drop_sftp_key_file": "here"},
            "LEARNER_IMPORTS_DROP_SFTP_KEY_FILE can't be read",
        ),
        (
            {"drop_urls": "sftp://me@host/in", "drop_sftp_known_hosts": "here", "drop_sftp_key_file": "locked"},
            "without a passphrase",
        ),
    ],
)
def test_wrong_settings_are_refused_at_the_start(
    settings: Settings, tmp_path: Path, update: dict[str, str], reason: str
) -> None:
    (tmp_path / "here").write_text("")
    if "locked" in update.values():
        asyncssh.generate_private_key("ssh-ed25519").write_private_key(
            str(tmp_path / "locked"), passphrase="x", rounds=1, ignore_few_rounds=True
        )
    paths = {name: tmp_path / value for name, value in update.items() if name != "drop_urls"}
    with pytest.raises(SetupError, match=reason) as refused:
        open_workplace(settings.model_copy(update=update | paths))
    assert "s3cret" not in str(refused.value)
