"""docs/rules.md says what the rules say."""

import re

from docs.make_rules import PAGE, group_by_column, make_page
from schemas.columns import COLUMNS
from schemas.rules import CELL_RULES, RULES


def test_the_committed_page_is_current() -> None:
    """When this fails, a rule's text has changed: run `make docs`."""
    assert PAGE.read_text(encoding="utf-8") == make_page()


def test_every_rule_has_one_row_with_all_that_it_says() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*) \|$", make_page(), re.MULTILINE)
    assert sorted(name for name, *_ in rows) == sorted(RULES)
    for name, severity, words in rows:
        rule = RULES[name]
        shown = words.replace(r"\|", "|").replace("&lt;", "<")
        assert (severity, shown) == (
            rule.severity,
            " | ".join((rule.when, rule.message, rule.suggests or "", rule.section or "")),
        )


def test_cell_rules_stand_under_the_column_they_are_named_after() -> None:
    groups = group_by_column(CELL_RULES)
    assert list(groups["Every column"]) == ["mandatory_missing", "too_long"]
    assert "dob_format" in groups["Dob"] and "year_groups_behind" in groups["Learner year group"]
    order = [column.heading for column in COLUMNS if column.heading in groups]
    assert list(groups) == ["Every column", *order]
