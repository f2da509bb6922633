"""Which of a provider's learners each row is: by ULN, else UPN, else CCIS, else by name.

Owns the order of the keys and the findings on rows that fit several learners, or learners that fit several rows.
Does not compare the other cells and changes nothing. Candidates are named by learner id, never by name.

By name means: first and last name agree but for case, spacing and the shapes of apostrophes and hyphens, and the date
of birth does too; where the row or the learner has no date of birth, the postcode agrees instead.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from loaders.agreement import NONE, Agreement, Cells, Codes, Key, Mask, union
from loaders.bulk import fetch_columns, is_one_of, to_cells
from records.tables import Learner
from schemas.causes import join_words
from schemas.cell_findings import make_finding
from schemas.findings import Finding
from schemas.normalising.text import to_key

IDENTIFIERS = ("uln", "upn", "ccis")
PLACES_AND_DATES = ("date_of_birth", "postcode")  # who agrees by name agrees in one of them
NAMES = ("first_name", "last_name", *PLACES_AND_DATES)
CANDIDATES_SHOWN = 5
SHORT_ROWS = 2_000


class RowMatches(NamedTuple):
    """Who each row is.

    Args:
        learner_ids: for each row the learner's id, or `NONE` for a new one.
        findings: errors; when there are any, nothing may be loaded.
        candidates: the ids of the learners that a refused row fits, by the row's place in the table.
    """

    learner_ids: Codes
    findings: list[Finding]
    candidates: dict[int, list[int]]


def match_rows(
    session: Session,
    learners: pd.DataFrame,
    positions: Mapping[str, int],
    *,
    provider_id: int,
    except_id: int | None = None,
) -> RowMatches:
    """Match each row to the provider's learner that it is. Deleted learners are nobody's match.

    Identifiers go before names, and among names an agreeing date of birth and postcode before one of the two. A learner
    that a stronger key gave to another row is a candidate only where no other is left: a row with an identifier of its
    own is then somebody new, one without is refused, since those two rows are hardly two people. So is an undated row
    at the postcode of a learner whose name, date and postcode another row has.

    Args:
        session: which is only read.
        learners: `Validated.learners`.
        positions: `Validated.positions`.
        provider_id: whose learners.
        except_id: a learner who is nobody's match, since the one row is about that learner.
    """
    matcher = _Matcher(learners, positions)
    candidates = _Candidates(session, learners, provider_id, except_id)
    matcher.match_identifiers(candidates.fetch(IDENTIFIERS, agreeing_in=IDENTIFIERS))
    if matcher.is_open.any():
        matcher.match_names(candidates.fetch(NAMES, agreeing_in=PLACES_AND_DATES))
    matcher.find_shared()
    return RowMatches(matcher.learner_ids, matcher.findings, matcher.candidates)


def name_candidates(learner_ids: Sequence[int]) -> str:
    """Name learners as messages do: "learner 12 and learner 15"."""
    shown = [f"learner {learner_id}" for learner_id in learner_ids[:CANDIDATES_SHOWN]]
    hidden_count = len(learner_ids) - len(shown)
    return join_words([*shown, f"{hidden_count:,} more"] if hidden_count else shown)


def fold_names(names: Cells) -> Cells:
    """Return names as they are compared, stored ones and a file's alike; what agrees is equal."""
    values = names.tolist()
    folded = {value: to_key(unicodedata.normalize("NFC", value)) for value in set(values)}
    return to_cells([folded[value] for value in values])


def dates_as_text(dates: Cells) -> Cells:
    """Return a column of dates, as either driver gives them, as YYYY-MM-DD."""
    values = dates.tolist()
    texts = {value: value.isoformat() if isinstance(value, date) else value for value in set(values)}
    return to_cells([texts[value] for value in values])


class _Candidates(NamedTuple):
    """The learners that rows can be."""

    session: Session
    learners: pd.DataFrame
    provider_id: int
    except_id: int | None

    def fetch(self, columns: Sequence[str], *, agreeing_in: Sequence[str]) -> dict[str, Cells]:
        """Fetch columns of the learners; for a short file of those only that agree with a row in some column.

        By id: SQLite then walks the table in its own order, which is twice as fast as in that of an index.
        """
        of_provider = select(Learner.id).where(Learner.provider_id == self.provider_id, Learner.deleted_at.is_(None))
        conditions: list[ColumnElement[bool]] = [Learner.id.in_(of_provider)]
        if self.except_id is not None:
            conditions.append(Learner.id != self.except_id)
        if len(self.learners) <= SHORT_ROWS:
            values = {name: list(set(self.learners[name].tolist()) - {None}) for name in agreeing_in}
            agrees = [is_one_of(self.session, getattr(Learner, name), found) for name, found in values.items() if found]
            conditions.append(or_(false(), *agrees))
        chosen = (getattr(Learner, name) for name in columns)
        return fetch_columns(self.session, select(Learner.id, *chosen).where(*conditions))


class _Matcher:
    """The rows of one file while they are being matched. `is_open` are those that nothing has been found for yet."""

    def __init__(self, learners: pd.DataFrame, positions: Mapping[str, int]) -> None:
        self.columns = {name: learners[name].to_numpy(dtype=object) for name in learners.columns}
        self.row_numbers = learners.index.to_numpy()
        self.positions = positions
        self.learner_ids: Codes = np.full(len(learners), NONE, dtype=np.int64)
        self.is_open: Mask = np.ones(len(learners), dtype=bool)
        self.findings: list[Finding] = []
        self.candidates: dict[int, list[int]] = {}

    def match_identifiers(self, stored: Mapping[str, Cells]) -> None:
        """Match by ULN, else UPN, else CCIS. Rows whose identifiers point at different learners are refused."""
        ids = stored["id"].astype(np.int64)
        if not len(ids):
            return
        agreements = [Key.of(stored[name], self.columns[name]).agree() for name in IDENTIFIERS]
        places = np.stack([agreement.first_places() for agreement in agreements])
        first = np.max(places, axis=0, initial=NONE)
        disagrees = ((places != NONE) & (places != first)).any(axis=0)
        for row in np.flatnonzero(disagrees).tolist():
            self._refuse(row, ids[union(agreements, row)].tolist())
        self._settle(np.where(disagrees, NONE, first), ids)

    def match_names(self, stored: Mapping[str, Cells]) -> None:
        """Match the rows that are open by name, date of birth and postcode, then by name and one of the two."""
        ids = stored["id"].astype(np.int64)
        if not len(ids):
            return
        stored_dates = dates_as_text(stored["date_of_birth"])
        is_free = ~np.isin(ids, self.learner_ids)
        person = self._key_of_name("first_name", stored).and_also(self._key_of_name("last_name", stored))
        dated = person.and_also(Key.of(stored_dates, self.columns["date_of_birth"]))
        placed = person.and_also(Key.of(stored["postcode"], self.columns["postcode"]))
        has_date, stored_has_date = pd.notna(self.columns["date_of_birth"]), pd.notna(stored_dates)

        # A row and a learner agree in all of it when both codes do, so the keys of both are the strongest.
        self._match_name([dated.and_also(placed).agree(stored=is_free, rows=self.is_open)], ids)
        is_left = is_free & ~np.isin(ids, self.learner_ids)
        weaker = [
            dated.agree(stored=is_left, rows=self.is_open),
            placed.agree(stored=is_left & ~stored_has_date, rows=self.is_open & has_date),
            placed.agree(stored=is_left, rows=self.is_open & ~has_date),
        ]
        self._match_name(weaker, ids)
        is_undated = self.is_open & ~has_date  # with nobody left: the learner whom a row with date and postcode is
        if is_undated.any():
            self._match_name([placed.agree(stored=is_free, rows=is_undated)], ids)

        # A row with no identifier of its own that fits only learners whom other rows are is hardly somebody new.
        is_bare = self.is_open & np.all([pd.isna(self.columns[name]) for name in IDENTIFIERS], axis=0)
        taken = [
            dated.agree(rows=is_bare),
            placed.agree(stored=~stored_has_date, rows=is_bare & has_date),
            placed.agree(rows=is_bare & ~has_date),
        ]
        self._match_name(taken, ids)

    def find_shared(self) -> None:
        """Refuse each row that is the same learner as an earlier row."""
        matched = np.flatnonzero(self.learner_ids != NONE)
        _, firsts, codes = np.unique(self.learner_ids[matched], return_index=True, return_inverse=True)
        first_rows = matched[firsts[codes]]
        for row, first_row in zip(
            matched[first_rows != matched].tolist(), first_rows[first_rows != matched].tolist(), strict=True
        ):
            candidates = [int(self.learner_ids[row])]
            self._add("match_shared", row, candidates, other_row=int(self.row_numbers[first_row]))
        self.findings.sort(key=lambda finding: finding.row_number or 0)

    def _match_name(self, agreements: Sequence[Agreement], ids: Codes) -> None:
        counts = np.sum([agreement.counts for agreement in agreements], axis=0)
        for row in np.flatnonzero(counts > 1).tolist():
            self._refuse(row, ids[union(agreements, row)].tolist())
        firsts = np.max([agreement.first_places() for agreement in agreements], axis=0, initial=NONE)
        places = np.where(counts == 1, firsts, NONE)
        self._settle(places, ids)

    def _key_of_name(self, name: str, stored: Mapping[str, Cells]) -> Key:
        folded = fold_names(np.concatenate([stored[name], self.columns[name]]))
        return Key.of(folded[: len(stored[name])], folded[len(stored[name]) :])

    def _settle(self, places: Codes, ids: Codes) -> None:
        is_matched = places != NONE
        self.learner_ids[is_matched] = ids[places[is_matched]]
        self.is_open &= ~is_matched

    def _refuse(self, row: int, candidates: list[int]) -> None:
        self._add("match_ambiguous", row, candidates)
        self.candidates[row] = candidates
        self.is_open[row] = False

    def _add(self, rule: str, row: int, candidates: list[int], **words: int) -> None:
        finding = make_finding(
            rule,
            column_name=None,
            row_number=int(self.row_numbers[row]),
            positions=self.positions,
            suggestion=None,
            value=None,
            candidates=name_candidates(sorted(candidates)),
            **words,
        )
        self.findings.append(finding)
