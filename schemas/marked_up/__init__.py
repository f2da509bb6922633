"""The marked-up workbook: a refused file given back as its provider's own sheet, with what to correct in its place.

`writing` is the entrance. `marks` and `places` find what is marked, `learner_sheet`, `cause_sheet` and `value_sheet`
write the sheets, `cells`, `texts`, `styles` and `sheet_names` say how, `quick_workbook` makes XlsxWriter fast enough.
"""

from schemas.marked_up.places import MarkedFinding
from schemas.marked_up.writing import TooLargeToMarkError, write_marked_up

__all__ = ["MarkedFinding", "TooLargeToMarkError", "write_marked_up"]
