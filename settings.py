"""Every setting, once, typed. Read from the environment with the prefix LEARNER_IMPORTS_.

Owns names, defaults and the paths below the home folder. Does not open or create anything.
"""

from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """All settings; `Settings()` reads the environment."""

    model_config = SettingsConfigDict(env_prefix="LEARNER_IMPORTS_", frozen=True, extra="ignore")

    home: Path = Field(default=Path("var"), description="Folder of database, drops, storage, outbox and key")
    database_url: str = Field(default="", description="SQLAlchemy address; empty means SQLite in the home folder")
    key: SecretStr = Field(
        default=SecretStr(""),
        description="Sealing key for initial passwords, 64 hex digits; empty means the file `key` in home",
    )

    web_host: str = Field(default="127.0.0.1", description="Address the website listens on")
    web_port: int = Field(default=8000, description="Port of the website")
    web_url: str = Field(default="", description="Address of the website as people type it; used for links in mail")
    prefect_host: str = Field(default="127.0.0.1", description="Address the Prefect server started by `up` listens on")
    prefect_port: int = Field(default=4200, description="Port of the Prefect server started by `up`")

    stable_seconds: float = Field(default=2.0, description="A dropped file is complete when unchanged for this long")
    collect_interval_seconds: float = Field(default=0.5, description="Pause between two looks at the drop folders")
    stay_seconds: float = Field(default=60.0, description="How long an import run waits for more work before it ends")
    lease_seconds: float = Field(default=180.0, description="How long a worker may hold an import at a time")
    attempt_limit: int = Field(default=4, description="Tries at an import before it counts as failed")
    retry_pause_seconds: float = Field(default=5.0, description="Pause before the second try, then doubled")

    file_limit_bytes: int = Field(default=50 * 2**20, description="Largest file taken")
    read_seconds: float = Field(default=60.0, description="Time limit for reading one workbook")
    read_memory_bytes: int = Field(default=2 * 2**30, description="Memory limit for reading one workbook")
    initial_password_days: int = Field(default=90, description="Life of a generated password that nobody has used")

    mail_from: str = Field(default="Learner imports <no-reply@localhost>", description="Sender of every mail")
    operator_email: str = Field(default="operator@localhost", description="Who is told when a provider has no contact")
    smtp_host: str = Field(default="", description="Mail server; empty means files in the outbox folder")
    smtp_port: int = Field(default=25, description="Port of the mail server")
    smtp_username: str = Field(default="", description="User name at the mail server, if it asks for one")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Password at the mail server")
    smtp_starttls: bool = Field(default=False, description="Whether to switch to TLS before sending")
    smtp_timeout_seconds: float = Field(default=20.0, description="How long to wait for the mail server")

    @cached_property
    def home_folder(self) -> Path:
        """The home folder as an absolute path."""
        return self.home.expanduser().resolve()

    @property
    def effective_database_url(self) -> str:
        """The database's address, SQLite in the home folder unless one is set."""
        return self.database_url or f"sqlite:///{self.home_folder / 'learners.db'}"

    @property
    def effective_web_url(self) -> str:
        """Where links in mail lead, without a closing slash."""
        return (self.web_url or f"http://{self.web_host}:{self.web_port}").rstrip("/")

    @property
    def drop_folder(self) -> Path:
        """The folder that holds one folder per provider, named by UKPRN."""
        return self.home_folder / "drop"

    @property
    def storage_folder(self) -> Path:
        """Private storage of uploaded files."""
        return self.home_folder / "storage"

    @property
    def outbox_folder(self) -> Path:
        """Where the file sender writes mail."""
        return self.home_folder / "outbox"

    @property
    def key_file(self) -> Path:
        """The sealing key, unless `key` is set."""
        return self.home_folder / "key"
