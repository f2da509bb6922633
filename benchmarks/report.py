"""docs/performance.md: one section a measurement, each with the machine, the versions and the day it was measured on.

Owns the page. A section that was measured again takes the place of the old one; the others stay as they are.
"""

import os
import platform
import re
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

TITLE = "# Performance\n\nWritten by `make bench`, section by section; measure again rather than edit this page.\n"


def write_section(path: Path, heading: str, text: str, *, order: Sequence[str]) -> None:
    """Write a section of the page.

    Args:
        path: the page, which need not be there.
        heading: the section's.
        text: what stands under it.
        order: the headings of all sections that may stand there, in their order.
    """
    page = path.read_text(encoding="utf-8") if path.exists() else ""
    parts = re.split(r"^## (.+)\n", page, flags=re.MULTILINE)[1:]
    sections = dict(zip(parts[::2], parts[1::2], strict=True)) | {heading: text}
    written = [f"## {name}\n\n{sections[name].strip()}\n" for name in order if name in sections]
    path.write_text("\n".join([TITLE, *written]), encoding="utf-8")


def describe_machine(packages: Sequence[str], measured_at: datetime) -> str:
    """Return day, processor, cores, memory, system and versions in a sentence."""
    cpu_info = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", cpu_info)
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return (
        f"{measured_at:%Y-%m-%d}, {model[1] if model else platform.machine()}, {os.cpu_count()} cores, "
        f"{memory_bytes / 2**30:.0f} GiB, {platform.system()} {platform.release()}; "
        f"CPython {platform.python_version()}, {', '.join(f'{package} {version(package)}' for package in packages)}."
    )
