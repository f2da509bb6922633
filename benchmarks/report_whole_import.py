"""What a whole import of the largest workbook took, in words and a table."""

from benchmarks.make_files import BAD_SHARE, ROW_COUNT
from benchmarks.whole_import import CLEAN_CHECK, REFUSED_CHECK, Line

HEADING = f"A whole import of {ROW_COUNT:,} learners"
PACKAGES = ("xlrd", "pandas", "pandera", "numpy", "sqlalchemy", "cryptography", "xlsxwriter", "frictionless")


def describe_whole_import(lines: list[Line]) -> str:
    """Return the section's text."""
    return f"""\
The largest `.xls` there can be: {ROW_COUNT:,} rows, all 17 columns filled, no error. `import` reads, validates,
matches, makes usernames and sealed passwords, and commits learners, accounts, outcome and mail to an empty SQLite
database. `check` does the same up to the matching. frictionless validates what a Table Schema can say of the same
rules. Whole processes from start to exit, in turn; medians of {len(lines[0].all_wall_seconds)} runs; ratios to
frictionless. Memory is the greatest sum over a process and its children.

{format_table(lines)}

The refused file is the same with {BAD_SHARE:.0%} of its cells spoiled as schools spoil them. Its line is the check, all
findings as JSON, and the marked-up workbook together: {_compare_refused(lines)}
"""


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
