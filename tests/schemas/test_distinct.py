"""A column as distinct values and codes comes out as it went in."""

import numpy as np
import pytest

from schemas.distinct import Distinct
from schemas.shapes import Shape

TEXTS = ["b", "", "a", "b", "a\x00b", "a\x00c", "\ud800", "\ud801", ""]


def test_a_column_comes_out_as_it_went_in_with_none_for_blanks() -> None:
    column = Distinct.of(TEXTS)
    assert column.to_cells().tolist() == [text or None for text in TEXTS]
    assert sorted(column.values) == sorted(set(TEXTS) - {""})


@pytest.mark.parametrize("texts", [[], [""], ["", ""], ["a"], ["a", "a"]])
def test_columns_of_few_values_or_none_are_no_exception(texts: list[str]) -> None:
    column = Distinct.of(texts)
    assert column.to_cells().tolist() == [text or None for text in texts]
    assert column.to_categorical().tolist() == [text or np.nan for text in texts] or "" in texts
    assert column.renamed([text * 2 for text in column.values]).to_cells().tolist() == [
        text * 2 or None for text in texts
    ]


def test_values_that_become_equal_are_one_value_and_those_that_become_empty_are_blank() -> None:
    column = Distinct.of(["x", "X", "-", ""]).renamed(["x", "x", ""])
    assert column.values == ["x"]
    assert column.to_cells().tolist() == ["x", "x", None, None]


def test_renaming_in_some_rows_leaves_the_others() -> None:
    column = Distinct.of(["a", "a", "", "b"])
    rows = np.array([True, False, True, True])
    renamed = column.renamed_at(rows, ["z", "a"])
    assert renamed.to_cells().tolist() == ["z", "a", None, "a"]
    assert len(renamed.values) == len(set(renamed.values))
    assert column.renamed_at(rows, ["a", "b"]).values == ["a", "b"]


def test_answers_for_values_are_spread_over_rows() -> None:
    column = Distinct.of(["a", "", "b", "a"])
    assert column.spread(np.array([True, False])).tolist() == [True, False, False, True]
    assert column.find("a").tolist() == [True, False, False, True]
    assert column.find("c").tolist() == [False] * 4
    assert column.blanked_at(np.array([True, False, False, False])).to_cells().tolist() == [None, None, "b", "a"]


@pytest.mark.parametrize("values", [[], ["12"], ["x"], ["12", "x"], ["1", "22", "123", ""], ["12x", "x12", "1 2"]])
def test_a_shape_is_found_in_a_column_as_in_each_value_alone(values: list[str]) -> None:
    shape = Shape(r"[0-9]|[0-9]{2}")
    assert shape.find(values).tolist() == [shape.match(value) is not None for value in values]
