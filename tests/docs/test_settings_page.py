"""docs/settings.md and the servers' environment file say what the settings are."""

import re

from cli.configuring import find_unknown, name_variable
from docs.make_settings import ENVIRONMENT_FILE, PAGE, make_environment_file, make_page
from settings import Settings, find_secrets


def test_the_committed_files_are_current() -> None:
    """When this fails, a setting has changed: run `make docs`."""
    assert PAGE.read_text(encoding="utf-8") == make_page()
    assert ENVIRONMENT_FILE.read_text(encoding="utf-8") == make_environment_file()


def test_every_setting_has_one_row_with_what_it_is_for() -> None:
    rows = re.findall(r"^\| `(\w+)`( \*)? \| (.*) \| (.+) \| (.+) \|$", make_page(), re.MULTILINE)
    assert [row[0] for row in rows] == [name_variable(name) for name in Settings.model_fields]
    assert {row[0] for row in rows if row[1]} == {name_variable(name) for name in find_secrets()}


def test_the_environment_file_sets_nothing_by_itself_and_its_defaults_are_the_defaults() -> None:
    lines = [line for line in make_environment_file().splitlines() if line]
    assert all(line.startswith("#") for line in lines)
    shown = dict(line[1:].split("=", 1) for line in lines if line.startswith("#LEARNER_IMPORTS_"))
    assert find_unknown(shown) == []
    given = {name: shown[name_variable(name)] for name in Settings.model_fields if shown[name_variable(name)]}
    assert Settings.model_validate(given) == Settings.model_validate({})
