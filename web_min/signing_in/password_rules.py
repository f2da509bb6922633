"""What a password must be like [manual 3.4]: 6 to 20 characters, a letter, a symbol or number, and not a common one."""

import re
from collections.abc import Callable

from zxcvbn import zxcvbn

from records.tables import Account

SHORTEST, LONGEST = 6, 20
FEWEST_GUESSES = 1_000_000  # what common passwords, words and names with digits behind them are tried through in
OWN_LETTERS = 4  # the shortest part of a name that may not be in its owner's password
OUR_WORDS = ("learner", "learners", "imports", "progress", "ucas", "school", "college")  # what comes to mind here
RULES = (
    f"Use {SHORTEST} to {LONGEST} characters, with at least one letter and at least one number or symbol. "
    "Avoid common passwords and your own name."
)

FAULTS: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda password: not password, "Enter a password"),
    (lambda password: len(password) < SHORTEST, f"Password must be {SHORTEST} characters or more"),
    (lambda password: len(password) > LONGEST, f"Password must be {LONGEST} characters or fewer"),
    (lambda password: not password.isprintable(), "Password must not have characters that can’t be seen"),
    (lambda password: not any(map(str.isalpha, password)), "Password must have at least one letter"),
    (lambda password: all(map(str.isalpha, password)), "Password must have at least one number or symbol"),
)
HAS_OWN_NAME = "Password must not have your name or your username in it"
TOO_EASY = "That password is too easy to guess. Choose one that is not a common word, a name or a pattern"


def find_password_fault(password: str, account: Account | None = None) -> str | None:
    """Return what is wrong with a new password and what to do, or None when it will do.

    Args:
        password: normalised, as it will be hashed.
        account: whose it is to be, where that is known: their names are no passwords.
    """
    for is_broken, message in FAULTS:
        if is_broken(password):
            return message
    if account is not None and has_own_name(password, account):
        return HAS_OWN_NAME
    return TOO_EASY if is_easily_guessed(password, account) else None


def has_own_name(password: str, account: Account) -> bool:
    """Tell whether a name of its owner is in a password: names and birthdays are what classmates try."""
    own = (account.username, account.first_name, account.last_name, account.email)
    names = {part for text in own if text for part in split_words(text.partition("@")[0])}
    return any(name in password.lower() for name in names if len(name) >= OWN_LETTERS)


def is_easily_guessed(password: str, account: Account | None = None) -> bool:
    """Tell whether it is among common passwords, words, names, dates and patterns, or made of what is about its owner.

    Args:
        password: of 72 characters at most.
        account: whose it is to be.
    """
    own = (account.username, account.first_name, account.last_name, account.email) if account else ()
    words = [word for text in own if text for word in (text, *split_words(text))]
    return int(zxcvbn(password, user_inputs=[*OUR_WORDS, *words])["guesses"]) < FEWEST_GUESSES


def split_words(text: str) -> list[str]:
    """Split a username, a name or an address into the words that it is made of, in small letters."""
    return [word for word in re.split(r"[\W_\d]+", text.lower()) if word]
