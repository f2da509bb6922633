"""Saves the learners of learners.json with other programs than ours, so that a test can read what they wrote.

    python -m tests.interop.make_files

writes `files/` again; it needs LibreOffice's soffice, and node with SheetJS (NODE_PATH tells where). Nothing is made
equal for the reader's sake but the format of dates, which a .csv shows as the program does; what LibreOffice's .ods
holds of a picture of its first page is left out for its size.
"""

import csv
import io
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TypeAlias

import openpyxl
import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from schemas.columns import COLUMNS, NAMES

HERE = Path(__file__).parent
FILES = HERE / "files"
SHEETJS = HERE / "save_with_sheetjs.cjs"
TITLE = "Learners to be added this term"
HEADING_ROW = 3  # below a title and a blank row
HIDDEN_ROW = 10
DATE_FORMAT = "yyyy-mm-dd"
HEADINGS = [column.heading for column in COLUMNS]

Cell: TypeAlias = str | int | date | None


def load_learners() -> list[dict[str, str]]:
    """Return the learners as they must come out: our column names with canonical texts, "" where blank."""
    learners: list[dict[str, str]] = json.loads((HERE / "learners.json").read_text(encoding="utf-8"))
    return learners


def to_cells(index: int, learner: dict[str, str]) -> list[Cell]:
    """Return a learner as people keep it: here a number, there a text, a date cell in every second row."""
    cells: dict[str, Cell] = {name: learner[name] or None for name in NAMES}
    if index % 2 == 0:
        cells["ukprn"] = int(learner["ukprn"])
        cells["year_group"] = int(learner["year_group"].removeprefix("Year "))
        cells["date_of_birth"] = date.fromisoformat(learner["date_of_birth"])
    if index % 3 == 0 and learner["telephone"]:
        cells["telephone"] = int(learner["telephone"])
    if learner["uln"]:
        cells["uln"] = int(learner["uln"])
    return [cells[name] for name in NAMES]


def make_rows() -> list[list[Cell]]:
    return [to_cells(index, learner) for index, learner in enumerate(load_learners())]


def make_sheet() -> list[list[Cell]]:
    return [[*HEADINGS], *make_rows()]


def save_with_openpyxl(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Learners"
    sheet["A1"] = TITLE
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(HEADINGS))
    for row_number, cells in enumerate(make_sheet(), HEADING_ROW):
        for column, value in enumerate(cells, 1):
            cell = sheet.cell(row_number, column, value)
            cell.number_format = (
                DATE_FORMAT if isinstance(value, date) else "0" if isinstance(value, int) else "General"
            )
    sheet.row_dimensions[HIDDEN_ROW].hidden = True
    book.save(path)


def save_with_pandas(folder: Path) -> None:
    frame = pd.DataFrame(make_rows(), columns=HEADINGS, dtype=object)
    frame.to_excel(folder / "pandas.xlsx", index=False)
    frame.to_csv(folder / "pandas.csv", index=False)


def save_with_python(path: Path) -> None:
    """As the csv module writes for Excel in a country where the comma is for decimals."""
    with path.open("w", encoding="cp1252", newline="") as file:
        csv.writer(file, delimiter=";").writerows(make_sheet())


def save_with_libreoffice(source: Path, folder: Path) -> Iterator[Path]:
    """Yield the source saved by LibreOffice in each format."""
    with tempfile.TemporaryDirectory() as home:
        for ending in ("xls", "xlsx", "ods", "csv"):
            kind = "csv:Text - txt - csv (StarCalc):44,34,76,1" if ending == "csv" else ending
            subprocess.run(
                [
                    "soffice",
                    "--headless",
                    f"-env:UserInstallation=file://{home}",
                    "--convert-to",
                    kind,
                    "--outdir",
                    home,
                    source,
                ],
                check=True,
                capture_output=True,
                timeout=120,
            )
            saved = Path(shutil.move(Path(home) / f"{source.stem}.{ending}", folder / f"libreoffice.{ending}"))
            if ending == "ods":
                leave_out(saved, "Thumbnails/thumbnail.png")
            yield saved


def leave_out(path: Path, name: str) -> None:
    """Zip a file again without one of its parts."""
    content = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(path, "w") as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))


def save_with_sheetjs(folder: Path) -> None:
    """Let SheetJS save every format that it has; raises CalledProcessError when it is not there."""
    rows = [[to_sheetjs(value) for value in cells] for cells in make_sheet()]
    told = {"title": TITLE, "rows": rows, "hidden_row": HIDDEN_ROW, "heading_row": HEADING_ROW}
    subprocess.run(
        ["node", SHEETJS, folder],
        input=json.dumps(told).encode(),
        check=True,
        capture_output=True,
        env={**os.environ, "TZ": "UTC"},
    )


def to_sheetjs(value: Cell) -> dict[str, object] | None:
    if value is None:
        return None
    if isinstance(value, date):
        return {"t": "d", "v": value.isoformat(), "z": DATE_FORMAT}
    return {"t": "s", "v": value} if isinstance(value, str) else {"t": "n", "v": value, "z": "0"}


def main() -> None:
    """Write all files again."""
    FILES.mkdir(exist_ok=True)
    source = FILES / "openpyxl.xlsx"
    save_with_openpyxl(source)
    save_with_pandas(FILES)
    save_with_python(FILES / "python.csv")
    for _ in save_with_libreoffice(source, FILES):
        pass
    save_with_sheetjs(FILES)


if __name__ == "__main__":
    main()
