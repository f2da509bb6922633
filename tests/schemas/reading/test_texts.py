"""Texts as some programs write them: longer than any cell of Excel, or with line ends written out."""

from collections.abc import Callable

import pytest

from schemas.validation import validate
from tests.schemas.reading.making import (
    HEADINGS,
    LEARNER,
    MAIN,
    TEXTS,
    XML,
    Sheet,
    make_csv,
    make_ods,
    make_parts,
    read,
    row_of,
    text_row,
)
from tests.schemas.sheets import TODAY, UKPRN

STREET = HEADINGS.index("Street")
OTHER = [*LEARNER[:3], "Jones", *LEARNER[4:]]


def make_xlsx(sheet: Sheet) -> bytes:
    """Write an .xlsx piece by piece, since XlsxWriter writes no text that is too long."""
    return make_parts("".join(text_row(number, texts) for number, texts in enumerate(sheet.rows, 1)))


@pytest.mark.parametrize("make", [make_xlsx, make_ods, make_csv])
def test_a_text_longer_than_any_cell_is_cut_and_refused(make: Callable[[Sheet], bytes]) -> None:
    street = "x" * 60_000
    table = read(make(Sheet([HEADINGS, [*LEARNER[:STREET], street, *LEARNER[STREET + 1 :]], OTHER])))
    assert [row_of(table, row)[STREET] for row in (0, 1)] == ["x" * 32_768, LEARNER[STREET]]
    (finding,) = validate(table, ukprn=UKPRN, today=TODAY).findings
    assert (finding.rule, finding.row_number, len(finding.value or "")) == ("too_long", 2, 1000)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("High Street_x000D_\nLeeds", "High Street Leeds"),
        ("High Street_x000d_\nLeeds", "High Street Leeds"),
        ("High Street_x000A_Leeds", "High Street Leeds"),
        ("High_x005F_x000D_Street", "High_x000D_Street"),
        ("High_xStreet", "High_xStreet"),
    ],
)
def test_a_line_end_that_is_written_out_is_a_line_end(written: str, text: str) -> None:
    """XlsxWriter and others write a carriage return so, as the format asks."""
    texts = f'{XML}<sst xmlns="{MAIN}"><si><t>{written}</t></si></sst>'
    inline = f'<c t="inlineStr"><is><t>{written}</t></is></c>'
    rows = text_row(1, HEADINGS) + f'<row r="2"><c t="s"><v>0</v></c>{inline}</row>'
    table = read(make_parts(rows, parts={TEXTS: texts}))
    assert [" ".join(cell.split()) for cell in row_of(table, 0)[:2]] == [text, text]
