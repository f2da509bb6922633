"""Which passwords are accepted and which refused, and what a person is told [manual 3.4]."""

import pytest
from flask import Flask

from records.tables import Account
from web_min.signing_in.password_rules import HAS_OWN_NAME, TOO_EASY, find_password_fault

JANE = Account(
    kind="staff",
    username="jane.smith@northfield.sch.uk",
    email="jane.smith@northfield.sch.uk",
    first_name="Jane",
    last_name="Smith-Jones",
)
ZUZANNA = Account(kind="learner", username="zuzanna.quillfeather.27", email=None, first_name=None, last_name=None)
SHORT, LONG = "Password must be 6 characters or more", "Password must be 20 characters or fewer"
NO_LETTER = "Password must have at least one letter"
ONLY_LETTERS = "Password must have at least one number or symbol"
UNSEEN = "Password must not have characters that can’t be seen"


@pytest.mark.parametrize(
    "password",
    [
        "k7#mQz",  # the shortest
        "blue-Kettle7",
        "horse7battery",
        "mkrt-7384-wdcn",
        "xx-Brücke-über-Fluss",  # 20 characters, the longest
        "with space 1z",
        "ключ-от-двери9",
        "🐘tusks-and-ears",
        "ends in a space 4 ",
    ],
)
def test_accepted(password: str) -> None:
    assert 6 <= len(password) <= 20
    assert find_password_fault(password, JANE) is None


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "Enter a password"),
        ("k7#mQ", SHORT),
        ("horse7battery-staple9", LONG),
        ("x1" * 100_000, LONG),
        ("7384-2951-66", NO_LETTER),
        ("correcthorse", ONLY_LETTERS),
        ("blue\tKettle7", UNSEEN),
        ("blue\0Kettle7", UNSEEN),
        ("blue\u200bKettle7", UNSEEN),
        ("password1", TOO_EASY),
        ("Password1!", TOO_EASY),
        ("P@ssw0rd", TOO_EASY),
        ("qwerty123", TOO_EASY),
        ("1q2w3e4r", TOO_EASY),
        ("abc123", TOO_EASY),
        ("letmein1", TOO_EASY),
        ("111111a", TOO_EASY),
        ("football1", TOO_EASY),
        ("Liverpool1!", TOO_EASY),
        ("dragon99", TOO_EASY),
        ("iloveyou2", TOO_EASY),
        ("2009-01-09a", TOO_EASY),
        ("learner2026", TOO_EASY),
        ("Northfield1", TOO_EASY),
        ("aaaaaa1", TOO_EASY),
    ],
)
def test_refused(password: str, fault: str) -> None:
    assert find_password_fault(password, JANE) == fault


@pytest.mark.parametrize(
    ("account", "password"),
    [
        (JANE, "Jane1985!x"),
        (JANE, "my-JANE-77q"),
        (JANE, "smith-4-xyzq"),
        (JANE, "xJonesy-49q"),
        (ZUZANNA, "Zuzanna.2009"),
        (ZUZANNA, "quillfeather-1q"),
    ],
)
def test_a_password_has_no_name_of_its_owner_in_it(account: Account, password: str) -> None:
    assert find_password_fault(password, account) == HAS_OWN_NAME
    assert find_password_fault(password, Account(username="somebody.else")) in (None, TOO_EASY)


def test_what_is_no_name_may_be_in_it_as_short_parts_and_digits_of_a_username() -> None:
    assert find_password_fault("under27-Teapot", ZUZANNA) is None
    assert find_password_fault("leeward-Tide4", Account(username="lee.x-y", first_name="Lee")) is None


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_same_letters_written_otherwise_are_the_same_password(app: Flask) -> None:
    """An é of one character and one of two, as phones and computers send them, and letters of another width."""
    with app.app_context():
        rules = app.extensions["security"].password_util
        composed = rules.validate("café-Ｔable7", False, user=ZUZANNA)
        decomposed = rules.validate("cafe\u0301-Table7", False, user=ZUZANNA)
    assert composed == decomposed == (None, "café-Table7")


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_length_is_counted_as_people_count_it(app: Flask) -> None:
    with app.app_context():
        rules = app.extensions["security"].password_util
        assert rules.validate("e\u0301" * 19 + "7", False, user=ZUZANNA)[0] == [TOO_EASY]
        assert rules.validate("é" * 20 + "7", False, user=ZUZANNA)[0] == [LONG]
