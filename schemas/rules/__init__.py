"""Every rule in one table: id, when it fires, what it says, what it suggests, the manual's section, its severity.

Nothing else words a finding, and `docs/rules.md` is written from here. A message says what to do. It never holds what a
learner's cell holds: messages are mailed and shown to operators. Places in braces are filled where the finding is made:
a heading, a limit, a count, row numbers, the provider's UKPRN.
"""

from schemas.rules.cells import CELL_RULES
from schemas.rules.damage import DAMAGE_RULES
from schemas.rules.files import FILE_RULES
from schemas.rules.progress import PROGRESS_RULES
from schemas.rules.rows import ROW_RULES
from schemas.rules.rule import ERROR, WARNING, Rule

__all__ = [
    "CELL_RULES",
    "DAMAGE_RULES",
    "ERROR",
    "FILE_RULES",
    "PROGRESS_RULES",
    "ROW_RULES",
    "RULES",
    "WARNING",
    "Rule",
]

RULES: dict[str, Rule] = FILE_RULES | DAMAGE_RULES | CELL_RULES | ROW_RULES | PROGRESS_RULES
