"""Taking an uploaded file in: into private storage, and into the queue, where it waits as a dropped one does.

The name that the browser gives is shown to people and is no name on our disk.
"""

import re
import uuid
from typing import Any, BinaryIO

from flask import request
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from intake.locations.trees import FILE, Entry
from intake.storage import PrivateStorage
from records.queue import request_import
from records.stored_file import StoredFile
from records.tables import ImportSource, LearnerImport
from web_min.auditing import record
from web_min.current import get_now, get_session, get_settings
from web_min.imports.queries import ShownImport

FORM_BYTES = 2**20  # of the rest of a form that brings a file
SENT_QUOTE = "%22"  # how browsers send a quotation mark in a file's name; they leave a percent sign as it is
FOLDERS = re.compile(r".*[/\\]", re.DOTALL)  # some browsers send the path too


class UploadedFile:
    """An uploaded file as private storage takes it: it grows no more.

    Args:
        stream: at any place in it.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._size = stream.seek(0, 2)
        stream.seek(0)

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at its end."""
        return self._stream.read(size)

    def look(self) -> Entry:
        """Return how it stands."""
        return Entry("upload", FILE, size=self._size)


def get_storage() -> PrivateStorage:
    """Return private storage."""
    return PrivateStorage(get_settings().storage_folder)


def take_upload(
    file: FileStorage, *, provider_id: int, is_check: bool, corrects_import_id: int | None = None
) -> LearnerImport:
    """Keep an uploaded file and put it in the queue. The caller has seen that the person may, and commits.

    Raises:
        OSError: private storage can't be written to, for example because the disk is full.
    """
    stored = get_storage().keep_open(
        UploadedFile(file.stream),  # type: ignore[arg-type]  # typed as any stream of bytes, and it is one that seeks
        storage_name=uuid.uuid4().hex,
        file_name=FOLDERS.sub("", file.filename or "").replace(SENT_QUOTE, '"'),
    )
    return _request(stored, provider_id=provider_id, is_check=is_check, corrects_import_id=corrects_import_id)


def import_checked(shown: ShownImport) -> LearnerImport:
    """Put the bytes of a check in the queue to be imported. The caller has seen that the person may, and commits.

    Raises:
        OSError: the original is there no more, or private storage can't be written to.
    """
    storage = get_storage()
    stored = storage.keep(storage.path_of(shown.storage_name), storage_name=uuid.uuid4().hex, file_name=shown.file_name)
    return _request(stored, provider_id=shown.provider_id, corrects_import_id=shown.corrects_import_id)


def allow_file() -> None:
    """Let the request be as large as a file may be, if it comes from staff: nobody else uploads.

    To be called before anything looks at the form.
    """
    if current_user.is_authenticated and current_user.is_staff:
        request.max_content_length = get_settings().file_limit_bytes + FORM_BYTES


def _request(stored: StoredFile, *, provider_id: int, **columns: Any) -> LearnerImport:
    requested = request_import(
        get_session(),
        stored,
        provider_id=provider_id,
        source=ImportSource.UPLOAD,
        now=get_now(),
        requested_by_account_id=current_user.id,
        **columns,
    )
    details = {"bytes": stored.file_bytes} | {name: value for name, value in columns.items() if value}
    record(
        "check requested" if requested.is_check else "import requested",
        provider_id=provider_id,
        import_id=requested.id,
        details=details,
    )
    return requested
