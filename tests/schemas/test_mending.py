"""What a slip was meant to be, found as fast for a file full of slips as for one."""

import time

import pytest

from schemas.suggesting.mending import mend_emails, mend_postcode


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("SW1A IAA", "SW1A 1AA"),
        ("SOI5 BSO", None),
        ("S01 1AA", "SO1 1AA"),
        ("P01 0AA", "PO1 0AA"),
        ("NR3L 0AA", "NR31 0AA"),
        ("E1O 1AA", "E10 1AA"),
        ("O1 1AA", None),
        ("G1R OAA", "GIR 0AA"),
        ("GIR-OAA", "GIR 0AA"),
        ("ZZ9O-3WZ", None),
        ("Z299 3WZ", "ZZ99 3WZ"),
        ("0L2 88OB", None),
        ("M58A O28", None),
        ("BS1 4CJ!", None),
        ("", None),
    ],
)
def test_a_postcode_is_mended_where_one_spelling_takes_the_fewest_exchanges(value: str, meant: str | None) -> None:
    assert mend_postcode(value) == meant


def test_a_file_full_of_slips_takes_no_longer_a_value() -> None:
    began = time.process_time()
    for number in range(30_000):
        mend_postcode(f"S{number % 10}I5 BSO")
    mend_emails([" " * 60_000])
    assert time.process_time() - began < 4
