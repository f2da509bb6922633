"""Measure everything, print it, and write docs/performance.md: `make bench`. Takes a few minutes."""

from datetime import UTC, datetime
from pathlib import Path

from benchmarks.make_files import make_large_workbook, make_refused_workbook
from benchmarks.report import describe_machine, format_table, write_report
from benchmarks.whole_import import compare

ROOT = Path(__file__).parents[1]
CACHE = ROOT / "var" / "bench"


def main() -> None:
    """Run all measurements."""
    print("Making the workbooks (a minute, the first time) ...")
    lines = compare(make_large_workbook(CACHE), make_refused_workbook(CACHE))
    print(f"\n{format_table(lines)}\n\n{describe_machine()}")
    write_report(ROOT / "docs" / "performance.md", lines, measured_at=datetime.now(UTC))


if __name__ == "__main__":
    main()
