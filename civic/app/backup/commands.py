"""`civic backup` and `civic restore`."""

import sys
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from civic.app.backup import keeping
from civic.app.backup.store import Hindrance

PASSPHRASE = click.option(
    "--passphrase-file",
    "passphrase",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="a file whose first line seals the backup; without it nobody opens it, you neither",
)


def add_to(cli: click.Group, site: Callable[[], Flask]) -> None:
    """Put the commands below `civic`."""

    @cli.command("backup")
    @click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
    @PASSPHRASE
    def backup(folder: Path, passphrase: Path | None) -> None:
        """Copy database, uploads, heads and keys into a new folder, while the site runs."""
        site()
        try:
            made = keeping.make(folder, _words(passphrase))
        except Hindrance as hindrance:
            _stop(hindrance)
        else:
            click.echo(f"{made.folder}: {made.rows} rows, {made.files} files, {made.bytes / 2**20:.1f} MB")
            click.echo(f"manifest sha256 {made.sha256}")

    @cli.command("restore")
    @click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
    @PASSPHRASE
    def restore(folder: Path, passphrase: Path | None) -> None:
        """Put a backup back, onto an empty database and an empty data folder only; exit 1 when something is not as it was."""
        site()
        try:
            for line in keeping.restore(folder, _words(passphrase)):
                click.echo(line)
        except Hindrance as hindrance:
            _stop(hindrance)
        found = keeping.proof()
        for line in found:
            click.echo(line, err=True)
        if not found:
            click.echo("every counter equals its rows, and the record is whole")
        sys.exit(1 if found else 0)


def _words(file: Path | None) -> bytes:
    if file is None:
        return b""
    words = (file.read_text().splitlines() or [""])[0].strip().encode()
    if len(words) < 12:
        _stop(
            Hindrance(
                f"the first line of {file} is shorter than 12 letters, which is soon guessed: write a longer one."
            )
        )
    return words


def _stop(hindrance: Hindrance) -> None:
    click.echo(str(hindrance), err=True)
    sys.exit(1)
