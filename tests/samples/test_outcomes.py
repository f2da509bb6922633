"""Every sample, imported in order through the command line, has the outcome that stands beside it."""

import json
from pathlib import Path
from typing import Any

import pytest

from data.samples.make_samples import FOLDER
from tests.samples.command_line import Answer, import_file, prepare

OUTCOMES: dict[str, dict[str, Any]] = {
    path.name.removesuffix(".expected.json"): json.loads(path.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*.expected.json"))
}
COUNTS = ("row_count", "created_count", "updated_count", "unchanged_count")
REPEATED = "02-clean-250"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    prepare(home)
    return home


@pytest.fixture(scope="module")
def answers(home: Path) -> dict[str, Answer]:
    """The answer for each sample, imported one after the other into the same database."""
    return {name: import_sample(home, name) for name in OUTCOMES}


def import_sample(home: Path, name: str) -> Answer:
    file = next(path for path in FOLDER.glob(f"{name}.xls*"))
    return import_file(home, file, OUTCOMES[name]["ukprn"])


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_sample_has_its_expected_status_and_counts(name: str, answers: dict[str, Answer]) -> None:
    expected, answer = OUTCOMES[name], answers[name]
    assert answer.exit_code == (0 if expected["status"] == "successful" else 1), answer.complaint
    assert answer.outcome["status"] == expected["status"]
    assert {count: answer.outcome[count] for count in COUNTS} == {count: expected[count] for count in COUNTS}
    assert isinstance(answer.outcome["import_id"], int)


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_sample_has_exactly_its_expected_findings(name: str, answers: dict[str, Answer]) -> None:
    found = answers[name].outcome["findings"]
    without_messages = [{key: value for key, value in finding.items() if key != "message"} for finding in found]
    assert without_messages == OUTCOMES[name]["findings"]


@pytest.mark.parametrize("name", OUTCOMES)
def test_every_message_is_a_finished_sentence(name: str, answers: dict[str, Answer]) -> None:
    for finding in answers[name].outcome["findings"]:
        assert finding["message"].endswith(".")
        assert "{" not in finding["message"]


def test_the_same_sample_once_more_is_already_imported(home: Path, answers: dict[str, Answer]) -> None:
    assert answers[REPEATED].exit_code == 0
    again = import_sample(home, REPEATED)
    assert again.exit_code == 0
    assert again.outcome["status"] == "already_imported"
    assert again.outcome["created_count"] == again.outcome["updated_count"] == 0
