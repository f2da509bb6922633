"""The same learners saved by other programs are the same learners, whatever the format."""

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from schemas.columns import LEARNER_NAMES
from schemas.findings import FileError
from schemas.reading import read_workbook
from schemas.rules import ERROR
from schemas.validation import Validated, validate
from tests.interop import make_files
from tests.interop.make_files import FILES

UKPRN, TODAY = "10001234", date(2026, 11, 23)
REFUSED = {
    "sheetjs.xlsb": "file_other_format",
    "sheetjs-html.xls": "file_html",
}
OLD = ("sheetjs-biff5.xls", "sheetjs-biff2.xls")  # in which the program keeps no accents, and in one no dates
TELLS_HIDDEN_ROWS = ("libreoffice.ods", "libreoffice.xls", "libreoffice.xlsx", "openpyxl.xlsx", "sheetjs.xlsx")
READ = sorted(path.name for path in FILES.iterdir() if path.name not in {*REFUSED, *OLD})
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
BYTES_LIMIT = 40_000


def has_sheetjs() -> bool:
    return (
        bool(shutil.which("node"))
        and not subprocess.run(["node", "-e", 'require("xlsx")'], capture_output=True, check=False).returncode
    )


NEEDS = {
    "libreoffice": pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice's soffice"),
    "sheetjs": pytest.mark.skipif(not has_sheetjs(), reason="needs node with SheetJS in NODE_PATH"),
}


def validate_file(path: Path) -> Validated:
    return validate(read_workbook(path), ukprn=UKPRN, today=TODAY)


def learners_of(validated: Validated) -> list[dict[str, str]]:
    rows = validated.learners[list(LEARNER_NAMES)].to_dict("records")
    return [{str(name): value or "" for name, value in row.items()} for row in rows]


def assert_is_the_same(path: Path) -> None:
    validated = validate_file(path)
    assert [finding for finding in validated.findings if finding.severity == ERROR] == []
    expected = [{name: learner[name] for name in LEARNER_NAMES} for learner in make_files.load_learners()]
    assert learners_of(validated) == expected


def test_programs_of_every_kind_have_saved_them() -> None:
    programs = {path.name.partition(".")[0].partition("-")[0] for path in FILES.iterdir()}
    assert programs == {"libreoffice", "openpyxl", "pandas", "python", "sheetjs"}
    assert {path.suffix for path in FILES.iterdir()} >= {".xls", ".xlsx", ".ods", ".csv"}
    assert max(path.stat().st_size for path in FILES.iterdir()) < BYTES_LIMIT


@pytest.mark.parametrize("name", READ)
def test_the_learners_are_the_same_whoever_saved_them(name: str) -> None:
    assert_is_the_same(FILES / name)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_workbook_is_refused_by_what_it_is(name: str) -> None:
    with pytest.raises(FileError, match=f"^{REFUSED[name]}$"):
        read_workbook(FILES / name)


@pytest.mark.parametrize("name", TELLS_HIDDEN_ROWS)
def test_the_hidden_row_is_told(name: str) -> None:
    assert [remark.rule for remark in read_workbook(FILES / name).remarks] == ["rows_hidden"]


@pytest.mark.parametrize("name", OLD)
def test_workbooks_of_old_excels_are_read_as_far_as_the_program_kept_them(name: str) -> None:
    validated = validate_file(FILES / name)
    kept = [column for column in LEARNER_NAMES if name != "sheetjs-biff2.xls" or column != "date_of_birth"]
    expected = [
        {column: NOT_ASCII.sub("_", learner[column]) for column in kept} for learner in make_files.load_learners()
    ]
    assert [{column: learner[column] for column in kept} for learner in learners_of(validated)] == expected


@NEEDS["libreoffice"]
def test_what_libreoffice_saves_today_is_the_same(tmp_path: Path) -> None:
    source = tmp_path / "source.xlsx"
    make_files.save_with_openpyxl(source)
    for path in make_files.save_with_libreoffice(source, tmp_path):
        assert_is_the_same(path)


@NEEDS["sheetjs"]
def test_what_sheetjs_saves_today_is_the_same(tmp_path: Path) -> None:
    make_files.save_with_sheetjs(tmp_path)
    saved = [path for path in tmp_path.iterdir() if path.name in READ]
    assert saved
    for path in saved:
        assert_is_the_same(path)
