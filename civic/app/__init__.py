"""Composition root: the only place that knows everything."""

from datetime import timedelta

import redis
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from civic.app import assets, blueprints, context, errors, identity, metrics, migrate, security, wiring
from civic.core import db as database
from civic.core import i18n, logs, mail, sms
from civic.core.text import MOST_ID
from config import ROOT, Config


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: plain digits, and never more than a row can have, so that nothing else reaches the database."""

    regex = "[0-9]{1,10}"

    def __init__(self, map, *args: object, **kw: object) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001 - werkzeug's name
        super().__init__(map, *args, **{"max": MOST_ID, **kw})  # type: ignore[arg-type]


def create_app(config: Config) -> Flask:
    """The whole site for one configuration."""
    app = Flask("civic", root_path=str(ROOT), static_folder=None, template_folder="templates")
    app.url_map.converters["int"] = RowNumber
    app.jinja_environment = context.Templates
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=database.options(
            config.database_url, worker=bool(config.extra.get("worker"))
        ),
        DATA_DIR=config.data_dir,
        CIVIC_ENV=config.env,
        BASE_URL=config.base_url,
        TRUSTED={host.lower() for host in config.trusted_hosts},
        SECURE=config.secure,
        SITE_NAME=config.site_name,
        SMTP_URL=config.smtp_url,
        SMS_URL=config.sms_url,
        MAIL_FROM=config.mail_from,
        FAULT_NUMBER=config.fault_number,
        LIMITS=config.limits,
        UNDO_SECONDS=config.undo_seconds,
        MAX_CONTENT_LENGTH=11 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=200,
        SESSION_COOKIE_NAME="__Host-charsu" if config.secure else "charsu",
        SESSION_COOKIE_SECURE=config.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_SSL_STRICT=False,
        **config.extra,
    )
    logs.setup()
    config.data_dir.mkdir(parents=True, exist_ok=True)
    database.db.init_app(app)
    i18n.setup(app, str(ROOT / "translations"))
    app.extensions["post"] = mail.post_for(config.smtp_url)
    app.extensions["sms"] = sms.gateway_for(config.sms_url)
    app.extensions["redis"] = (
        redis.Redis.from_url(config.redis_url, socket_timeout=1) if config.redis_url else None
    )
    assets.setup(app)
    blueprints.setup(app)
    metrics.setup(app)
    identity.setup(app)
    security.setup(app)
    app.extensions["schema_is_current"] = migrate.is_current
    context.setup(app)  # after security: ours replace Flask-WTF's template names
    errors.setup(app)
    wiring.setup()
    app.wsgi_app = i18n.LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    if config.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=config.proxies
        )
    return app
