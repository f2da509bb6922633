"""Many small workbooks of many providers, made from a seed and kept in var/bench: what a busy morning brings."""

from collections.abc import Iterator
from pathlib import Path

from data.samples.case import TEMPLATE
from data.samples.people import make_learners
from data.samples.sheets import write_workbook

ROWS_EACH = 200
FIRST_UKPRN = 10_070_000


def make_backlog(folder: Path, *, file_count: int, provider_count: int) -> Iterator[tuple[str, Path]]:
    """Give (UKPRN, workbook of 200 learners), the providers in turns; what is there already is not written again.

    Raises:
        ValueError: so many learners can't all be told apart; 5,000 files is the most.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(file_count):
        ukprn = str(FIRST_UKPRN + number % provider_count)
        path = folder / f"{ukprn}-{number}.xls"
        if not path.exists():
            partial = folder / "partial.xls"
            write_workbook(partial, TEMPLATE, make_learners(ukprn, number * ROWS_EACH, ROWS_EACH), from_1904=False)
            partial.rename(path)
        yield ukprn, path
