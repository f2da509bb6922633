"""A phone with an authenticator app, and people who use one."""

import re
import time
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP

from records.database import Database
from records.tables import Account
from tests.web_min.known_password import PASSWORD_HASH
from tests.web_min.people import make_staff
from web_min.signing_in.codes import Codes

STEP_SECONDS = 30
ROOM_SECONDS = 8  # left of a step, for a test whose code must be judged in the step in which it was made
SET_UP = "/my-account/two-step/set-up"


class Phone:
    """Shows the codes of one key; another one for each step of time.

    Args:
        key: as the app takes it, in base 32.
    """

    def __init__(self, key: str) -> None:
        self.key = key.replace(" ", "")
        self._totp: Any = TOTP(key=self.key)

    def show_code(self, *, steps_later: int = 0) -> str:
        """Return the code of this moment, or of so many steps later."""
        return str(self._totp.generate(time=time.time() + steps_later * STEP_SECONDS).token)

    def show_wrong_code(self) -> str:
        """Return a code that is not good at this moment, nor a step before or after."""
        good = {self.show_code(steps_later=steps) for steps in (-1, 0, 1)}
        return next(code for code in ("000000", "111111", "222222", "333333") if code not in good)


def wait_for_room() -> None:
    """Wait for the next step when this one is about to end."""
    left = STEP_SECONDS - time.time() % STEP_SECONDS
    if left < ROOM_SECONDS:
        time.sleep(left + 0.1)


def scan(client: FlaskClient) -> Phone:
    """Give a phone into which the key was typed that the browser's page shows."""
    found = re.search(r'<code class="key">([A-Z2-7 ]+)</code>', client.get(SET_UP).text)
    assert found, "the page shows no key"
    return Phone(found[1])


def make_two_step_staff(
    app: Flask, database: Database, username: str = "morgan@example.org", **columns: Any
) -> tuple[Account, Phone]:
    """Add a member of staff whose two-step sign-in is on, and their phone."""
    codes: Codes = app.extensions["codes"]
    secret = codes.generate_totp_secret()
    account = make_staff(database, username, password_hash=PASSWORD_HASH, two_step_secret=secret, **columns)
    return account, Phone(codes.get_totp_b32_key(secret))
