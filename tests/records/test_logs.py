"""Logs are lines that say which import they are about, and never what an exception or a library says."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.faults import StepFailedError
from records.logs import OurHandler, set_up_logging

ROOT = Path(__file__).parents[2]
CANARY = "Canaryname"
OWN = logging.getLogger("learner_imports")


@pytest.fixture(autouse=True)
def loggers_as_before() -> Iterator[None]:
    root, levels = logging.getLogger(), (logging.getLogger().level, OWN.level)
    yield
    for handler in [handler for handler in root.handlers if isinstance(handler, OurHandler)]:
        root.removeHandler(handler)
    root.setLevel(levels[0])
    OWN.setLevel(levels[1])


def log_as(log_format: str) -> io.StringIO:
    stream = io.StringIO()
    set_up_logging(level="INFO", log_format=log_format, stream=stream)
    return stream


def read_last(stream: io.StringIO) -> dict[str, object]:
    fields: dict[str, object] = json.loads(stream.getvalue().splitlines()[-1])
    return fields


@pytest.mark.parametrize(
    ("text", "arguments", "fields"),
    [
        ("import %s: %s", (57, "successful"), {"import_id": 57}),
        ("import %s of %s failed", (57, "10001234"), {"import_id": 57, "ukprn": "10001234"}),
        ("drop folder %s holds a link", ("10001234",), {"ukprn": "10001234"}),
        ("collector: started", (), {}),
        ("3 imports wait", (), {}),
    ],
)
def test_a_line_of_json_carries_the_import_and_the_ukprn(
    text: str, arguments: tuple[object, ...], fields: dict[str, object]
) -> None:
    stream = log_as("json")
    OWN.info(text, *arguments)
    found = read_last(stream)
    assert {name: found[name] for name in ("import_id", "ukprn") if name in found} == fields
    assert found["message"] == text % arguments
    assert (found["level"], found["logger"]) == ("INFO", "learner_imports")
    assert str(found["time"]).endswith("Z")


def test_fields_may_come_with_the_record() -> None:
    stream = log_as("json")
    OWN.warning("taken over", extra={"import_id": 9, "ukprn": "10005678"})
    assert (read_last(stream)["import_id"], read_last(stream)["ukprn"]) == (9, "10005678")


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_what_a_library_says_is_not_written_but_where_it_said_it(log_format: str) -> None:
    stream = log_as(log_format)
    for name in ("sqlalchemy.engine.Engine", "paramiko.transport", "asyncssh", "urllib3", "web_min.app"):
        logging.getLogger(name).setLevel(logging.WARNING)  # our SFTP server makes one of them quieter
        logging.getLogger(name).warning("opening %s", f"/drop/{CANARY}.xls")
        logging.getLogger(name).info("INSERT %s", CANARY)
        try:
            raise ValueError(CANARY)
        except ValueError:
            logging.getLogger(name).exception("it went wrong with %s", CANARY)
    assert CANARY not in stream.getvalue()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 10
    assert "sqlalchemy.engine.Engine at test_logs.py" in lines[0]
    assert "(ValueError at test_logs.py:" in lines[1]


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_an_exception_of_our_own_is_written_without_its_text_and_every_record_is_one_line(log_format: str) -> None:
    stream = log_as(log_format)
    try:
        raise ValueError(CANARY)
    except ValueError:
        OWN.exception("import %s: broken\nin two", 57)
    assert CANARY not in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 1
    assert "ValueError at test_logs.py" in stream.getvalue()


def test_a_fault_whose_text_was_made_safe_is_written_with_it() -> None:
    stream = log_as("text")
    try:
        raise StepFailedError("load: OperationalError at base.py:12")
    except StepFailedError:
        OWN.exception("import 57: broken")
    assert stream.getvalue().endswith("import 57: broken (load: OperationalError at base.py:12)\n")


def test_setting_up_twice_writes_each_record_once() -> None:
    log_as("text")
    stream = log_as("text")
    OWN.info("once")
    assert stream.getvalue().count("once") == 1


@pytest.mark.parametrize("where", ["main", "thread", "finaliser"])
def test_an_exception_that_nobody_catches_is_logged_by_type_and_place(where: str) -> None:
    code = f"""
import threading
from flows.faults import StepFailedError
from records.logs import log_uncaught, set_up_logging
set_up_logging(level="INFO", log_format="json")
log_uncaught()
def fail(): raise ValueError("{CANARY}")
class Failing:
    def __del__(self): fail()
if "{where}" == "thread":
    thread = threading.Thread(target=fail); thread.start(); thread.join()
elif "{where}" == "finaliser":
    Failing()
else:
    fail()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == (1 if where == "main" else 0)
    assert CANARY not in done.stderr
    assert "ValueError at <string>:" in json.loads(done.stderr)["message"]
