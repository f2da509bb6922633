"""What Prefect's worker starts for an import run: Prefect's own `prefect.engine`, with the first file answered sooner.

A file waits while this starts, so what can be done beside it is: readers begin on another processor, and what only the
later steps need is imported while Prefect's server is asked. Python's collector of garbage is off while modules are
imported, since there is none yet. Owns that and nothing else.
"""

import gc
import importlib
import runpy
import sys
from contextlib import suppress
from threading import Thread

from schemas.reading import warm_up_reading

IMPORTED_FIRST = ("prefect.flow_engine", "flows.runs.import_learners")


def main() -> None:
    """Prepare for an import run, then do what `python -m prefect.engine` does."""
    gc.disable()
    with suppress(OSError):  # the first file will start it, or say what is wrong
        warm_up_reading()
    for module in IMPORTED_FIRST:
        importlib.import_module(module)
    gc.freeze()
    gc.enable()
    from flows.steps import import_what_follows

    Thread(target=import_what_follows, name="imports", daemon=True).start()
    sys.modules.pop("prefect.engine", None)  # imported beside the others: else Python warns that it is run twice
    runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
