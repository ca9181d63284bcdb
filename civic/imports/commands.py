"""`civic import FORMAT PATH`."""

from pathlib import Path

import click

from civic.core.actor import SYSTEM
from civic.core.db import db, transaction
from civic.imports import service
from civic.imports.rules import Report

FORMATS = {service.ORIGIN: service.run}


class DryRun(Exception):
    """Nothing of a dry run stays."""


def run(name: str, path: Path, *, dry_run: bool) -> int:
    """Carry out an import and say what it found; the number of refused rows."""
    report = Report()
    try:
        with transaction():
            report = FORMATS[name](SYSTEM, path, dry_run=dry_run)
            if dry_run:
                raise DryRun(report)
    except DryRun as stop:
        (report,) = stop.args
        db.session.rollback()
    click.echo(
        f"{'would be ' if dry_run else ''}new {report.new}, changed {report.changed}, same {report.same}, refused {len(report.refused)}"
    )
    for file, row, column, reason in report.refused[:50]:
        click.echo(f"refused: {file} row {row}{f', column {column}' if column else ''}: {reason}", err=True)
    return len(report.refused)
