"""Claiming a file: renamed away under a token, so that nobody takes it twice; and letting it go.

A claim is a folder `.claimed/<owner>-<token>` in the provider's, with the file in it. The token names the original in
private storage and makes the import's row unique. The owner is the collector that made the claim: while that one lives,
the others leave it.
"""

import hashlib
from contextlib import suppress
from typing import NamedTuple
from uuid import uuid4

from intake.dropped_names import CLAIM, CLAIMED, is_passed_over
from intake.locations.trees import FOLDER, DropTree, Entry


class Claim(NamedTuple):
    """A file that was claimed: the provider it is for, who claimed it, and the claim's token."""

    ukprn: str
    owner: str
    token: str

    @property
    def folder(self) -> tuple[str, ...]:
        """Where its file lies."""
        return self.ukprn, CLAIMED, f"{self.owner}-{self.token}" if self.owner else self.token


def name_owner(holder: str) -> str:
    """Return how a collector signs its claims, from its `host:pid`."""
    return hashlib.sha256(holder.encode()).hexdigest()[:8]


def claim(tree: DropTree, ukprn: str, file_name: str, *, owner: str) -> Claim:
    """Rename a file away.

    Raises:
        FileNotFoundError: it is gone; another collector may have it.
        OSError: it can't be renamed, or `.claimed` is no folder.
    """
    made = Claim(ukprn, owner, uuid4().hex)
    tree.make_folder(ukprn, CLAIMED)
    if tree.look(ukprn, CLAIMED).kind != FOLDER:
        raise NotADirectoryError(20, "Not a folder")
    tree.make_folder(*made.folder)
    try:
        tree.rename((ukprn, file_name), (*made.folder, file_name))
    except OSError:
        with suppress(OSError):
            tree.remove_folder(*made.folder)
        raise
    return made


def find_claims(tree: DropTree, ukprn: str) -> list[Claim]:
    """Return the claims of all collectors on a provider's files, in no order."""
    found = []
    for entry in tree.list(ukprn, CLAIMED):
        match = CLAIM.fullmatch(entry.name)
        if match and entry.kind == FOLDER:
            found.append(Claim(ukprn, match["owner"] or "", match["token"]))
    return found


def take_over(tree: DropTree, left: Claim, *, owner: str) -> Claim | None:
    """Make another's claim ours, at one stroke; None when somebody was faster. It keeps its token."""
    taken = left._replace(owner=owner)
    try:
        tree.rename(left.folder, taken.folder)
    except FileNotFoundError:
        return None
    return taken


def find_file(tree: DropTree, claimed: Claim) -> Entry | None:
    """Return what a claim holds; an empty one is removed. None when there is nothing.

    Raises:
        OSError: it can't be looked at.
    """
    try:
        entries = [entry for entry in tree.list(*claimed.folder) if not is_passed_over(entry.name)]
    except FileNotFoundError:
        return None
    if entries:
        return entries[0]
    with suppress(OSError):
        tree.remove_folder(*claimed.folder)
    return None


def claim_anew(tree: DropTree, claimed: Claim) -> Claim:
    """Give a claim another token: what lies in it is another file than the one that its row is for."""
    anew = claimed._replace(token=uuid4().hex)
    tree.rename(claimed.folder, anew.folder)
    return anew


def let_go(tree: DropTree, claimed: Claim, file_name: str) -> None:
    """Take a claimed file out of the drop folder, once it is in private storage and in the queue."""
    with suppress(FileNotFoundError):
        tree.remove_file(*claimed.folder, file_name)
    with suppress(OSError):
        tree.remove_folder(*claimed.folder)
