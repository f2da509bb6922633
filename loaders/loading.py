"""Loading validated learners: match, then create and update, all or nothing, in the caller's transaction.

Owns the order. The rules are in `matching`, `comparing`, `creating` and `updating`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from loaders.agreement import NONE
from loaders.comparing import Changes, compare_rows
from loaders.creating import create_learners
from loaders.faults import without_values
from loaders.holding import lock_provider
from loaders.matching import RowMatches, match_rows
from loaders.sealing import Sealer
from loaders.updating import update_learners
from schemas.findings import Finding, sort_findings
from schemas.rules import ERROR

__all__ = ["LoadResult", "load_learners", "lock_provider"]


class LoadResult(NamedTuple):
    """How many learners a load created, updated and left as they were, and what it found.

    When there is an error among the findings nothing was changed, and the counts are 0.
    """

    created_count: int
    updated_count: int
    unchanged_count: int
    findings: list[Finding]

    @property
    def is_refused(self) -> bool:
        """Whether there is an error among the findings."""
        return any(finding.severity == ERROR for finding in self.findings)


@without_values
def load_learners(
    session: Session,
    learners: pd.DataFrame,
    positions: Mapping[str, int],
    *,
    provider_id: int,
    import_id: int,
    sealer: Sealer,
    password_days: int,
    now: datetime,
) -> LoadResult:
    """Create and update the provider's learners as a file says.

    Imports of one provider run one after the other from here to the end of the transaction. Learners that the session
    holds already are not refreshed.

    Args:
        session: from `Database.write()`.
        learners: `Validated.learners`: indexed by row number, canonical texts or None, no two rows the same learner.
        positions: `Validated.positions`: the columns that the sheet has.
        provider_id: whose learners.
        import_id: the import that is recorded as their source.
        sealer: for the initial passwords.
        password_days: how long an initial password lives.
        now: the moment that is recorded, aware of its time zone.

    Raises:
        TransientFault: the database was busy or someone else wrote the same; roll back and try again.
        RefusedError: the database refused; trying again can't help.
    """
    session.flush()
    lock_provider(session, provider_id)
    matches = match_rows(session, learners, positions, provider_id=provider_id)
    changes = compare_rows(session, learners, positions, matches)
    result = count_rows(matches, changes)
    if result.is_refused:
        return result
    new = learners[matches.learner_ids == NONE]
    if changes.learner_ids:
        update_learners(session, learners, changes, provider_id=provider_id, import_id=import_id, now=now)
    if len(new):
        create_learners(
            session,
            new,
            provider_id=provider_id,
            import_id=import_id,
            sealer=sealer,
            password_days=password_days,
            now=now,
        )
    return result


def count_rows(matches: RowMatches, changes: Changes) -> LoadResult:
    """Count what becomes of the rows, and put together what was found; with an error among it, nothing does."""
    found = LoadResult(0, 0, 0, sort_findings([*matches.findings, *changes.findings]))
    if found.is_refused:
        return found
    known_count = int(np.count_nonzero(matches.learner_ids != NONE))
    updated_count = len(changes.learner_ids)
    created_count = len(matches.learner_ids) - known_count
    return LoadResult(created_count, updated_count, known_count - updated_count, found.findings)
