"""A manager's browser and a worker beside it, over one database and one home."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from flows.workplace import Workplace, open_workplace
from records.database import Database
from records.tables import Account, LearnerImport
from settings import Settings
from tests.flows.processed import process_next

BOUNDARY = "boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW"
SAMPLES = Path(__file__).parents[3] / "data" / "samples"


@pytest.fixture
def client(sign_in: Callable[[Account], FlaskClient], manager: Account) -> FlaskClient:
    """The browser of a learner manager of the imports' provider, who may do everything there."""
    return sign_in(manager)


@pytest.fixture
def workplace(database: Database, tmp_path: Path) -> Iterator[Workplace]:
    """What a worker works with, in the website's home."""
    workplace = open_workplace(Settings(home=tmp_path, database_url=database.url))
    yield workplace
    workplace.close()


def read_sample(name: str) -> bytes:
    """Return a sample's bytes."""
    return next(SAMPLES.glob(f"{name}.xls*")).read_bytes()


def send_file(
    client: FlaskClient,
    content: bytes,
    *,
    name: str = "learners.xls",
    to: str = "/imports",
    form_at: str | None = None,
    button: str = "load",
    **fields: Any,
) -> Any:
    """Upload a file as a browser does, by the form on a page, with what the form holds already."""
    page = client.get(form_at or to).text
    (form,) = re.findall(r'<form method="post"[^>]*class="upload".*?</form>', page, re.DOTALL)
    hidden = dict(re.findall(r'<input[^>]*name="(csrf_token|provider_id)"[^>]*value="([^"]*)"', form))
    return client.post(
        to, data=encode(content, name, hidden | fields | {button: "1"}), content_type=f"multipart/form-data; {BOUNDARY}"
    )


def encode(content: bytes, file_name: str, fields: Mapping[str, Any]) -> bytes:
    """Write a form with a file as browsers do: a quotation mark in the file's name as %22, a backslash as it is."""
    mark, sent_name = BOUNDARY.partition("=")[2], file_name.replace('"', "%22")
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    head = f'Content-Disposition: form-data; name="file"; filename="{sent_name}"\r\nContent-Type: x/y\r\n\r\n'
    parts.append(head.encode() + content)
    return b"".join(b"--%s\r\n%s\r\n" % (mark.encode(), part) for part in parts) + f"--{mark}--\r\n".encode()


def upload(client: FlaskClient, workplace: Workplace, sample: str, **options: Any) -> int:
    """Upload a sample, have it processed, and return its import's id."""
    response = send_file(client, read_sample(sample), **options)
    process_next(workplace)
    return int(response.location.rsplit("/", 1)[1])


def read_import(database: Database, import_id: int) -> LearnerImport:
    """Return the import as it stands."""
    with database.read() as session:
        return session.get_one(LearnerImport, import_id)
