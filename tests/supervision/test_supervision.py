"""What the clock finds among many rows, what inspectors do with it, and who may look at whom."""

import csv
import io
import random
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from civic.accounts.models import User
from civic.audit import jobs as sealing
from civic.audit.models import AuditActor, AuditEntry
from civic.core import clock
from civic.core.actor import PUBLIC, SYSTEM, Role
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotAllowed, NotFound, RuleBroken
from civic.groups.queries import actor_of
from civic.supervision import jobs, queries, service
from civic.supervision.models import AnswerBand, Finding, Look, VoteHour
from civic.supervision.queries import checks
from civic.supervision.rules import SPECS, Check, FindingStatus
from tests.queries import counted

USUAL = "در این محله کار {a} از {b} آغاز شد و کارشناسان {c} آن را دیدند؛ گزارش {d} در سامانه است و {e} هم پرسیده شد {f} {g} {h}"
WORDS = "آسفالت نیمکت درخت چراغ پل جوی تابلو پارک ایستگاه دیوار آب نور رنگ سنگ راه میدان کوچه باغ بازار کتابخانه".split()


@pytest.fixture
def inspector(make):
    return make.user("سارا بازرس", roles=(Role.INSPECTOR,))


def found(app, check=None):
    with app.app_context():
        query = select(Finding).order_by(Finding.id)
        rows = db.session.scalars(query.where(Finding.check_name == check) if check else query).all()
        db.session.expunge_all()
        db.session.remove()
    return rows


def run(app, moment=None):
    with app.app_context(), clock.at(moment or clock.now()):
        jobs.inspect()
        db.session.remove()


def test_seeded_anomalies_are_found_and_little_else(app, make):
    """20 anomalies among some 700 rows of every sort, many of them near the limit; ≥ 18 found, ≤ 5 % false alarms."""
    luck = random.Random(11)
    author, writer = make.user(), make.user()
    departments = [make.department(name=f"واحد {n}") for n in range(24)]
    wrong, looked_at = set(), 0
    for n in range(60):  # cases: four far too late, many a little late or not
        late = luck.randrange(9, 40) if n < 4 else luck.choice([None, None, 0, 1, 2])
        case = make.bare_case(author, departments[n % 12], late_days=late)
        wrong |= {("overdue_case", f"case:{case}")} if n < 4 else set()
        looked_at += 1
    for n, department in enumerate(
        departments[:12]
    ):  # «done»: three departments much disputed, one at the limit exactly
        share = [5, 6, 4, 2][n] if n < 4 else luck.choice([0, 1])
        for k in range(10):
            make.bare_promise(author, department, writer, disputed=k < share)
        wrong |= {("disputed", f"department:{department}")} if n < 3 else set()
        looked_at += 10
    for n, department in enumerate(departments[12:]):  # returns: three departments
        share = [9, 8, 7][n] if n < 3 else luck.randrange(3)
        for k in range(14):
            other = departments[12 + (n + 5) % 12]
            make.bare_case(
                author, other if k < share else department, returned_by=department if k < share else None
            )
        wrong |= {("returns", f"department:{department}")} if n < 3 else set()
        looked_at += 14
    for n in range(3):  # one text for many: three, and two used up to the limit
        text = " ".join(luck.choice(WORDS) for _ in range(40))
        ids = [make.bare_answer(author, departments[n], writer, f"{text} {k}") for k in range(7)]
        wrong.add(("reused", f"answer:{ids[0]}"))
        looked_at += 7
    for _ in range(2):
        text = " ".join(luck.choice(WORDS) for _ in range(40))
        for k in range(5):
            make.bare_answer(author, departments[5], writer, f"{text} {k}")
    for _ in range(80):
        words = {key: f"{luck.choice(WORDS)} {luck.choice(WORDS)}" for key in "abcdefgh"}
        make.bare_answer(author, luck.choice(departments[:12]), writer, USUAL.format(**words))
        looked_at += 1
    resolution = make.bare_resolution()
    for n in range(30):  # clauses: two far too late
        clause = make.bare_clause(
            resolution,
            departments[n % 9],
            late_days=[20, 11][n] if n < 2 else luck.choice([None, None, 1, 3]),
        )
        wrong |= {("overdue_clause", f"clause:{clause}")} if n < 2 else set()
        looked_at += 1
    for n in range(8):  # appeals: two moderators much overturned, one of few appeals, others sometimes
        moderator, many = make.user(f"بررس {n}", roles=(Role.MODERATOR,)), 4 if n == 2 else 12
        turned = [8, 6, 4][n] if n < 3 else luck.randrange(3)
        for k in range(many):
            make.bare_appeal(author, moderator, writer, overturned=k < turned)
        wrong |= {("overturned", f"moderator:{moderator}")} if n < 2 else set()
        looked_at += many
    for n in range(60):  # votes: three sudden hours, among quiet, busy and growing questions
        question = make.question(make.contribution_id(author))
        base = luck.choice([1, 2, 3, 20, 45])
        hours = [luck.randrange(base + 1) + (base // 2) for _ in range(60)]
        if n < 3:
            hours[-luck.randrange(2, 30)] = max(70, base * 14)
            wrong.add(("burst", f"question:{question}"))
        elif n < 20:
            hours[-5] = max(hours) * 3
        make.vote_hours(question, hours)
        looked_at += 1
    run(app)
    seen = {(str(one.check_name), one.subject) for one in found(app)}
    assert len(wrong) == 20
    print(
        f"{looked_at} rows, {len(wrong & seen)} of 20 found, {len(seen - wrong)} false alarms of {len(seen)}"
    )
    assert len(wrong & seen) >= 18, wrong - seen
    assert len(seen - wrong) <= 0.05 * len(seen) + 0.999, seen - wrong


def test_asked_again_nothing_is_doubled_and_a_closed_one_rests_for_a_month(app, make, inspector):
    case = make.bare_case(make.user(), make.department(), late_days=30)
    run(app)
    run(app)
    (one,) = found(app)
    assert (one.subject, one.figure, one.status) == (f"case:{case}", 30, FindingStatus.OPEN)
    with app.app_context(), transaction():
        actor = actor_of(inspector)
        service.settle(
            actor,
            queries.for_change(actor, one.id),
            "explain",
            note="اداره در حال جابه‌جایی بود و خبر داده بود.",
        )
    run(app)
    assert len(found(app)) == 1
    run(app, clock.now() + timedelta(days=31))
    again = found(app)
    assert [f.status for f in again] == [FindingStatus.EXPLAINED, FindingStatus.OPEN]
    with app.app_context(), transaction(), pytest.raises(Conflict):
        service.settle(
            actor_of(inspector),
            queries.for_change(actor_of(inspector), one.id),
            "reopen",
            note="باز هم دیده شد، دنبال شود.",
        )


def test_ballots_are_counted_by_the_hour_and_by_nothing_else(app, make):
    question = make.bare_question(make.base_proposal(make.user()))
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    for back, n in ((1, 3), (5, 2), (24 * 20, 4)):
        make.bare_votes(
            question,
            n,
            at=hour - timedelta(hours=back) + timedelta(minutes=17),
            choice="for" if n > 2 else "against",
        )
    make.bare_votes(question, 9, at=hour + timedelta(minutes=1))  # this hour is not over
    run(app, hour + timedelta(minutes=2))
    run(app, hour + timedelta(minutes=3))
    with app.app_context():
        rows = {row.hour: row.n for row in db.session.scalars(select(VoteHour))}
        assert rows == {hour - timedelta(hours=1): 3, hour - timedelta(hours=5): 2}
        assert {column.name for column in VoteHour.__table__.columns} == {"question_id", "hour", "n"}
    run(app, hour + timedelta(hours=1, minutes=1))
    with app.app_context():
        assert db.session.scalar(select(func.sum(VoteHour.n))) == 14


def test_no_check_reads_choices_or_voters(app, make):
    make.bare_votes(make.bare_question(make.base_proposal(make.user())), 5)
    with counted(app) as sent:
        run(app)
    assert not [
        line
        for line in sent
        if any(word in line for word in ("ballot_choices", "voter_key", "participations"))
    ]


def test_like_answers_are_compared_in_bounded_steps(app, make):
    author, department, writer = make.user(), make.department(), make.user()
    text = " ".join(random.Random(1).choice(WORDS) for _ in range(40))
    for n in range(9):
        make.bare_answer(author, department, writer, f"{text} {n}")
    make.bare_answer(author, department, writer, "کوتاه")
    with app.app_context():
        for wanted in (4, 4, 2, 0):
            with transaction():
                assert service.compare_answers(SYSTEM, limit=4) == wanted
        assert db.session.scalar(select(func.count(func.distinct(AnswerBand.answer_id)))) == 1
        assert [(hit.figure) for hit in checks.reused(5).hits] == [9]
        assert checks.reused(9).hits == []


def test_a_threshold_has_bounds_and_may_not_flag_everything(app, make, inspector, browser):
    author, department = make.user(), make.department()
    for n in range(12):
        make.bare_case(author, department, late_days=8 if n < 6 else None)
    visitor = browser(inspector)
    for value, words in (("61", "میان"), ("-1", "عدد"), ("x", "عدد"), ("۳", "بالاتر ببرید"), ("", "عدد")):
        visitor.open("/supervision/checks/overdue_case")
        assert visitor.submit(value=value).status_code == 422
        assert words in visitor.text
        assert f'value="{value}"' in visitor.text
    with app.app_context():
        assert queries.threshold(Check.OVERDUE_CASE) == SPECS[Check.OVERDUE_CASE].default
    visitor.open("/supervision/checks/overdue_case")
    assert visitor.submit(value="۹").status_code == 303
    with app.app_context():
        assert queries.threshold(Check.OVERDUE_CASE) == 9
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "check.threshold")).one()
        assert (entry.public, entry.data["before"], entry.data["after"]) == (True, 3, 9)
        assert entry.actor_role == "inspector"
    visitor.open("/supervision/checks/nothing", status=404)


@pytest.fixture
def case(app, make):
    """A late case with an officer and its finding."""
    author = make.user("نویسندهٔ پنهان", phone="09151234567")
    department = make.department()
    officer = make.user("کارشناس پنهان", roles=(Role.OFFICER,), department_id=department)
    number = make.bare_case(author, department, late_days=30)
    with app.app_context(), transaction() as session:
        from civic.cases.models import Case

        session.get_one(Case, number).officer_id = officer
    run(app)
    return {"author": author, "officer": officer, "finding": found(app)[0].id, "case": number}


def test_an_inspector_follows_a_finding_to_its_end(app, make, inspector, browser, case):
    path = f"/supervision/findings/{case['finding']}"
    visitor = browser(inspector)
    assert "۳۰ روز از مهلت گذشته است" in visitor.open("/supervision")
    page = visitor.open(path)
    assert "نویسندهٔ پنهان" not in page
    assert "کارشناس پنهان" not in page
    assert visitor.submit(f"{path}/take").status_code == 303
    other = browser(make.user("همکار", roles=(Role.INSPECTOR,)))
    other.open(path)
    assert other.post(f"{path}/take", {"csrf_token": other.token()}).status_code == 409
    visitor.open(path)
    assert visitor.submit(path, verb="correct", note="کوتاه").status_code == 422
    assert "کوتاه" in visitor.text
    visitor.open(path)
    assert (
        visitor.submit(
            verb="correct", note="پاسخ همان روز منتشر شد و واحد دلیل دیرکرد را نوشت.", owner_id=str(inspector)
        ).status_code
        == 303
    )
    assert "پاسخ همان روز منتشر شد" in visitor.follow()
    with app.app_context():
        one = db.session.get_one(Finding, case["finding"])
        assert (one.status, one.owner_id, one.closed_at is not None) == (
            FindingStatus.CORRECTED,
            inspector,
            True,
        )
        acts = db.session.scalars(
            select(AuditEntry.act).where(AuditEntry.subject == f"finding:{one.id}").order_by(AuditEntry.id)
        ).all()
        assert acts == ["finding.open", "finding.take", "finding.correct"]
        jobs.take_figures()
        assert queries.figures().precision_of(Check.OVERDUE_CASE) == 100
    board = visitor.open("/supervision?state=corrected")
    assert "۱۰۰٪" in board
    visitor.open(path)
    assert (
        visitor.submit(path, verb="dismiss", note="بستهٔ بسته‌شده دوباره بسته نمی‌شود.").status_code == 422
    )  # not offered any more


def test_owner_and_day_are_kept_and_checked(app, make, inspector, browser, case):
    path = f"/supervision/findings/{case['finding']}"
    citizen = make.user()
    visitor = browser(inspector)
    visitor.open(path)
    assert visitor.submit(path, owner_id=str(citizen)).status_code == 422
    visitor.open(path)
    assert visitor.submit(path, due_on=["1404", "1", "1"]).status_code == 422
    with app.app_context():
        day = clock.today() + timedelta(days=3)
        with transaction(), pytest.raises(RuleBroken):
            service.settle(
                actor_of(inspector),
                queries.for_change(actor_of(inspector), case["finding"]),
                "",
                note="",
                owner_id=citizen,
            )
        with transaction():
            service.settle(
                actor_of(inspector),
                queries.for_change(actor_of(inspector), case["finding"]),
                "",
                note="",
                owner_id=inspector,
                due_on=day,
            )
        jobs.take_figures()
        assert queries.figures().overdue == 0
        with clock.at(clock.now() + timedelta(days=5)):
            jobs.take_figures()
            assert queries.figures().overdue == 1
        assert "finding.assign" in set(db.session.scalars(select(AuditEntry.act)))


def test_two_inspectors_at_once_close_it_once(app, make, inspector, case):
    people = [inspector, make.user("همکار", roles=(Role.INSPECTOR,))]
    gate, answers = threading.Barrier(2), []

    def close(person, verb):
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    actor = actor_of(person)
                    service.settle(
                        actor,
                        queries.for_change(actor, case["finding"]),
                        verb,
                        note="دو نفر همزمان همین را بستند.",
                    )
                answers.append("closed")
            except Conflict:
                answers.append("409")
            db.session.remove()

    threads = [
        threading.Thread(target=close, args=pair) for pair in zip(people, ("explain", "dismiss"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == ["409", "closed"]


def test_looking_at_a_person_needs_a_reason_that_the_person_reads(app, make, inspector, browser, case):
    path = f"/supervision/findings/{case['finding']}/people/author"
    visitor = browser(inspector)
    visitor.open(path)
    for short in ("", "لازم است"):
        visitor.open(path)
        assert visitor.submit(reason=short).status_code == 422
        assert "09151234567" not in visitor.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Look)) == 0
    reason = "باید بپرسم آیا از او چیزی خواسته‌اند که نداده است."
    visitor.open(path)
    assert visitor.submit(reason=reason).status_code == 303
    details = visitor.location
    page = visitor.open(details)
    assert "نویسندهٔ پنهان" in page
    assert "09151234567" in page
    # the one who was looked at reads who, when and why
    concerned = browser(case["author"])
    assert "/me/looks" in concerned.open("/me")
    seen = concerned.open("/me/looks")
    assert reason in seen
    assert "سارا بازرس" in seen
    assert reason not in browser(case["officer"]).open("/me/looks")
    # inspectors and the operator read the log; it names nobody who was looked at
    for reader in (inspector, make.user("مدیر", roles=(Role.OPERATOR,))):
        log = browser(reader).open("/supervision/looks")
        assert reason in log
        assert "نویسندهٔ پنهان" not in log
    # it is in the record, bound to its words, without a name in it
    with app.app_context():
        look = db.session.scalars(select(Look)).one()
        look_id = look.id
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.act == "supervision.look")).one()
        assert entry.subject == f"look:{look.id}"
        assert not entry.public
        assert str(case["author"]) not in map(str, entry.data.values())
        assert db.session.get_one(AuditActor, entry.id).user_id == inspector
        assert queries.is_recorded(look)
        sealing.seal()
    # for an hour, and for the one who gave the reason
    browser(make.user("همکار", roles=(Role.INSPECTOR,))).open(details, status=404)
    with clock.at(clock.now() + timedelta(hours=2)), app.app_context(), pytest.raises(NotFound):
        queries.details(actor_of(inspector), look_id)


@pytest.mark.parametrize(
    "role",
    [None, Role.MODERATOR, Role.OFFICER, Role.HEAD, Role.TRIAGE, Role.COUNCIL, Role.CLERK, Role.OPERATOR],
)
def test_nobody_else_enters(app, make, browser, inspector, case, role):
    department = make.department() if role in {Role.OFFICER, Role.HEAD} else None
    person = make.user("دیگری", roles=(role,) if role else (), department_id=department)
    stranger = browser(person)
    path = f"/supervision/findings/{case['finding']}"
    for address in (
        "/supervision",
        path,
        f"{path}/people/author",
        "/supervision/findings.csv",
        "/supervision/checks/burst",
    ):
        stranger.open(address, status=403)
    stranger.open("/supervision/looks", status=200 if role is Role.OPERATOR else 403)
    stranger.open("/me/profile")
    token = stranger.token()
    for address in (path, f"{path}/take", f"{path}/people/author", "/supervision/checks/burst"):
        data = {
            "csrf_token": token,
            "verb": "dismiss",
            "note": "نه " * 20,
            "reason": "برای دیدن " * 5,
            "value": "9",
        }
        assert stranger.post(address, data).status_code == 403
    with app.app_context():
        actor = actor_of(person)
        for act in (
            lambda: service.take(actor, db.session.get_one(Finding, case["finding"])),
            lambda: service.settle(
                actor, db.session.get_one(Finding, case["finding"]), "dismiss", note="نه " * 20
            ),
            lambda: service.look(
                actor, db.session.get_one(Finding, case["finding"]), "author", reason="دلیل " * 10
            ),
            lambda: service.set_threshold(actor, Check.BURST, 9),
            lambda: service.open_findings(actor, Check.BURST),
            lambda: queries.board(actor),
        ):
            with transaction(), pytest.raises(NotAllowed):
                act()
        assert db.session.get_one(Finding, case["finding"]).status is FindingStatus.OPEN
    assert browser().open("/supervision", status=303) is not None


def test_an_inspector_cannot_act_and_sees_no_ballot(app, make, browser, inspector, case):
    """Reads findings and what everybody reads; decides nothing, votes like a citizen at most, opens no desk of others."""
    visitor = browser(inspector)
    for address in (
        "/queue",
        "/inbox",
        f"/inbox/{case['case']}",
        "/triage",
        "/admin",
        "/admin/users",
        "/council/meetings/new",
    ):
        assert visitor.client.get(address).status_code in {403, 404}, address
    visitor.open("/me/profile")
    token = visitor.token()
    for address in (
        f"/inbox/{case['case']}/answer",
        f"/inbox/{case['case']}/take",
        "/queue/next",
        f"/triage/{case['case']}",
    ):
        assert visitor.post(address, {"csrf_token": token}).status_code in {403, 404, 405}, address
    thing = make.voted_on(make.user(), title="رأی پنهان")
    voter = make.vote(thing, user_id=make.user("رأی‌دهندهٔ پنهان"))
    question = make.question(make.contribution_id(voter))
    make.vote_hours(question, [2] * 20 + [90])
    run(app)
    burst = found(app, Check.BURST)[0]
    page = visitor.open(f"/supervision/findings/{burst.id}")
    assert "رأی‌دهندهٔ پنهان" not in page
    assert "/people/" not in page  # of votes nobody is concerned
    for part in ("author", "officer", "writer", "voter"):
        visitor.open(f"/supervision/findings/{burst.id}/people/{part}", status=404)
    with app.app_context(), transaction(), pytest.raises(NotFound):
        service.look(
            actor_of(inspector),
            db.session.get_one(Finding, burst.id),
            "author",
            reason="دلیلی که برای آن کسی نیست",
        )
    with app.app_context(), pytest.raises(NotAllowed):
        queries.board(PUBLIC)


def test_what_is_hidden_is_not_named_to_inspectors_either(app, make, browser, inspector, case):
    from civic.contributions import queries as contributions
    from civic.contributions import service as contributing

    visitor = browser(inspector)
    title = "سایه‌بان برای ایستگاه‌ها"
    assert title in visitor.open(f"/supervision/findings/{case['finding']}")
    with app.app_context(), transaction():
        one = db.session.get_one(Finding, case["finding"])
        contributing.hide(SYSTEM, contributions.by_id(one.contribution_id), clause=1)
    assert title not in visitor.open(f"/supervision/findings/{case['finding']}")
    assert title not in visitor.open("/supervision")


def test_the_table_names_nobody_and_the_board_asks_a_fixed_number_of_questions(
    app, make, browser, inspector, case
):
    visitor = browser(inspector)
    rows = list(csv.reader(io.StringIO(visitor.open("/supervision/findings.csv").removeprefix("\ufeff"))))
    assert rows[1][1:4] == ["overdue_case", f"case:{case['case']}", "30"]
    assert "پنهان" not in str(rows)
    visitor.open("/supervision")
    with counted(app) as few:
        visitor.open("/supervision")
    author, department = make.user(), make.department()
    for _ in range(15):
        make.bare_case(author, department, late_days=20)
    run(app)
    with counted(app) as many:
        visitor.open("/supervision")
    assert len(many) == len(few)


def test_a_moderator_is_a_number_until_a_reason_is_given(app, make, inspector, browser):
    moderator = make.user("بررس پنهان", roles=(Role.MODERATOR,))
    author, other = make.user(), make.user()
    for n in range(8):
        make.bare_appeal(author, moderator, other, overturned=n < 5)
    run(app)
    one = found(app, Check.OVERTURNED)[0]
    visitor = browser(inspector)
    page = visitor.open(f"/supervision/findings/{one.id}")
    assert "۵ از ۸ تصمیم" in page
    assert "بررس پنهان" not in page + visitor.open("/supervision")
    visitor.open(f"/supervision/findings/{one.id}/people/moderator")
    visitor.submit(reason="باید با او دربارهٔ بند یک آیین‌نامه گفت‌وگو کنم.")
    assert "بررس پنهان" in visitor.follow()


def test_somebody_whose_writing_is_shut_still_reads_who_looked_at_them(app, make, browser):
    person = make.user()
    with app.app_context(), transaction() as session:
        session.get_one(User, person).blocked_until = clock.now() + timedelta(days=7)
    browser(person).open("/me/looks")
