"""Every route of the website, and what routes.txt says that it answers to whom."""

from pathlib import Path
from typing import NamedTuple

from flask import Flask
from werkzeug.routing import Rule

TABLE = Path(__file__).with_name("routes.txt")
AUTOMATIC = {"HEAD", "OPTIONS"}
MEMBERS_OF_A = ("manager", "viewer", "users")

Route = tuple[str, str]  # endpoint and method


class Row(NamedTuple):
    """A line of routes.txt: what a route answers to each visitor about a record of A."""

    endpoint: str
    method: str
    answers: dict[str, str]

    def expect(self, owner: str) -> dict[str, str]:
        """Return the same about a record of B: A's people are others there, and B's are its own."""
        if owner == "A":
            return self.answers
        swapped = {visitor: self._answer_about_others(visitor) for visitor in MEMBERS_OF_A}
        return self.answers | swapped | {"other": self.answers["manager"]}

    def _answer_about_others(self, visitor: str) -> str:
        """Return what a member of A gets about B's record: no trace of it, where it is the record that is refused."""
        refused_by_role = self.answers["other"] == "403"
        return "404" if refused_by_role and self.answers[visitor] == "ok" else self.answers["other"]


def read_rows() -> dict[Route, Row]:
    """Read routes.txt."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.strip()]
    heading = next(line for line in lines if line.startswith("# route ")).split()[3:]
    cells = [line.split() for line in lines if not line.startswith("#")]
    rows = [Row(endpoint, method, dict(zip(heading, answers, strict=True))) for endpoint, method, *answers in cells]
    assert len({row[:2] for row in rows}) == len(rows), "a route has two lines"
    return {(row.endpoint, row.method): row for row in rows}


def list_rules(app: Flask) -> dict[Route, Rule]:
    """Return the website's routes, one for each method that is not answered by itself."""
    rules = app.url_map.iter_rules()
    return {(rule.endpoint, method): rule for rule in rules for method in (rule.methods or set()) - AUTOMATIC}
