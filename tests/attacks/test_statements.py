"""A list costs the same number of statements however many rows stand in it."""

import pytest

from civic.contributions.rules import WHEEL, ContributionKind
from civic.core.actor import SYSTEM, Role
from civic.core.db import db, transaction
from civic.outcomes import service as outcomes
from civic.problems import queries as problems
from civic.proposals import queries as proposals
from civic.site import queries as site
from tests.queries import counted

PAGES = {
    "guest": (
        "/", "/problems", "/problems?order=joined", "/proposals", "/proposals?order=popular", "/consultations", "/groups", "/promises", "/outcomes",
        "/outcomes/departments", "/council/questions", "/transparency", "/search?q=سایه‌بان", "/api/v1/proposals", "/api/v1/problems", "/api/v1/consultations",
    ),
    "citizen": ("/", "/me", "/me/notices", "/me/following", "/problems", "/proposals"),
    "officer": ("/inbox", "/inbox?view=answered"),
    "triage": ("/triage",),
    "moderator": ("/queue",),
    "council": ("/council",),
    "operator": ("/admin", "/admin/users", "/admin/groups", "/admin/consultations", "/admin/departments"),
}  # fmt: skip


def fill(app, make, people, n, follow_up):
    """`n` more of everything, each by and of different people, places and departments."""
    for _ in range(n):
        writer, district, category = make.user(), make.district(), make.category()
        kept = make.base_proposal(writer, title="سایه‌بان تازه", district_id=district, category_id=category)
        case = make.open_case(kept, department_id=people["department"])
        make.answered(case, people["officer"], people["head"])
        waits = make.base_proposal(writer, district_id=district, category_id=category)
        make.open_case(waits, department_id=people["department"])
        lost = make.base_proposal(writer, district_id=district, category_id=category)
        make.open_case(lost)
        make.problem(people["citizen"], district_id=district, category_id=category)
        thing = make.voted_on(people["citizen"], district_id=district, category_id=category)
        make.vote(thing)
        make.queued(make.user(), ContributionKind.PROPOSAL)
        manager = make.user()
        group = make.group(managers=(manager,), members=(people["citizen"],))
        make.consultation(manager, group, department_id=make.department())
        make.consultation(manager, group, state="submitted")
    follow_up()
    with app.app_context():
        with transaction():
            outcomes.store_figures(SYSTEM)
        db.session.remove()


@pytest.mark.timeout(180)
def test_lists_send_a_fixed_number_of_statements(app, make, browser, follow_up, monkeypatch):
    # The order of the day goes once around: where it starts decides whether a page needs one part of it or both.
    for of in (proposals, problems, site):
        monkeypatch.setattr(of, "day_start", lambda _day: WHEEL)
    department = make.department()
    people = {"guest": None, "department": department, "citizen": make.user("شهروند")}
    people |= {r.value: make.user(r.value, roles=(r,), department_id=department) for r in Role}
    sent: list[dict[str, int]] = []
    for rows in (2, 4):
        fill(app, make, people, rows, follow_up)
        found = {}
        for who, pages in PAGES.items():
            visitor = browser(people[who])
            for page in pages:
                visitor.client.get(page)  # what is kept in the process from then on
                with counted(app) as statements:
                    assert visitor.client.get(page).status_code == 200, page
                found[f"{who} {page}"] = len(statements)
        sent.append(found)
    few, many = sent
    assert {page: (n, many[page]) for page, n in few.items() if many[page] != n} == {}
    assert {page: n for page, n in many.items() if n > 30} == {}
