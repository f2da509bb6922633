"""The template as .xls: a file made beforehand, and the same with a UKPRN put in.

No library writes an .xls with drop-downs, so `schemas.template.make_assets` lets LibreOffice make two from the .xlsx:
one blank and one whose UKPRN cells all show one shared text, the placeholder. That text stands once in the file and is
as long as a UKPRN, so putting the UKPRN in its place moves nothing.
"""

from pathlib import Path

BLANK = Path(__file__).with_name("blank.xls")
WITH_PLACEHOLDER = Path(__file__).with_name("with_ukprn.xls")
PLACEHOLDER = "<-UKPRN>"


def make_xls(ukprn: str | None) -> bytes:
    """Return the template's bytes.

    Args:
        ukprn: 8 digits, shown by the first 1,000 learner rows; None leaves them blank.
    """
    if ukprn is None:
        return BLANK.read_bytes()
    return WITH_PLACEHOLDER.read_bytes().replace(PLACEHOLDER.encode("ascii"), ukprn.encode("ascii"))
