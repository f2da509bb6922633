"""One learner from a page's form, judged by the spreadsheet's own rules: as a sheet of one row.

Owns the way there and back: boxes → sheet, findings → boxes. Has no rules of its own, and no database.
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from schemas.columns import COLUMN_BY_NAME, COLUMNS, LEARNER_NAMES
from schemas.dates_shown import format_date
from schemas.findings import Finding
from schemas.judging.birth_dates import are_real
from schemas.rules import ERROR, RULES
from schemas.rules.on_forms import choose_message
from schemas.table import CellKind, SheetTable

if TYPE_CHECKING:
    import pandas as pd

ROW_NUMBER = 2
NAME_BY_HEADING = {column.heading: column.name for column in COLUMNS}
NO_LEARNER = "This does not read like a learner’s details. Look at every box again."


class Judged(NamedTuple):
    """What was filled in, judged.

    Args:
        values: by our column names, `LEARNER_NAMES`: canonical texts, None where blank, dates as YYYY-MM-DD. To be
            used only when there are no errors.
        errors: what is wrong, by column name, finished English.
        warnings: what a person should look at once more.
    """

    values: dict[str, str | None]
    errors: dict[str, str]
    warnings: dict[str, str]

    def to_frame(self) -> "pd.DataFrame":
        """Return the learner as the table of one row that matching takes."""
        import pandas as pd

        return pd.DataFrame([self.values], index=[ROW_NUMBER], columns=list(LEARNER_NAMES), dtype=object)


def judge_learner(boxes: Mapping[str, str], *, ukprn: str, today: date) -> Judged:
    """Judge what was filled in by every rule of the spreadsheet, and bring it into the spelling that is stored.

    Args:
        boxes: by our column names what stands in each; what is not there is blank.
        ukprn: of the learner's provider.
        today: what ages are reckoned from.
    """
    from schemas.validation import validate  # with pandas and Pandera, which take a second that most pages never need

    validated = validate(_to_sheet({**boxes, "ukprn": ukprn}), ukprn=ukprn, today=today)
    if not len(validated.learners):
        return Judged(dict.fromkeys(LEARNER_NAMES), {"first_name": NO_LEARNER}, {})
    row = validated.learners.iloc[0].to_dict()
    errors: dict[str, str] = {}
    warnings: dict[str, str] = {}
    for finding in validated.findings:
        if finding.column is not None and finding.row_number is not None:
            told = errors if finding.severity == ERROR else warnings
            told.setdefault(NAME_BY_HEADING[finding.column], word_for_form(finding))
    return Judged({name: row[name] for name in LEARNER_NAMES}, errors, warnings)


def word_for_form(finding: Finding) -> str:
    """Return what a finding says beside the box it is about, with what is suggested."""
    column = COLUMN_BY_NAME[NAME_BY_HEADING[finding.column or ""]]
    rule = RULES[finding.rule]
    template = choose_message(finding.rule, rule)
    message = finding.message if template == rule.message else template.format(**_words_of(column.name))
    if finding.suggestion is None or finding.severity != ERROR:
        return message
    suggestion = finding.suggestion
    if column.name == "date_of_birth" and are_real([suggestion])[0]:
        suggestion = format_date(date.fromisoformat(suggestion))
    return f"{message} Did you mean {suggestion}?"


def _words_of(name: str) -> dict[str, object]:
    column = COLUMN_BY_NAME[name]
    heading = column.heading if column.heading.isupper() else column.heading.lower()
    return {"heading": "date of birth" if name == "date_of_birth" else heading, "limit": column.limit}


def _to_sheet(boxes: Mapping[str, str]) -> SheetTable:
    """Make the sheet. A blank column stands between any two, so that no cell is taken for its neighbour's."""
    headings: list[str] = []
    texts: list[list[str]] = []
    for column in COLUMNS:
        headings += [column.heading, ""]
        texts += [[boxes.get(column.name, "")], [""]]
    kinds = [bytes([CellKind.TEXT if text else CellKind.BLANK]) for (text,) in texts]
    return SheetTable("Learner", headings, ROW_NUMBER - 1, [ROW_NUMBER], texts, kinds)
