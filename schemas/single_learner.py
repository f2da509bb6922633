"""One learner from a page's form, judged by the rules for a spreadsheet's cells.

Owns the way there and back: boxes → values, findings → words beside a box. Has no rules of its own, and no database.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from schemas.columns import COLUMN_BY_NAME, COLUMNS, LEARNER_NAMES
from schemas.dates_shown import format_date
from schemas.findings import Finding
from schemas.judging.birth_dates import are_real
from schemas.rules import ERROR, RULES
from schemas.rules.on_forms import FORM_MESSAGES

NAME_BY_HEADING = {column.heading: column.name for column in COLUMNS}


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


def judge_learner(boxes: Mapping[str, str], *, today: date) -> Judged:
    """Judge what was filled in, and bring it into the spelling that is stored.

    Args:
        boxes: by our column names what stands in each; what is not there is blank.
        today: what ages are reckoned from.
    """
    from schemas.validation import judge_values  # with pandas and Pandera, whose import takes a second

    validated = judge_values({name: boxes.get(name, "") for name in LEARNER_NAMES}, today=today)
    row = validated.learners.iloc[0].to_dict()
    errors: dict[str, str] = {}
    warnings: dict[str, str] = {}
    for finding in validated.findings:
        told = errors if finding.severity == ERROR else warnings
        told[NAME_BY_HEADING[finding.column or ""]] = word_for_form(finding)
    return Judged({name: row[name] for name in LEARNER_NAMES}, errors, warnings)


def word_for_form(finding: Finding) -> str:
    """Return what a finding on a cell says beside the box it is about, with what is suggested."""
    column = COLUMN_BY_NAME[NAME_BY_HEADING[finding.column or ""]]
    template = FORM_MESSAGES.get(finding.rule)
    heading = column.heading if column.heading.isupper() else column.heading.lower()
    message = template.format(heading=heading, limit=column.limit) if template else finding.message
    suggestion = finding.suggestion
    if suggestion is None or RULES[finding.rule].severity != ERROR:
        return message
    if column.name == "date_of_birth" and are_real([suggestion])[0]:
        suggestion = format_date(date.fromisoformat(suggestion))
    return f"{message} Did you mean {suggestion}?"
