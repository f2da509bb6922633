"""The frame between the processes: exact for good tables, and never trusted."""

import json
import struct
from dataclasses import replace
from typing import Any

import pytest

from schemas.reading.frame import FrameError, decode_frame, encode_refusal, encode_table
from schemas.reading.limits import DEFAULT_LIMITS, ReadingLimits
from schemas.reading.refusals import RefusedError, damaged, other_format
from schemas.table import Remark, SheetTable

TABLE = SheetTable("Learners", ["UKPRN", ""], 1, [2, 5], [["10001234", "Zoë"], ["", "x"]], [b"\2\1", b"\0\1"])
TITLED = SheetTable(
    "Learners",
    ["UKPRN", ""],
    4,
    [5, 9],
    [["10001234", "Zoë"], ["", "x"]],
    [b"\2\1", b"\0\1"],
    above=((1, 0, "Northfield School"), (1, 2, "Year 12"), (3, 1, "Zoë")),
    remarks=(Remark("rows_hidden", None, {"row_count": 2}), Remark("cells_merged", 1, {})),
)
FRAME = b"".join(encode_table(TABLE))


def decode(frame: bytes, limits: ReadingLimits = DEFAULT_LIMITS) -> SheetTable:
    return decode_frame(frame, limits)


def with_head(letter: bytes = b"T", frame: bytes = FRAME, **changes: Any) -> bytes:
    """Return a frame with other words in its head."""
    size = struct.unpack_from("<cI", frame)[1]
    head = json.dumps(json.loads(frame[5 : 5 + size]) | changes).encode()
    return struct.pack("<cI", letter, len(head)) + head + frame[5 + size :]


def test_a_table_comes_back_as_it_went() -> None:
    assert decode(FRAME) == TABLE


def test_what_stands_above_and_what_was_noticed_come_back_as_they_went() -> None:
    assert decode(b"".join(encode_table(TITLED))) == TITLED


def test_half_characters_above_the_headings_become_visible_damage() -> None:
    back = decode(b"".join(encode_table(replace(TITLED, above=((1, 0, "\ud83d"),)))))
    assert back.above == ((1, 0, "\ufffd"),)


@pytest.mark.parametrize(
    "above",
    [
        None,
        [1],
        [[1, 0]],
        [[0, 0, "x"]],
        [[4, 0, "x"]],
        [[1, -1, "x"]],
        [[1, 256, "x"]],
        [[1, 0, 5]],
        [[1, 0.0, "x"]],
        [[True, 0, "x"]],
        [[1, 0, "x" * 1001]],
        [[2, 0, "x"], [1, 0, "x"]],
        [[1, 0, "x"], [1, 0, "x"]],
    ],
)
def test_what_cannot_stand_above_the_headings_is_refused(above: Any) -> None:
    with pytest.raises(FrameError):
        decode(with_head(frame=b"".join(encode_table(TITLED)), above=above))


def test_more_rows_above_than_are_ever_looked_at_are_refused() -> None:
    high = b"".join(encode_table(replace(TITLED, heading_row_number=32, row_numbers=[33, 34])))
    rows = [[row, 0, "x"] for row in range(1, 32)]
    assert len(decode(with_head(frame=high, above=rows[1:])).above) == 30
    with pytest.raises(FrameError):
        decode(with_head(frame=high, above=rows))


@pytest.mark.parametrize(
    "remark",
    [
        5,
        ["rows_hidden", None],
        ["no_such_rule", None, {}],
        ["uln_format", None, {}],
        ["file_damaged", None, {}],
        ["rows_hidden", None, {}],
        ["rows_hidden", None, {"row_count": "Zoë Jones"}],
        ["rows_hidden", None, {"row_count": True}],
        ["rows_hidden", None, {"row_count": -1}],
        ["rows_hidden", None, {"row_count": 2**31}],
        ["rows_hidden", None, ["Zoë Jones"]],
        [["rows_hidden"], None, {"row_count": 1}],
        ["cells_merged", 2, {}],
        ["cells_merged", -1, {}],
        ["cells_merged", "0", {}],
        ["cells_merged", True, {}],
    ],
)
def test_a_remark_can_carry_no_words_of_its_own(remark: Any) -> None:
    with pytest.raises(FrameError):
        decode(with_head(frame=b"".join(encode_table(TITLED)), remarks=[remark]))


def test_more_remarks_than_columns_and_sheets_are_refused() -> None:
    with pytest.raises(FrameError):
        decode(with_head(remarks=[["cells_merged", 0, {}]] * 3000))


def test_nul_and_half_characters_become_visible_damage() -> None:
    table = replace(TABLE, headings=["UKPRN", "\ud83d"], texts=[["a\0b", "\0"], ["\udc00", "x"]])
    back = decode(b"".join(encode_table(table)))
    assert back.texts == [["a\ufffdb", "\ufffd"], ["\ufffd", "x"]]
    assert back.headings == ["UKPRN", "\ufffd"]


@pytest.mark.parametrize(
    "refused",
    [damaged(), other_format("Word document"), RefusedError("file_too_wide", column_count=300, expected_count=17)],
)
def test_a_refusal_comes_back_as_it_went(refused: RefusedError) -> None:
    with pytest.raises(RefusedError, match=f"^{refused.rule}$") as back:
        decode(b"".join(encode_refusal(refused)))
    assert back.value.words == refused.words


def test_no_part_of_a_frame_is_taken_for_the_whole() -> None:
    for length in range(len(FRAME)):
        with pytest.raises(FrameError):
            decode(FRAME[:length])


@pytest.mark.parametrize(
    "frame",
    [
        FRAME + b"x",
        b"X" + FRAME[1:],
        b"T" + struct.pack("<I", 2**32 - 1) + FRAME[5:],
        b"T" + struct.pack("<I", 400_000) + b"[" * 400_000,
        with_head(row_count=3),
        with_head(row_count=0),
        with_head(row_count=-1),
        with_head(row_count=2.0),
        with_head(row_count="2"),
        with_head(heading_row_number=2),
        with_head(heading_row_number=0),
        with_head(headings=["UKPRN"]),
        with_head(headings=["UKPRN", 5]),
        with_head(sheet_name=None),
        with_head(text_bytes=[12, 2, 0]),
        with_head(text_bytes=[16, -2]),
        with_head(text_bytes=[11, 3]),
        with_head(text_bytes=None),
        FRAME.replace(struct.pack("<II", 2, 5), struct.pack("<II", 5, 2)),
        FRAME.replace(b"\x02\x01100", b"\x02\x07100"),
        FRAME.replace(b"10001234\0Zo", b"100\x001234\x00Zo"),
        FRAME.replace("ë".encode(), b"\xff\xff"),
    ],
)
def test_a_frame_that_says_what_cannot_be_is_refused(frame: bytes) -> None:
    assert frame != FRAME
    with pytest.raises(FrameError):
        decode(frame)


@pytest.mark.parametrize("limits", [ReadingLimits(row_count=1), ReadingLimits(column_count=1)])
def test_a_table_beyond_the_limits_is_refused(limits: ReadingLimits) -> None:
    with pytest.raises(FrameError):
        decode(FRAME, limits)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("uln_format", {}),
        ("no_such_rule", {}),
        ("file_other_format", {}),
        ("file_other_format", {"format": "Zoë Jones"}),
        ("file_too_large", {"limit_megabytes": "Zoë Jones"}),
        ("file_damaged", ["Zoë Jones"]),
    ],
)
def test_a_refusal_can_carry_no_words_of_its_own(rule: str, words: Any) -> None:
    """A child that has been turned must not put a learner's name into a message that is mailed."""
    frame = with_head(b"R", b"".join(encode_refusal(damaged())), rule=rule, words=words)
    with pytest.raises(FrameError):
        decode(frame)


@pytest.mark.parametrize("before", [0, 1, 16_383, 16_384, 16_385, 40_000])
@pytest.mark.parametrize("length", [32_766, 32_767, 32_768, 32_769, 49_151, 49_153, 200_000])
def test_a_text_longer_than_any_cell_is_cut_wherever_it_stands(before: int, length: int) -> None:
    """What is left is longer than any cell of Excel too, so that it is refused as too long."""
    column = ["y" * min(before, 32_768), "x" * length, "z"]
    table = replace(TABLE, row_numbers=[2, 3, 4], texts=[column, ["", "a", "b"]], kinds=[b"\1\1\1", b"\0\1\1"])
    back = decode(b"".join(encode_table(table)))
    assert back.texts == [[column[0], "x" * min(length, 32_768), "z"], ["", "a", "b"]]


def test_what_is_cut_off_is_no_text_behind_white_space() -> None:
    spaced = replace(TABLE, texts=[["Zoë" + " \n" * 20_000 + "Jones", "x"], ["x " * 40_000, "x"]])
    back = decode(b"".join(encode_table(spaced)))
    assert back.texts == [["Zoë Jones", "x"], ["x " * 16_384, "x"]]


def test_long_headings_and_names_of_sheets_are_cut() -> None:
    back = decode(b"".join(encode_table(replace(TABLE, sheet_name="n" * 40_000, headings=["h" * 40_000, ""]))))
    assert (back.sheet_name, back.headings) == ("n" * 32_768, ["h" * 32_768, ""])


def test_a_text_longer_than_any_cell_is_refused_by_the_parent() -> None:
    def make(length: int) -> bytes:
        return with_head(frame=FRAME.replace(b"10001234", b"1" * length), text_bytes=[length + 5, 2])

    assert decode(make(32_768)).texts[0][0] == "1" * 32_768
    for frame in (make(32_769), with_head(headings=["h" * 32_769, ""]), with_head(sheet_name="n" * 32_769)):
        with pytest.raises(FrameError):
            decode(frame)


@pytest.mark.parametrize("is_1904", [None, 1, "true", [True]])
def test_whether_days_are_counted_from_1904_is_yes_or_no(is_1904: Any) -> None:
    assert decode(with_head(is_1904=True)) == replace(TABLE, is_1904=True)
    with pytest.raises(FrameError):
        decode(with_head(is_1904=is_1904))
