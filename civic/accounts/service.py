"""Signing in and up, sessions, names, roles."""

import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Select, delete, select, update

from civic.accounts import queries, rules
from civic.accounts.events import RoleChanged
from civic.accounts.models import Intention, LoginCode, LoginFailure, LoginSession, RoleGrant, User
from civic.accounts.passwords import HASHER, NOBODY
from civic.accounts.policy import May
from civic.accounts.rules import Identity, NameStyle, Residence, UserStatus
from civic.audit.service import record
from civic.core import clock
from civic.core.actor import PUBLIC, Actor, Kind, Role
from civic.core.db import db, serialise, upsert
from civic.core.errors import RuleBroken, TooMany
from civic.core.outbox import publish
from civic.core.policy import require
from civic.core.states import move
from civic.core.text import N_, clean_line, latin_digits

FAILURES_PER_LOGIN, FAILURES_PER_ADDRESS, CODES_PER_HOUR = 10, 100, 6


def check_password(actor: Actor, login: tuple[str, str], password: str) -> int | None:
    """The person's id, or None; the same work for unknown accounts. Outside transactions; counters by `count_failure`."""
    require(actor, May.SIGN_IN)
    user = queries.by_login(*login)
    stored = user.password_hash if user and user.password_hash else NOBODY
    try:
        good = bool(HASHER.verify(stored, password[: rules.PASSWORD_MOST]))
    except (VerificationError, InvalidHashError):
        good = False
    if user is None or not good or stored is NOBODY or user.status is not UserStatus.ACTIVE:
        return None
    return user.id


def guard_guessing(actor: Actor, login: str, *, address: str, way: str) -> None:
    """TooMany when this account by this way (password, code) or this address failed too often in the past hour.

    Fails closed. The ways are counted apart, so that a guessed password does not shut the owner's code out.
    """
    require(actor, May.SIGN_IN)
    window = _window()
    for key, most in (
        (f"{way}:{queries.digest(login)[:40]}", FAILURES_PER_LOGIN),
        (f"address:{address}", FAILURES_PER_ADDRESS),
    ):
        count = db.session.scalar(
            select(LoginFailure.count).where(LoginFailure.key == key, LoginFailure.window == window)
        )
        if (count or 0) >= most:
            raise TooMany(
                N_(
                    "تلاش‌های ناموفق زیاد بود. یک ساعت دیگر بیایید یا راه دیگر ورود (گذرواژه یا کد) را بیازمایید."
                ),
                retry_after=3600,
            )


def count_failure(actor: Actor, login: str, *, address: str, way: str) -> None:
    """Remember one failed try."""
    require(actor, May.SIGN_IN)
    for key in (f"{way}:{queries.digest(login)[:40]}", f"address:{address}"):
        row = upsert(LoginFailure).values(key=key, window=_window(), count=1)
        db.session.execute(
            row.on_conflict_do_update(
                index_elements=["key", "window"], set_={"count": LoginFailure.count + 1}
            )
        )


def _window() -> int:
    return int(clock.now().timestamp() // 3600)


def make_code(actor: Actor, login: tuple[str, str]) -> str:
    """A fresh one-time code for this login; older ones end. The caller sends it once the transaction is over."""
    require(actor, May.SIGN_IN)
    moment = clock.now()
    serialise("code", login[1])
    recent = db.session.scalars(
        select(LoginCode.id).where(
            LoginCode.login == login[1], LoginCode.expires_at > moment - timedelta(minutes=50)
        )
    ).all()
    if len(recent) >= CODES_PER_HOUR:
        raise TooMany(
            N_("برای این نشانی چند کد فرستاده شده است. یک ساعت دیگر دوباره بخواهید."), retry_after=3600
        )
    db.session.execute(
        update(LoginCode)
        .where(LoginCode.login == login[1], LoginCode.used_at.is_(None))
        .values(used_at=moment)
    )
    code = f"{secrets.randbelow(1_000_000):06d}"
    db.session.add(
        LoginCode(
            login=login[1],
            code_hash=_code_hash(login[1], code),
            expires_at=moment + timedelta(minutes=rules.CODE_MINUTES),
        )
    )
    return code


def use_code(actor: Actor, login: tuple[str, str], code: str) -> bool:
    """True when it is the code of this login, unused and in time; each wrong try counts."""
    require(actor, May.SIGN_IN)
    serialise("code", login[1])
    row = db.session.scalars(
        select(LoginCode)
        .where(LoginCode.login == login[1], LoginCode.used_at.is_(None))
        .order_by(LoginCode.id.desc())
        .limit(1)
    ).first()
    if row is None or row.expires_at < clock.now() or row.tries >= rules.CODE_TRIES:
        return False
    if not hmac.compare_digest(
        row.code_hash, _code_hash(login[1], latin_digits(code).strip().replace(" ", ""))
    ):
        row.tries += 1
        return False
    row.used_at = clock.now()
    return True


def _code_hash(login: str, code: str) -> str:
    return queries.digest(f"{login}:{code}")


def person_behind(actor: Actor, login: tuple[str, str], *, locale: str = "fa") -> tuple[User, bool]:
    """The account of a login that has just been proved, made on first use. True when it is new."""
    require(actor, May.SIGN_IN)
    serialise("person", login[1])
    user = queries.by_login(*login)
    if user is not None:
        if user.status is not UserStatus.ACTIVE:
            raise RuleBroken(
                N_("این حساب بسته شده است. اگر گمان می‌کنید اشتباه شده، با ۱۳۷ تماس بگیرید."), field="login"
            )
        return user, False
    kind, value = login
    iranian = kind == "phone" and value.startswith("09")
    user = User(
        phone=value if kind == "phone" else None,
        email=value if kind == "email" else None,
        identity_level=Identity.PHONE if kind == "phone" else Identity.EMAIL,
        own_kind=Kind.CITIZEN if iranian or locale == "fa" else Kind.VISITOR,
        name_style=NameStyle.DISTRICT,
        residence_level=Residence.NONE,
        locale=locale,
        created_at=clock.now(),
    )
    db.session.add(user)
    db.session.flush()
    return user, True


def open_session(actor: Actor, user: User, *, label: str) -> str:
    """Sign in: a new session row; the answer is the cookie's token, kept nowhere else."""
    require(actor, May.SIGN_IN)
    token = secrets.token_urlsafe(32)
    moment = clock.now()
    db.session.add(
        LoginSession(
            token_hash=queries.digest(token),
            user_id=user.id,
            label=label[:80],
            created_at=moment,
            seen_at=moment,
        )
    )
    return token


def mark_seen(actor: Actor, session_id: int) -> None:
    """Write down that the session was used."""
    require(actor, May.SIGN_IN)
    db.session.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=clock.now()))


def end_session(actor: Actor, user: User, session_id: int) -> None:
    """The person ends one of their sessions, here or elsewhere."""
    require(actor, May.CHANGE_OWN, user)
    db.session.execute(
        update(LoginSession)
        .where(
            LoginSession.id == session_id, LoginSession.user_id == user.id, LoginSession.ended_at.is_(None)
        )
        .values(ended_at=clock.now())
    )


def _end_all_sessions(user_id: int, *, but: int | None = None) -> None:
    """After a change of password or role every old cookie is dead."""
    query = update(LoginSession).where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))
    if but is not None:
        query = query.where(LoginSession.id != but)
    db.session.execute(query.values(ended_at=clock.now()))


def describe(
    actor: Actor,
    user: User,
    *,
    full_name: str,
    name_style: NameStyle,
    district_id: int | None,
    own_kind: Kind,
    mail_notices: bool = True,
) -> None:
    """The person says who they are and how their name is shown, from the next text on."""
    require(actor, May.CHANGE_OWN, user)
    if name_style is not NameStyle.DISTRICT and not clean_line(full_name):
        raise RuleBroken(
            N_("برای این شیوه، نام خود را بنویسید؛ یا «شهروند منطقه» را برگزینید."), field="full_name"
        )
    if own_kind not in {Kind.CITIZEN, Kind.VISITOR}:
        raise RuleBroken(
            N_("شهروند یا زائر را برگزینید؛ گروه‌های دیگر پس از تأیید افزوده می‌شوند."), field="own_kind"
        )
    user.full_name = clean_line(full_name)
    user.name_style = name_style
    if user.district_id != district_id:
        user.residence_level = Residence.DECLARED if district_id else Residence.NONE
    user.district_id = district_id
    user.own_kind = own_kind
    user.mail_notices = mail_notices
    user.welcomed_at = user.welcomed_at or clock.now()


def set_password(actor: Actor, user: User, hashed: str) -> None:
    """A new password; every other session ends."""
    require(actor, May.CHANGE_OWN, user)
    user.password_hash = hashed
    _end_all_sessions(user.id, but=actor.session_id)
    record(actor, "account.password", f"user:{user.id}")


def grant(actor: Actor, user: User, role: Role, *, scope_kind: str = "", scope_id: int = 0) -> None:
    """The operator gives a role; the person signs in anew."""
    require(actor, May.GRANT, user)
    made = db.session.execute(
        upsert(RoleGrant)
        .values(
            user_id=user.id,
            role=role,
            scope_kind=scope_kind,
            scope_id=scope_id,
            granted_at=clock.now(),
            granted_by_id=actor.user_id,
        )
        .on_conflict_do_nothing()
        .returning(RoleGrant.id)
    ).scalar()
    if made:
        record(
            actor,
            "role.grant",
            f"user:{user.id}",
            public=True,
            role=role,
            scope=f"{scope_kind}:{scope_id}" if scope_kind else "",
        )
        _end_all_sessions(user.id, but=actor.session_id if actor.user_id == user.id else None)
        publish(RoleChanged(user.id, role, given=True))


def revoke(actor: Actor, user: User, grant_id: int) -> None:
    """The operator takes a role back."""
    require(actor, May.GRANT, user)
    row = db.session.get(RoleGrant, grant_id)
    if row is None or row.user_id != user.id:
        return
    if row.role is Role.OPERATOR and actor.user_id == user.id:
        raise RuleBroken(
            N_("نقش مدیر سامانه را از خودتان نمی‌توانید بگیرید؛ مدیر دیگری باید این کار را بکند.")
        )
    db.session.execute(delete(RoleGrant).where(RoleGrant.id == grant_id))
    record(actor, "role.revoke", f"user:{user.id}", public=True, role=row.role)
    _end_all_sessions(user.id)
    publish(RoleChanged(user.id, row.role, given=False))


def set_expert(actor: Actor, user: User, field: str) -> None:
    """Until verification has its own desk, the operator says who is an expert, and in what."""
    require(actor, May.GRANT, user)
    user.expert_field = clean_line(field)
    record(actor, "kind.expert", f"user:{user.id}", public=True, given=bool(user.expert_field))


def block(actor: Actor, user: User) -> None:
    """The operator closes an account; its sessions end."""
    require(actor, May.BLOCK, user)
    move(user, "block", rules.MOVES)
    _end_all_sessions(user.id)
    record(actor, "account.block", f"user:{user.id}")


def unblock(actor: Actor, user: User) -> None:
    """The operator opens it again."""
    require(actor, May.BLOCK, user)
    move(user, "unblock", rules.MOVES)
    record(actor, "account.unblock", f"user:{user.id}")


def shut_writing(actor: Actor, user: User, until: datetime | None) -> None:
    """Until then this person reads, votes and appeals, but writes nothing; None opens it again."""
    require(actor, May.SHUT_WRITING, user)
    user.blocked_until = until


def intend(actor: Actor, kind: str, payload: dict[str, Any]) -> str:
    """Keep what a guest was about to do; the answer is a token that leads through sign-in."""
    require(actor, May.SIGN_IN)
    token = secrets.token_urlsafe(24)
    db.session.add(
        Intention(token_hash=queries.digest(token), kind=kind, payload=payload, created_at=clock.now())
    )
    return token


def take_intention(actor: Actor, token: str) -> tuple[str, dict[str, Any]] | None:
    """Use an intention up."""
    require(actor, May.SIGN_IN)
    found = queries.intention(token)
    if found is None:
        return None
    found.used_at = clock.now()
    return found.kind, found.payload


def create(
    actor: Actor,
    *,
    login: tuple[str, str],
    full_name: str,
    password_hash: str | None = None,
    roles: tuple[Role, ...] = (),
) -> User:
    """The operator's command makes an account with roles."""
    require(actor, May.GRANT)
    user, _ = person_behind(PUBLIC, login)
    user.full_name = clean_line(full_name) or user.full_name
    if user.full_name:
        user.name_style = NameStyle.FULL
    if password_hash:
        user.password_hash = password_hash
    for role in roles:
        grant(actor, user, role)
    return user


def count_unread(actor: Actor, people: Select[int]) -> None:
    """Each of these people has one notice more that they have not read. Locked in one order, so that nobody waits in a ring."""
    require(actor, May.KEEP_NOTICES)
    ids = list(
        db.session.scalars(
            select(User.id).where(User.id.in_(people)).order_by(User.id).with_for_update(key_share=True)
        )
    )
    if ids:
        db.session.execute(update(User).where(User.id.in_(people)).values(unread=User.unread + 1))


def set_unread(actor: Actor, user: User, unread: int) -> None:
    """The person has read something."""
    require(actor, May.CHANGE_OWN, user)
    user.unread = unread


def allow_letters(actor: Actor, user: User, *, wanted: bool) -> None:
    """Letters by mail, or none; the notices in the site go on. Asked for on the person's page or by the signed link of a letter."""
    require(actor, May.KEEP_NOTICES)
    user.mail_notices = wanted
