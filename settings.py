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

    drop_urls: str = Field(
        default="",
        description="Drop locations beside the folder in home, separated by spaces: file:///mnt/share or "
        "sftp://user@host:22/folder, each holding one folder per UKPRN",
    )
    drop_sftp_key_file: Path | None = Field(default=None, description="Private key for remote sftp:// drop locations")
    drop_sftp_password: SecretStr = Field(default=SecretStr(""), description="Password for them, instead of a key")
    drop_sftp_known_hosts: Path | None = Field(
        default=None, description="File of their host keys (OpenSSH's known_hosts); required for sftp://"
    )
    drop_sftp_poll_seconds: float = Field(default=10.0, description="Pause between two looks at a remote location")

    sftp_host: str = Field(default="127.0.0.1", description="Address the built-in SFTP server listens on")
    sftp_port: int = Field(default=2222, description="Port of the built-in SFTP server")
    sftp_connection_limit: int = Field(default=100, description="Connections at a time, of all providers")
    sftp_provider_connection_limit: int = Field(default=8, description="Connections at a time of one provider")
    sftp_idle_seconds: float = Field(default=600.0, description="A connection that does nothing this long is closed")

    web_host: str = Field(default="127.0.0.1", description="Address the website listens on")
    web_port: int = Field(default=8000, description="Port of the website")
    web_url: str = Field(default="", description="Address of the website as people type it; used for links in mail")
    prefect_host: str = Field(default="127.0.0.1", description="Address the Prefect server started by `up` listens on")
    prefect_port: int = Field(default=4200, description="Port of the Prefect server started by `up`")
    prefect_auth: SecretStr = Field(
        default=SecretStr(""),
        description="user:password for Prefect's API and UI; required when they listen beyond this machine",
    )
    prefect_database_url: SecretStr = Field(
        default=SecretStr(""), description="Prefect's own PostgreSQL, for more than two import runs; empty means SQLite"
    )

    stable_seconds: float = Field(default=2.0, description="A dropped file is complete when unchanged for this long")
    collect_interval_seconds: float = Field(default=0.5, description="Pause between two looks at the drop folders")
    import_run_limit: int = Field(default=2, description="Import runs at a time, on all machines together")
    stay_seconds: float = Field(default=60.0, description="How long an import run waits for more work before it ends")
    lease_seconds: float = Field(default=180.0, description="How long a worker may hold an import at a time")
    attempt_limit: int = Field(default=4, description="Tries at an import before it counts as failed")
    retry_pause_seconds: float = Field(default=5.0, description="Pause before the second try, then doubled")

    file_limit_bytes: int = Field(default=50 * 2**20, description="Largest file taken")
    read_seconds: float = Field(default=60.0, description="Time limit for reading one workbook")
    read_memory_bytes: int = Field(default=2 * 2**30, description="Memory limit for reading one workbook")
    keep_files_days: int = Field(
        default=30, description="Days after which an import's original, its name and the values found are erased"
    )
    keep_outcomes_days: int = Field(default=30, description="Days after which outcomes/ is cleared of an outcome")
    keep_runs_days: int = Field(default=30, description="Days after which Prefect's old runs are deleted")
    initial_password_days: int = Field(default=90, description="Life of a generated password that nobody has used")

    mail_from: str = Field(default="Learner imports <no-reply@localhost>", description="Sender of every mail")
    operator_email: str = Field(default="operator@localhost", description="Who is told when a provider has no contact")
    alert_pause_seconds: float = Field(default=3600.0, description="Least time between two mails on the same cause")
    watch_interval_seconds: float = Field(default=30.0, description="Pause between two looks for what needs someone")
    smtp_host: str = Field(default="", description="Mail server; empty means files in the outbox folder")
    smtp_port: int = Field(default=25, description="Port of the mail server")
    smtp_username: str = Field(default="", description="User name at the mail server, if it asks for one")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Password at the mail server")
    smtp_starttls: bool = Field(default=False, description="Whether to switch to TLS before sending")
    smtp_tls: bool = Field(default=False, description="Whether the mail server speaks TLS from the start (port 465)")
    mail_give_up_days: float = Field(default=3.0, description="Days after which mail that can't be sent is given up")
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
    def sftp_host_key_file(self) -> Path:
        """The built-in SFTP server's host key, made at its first start."""
        return self.home_folder / "sftp_host_key"

    @property
    def outbox_folder(self) -> Path:
        """Where the file sender writes mail."""
        return self.home_folder / "outbox"

    @property
    def key_file(self) -> Path:
        """The sealing key, unless `key` is set."""
        return self.home_folder / "key"
