"""Seconds by what is being done, each counted once: what is timed within something else is taken out of that."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any


class Stopwatch:
    """Counts seconds by name."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._running: list[str] = []
        self._since = time.perf_counter()

    @contextmanager
    def timing(self, name: str) -> Iterator[None]:
        """Count what happens meanwhile under this name."""
        self._settle()
        self._running.append(name)
        try:
            yield
        finally:
            self._settle()
            self._running.pop()

    def wrap(self, module: Any, function_name: str, name: str) -> None:
        """Have every call of a module's function, or a class's, counted under this name."""
        function: Callable[..., Any] = getattr(module, function_name)

        @wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            with self.timing(name):
                return function(*arguments, **named)

        setattr(module, function_name, timed)

    def _settle(self) -> None:
        now = time.perf_counter()
        if self._running:
            self.seconds[self._running[-1]] += now - self._since  # type: ignore[assignment]  # a Counter adds floats
        self._since = now
