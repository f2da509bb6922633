"""A process that collects, imports and sends mail with our own code made to crash, the values in the exceptions' texts.

What is run is the argument: `plain` for the plain functions, `flow` for the Prefect flow on the server that the
environment names.
"""

import logging
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import loaders.loading
import notifications.senders
import schemas.marked_up
import schemas.validation
from flows.collector.collecting import Collector
from flows.processing import process_import
from flows.steps import take_import
from flows.workplace import Workplace, open_workplace
from notifications.outbox import deliver_waiting
from records.logs import set_up_logging
from settings import Settings
from tests.canary.seeds import CRASH_LOADING, CRASH_MARKING, CRASH_VALIDATING, FILE_WORD


def crash_on(word: str, original: Callable[..., Any], find_text: Callable[..., str]) -> Callable[..., Any]:
    """Wrap a function so that it raises what it was given, as careless code does, when the word is in it."""

    def wrapped(*args: Any, **options: Any) -> Any:
        text = find_text(*args, **options)
        if word in text:
            try:
                raise KeyError(text)
            except KeyError as cause:
                raise ValueError(f"could not work with {text}") from cause
        return original(*args, **options)

    return wrapped


def install_faults() -> None:
    """Make our own code crash for the workbooks that ask for it."""
    texts: Callable[..., str] = lambda table, **_: str(table.texts)  # noqa: E731
    schemas.validation.validate = crash_on(CRASH_VALIDATING, schemas.validation.validate, texts)
    loaders.loading.load_learners = crash_on(
        CRASH_LOADING, loaders.loading.load_learners, lambda _, learners, *__, **___: learners.to_csv()
    )
    schemas.marked_up.write_marked_up = crash_on(
        CRASH_MARKING, schemas.marked_up.write_marked_up, lambda _, table, *__, **___: str(table.texts)
    )
    sender: Any = notifications.senders.FileSender
    sender.send = crash_on(f"{FILE_WORD} good", sender.send, lambda _, mail: f"{mail.body_text} {mail.body_html}")


def run_plainly(workplace: Workplace) -> None:
    """Take everything that waits through its steps."""
    while work := take_import(workplace):
        process_import(workplace, work)


def send_mail(workplace: Workplace) -> None:
    """Send what waits; a sender that breaks down keeps the rest waiting."""
    try:
        deliver_waiting(workplace.database, workplace.sender, now=workplace.now)
    except ValueError:
        logging.getLogger("learner_imports").error("mail was not sent")


def main() -> None:
    """Run it all once."""
    settings = Settings()
    set_up_logging(level=settings.log_level, log_format=settings.log_format)
    install_faults()
    workplace = open_workplace(settings)
    collector = Collector(workplace, lambda *_, **__: False)
    collector.look_once()
    run: Callable[[], object] = partial(run_plainly, workplace)
    if sys.argv[1] == "flow":
        from flows.runs.import_learners import import_learners  # Prefect, for which the other run need not wait

        run = partial(import_learners, return_state=True)
    run()
    for _ in range(2):
        send_mail(workplace)
    workplace.close()


if __name__ == "__main__":
    main()
