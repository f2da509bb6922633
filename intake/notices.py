"""What is said of things in the drop folders that were left alone. Names folders by their UKPRN, never files."""

import os
from typing import NamedTuple


class Notice(NamedTuple):
    """Something that was left, and what to do about it.

    `is_fault` marks what operators must see to; the rest is the provider's.
    """

    folder: str
    message: str
    is_fault: bool = False


UNREADABLE_FOLDER = "can't be read ({}). Give this service access to it."
UNREADABLE_FILE = "holds a file that can't be read ({}). Give this service access to it."
LOOSE_FILE = "holds a file or link outside the providers' folders. Move the file into one of them."
UNKNOWN_FOLDER = "is not a registered provider's. Register the provider, or remove the folder."
LINKED_FOLDER = "is a link or no folder, and was left. Put a real folder in its place."
NOT_A_FILE = "holds a folder, link or special file, which was left. Drop workbooks only."
HARD_LINK = "holds a file that has a second name elsewhere (a hard link), which was left. Drop a copy of it."
HELD_OPEN = "holds a file that some program keeps open for writing. It is taken once that program closes it."
OUTCOMES_TAKEN = "has something named outcomes that is no folder, so no outcome can be returned. Remove it."
CLAIMED_TAKEN = "has something named .claimed that is no folder, so nothing can be taken. Remove it."
BLOCKED = "holds a file that can't be taken ({}). It is kept there and tried again."


def name_fault(fault: OSError) -> str:
    """Say in a few words what was refused, without the name of the file that the fault's own text holds."""
    return (os.strerror(fault.errno) if fault.errno and not fault.strerror else fault.strerror) or type(fault).__name__
