"""Making initial passwords. Owns their form; does not keep, seal or show them."""

import secrets

import numpy as np

LETTERS = np.frombuffer(b"bcdfghjkmnprtvwx", dtype=np.uint8)
DIGITS = np.frombuffer(b"23456789", dtype=np.uint8)
LENGTH = 14


def make_passwords(count: int) -> list[str]:
    """Make that many initial passwords of the form "mkrt-7384-wdcn".

    Fit to be read from a printed slip: small letters without vowels (so no words come out) and without l, q, s, y and
    z, digits without 0 and 1. There are 16 letters and 8 digits, so that the low bits of a random byte choose among
    them evenly.

    A password holds 8 x 4 + 4 x 3 = 44 bits. That is plenty for a secret that expires, is locked after a few wrong
    tries, and must be changed at the first sign-in: at a hundred tries for each account the odds of guessing are one in
    170 thousand million.

    Source: manual 5.1 c (6 to 20 characters, at least one letter and one symbol or number).
    """
    chosen = np.frombuffer(secrets.token_bytes(12 * count), dtype=np.uint8).reshape(count, 12)
    letters, digits = LETTERS[chosen[:, :8] % len(LETTERS)], DIGITS[chosen[:, 8:] % len(DIGITS)]
    characters = np.full((count, LENGTH), ord("-"), dtype=np.uint8)
    characters[:, 0:4], characters[:, 5:9], characters[:, 10:14] = letters[:, :4], digits, letters[:, 4:]
    text = characters.tobytes().decode("ascii")
    return [text[start : start + LENGTH] for start in range(0, len(text), LENGTH)]
