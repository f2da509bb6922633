"""Every setting, once, typed. Read from the environment with the prefix LEARNER_IMPORTS_.

Owns names, defaults and the paths below the home folder. Does not open or create anything.
"""

import os
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, StringConstraints, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

PREFIX = "LEARNER_IMPORTS_"
YEAR_SECONDS = 366 * 86_400
PREFECT_DATABASES = ("postgresql+asyncpg://", "sqlite+aiosqlite:///")

Port = Annotated[int, Field(ge=1, le=65_535)]
Count = Annotated[int, Field(ge=1)]
Days = Annotated[int, Field(ge=0, le=36_600)]
WholeDays = Annotated[int, Field(ge=1, le=36_600)]
DaysAndParts = Annotated[float, Field(gt=0, le=36_600)]
Seconds = Annotated[float, Field(gt=0, le=YEAR_SECONDS)]
Pause = Annotated[float, Field(ge=0, le=YEAR_SECONDS)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f]*$")]
DatabaseAddress = Annotated[str, StringConstraints(pattern=r"^$|^sqlite:///|^postgresql\+psycopg://")]
IpAddress = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^$|^[0-9.]{7,15}$|^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$")
]
WebAddress = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^$|^https?://[^\s/]+")]


class WrongSettingError(ValueError):
    """A setting can't be used. The text names it and says what is allowed; it never holds a value."""


class SecretFiles(PydanticBaseSettingsSource):
    """Secrets from files: LEARNER_IMPORTS_KEY_FILE=/run/secrets/key sets `key` to what the file holds."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Not asked: the whole is given at once."""
        raise NotImplementedError

    def __call__(self) -> dict[str, Any]:
        """Read the files that the environment names.

        Raises:
            WrongSettingError: a file can't be read, or a secret is given in both ways.
        """
        found = {}
        for name in find_secrets():
            variable = f"{PREFIX}{name.upper()}"
            if path := os.environ.get(f"{variable}_FILE"):
                if os.environ.get(variable):
                    raise WrongSettingError(f"{variable} and {variable}_FILE are both set: set one of them.")
                try:
                    found[name] = Path(path).read_text(encoding="utf-8").strip()
                except (OSError, UnicodeDecodeError) as fault:
                    raise WrongSettingError(
                        f"{variable}_FILE must name a readable text file ({type(fault).__name__})."
                    ) from None
        return found


class Settings(BaseSettings):
    """All settings; `Settings()` reads the environment.

    Raises:
        pydantic.ValidationError: a value is not allowed. Its text holds no value, for some are secret.
        WrongSettingError: a secret's file can't be read.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        allow_inf_nan=False,
        env_ignore_empty=True,
    )

    home: Path = Field(default=Path("var"), description="Folder of database, drops, storage, outbox and key")
    database_url: DatabaseAddress = Field(
        default="", repr=False, description="SQLAlchemy address; empty means SQLite in the home folder"
    )
    key: SecretStr = Field(
        default=SecretStr(""),
        description="Sealing key for initial passwords, 64 hex digits; empty means the file `key` in home",
    )

    drop_urls: Line = Field(
        default="",
        repr=False,
        description="Drop locations beside the folder in home, separated by spaces: file:///mnt/share or "
        "sftp://user@host:22/folder, each holding one folder per UKPRN",
    )
    drop_sftp_key_file: Path | None = Field(default=None, description="Private key for remote sftp:// drop locations")
    drop_sftp_password: SecretStr = Field(default=SecretStr(""), description="Password for them, instead of a key")
    drop_sftp_known_hosts: Path | None = Field(
        default=None, description="File of their host keys (OpenSSH's known_hosts); required for sftp://"
    )
    drop_sftp_poll_seconds: Pause = Field(default=10.0, description="Pause between two looks at a remote location")

    sftp_host: Line = Field(default="127.0.0.1", description="Address the built-in SFTP server listens on")
    sftp_port: Port = Field(default=2222, description="Port of the built-in SFTP server")
    sftp_connection_limit: Count = Field(default=100, description="Connections at a time, of all providers")
    sftp_provider_connection_limit: Count = Field(default=8, description="Connections at a time of one provider")
    sftp_idle_seconds: Seconds = Field(default=600.0, description="A connection that does nothing this long is closed")

    web_host: Line = Field(default="127.0.0.1", description="Address the website listens on")
    web_port: Port = Field(default=8000, description="Port of the website")
    web_url: WebAddress = Field(
        default="",
        description="Address of the website as people type it; used for links in mail",
    )
    web_trusted_proxy: IpAddress = Field(
        default="",
        description="IP address of the proxy in front of the website, whose X-Forwarded-For and -Proto are believed; "
        "empty means that there is none",
    )
    main_site_url: WebAddress = Field(
        default="", description="Where the link `Main site` leads; empty means the website's own home page"
    )
    session_idle_seconds: Seconds = Field(default=1800.0, description="A session that does nothing this long is over")
    session_limit_seconds: Seconds = Field(default=43_200.0, description="The longest that a session lasts")
    sign_in_failure_limit: Count = Field(default=5, description="Wrong passwords in a row that lock an account")
    address_failure_limit: Count = Field(
        default=20, description="Wrong passwords from one address before it has to pause after each"
    )
    reset_link_seconds: Seconds = Field(
        default=3600.0, description="Life of a link to choose a forgotten password anew"
    )
    invitation_days: WholeDays = Field(default=7, description="Life of the link in a new member of staff's first mail")
    prefect_host: Line = Field(default="127.0.0.1", description="Address the Prefect server started by `up` listens on")
    prefect_port: Port = Field(default=4200, description="Port of the Prefect server started by `up`")
    prefect_url: WebAddress = Field(
        default="",
        description="Address of the Prefect server as workers and collectors on other machines reach it; "
        "empty means its host and port",
    )
    prefect_auth: SecretStr = Field(
        default=SecretStr(""),
        description="user:password for Prefect's API and UI; required when they listen beyond this machine",
    )
    prefect_database_url: SecretStr = Field(
        default=SecretStr(""), description="Prefect's own PostgreSQL, for more than two import runs; empty means SQLite"
    )

    stable_seconds: Pause = Field(
        default=1.0,
        description="A dropped file is complete when unchanged for this long and nobody holds it open; three times as "
        "long where that can't be seen (network shares, SFTP)",
    )
    collect_interval_seconds: Pause = Field(default=0.25, description="Pause between two looks at the drop folders")
    import_run_limit: Count = Field(default=2, description="Import runs at a time, on all machines together")
    stay_seconds: Pause = Field(default=60.0, description="How long an import run waits for more work before it ends")
    lease_seconds: Pause = Field(default=180.0, description="How long a worker may hold an import at a time")
    attempt_limit: Count = Field(default=4, description="Tries at an import before it counts as failed")
    retry_pause_seconds: Pause = Field(default=5.0, description="Pause before the second try, then doubled")

    file_limit_bytes: Count = Field(default=50 * 2**20, description="Largest file taken")
    learner_limit: Count = Field(default=250_000, description="Most learners in one file")
    read_seconds: Seconds = Field(default=60.0, description="Time limit for reading one workbook")
    read_memory_bytes: Count = Field(default=2 * 2**30, description="Memory limit for reading one workbook")
    keep_files_days: Days = Field(
        default=30, description="Days after which an import's original, its name and the values found are erased"
    )
    keep_outcomes_days: Days = Field(default=30, description="Days after which outcomes/ is cleared of an outcome")
    keep_runs_days: Days = Field(default=30, description="Days after which Prefect's old runs are deleted")
    restore_days: Days = Field(
        default=30, description="Days in which a deleted learner can be restored; then the learner is erased"
    )
    initial_password_days: Days = Field(default=90, description="Life of a generated password that nobody has used")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="WARNING", description="Least level of what commands log; a collector's and a server's is INFO at least"
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="How logs are written: lines of text, or one JSON object a line"
    )

    mail_from: Line = Field(default="Learner imports <no-reply@localhost>", description="Sender of every mail")
    operator_email: Line = Field(default="operator@localhost", description="Who is told when a provider has no contact")
    alert_pause_seconds: Pause = Field(default=3600.0, description="Least time between two mails on the same cause")
    watch_interval_seconds: Seconds = Field(default=30.0, description="Pause between two looks for what needs someone")
    smtp_host: Line = Field(default="", description="Mail server; empty means files in the outbox folder")
    smtp_port: Port = Field(default=25, description="Port of the mail server")
    smtp_username: Line = Field(default="", description="User name at the mail server, if it asks for one")
    smtp_password: SecretStr = Field(
        default=SecretStr(""), description="Password at the mail server; in the clear unless one of the two below is on"
    )
    smtp_starttls: bool = Field(default=False, description="Whether to switch to TLS before sending")
    smtp_tls: bool = Field(default=False, description="Whether the mail server speaks TLS from the start (port 465)")
    mail_give_up_days: DaysAndParts = Field(
        default=3.0, description="Days after which mail that can't be sent is given up"
    )
    smtp_timeout_seconds: Seconds = Field(default=20.0, description="How long to wait for the mail server")

    @model_validator(mode="after")
    def check_together(self) -> "Settings":
        """Refuse settings that contradict each other."""
        if self.smtp_tls and self.smtp_starttls:
            raise WrongSettingError(
                f"{PREFIX}SMTP_TLS and {PREFIX}SMTP_STARTTLS are both on: TLS begins either at once or later. "
                "Set one of them."
            )
        auth = self.prefect_auth.get_secret_value()
        if auth and not all(auth.partition(":")):
            raise WrongSettingError(f"{PREFIX}PREFECT_AUTH must be a user name and a password with a colon between.")
        address = self.prefect_database_url.get_secret_value()
        if address and not address.startswith(PREFECT_DATABASES):
            raise WrongSettingError(
                f"{PREFIX}PREFECT_DATABASE_URL must begin with {' or '.join(PREFECT_DATABASES)}: Prefect has drivers "
                "of its own."
            )
        if not auth and not is_loopback(self.prefect_host):
            raise WrongSettingError(
                f"{PREFIX}PREFECT_HOST is not on this machine alone, and Prefect's API and UI let anyone in who "
                f"reaches them: set {PREFIX}PREFECT_AUTH to user:password."
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what code passes, then the environment, then files that hold one secret each."""
        return init_settings, env_settings, SecretFiles(settings_cls)

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
    def is_web_tls(self) -> bool:
        """Whether people reach the website over TLS."""
        return self.effective_web_url.lower().startswith("https:")

    @property
    def effective_prefect_url(self) -> str:
        """Where Prefect's server answers, without a closing slash."""
        return (self.prefect_url or f"http://{self.prefect_host}:{self.prefect_port}").rstrip("/")

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


def find_secrets() -> list[str]:
    """Return the names of the settings whose value may never be shown, and may come from a file."""
    secrets = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]
    return ["database_url", *secrets]  # an address that may hold a password


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach what listens on `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
