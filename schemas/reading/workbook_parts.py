"""The parts of an .xlsx: which of them holds which sheet, and the workbook with some of them replaced.

Owns names of parts. `archive` has seen to it that the file is whole; `sheet_xml` knows what stands in a sheet's part.
"""

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias
from xml.parsers import expat

from schemas.reading.archive import list_parts, unpack

WORKBOOK = "xl/workbook.xml"
RELATIONSHIPS = "xl/_rels/workbook.xml.rels"
SHEET_PART = re.compile(r"/worksheets/[^/]+\.xml$", re.IGNORECASE)
ANY_PART_OF_XML = re.compile(r"\.xml$", re.IGNORECASE)
NEEDED_PART = re.compile(r"\.(xml|rels)$", re.IGNORECASE)
TRUE = frozenset(("1", "true"))

Tag: TypeAlias = tuple[str, dict[str, str]]


class NamedSheet(NamedTuple):
    """A sheet as the workbook lists it; its part is None when that can't be told beyond doubt."""

    title: str
    part: str | None


class WorkbookParts:
    """An .xlsx as its parts.

    `is_1904` says whether it counts days from 1904, and `is_uncalculated` whether the program that wrote it left the
    results of its formulas to be worked out when it is opened.

    Args:
        data: the whole file, that `schemas.reading.archive.check_archive` has passed.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._parts = {part.filename: part for part in list_parts(data)}
        self._by_lower_name = _keep_single([(name.lower(), name) for name in self._parts])
        workbook = self._list_tags(WORKBOOK)
        self.sheets = self._find_sheets(workbook)
        self.is_1904 = _says(workbook, "workbookPr", "date1904")
        self.is_uncalculated = _says(workbook, "calcPr", "fullCalcOnLoad")

    def list_sheet_parts(self) -> list[str]:
        """Return the names of all parts that hold a sheet of cells, or may."""
        named = {sheet.part for sheet in self.sheets}
        is_told = bool(named) and None not in named
        likely = SHEET_PART if is_told else ANY_PART_OF_XML
        return [name for name in self._parts if name in named or likely.search(name)]

    def open(self, name: str) -> Iterator[bytes]:
        """Yield a part's bytes in blocks."""
        return unpack(self._data, self._parts[name])

    def read(self, name: str) -> bytes:
        """Return a whole part."""
        return b"".join(self.open(name))

    def replace(self, contents: Mapping[str, bytes]) -> bytes:
        """Return the workbook, unpacked, with these parts in place of its own; pictures and the like are left out."""
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name in self._parts:
                if NEEDED_PART.search(name):
                    archive.writestr(name, contents[name] if name in contents else self.read(name))
        return file.getvalue()

    def _list_tags(self, name: str) -> list[Tag]:
        """Return the tags of a part, whatever the case of its name; none when it is not there, or no XML."""
        found = self._by_lower_name.get(name.lower())
        return [] if found is None else _read_tags(self.read(found))

    def _find_sheets(self, workbook: list[Tag]) -> list[NamedSheet]:
        """Return the sheets in the workbook's order; none when its list of them is no XML."""
        targets = _keep_single(
            [
                (tag.get("Id", ""), tag.get("Target", ""))
                for name, tag in self._list_tags(RELATIONSHIPS)
                if name == "Relationship"
            ]
        )
        sheets = []
        for name, tag in workbook:
            if name == "sheet":
                keys = [value for key, value in tag.items() if _local(key) == "id"]
                target = targets.get(keys[0]) if len(keys) == 1 else None
                part = None if target is None else self._by_lower_name.get(_to_part_name(target).lower())
                sheets.append(NamedSheet(tag.get("name", ""), part))
        return sheets


def _says(tags: list[Tag], name: str, key: str) -> bool:
    return any(tag.get(key) in TRUE for found, tag in tags if found == name)


def _keep_single(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Leave out what has one key with another: which of them a reader takes is chance."""
    counts = Counter(key for key, _ in pairs)
    return {key: value for key, value in pairs if counts[key] == 1}


def _to_part_name(target: str) -> str:
    """Return what a relationship of the workbook points to, from the archive's root."""
    if target.startswith(("/", "xl/")):
        return target.lstrip("/")
    return posixpath.normpath(f"xl/{target}")


def _read_tags(xml: bytes) -> list[Tag]:
    """Return each tag's name without its prefix, and its attributes as they are written; none after a fault of the XML.

    As calamine, it does not ask what a prefix stands for.
    """
    tags: list[Tag] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: tags.append((_local(name), attributes))
    try:
        parser.Parse(xml, True)
    except expat.ExpatError:
        return []
    return tags


def _local(name: str) -> str:
    return name.rpartition(":")[2]
