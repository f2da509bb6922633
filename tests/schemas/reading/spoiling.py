"""Spoiling good files by chance, the same way for the same seed: as transfers, disks and programs do."""

import random
import zipfile
from io import BytesIO

TYPE_BYTES = 100  # a part as small as that only says what the file is
KINDS = ("flips", "noise", "insertion", "deletion", "truncation", "zeros", "repetition", "number")


def spoil(content: bytes, seed: int) -> bytes:
    """Spoil a file in one way; the seed says which."""
    chance = random.Random(seed)
    kind = KINDS[seed % len(KINDS)]
    spoiled = bytearray(content)
    start = chance.randrange(len(content))
    end = min(len(content), start + chance.choice((1, 2, 4, 16, 256, 4096)))
    if kind == "flips":
        for _ in range(chance.choice((1, 2, 8, 64))):
            spoiled[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    elif kind == "noise":
        spoiled[start:end] = chance.randbytes(end - start)
    elif kind == "insertion":
        spoiled[start:start] = chance.randbytes(end - start)
    elif kind == "deletion":
        del spoiled[start:end]
    elif kind == "truncation":
        del spoiled[start:]
    elif kind == "zeros":
        spoiled[start:end] = bytes(end - start)
    elif kind == "repetition":
        spoiled[end:end] = spoiled[start:end] * chance.choice((1, 100))
    else:  # a number of the format's becomes an extreme one
        extremes = (b"\xff" * 4, b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0" * 4, b"\xff\xff", b"\x01\0")
        extreme = chance.choice(extremes)
        spoiled[start : start + len(extreme)] = extreme
    return bytes(spoiled)


def spoil_inside(content: bytes, seed: int) -> bytes:
    """Spoil one part of a zip file and zip it anew, so that no checksum tells."""
    chance = random.Random(seed)
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = chance.choice([part.filename for part in old.infolist() if part.file_size > TYPE_BYTES])
        for name in old.namelist():
            new.writestr(name, spoil(old.read(name), seed) if name == chosen else old.read(name))
    return file.getvalue()
