"""`civic doctor`: what is wrong with an installation, in plain words: what, why it matters, what to do."""

import shutil
from collections.abc import Iterator
from datetime import timedelta

import redis
from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from civic.accounts.models import RoleGrant
from civic.admin.queries import OLD, last_backup
from civic.app import migrate
from civic.core import clock
from civic.core.actor import Role
from civic.core.db import db, ping
from civic.core.jobs import PeriodicRun
from civic.core.outbox import Delivery, DeliveryStatus
from civic.duties.queries import years_without_calendar

LEAST_DISK = 300 * 1024 * 1024
QUIET = timedelta(minutes=2)


def problems() -> Iterator[str]:
    """One sentence per fault; nothing when all is well."""
    try:
        ping()
    except SQLAlchemyError as error:
        yield f"The database does not answer ({type(error).__name__}). Nothing works without it. Check DATABASE_URL and that it runs."
        return
    if not migrate.is_current():
        yield "The database has an older shape than this code. Pages may fail. Run: civic migrate"
        return
    yield from _machine()
    yield from _work()
    yield from _copies()
    yield from _city()


def _machine() -> Iterator[str]:
    folder = current_app.config["DATA_DIR"]
    free = shutil.disk_usage(folder).free
    if free < LEAST_DISK:
        yield f"Only {free // 2**20} MB are free where {folder} lies. Votes cannot be written on a full disk. Free some space."
    client = current_app.extensions.get("redis")
    if client is not None:
        try:
            client.ping()
        except redis.RedisError:
            yield "Redis does not answer. Jobs are carried out directly meanwhile; limits are counted per process. Check REDIS_URL."
    if current_app.config["CIVIC_ENV"] == "production":
        if not current_app.config["TRUSTED"]:
            yield "CIVIC_TRUSTED_HOSTS is empty, so any Host header is believed. Set it to the site's names."
        if not current_app.config["SECURE"]:
            yield "CIVIC_BASE_URL is not https, so cookies may be read on the way. Serve the site by https and set it."
        if not current_app.config["SMTP_URL"]:
            yield "SMTP_URL is not set: letters are only printed to the log. Set it to your mail server."


def _work() -> Iterator[str]:
    last = db.session.scalar(select(func.max(PeriodicRun.last_at)))
    if last is None or clock.now() - last > QUIET:
        yield "The worker has not run lately. Notices, deadlines and closing of votes wait for it. Start: civic worker"
    parked = db.session.scalar(
        select(func.count()).select_from(Delivery).where(Delivery.status == DeliveryStatus.PARKED)
    )
    if parked:
        yield f"{parked} deliveries were given up after several tries. Look at /admin/jobs and try them again or drop them."
    broken = db.session.scalars(select(PeriodicRun.name).where(PeriodicRun.last_error != "")).all()
    if broken:
        yield f"These periodic jobs failed the last time: {', '.join(broken)}. The reason is on /admin/jobs."


def _copies() -> Iterator[str]:
    if current_app.config["CIVIC_ENV"] == "demo":
        return  # invented people need no copy
    last = last_backup(current_app.config["DATA_DIR"])
    if last is None:
        yield "There is no backup yet. A broken disk would take everything. Run: civic backup DIR, and switch charsu-backup.timer on."
    elif clock.now() - last > OLD:
        yield f"The last backup of {last:%Y-%m-%d} is older than two days. What came after it would be lost. Look at: systemctl status charsu-backup"


def _city() -> Iterator[str]:
    for year in years_without_calendar():
        yield f"No holidays of {year} are known: deadlines skip weekends only. Run: civic holidays import FILE.csv"
    if not _holds(Role.OPERATOR):
        yield "Nobody is operator. Run: civic user create LOGIN --role operator"
    if not _holds(Role.MODERATOR):
        yield "Nobody is moderator, so new texts wait for ever. Give somebody the role on /admin/users."


def _holds(role: Role) -> bool:
    return db.session.scalar(select(RoleGrant.id).where(RoleGrant.role == role).limit(1)) is not None
