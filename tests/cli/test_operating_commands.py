"""`status` says how everything stands and whether something needs someone; `imports` lists and puts back."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from cli.entry import cli, explain_fault
from records.beats import beat
from records.database import Database
from records.tables import Alert, AuditEvent, ImportStatus, LearnerImport, OutboxMail, Provider, now
from records.upgrade import upgrade

CANARY = "Canaryname"
MakeImport = Callable[..., int]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("LEARNER_IMPORTS_HOME", str(tmp_path))
    database = Database(f"sqlite:///{tmp_path / 'learners.db'}")
    upgrade(database)
    yield database
    database.close()


@pytest.fixture
def prefect(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """A server that answers as Prefect does, with the workers in this list."""
    workers: list[object] = [{}]

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps(workers).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    monkeypatch.setenv("PREFECT_API_URL", f"http://127.0.0.1:{server.server_port}/api")
    yield workers
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def make_import(database: Database) -> MakeImport:
    made: list[int] = []

    def make(status: str = "successful", *, ukprn: str = "10001234", **columns: object) -> int:
        with database.write() as session:
            known = session.scalars(select(Provider).where(Provider.ukprn == ukprn)).one_or_none()
            provider = known or Provider(ukprn=ukprn, name="Northfield")
            learner_import = LearnerImport(
                provider=provider,
                source="folder",
                file_name=f"{CANARY}.xls",
                file_bytes=1,
                sha256="0" * 64,
                storage_name=f"stored{len(made)}",
                status=status,
                **{"processed_at": now(), "row_count": 7} | columns,
            )
            session.add(learner_import)
            session.flush()
            made.append(learner_import.id)
        return made[-1]

    return make


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


def read_status() -> dict[str, object]:
    result = run("status", "--json")
    standing: dict[str, object] = json.loads(result.stdout)
    assert result.exit_code == (0 if standing["is_well"] else 1)
    assert CANARY not in result.output
    return standing


def test_all_is_well_while_a_collector_and_a_worker_are_there(
    database: Database, prefect: list[object], make_import: MakeImport
) -> None:
    beat(database, "collector", now=now())
    import_id = make_import()
    standing = read_status()
    assert standing["needs"] == []
    assert standing["prefect"] == {"answers": True, "online_worker_count": 1}
    result = run("status")
    assert result.exit_code == 0
    assert result.stdout.startswith("All is well.")
    assert f"import {import_id} of 10001234: successful, 7 rows" in result.stdout
    assert len(result.stdout.splitlines()) < 25
    assert CANARY not in result.stdout


def test_each_thing_that_needs_someone_is_said(
    database: Database, prefect: list[object], make_import: MakeImport
) -> None:
    prefect.clear()
    long_ago = now() - timedelta(hours=2)
    make_import("failed", fault="load: OperationalError at base.py:12")
    waiting = make_import("requested", next_attempt_at=long_ago)
    held = make_import(
        "processing",
        ukprn="10005678",
        lease_holder="host:1",
        lease_until_at=now() + timedelta(minutes=1),
        attempt_count=2,
    )
    beat(database, "website", now=long_ago, address="127.0.0.1:8000")
    with database.write() as session:
        for number, status in enumerate(("waiting", "given_up")):
            session.add(
                OutboxMail(
                    kind="successful",
                    message_id=f"<{number}@learner-imports>",
                    to_email="a@b.example",
                    subject=CANARY,
                    body_text=CANARY,
                    body_html=CANARY,
                    status=status,
                    created_at=long_ago,
                    fault="The mail server refused the mail (code 550).",
                )
            )
        session.add(Alert(cause="run crashed: x", kind="run_crashed", message="A run of import-learners ended badly."))
    standing = read_status()
    needs = "\n".join(map(str, standing["needs"]))  # type: ignore[call-overload]
    for words in (
        "Imports failed (1):",
        f"1 import waits, import {waiting} of 10001234 since",
        "No worker is online.",
        "Mail waits (1)",
        "Mail was given up within a day (1)",
        "The website (",
        "No collector runs",
        "Alert: A run of import-learners ended badly.",
    ):
        assert words in needs
    shown = run("status").stdout
    assert f"import {held} of 10005678: attempt 2, held by host:1 until" in shown
    assert "127.0.0.1:8000 SILENT since" in shown
    assert "Last fault: The mail server refused the mail (code 550)." in shown
    assert CANARY not in shown


@pytest.mark.parametrize("kind", ["import_failed", "import_stuck", "worker_missing", "mail_given_up", "disk_full"])
def test_what_has_been_mended_since_its_alert_needs_nobody(
    kind: str, database: Database, prefect: list[object]
) -> None:
    beat(database, "collector", now=now())
    with database.write() as session:
        session.add(Alert(cause=f"{kind}: x", kind=kind, message="It was so."))
    assert read_status()["needs"] == []
    assert f"{kind}: x" in run("status").stdout, "but it is still shown"


def test_very_many_alerts_leave_the_screen_readable(database: Database) -> None:
    with database.write() as session:
        session.add_all(Alert(cause=f"cause {number}", kind="x", message="It broke.") for number in range(100))
    shown = run("status").stdout
    assert len(shown.splitlines()) < 25
    assert "96 more alerts within the hour." in shown and "and 94 more within a day" in shown


def test_a_prefect_that_does_not_answer_is_said_while_something_runs(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    beat(database, "collector", now=now())
    assert read_status()["needs"] == ["Prefect does not answer, so no import run is started."]


def test_a_database_that_does_not_answer_is_no_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_HOME", str(tmp_path))
    monkeypatch.setenv("LEARNER_IMPORTS_DATABASE_URL", "postgresql+psycopg://nobody:secret-word@127.0.0.1:1/learners")
    result = run("status", "--json")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["is_well"] is None
    assert run("status").exit_code == 3
    assert "secret-word" not in result.output


@pytest.mark.parametrize("words", [("status",), ("status", "--json"), ("imports", "list"), ("imports", "retry", "1")])
def test_looking_makes_no_database_and_brings_none_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_HOME", str(tmp_path / "home"))
    result = run(*words)
    assert result.exit_code == (3 if "status" in words else 2)
    assert "learner-imports up" in " ".join(result.output.split())
    assert not (tmp_path / "home").exists()


def test_imports_are_listed_newest_first_with_faults_and_without_file_names(make_import: MakeImport) -> None:
    first = make_import()
    failed = make_import("failed", fault="load: OperationalError at base.py:12")
    erased = make_import("failed", erased_at=now())
    result = run("imports", "list")
    assert [int(line.split()[0]) for line in result.stdout.splitlines()] == [erased, failed, first]
    assert "(file erased)" in result.stdout.splitlines()[0]
    assert result.stdout.splitlines()[1].endswith("load: OperationalError at base.py:12")
    assert CANARY not in result.output
    listed = json.loads(run("imports", "list", "--status", "failed", "--json").stdout)["imports"]
    assert [one["import_id"] for one in listed] == [erased, failed]


def test_there_may_be_none_to_list(database: Database) -> None:
    assert run("imports", "list").stdout == "There is none.\n"


def read_statuses(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(LearnerImport.status).order_by(LearnerImport.id)))


def test_a_failed_import_is_put_back_and_that_is_recorded(database: Database, make_import: MakeImport) -> None:
    failed = make_import("failed", attempt_count=4)
    result = run("imports", "retry", str(failed))
    assert (result.exit_code, result.stdout) == (0, f"Import {failed} is back in the queue.\n")
    assert read_statuses(database) == [ImportStatus.REQUESTED]
    with database.read() as session:
        event = session.scalars(select(AuditEvent)).one()
    assert (event.action, event.import_id) == ("import put back", failed)


def test_an_older_file_is_not_put_back_over_a_newer_one_unless_told_to(
    database: Database, make_import: MakeImport
) -> None:
    failed, newer = make_import("failed"), make_import()
    refused = run("imports", "retry", str(failed))
    assert refused.exit_code == 1
    assert f"import {newer}, a newer file of the same provider" in refused.stderr and "--anyway" in refused.stderr
    assert read_statuses(database) == ["failed", "successful"]
    assert run("imports", "retry", str(failed), "--anyway").exit_code == 0
    assert read_statuses(database) == ["requested", "successful"]


def test_a_newer_file_that_loaded_nothing_is_no_hindrance(database: Database, make_import: MakeImport) -> None:
    first = make_import()
    failed = make_import("failed")
    make_import("unsuccessful")
    make_import(repeats_import_id=first)
    assert run("imports", "retry", str(failed)).exit_code == 0


def test_all_failed_imports_are_put_back_but_those_whose_file_is_erased(
    database: Database, make_import: MakeImport
) -> None:
    make_import("failed", erased_at=now())
    make_import("failed")
    make_import("failed")
    assert run("imports", "retry", "--all-failed").exit_code == 0
    assert read_statuses(database) == ["failed", "requested", "requested"]
    assert run("imports", "retry", "--all-failed").stdout == "No import has failed.\n"


def test_what_can_not_be_put_back_is_said_and_the_others_are(database: Database, make_import: MakeImport) -> None:
    loaded, erased, failed = make_import(), make_import("failed", erased_at=now()), make_import("failed")
    result = run("imports", "retry", str(loaded), str(erased), "999", str(failed))
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 3
    assert read_statuses(database)[2] == "requested"


@pytest.mark.parametrize("words", [(), ("--all-failed", "1")])
def test_which_to_put_back_must_be_said(database: Database, words: tuple[str, ...]) -> None:
    assert run("imports", "retry", *words).exit_code == 2


def test_prefect_is_asked_where_up_has_it_when_its_port_was_taken(
    database: Database, prefect: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    address = os.environ["PREFECT_API_URL"].removesuffix("/api")
    monkeypatch.delenv("PREFECT_API_URL")
    monkeypatch.setenv("LEARNER_IMPORTS_PREFECT_PORT", "1")
    beat(database, "supervisor", now=now())
    assert read_status()["prefect"] == {"answers": False, "online_worker_count": 0}
    beat(database, "supervisor", now=now(), address=address)
    assert read_status()["prefect"] == {"answers": True, "online_worker_count": 1}


@pytest.mark.parametrize("words", [("imports", "retry", "9" * 30), ("imports", "list", "--limit", "9" * 30)])
def test_a_number_that_no_database_holds_is_wrong_usage(database: Database, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_an_unusable_home_folder_is_called_that(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LEARNER_IMPORTS_HOME", str(tmp_path / "file"))
    result = run("status")
    assert result.exit_code == 3
    assert "home folder" in result.output
    with pytest.raises(FileExistsError) as caught:
        (tmp_path / "file").mkdir()
    assert "LEARNER_IMPORTS_HOME" in explain_fault(caught.value, "")
