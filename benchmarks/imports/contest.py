"""Contestants run in turn, several times over, and what came of each."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from statistics import median
from typing import NamedTuple

from benchmarks.imports.whole_process import Measurement

RUN_COUNT = 3


class Contestant(NamedTuple):
    """What is run, and how often; the slowest run once."""

    run: Callable[[], Measurement]
    run_count: int = RUN_COUNT


class Result(NamedTuple):
    """A contestant's runs."""

    measurements: list[Measurement]

    @property
    def seconds(self) -> float:
        """Of the whole process."""
        return median(measurement.wall_seconds for measurement in self.measurements)

    @property
    def cpu_seconds(self) -> float:
        """Of the process and its children, but no database server's."""
        return median(measurement.cpu_seconds for measurement in self.measurements)

    @property
    def megabytes(self) -> float:
        """At the peak, in millions of bytes."""
        return median(measurement.peak_bytes for measurement in self.measurements) / 1e6

    @property
    def all_seconds(self) -> str:
        """Every run's."""
        return ", ".join(f"{measurement.wall_seconds:.2f}" for measurement in self.measurements)

    def step_seconds(self) -> dict[str, float]:
        """Return the median of each step that the process told of."""
        told = [json.loads(measurement.output)["seconds"] for measurement in self.measurements]
        return {step: median(seconds.get(step, 0.0) for seconds in told) for step in told[0]}


def run_in_turn(contestants: Mapping[str, Contestant]) -> dict[str, Result]:
    """Run each contestant once, then each once more, until every one has had its runs."""
    runs: dict[str, list[Measurement]] = defaultdict(list)
    for number in range(max(contestant.run_count for contestant in contestants.values())):
        for what, contestant in contestants.items():
            if number < contestant.run_count:
                measurement = contestant.run()
                runs[what].append(measurement)
                print(f"{what}: {measurement.wall_seconds:.2f} s, {measurement.peak_bytes / 1e6:.0f} MB", flush=True)
    return {what: Result(measurements) for what, measurements in runs.items()}


class Aim(NamedTuple):
    """A ratio or a number that is to stay within a limit."""

    what: str
    limit: float
    measured: float
    unit: str = " ×"

    def describe(self) -> str:
        """Return it as a line of a table."""
        is_met = "yes" if self.measured <= self.limit else "**no**"
        places = 0 if self.limit >= 10 else 2
        return f"| {self.what} | {self.limit:g}{self.unit} | {self.measured:.{places}f}{self.unit} | {is_met} |"


def describe_aims(aims: list[Aim]) -> str:
    """Return a table of aims and whether they are met."""
    return "\n".join(["| Aim | At most | Measured | Met |", "|---|---:|---:|---|", *(aim.describe() for aim in aims)])
