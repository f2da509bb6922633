"""Which entry of a list a text was meant to be, by its synonyms and their misspellings."""

import time

import pytest

from schemas import synonyms
from schemas.normalising.text import to_word_key
from schemas.suggesting.nearest import find_nearest

BRITISH = "English / Welsh / Scottish / Northern Irish / British"


def find(*values: str, has_near_synonyms: bool = True) -> list[str | None]:
    return find_nearest(
        values, synonyms.ETHNICITIES, to_key=to_word_key, cutoff=85, has_near_synonyms=has_near_synonyms
    )


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("Whit British", BRITISH),
        ("White Englsh", BRITISH),
        ("Indain", "Indian"),
        ("Asian British Pakistani", "Pakistani"),
        ("Any oter white background", "Any other white background"),
        ("Black Britsh African", "African"),
        ("Asian", None),
        ("Black", None),
        ("WBRT", None),
        ("x" * 81, None),
    ],
)
def test_a_misspelt_synonym_is_known_and_a_code_with_a_slip_is_not(value: str, meant: str | None) -> None:
    assert find(value) == [meant]


def test_misspelt_synonyms_count_only_where_they_are_asked_for() -> None:
    assert find("Whit British", "White British", has_near_synonyms=False) == [None, BRITISH]


def test_many_different_texts_are_compared_in_parts_and_each_gets_its_own() -> None:
    began = time.process_time()
    found = find(*[f"no such thing {number}" for number in range(5000)], "Whit British", "Indain")
    assert found == [None] * 5000 + [BRITISH, "Indian"]
    assert time.process_time() - began < 4
