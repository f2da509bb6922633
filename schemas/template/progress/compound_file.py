"""The container of an .xls, holding one stream.

Source: [MS-CFB] 2.2 (header), 2.3 (FAT), 2.5 (DIFAT), 2.6 (directory), of version 3: sectors of 512 bytes.
"""

import struct

SECTOR_BYTES, NUMBERS_IN_SECTOR = 512, 128
NUMBERS_IN_HEADER = 109  # of the sectors that hold the table of sectors; the rest stand in sectors of their own
SMALLEST_STREAM = 4_096  # a smaller one would have to stand elsewhere
TABLE_LIST, TABLE, CHAIN_END, FREE = 0xFFFFFFFC, 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF
ROOT, STREAM = 5, 2  # kinds of directory entries
SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")


def write_compound_file(name: str, stream: bytes) -> bytes:
    """Return a file with the stream under this name; a short one is filled up with zeros."""
    stream = stream.ljust(SMALLEST_STREAM, b"\0")
    stream_count = _count_sectors(len(stream), SECTOR_BYTES)
    table_count, list_count = _count_table_sectors(stream_count + 1)
    table_start = stream_count + 1
    table_sectors = range(table_start, table_start + table_count)
    numbers = [*range(1, stream_count), CHAIN_END, CHAIN_END, *[TABLE] * table_count, *[TABLE_LIST] * list_count]
    numbers += [FREE] * (table_count * NUMBERS_IN_SECTOR - len(numbers))
    parts = (
        _write_header(stream_count, table_sectors, list_count),
        stream.ljust(stream_count * SECTOR_BYTES, b"\0"),
        _write_directory(name, len(stream)),
        _pack(numbers),
        _write_list(table_sectors[NUMBERS_IN_HEADER:], table_sectors.stop, list_count),
    )
    return b"".join(parts)


def _count_sectors(size: int, sector_size: int) -> int:
    return -(-size // sector_size)


def _count_table_sectors(others: int) -> tuple[int, int]:
    """Return how many sectors hold the table of all sectors, itself included, and how many more list those."""
    table_count = list_count = 0
    while True:
        needed = _count_sectors(others + table_count + list_count, NUMBERS_IN_SECTOR)
        needed_lists = _count_sectors(max(0, needed - NUMBERS_IN_HEADER), NUMBERS_IN_SECTOR - 1)
        if (needed, needed_lists) == (table_count, list_count):
            return table_count, list_count
        table_count, list_count = needed, needed_lists


def _write_header(directory: int, table_sectors: range, list_count: int) -> bytes:
    first_list = table_sectors.stop if list_count else CHAIN_END
    listed = [*table_sectors[:NUMBERS_IN_HEADER]]
    return (
        SIGNATURE
        + bytes(16)
        + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)  # version, byte order, sizes of sectors as powers of two
        + struct.pack("<IIIIIIIII", 0, len(table_sectors), directory, 0, 4096, CHAIN_END, 0, first_list, list_count)
        + _pack(listed + [FREE] * (NUMBERS_IN_HEADER - len(listed)))
    )


def _write_list(sectors: range, start: int, list_count: int) -> bytes:
    """Return the sectors that list those of the table which the header has no place for, each leading to the next."""
    made = b""
    for number in range(list_count):
        listed = [*sectors[number * (NUMBERS_IN_SECTOR - 1) : (number + 1) * (NUMBERS_IN_SECTOR - 1)]]
        listed += [FREE] * (NUMBERS_IN_SECTOR - 1 - len(listed))
        made += _pack([*listed, start + number + 1 if number + 1 < list_count else CHAIN_END])
    return made


def _write_directory(name: str, stream_bytes: int) -> bytes:
    root = _write_entry("Root Entry", ROOT, child=1, start=CHAIN_END, size=0)
    entry = _write_entry(name, STREAM, child=FREE, start=0, size=stream_bytes)
    return root + entry + _write_entry("", 0, child=FREE, start=0, size=0) * 2


def _write_entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    encoded = f"{name}\0".encode("utf-16-le") if name else b""
    links = struct.pack("<BBIII", kind, 1, FREE, FREE, child)  # black, as a tree of one is
    return (
        encoded.ljust(64, b"\0") + struct.pack("<H", len(encoded)) + links + bytes(36) + struct.pack("<IQ", start, size)
    )


def _pack(numbers: list[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}I", *numbers)
