"""django-import-export loading a learner workbook, for comparison: `python -m benchmarks.imports.django_peer FILE URL`.

One table of learners with the unique numbers that ours has, which `--make URL` makes before the clock starts. Loads
only: no rule but the fields' own, no account, no password. Set as its documentation says is quickest and as a person
would still want it: rows are looked up by ULN (a second import must not double anyone), written in bulk, in one
transaction, without the HTML comparison that its admin pages show. `--hash` tells what one of Django's password hashes
takes.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

COLUMNS = (
    "ukprn", "year_group", "first_name", "last_name", "email", "house_name_or_number", "street", "locality", "town",
    "postcode", "telephone", "uln", "upn", "ccis", "date_of_birth", "gender", "ethnicity",
)  # fmt: skip
UNIQUE = ("uln", "upn", "ccis")
HASH_COUNT = 5


def set_up(url: str) -> None:
    """Set Django up on a database."""
    import django
    from django.conf import settings

    address = make_url(url)
    database: dict[str, Any] = {"ENGINE": "django.db.backends.sqlite3", "NAME": address.database}
    if address.get_backend_name() == "postgresql":
        host = address.query["host"]
        database = {"ENGINE": "django.db.backends.postgresql", "NAME": address.database, "USER": address.username}
        database["HOST"] = host if isinstance(host, str) else host[0]
    settings.configure(DATABASES={"default": database}, INSTALLED_APPS=["import_export"], USE_TZ=True)
    django.setup()


def make_model() -> Any:
    """Return the model of a learner."""
    from django.db import models

    def field(name: str) -> Any:
        if name == "date_of_birth":
            return models.DateField(null=True)
        if name in UNIQUE:
            return models.CharField(max_length=50, null=True, unique=True)
        return models.CharField(max_length=100, null=True)

    meta = type("Meta", (), {"app_label": "import_export", "db_table": "peer_learner"})
    return type(
        "Learner", (models.Model,), {"__module__": __name__, "Meta": meta} | {name: field(name) for name in COLUMNS}
    )


def load(path: Path, model: Any) -> dict[str, object]:
    """Read and load the workbook, and tell how many rows became learners."""
    from import_export import resources
    from import_export.formats.base_formats import XLS, XLSX

    from schemas.columns import COLUMNS as TEMPLATE

    options = {
        "model": model,
        "fields": COLUMNS,
        "import_id_fields": ("uln",),
        "use_bulk": True,
        "batch_size": 1_000,
        "use_transactions": True,
        "skip_diff": True,
        "skip_html_diff": True,
    }
    resource = type("Resource", (resources.ModelResource,), {"Meta": type("Meta", (), options)})()
    began = time.perf_counter()
    data = (XLSX if path.suffix == ".xlsx" else XLS)().create_dataset(path.read_bytes())
    names = {column.heading: column.name for column in TEMPLATE}
    data.headers = [names[heading] for heading in data.headers]
    read = time.perf_counter()
    result = resource.import_data(data, raise_errors=True)
    seconds = {"read": read - began, "load": time.perf_counter() - read}
    return {"created_count": model.objects.count(), "totals": dict(result.totals), "seconds": seconds}


def time_hash() -> dict[str, object]:
    """Return the seconds that one hash takes by Django's default hasher, the median of some."""
    from django.contrib.auth.hashers import get_hasher, make_password

    seconds = []
    for _ in range(HASH_COUNT):
        began = time.perf_counter()
        make_password("mkrt-7384-wdcn")
        seconds.append(time.perf_counter() - began)
    return {"hasher": get_hasher().algorithm, "seconds": sorted(seconds)[HASH_COUNT // 2]}


def main() -> None:
    """Do what is asked for and print JSON."""
    from django.db import connection

    if sys.argv[1] == "--hash":
        set_up("sqlite://")
        print(json.dumps(time_hash()))
        return
    set_up(sys.argv[2])
    model = make_model()
    if sys.argv[1] == "--make":
        with connection.schema_editor() as editor:
            editor.create_model(model)
    else:
        print(json.dumps(load(Path(sys.argv[1]), model)))


if __name__ == "__main__":
    main()
