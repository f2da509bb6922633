"""The application progress template, as .xls and .xlsx: blank, or with a provider's learners and what is known of them.

Holds learners only where they are given; blank it is the same for everybody.
"""

from collections.abc import Iterable

from schemas.template import Format
from schemas.template.progress.rows import ProgressRow
from schemas.template.progress.xls import MOST_LEARNERS, make_xls
from schemas.template.progress.xlsx import make_xlsx

__all__ = ["MOST_LEARNERS", "ProgressRow", "make_progress_template"]


def make_progress_template(format: Format, learners: Iterable[ProgressRow] = ()) -> bytes:
    """Return the template's bytes, the same ones for the same learners. All text stays text; nothing is a formula.

    Raises:
        ValueError: more than `MOST_LEARNERS`, and an .xls has no row for them.
    """
    return make_xls(learners) if format == "xls" else make_xlsx(learners)
