"""The least a Flask site could do on the same database: one indexed 20-row select and Jinja; one vote."""

import os
import secrets
from collections.abc import Sequence
from typing import Any

from flask import Flask, render_template, render_template_string, request
from sqlalchemy import Row, create_engine, event, text
from waitress import serve

PAGE = """<!doctype html><title>bare</title><ul>{% for row in rows %}<li><a href="/proposals/{{ row.id }}">{{ row.title }}</a>
<p>{{ row.summary }}</p><span>{{ row.byline }}</span></li>{% endfor %}</ul>"""

url = os.environ["DATABASE_URL"]
engine = create_engine(url, connect_args={"timeout": 10} if url.startswith("sqlite") else {})
app = Flask(__name__)

if url.startswith("sqlite"):

    @event.listens_for(engine, "connect")
    def _prepare(connection, _record):
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")


with engine.begin() as setup:
    setup.execute(text("CREATE TABLE IF NOT EXISTS bare_votes (voter varchar(40) PRIMARY KEY, n integer)"))
    setup.execute(text("CREATE TABLE IF NOT EXISTS bare_counts (id integer PRIMARY KEY, n integer)"))
    setup.execute(text("DELETE FROM bare_counts"))
    setup.execute(text("INSERT INTO bare_counts VALUES (1, 0)"))


COMPILED = app.jinja_env.from_string(PAGE)


def read() -> Sequence[Row[Any]]:
    with engine.connect() as connection:
        return connection.execute(
            text(
                "SELECT id, title, summary, byline FROM contributions WHERE kind = 'proposal' AND status = 'public' ORDER BY id DESC LIMIT 20"
            )
        ).all()


@app.get("/")
def page() -> str:
    """As one writes it in five minutes: Jinja compiles the string anew for every request."""
    return render_template_string(PAGE, rows=read())


@app.get("/compiled")
def compiled() -> str:
    """The same from a template that was compiled once, as a template in a file would be."""
    return render_template(COMPILED, rows=read())


@app.post("/vote")
def vote() -> str:
    _ = request.form.get("choice")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO bare_votes VALUES (:v, 1)"), {"v": secrets.token_hex(16)})
        connection.execute(text("UPDATE bare_counts SET n = n + 1 WHERE id = 1"))
    return "counted"


if __name__ == "__main__":
    serve(app, host="127.0.0.1", port=int(os.environ["CIVIC_PORT"]), threads=8, ident=None)
