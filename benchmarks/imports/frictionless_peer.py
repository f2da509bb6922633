"""frictionless validating a learner workbook, for comparison: `python -m benchmarks.imports.frictionless_peer FILE`.

The rules of manual 7.4 that a Table Schema can state: mandatory cells, lengths, patterns, fixed lists, dates. Not
stated, because it can't be: check characters of ULN and UPN, the date lying in the past, duplicates by several keys.
"""

import json
import sys
from typing import Any

from schemas.columns import COLUMNS, ETHNICITIES, GENDERS, YEAR_GROUPS, Column

POSTCODE = r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}"
RULES: dict[str, dict[str, Any]] = {
    "ukprn": {"pattern": r"[0-9]{8}"},
    "year_group": {"enum": list(YEAR_GROUPS)},
    "email": {"pattern": r"[^@\s]+@[^@\s]+\.[^@\s.]+"},
    "postcode": {"pattern": POSTCODE},
    "telephone": {"pattern": r"[+0-9][0-9 ()-]{6,20}"},
    "uln": {"pattern": r"[1-9][0-9]{9}"},
    "upn": {"pattern": r"[A-Z][0-9]{11}[0-9A-Z]"},
    "gender": {"enum": list(GENDERS)},
    "ethnicity": {"enum": list(ETHNICITIES)},
}


def describe_field(column: Column) -> dict[str, Any]:
    """Describe a column as a Table Schema field."""
    if column.name == "date_of_birth":
        return {"name": column.heading, "type": "date", "format": "%Y-%m-%d"}
    constraints = {"maxLength": column.limit, **RULES.get(column.name, {})}
    if column.is_mandatory:
        constraints["required"] = True
    return {"name": column.heading, "type": "string", "constraints": constraints}


def validate(path: str) -> dict[str, object]:
    """Tell whether the workbook, named by a relative path as frictionless wants, is valid, and how many rows it has."""
    from frictionless import Resource, Schema

    schema = Schema.from_descriptor({"fields": [describe_field(column) for column in COLUMNS]})
    report = Resource(path=path, schema=schema).validate()
    return {"is_valid": report.valid, "row_count": report.tasks[0].stats["rows"]}


if __name__ == "__main__":
    print(json.dumps(validate(sys.argv[1])))
