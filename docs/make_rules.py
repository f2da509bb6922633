"""`make docs`: writes docs/rules.md from `schemas.rules`, where every rule's texts stand."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from schemas.columns import COLUMNS
from schemas.rules import CELL_RULES, DAMAGE_RULES, FILE_RULES, PROGRESS_RULES, ROW_RULES, Rule

PAGE = Path(__file__).with_name("rules.md")

BEGINNING = """\
# Every rule

Written from [schemas/rules](../schemas/rules) by `make docs`: change the texts there.

- An **error** stops the import: nothing of the file is loaded. A **warning** is told, and the learners are loaded.
- All errors of a file are reported at once. Words in braces are filled in when a rule fires: a heading, a count.
- A suggestion is shown and never applied by itself. What schools write for headings, genders, ethnicities and year
  groups, and what is suggested for it, is in [schemas/synonyms.py](../schemas/synonyms.py).
- "Manual" is the section of the learner manager manual that a rule comes from; where there is none, the rule comes from
  what Excel and school systems do to spreadsheets.
"""

# A rule for one column is named after it; these columns by another word than their own name.
NAMED_AFTER = {"date_of_birth": "dob"}
EVERY_COLUMN = "Every column"
HEADINGS = [column.heading for column in COLUMNS]
IN_A_CELL = str.maketrans({"|": r"\|", "<": "&lt;"})

Rules = Mapping[str, Rule]


def make_page() -> str:
    """Return docs/rules.md as it should be."""
    of_columns = group_by_column(CELL_RULES)
    return (
        "\n".join(
            [
                BEGINNING,
                *_write_group("The file and its headings", FILE_RULES),
                *_write_group("What Excel and other programs did to a cell", DAMAGE_RULES),
                "## The cells of a column",
                "",
                *(line for heading, rules in of_columns.items() for line in _write_group(heading, rules, level=3)),
                *_write_group("The row", ROW_RULES),
                *_write_group("The progress spreadsheet", PROGRESS_RULES),
            ]
        ).rstrip()
        + "\n"
    )


def group_by_column(rules: Rules) -> dict[str, dict[str, Rule]]:
    """Return the rules by the heading of the column they are about, in the template's order."""
    groups: dict[str, dict[str, Rule]] = {heading: {} for heading in (EVERY_COLUMN, *HEADINGS)}
    for name, rule in rules.items():
        groups[_find_heading(name)][name] = rule
    return {heading: group for heading, group in groups.items() if group}


def _find_heading(rule_name: str) -> str:
    for column in COLUMNS:
        if rule_name.startswith(NAMED_AFTER.get(column.name, column.name)):
            return column.heading
    return EVERY_COLUMN


def _write_group(title: str, rules: Rules, level: int = 2) -> list[str]:
    rows = [
        (f"`{name}`", rule.severity, rule.when, rule.message, rule.suggests or "", rule.section or "")
        for name, rule in rules.items()
    ]
    return [
        f"{'#' * level} {title}",
        "",
        _write_row(("Rule", "Severity", "When it fires", "What it says", "What it suggests", "Manual")),
        "|---|---|---|---|---|---|",
        *map(_write_row, rows),
        "",
    ]


def _write_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.translate(IN_A_CELL) for cell in cells)} |"


def main() -> None:
    """Write the page."""
    PAGE.write_text(make_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
