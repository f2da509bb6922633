"""Where workbooks that take long to make are kept between runs: var/bench, which git ignores."""

import hashlib
from pathlib import Path

import data.samples

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "var" / "bench"


def find_kept(name: str) -> Path:
    """Return the folder of this name for the learners as they are made now: who makes others has another folder."""
    samples = Path(data.samples.__path__[0])
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sorted(samples.glob("*.py")))).hexdigest()
    return FOLDER / f"{name}-{digest[:12]}"
