"""Pauses, the one extension, levels told once, across Nowruz; worked out by hand on a wall calendar."""

from collections import Counter
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import event, func, select

from civic.app import doctor
from civic.core import clock
from civic.core.actor import PUBLIC, SYSTEM, Actor, Grant, Role
from civic.core.clock import CITY
from civic.core.dates import read_day
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotAllowed, RuleBroken
from civic.core.outbox import Delivery, OutboxEvent
from civic.duties import jobs, queries, rules, service
from civic.duties.models import Duty, Escalation, Pause

# Esfand 1405 has 29 days. 1405/12/29 is a Saturday; 1406/01/12 and 13 fall on Thursday and Friday.
SPRING_1406 = "1405/12/29,نفت\n1406/01/01,نوروز\n1406/01/02,نوروز\n1406/01/03,نوروز\n1406/01/04,نوروز\n1406/01/12,جمهوری\n1406/01/13,طبیعت"
# 1403 is a leap year: its Esfand has 30 days.
SPRING_1404 = "1403/12/29,نفت\n1403/12/30,نوروز\n1404/01/01,نوروز\n1404/01/02,نوروز\n1404/01/03,نوروز\n1404/01/04,نوروز\n1404/01/11,فطر\n1404/01/12,جمهوری\n1404/01/13,طبیعت"


def moment(day: str, hour: int = 10, minute: int = 0) -> datetime:
    return datetime.combine(read_day(day), time(hour, minute), CITY)


def days_off(text: str) -> frozenset:
    return frozenset(read_day(line.split(",")[0]) for line in text.splitlines())


def levels_of(duty: Duty) -> list[int]:
    return list(
        db.session.scalars(
            select(Escalation.level).where(Escalation.duty_id == duty.id).order_by(Escalation.level)
        )
    )


def told() -> Counter:
    return Counter(
        (row["duty_id"], row["level"])
        for row in db.session.scalars(
            select(OutboxEvent.payload).where(OutboxEvent.kind == "duties.events.DutyEscalated")
        )
    )


@pytest.mark.parametrize(
    ("opened", "days", "paused", "extended", "off", "last"),
    [
        # Monday 24 Esfand 1405: Tuesday 25, Wednesday 26, then nothing until Saturday 7 Farvardin 1406
        ("1405/12/24", 2, 0, 0, SPRING_1406, "1405/12/26"),
        ("1405/12/24", 3, 0, 0, SPRING_1406, "1406/01/07"),
        ("1405/12/24", 20, 0, 0, SPRING_1406, "1406/01/30"),
        ("1405/12/24", 20, 3 * 420, 0, SPRING_1406, "1406/02/04"),
        ("1405/12/24", 20, 1, 0, SPRING_1406, "1406/01/31"),  # a day begun counts
        ("1405/12/24", 20, 0, 10, SPRING_1406, "1406/02/13"),
        ("1405/12/24", 20, 10 * 420, 10, SPRING_1406, "1406/02/27"),
        ("1405/12/29", 1, 0, 0, SPRING_1406, "1406/01/07"),  # opened on the holiday itself
        ("1405/12/29", 1, 0, 0, "", "1406/01/01"),  # no calendar: weekends only
        # Saturday 25 Esfand 1403, a leap year: 30 Esfand is a day, and a day off
        ("1403/12/25", 4, 0, 0, SPRING_1404, "1404/01/05"),
        ("1403/12/25", 4, 0, 0, SPRING_1404.replace("1403/12/30,نوروز\n", ""), "1404/01/05"),  # a Thursday
        ("1403/12/25", 10, 2 * 420, 0, SPRING_1404, "1404/01/20"),
    ],
)
def test_due_days_across_nowruz_with_pauses_and_the_extension(opened, days, paused, extended, off, last):
    holidays = days_off(off) if off else frozenset()
    due = rules.due_moment(moment(opened), days, None, rules.whole_days(paused) + extended, holidays)
    assert rules.last_day(due) == read_day(last)
    assert due == clock.day_end(read_day(last))


@pytest.mark.parametrize(
    ("opened", "days", "paused", "levels"),
    [
        # 10:00 on Monday leaves 270 minutes; with two days 1110. 75 % = 833 (rounded up): 270 + 420 + 143 on Wednesday
        # 26 Esfand = 09:53. 150 % = 1665: the 555 beyond fall on 7 Farvardin (420) and 8 Farvardin (135 = 09:45).
        ("1405/12/24", 2, 0, [("1405/12/26", 9, 53), ("1405/12/27", 0, 0), ("1406/01/08", 9, 45)]),
        # one day of waiting in it: everything one working day of 420 minutes later
        ("1405/12/24", 2, 420, [("1406/01/07", 9, 53), ("1406/01/08", 0, 0), ("1406/01/09", 9, 45)]),
    ],
)
def test_levels_across_nowruz(opened, days, paused, levels):
    holidays = days_off(SPRING_1406)
    due = rules.due_moment(moment(opened), days, None, rules.whole_days(paused), holidays)
    found = rules.level_moments(moment(opened), due, paused, holidays)
    assert [level for level, _ in found] == [75, 100, 150]
    assert [at for _, at in found] == [moment(*parts) for parts in levels]


def test_a_moment_after_office_minutes():
    assert rules.moment_after(moment("1405/09/04", 8), 0, set()) == moment("1405/09/04", 8)
    assert rules.moment_after(moment("1405/09/04", 8), 60, set()) == moment("1405/09/04", 9)
    assert rules.moment_after(moment("1405/09/04", 14), 60, set()) == moment("1405/09/07", 8)  # a Wednesday
    assert rules.moment_after(moment("1405/09/05", 9), 420, set()) == moment("1405/09/07", 14, 30)


@pytest.fixture
def calendar(ctx):
    with transaction():
        service.import_holidays(SYSTEM, SPRING_1406)


def opened(day: str = "1405/12/24", *, days: int = 2) -> Duty:
    with clock.at(moment(day)), transaction():
        return service.open_duty(SYSTEM, days=days)


def run(day: str, hour: int = 23) -> int:
    with clock.at(moment(day, hour)):
        return jobs.run_clock()


@pytest.mark.usefixtures("calendar")
def test_each_level_is_told_once_and_a_second_run_does_nothing():
    duty = opened()
    assert run("1405/12/25") == 0
    assert run("1405/12/26", 12) == 1
    assert levels_of(duty) == [75]
    assert run("1405/12/27", 0) == 1
    assert levels_of(duty) == [75, 100]
    assert run("1406/01/05") == 0
    assert run("1406/01/08") == 1
    before = [db.session.scalar(select(func.count()).select_from(t)) for t in (OutboxEvent, Delivery, Escalation)]  # fmt: skip
    assert run("1406/01/08") == 0
    assert run("1406/06/01") == 0
    after = [db.session.scalar(select(func.count()).select_from(t)) for t in (OutboxEvent, Delivery, Escalation)]  # fmt: skip
    assert before == after
    assert told() == {(duty.id, 75): 1, (duty.id, 100): 1, (duty.id, 150): 1}


@pytest.mark.usefixtures("calendar")
def test_after_a_night_without_a_clock_every_level_is_told():
    duty = opened()
    assert run("1406/02/01") == 1
    assert levels_of(duty) == [75, 100, 150]


@pytest.mark.usefixtures("calendar")
def test_many_duties_are_told_in_few_statements():
    with clock.at(moment("1405/12/24")), transaction():
        for _ in range(30):
            service.open_duty(SYSTEM, days=2)
    seen = []

    def count(*args):
        seen.append(args[2])

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        with clock.at(moment("1406/02/01")), transaction():
            assert service.escalate_due(SYSTEM) == 30
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert len(seen) <= 10
    assert sum(told().values()) == 90


@pytest.mark.usefixtures("calendar")
def test_what_was_given_is_told_no_more():
    duty = opened()
    with clock.at(moment("1405/12/26", 12)), transaction():
        assert service.meet(SYSTEM, duty, at=clock.now()) == (True, 2)
    assert run("1406/02/01") == 0
    assert levels_of(duty) == []


@pytest.mark.usefixtures("calendar")
def test_waiting_for_the_citizen_stops_the_clock():
    duty = opened()
    with clock.at(moment("1405/12/25", 10)), transaction():
        service.pause(SYSTEM, duty, reason="در کدام کوچه است؟")
    assert run("1406/01/05") == 0  # paused duties are silent
    with clock.at(moment("1406/01/08", 10)), transaction():
        service.resume(SYSTEM, duty)
    # office minutes of the pause: 270 on 25, 420 on 26, 420 on 7, 150 on 8 Farvardin = 1260, three days
    (pause,) = queries.pauses_of(duty.id)
    assert (pause.minutes, duty.paused_minutes) == (1260, 1260)
    assert rules.last_day(duty.due_at) == read_day("1406/01/09")
    assert pause.reason == "در کدام کوچه است؟"
    assert run("1406/01/09", 23) == 1
    assert levels_of(duty) == [75]
    with clock.at(moment("1406/01/09", 23)), transaction():
        assert service.meet(SYSTEM, duty, at=clock.now()) == (True, 2)


@pytest.mark.usefixtures("calendar")
def test_waiting_ends_by_itself_after_ten_working_days_in_all():
    duty = opened()
    with clock.at(moment("1405/12/25", 7, 30)), transaction():
        service.pause(SYSTEM, duty, reason="نشانی دقیق را بگویید")
    with clock.at(moment("1406/01/07", 14, 30)), transaction():
        service.resume(SYSTEM, duty)
    assert duty.paused_minutes == 3 * 420
    with clock.at(moment("1406/01/08", 7, 30)), transaction():
        service.pause(SYSTEM, duty, reason="عکس تازه دارید؟")
    # seven days are left: 8, 9, 10, 11, 14, 15, 16 Farvardin
    assert run("1406/01/16", 14) == 0
    assert duty.paused_at is not None
    assert run("1406/01/16", 15) == 0
    db.session.refresh(duty)
    assert (duty.paused_at, duty.paused_minutes) == (None, 10 * 420)
    assert rules.last_day(duty.due_at) == read_day("1406/01/18")
    events = list(
        db.session.scalars(select(OutboxEvent.kind).where(OutboxEvent.kind == "duties.events.PauseSpent"))
    )
    assert len(events) == 1
    with (
        clock.at(moment("1406/01/17")),
        transaction(),
        pytest.raises(RuleBroken, match="ده روز کاری"),
    ):
        service.pause(SYSTEM, duty, reason="باز هم بپرسیم")
    assert run("1406/01/17", 23) == 0
    assert run("1406/01/18", 12) == 1  # 833 of 1110 minutes: 270 on 24 Esfand, 420 on 17, 143 on 18 Farvardin
    assert levels_of(duty) == [75]


@pytest.mark.usefixtures("calendar")
def test_a_clock_stands_still_once_at_a_time_and_only_before_the_due_moment():
    duty = opened()
    with clock.at(moment("1405/12/25")):
        with transaction(), pytest.raises(RuleBroken, match="بنویسید از نویسنده"):
            service.pause(SYSTEM, duty, reason="  ")
        with transaction(), pytest.raises(Conflict):
            service.resume(SYSTEM, duty)
        with transaction():
            service.pause(SYSTEM, duty, reason="کجاست؟")
        with transaction(), pytest.raises(Conflict):
            service.pause(SYSTEM, duty, reason="کجاست؟")
        with transaction():
            service.resume(SYSTEM, duty)
    with clock.at(moment("1406/01/20")), transaction(), pytest.raises(RuleBroken, match="مهلت گذشته"):
        service.pause(SYSTEM, duty, reason="کجاست؟")


@pytest.mark.usefixtures("calendar")
def test_one_extension_with_a_public_reason():
    duty = opened()
    run("1405/12/26", 12)
    with clock.at(moment("1405/12/26", 13)):
        with transaction(), pytest.raises(RuleBroken, match="دلیل تمدید"):
            service.extend(SYSTEM, duty, reason="کم است")
        with transaction():
            service.extend(SYSTEM, duty, reason="نقشه‌برداری دو هفته طول می‌کشد.")
        with transaction(), pytest.raises(RuleBroken, match="یک بار تمدید"):
            service.extend(SYSTEM, duty, reason="نقشه‌برداری دو هفته طول می‌کشد.")
    # ten days more after 26 Esfand: 7 to 11 Farvardin, 14 to 18 Farvardin
    assert rules.last_day(duty.due_at) == read_day("1406/01/18")
    assert run("1406/01/18", 12) == 0  # 75 was told before and is not told again
    assert run("1406/01/19", 0) == 1
    assert levels_of(duty) == [75, 100]
    assert told()[(duty.id, 75)] == 1
    late = opened()
    with (
        clock.at(moment("1406/01/20")),
        transaction(),
        pytest.raises(RuleBroken, match="پیش از پایان مهلت"),
    ):
        service.extend(SYSTEM, late, reason="نقشه‌برداری دو هفته طول می‌کشد.")


@pytest.mark.usefixtures("calendar")
def test_a_duty_until_a_named_day():
    with clock.at(moment("1405/12/24")):
        with transaction(), pytest.raises(RuleBroken, match="پس از امروز"):
            service.open_until(SYSTEM, day=read_day("1405/12/24"))
        with transaction():
            duty = service.open_until(SYSTEM, day=read_day("1406/01/06"))  # a Friday in the holidays
        with transaction():
            nothing = service.open_until(SYSTEM, day=read_day("1405/12/28"))
            service.drop(SYSTEM, nothing, at=clock.now())
    assert duty.due_at == clock.day_end(read_day("1406/01/06"))
    assert duty.working_minutes == 2 * 420
    with clock.at(moment("1405/12/25")), transaction():
        service.extend(SYSTEM, duty, reason="جلسهٔ کمیسیون عقب افتاد.", days=3)
    assert rules.last_day(duty.due_at) == read_day("1406/01/09")
    assert run("1406/06/01") == 1
    assert levels_of(duty) == [75, 100, 150]


@pytest.mark.usefixtures("ctx")
def test_a_calendar_that_comes_later_moves_what_is_still_owed():
    duty = opened("1405/12/24", days=3)
    assert rules.last_day(duty.due_at) == read_day("1405/12/29")
    with clock.at(moment("1405/12/25")), transaction():
        service.import_holidays(SYSTEM, SPRING_1406)
    assert rules.last_day(duty.due_at) == read_day("1406/01/07")
    with clock.at(moment("1405/12/25")), transaction():
        assert service.reckon_anew(SYSTEM) == 0


@pytest.mark.usefixtures("ctx")
def test_years_without_a_calendar_are_named():
    with clock.at(moment("1405/12/24")):
        assert queries.years_without_calendar() == [1405, 1406]
        assert any("holidays of 1406" in line for line in doctor.problems())
        with transaction():
            service.import_holidays(SYSTEM, SPRING_1406)
        assert queries.years_without_calendar() == []
    with clock.at(moment("1405/09/01")):
        assert queries.years_without_calendar() == []


@pytest.mark.usefixtures("ctx")
@pytest.mark.parametrize("actor", [PUBLIC, Actor(user_id=1, grants=frozenset({Grant(Role.OPERATOR)}))])
def test_the_clock_is_nobodys_but_the_systems(actor):
    duty = opened()
    for act in (
        lambda: service.pause(actor, duty, reason="کجاست؟"),
        lambda: service.resume(actor, duty),
        lambda: service.extend(actor, duty, reason="نقشه‌برداری دو هفته طول می‌کشد."),
        lambda: service.escalate_due(actor),
        lambda: service.end_spent_pauses(actor),
        lambda: service.reckon_anew(actor),
        lambda: service.drop(actor, duty, at=clock.now()),
        lambda: service.open_until(actor, day=clock.today() + timedelta(days=9)),
    ):
        with transaction(), pytest.raises(NotAllowed):
            act()
    assert db.session.scalar(select(func.count()).select_from(Pause)) == 0
