"""What the performance page says of the website: every page's figures, what differs, and what could not be measured."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from benchmarks.website import load as website_load
from benchmarks.website import nation, nation_kept
from benchmarks.website.load import Load, load_server
from benchmarks.website.nation import make_nation
from benchmarks.website.pages import PAGES, REACHES, TYPICAL, Manager, find_95th, make_app, sign_managers_in
from benchmarks.website.pages_measured import Line, Measured, count_queries_of
from benchmarks.website.report import describe_website
from records.database import Database
from records.tables import Learner


def make_line(page: str, query_count: int) -> list[Line]:
    return [Line(page, reach, [10.0, 20.0, 30.4], query_count, 5) for reach in REACHES]


LOAD = Load("Learners", 41.6, 190.0, 250.0)


def test_every_page_has_its_times_for_each_reach_and_its_load() -> None:
    text = describe_website([Measured("sqlite", make_line("Learners", 5), [LOAD], 1.01)])
    assert "| Learners | 20 / 29 | 20 / 29 | 20 / 29 |" in text
    assert "the same in every case" in text
    assert "| SQLite | Learners | 42 | 190 | 250 |" in text


def test_queries_that_grow_with_the_learners_are_named() -> None:
    lines = [*make_line("Learners", 5), *make_line("Imports", 9)]
    text = describe_website([Measured("postgresql", lines, [LOAD], 1.0)])
    assert "not the same for: Imports" in text
    assert "Learners 5; Imports 5 or 9" in " ".join(text.split())


def test_without_the_load_tool_the_page_says_so(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    monkeypatch.setattr(website_load, "TOOL", "no-such-load-tool")
    with Flask(__name__).app_context():
        loads = load_server(database, None)  # type: ignore[arg-type]  # nobody is asked
    text = describe_website([Measured("sqlite", make_line("Learners", 5), loads, 1.0)])
    assert "Requests a second were not measured" in text


@pytest.mark.parametrize(("values", "expected"), [([7.0, 7.0], 7.0), ([*map(float, range(101))], 95.0)])
def test_the_95th_percentile_is_never_beyond_what_was_measured(values: list[float], expected: float) -> None:
    assert find_95th(values) == expected


def test_managers_of_one_some_and_all_providers_can_ask_for_every_page(database: Database) -> None:
    make_nation(database, provider_count=2, learner_count=3)
    app = make_app(database)
    managers: list[Manager] = [manager for reach in REACHES for manager in sign_managers_in(app, database, reach)]
    assert [manager.learner_count for manager in managers] == [3, 3, 6, 6]
    for page in PAGES:
        counts = {count_queries_of(database, page, manager) for manager in managers}
        assert len(counts) == 1, page
    assert len(sign_managers_in(app, database, TYPICAL._replace(request_count=1))) == 1


def test_the_nation_is_made_once_and_again_when_the_tables_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []

    def make(database: Database) -> None:
        make_nation(database, provider_count=1, learner_count=2)
        made.append(database.url)

    monkeypatch.setattr(nation, "make_nation", make)
    for _ in range(2):
        with nation_kept.open_nation("sqlite", tmp_path) as database, database.read() as session:
            assert session.scalar(select(func.count()).select_from(Learner)) == 2
    assert len(made) == 1
    monkeypatch.setattr(nation_kept, "HEAD", "9999")
    with nation_kept.open_nation("sqlite", tmp_path):
        assert len(made) == 2
    assert len([*tmp_path.iterdir()]) == 1, "what can't be used again is gone"
