"""The check characters of ULN and UPN."""

import random

import pytest
from stdnum.gb import upn

from schemas.judging.identifiers import (
    UPN_ALPHABET,
    have_right_uln_digit,
    have_right_upn_letter,
    put_uln_digits_right,
    put_upn_letters_right,
    uln_check_digit,
    upn_check_letter,
)

RANDOM = random.Random(7)
NUMBERS = [f"{RANDOM.randrange(10**12):012}" for _ in range(200)]
TEMPORARY = [number[:11] + letter for number, letter in zip(NUMBERS, UPN_ALPHABET * 9, strict=False)]


@pytest.mark.parametrize(("first_nine", "digit"), [("100000004", "3"), ("100000000", "0"), ("100000006", None)])
def test_the_uln_digit_is_ten_less_the_weighted_remainder_by_eleven(first_nine: str, digit: str | None) -> None:
    assert uln_check_digit(first_nine) == digit
    judged = have_right_uln_digit([first_nine + other for other in "0123456789"])
    assert judged.tolist() == [other == digit for other in "0123456789"]


def test_the_uln_that_stands_for_none_does_not_pass() -> None:
    assert not have_right_uln_digit(["9999999999"])[0]


def test_one_wrong_digit_or_two_swapped_are_caught_in_a_uln() -> None:
    right = "1000000043"
    wrong = [right[:place] + str((int(right[place]) + 1) % 10) + right[place + 1 :] for place in range(10)]
    assert not have_right_uln_digit([*wrong, "1000000403", "0100000043"]).any()


@pytest.mark.parametrize("rest", NUMBERS[:100] + TEMPORARY[:100])
def test_the_upn_letter_is_what_python_stdnum_reckons(rest: str) -> None:
    assert upn_check_letter(rest) == upn.calc_check_digit(rest)


def test_a_whole_column_of_upns_is_judged_as_each_alone() -> None:
    rests = NUMBERS + TEMPORARY
    right = [upn.calc_check_digit(rest) + rest for rest in rests]
    wrong = [("A" if value[0] != "A" else "B") + value[1:] for value in right]
    assert have_right_upn_letter(right).all()
    assert not have_right_upn_letter(wrong).any()


@pytest.mark.parametrize(
    "value", ["", "B80120000500", "B8012000050011", "b801200005001", "B80120000500I", "S801200005001", "B80120000500١"]
)
def test_what_is_no_upn_has_no_right_letter(value: str) -> None:
    assert have_right_upn_letter([value, "B801200005001"]).tolist() == [False, True]


@pytest.mark.parametrize("value", ["", "12345678", "1234567890", "12345678x", "١٢٣٤٥٦٧٨٩"])
def test_check_characters_are_reckoned_only_from_what_has_the_shape(value: str) -> None:
    with pytest.raises(ValueError, match="nine digits"):
        uln_check_digit(value)
    with pytest.raises(ValueError, match="12 digits"):
        upn_check_letter(value)


def test_a_wrong_check_character_is_replaced_by_the_one_that_fits() -> None:
    assert put_uln_digits_right(["1000000044", "1000000060", "12", "1000000043"]) == [
        "1000000043",
        None,
        None,
        "1000000043",
    ]
    wrong = ["A801200005001", "I801200005001", "A80120000500I", "8801200005001", ""]
    assert put_upn_letters_right(wrong) == ["B801200005001", "B801200005001", None, None, None]
    assert put_upn_letters_right([f"A{rest}" for rest in TEMPORARY]) == [upn.calc_check_digit(r) + r for r in TEMPORARY]
