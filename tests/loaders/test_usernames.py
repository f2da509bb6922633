"""User names come from names, are plain ASCII, and no two accounts share one."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders import usernames
from loaders.usernames import assign_usernames, make_stems


def assign(stems: list[str], *taken: str) -> list[str]:
    return assign_usernames(stems, lambda names: {name for name in names if name in taken})


@pytest.mark.parametrize(
    ("first_name", "last_name", "stem"),
    [
        ("Mary", "O'Brien", "mary.obrien"),
        ("Zoë", "Smith-Jones", "zoe.smithjones"),
        ("Siân", "Rhys", "sian.rhys"),
        ("Zoe\u0308", "Müller", "zoe.muller"),
        ("Jan", "van der Berg", "jan.vanderberg"),
        ("Nguyễn", "Văn An", "nguyen.vanan"),
        ("小龙", "李", "xiaolong.li"),
        ("Мария", "Ωμέγα", "mariya.omega"),
        ("Björk", "-", "bjork"),
        ("-", "Sukarno", "sukarno"),
        ("2008-09-01", "Smith", "smith"),
        ("1000000005", "2008-09-01", "learner"),
        ("!", "?", "learner"),
        ("Al", "X", "al.x"),
        ("A" * 100, "B" * 100, "a" * 49 + "." + "b" * 49),
    ],
)
def test_a_stem_is_first_and_last_name_in_plain_letters(first_name: str, last_name: str, stem: str) -> None:
    assert make_stems([first_name], [last_name]) == [stem]


def test_the_first_of_a_free_stem_gets_it_plain_and_the_others_digits() -> None:
    names = assign(["zoe.obrien", "zoe.obrien", "ann.byrne"])
    assert names[0] == "zoe.obrien" and names[2] == "ann.byrne"
    assert re.fullmatch(r"zoe\.obrien\d{2}", names[1])


def test_a_taken_stem_gets_digits() -> None:
    assert re.fullmatch(r"zoe\.obrien\d{2}", assign(["zoe.obrien"], "zoe.obrien")[0])


@pytest.mark.parametrize(("stem", "digits"), [("al.x", 2), ("a.b", 3), ("ab", 5), ("x", 5), ("al.xi", 2)])
def test_a_short_stem_gets_enough_digits_for_six_characters(stem: str, digits: int) -> None:
    assert re.fullmatch(rf"{re.escape(stem)}\d{{{digits}}}", assign([stem])[0])


def test_when_all_names_of_two_digits_are_taken_it_goes_on_to_three() -> None:
    taken = ["zoe.obrien", *(f"zoe.obrien{number:02d}" for number in range(100))]
    names = assign(["zoe.obrien"] * 5, *taken)
    assert len(set(names)) == 5
    assert all(re.fullmatch(r"zoe\.obrien(\d{3}|\d{5}|\d{7})", name) for name in names)


def test_the_digits_are_never_as_many_as_a_year_a_date_or_a_uln_has() -> None:
    names = assign(["zoe.obrien"] * 3000)
    widths = {len(name) - len("zoe.obrien") for name in names}
    assert len(set(names)) == 3000 and widths <= {0, 2, 3, 5, 7}


def test_a_name_given_in_one_round_is_not_given_again_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usernames, "WIDTHS", (2,))
    names = assign(["zoe.obrien"] * 60)
    assert len(set(names)) == 60


def test_the_database_is_asked_once_a_round_and_not_for_each_learner() -> None:
    asked: list[list[str]] = []

    def find_taken(names: list[str]) -> set[str]:
        asked.append(names)
        return {"zoe.obrien"}

    assign_usernames(["zoe.obrien", *(f"ann.byrne{chr(97 + number)}" for number in range(20))], find_taken)
    assert [len(names) for names in asked] == [21, 1]


def test_when_nothing_is_ever_free_it_gives_up_without_naming_anyone() -> None:
    with pytest.raises(RuntimeError, match="no free user names for 1 learners"):
        assign_usernames(["zoe.obrien"], set)


@given(st.lists(st.tuples(st.text(max_size=100), st.text(max_size=100)), max_size=20))
def test_whatever_the_names_the_user_names_have_the_form_and_differ(names: list[tuple[str, str]]) -> None:
    assigned = assign(make_stems([first for first, _ in names], [last for _, last in names]))
    assert len(set(assigned)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(\.[a-z]+)?(\d{2}|\d{3}|\d{5}|\d{7})?", name) for name in assigned)
    assert all(6 <= len(name) <= 127 for name in assigned)
