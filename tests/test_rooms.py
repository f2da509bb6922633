"""The rooms import each other as docs/architecture.md says: who may look into whom is held here."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GROUND = {"records", "settings"}
MAY_IMPORT = {
    "settings": set(),
    "records": set(),
    "schemas": set(),
    "intake": {"records", "schemas"},
    "loaders": {"records", "schemas"},
    "notifications": {"records", "schemas", "settings"},
    "flows": {"settings", "records", "schemas", "intake", "loaders", "notifications"},
    "web_min": {"settings", "records", "schemas", "intake", "loaders", "notifications"},
    "operations": {"settings", "records", "schemas", "intake", "loaders", "notifications"},
    "cli": {"settings", "records", "schemas", "intake", "loaders", "notifications", "flows", "web_min", "operations"},
}
NOT_IN_SCHEMAS = {"sqlalchemy", "prefect", "flask"}


def imported_by(path: Path) -> set[str]:
    """The top-level names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def modules_of(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py")) if (ROOT / room).is_dir() else [ROOT / f"{room}.py"]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_the_rooms_it_may(room: str) -> None:
    modules = modules_of(room)
    assert modules
    for path in modules:
        others = imported_by(path) & set(MAY_IMPORT) - {room}
        assert others <= MAY_IMPORT[room], f"{path.relative_to(ROOT)} imports {sorted(others - MAY_IMPORT[room])}"


def test_schemas_know_no_database_no_prefect_and_no_website() -> None:
    for path in modules_of("schemas"):
        assert not imported_by(path) & NOT_IN_SCHEMAS, path.name


def test_only_the_flows_know_prefect() -> None:
    for room in MAY_IMPORT.keys() - {"flows"}:
        for path in modules_of(room):
            assert "prefect" not in imported_by(path), path.relative_to(ROOT)


def test_the_parent_of_a_reader_imports_nothing_heavy() -> None:
    """Reading starts its child process before pandas is imported, so that both happen at once."""
    heavy = "{'pandas', 'pandera', 'sqlalchemy', 'numpy'}"
    code = f"import sys, schemas.reading; print(sorted({heavy} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
