"""`civic holidays …`."""

from pathlib import Path

import click

from civic.core.actor import SYSTEM
from civic.core.db import transaction
from civic.duties import service


def import_file(path: str) -> bool:
    """Import a CSV of holidays and say what was done; False when a line was refused."""
    with transaction():
        report = service.import_holidays(SYSTEM, Path(path).read_text("utf-8"), source=Path(path).name)
    click.echo(
        f"{report.new} new, {report.changed} changed, {report.same} same, {len(report.refused)} refused"
    )
    for line, column, reason in report.refused:
        click.echo(f"line {line}, {column}: {reason}", err=True)
    return not report.refused
