"""How this service's processes log: one line for each event, as text or as JSON, and never an exception's text.

What we log ourselves names imports, UKPRNs, types and places. What libraries log may hold anything (a statement's
values, a file's name), so of their records only logger, level, place and the exception's type are written.
"""

import json
import logging
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

OWN = "learner_imports"
PREFECT = "prefect"
OUR_LOGGERS = (OWN, "tests")
IMPORT_ID = re.compile(r"\bimport (\d+)\b")
UKPRN = re.compile(r"\b(?:of|folder|provider) (\d{8})\b")

logger = logging.getLogger(OWN)


def set_up_logging(*, level: str | int, log_format: str, stream: TextIO | None = None) -> None:
    """Log to standard error from here on.

    Again is harmless. Handlers of others stay, but for Prefect's own where lines are to be JSON.

    Args:
        level: the least level of our own records; libraries' are written from WARNING on.
        log_format: "text" or "json".
        stream: where to, in place of standard error.
    """
    handler = OurHandler(stream)
    handler.setFormatter(JsonFormatter() if log_format == "json" else TextFormatter())
    root = logging.getLogger()
    _replace(root, handler)
    root.setLevel(logging.WARNING)
    if log_format == "json" and logging.getLogger(PREFECT).handlers:
        _replace(logging.getLogger(PREFECT), handler)
    logger.setLevel(level)


def log_uncaught() -> None:
    """Have exceptions that nobody catches logged by type and place, in place of their texts on standard error."""
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    sys.unraisablehook = _log_unraisable


class OurHandler(logging.StreamHandler[TextIO]):
    """The handler that `set_up_logging` puts in, so that it finds it again. Writes to what is standard error just then.

    Args:
        stream: where to, in place of standard error.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        logging.Handler.__init__(self)
        self._stream = stream

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """Where to write now."""
        return self._stream or sys.stderr


def _replace(owner: logging.Logger, handler: logging.Handler) -> None:
    for old in list(owner.handlers):
        if isinstance(old, OurHandler) or type(old).__module__.startswith(PREFECT + "."):
            owner.removeHandler(old)
    owner.addHandler(handler)


class TextFormatter(logging.Formatter):
    """Time in UTC, level and message in one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record's line."""
        message = " ".join(describe_record(record).splitlines())
        return f"{_write_time(record)} {record.levelname} {message}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and import_id and ukprn where the message names them."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record's object."""
        message = describe_record(record)
        fields: dict[str, Any] = {
            "time": _write_time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": message,
        }
        if is_ours(record):
            fields |= find_fields(record, message)
        return json.dumps(fields, ensure_ascii=False)


def describe_record(record: logging.LogRecord) -> str:
    """Say what a record may say: our own message, or the place of a library's; an exception by its type and place."""
    text = record.getMessage() if is_ours(record) else f"{record.name} at {record.filename}:{record.lineno}"
    if record.exc_info and record.exc_info[1]:
        text += f" ({name_fault(record.exc_info[1])})"
    return text


def is_ours(record: logging.LogRecord) -> bool:
    """Whether a record is of this service, whose messages hold nothing that must not be logged."""
    return record.name.split(".")[0] in OUR_LOGGERS


def find_fields(record: logging.LogRecord, message: str) -> dict[str, int | str]:
    """Find the import and the UKPRN that a message names, or that came with the record as `extra`."""
    fields: dict[str, int | str] = {}
    named = IMPORT_ID.search(message)
    import_id = getattr(record, "import_id", None) or (named and int(named[1]))
    if import_id:
        fields["import_id"] = import_id
    of = UKPRN.search(message)
    ukprn = getattr(record, "ukprn", None) or (of and of[1])
    if ukprn:
        fields["ukprn"] = ukprn
    return fields


def name_fault(fault: BaseException) -> str:
    """Name an exception and the innermost place it came from, without its text; or give a text that is known safe."""
    if getattr(fault, "is_safe_to_log", False):
        return str(fault)
    frames = traceback.extract_tb(fault.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(fault).__name__}{place}"


def _write_time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _log_uncaught(_type: type[BaseException], fault: BaseException, _at: TracebackType | None) -> None:
    if isinstance(fault, KeyboardInterrupt):
        return
    logger.critical("ended by a fault: %s", name_fault(fault))


def _log_uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value and not isinstance(arguments.exc_value, SystemExit):
        logger.critical("a thread ended by a fault: %s", name_fault(arguments.exc_value))


def _log_unraisable(unraisable: Any) -> None:
    if unraisable.exc_value:
        logger.error("a fault that nobody can catch: %s", name_fault(unraisable.exc_value))
