"""What names mean in a drop folder: ours, those of files still being sent, those that systems leave about."""

import re

CLAIMED = ".claimed"
OUTCOMES = "outcomes"
TEMPORARY_PREFIXES = ("~$", ".")
TEMPORARY_SUFFIXES = (
    ".part",
    ".partial",
    ".filepart",  # WinSCP
    ".crdownload",
    ".download",
    ".opdownload",
    ".tmp",
    ".temp",
    ".uploading",
    ".upload",
    ".inprogress",
    ".incomplete",
    ".swp",
    "~",
)
LEFT_BY_SYSTEMS = frozenset({"thumbs.db", "desktop.ini", "icon\r", "lost+found", "system volume information"})
UKPRN = re.compile(r"[0-9]{8}", re.ASCII)
CLAIM = re.compile(r"(?:(?P<owner>[0-9a-f]{8})-)?(?P<token>[0-9a-f]{32})", re.ASCII)


def is_passed_over(name: str) -> bool:
    """Say whether a file of this name is not the provider's finished one, and needs no word said about it."""
    lowered = name.lower()
    return name.startswith(TEMPORARY_PREFIXES) or lowered.endswith(TEMPORARY_SUFFIXES) or lowered in LEFT_BY_SYSTEMS


def show_folder(name: str) -> str:
    """Return how a folder is called in notices: by its number, or not at all. Its name may be a learner's."""
    return name if UKPRN.fullmatch(name) else "a folder"
