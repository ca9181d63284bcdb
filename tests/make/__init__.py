"""Builders for tests: each commits, and answers plain ids."""

from typing import Any, ClassVar

from flask import Flask

from civic.core.db import db, transaction
from tests.make import basics, city, council, delivery, groups, moderation, supervision, voice, votes


class Make:
    """make.user(...) calls basics.user(...) in an application context and a transaction of its own.

    Packages add their builders as modules here; every public function of a module in MODULES is a builder.
    """

    MODULES: ClassVar = [basics, votes, city, voice, moderation, groups, delivery, supervision, council]

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __getattr__(self, name: str) -> Any:
        builder = next((getattr(m, name) for m in self.MODULES if hasattr(m, name)), None)
        if builder is None:
            raise AttributeError(name)

        def run(*args: Any, **kwargs: Any) -> Any:
            with self.app.app_context():
                with transaction():
                    made = builder(*args, **kwargs)
                db.session.remove()
            return made

        return run
