"""Looking into an OLE2 file, the wrapping of .xls and of every workbook with a password. Reads no cell."""

import os

from xlrd.compdoc import CompDoc

from schemas.reading import refusals
from schemas.reading.refusals import RefusedError, other_format

WORKBOOKS = {"workbook", "book"}
ENCRYPTED = {"encryptedpackage", "encryptioninfo"}
OTHERS = {
    "worddocument": refusals.WORD,
    "powerpoint document": refusals.POWERPOINT,
    "visiodocument": refusals.VISIO,
    "__properties_version1.0": refusals.MAIL,
}


def check_compound(data: bytes) -> None:
    """Refuse an OLE2 file that holds no open workbook.

    Raises:
        RefusedError: it is encrypted, or another program's.
    """
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 (a device, not a path)
        streams = {entry.name.lower() for entry in CompDoc(data, logfile=nowhere).dirlist}
    if streams & ENCRYPTED:
        raise RefusedError("file_password_protected")
    if streams & WORKBOOKS:
        return
    raise other_format(next((name for stream, name in OTHERS.items() if stream in streams), refusals.OFFICE))
