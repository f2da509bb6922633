"""What is no open workbook is told for what it is, whatever its name."""

import io
import zipfile

import msoffcrypto
import pytest
from xlwt.CompoundDoc import XlsDoc

from schemas.reading import refusals
from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError
from tests.samples.encrypted_xls import encrypt_xls
from tests.schemas.reading.making import GOOD, PARTS, make_parts, make_xls, make_xlsx, read

TABLE = "<table><tr><td>UKPRN</td><td>First name</td></tr></table>"
CSV = "UKPRN,First name,Last name\r\n10001234,Zoë,Jones\r\n"


def zip_of(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return file.getvalue()


def of_type(name: str) -> bytes:
    """An office document in a zip file, of this content type."""
    return make_parts(parts={"[Content_Types].xml": PARTS["[Content_Types].xml"].replace("spreadsheetml.sheet", name)})


def ole_of(stream: str) -> bytes:
    """An OLE2 file whose only stream has this name."""
    file = io.BytesIO()
    XlsDoc().save(file, b"content" * 1000)
    name = stream.encode("utf-16-le")
    entry = bytearray(128)
    entry[: len(name)] = name
    entry[64:66] = (len(name) + 2).to_bytes(2, "little")
    content = file.getvalue()
    start = content.index("Workbook".encode("utf-16-le"))
    return content[:start] + bytes(entry[:66]) + content[start + 66 :]


def protect(content: bytes) -> bytes:
    protected = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(content)).encrypt("open sesame", protected)
    return protected.getvalue()


REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "file_empty"),
    "noise": (bytes(range(256)) * 20, "file_not_spreadsheet"),
    "prose": (b"Dear colleague\nplease find below", "file_not_spreadsheet"),
    "one word": (b"x", "file_not_spreadsheet"),
    "zeros": (bytes(20_000), "file_damaged"),
    "first bytes of an xls": (make_xls(GOOD)[:5], "file_damaged"),
    "first bytes of an xlsx": (make_xlsx(GOOD)[:3], "file_damaged"),
    "web page": (f"<!DOCTYPE html>\n<html><body>{TABLE}".encode(), "file_html"),
    "web page with a mark": (f"\ufeff  <HTML>{TABLE}".encode(), "file_html"),
    "web page in UTF-16": (f"<html>{TABLE}".encode("utf-16"), "file_html"),
    "bare table": (TABLE.encode(), "file_html"),
    "web archive": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "file_html"),
    "csv": (CSV.encode(), "file_csv"),
    "csv of Windows": (CSV.encode("cp1252"), "file_csv"),
    "csv with a mark": (CSV.encode("utf-8-sig"), "file_csv"),
    "csv in UTF-16": (CSV.replace(",", "\t").encode("utf-16"), "file_csv"),
    "csv with semicolons": (CSV.replace(",", ";").encode(), "file_csv"),
    "xls with a password": (encrypt_xls(make_xls(GOOD), "open sesame"), "file_password_protected"),
    "xlsx with a password": (protect(make_xlsx(GOOD)), "file_password_protected"),
}
OTHERS: dict[str, tuple[bytes, str]] = {
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", refusals.PDF),
    "rtf": (b"{\\rtf1\\ansi", refusals.RICH_TEXT),
    "png": (b"\x89PNG\r\n\x1a\n\0\0", refusals.PICTURE),
    "gzip": (b"\x1f\x8b\x08\0\0", refusals.ARCHIVE),
    "zip": (zip_of(learners_dot_csv=CSV), refusals.ARCHIVE),
    "ods": (zip_of(mimetype="application/vnd.oasis.opendocument.spreadsheet"), refusals.ODS),
    "odt": (zip_of(mimetype="application/vnd.oasis.opendocument.text"), refusals.ODF),
    "numbers": (zip_of(Index__Document_dot_iwa="x"), refusals.NUMBERS),
    "docx": (of_type("wordprocessingml.document"), refusals.WORD),
    "pptx": (of_type("presentationml.presentation"), refusals.POWERPOINT),
    "xlsb": (of_type("ms-excel.sheet.binary.macroEnabled.main"), refusals.XLSB),
    "doc": (ole_of("WordDocument"), refusals.WORD),
    "ppt": (ole_of("PowerPoint Document"), refusals.POWERPOINT),
    "other program": (ole_of("Contents"), refusals.OFFICE),
    "xml of Excel 2003": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        refusals.XML_2003,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_open_workbook_is_refused(name: str) -> None:
    content, rule = REFUSED[name]
    with pytest.raises(RefusedError, match=f"^{rule}$"):
        read(content)


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_of_another_format_is_named(name: str) -> None:
    content, format_name = OTHERS[name]
    with pytest.raises(RefusedError, match=r"^file_other_format$") as refused:
        read(content)
    assert refused.value.words == {"format": format_name}


def test_a_workbook_with_macros_is_read() -> None:
    parts = make_xlsx(GOOD)
    with zipfile.ZipFile(io.BytesIO(parts)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    assert "sheet.main+xml" in types
    renamed = types.replace(
        "openxmlformats-officedocument.spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main"
    )
    copy = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(parts)) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, renamed if name == "[Content_Types].xml" else old.read(name))
    assert read(copy.getvalue()).row_count == 2


@pytest.mark.parametrize("content", [make_xls(GOOD), make_xlsx(GOOD)], ids=["xls", "xlsx"])
def test_a_file_beyond_the_size_limit_is_told_the_limit(content: bytes) -> None:
    with pytest.raises(RefusedError, match=r"^file_too_large$") as refused:
        read(content, ReadingLimits(uncompressed_bytes=2**12))
    assert refused.value.words == {"limit_megabytes": 0}
