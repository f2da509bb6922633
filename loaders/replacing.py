"""What a file would replace of known learners that it may not mean to: an identifier, or the whole person.

Owns who counts as another person, and the findings. Who is who was decided by `matching`, what differs by `comparing`.

Another person means: first and last name both differ, as matching compares them, and the date of birth does too; where
the row or the learner has none, the postcode does instead. So a new surname, a nickname or a corrected date of birth
alone is never another person; nor is anybody who was found by name.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from loaders.agreement import NONE, Cells, Codes, Mask
from loaders.matching import IDENTIFIERS, fold_names, name_candidates
from schemas.causes import join_words
from schemas.cell_findings import make_finding
from schemas.columns import COLUMN_BY_NAME
from schemas.findings import Finding


class KnownRows(NamedTuple):
    """The rows of a file that are known learners, beside what is stored of them.

    Args:
        columns: the file's cells, by column; None is blank.
        row_numbers: of all rows of the file.
        rows: the places of these, ascending.
        learner_ids: for each the learner's id.
        stored: the columns that the sheet has, as they are stored.
        by_column: for each column that differs anywhere, where it does, and what is stored.
    """

    columns: Mapping[str, Cells]
    row_numbers: Codes
    rows: Codes
    learner_ids: Codes
    stored: Mapping[str, Cells]
    by_column: Mapping[str, tuple[Mask, Cells]]

    def new(self, name: str) -> Cells:
        """Return what the rows say in a column."""
        return self.columns[name][self.rows]

    def differs(self, name: str) -> Mask:
        """Say for each row whether it changes a column."""
        return self.by_column[name][0] if name in self.by_column else np.zeros(len(self.rows), dtype=bool)


def find_replaced(known: KnownRows, positions: Mapping[str, int]) -> list[Finding]:
    """Return the findings on rows that would replace an identifier or a person, by row and sheet column.

    An identifier is replaced without a word where a stronger one has told whose row it is. Another person with another
    stronger identifier is an error: by all but the one that found the learner, the row is somebody else.
    """
    if known.by_column.keys().isdisjoint((*IDENTIFIERS, "first_name")):
        return []
    finders: Codes = np.full(len(known.rows), NONE)  # the strongest identifier that agrees
    replaced: dict[str, Mask] = {}
    for number, name in enumerate(IDENTIFIERS):
        if name not in known.stored:
            continue
        differs, is_open = known.differs(name), finders == NONE
        replaced[name] = differs & is_open & pd.notna(known.stored[name])
        finders[is_open & ~differs & pd.notna(known.new(name))] = number
    others = _find_other_people(known, finders != NONE)
    is_told = np.any([*replaced.values(), np.zeros(len(known.rows), dtype=bool)], axis=0)
    is_told[list(others)] = True
    findings = []
    for place in np.flatnonzero(is_told).tolist():
        lost = sorted((name for name, mask in replaced.items() if mask[place]), key=positions.__getitem__)
        if place in others:
            name = IDENTIFIERS[finders[place]]
            rule = "identifier_taken" if lost else "person_replaced"
            differing = join_words(["name", others[place], *(COLUMN_BY_NAME[one].heading for one in lost)])
            findings.append(_tell(known, place, rule, name, positions, differing=differing))
        else:
            findings += [_tell(known, place, "identifier_changed", name, positions) for name in lost]
    return findings


def _find_other_people(known: KnownRows, is_found: Mask) -> dict[int, str]:
    """Return the places of the rows found by an identifier that are another person, with what tells beside the name."""
    places = np.flatnonzero(is_found & known.differs("first_name") & known.differs("last_name"))
    if not len(places):
        return {}
    is_dated = np.zeros(len(places), dtype=bool)
    if "date_of_birth" in known.stored:
        is_dated = pd.notna(known.new("date_of_birth")[places]) & pd.notna(known.stored["date_of_birth"][places])
    is_other = np.where(is_dated, known.differs("date_of_birth")[places], known.differs("postcode")[places])
    for name in ("first_name", "last_name"):
        is_other &= fold_names(known.new(name)[places]) != fold_names(known.stored[name][places])
    words = np.where(is_dated, "date of birth", "postcode")
    return dict(zip(places[is_other].tolist(), words[is_other].tolist(), strict=True))


def _tell(known: KnownRows, place: int, rule: str, name: str, positions: Mapping[str, int], **words: str) -> Finding:
    row = known.rows[place]
    return make_finding(
        rule,
        column_name=name,
        row_number=int(known.row_numbers[row]),
        positions=positions,
        suggestion=None,
        value=known.columns[name][row],
        candidates=name_candidates([int(known.learner_ids[place])]),
        **words,
    )
