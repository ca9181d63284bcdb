"""Logs are for operators: no words, numbers or addresses of people, even when something breaks."""

import json

from civic.core.logs import log, setup

CANARY = "09151234567 saffron canary"


def test_a_logged_bug_holds_no_values_of_variables(capsys):
    setup()

    def broken(phone: str) -> None:
        raise ZeroDivisionError

    try:
        broken(CANARY)
    except ZeroDivisionError as error:
        log.error("bug", exc_info=error, phone=CANARY, text=CANARY)
    line = capsys.readouterr().err
    assert CANARY not in line
    assert json.loads(line)["exception"][0]["exc_type"] == "ZeroDivisionError"
