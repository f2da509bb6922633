"""What a file changes about the learners that are known already.

Owns the comparison, cell by cell. A blank cell changes nothing. What may be a mistake is `replacing`'s. Does not write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from loaders.agreement import NONE, Cells, Codes, Mask
from loaders.bulk import fetch_columns, is_one_of
from loaders.faults import TransientFault
from loaders.matching import RowMatches, dates_as_text
from loaders.replacing import KnownRows, find_replaced
from records.tables import Learner
from schemas.columns import LEARNER_NAMES
from schemas.findings import Finding


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """The learners that a file changes.

    Args:
        rows: their places in the file's table.
        learner_ids: for each of them the learner's id.
        versions: for each the version that was compared.
        by_column: for each column that changes anywhere, which of them it changes for, and all their old values.
        findings: on identifiers and people that are replaced; when there is an error, nothing may be written.
    """

    rows: Codes
    learner_ids: list[int]
    versions: list[int]
    by_column: dict[str, tuple[Mask, Cells]]
    findings: list[Finding]

    def only(self, chosen: Mask) -> "Changes":
        """Return the changes of some of the learners."""
        places = np.flatnonzero(chosen)
        by_column = {name: (mask[places], old[places]) for name, (mask, old) in self.by_column.items()}
        return Changes(
            self.rows[places],
            [self.learner_ids[place] for place in places.tolist()],
            [self.versions[place] for place in places.tolist()],
            {name: pair for name, pair in by_column.items() if pair[0].any()},
            self.findings,
        )


def compare_rows(
    session: Session, learners: pd.DataFrame, positions: Mapping[str, int], matches: RowMatches
) -> Changes:
    """Compare the rows that are known learners with what is stored of those learners.

    Raises:
        TransientFault: a learner was deleted since the rows were matched.
    """
    rows = np.flatnonzero(matches.learner_ids != NONE)
    if not len(rows):
        return Changes(rows, [], [], {}, [])
    stored = _fetch_stored(session, matches.learner_ids[rows], [name for name in LEARNER_NAMES if name in positions])
    ids, versions = stored.pop("id"), stored.pop("version")
    columns = {name: learners[name].to_numpy(dtype=object) for name in stored}
    by_column: dict[str, tuple[Mask, Cells]] = {}
    for name, old in stored.items():
        new = columns[name][rows]
        differs = pd.notna(new) & (new != old)
        if differs.any():
            by_column[name] = (differs, old)
    row_numbers = learners.index.to_numpy()
    known = KnownRows(columns, row_numbers, rows, matches.learner_ids[rows], stored, by_column)
    findings = find_replaced(known, positions)
    is_changed = np.zeros(len(rows), dtype=bool)
    for differs, _ in by_column.values():
        is_changed |= differs
    return Changes(rows, ids.tolist(), versions.tolist(), by_column, findings).only(is_changed)


def _fetch_stored(session: Session, learner_ids: Codes, names: Sequence[str]) -> dict[str, Cells]:
    """Return the columns of these learners, in the order of `learner_ids`, in which one may stand twice."""
    distinct_ids = np.unique(learner_ids)
    wanted = [Learner.id, Learner.version, *(getattr(Learner, name) for name in names)]
    stored = fetch_columns(session, select(*wanted).where(is_one_of(session, Learner.id, distinct_ids.tolist())))
    ids = stored["id"].astype(np.int64)
    order = np.argsort(ids)
    if len(ids) != len(distinct_ids):
        raise TransientFault("learners were deleted while they were being matched")
    places = order[np.searchsorted(ids[order], learner_ids)] if len(ids) else order
    if "date_of_birth" in stored:
        stored["date_of_birth"] = dates_as_text(stored["date_of_birth"])
    return {name: cells[places] for name, cells in stored.items()}
