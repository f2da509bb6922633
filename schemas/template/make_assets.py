"""`make template`: lets LibreOffice make the .xls templates from the .xlsx. For developers, when the columns change.

Converting on the command line alone loses frozen headings, so a macro opens the workbook in a view and saves it.
LibreOffice also ends the drop-downs a thousand rows below the last filled one; their last row is put right here.
"""

import shutil
import struct
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from xlrd.compdoc import CompDoc

from schemas.template.progress import xls as progress
from schemas.template.progress.xlsx import make_xlsx as make_progress_xlsx
from schemas.template.workbook import LIST_ROWS, make_xlsx
from schemas.template.xls import BLANK, PLACEHOLDER, WITH_PLACEHOLDER

DATA_VALIDATION = 0x01BE  # [MS-XLS] Dv: ends with a count of ranges, 1 here, and the first row, last row, columns
RECORD = struct.Struct("<HH")
LAST_ROW = struct.Struct("<H")
LAST_ROW_FROM_END = 6

MACRO_FILE = "user/basic/Standard/Module1.xba"  # made by LibreOffice's first start, with nothing in it
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
Sub Convert(source As String, target As String)
  Dim options(0) As New com.sun.star.beans.PropertyValue
  options(0).Name = "FilterName"
  options(0).Value = "MS Excel 97"
  Dim book As Object
  book = StarDesktop.loadComponentFromURL(source, "_blank", 0, Array())
  book.storeToURL(target, options())
  book.close(True)
End Sub
</script:module>
"""


def convert_to_xls(xlsx: bytes) -> bytes:
    """Return the workbook as LibreOffice saves it.

    Raises:
        FileNotFoundError: LibreOffice is not installed, or saved nothing.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        source, target = folder / "template.xlsx", folder / "template.xls"
        source.write_bytes(xlsx)
        profile = folder / "profile"
        start = ["soffice", "--headless", "--norestore", f"-env:UserInstallation={profile.as_uri()}"]
        subprocess.run([*start, "--terminate_after_init"], check=True, capture_output=True)
        (profile / MACRO_FILE).write_text(MACRO, encoding="utf-8")
        call = f'macro:///Standard.Module1.Convert("{source.as_uri()}","{target.as_uri()}")'
        subprocess.run([*start, call], check=True, capture_output=True)
        return target.read_bytes()


def extend_drop_downs(xls: bytes) -> bytes:
    """Return the workbook with every drop-down ending in the row where it ends in the .xlsx."""
    stream, position, size = CompDoc(xls).locate_named_stream("Workbook")
    if stream != xls:
        raise ValueError("LibreOffice has scattered the workbook over the file")
    made, end = bytearray(xls), position + size
    while position < end:
        code, record_bytes = RECORD.unpack_from(made, position)
        position += RECORD.size + record_bytes
        if code == DATA_VALIDATION:
            LAST_ROW.pack_into(made, position - LAST_ROW_FROM_END, LIST_ROWS)
    return bytes(made)


def main() -> None:
    """Write the files: two beside this one, and that for progress."""
    if not shutil.which("soffice"):
        sys.exit("LibreOffice (soffice) makes the .xls template and is not installed.")
    assets = {BLANK: make_xlsx(None), WITH_PLACEHOLDER: make_xlsx(PLACEHOLDER), progress.BLANK: make_progress_xlsx()}
    for path, xlsx in assets.items():
        path.write_bytes(extend_drop_downs(convert_to_xls(xlsx)))


if __name__ == "__main__":
    main()
