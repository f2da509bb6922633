"""The parts of an .xlsx: which of them holds which sheet, and the workbook with some of them replaced.

Owns names of parts. `archive` has seen to it that the file is whole; `sheet_xml` knows what stands in a sheet's part.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from xml.parsers import expat

from schemas.reading.archive import list_parts, unpack

WORKBOOK = "xl/workbook.xml"
RELATIONSHIPS = "xl/_rels/workbook.xml.rels"
SHEET_PART = re.compile(r"/worksheets/[^/]+\.xml$", re.IGNORECASE)
NEEDED_PART = re.compile(r"\.(xml|rels)$", re.IGNORECASE)


class WorkbookParts:
    """An .xlsx as its parts.

    Args:
        data: the whole file, that `schemas.reading.archive.check_archive` has passed.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._parts = {part.filename: part for part in list_parts(data)}
        self.sheets = self._find_sheets()

    def list_sheet_parts(self) -> list[str]:
        """Return the names of all parts that hold a sheet of cells, or may."""
        named = set(self.sheets.values())
        return [name for name in self._parts if name in named or SHEET_PART.search(name)]

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

    def _find_sheets(self) -> dict[str, str]:
        """Return the part of each sheet by the sheet's name; those whose part can't be told are left out."""
        by_lower_name = {name.lower(): name for name in self._parts}
        found = [by_lower_name.get(name.lower()) for name in (WORKBOOK, RELATIONSHIPS)]
        workbook, relationships = ([] if name is None else _read_tags(self.read(name)) for name in found)
        targets = {tag.get("Id"): tag.get("Target", "") for name, tag in relationships if name == "Relationship"}
        sheets = {}
        for name, tag in workbook:
            if name == "sheet" and tag.get("id") in targets:
                part = by_lower_name.get(_to_part_name(targets[tag["id"]]).lower())
                if part and "name" in tag:
                    sheets[tag["name"]] = part
        return sheets


def _to_part_name(target: str) -> str:
    """Return what a relationship of the workbook points to, from the archive's root."""
    if target.startswith(("/", "xl/")):
        return target.lstrip("/")
    return posixpath.normpath(f"xl/{target}")


def _read_tags(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Return each tag's name and attributes, both without their namespaces; none after a fault of the XML."""
    tags: list[tuple[str, dict[str, str]]] = []

    def add(name: str, attributes: dict[str, str]) -> None:
        tags.append((_local(name), {_local(key): value for key, value in attributes.items()}))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = add
    try:
        parser.Parse(xml, True)
    except expat.ExpatError:
        return []  # calamine will say whether it can make anything of it
    return tags


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
