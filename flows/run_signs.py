"""Our own signs of which import runs live: their beats and leases in the database, whatever Prefect says of them.

An import run beats under `PART`, with its Prefect id as the address. Owns how beats and leases are read; does not ask
Prefect.
"""

import os
import socket
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from flows.workplace import Workplace
from records.beats import MISSED_SECONDS, list_beats
from records.tables import ImportStatus, LearnerImport

PART = "import run"


class RunSigns(NamedTuple):
    """The ids of import runs that live, and of those that fell silent: killed, or on a machine that is gone.

    A run that ended as it should is in neither.
    """

    alive: frozenset[str]
    silent: frozenset[str]


def read_signs(workplace: Workplace, now: datetime) -> RunSigns:
    """Tell which runs beat lately or hold a lease that has not run out, and which did and do no more."""
    with workplace.database.read() as session:
        beats = [beat for beat in list_beats(session) if beat.part == PART and beat.address]
        is_held = (LearnerImport.status == ImportStatus.PROCESSING, LearnerImport.lease_until_at > now)
        holders = set(session.scalars(select(LearnerImport.lease_holder).where(*is_held))) if beats else set()
    since = now - timedelta(seconds=MISSED_SECONDS)
    alive = {
        str(beat.address)
        for beat in beats
        if not is_gone(beat.holder) and (beat.beat_at > since or beat.holder in holders)
    }
    return RunSigns(frozenset(alive), frozenset(str(beat.address) for beat in beats) - alive)


def is_gone(holder: str) -> bool:
    """Whether host:pid is a process of this machine that does not exist. Of other machines nothing is known."""
    host, _, pid = holder.rpartition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # another user's: it exists
        return False
    return False
