"""`make docs`: writes docs/settings.md and deploy/learner-imports.env from `settings`, where every setting stands."""

from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from cli.configuring import describe_allowed, name_variable
from settings import Settings, find_secrets

PAGE = Path(__file__).with_name("settings.md")
ENVIRONMENT_FILE = Path(__file__).parents[1] / "deploy" / "learner-imports.env"

BEGINNING = """\
# Every setting

Written from [settings.py](../settings.py) by `make docs`: change them there.

Settings are environment variables. A value that is not allowed ends every command with exit status 2 and a message
that names it; of a name with our prefix that is no setting, and of a mail password that would go in the clear, every
command warns. An empty variable counts as not set. On servers they stand in one file for all parts,
[deploy/learner-imports.env](../deploy/learner-imports.env); how is in [operations.md](operations.md).

Settings marked * may hold a secret. Each can be read from a file instead: `LEARNER_IMPORTS_KEY_FILE=/run/secrets/key`
sets `LEARNER_IMPORTS_KEY` to what that file holds, and so on. Their values are never shown or logged.

| Setting | Default | Allowed | What it is for |
|---|---|---|---|
"""

ENVIRONMENT_BEGINNING = """\
# Settings of learner-imports on servers: the same file for every part, on every machine. Written by `make docs`.
# Take the # away from a line to set it; what is commented out shows the default. docs/settings.md explains each.
# Secrets are better kept in files of their own: LEARNER_IMPORTS_KEY_FILE=/path sets LEARNER_IMPORTS_KEY, and so on.
# Prefect needs no settings here: `learner-imports prefect ...` gives it what follows from these.
"""


def make_page() -> str:
    """Return docs/settings.md as it should be."""
    rows = [_write_row(name, field) for name, field in Settings.model_fields.items()]
    return BEGINNING + "\n".join(rows) + "\n"


def make_environment_file() -> str:
    """Return deploy/learner-imports.env as it should be."""
    lines = [ENVIRONMENT_BEGINNING]
    for name, field in Settings.model_fields.items():
        lines.append(f"# {field.description}\n#{name_variable(name)}={write_default(field)}\n")
    return "\n".join(lines)


def write_default(field: FieldInfo) -> str:
    """Write a default as one would set it; empty where there is none."""
    default = field.default
    if isinstance(default, SecretStr) or default is None:
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    return f"{default:g}" if isinstance(default, float) else str(default)


def _write_row(name: str, field: FieldInfo) -> str:
    mark = " *" if name in find_secrets() else ""
    default = f"`{shown}`" if (shown := write_default(field)) else ""
    cells = (f"`{name_variable(name)}`{mark}", default, describe_allowed(field), field.description or "")
    return f"| {' | '.join(cell.replace('|', '&#124;').replace('<', '&lt;') for cell in cells)} |"


def main() -> None:
    """Write both."""
    PAGE.write_text(make_page(), encoding="utf-8")
    ENVIRONMENT_FILE.write_text(make_environment_file(), encoding="utf-8")


if __name__ == "__main__":
    main()
