"""The boundaries on a file's path at which a process is killed, by name. docs/reliability.md lists them."""

from typing import NamedTuple

from tests.faults.dying import Death
from tests.faults.workbooks import LOADED, REFUSED


class Boundary(NamedTuple):
    """A place to die, and the kind of file that gets there."""

    name: str
    death: Death
    file: str


def _at(name: str, where: str, when: str = "before", *, file: str = LOADED) -> Boundary:
    return Boundary(name, Death(where, when), file)


BOUNDARIES = (
    _at("before the claim", "intake.collecting:claim"),
    _at("the claim's folder made, the file not yet moved", "event:os.rename"),
    _at("after the claim, before the copy", "intake.storage:PrivateStorage.keep_open"),
    _at("during the copy to private storage", "os:fsync"),
    _at("after the copy, before the row", "intake.storage:PrivateStorage.keep_open", "after"),
    _at("row written, not committed", "intake.queueing:request_import", "after"),
    _at("after the row, before letting go", "intake.queueing:let_go"),
    _at("after letting go", "intake.queueing:let_go", "after"),
    _at("before the lease", "flows.steps:lease_import"),
    _at("lease written, not committed", "flows.steps:lease_import", "after"),
    _at("after the lease, before reading", "step:read"),
    _at("while the child process reads", "flows.steps:import_what_follows"),
    _at("after reading", "step:read", "after"),
    _at("before validating", "step:validate"),
    _at("after validating", "step:validate", "after"),
    _at("before loading", "step:load"),
    _at("learners written, not committed", "loaders.loading:load_learners", "after"),
    _at("import finished, not committed", "flows.steps:finish_import", "after"),
    _at("mail queued, not committed", "flows.steps:queue_outcome_mail", "after"),
    _at("after the load is committed", "step:load", "after"),
    _at("before the marked-up workbook", "schemas.marked_up:write_marked_up", file=REFUSED),
    _at("marked-up workbook written, not in place", "schemas.marked_up:write_marked_up", "after", file=REFUSED),
    _at("after the marked-up workbook, before the receipt", "intake.outcomes:write_receipt", file=REFUSED),
    _at("between the receipt and its mark in the row", "intake.locations.local_tree:LocalTree.write", "after"),
    _at("after the outcome is returned", "step:tell", "after"),
    _at("before the mail is claimed", "notifications.outbox:claim_mail"),
    _at("mail claimed, not sent", "notifications.outbox:claim_mail", "after"),
    _at("mail taken, not marked", "notifications.senders:FileSender.send", "after"),
    _at("after the mail is marked", "notifications.outbox:deliver", "after"),
)
