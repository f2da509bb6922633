"""Writing what was measured, with the machine and the versions it was measured on, as docs/performance.md."""

import os
import platform
import re
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.make_files import BAD_SHARE, ROW_COUNT
from benchmarks.whole_import import CLEAN_CHECK, REFUSED_CHECK, Line

PACKAGES = ("xlrd", "pandas", "pandera", "numpy", "sqlalchemy", "cryptography", "xlsxwriter", "frictionless")


def format_table(lines: list[Line]) -> str:
    """Return a Markdown table of the lines; ratios are to the last one, the peer."""
    peer = lines[-1]
    rows = [
        f"| {line.what} | {line.wall_seconds:.2f} | {line.wall_seconds / peer.wall_seconds:.2f} "
        f"| {line.cpu_seconds:.2f} | {line.peak_bytes / 2**20:.0f} | {line.peak_bytes / peer.peak_bytes:.2f} "
        f"| {', '.join(f'{seconds:.2f}' for seconds in line.all_wall_seconds)} |"
        for line in lines
    ]
    heading = "| Process | Seconds | Ratio | CPU seconds | Peak MiB | Ratio | Each run's seconds |"
    return "\n".join([heading, "|---|---:|---:|---:|---:|---:|---|", *rows])


def _compare_refused(lines: list[Line]) -> str:
    by_what = {line.what: line for line in lines}
    refused, clean = by_what[REFUSED_CHECK], by_what[CLEAN_CHECK]
    return (
        f"{refused.wall_seconds / clean.wall_seconds:.2f} times the seconds and "
        f"{refused.peak_bytes / clean.peak_bytes:.2f} times the memory of the clean file's check."
    )


def describe_machine() -> str:
    """Return processor, cores, memory, system and versions in a few words."""
    cpu_info = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", cpu_info)
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return (
        f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, {memory_bytes / 2**30:.0f} GiB, "
        f"{platform.system()} {platform.release()}; CPython {platform.python_version()}, "
        + ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    )


def write_report(path: Path, lines: list[Line], *, measured_at: datetime) -> None:
    """Write the page, over the one of the last time."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f"""# Performance

Written by `make bench`; run it again rather than edit this page.

## A whole import of {ROW_COUNT:,} learners

The largest `.xls` there can be: {ROW_COUNT:,} rows, all 17 columns filled, no error. `import` reads, validates,
matches, makes usernames and sealed passwords, and commits learners, accounts, outcome and mail to an empty SQLite
database. `check` does the same up to the matching. frictionless validates what a Table Schema can say of the same
rules. Whole processes from start to exit, in turn; medians of {len(lines[0].all_wall_seconds)} runs; ratios to
frictionless. Memory is the greatest sum over a process and its children.

{format_table(lines)}

The refused file is the same with {BAD_SHARE:.0%} of its cells spoiled as schools spoil them. Its line is the check, all
findings as JSON, and the marked-up workbook together: {_compare_refused(lines)}

{measured_at:%Y-%m-%d}, {describe_machine()}.
""",
        encoding="utf-8",
    )
