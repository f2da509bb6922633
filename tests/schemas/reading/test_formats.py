"""What is no open workbook is told for what it is, whatever its name."""

import io
import json
import zipfile
from pathlib import Path

import msoffcrypto
import pytest
from xlwt.CompoundDoc import XlsDoc

from schemas.reading import refusals
from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError
from tests.samples.encrypted_xls import encrypt_xls
from tests.schemas.reading.making import (
    GOOD,
    HEADINGS,
    LEARNER,
    ODS_NAMES,
    PARTS,
    make_csv,
    make_ods,
    make_parts,
    make_xls,
    make_xlsx,
    read,
    zip_ods,
)

MANIFEST = '<file-entry full-path="/" media-type="application/vnd.oasis.opendocument.%s"/>'
ENCRYPTED = MANIFEST % "spreadsheet" + '<file-entry full-path="content.xml"><encryption-data/></file-entry>'
PEOPLE = [dict(zip(HEADINGS, LEARNER, strict=False))] * 3
PROSE = """Dear colleague,

please find the learners, as you asked, in the list below. We have left out those who have moved, and added Ann, Bob
and Ceri. The town, the postcode, and the telephone are new.

Yours, Zoë
"""
KINDS = ("xls", "xlsx", "ods", "csv")
TABLE = "<table><tr><td>UKPRN</td><td>First name</td></tr></table>"
CSV = "UKPRN,First name,Last name\r\n10001234,Zoë,Jones\r\n"


def zip_of(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", ".").replace("META_INF", "META-INF"), content)
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
    "json": (json.dumps([HEADINGS, LEARNER]).encode(), "file_not_spreadsheet"),
    "json over several lines": (json.dumps(PEOPLE, indent=1).encode(), "file_not_spreadsheet"),
    "json a line": ("\n".join(map(json.dumps, PEOPLE)).encode(), "file_not_spreadsheet"),
    "xml": (f"<learners>{PEOPLE}</learners>".encode(), "file_not_spreadsheet"),
    "prose with commas": (PROSE.encode(), "file_not_spreadsheet"),
    "prose in one line": (b"Dear colleague, please find the list, as promised", "file_not_spreadsheet"),
    "program": (Path(refusals.__file__).read_bytes(), "file_not_spreadsheet"),
    "program in C": (b"int a;\nint b;\nchar c;\nreturn;\n" * 5, "file_not_spreadsheet"),
    "one column": (b"Ann\nBob\nCeri\n", "file_not_spreadsheet"),
    "table without headings": (b"Ann,Jones,LS1 4AB\nBob,Smith,LS1 4AB\n", "file_no_headings"),
    "table of two columns": (b"Name;Age\nAnn;12\nBob;13\n", "file_no_headings"),
    "headings alone": (",".join(HEADINGS).encode(), "file_no_rows"),
    "text zeroed at its end": (CSV.encode() + bytes(500), "file_damaged"),
    "text with a hole": (CSV.encode() + bytes(500) + CSV.encode(), "file_damaged"),
    "ods with a password": (zip_ods("", parts={"META-INF/manifest.xml": ENCRYPTED}), "file_password_protected"),
    "xls with a password": (encrypt_xls(make_xls(GOOD), "open sesame"), "file_password_protected"),
    "xlsx with a password": (protect(make_xlsx(GOOD)), "file_password_protected"),
}
OTHERS: dict[str, tuple[bytes, str]] = {
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", refusals.PDF),
    "rtf": (b"{\\rtf1\\ansi", refusals.RICH_TEXT),
    "png": (b"\x89PNG\r\n\x1a\n\0\0", refusals.PICTURE),
    "gzip": (b"\x1f\x8b\x08\0\0", refusals.ARCHIVE),
    "zip": (zip_of(learners_dot_csv=CSV), refusals.ARCHIVE),
    "odt": (zip_of(mimetype="application/vnd.oasis.opendocument.text"), refusals.ODF),
    "numbers": (zip_of(Index__Document_dot_iwa="x"), refusals.NUMBERS),
    "docx": (of_type("wordprocessingml.document"), refusals.WORD),
    "pptx": (of_type("presentationml.presentation"), refusals.POWERPOINT),
    "xlsb": (of_type("ms-excel.sheet.binary.macroEnabled.main"), refusals.XLSB),
    "doc": (ole_of("WordDocument"), refusals.WORD),
    "ppt": (ole_of("PowerPoint Document"), refusals.POWERPOINT),
    "other program": (ole_of("Contents"), refusals.OFFICE),
    "fods": (f"<?xml version='1.0'?>\n<office:document {ODS_NAMES}><table:table>".encode(), refusals.FLAT_ODF),
    "odt by its manifest": (zip_of(META_INF__manifest_dot_xml=MANIFEST % "text"), refusals.ODF),
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


def with_type(kind: str, **parts: bytes) -> bytes:
    """A good .xlsx that says to be of another type and has more parts."""
    content, copy = make_xlsx(GOOD), io.BytesIO()
    usual = "openxmlformats-officedocument.spreadsheetml.sheet.main"
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            assert name != "[Content_Types].xml" or usual.encode() in part
            new.writestr(name, part.replace(usual.encode(), kind.encode()))
        for name, part in parts.items():
            new.writestr(name.replace("__", "/").replace("_dot_", "."), part)
    return copy.getvalue()


@pytest.mark.parametrize(
    "kind",
    [
        "ms-excel.sheet.macroEnabled.main",
        "ms-excel.template.macroEnabled.main",
        "openxmlformats-officedocument.spreadsheetml.template.main",
    ],
)
def test_workbooks_with_macros_and_templates_are_read(kind: str) -> None:
    """The macros are a stream of their own, which nothing looks at."""
    assert read(with_type(kind, xl__vbaProject_dot_bin=ole_of("VBA"))) == read(make_xlsx(GOOD))


def test_the_content_decides_and_not_the_order_of_its_parts() -> None:
    """An .ods whose first part is not its type, as some programs zip it."""
    content = make_ods(GOOD)
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("META-INF/manifest.xml", MANIFEST % "spreadsheet")
        new.writestr("content.xml", old.read("content.xml"))
    assert read(file.getvalue()) == read(content)


@pytest.mark.parametrize("content", [make_xls(GOOD), make_xlsx(GOOD), make_ods(GOOD), make_csv(GOOD) * 50], ids=KINDS)
def test_a_file_beyond_the_size_limit_is_told_the_limit(content: bytes) -> None:
    with pytest.raises(RefusedError, match=r"^file_too_large$") as refused:
        read(content, ReadingLimits(uncompressed_bytes=2**10))
    assert refused.value.words == {"limit_megabytes": 0, "learner_limit": 250_000}
