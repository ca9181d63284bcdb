"""The operator's desk: how the site is, people, groups, the city's lists, consultations to approve, jobs."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, current_app, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from civic.accounts import queries as accounts
from civic.accounts import service as people
from civic.admin import queries, service
from civic.admin.forms import (
    CategoryForm,
    DepartmentForm,
    DistrictForm,
    ExpertForm,
    GrantForm,
    HolidayForm,
    ModeForm,
    RetireForm,
    ReturnForm,
    RuleForm,
    ThresholdForm,
    WordForm,
)
from civic.admin.policy import May
from civic.consultations import queries as consultations
from civic.consultations import rules as consultation_rules
from civic.consultations import service as consulting
from civic.core import clock
from civic.core.actor import Kind, Role
from civic.core.dates import jalali_year
from civic.core.db import db, transaction
from civic.core.errors import Conflict, NotFound, RuleBroken
from civic.core.forms import CivicForm, uploaded
from civic.core.i18n import count, language, say
from civic.core.text import N_
from civic.core.text import row_id as read_id
from civic.core.web import current_actor, desk, linker, render
from civic.departments import queries as departments
from civic.departments import service as departing
from civic.departments.models import Category, Department, DepartmentKind, RoutingRule
from civic.departments.rules import Fault, faults
from civic.duties import service as duties
from civic.duties.queries import calendar, years_without_calendar
from civic.groups import queries as groups
from civic.groups import service as grouping
from civic.groups.rules import GROUP_KINDS
from civic.moderation import queries as moderation
from civic.moderation import service as moderating
from civic.moderation.models import WatchWord
from civic.moderation.rules import CLAUSES
from civic.notifications import queries as letters
from civic.notifications import service as post
from civic.notifications.rules import Channel
from civic.places import queries as places
from civic.spaces import queries as spaces
from civic.spaces.queries import standing
from civic.spaces.rules import TRUSTABLE, Moderation

bp = Blueprint("admin", __name__, url_prefix="/admin")

ROLE_WORDS = {
    Role.MODERATOR: N_("بررس"),
    Role.TRIAGE: N_("میز ارجاع"),
    Role.OFFICER: N_("کارشناس واحد"),
    Role.HEAD: N_("مدیر واحد"),
    Role.COUNCIL: N_("عضو شورا"),
    Role.CLERK: N_("دبیر شورا"),
    Role.INSPECTOR: N_("بازرس"),
    Role.OPERATOR: N_("مدیر سامانه"),
}
AUTHOR_WORDS = {
    Kind.EXPERT: N_("کارشناس"),
    Kind.NGO: N_("تشکل مردم‌نهاد (سمن)"),
    Kind.WOMEN_FORUM: N_("انجمن بانوان"),
    Kind.CITIZEN: N_("شهروند"),
    Kind.VISITOR: N_("زائر"),
}
MODE_WORDS = {
    Moderation.PRE: N_("پس از بررسی؛ هر نوشته نخست خوانده می‌شود"),
    Moderation.POST: N_("همان لحظه؛ بررسی پس از انتشار است"),
    Moderation.MIXED: N_("آمیخته؛ نوشتهٔ برخی همان لحظه، بقیه پس از بررسی"),
}
SCOPED = (Role.OFFICER, Role.HEAD)
KIND_WORDS = {
    Kind.NGO: N_("تشکل مردم‌نهاد (سمن)"),
    Kind.WOMEN_FORUM: N_("انجمن بانوان"),
    Kind.EXPERT: N_("گروه کارشناسان"),
}
CHANNEL_WORDS = {Channel.MAIL: N_("ایمیل"), Channel.SMS: N_("پیامک"), Channel.PUSH: N_("مرورگر")}
MOST_BYTES = 200_000


@bp.get("")
@desk(May.OPEN_DESK)
def index() -> Response:
    """Is everything running, and what waits for a decision?"""
    actor = current_actor()
    signs = queries.health(
        actor,
        data_dir=current_app.config["DATA_DIR"],
        cache=current_app.extensions.get("redis"),
        for_real=current_app.config["CIVIC_ENV"] != "demo",
    )
    waiting = [g for g in groups.all_groups() if g.status == "pending"]
    return render(
        "admin/index.html", signs=signs, queue=queries.queue(actor), parked=queries.parked(actor), waiting_groups=waiting,
        consultations=consultations.waiting(), well=all(s.lamp == "g" for s in signs), no_calendar=years_without_calendar(),
    )  # fmt: skip


@bp.get("/jobs")
@desk(May.OPEN_DESK)
def jobs() -> Response:
    """What failed to the end, and what the clock does."""
    actor = current_actor()
    return render("admin/jobs.html", parked=queries.parked(actor), periodic=queries.periodic(actor),
                  queue=queries.queue(actor))  # fmt: skip


@bp.post("/jobs/<int:delivery_id>")
@desk(May.SETTLE_JOBS)
def settle_job(delivery_id: int) -> Response:
    """Again, or let it be."""
    with transaction():
        service.settle_job(current_actor(), delivery_id, again=request.form.get("act") == "again")
    flash(say(N_("ثبت شد.")))
    return redirect(url_for("admin.jobs"), 303)


@bp.get("/letters")
@desk(May.OPEN_DESK)
def letter_list() -> Response:
    """The ledger of what leaves the site: each channel, and what failed with its reason."""
    asked = request.args.get("channel", "")
    channel = Channel(asked) if asked in set(Channel) else None
    found = letters.failed_letters(channel, cursor=request.args.get("after", ""))
    return render(
        "admin/letters.html", post=letters.post_office(), page=found, channel=channel, channels=CHANNEL_WORDS,
        link=linker("admin.letter_list", channel=channel),
    )  # fmt: skip


@bp.post("/letters/<int:letter_id>")
@desk(May.SETTLE_JOBS)
def settle_letter(letter_id: int) -> Response:
    """Again, or let it be."""
    act = post.retry_letter if request.form.get("act") == "again" else post.drop_letter
    with transaction():
        act(current_actor(), letters.letter_for_change(letter_id))
    flash(say(N_("ثبت شد.")))
    return redirect(url_for("admin.letter_list"), 303)


@bp.post("/letters/retry/<channel>")
@desk(May.SETTLE_JOBS)
def retry_channel(channel: str) -> Response:
    """Everything of a channel that was given up is tried again: its other side is well once more."""
    if channel not in set(Channel):
        raise NotFound
    with transaction():
        n = post.retry_channel(current_actor(), Channel(channel))
    flash(count("%(n)s فرستاده دوباره در راه است.", "%(n)s فرستاده دوباره در راه است.", n))
    return redirect(url_for("admin.letter_list"), 303)


@bp.get("/users")
@desk(May.OPEN_DESK)
def users() -> Response:
    """People by number, address or name."""
    typed = request.args.get("q", "")[:100]
    return render("admin/users.html", people=accounts.people(typed), typed=typed)


@bp.route("/users/<int:user_id>", methods=["GET", "POST"])
@desk(May.OPEN_DESK)
def user(user_id: int) -> Response:
    """One person: roles with their scope, expert's field, block."""
    actor = current_actor()
    person = accounts.user(user_id)
    form, expert = GrantForm(), ExpertForm(expert_field=person.expert_field)
    form.role.choices = [(r.value, say(words)) for r, words in ROLE_WORDS.items()]
    active = departments.departments()
    form.department_id.choices = [("", say(N_("هیچ‌کدام"))), *[(d.id, d.name(language())) for d in active]]
    if form.accepted():
        try:
            role = Role(form.role.data)
            scope = form.department_id.data if role in SCOPED else None
            if role in SCOPED and not scope:
                raise RuleBroken(N_("واحد این نقش را هم برگزینید."), field="department_id")
            with transaction():
                people.grant(
                    actor,
                    accounts.user(user_id),
                    role,
                    scope_kind="department" if scope else "",
                    scope_id=scope or 0,
                )
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("نقش داده شد. این شخص باید دوباره وارد شود.")))
            return redirect(url_for("admin.user", user_id=user_id), 303)
    names = {d.id: d.name(language()) for d in departments.departments(retired=True)}
    return render("admin/user.html", person=person, form=form, expert=expert, grants=accounts.grants_of(user_id),
                  role_words=ROLE_WORDS, departments=names)  # fmt: skip


@bp.post("/users/<int:user_id>/<act>")
@desk(May.OPEN_DESK)
def change_user(user_id: int, act: str) -> Response:
    """Take a role back, name an expert's field, block, unblock."""
    acts: dict[str, tuple[Callable[..., object], tuple[object, ...]]] = {
        "revoke": (people.revoke, (read_id(request.form.get("grant")) or 0,)),
        "expert": (people.set_expert, (request.form.get("expert_field", "")[:80],)),
        "block": (people.block, ()),
        "unblock": (people.unblock, ()),
    }
    if act not in acts:
        raise NotFound
    verb, more = acts[act]
    _carry_out(lambda: verb(current_actor(), accounts.user(user_id), *more))
    return redirect(url_for("admin.user", user_id=user_id), 303)


def _carry_out(act: Callable[[], object], words: str = N_("ثبت شد.")) -> None:
    """One act in a transaction; what a rule refuses is said on the next page."""
    kind = "ok"
    values: dict[str, Any] = {}
    try:
        with transaction():
            act()
    except RuleBroken as error:
        words, values, kind = error.message, error.values, "bad"
    flash(say(words, **values), kind)


@bp.get("/groups")
@desk(May.OPEN_DESK)
def group_list() -> Response:
    """Groups that wait, are active, are suspended."""
    return render("admin/groups.html", groups=groups.all_groups(), kinds=KIND_WORDS, group_kinds=GROUP_KINDS)


@bp.post("/groups/<int:group_id>/<act>")
@desk(May.OPEN_DESK)
def change_group(group_id: int, act: str) -> Response:
    """Activate, suspend, change its kind."""
    actor = current_actor()
    acts: dict[str, Callable[[], object]] = {
        "activate": lambda: grouping.activate(actor, groups.for_change(actor, group_id)),
        "suspend": lambda: grouping.suspend(actor, groups.for_change(actor, group_id)),
        "kind": lambda: grouping.set_kind(actor, groups.for_change(actor, group_id), _kind()),
    }
    if act not in acts:
        raise NotFound
    _carry_out(acts[act])
    return redirect(url_for("admin.group_list"), 303)


def _kind() -> Kind:
    wanted = request.form.get("kind", "")
    if wanted not in set(Kind):
        raise RuleBroken(N_("نوع گروه را از فهرست برگزینید."))
    return Kind(wanted)


@bp.get("/consultations")
@desk(May.OPEN_DESK)
def consultation_list() -> Response:
    """What waits for approval."""
    return render("admin/consultations.html", consultations=consultations.waiting())


@bp.route("/consultations/<int:contribution_id>", methods=["GET", "POST"])
@desk(May.OPEN_DESK)
def consultation(contribution_id: int) -> Response:
    """Read it whole, approve it or give it back with reasons."""
    actor = current_actor()
    found = consultations.buildable(actor, contribution_id)
    form = ReturnForm()
    if request.method == "POST":
        try:
            if request.form.get("act") == "approve":
                with transaction():
                    consulting.approve(actor, consultations.for_change(actor, contribution_id))
                flash(say(N_("تأیید شد و از همین حالا باز است.")))
                return redirect(url_for("consultations.show", contribution_id=contribution_id), 303)
            if form.accepted():
                with transaction():
                    locked = consultations.for_change(actor, contribution_id)
                    consulting.give_back(actor, locked, reason=form.reason.data)
                flash(say(N_("بازگردانده شد و دلیل به مدیران گروه رسید.")))
                return redirect(url_for("admin.consultation_list"), 303)
        except RuleBroken as error:
            form.refuse(error)
        found = consultations.buildable(actor, contribution_id)
    named = departments.department(found.department_id).name(language()) if found.department_id else ""
    return render(
        "admin/consultation.html", consultation=found, contribution=found.contribution, form=form, answering=named,
        plan=consultation_rules.Plan.read(found.dates), options=consultation_rules.lines(found.option_lines),
        can_lines=consultation_rules.lines(found.can_change), cannot_lines=consultation_rules.lines(found.cannot_change),
    )  # fmt: skip


# ---- the city's lists ---------------------------------------------------------------------------


@bp.route("/categories", methods=["GET", "POST"])
@bp.route("/categories/<int:row_id>", methods=["GET", "POST"])
@desk(May.OPEN_DESK)
def categories(row_id: int | None = None) -> Response:
    """Subjects people choose from, with the words by which they are suggested."""
    row = _row(Category, row_id)
    form = CategoryForm(obj=row)

    def keep() -> None:
        names = _names(form) | {"keywords": form.keywords.data or ""}
        if row is None:
            departing.add_category(current_actor(), slug=form.slug.data, **names)
        else:
            departing.change_category(current_actor(), db.session.get_one(Category, row.id), **names)

    return _list("categories", form, row, departments.categories(), keep)


@bp.route("/departments", methods=["GET", "POST"])
@bp.route("/departments/<int:row_id>", methods=["GET", "POST"])
@desk(May.OPEN_DESK)
def department_list(row_id: int | None = None) -> Response:
    """Departments, under whom they stand, and one of them to change."""
    row = _row(Department, row_id)
    form = DepartmentForm(obj=row)
    rows = departments.departments(retired=True)
    named = [(d.id, d.name(language())) for d in rows if d.status == "active" and d is not row]
    form.parent_id.choices = [("", say(N_("هیچ واحدی"))), *named]
    form.district_id.choices = [
        ("", say(N_("همهٔ شهر"))),
        *[(d.id, d.name(language())) for d in places.districts()],
    ]
    retiring = RetireForm(formdata=None)
    retiring.replaced_by_id.choices = [("", say(N_("بی‌جانشین؛ به میز ارجاع"))), *named]

    def keep() -> None:
        values = _names(form) | {
            "kind": DepartmentKind(form.kind.data), "parent_id": form.parent_id.data,
            "district_id": form.district_id.data,
        }  # fmt: skip
        if row is None:
            departing.add_department(current_actor(), code=form.code.data, **values)
        else:
            departing.change_department(current_actor(), db.session.get_one(Department, row.id), **values)

    return _list(
        "departments", form, row, _in_order(rows), keep, "admin.department_list", retiring=retiring,
        offices={d.id: d.name(language()) for d in rows},
        faults=[f for f in _faults() if f.kind == "circle"],
        burden=queries.burden(current_actor(), row.id) if row is not None and row.status == "active" else None,
    )  # fmt: skip


def _in_order(rows: Sequence[Department]) -> list[tuple[Department, int]]:
    """Every department after the one it belongs to, with how deep it stands."""
    ordered: list[tuple[Department, int]] = []

    def put(parent_id: int | None, depth: int) -> None:
        for row in rows:
            if row.parent_id == parent_id and all(row is not seen for seen, _ in ordered):
                ordered.append((row, depth))
                put(row.id, min(depth + 1, 3))

    put(None, 0)
    return ordered + [(row, 0) for row in rows if all(row is not seen for seen, _ in ordered)]


def _faults() -> list[Fault]:
    return faults(departments.conditions(), departments.offices())


@bp.post("/departments/<int:row_id>/<act>")
@desk(May.OPEN_DESK)
def change_department(row_id: int, act: str) -> Response:
    """Retire a department, naming its successor, or bring it back."""
    actor = current_actor()
    row = _row(Department, row_id)
    if act == "revive":
        _carry_out(lambda: departing.revive_department(actor, row))
    elif act == "retire":
        wanted = read_id(request.form.get("replaced_by_id", ""))
        _carry_out(lambda: departing.retire_department(actor, row, replaced_by_id=wanted))
    else:
        raise NotFound
    return redirect(url_for("admin.department_list"), 303)


@bp.route("/districts", methods=["GET", "POST"])
@bp.route("/districts/<int:row_id>", methods=["GET", "POST"])
@desk(May.OPEN_DESK)
def district_list(row_id: int | None = None) -> Response:
    """Districts with the population that scales their thresholds."""
    row = places.district(row_id) if row_id else None
    form = DistrictForm(obj=row)

    def keep() -> None:
        values = _names(form) | {"population": form.population.data}
        if row is None:
            service.add_district(current_actor(), code=form.code.data, **values)
        else:
            service.change_district(current_actor(), places.district(row.id), **values)

    return _list("districts", form, row, places.districts(), keep, "admin.district_list")


def _row(model: Any, row_id: int | None) -> Any:
    if row_id is None:
        return None
    found = db.session.get(model, row_id)
    if found is None:
        raise NotFound
    return found


def _names(form: Any) -> dict[str, Any]:
    return {
        "name_fa": form.name_fa.data,
        "name_en": form.name_en.data or "",
        "name_ar": form.name_ar.data or "",
    }


def _list(
    name: str,
    form: CivicForm,
    row: Any,
    rows: Any,
    keep: Callable[[], None],
    endpoint: str = "admin.categories",
    **more: Any,
) -> Response:
    """A list with a form beside it, for a new row or the one that is open."""
    if request.method == "POST" and row is not None:
        for fixed in ("slug", "code"):
            if fixed in form:
                form[fixed].data = getattr(row, fixed)  # names in addresses and rules stay
    if form.accepted():
        try:
            with transaction():
                keep()
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("ثبت شد.")))
            return redirect(url_for(endpoint), 303)
    return render(f"admin/{name}.html", form=form, row=row, rows=rows, **more)


@bp.route("/thresholds", methods=["GET", "POST"])
@desk(May.OPEN_DESK)
def thresholds() -> Response:
    """When a department must answer."""
    space = standing()
    form = ThresholdForm(
        floor=space.threshold_floor, per_ten_thousand=space.threshold_per_ten_thousand, city=space.threshold_city,
        voting_days=space.voting_days, monthly_top=space.monthly_top, answer_days=space.answer_days,
    )  # fmt: skip
    if form.accepted():
        with transaction():
            service.set_thresholds(
                current_actor(), standing(), floor=form.floor.data, per_ten_thousand=form.per_ten_thousand.data,
                city=form.city.data, voting_days=form.voting_days.data, monthly_top=form.monthly_top.data,
                answer_days=form.answer_days.data,
            )  # fmt: skip
        flash(say(N_("ثبت شد و برای آنچه از این پس منتشر شود به کار می‌رود.")))
        return redirect(url_for("admin.thresholds"), 303)
    return render("admin/thresholds.html", form=form, districts=places.districts(), space=space)


@bp.route("/routing", methods=["GET", "POST"])
@desk(May.OPEN_DESK)
def routing() -> Response:
    """Which department gets what: the first rule that fits. A new rule can be tried before it is kept."""
    form = _rule_form()
    tried = None
    if form.accepted():
        try:
            if request.form.get("act") == "try":
                new = departing.try_rule(current_actor(), **_rule_values(form))
                tried = queries.dry_run(current_actor(), [*departments.conditions(), new])
            else:
                with transaction():
                    departing.add_rule(current_actor(), **_rule_values(form))
        except RuleBroken as error:
            form.refuse(error)
        else:
            if tried is None:
                flash(say(N_("قاعده افزوده شد.")))
                return redirect(url_for("admin.routing"), 303)
    return _routing(form, tried=tried)


@bp.route("/routing/<int:rule_id>", methods=["GET", "POST"])
@desk(May.OPEN_DESK)
def rule(rule_id: int) -> Response:
    """One rule: change it, try the change, and see what moving or removing it would do."""
    row = _row(RoutingRule, rule_id)
    form = _rule_form(row)
    tried = None
    if form.accepted():
        try:
            if request.form.get("act") == "try":
                new = departing.try_rule(current_actor(), instead_of=rule_id, **_rule_values(form))
                changed = [new if rule.id == rule_id else rule for rule in departments.conditions()]
                tried = queries.dry_run(current_actor(), changed)
            else:
                with transaction():
                    departing.change_rule(
                        current_actor(), db.session.get_one(RoutingRule, rule_id), **_rule_values(form)
                    )
        except RuleBroken as error:
            form.refuse(error)
        else:
            if tried is None:
                flash(say(N_("قاعده عوض شد. پرونده‌های پیشین با واژه‌های قاعدهٔ پیشین می‌مانند.")))
                return redirect(url_for("admin.routing"), 303)
    return _routing(form, row=row, tried=tried, moves=_what_if(rule_id) if request.method == "GET" else [])


def _what_if(rule_id: int) -> list[tuple[str, queries.DryRun]]:
    """Moving the rule up, down, or taking it away, tried on the last 90 days."""
    now = departments.conditions()
    at = next(n for n, rule in enumerate(now) if rule.id == rule_id)
    orders = {"remove": now[:at] + now[at + 1 :]}
    if at > 0:
        orders["up"] = [*now[: at - 1], now[at], now[at - 1], *now[at + 1 :]]
    if at + 1 < len(now):
        orders["down"] = [*now[:at], now[at + 1], now[at], *now[at + 2 :]]
    return [
        (act, queries.dry_run(current_actor(), orders[act]))
        for act in ("up", "down", "remove")
        if act in orders
    ]


def _rule_form(row: RoutingRule | None = None) -> RuleForm:
    form = RuleForm(obj=row)
    form.category_id.choices = [
        ("", say(N_("هر موضوع"))),
        *[(c.id, c.name(language())) for c in departments.categories()],
    ]
    form.district_id.choices = [
        ("", say(N_("هر منطقه"))),
        *[(d.id, d.name(language())) for d in places.districts()],
    ]
    form.department_id.choices = [
        ("", say(N_("یک واحد را برگزینید"))),
        *[(d.id, d.name(language())) for d in departments.departments()],
    ]
    return form


def _rule_values(form: RuleForm) -> dict[str, Any]:
    return {
        "department_id": form.department_id.data, "category_id": form.category_id.data,
        "district_id": form.district_id.data, "kind": form.kind.data or "", "door": form.door.data or "",
        "group_kind": form.group_kind.data or "", "keywords": form.keywords.data or "",
    }  # fmt: skip


def _routing(form: RuleForm, **more: Any) -> Response:
    values = {
        "form": form, "row": None, "tried": None, "moves": [], "rules": departments.rules(),
        "subjects": {c.id: c.name(language()) for c in departments.categories()},
        "areas": {d.id: d.name(language()) for d in places.districts()},
        "offices": {d.id: d.name(language()) for d in departments.departments(retired=True)},
        "sent": queries.routed_lately(current_actor()), "faults": _faults(),
        "words": {
            name: {value: words for value, words, *_ in form[name].iter_choices()}
            for name in ("kind", "door", "group_kind")
        },
    } | more  # fmt: skip
    return render("admin/routing.html", **values)


@bp.post("/routing/<int:rule_id>/<act>")
@desk(May.OPEN_DESK)
def change_rule(rule_id: int, act: str) -> Response:
    """Earlier, later, away."""
    acts: dict[str, Callable[[RoutingRule], object]] = {
        "up": lambda rule: departing.move_rule(current_actor(), rule, up=True),
        "down": lambda rule: departing.move_rule(current_actor(), rule, up=False),
        "remove": lambda rule: departing.remove_rule(current_actor(), rule),
    }
    if act not in acts:
        raise NotFound
    with transaction():
        rule = db.session.get(RoutingRule, rule_id)
        if rule is None:
            raise Conflict(N_("این قاعده دیگر نیست. صفحه را تازه کنید."))
        acts[act](rule)
    return redirect(url_for("admin.routing"), 303)


@bp.route("/holidays", methods=["GET", "POST"])
@desk(May.OPEN_DESK)
def holidays() -> Response:
    """Official holidays, imported for each Jalali year."""
    form = HolidayForm()
    report = None
    if form.accepted():
        data = uploaded(form.file, MOST_BYTES)
        try:
            text = _csv(data) or form.text.data or ""
            if not text.strip():
                raise RuleBroken(N_("فایلی برگزینید یا سطرها را بچسبانید."), field="file")
            with transaction():
                report = duties.import_holidays(current_actor(), text)
        except RuleBroken as error:
            form.refuse(error)
    today = clock.today()
    later = today.replace(year=today.year + 2)
    coming = calendar(today, later)
    year = jalali_year(today)
    missing = [y for y in (year, year + 1) if not any(jalali_year(h.day) == y for h in coming)]
    return render("admin/holidays.html", form=form, report=report, coming=coming[:60], missing=missing)


def _csv(data: bytes | None) -> str:
    if data is None:
        return ""
    if len(data) > MOST_BYTES:
        raise RuleBroken(N_("این فایل بزرگ‌تر از فهرست تعطیلات است."), field="file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RuleBroken(
            N_("این فایل متن خوانا نیست؛ آن را با کدگذاری یونیکد ذخیره کنید."), field="file"
        ) from None


@bp.route("/words", methods=["GET", "POST"])
@desk(May.OPEN_DESK)
def words() -> Response:
    """Words that lift a text in the review queue and are marked there."""
    form = WordForm()
    if form.accepted():
        try:
            with transaction():
                moderating.add_word(current_actor(), form.word.data)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("افزوده شد و از این پس در صف بررسی نشانه‌گذاری می‌شود.")), "ok")
            return redirect(url_for("admin.words"), 303)
    return render("admin/words.html", form=form, rows=moderation.watch_words())


@bp.post("/words/<int:row_id>/remove")
@desk(May.OPEN_DESK)
def remove_word(row_id: int) -> Response:
    """Take a word off the list."""
    with transaction():
        moderating.remove_word(current_actor(), _row(WatchWord, row_id))
    flash(say(N_("از فهرست برداشته شد.")), "ok")
    return redirect(url_for("admin.words"), 303)


@bp.route("/moderation", methods=["GET", "POST"])
@bp.route("/moderation/<int:space_id>", methods=["GET", "POST"])
@desk(May.OPEN_DESK)
def modes(space_id: int = spaces.STANDING) -> Response:
    """When what people write is seen, for each space."""
    space = spaces.space(space_id)
    form = ModeForm(moderation=space.moderation.value, trusted_kinds=space.trusted_kinds)
    form.moderation.choices = [(mode.value, say(sentence)) for mode, sentence in MODE_WORDS.items()]
    form.trusted_kinds.choices = [(kind.value, say(AUTHOR_WORDS[kind])) for kind in TRUSTABLE]
    if form.accepted():
        try:
            with transaction():
                service.set_moderation(
                    current_actor(), spaces.space_for_change(space_id), Moderation(form.moderation.data), form.trusted_kinds.data,
                )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("ثبت شد و برای آنچه از این پس فرستاده شود به کار می‌رود.")), "ok")
            return redirect(url_for("admin.modes", space_id=space_id), 303)
    return render(
        "admin/modes.html", form=form, space=space, page=spaces.moderated(request.args.get("after", "")), mode_words=MODE_WORDS,
        standing_id=spaces.STANDING, pager_url=lambda after: url_for("admin.modes", space_id=space_id, after=after),
    )  # fmt: skip


@bp.get("/blocks")
@desk(May.OPEN_DESK)
def blocks() -> Response:
    """Whose writing is shut, by which moderators' decision."""
    state = "over" if request.args.get("state") == "over" else ""
    return render(
        "admin/blocks.html", page=moderation.blocks(state=state, cursor=request.args.get("after", "")), state=state, clauses=CLAUSES,
        pager_url=lambda after: url_for("admin.blocks", state=state or None, after=after),
    )  # fmt: skip
