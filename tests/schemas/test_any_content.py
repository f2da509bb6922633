"""Whatever the cells and headings hold, validation answers, and its answer can be shown."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.rules import RULES
from schemas.table import UNSAVED, CellKind, Remark, SheetTable
from schemas.validation import Validated, validate
from tests.schemas.cases import ACCEPTED, REFUSED
from tests.schemas.sheets import GOOD, HEADINGS, TODAY, UKPRN, Cell

ODD = "0123456789OIl aAzZ@.,-/()+xE#|{}\t\n\r\x00\x1c\x85\x92\xa0\xadßéİ\u0308\u200b\u2028\ud800\ufeff\ufffd٣１😀"
DATES = ("1/2/03", "31/12/2008", "12/31/2008", "13.05.08", "2008-09-01 00:00", "2009-01-09", "99/99/9999", "0/0/0000")
TELLING = (
    "Mandatory, 8 digits",
    "e.g. YYYY",
    "10001235",
    "10001236",
    "000123",
    "0123",
    "77",
    "12.0",
    UNSAVED,
    "(0)",
    "x1",
)
KNOWN = [value for _, value, *_ in (*REFUSED, *ACCEPTED) if isinstance(value, str)]
TEXTS = st.one_of(
    st.text(max_size=8),
    st.text(st.sampled_from(ODD), max_size=14),
    st.sampled_from([*KNOWN, *DATES, *TELLING, *HEADINGS]),
    st.sampled_from(list(GOOD.values())),
    st.sampled_from(["x" * 40_000, "1" * 400, "1/" * 300, "@" * 300, "é" * 300]),
)
CELLS = st.one_of(
    st.builds(Cell, TEXTS, st.sampled_from(CellKind)),
    st.builds(Cell, TEXTS, st.just(CellKind.TEXT)),
    st.builds(Cell, st.sampled_from(["2009-01-09", "2008-12-12"]), st.just(CellKind.DATE)),
)
HEADING_ROWS = st.one_of(
    st.just(HEADINGS),
    st.just([*HEADINGS, "", "Notes"]),
    st.permutations(HEADINGS),
    st.lists(st.one_of(st.sampled_from([*HEADINGS, "Surname", "DOB", ""]), TEXTS), max_size=20),
)
REMARKS = st.lists(st.builds(Remark, st.just("cells_merged"), st.none() | st.integers(0, 30), st.just({})), max_size=2)
UNHURRIED = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@given(HEADING_ROWS, st.lists(CELLS, min_size=1, max_size=40), st.integers(1, 60), st.integers(0, 40), REMARKS)
@UNHURRIED
def test_whatever_the_sheet_holds_validation_answers(
    headings: list[str], cells: list[Cell], row_count: int, step: int, remarks: list[Remark]
) -> None:
    columns = [
        [cells[(row * step + column) % len(cells)] for row in range(row_count)] for column in range(len(headings))
    ]
    check_answer(make_table(headings, columns, row_count, remarks))


@given(
    st.lists(
        st.tuples(st.integers(-2, 2), st.dictionaries(st.sampled_from(list(GOOD)), TEXTS, max_size=4)), max_size=60
    )
)
@UNHURRIED
def test_whatever_is_wrong_with_good_rows_validation_answers(rows: list[tuple[int, dict[str, str]]]) -> None:
    """Rows of learners, moved to one side or the other, with some cells changed."""
    width = len(GOOD) + 2
    shifted = []
    for offset, changes in rows:
        texts = [*{**GOOD, **changes}.values()]
        moved = [""] * offset + texts if offset >= 0 else texts[-offset:]
        shifted.append((moved + [""] * width)[:width])
    columns = [
        [Cell(row[index], CellKind.TEXT if row[index] else CellKind.BLANK) for row in shifted] for index in range(width)
    ]
    check_answer(make_table([*HEADINGS, "", ""], columns, len(rows), []))


def make_table(headings: list[str], columns: list[list[Cell]], row_count: int, remarks: list[Remark]) -> SheetTable:
    return SheetTable(
        sheet_name="Learners",
        headings=headings,
        heading_row_number=1,
        row_numbers=list(range(2, row_count + 2)),
        texts=[[cell.text for cell in column] for column in columns],
        kinds=[bytes(cell.kind for cell in column) for column in columns],
        remarks=remarks,
    )


def check_answer(table: SheetTable) -> None:
    validated = validate(table, ukprn=UKPRN, today=TODAY)
    check_findings(validated)
    assert validated.row_count == len(validated.learners) <= table.row_count
    if validated.is_valid and validated.row_count:
        assert validated.learners[["first_name", "last_name", "postcode"]].notna().all(axis=None)
        assert all(cell is None or cell == cell.strip() != "" for cell in validated.learners.to_numpy().ravel())


def check_findings(validated: Validated) -> None:
    cells = [finding.cell for finding in validated.findings if finding.cell and finding.rule != "duplicate_row"]
    assert len(cells) == len(set(cells))
    rows = [finding.row_number or 0 for finding in validated.findings]
    assert rows == sorted(rows)
    for finding in validated.findings:
        assert finding.severity == RULES[finding.rule].severity
        assert finding.message.endswith(".")
        assert not {"{", "}"} & set(finding.message)
        told = " ".join(filter(None, [finding.message, finding.suggestion, finding.value]))
        assert told.encode("utf-8")
        assert "\x00" not in told
        assert finding.suggestion != ""
