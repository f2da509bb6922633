"""What Prefect is told by environment: its own settings, the same for `up`, for servers and for containers.

Owns the names of Prefect's settings, so that our settings are the only ones an operator has to know. Secrets are passed
in the environment and never on a command line, where every user of the machine could read them.
"""

from collections.abc import Mapping

from settings import Settings

# No call to a third party, no advertising, no server that starts by itself, and a worker that looks for runs every
# second. Then what a file costs the server: the states of tasks are recorded together rather than each in a transaction
# of its own; a task's log does not repeat its state; nobody here has automations, so events are not kept and triggers
# not judged. Prefect's scheduler can't work under our SQLAlchemy (flows/deployments/timetable.py), so it does not try.
# An operator may set any of these otherwise: docs/decisions/0011.
PREFECT_ENVIRONMENT = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_V2_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "learner_imports",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    "PREFECT_WORKER_QUERY_SECONDS": "1",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "WARNING",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
}


def describe_prefect(settings: Settings) -> dict[str, str]:
    """Return Prefect's environment for these settings: server, workers and clients take what concerns them."""
    environment = PREFECT_ENVIRONMENT | {
        "PREFECT_HOME": str(settings.home_folder / "prefect"),
        "PREFECT_API_URL": f"{settings.effective_prefect_url}/api",
        "PREFECT_SERVER_API_HOST": settings.prefect_host,
        "PREFECT_SERVER_API_PORT": str(settings.prefect_port),
        # The browser asks the address it was given, whatever that is behind a proxy or another host name.
        "PREFECT_SERVER_UI_API_URL": "/api",
        # Runs that ended long ago go, with their logs, tables and tasks; looked for every hour.
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(settings.keep_runs_days * 86_400),
    }
    if auth := settings.prefect_auth.get_secret_value():
        environment |= {"PREFECT_SERVER_API_AUTH_STRING": auth, "PREFECT_API_AUTH_STRING": auth}
    if address := settings.prefect_database_url.get_secret_value():
        environment["PREFECT_SERVER_DATABASE_CONNECTION_URL"] = address
    return environment


def take_over_prefect(settings: Settings, environment: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` with what a Prefect server of our own needs.

    Where it is and who may in follows from our settings alone: a shell that is set up for another server must not send
    our runs there. How it works, so far as `PREFECT_ENVIRONMENT` says, the environment may say otherwise.
    """
    of_prefect = {name: value for name, value in environment.items() if name.startswith("PREFECT_")}
    others = {name: value for name, value in environment.items() if name not in of_prefect}
    chosen = {name: value for name, value in of_prefect.items() if name in PREFECT_ENVIRONMENT}
    return others | describe_prefect(settings) | chosen


def add_prefect(settings: Settings, environment: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` with what Prefect needs; what it says of Prefect already is left as it is."""
    return describe_prefect(settings) | dict(environment)
