"""Identifiers that pass every check and are plainly made up, each from one serial number.

ULNs begin 90; UPNs name schools of authority 201 from 0000 on, which do not exist; telephones are from the ranges that
Ofcom keeps free for drama. Does not check anybody's identifiers: that is `schemas`' work.
"""

ULN_COUNT, UPN_COUNT = 1_000_000, 1_000_000_000  # of serial numbers
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
NO_ULN = "9999999999"


def make_uln(serial: int) -> str:
    """Make the ULN with this serial number, one of `ULN_COUNT`.

    Raises:
        ValueError: there is no such serial number.

    Source: the Learning Records Service's rule: weights 10 to 2, the sum's remainder by 11 taken from 10. Numbers
    whose remainder is 0 are never given out, so a spare digit steps past them.
    """
    if serial not in range(ULN_COUNT):
        raise ValueError(f"no ULN has the serial number {serial}")
    for spare in "01":
        body = f"90{serial:06}{spare}"
        remainder = sum(int(digit) * weight for digit, weight in zip(body, range(10, 1, -1), strict=True)) % 11
        if remainder:
            break
    return f"{body}{10 - remainder}"


def make_upn(serial: int, *, is_temporary: bool = False) -> str:
    """Make the UPN with this serial number, one of `UPN_COUNT`; a temporary one ends in a letter.

    Raises:
        ValueError: there is no such serial number.

    Source: the Department for Education's UPN guide: weights 2 to 13, remainder by 23, read from 23 letters.
    """
    if serial not in range(UPN_COUNT):
        raise ValueError(f"no UPN has the serial number {serial}")
    body = f"201{serial:09}"  # authority, four digits of the school, two of the year, three of the learner
    return put_letter(f"{body[:-1]}A" if is_temporary else body)


def put_letter(body: str) -> str:
    """Put the check letter before the other twelve characters of a UPN."""
    values = [UPN_LETTERS.index(character) if character.isalpha() else int(character) for character in body]
    check = sum(value * weight for weight, value in enumerate(values, 2)) % len(UPN_LETTERS)
    return f"{UPN_LETTERS[check]}{body}"


def make_ccis(serial: int) -> str:
    """Make the CCIS young person record id with this serial number."""
    return f"CC{serial:06}"


def make_telephone(serial: int) -> str:
    """Make a mobile or a landline number of the ranges kept for drama; every thousandth serial repeats."""
    return f"07700900{serial % 1000:03}" if serial % 3 else f"01632960{serial % 1000:03}"


def spoil_check(identifier: str) -> str:
    """Give the identifier another last digit, so that its check no longer fits."""
    return f"{identifier[:-1]}{(int(identifier[-1]) + 1) % 10}"
