"""One import with a stopwatch at each step: `python -m benchmarks.imports.timed_import FILE UKPRN`, which prints JSON.

Does what `learner-imports import` does, by the same functions, in a process that has refused a small file before, as an
import run that stays may have: everything is imported, and the steps are what the file itself takes. Loading has its
parts timed by wrapping the functions that it calls, so that the product holds nothing for benchmarks.
"""

import json
import sys
from pathlib import Path

import flows.processing
import flows.single_file
import flows.steps
from benchmarks.imports.stopwatch import Stopwatch
from flows.begun import begin_file
from flows.single_file import FileOutcome, import_file
from flows.workplace import Workplace, open_workplace
from loaders.providers import find_registered
from settings import Settings

READ, VALIDATE, MATCH, CREDENTIALS, LOAD, OUTCOME = "read", "validate", "match", "credentials", "load", "outcome"
STEPS = (READ, VALIDATE, MATCH, CREDENTIALS, LOAD, OUTCOME)
STEP_OF = {"read": READ, "validate": VALIDATE, "load": LOAD, "tell": OUTCOME}
REFUSED = Path(__file__).parents[2] / "data" / "samples" / "03-every-error.xls"


def main() -> None:
    """Import the file and print its counts and the seconds of each step."""
    path, ukprn = Path(sys.argv[1]), sys.argv[2]
    workplace = open_workplace(Settings())
    _import(workplace, REFUSED, ukprn)
    watch = Stopwatch()
    _time_parts(watch)
    with watch.timing(READ):  # and what goes before: storing, queueing, taking
        outcome = _import(workplace, path, ukprn)
    counts = {name: getattr(outcome, f"{name}_count") for name in ("row", "created", "updated", "unchanged")}
    print(json.dumps({"status": outcome.status, **counts, "seconds": watch.seconds}))


def _import(workplace: Workplace, path: Path, ukprn: str) -> FileOutcome:
    with workplace.database.read() as session:
        provider = find_registered(session, ukprn)
    with begin_file(path, workplace.settings) as begun:
        return import_file(workplace, begun, provider=provider)


def _time_parts(watch: Stopwatch) -> None:
    import loaders.creating
    import loaders.loading
    from loaders.sealing import Sealer

    for step in flows.processing.DECIDING_STEPS:
        watch.wrap(flows.steps, step.__name__, STEP_OF[step.__name__])
    flows.processing.DECIDING_STEPS = (flows.steps.read, flows.steps.validate, flows.steps.load)
    for module, function_name, name in (
        (flows.processing, "tell", OUTCOME),
        (flows.single_file, "send_due_mail", OUTCOME),
        (loaders.loading, "match_rows", MATCH),
        (loaders.loading, "compare_rows", MATCH),
        (loaders.creating, "make_stems", CREDENTIALS),
        (loaders.creating, "assign_usernames", CREDENTIALS),
        (loaders.creating, "make_passwords", CREDENTIALS),
        (Sealer, "seal", CREDENTIALS),
        (flows.steps, "_record_findings", OUTCOME),
        (flows.steps, "finish_import", OUTCOME),
        (flows.steps, "queue_outcome_mail", OUTCOME),
    ):
        watch.wrap(module, function_name, name)


if __name__ == "__main__":
    main()
