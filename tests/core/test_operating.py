"""Health, figures for the operator, and the doctor."""

from sqlalchemy import text

from civic.app import doctor, migrate
from civic.core.db import db


def test_ready_says_when_the_database_has_another_shape(app, browser):
    visitor = browser()
    assert "ready" in visitor.open("/health/ready")
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    try:
        visitor.open("/health/ready", status=503)
        assert "live" in visitor.open("/health/live")
    finally:
        with app.app_context(), db.engine.begin() as connection:
            connection.execute(
                text("UPDATE alembic_version SET version_num = :head"), {"head": migrate.head()}
            )


def test_metrics_are_for_the_machine_itself_only(browser):
    visitor = browser()
    assert "charsu_deliveries" in visitor.open("/metrics")
    assert visitor.client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404
    assert visitor.client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404


def test_the_doctor_names_what_is_wrong_in_sentences(ctx):
    found = list(doctor.problems())
    assert any("worker" in problem for problem in found)
    assert any("operator" in problem for problem in found)
    assert all(problem.count(". ") >= 1 for problem in found)
