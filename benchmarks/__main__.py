"""Measure, print, and write docs/performance.md: `make bench`, which wants the machine for itself.

`python -m benchmarks --only drains` measures one section alone; the page's others stay.
"""

import argparse
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.imports import again, large, peers, step_times
from benchmarks.kept import find_kept
from benchmarks.report import describe_machine, write_section
from benchmarks.service.answer_time import measure_answers
from benchmarks.service.autumn import measure_autumn
from benchmarks.service.contention import measure_contention
from benchmarks.service.drain import Shape, drain
from benchmarks.service.report_autumn import HEADING as AUTUMN_HEADING
from benchmarks.service.report_autumn import PACKAGES as AUTUMN_PACKAGES
from benchmarks.service.report_autumn import describe_autumn
from benchmarks.service.report_service import (
    ANSWERS_HEADING,
    DRAINS_HEADING,
    PACKAGES,
    describe_answers,
    describe_drains,
)
from benchmarks.website.report import WEBSITE

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "performance.md"
CACHE = find_kept("workbooks")
ANSWERED_COUNT = 50  # in each case
BACKLOG = 1_000
AUTUMN_SHARE = 10
PROCESS_COUNTS = (1, 2, 4, 8)
SHAPES = (
    Shape("sqlite", 2, 0, BACKLOG),
    Shape("sqlite", 2, 1, BACKLOG),
    Shape("postgresql", 2, 0, BACKLOG),
    Shape("postgresql", 1, 1, BACKLOG),
    Shape("postgresql", 2, 2, BACKLOG),
)


def measure_answer_times() -> str:
    """Drop file after file."""
    return describe_answers(measure_answers(ANSWERED_COUNT))


def measure_drains() -> str:
    """Drain the same backlog in each shape."""
    return describe_drains([drain(shape) for shape in SHAPES])


def measure_whole_autumn() -> str:
    """Run a part of a nation's files whole, and find out what more workers would do."""
    return describe_autumn(
        measure_autumn(share=AUTUMN_SHARE, run_count=2), [measure_contention(count) for count in PROCESS_COUNTS]
    )


SECTIONS: dict[str, tuple[str, Callable[[], str], tuple[str, ...]]] = {
    "steps": (step_times.HEADING, partial(step_times.measure_step_times, CACHE), step_times.PACKAGES),
    "peers": (peers.HEADING, partial(peers.measure_peers, CACHE), peers.PACKAGES),
    "again": (again.HEADING, partial(again.measure_again, CACHE), again.PACKAGES),
    "large": (large.HEADING, partial(large.measure_large, CACHE), large.PACKAGES),
    "answers": (ANSWERS_HEADING, measure_answer_times, PACKAGES),
    "drains": (DRAINS_HEADING, measure_drains, PACKAGES),
    "autumn": (AUTUMN_HEADING, measure_whole_autumn, AUTUMN_PACKAGES),
    "website": WEBSITE,
}


def main() -> None:
    """Run the measurements asked for, all by default; each is on the page as soon as it is made."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=SECTIONS, action="append", help="a section to measure; may be said again")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that all that was started is ended
    order = [heading for heading, _, _ in SECTIONS.values()]
    for name in parser.parse_args().only or SECTIONS:
        heading, measure, packages = SECTIONS[name]
        text = f"{measure()}\n{describe_machine(packages, datetime.now(UTC))}\n"
        print(f"\n{heading}\n\n{text}", flush=True)
        write_section(PAGE, heading, text, order=order)


if __name__ == "__main__":
    main()
