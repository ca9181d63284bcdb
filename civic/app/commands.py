"""`civic …`: what an operator types."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask

from civic.accounts import service as accounts
from civic.accounts.passwords import hash_password
from civic.accounts.rules import check_password, read_login
from civic.app import checks, create_app, docs, doctor, migrate, translations
from civic.app.backup import commands as backup
from civic.app.demo import city as demo_city
from civic.app.demo import load as demo_data
from civic.app.worker import run as run_worker
from civic.cases import jobs as cases
from civic.core import clock, jobs
from civic.core.actor import SYSTEM, Role
from civic.core.db import transaction
from civic.core.errors import CivicError
from civic.duties import jobs as duties
from civic.duties.commands import import_file as import_holidays
from civic.imports import commands as imports
from civic.outcomes import jobs as outcomes
from config import BadConfiguration, Config


@click.group(help="Charsu: a city and its people solve city problems together.")
@click.pass_context
def cli(context: click.Context) -> None:
    context.obj = None


def site() -> Flask:
    """The application of this command, with its context pushed."""
    config = Config.from_env()
    config.extra["worker"] = True
    app = create_app(config)
    app.app_context().push()
    return app


@cli.command("prepare")
@click.option("--demo/--empty", default=False, help="load the lifelike demo into a new database")
def prepare(demo: bool) -> None:
    """Compile translations, migrate, and fill a new database: what start.py asks for at every start."""
    translations.compile_stale()
    app = site()
    migrate.upgrade()
    if not demo or app.config["CIVIC_ENV"] == "production":
        return
    demo_data.start_again()
    if demo_city.is_empty():
        demo_data.load(**demo_data.SMALL, seed=1)
        click.echo(demo_data.accounts())


@cli.command("demo")
@click.option("--proposals", default=demo_data.SMALL["proposals"], show_default=True)
@click.option("--voters", default=demo_data.SMALL["voters"], show_default=True)
@click.option(
    "--votes-per", default=demo_data.SMALL["votes_per"], show_default=True, help="ballots per proposal"
)
@click.option("--seed", default=1, show_default=True, help="the same seed gives the same data")
def demo_command(proposals: int, voters: int, votes_per: int, seed: int) -> None:
    """Lifelike, invented data at any size."""
    app = site()
    if app.config["CIVIC_ENV"] == "production":
        raise BadConfiguration(
            "CIVIC_ENV is production, where invented people and votes must never be. Use another installation."
        )
    migrate.upgrade()
    demo_data.start_again()
    demo_data.load(proposals=proposals, voters=voters, votes_per=votes_per, seed=seed)
    click.echo(demo_data.accounts())


@cli.command("migrate")
def migrate_command() -> None:
    """Bring the database to the newest shape."""
    site()
    click.echo("migrated" if migrate.upgrade() else "nothing to do")


@cli.group("db")
def database() -> None:
    """For developers: revisions."""


@database.command("revise")
@click.argument("number")
@click.argument("message")
def revise(number: str, message: str) -> None:
    """Write migration NUMBER from the difference between models and database."""
    site()
    migrate.revise(message, number)


@cli.command("doctor")
def doctor_command() -> None:
    """Say in plain words what is wrong with this installation; exit 1 when something is."""
    site()
    found = list(doctor.problems())
    for problem in found:
        click.echo(problem)
    if not found:
        click.echo("all is well")
    sys.exit(1 if found else 0)


@cli.command("worker")
def worker_command() -> None:
    """Carry out what the outbox holds and what the clock asks for, until stopped."""
    run_worker()


@cli.command("run-jobs")
def run_jobs() -> None:
    """Carry out everything that is due now, once."""
    site()
    click.echo(f"{jobs.run_all()} done")


@cli.group("i18n")
def i18n() -> None:
    """Translations."""


@i18n.command("extract")
def i18n_extract() -> None:
    """Read every sentence out of the code into the catalogues."""
    translations.extract()


@i18n.command("compile")
def i18n_compile() -> None:
    """Compile what is stale."""
    translations.compile_stale()


@i18n.command("check")
def i18n_check() -> None:
    """Complete in every language, placeholders equal."""
    problems = translations.check()
    for problem in problems:
        click.echo(problem, err=True)
    sys.exit(1 if problems else 0)


@cli.group("docs")
def documents() -> None:
    """Generated documents."""


@documents.command("write")
def docs_write() -> None:
    """Write docs/permissions.md and docs/states.md from the code."""
    site()
    docs.write()


@documents.command("check")
def docs_check() -> None:
    """Exit 1 when the generated documents differ from the code."""
    site()
    problems = docs.check()
    for problem in problems:
        click.echo(problem, err=True)
    sys.exit(1 if problems else 0)


@cli.command("import")
@click.argument("format_", metavar="FORMAT", type=click.Choice(sorted(imports.FORMATS)))
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="say what would happen, change nothing")
def import_command(format_: str, path: Path, dry_run: bool) -> None:
    """Bring in data of another platform; a second run adds nothing. Exit 1 when a row was refused."""
    site()
    sys.exit(1 if imports.run(format_, path, dry_run=dry_run) else 0)


@cli.command("bench", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench_command(arguments: tuple[str, ...]) -> None:
    """Measure pages beside the bare page; see bench/README.md."""
    sys.exit(subprocess.call([sys.executable, "bench/run.py", *arguments]))  # noqa: S603 - our own script


@cli.group("user")
def user() -> None:
    """People."""


@user.command("create")
@click.argument("login")
@click.option("--name", default="")
@click.option("--role", "roles", multiple=True, type=click.Choice([str(r) for r in Role]))
@click.option(
    "--password", default=lambda: os.environ.get("CIVIC_PASSWORD", ""), help="else a code is sent at sign-in"
)
def user_create(login: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Make an account for a mobile number or an address, with roles."""
    site()
    hashed = None
    if password:
        check_password(password)
        hashed = hash_password(password)
    with transaction():
        made = accounts.create(
            SYSTEM,
            login=read_login(login),
            full_name=name,
            password_hash=hashed,
            roles=tuple(Role(r) for r in roles),
        )
        click.echo(f"account {made.id}")


checks.add_to(cli, site)
backup.add_to(cli, site)


@cli.group("sla")
def sla() -> None:
    """Deadlines."""


@sla.command("run")
@click.option("--at", "moment", type=click.DateTime(), help="as if it were this moment (UTC)")
def sla_run(moment: datetime | None) -> None:
    """Tell levels that have come, ask about promises whose day has come, send the month's top, count anew. Twice is once."""
    site()
    with clock.at(moment.replace(tzinfo=UTC) if moment else clock.now()):
        cases.follow_clock()
        looked = duties.run_clock()
        cases.review_due()
        cases.close_week()
        cases.store_figures()
        outcomes.ask_due()
        outcomes.open_month_tops()
        outcomes.refresh_figures()
        click.echo(f"{looked} deadlines looked at, {jobs.run_all()} done")


@cli.group("holidays")
def holidays() -> None:
    """Official holidays."""


@holidays.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False))
def holidays_import(path: str) -> None:
    """Read a CSV `jalali_date,title`; exits 1 when a line was refused."""
    site()
    sys.exit(0 if import_holidays(path) else 1)


def main() -> None:
    """The script `civic`."""
    os.chdir(Path(__file__).resolve().parents[2])
    try:
        cli(standalone_mode=True)
    except BadConfiguration as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)
    except CivicError as problem:
        click.echo(problem.message % problem.values if problem.values else problem.message, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
