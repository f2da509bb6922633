"""The spreadsheets of a nation's schools, with sizes spread as real schools' are, made from a seed.

Owns how large schools are and what their files hold. `data.samples.people` owns who the learners are.
"""

import math
from pathlib import Path
from random import Random

from data.samples.case import TEMPLATE
from data.samples.people import SEED, make_learners
from data.samples.sheets import write_workbook

PROVIDER_COUNT, LEARNER_COUNT = 4_000, 4_400_000
SMALLEST, LARGEST = 30, 9_000  # learners of one provider: a special school, a large college
SPREAD = 0.6  # of the logarithm: two thirds of schools have between half and twice the usual number
FIRST_UKPRN = 10_080_000
XLSX_EACH = 5  # every fifth file is an .xlsx


def size_schools() -> list[int]:
    """Return the learners of each of `PROVIDER_COUNT` providers, the same on every run, `LEARNER_COUNT` in all.

    Log-normal between the bounds, as head counts of schools are: many of some hundreds, few of several thousand.
    """
    random = Random(SEED)
    usual = LEARNER_COUNT / PROVIDER_COUNT / math.exp(SPREAD**2 / 2)
    sizes = [usual * math.exp(random.gauss(0, SPREAD)) for _ in range(PROVIDER_COUNT)]
    scale = LEARNER_COUNT / sum(sizes)
    whole = [min(LARGEST, max(SMALLEST, round(size * scale))) for size in sizes]
    missing = LEARNER_COUNT - sum(whole)
    for number in range(abs(missing)):  # what rounding left over, one learner here and there
        whole[number % PROVIDER_COUNT] += 1 if missing > 0 else -1
    return whole


def make_schools(folder: Path, *, share: int) -> list[tuple[str, Path, int]]:
    """Return (UKPRN, workbook, rows) of every `share`-th provider; what is there already is not written again.

    Raises:
        ValueError: so many learners can't all be told apart.
    """
    folder = folder / f"one-of-{share}"
    folder.mkdir(parents=True, exist_ok=True)
    schools, serial = [], 0
    for number, size in enumerate(size_schools()[::share]):
        ukprn = str(FIRST_UKPRN + number)
        path = folder / f"{ukprn}-{size}.{'xls' if number % XLSX_EACH else 'xlsx'}"
        if not path.exists():
            partial = folder / f"partial{path.suffix}"
            write_workbook(partial, TEMPLATE, make_learners(ukprn, serial, size), from_1904=False)
            partial.rename(path)
        schools.append((ukprn, path, size))
        serial += size
    return schools
