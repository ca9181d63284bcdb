"""A double click or a retried POST makes one object: forms carry a key, the first use keeps where it led."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import request
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from civic.core import clock
from civic.core.db import Base, Moment, db, transaction, upsert
from civic.core.errors import Conflict
from civic.core.text import N_

SKIPPED = {"csrf_token", "once"}


class OnceKey(Base):
    __tablename__ = "once_keys"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)


@dataclass
class Act:
    """first: carry it out; else `location` holds where the first one led."""

    first: bool
    location: str = ""


def new_key() -> str:
    return secrets.token_hex(16)


@contextmanager
def once(user_id: int) -> Iterator[Act]:
    """A transaction that carries out a form's act only the first time its key is seen."""
    key = request.form.get("once", "")[:64] or request.headers.get("Idempotency-Key", "")[:64]
    with transaction() as session:
        if not key:
            yield Act(first=True)
            return
        values = {
            "user_id": user_id,
            "key": key,
            "request_hash": _hash(),
            "location": "",
            "created_at": clock.now(),
        }
        made = session.execute(
            upsert(OnceKey).values(**values).on_conflict_do_nothing().returning(OnceKey.key)
        ).scalar()
        if made:
            act = Act(first=True)
            yield act
            db.session.get_one(OnceKey, (user_id, key)).location = act.location
            return
        row = session.scalars(select(OnceKey).where(OnceKey.user_id == user_id, OnceKey.key == key)).one()
        if row.request_hash != _hash():
            raise Conflict(
                N_("این فرم پیش‌تر با متن دیگری فرستاده شده است. صفحه را تازه کنید و دوباره بفرستید.")
            )
        yield Act(first=False, location=row.location)


def _hash() -> str:
    fields = [(k, v) for k, v in sorted(request.form.items(multi=True)) if k not in SKIPPED]
    return hashlib.sha256(repr((request.path, fields)).encode()).hexdigest()
