"""Words that must stand in an address without being read there: what a list of people is searched for is often a name.

Addresses are kept in histories, logs and bookmarks. There the words are one sealed text that only this website opens.
"""

import base64
import binascii
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from web_min.signing_in.extension import derive_key

NONCE_BYTES = 12
LONGEST = 2000


def seal_words(words: str) -> str:
    """Return the words sealed, fit for an address; "" for none."""
    if not words:
        return ""
    nonce = os.urandom(NONCE_BYTES)
    return base64.urlsafe_b64encode(nonce + _make_cipher().encrypt(nonce, words.encode(), None)).decode().rstrip("=")


def open_words(sealed: str) -> str:
    """Return the words that were sealed; "" for anything that this website did not seal."""
    if not sealed or len(sealed) > LONGEST:
        return ""
    try:
        kept = base64.urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
        return _make_cipher().decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], None).decode()
    except (InvalidTag, ValueError, binascii.Error):
        return ""


def _make_cipher() -> AESGCM:
    """Made once an app: deriving the key takes longer than all the rest."""
    extensions = current_app.extensions
    if "words_cipher" not in extensions:
        extensions["words_cipher"] = AESGCM(bytes.fromhex(derive_key(extensions["key"], "words in addresses")))
    cipher: AESGCM = extensions["words_cipher"]
    return cipher
