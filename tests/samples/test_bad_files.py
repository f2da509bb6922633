"""A bad file is refused with a clear message, loads nobody, and is kept as it came."""

import ctypes
import hashlib
import io
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import msoffcrypto
import openpyxl
import pytest
import xlrd

from data.samples.case import NORTHFIELD
from tests.samples.bad_files import BAD_FILES, PASSWORD, BadFile, write_learners
from tests.samples.command_line import import_file, prepare, start

DROP_BOUND = 24  # PR_CAPBSET_DROP of prctl(2)
READ_ANYTHING = (1, 2)  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH


@pytest.fixture(scope="module")
def prepared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home") / "home"
    prepare(home)
    return home


@pytest.fixture
def home(prepared_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared_home, tmp_path / "home"))


def count_learners(home: Path) -> int:
    with sqlite3.connect(home / "learners.db") as connection:
        count = connection.execute("SELECT count(*) FROM learner").fetchone()[0]
    connection.close()
    return int(count)


def hash_files(folder: Path) -> set[str]:
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("bad", BAD_FILES, ids=[bad.name for bad in BAD_FILES])
def test_a_bad_file_is_refused_and_kept(bad: BadFile, home: Path, tmp_path: Path) -> None:
    path = tmp_path / bad.name
    bad.write(path)
    content = path.read_bytes()

    answer = import_file(home, path, NORTHFIELD)

    assert answer.exit_code == 1, answer.complaint
    assert answer.outcome["status"] == "unsuccessful"
    rules = {finding["rule"] for finding in answer.outcome["findings"]}
    assert len(rules) == 1
    assert rules <= bad.rules
    assert all(finding["message"].endswith(".") for finding in answer.outcome["findings"])
    assert "Traceback" not in answer.complaint
    assert count_learners(home) == 0
    assert path.read_bytes() == content
    assert hashlib.sha256(content).hexdigest() in hash_files(home / "storage")


def test_a_good_file_is_loaded_after_the_bad_ones(home: Path, tmp_path: Path) -> None:
    for name in ("cut-off.xls", "no-rows.xls"):
        bad = next(bad for bad in BAD_FILES if bad.name == name)
        bad.write(tmp_path / name)
        assert import_file(home, tmp_path / name, NORTHFIELD).exit_code == 1
    write_learners(tmp_path / "good.xls", count=5)
    answer = import_file(home, tmp_path / "good.xls", NORTHFIELD)
    assert (answer.exit_code, answer.outcome["created_count"]) == (0, 5)
    assert count_learners(home) == 5


def test_a_folder_is_no_file(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "learners.xls"
    folder.mkdir()
    answer = import_file(home, folder, NORTHFIELD)
    assert (answer.exit_code, answer.output) == (2, "")
    assert "Traceback" not in answer.complaint
    assert answer.complaint


def test_a_file_that_is_not_there_is_wrong_usage(home: Path, tmp_path: Path) -> None:
    answer = import_file(home, tmp_path / "nowhere.xls", NORTHFIELD)
    assert (answer.exit_code, answer.output) == (2, "")
    assert "Traceback" not in answer.complaint
    assert "nowhere.xls" in answer.complaint.replace("\n", "")


@pytest.mark.parametrize("ukprn", ["10000009", "1000123", "Northfield"])
def test_a_provider_that_is_not_registered_is_wrong_usage(ukprn: str, home: Path, tmp_path: Path) -> None:
    write_learners(tmp_path / "good.xls", count=2)
    answer = import_file(home, tmp_path / "good.xls", ukprn)
    assert (answer.exit_code, answer.output) == (2, "")
    assert "Traceback" not in answer.complaint
    assert "--ukprn" in answer.complaint
    assert count_learners(home) == 0


def obey_permissions() -> None:
    """Give up root's right to read every file, for the process that is about to start."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in READ_ANYTHING:
        if libc.prctl(DROP_BOUND, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "this root may not give up its rights")


@pytest.fixture(params=["file", "folder"])
def unreadable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A good workbook that may not be read itself, or stands in a folder that may not be."""
    folder = tmp_path / "locked"
    folder.mkdir()
    path = folder / "learners.xls"
    write_learners(path, count=2)
    locked = path if request.param == "file" else folder
    mode = locked.stat().st_mode
    locked.chmod(0)
    yield path
    locked.chmod(mode)


def test_a_file_that_may_not_be_read_is_wrong_usage(unreadable: Path, home: Path) -> None:
    before = obey_permissions if os.geteuid() == 0 else None
    answer = start(home, "import", unreadable, "--ukprn", NORTHFIELD, "--json", before=before)
    assert (answer.exit_code, answer.output) == (2, "")
    assert "Traceback" not in answer.complaint
    assert "learners.xls" in answer.complaint.replace("\n", "")
    assert count_learners(home) == 0


@pytest.mark.parametrize("name", ["protected.xls", "protected.xlsx"])
def test_the_protected_files_open_with_their_password(name: str, tmp_path: Path) -> None:
    """So that what is refused is what a school would send, and not just a damaged file."""
    next(bad for bad in BAD_FILES if bad.name == name).write(tmp_path / name)
    opened = io.BytesIO()
    with (tmp_path / name).open("rb") as file:
        office_file = msoffcrypto.OfficeFile(file)
        assert office_file.is_encrypted()
        office_file.load_key(password=PASSWORD)
        office_file.decrypt(opened)
    if name.endswith(".xls"):
        assert xlrd.open_workbook(file_contents=opened.getvalue()).sheet_by_index(0).cell_value(5, 0) == NORTHFIELD
    else:
        assert openpyxl.load_workbook(opened).worksheets[0]["A6"].value == NORTHFIELD
