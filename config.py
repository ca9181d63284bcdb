"""Everything an operator may set, read once from the environment. Embedded defaults run with nothing installed."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent
KNOWN_SECRETS = {"", "secret", "dev", "change-me", "changeme", "test"}


class BadConfiguration(Exception):
    """A sentence for the operator: what is wrong, why, what to do."""


@dataclass(frozen=True)
class Config:
    """`env` is demo (default), production or test."""

    env: str = "demo"
    data_dir: Path = ROOT / "var"
    database_url: str = ""
    redis_url: str = ""
    secret_key: str = ""
    base_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = ()
    port: int = 8000
    workers: int = 1
    site_name: str = ""
    smtp_url: str = ""
    sms_url: str = ""
    mail_from: str = "charsu@localhost"
    proxies: int = 0
    limits: bool = True
    undo_seconds: int = 10
    fault_number: str = "137"
    extra: dict[str, object] = field(default_factory=dict)

    @classmethod
    def from_env(cls, env: "os._Environ[str] | dict[str, str] | None" = None) -> "Config":
        """Read the environment; BadConfiguration when it cannot work or would not be safe."""
        env = os.environ if env is None else env
        kind = env.get("CIVIC_ENV", "demo")
        if kind not in {"demo", "production", "test"}:
            message = f"CIVIC_ENV is '{kind}', but only demo, production and test are known. Set one of them."
            raise BadConfiguration(message)
        data_dir = Path(env.get("CIVIC_DATA_DIR") or ROOT / "var").resolve()
        port = int(env.get("CIVIC_PORT", "8000"))
        base_url = env.get("CIVIC_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
        config = cls(
            env=kind,
            data_dir=data_dir,
            database_url=_database(env.get("DATABASE_URL", ""), data_dir),
            redis_url=env.get("REDIS_URL", ""),
            secret_key=env.get("CIVIC_SECRET_KEY", "")
            or ("" if kind == "production" else _kept_secret(data_dir)),
            base_url=base_url,
            trusted_hosts=tuple(
                h.strip() for h in env.get("CIVIC_TRUSTED_HOSTS", "").split(",") if h.strip()
            ),
            port=port,
            workers=int(env.get("CIVIC_WORKERS", "1")),
            site_name=env.get("CIVIC_SITE_NAME", ""),
            smtp_url=env.get("SMTP_URL", ""),
            sms_url=env.get("SMS_URL", ""),
            mail_from=env.get("CIVIC_MAIL_FROM", "charsu@localhost"),
            proxies=int(env.get("CIVIC_PROXIES", "0")),
            undo_seconds=max(0, int(env.get("CIVIC_UNDO_SECONDS", "10"))),
            limits=env.get("CIVIC_LIMITS", "1") != "0",
            fault_number=env.get("CIVIC_FAULT_NUMBER", "137"),
        )
        config.check(debug=env.get("FLASK_DEBUG", "0") not in {"", "0"})
        return config

    def check(self, *, debug: bool = False) -> None:
        """Refuse what must never serve real votes."""
        if self.env != "production":
            return
        if self.secret_key in KNOWN_SECRETS or len(self.secret_key) < 32:
            message = (
                "CIVIC_SECRET_KEY is missing, known or shorter than 32 characters, so anybody could forge sessions."
                " Set it to the output of: python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )
            raise BadConfiguration(message)
        if self.database_url.startswith("sqlite") and self.workers > 1:
            message = (
                "CIVIC_WORKERS is more than 1 on SQLite, where writers would wait for each other."
                " Set DATABASE_URL to a PostgreSQL database, or CIVIC_WORKERS=1."
            )
            raise BadConfiguration(message)
        if debug:
            message = "FLASK_DEBUG is on, which shows source code to visitors. Unset it in production."
            raise BadConfiguration(message)

    @property
    def is_demo(self) -> bool:
        return self.env == "demo"

    @property
    def secure(self) -> bool:
        return self.base_url.startswith("https://")


def _database(url: str, data_dir: Path) -> str:
    if not url:
        return f"sqlite:///{data_dir / 'civic.db'}"
    for old in ("postgres://", "postgresql://"):
        if url.startswith(old):
            return "postgresql+psycopg://" + url[len(old) :]
    return url


def _kept_secret(data_dir: Path) -> str:
    """A random key of this installation, made on first start and readable by its owner only."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text().strip()
