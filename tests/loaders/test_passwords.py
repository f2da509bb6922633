"""Initial passwords are easy to type, hard to guess, and never words."""

import re

from loaders.passwords import make_passwords

COUNT = 4000


def test_they_have_the_form_that_the_manual_asks_for() -> None:
    form = re.compile("[bcdfghjkmnprtvwx]{4}-[2-9]{4}-[bcdfghjkmnprtvwx]{4}")
    assert all(form.fullmatch(password) for password in make_passwords(COUNT))


def test_there_are_as_many_as_asked_for_and_no_two_alike() -> None:
    assert make_passwords(0) == []
    assert len(set(make_passwords(COUNT))) == COUNT


def test_every_character_comes_up_about_as_often_in_every_place() -> None:
    passwords = make_passwords(COUNT)
    for place in set(range(14)) - {4, 9}:
        characters = [password[place] for password in passwords]
        expected = COUNT / (8 if 5 <= place <= 8 else 16)
        for character in set(characters):
            assert abs(characters.count(character) - expected) < 8 * expected**0.5
        assert len(set(characters)) == COUNT / expected
