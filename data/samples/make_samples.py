"""Write every sample workbook and, beside it, the outcome it must have: `python -m data.samples.make_samples`.

The same files come out on every run. Run it after changing a case, and commit what it writes.
"""

import json
import sys
from pathlib import Path

from data.samples import damaged, loaded, refused
from data.samples.case import Case
from data.samples.sheets import write_workbook

FOLDER = Path(__file__).parent


def make_cases() -> list[Case]:
    """Make all samples, in the order they are imported in."""
    cases = [make() for make in (*loaded.MAKERS, *refused.MAKERS, *damaged.MAKERS)]
    return sorted(cases, key=lambda case: case.file_name)


def write_samples(folder: Path) -> None:
    """Write the samples into this folder, over those that are there."""
    for case in make_cases():
        path = folder / case.file_name
        if case.text:
            path.write_text(case.text, encoding="utf-8", newline="\n")
        else:
            write_workbook(path, case.headings, case.rows, from_1904=case.from_1904)
        outcome = json.dumps(case.describe_outcome(), ensure_ascii=False, indent=2)
        path.with_suffix(".expected.json").write_text(f"{outcome}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write_samples(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
