"""Made-up learners: the same ones on every run, each with its own identifiers.

Owns who the sample learners are. What is done to them in a sample is told in `loaded` and `refused`.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import product
from random import Random

from data.samples import names
from data.samples.identifiers import make_ccis, make_telephone, make_uln, make_upn
from data.samples.sheets import Row
from schemas.columns import ETHNICITIES, GENDERS

SEED = 2026
OLDEST, YOUNGEST = date(2008, 1, 1), date(2010, 12, 31)  # 11 to 25 years old for several years to come
SCHOOL_YEAR = 2026
YEARS_REPEATED = 2  # every second learner repeats a year, so that the list never looks like last year's, in no year
INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # those a postcode's last two may be
WITHOUT_OFTEN = ("locality", "upn", "ccis", "email", "telephone", "house_name_or_number", "ethnicity")


def make_learners(ukprn: str, first_serial: int, count: int) -> list[Row]:
    """Make learners of a provider with all 17 cells filled: the same for the same serial numbers.

    No two of the first 300,000 have the same name. Those who have share it with one a long way off.
    """
    random, people = Random(SEED + first_serial), list_people()
    serials = range(first_serial, first_serial + count)
    return [make_learner(random, ukprn, serial, find_person(people, serial)) for serial in serials]


@cache
def list_people() -> list[tuple[str, str, str]]:
    """Return gender, first name and last name of everyone there is a different name for, well mixed."""
    people = [("Female", *name) for name in product(names.GIRLS, names.LAST_NAMES)]
    people += [("Male", *name) for name in product(names.BOYS, names.LAST_NAMES)]
    Random(SEED).shuffle(people)
    return people


def find_person(people: Sequence[tuple[str, str, str]], serial: int) -> tuple[str, str, str]:
    """Return who has this serial number: one of the people, from the second time round with a double last name."""
    lap, index = divmod(serial, len(people))
    gender, first_name, last_name = people[index]
    return gender, first_name, f"{last_name} {names.LAST_NAMES[lap % len(names.LAST_NAMES)]}" if lap else last_name


def make_learner(random: Random, ukprn: str, serial: int, person: tuple[str, str, str]) -> Row:
    """Make one learner from gender, first name and last name; the rest follows from `random` and the serial number."""
    gender, first_name, last_name = person
    born = OLDEST + timedelta(days=random.randrange((YOUNGEST - OLDEST).days + 1))
    return {
        "ukprn": ukprn,
        "year_group": f"Year {find_year_group(born) - serial % YEARS_REPEATED}",
        "first_name": first_name,
        "last_name": last_name,
        "email": make_email(first_name, last_name, serial),
        "house_name_or_number": random.choice(names.HOUSES) if serial % 7 == 0 else str(random.randrange(1, 220)),
        "street": random.choice(names.STREETS),
        "locality": random.choice(names.LOCALITIES),
        "town": random.choice(names.TOWNS),
        "postcode": make_postcode(random),
        "telephone": make_telephone(serial),
        "uln": make_uln(serial),
        "upn": make_upn(serial),
        "ccis": make_ccis(serial),
        "date_of_birth": born.isoformat(),
        "gender": random.choice(GENDERS[2:]) if serial % 23 == 0 else gender,
        "ethnicity": random.choice(ETHNICITIES),
    }


def blank_some(rows: list[Row], seed: int) -> Iterator[Row]:
    """Leave cells blank as schools do: about one optional cell in five, and never more than one of ULN and UPN."""
    random = Random(seed)
    for row in rows:
        blanks = {name: "" for name in WITHOUT_OFTEN if random.random() < 0.2}
        if "upn" not in blanks and random.random() < 0.1:
            blanks["uln"] = ""
        yield row | blanks


def rename_learner(row: Row, first_name: str, last_name: str) -> Row:
    """Give a learner another name, and the email address that goes with it."""
    serial = int("".join(filter(str.isdigit, str(row["email"]))) or 0)
    email = make_email(first_name, last_name, serial) if row["email"] else ""
    return row | {"first_name": first_name, "last_name": last_name, "email": email}


def make_email(first_name: str, last_name: str, serial: int) -> str:
    """Make an email address as schools give them, on a domain that can't exist."""
    return f"{fold_name(first_name)[:1]}.{fold_name(last_name)}{serial}@students.example.org"


def find_year_group(born: date) -> int:
    """Return the year group that a learner born on this day is in during the school year of the samples."""
    started_school = born.year + (5 if (born.month, born.day) >= (9, 1) else 4)
    return SCHOOL_YEAR - started_school


def make_postcode(random: Random) -> str:
    """Make a postcode of good form."""
    outward = f"{random.choice(names.POSTCODE_AREAS)}{random.randrange(1, 30)}"
    return f"{outward} {random.randrange(10)}{''.join(random.choices(INWARD_LETTERS, k=2))}"


def fold_name(name: str) -> str:
    """Write a name in small letters a to z only."""
    plain = unicodedata.normalize("NFKD", name.lower().replace("ł", "l").replace("ø", "o").replace("đ", "d"))
    return "".join(letter for letter in plain if "a" <= letter <= "z")
