"""Dying at a named place: this process kills itself there as kill -9 would. The code under test knows nothing of it.

Used only in processes that were forked to die.
"""

import importlib
import os
import signal
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from sqlalchemy import Engine, event

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
FILE_ACTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate"}


class Death(NamedTuple):
    """Where to die.

    Args:
        where: `module:function`, `module:Class.method`, `step:name` for a step of an import, `event:name` for one of
            Python's audit events, or `act` for anything that outlasts the process.
        when: "before" or "after"; events and acts are always before.
        time: at which time it gets there, counted from 1.
    """

    where: str
    when: str = "before"
    time: int = 1


def die() -> None:
    """End this process at once; nothing is flushed, closed or undone."""
    os.kill(os.getpid(), signal.SIGKILL)


class Countdown:
    """Calls back at the given time and never again."""

    def __init__(self, time: int, at_zero: Callable[[], None]) -> None:
        self.left = time
        self.at_zero = at_zero

    def tick(self) -> None:
        """Count one."""
        self.left -= 1
        if self.left == 0:
            self.at_zero()


def arm(death: Death, act: Callable[[], None] = die) -> None:
    """Make this process die there, or do something else.

    Raises:
        AttributeError: there is no such function any more: the boundary must be named anew.
    """
    countdown = Countdown(death.time, act)
    kind, _, name = death.where.partition(":")
    if kind == "event":
        sys.addaudithook(lambda event_name, _: countdown.tick() if event_name == name else None)
    elif kind == "act":
        watch_acts(lambda _: countdown.tick())
    elif kind != "step":
        _wrap(kind, name, death.when, countdown)


def _wrap(module_name: str, path: str, when: str, countdown: Countdown) -> None:
    owner: Any = importlib.import_module(module_name)
    *outer, name = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    original = getattr(owner, name)

    @wraps(original)
    def wrapped(*args: Any, **options: Any) -> Any:
        if when == "before":
            countdown.tick()
        result = original(*args, **options)
        if when == "after":
            countdown.tick()
        return result

    setattr(owner, name, wrapped)


def watch_acts(tell: Callable[[str], object]) -> None:
    """Tell of each act that outlasts this process, before it is done: files made, renamed and removed, and commits."""

    def hear(name: str, args: tuple[Any, ...]) -> None:
        if name in FILE_ACTS:
            tell(name)
        elif name == "open" and _is_writing(*args):
            tell("open for writing")

    sys.addaudithook(hear)
    event.listen(Engine, "commit", lambda _: tell("commit"))


def _is_writing(path: object, _mode: object, flags: object) -> bool:
    return isinstance(flags, int) and bool(flags & WRITING) and not str(path).startswith(("/dev/", "/proc/"))
