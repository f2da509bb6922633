"""What Prefect's worker starts for a run: Prefect's own `prefect.engine`, begun half a second sooner.

Python's collector of garbage would go again and again through all that is being imported, where there is no garbage.
Owns that and nothing else.
"""

import gc
import importlib
import runpy
import sys

IMPORTED_FIRST = ("prefect.flow_engine", "flows.runs.import_learners")


def main() -> None:
    """Import what a run needs, then do what `python -m prefect.engine` does."""
    gc.disable()
    for module in IMPORTED_FIRST:
        importlib.import_module(module)
    gc.freeze()
    gc.enable()
    sys.modules.pop("prefect.engine", None)  # imported beside the others: else Python warns that it is run twice
    runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
