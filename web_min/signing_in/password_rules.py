"""What a password must be like [manual 3.4]: 6 to 20 characters, a letter, a symbol or number, and not a common one."""

import re
from collections.abc import Callable

from zxcvbn import zxcvbn

from records.tables import Account

SHORTEST, LONGEST = 6, 20
WORD = re.compile(r"[^\W\d_]{3,}")
FEWEST_GUESSES = 100_000  # what a list of common passwords and names, with digits behind, is tried through in
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
    return TOO_EASY if is_easily_guessed(password, account) else None


def is_easily_guessed(password: str, account: Account | None = None) -> bool:
    """Tell whether it is among common passwords, words, names, dates and patterns, or made of the owner's names."""
    own = [account.username, account.first_name, account.last_name, account.email] if account else []
    texts = [text for text in own if text]
    names = WORD.findall(" ".join(texts))  # a learner's username is made of names
    found = zxcvbn(password, user_inputs=texts + names)
    return int(found["guesses"]) < FEWEST_GUESSES
