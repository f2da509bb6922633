"""How everything stands, on one screen of a terminal."""

from typing import Any

import click

LABEL_WIDTH = 10
ALERTS_SHOWN = 6
GIB = 2**30


def show_standing(standing: dict[str, Any]) -> None:
    """Print what `flows.upkeep.standing.find_standing` gathered."""
    click.echo("All is well." if standing["is_well"] else "Something needs someone:")
    for need in standing["needs"]:
        click.echo(f"  ! {need}")
    click.echo()
    for label, lines in (
        ("Queue", _describe_queue(standing)),
        ("Outcomes", [_describe_outcome(outcome) for outcome in standing["last_outcomes"]]),
        ("Mail", [_describe_mail(standing["mail"])]),
        ("Alerts", _describe_alerts(standing["alerts"])),
        ("Parts", [_describe_part(part) for part in standing["parts"]]),
        ("Prefect", [_describe_prefect(standing["prefect"])]),
        ("Database", [f"{standing['database']['kind']}, version {standing['database']['version']}"]),
        ("Disk", [_describe_disk(standing["disk"])]),
    ):
        for number, line in enumerate(lines or ["none"]):
            click.echo(f"{'' if number else label:<{LABEL_WIDTH}}{line}")


def _describe_queue(standing: dict[str, Any]) -> list[str]:
    queue = standing["queue"]
    lines = [
        f"{queue['requested_count']:,} requested, {queue['processing_count']:,} processing, "
        f"{queue['failed_count']:,} failed"
    ]
    if oldest := queue["oldest_waiting"]:
        lines.append(f"oldest waiting: import {oldest['import_id']} of {oldest['ukprn']} since {oldest['since']}")
    lines += [
        f"import {held['import_id']} of {held['ukprn']}: attempt {held['attempt_count']}, held by {held['holder']} "
        f"until {held['lease_until_at']}"
        for held in standing["processing"]
    ]
    return lines


def _describe_outcome(outcome: dict[str, Any]) -> str:
    counts = f"{outcome['row_count']:,} rows" + (f", {outcome['error_count']:,} errors" * bool(outcome["error_count"]))
    return (
        f"{outcome['processed_at']}  import {outcome['import_id']} of {outcome['ukprn']}: {outcome['status']}, {counts}"
    )


def _describe_mail(mail: dict[str, Any]) -> str:
    waiting = f"{mail['waiting_count']:,} waiting"
    if mail["waiting_count"]:
        waiting += f" (oldest since {mail['oldest_waiting_since']})"
    fault = f". Last fault: {mail['last_fault']}" if mail["last_fault"] else ""
    return f"{waiting}, {mail['given_up_count']:,} given up within a day{fault}"


def _describe_alerts(alerts: list[dict[str, Any]]) -> list[str]:
    lines = [_describe_alert(alert) for alert in alerts[:ALERTS_SHOWN]]
    hidden_count = len(alerts) - len(lines)
    return [*lines, f"and {hidden_count:,} more within a day (--json shows all)"] if hidden_count else lines


def _describe_alert(alert: dict[str, Any]) -> str:
    times = "once" if alert["seen_count"] == 1 else f"{alert['seen_count']:,} times"
    return f"{alert['last_seen_at']}  {alert['cause']} ({times} since {alert['first_seen_at']})"


def _describe_part(part: dict[str, Any]) -> str:
    address = f" at {part['address']}" if part["address"] else ""
    state = f"since {part['started_at']}" if part["is_alive"] else f"SILENT since {part['beat_at']}"
    return f"{part['part']} ({part['holder']}){address} {state}"


def _describe_prefect(prefect: dict[str, Any]) -> str:
    if not prefect["answers"]:
        return "does not answer"
    count = prefect["online_worker_count"]
    return f"answers, {count} {'worker' if count == 1 else 'workers'} online"


def _describe_disk(disk: dict[str, Any]) -> str:
    return f"{disk['free_bytes'] / GIB:,.1f} of {disk['total_bytes'] / GIB:,.1f} GiB free"
