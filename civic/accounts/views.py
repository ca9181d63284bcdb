"""Sign-in and sign-up in one form; the page of one's own name, password and sessions."""

from flask import Blueprint, current_app, flash, redirect, request, session, url_for
from flask_login import login_user, logout_user
from werkzeug.wrappers import Response

from civic.accounts import queries, rules, service
from civic.accounts.forms import DescribeForm, PasswordForm, SignInForm
from civic.accounts.passwords import hash_password
from civic.accounts.rules import NameStyle
from civic.core import mail, sms
from civic.core.actor import Actor, Kind
from civic.core.db import transaction
from civic.core.errors import RuleBroken
from civic.core.i18n import language, num, say
from civic.core.limits import limit
from civic.core.text import N_
from civic.core.web import address, current_actor, meant_here, public, render, safe_next, signed_in
from civic.places.queries import districts

bp = Blueprint("accounts", __name__)


class Ticket:
    """What Flask-Login keeps in the cookie: the session's token, not the person's id."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, token: str) -> None:
        self.token = token

    def get_id(self) -> str:
        return self.token


@bp.route("/signin", methods=["GET", "POST"])
@public
def signin() -> Response | str:
    """Number or address, then a code or the password; a new login makes an account."""
    form = SignInForm()
    if request.method == "GET":
        form.next.data = safe_next(request.args.get("next"))
        form.intent.data = request.args.get("intent", "")
        if current_actor().is_signed_in:
            return redirect(form.next.data or url_for("site.home"), 303)
    if not meant_here(form.intent.data):
        form.intent.data = ""
    if not form.accepted():
        return render("accounts/signin.html", form=form, asked=False, intent=_meant(form.intent.data))
    try:
        login = rules.read_login(form.login.data)
        actor = current_actor()
        if form.code.data:
            return _by_code(actor, form, login)
        if form.password.data:
            return _by_password(actor, form, login)
        shown = _send_code(actor, login)
        return render(
            "accounts/signin.html",
            form=form,
            asked=True,
            shown=shown,
            sent_to=login[1],
            intent=_meant(form.intent.data),
        )
    except RuleBroken as error:
        form.refuse(error)
    return render(
        "accounts/signin.html", form=form, asked=bool(form.code.data), intent=_meant(form.intent.data)
    )


def _send_code(actor: Actor, login: tuple[str, str]) -> str:
    """Send a code; in the demo, where no message leaves the machine, it is also returned to be shown."""
    limit("code", address(), 30, 3600)
    with transaction():
        service.guard_guessing(actor, login[1], address=address(), way="code")
        code = service.make_code(actor, login)
    text = say(N_("کد ورود شما به %(site)s: %(code)s"), site=current_app.config["SITE_NAME"], code=code)
    if login[0] == "email":
        mail.send(login[1], say(N_("کد ورود")), text)
    else:
        sms.send(login[1], text)
    config = current_app.config
    shown = config["CIVIC_ENV"] == "demo" and not config["SMTP_URL"] and not config["SMS_URL"]
    return num(code) if shown else ""


def _by_code(actor: Actor, form: SignInForm, login: tuple[str, str]) -> Response:
    token, new = "", False
    with transaction():
        service.guard_guessing(actor, login[1], address=address(), way="code")
        if service.use_code(actor, login, form.code.data):
            user, new = service.person_behind(actor, login, locale=language())
            token = service.open_session(actor, user, label=_device())
        else:
            service.count_failure(actor, login[1], address=address(), way="code")
    if not token:
        raise RuleBroken(
            N_("این کد درست نیست یا زمانش گذشته است. آن را دوباره بنویسید یا کد تازه بگیرید."), field="code"
        )
    return _enter(form, token, new=new)


def _by_password(actor: Actor, form: SignInForm, login: tuple[str, str]) -> Response:
    with transaction():
        service.guard_guessing(actor, login[1], address=address(), way="password")
    user_id = service.check_password(actor, login, form.password.data)
    token = ""
    with transaction():
        if user_id is None:
            service.count_failure(actor, login[1], address=address(), way="password")
        else:
            token = service.open_session(actor, queries.user(user_id), label=_device())
    if not token:
        raise RuleBroken(
            N_("شماره یا گذرواژه درست نیست. دوباره بنویسید یا گذرواژه را خالی بگذارید تا کد بگیرید."),
            field="password",
        )
    return _enter(form, token, new=False)


def _enter(form: SignInForm, token: str, *, new: bool) -> Response:
    """Set the cookie, carry out what was meant, and go there."""
    session.clear()
    session.permanent = True
    login_user(Ticket(token))
    location = current_app.extensions["carry_out"](token, form.intent.data) if form.intent.data else None
    location = location or safe_next(form.next.data)
    if not location and new:
        location = url_for("accounts.welcome")
    return redirect(location or url_for("site.home"), 303)


def _meant(token: str | None) -> str:
    """Kind of what the guest was about to do, to say so on the page."""
    found = queries.intention(token) if token else None
    return found.kind if found else ""


def _device() -> str:
    """A few words by which a person knows a session again; not the whole user agent."""
    agent = request.user_agent.string
    system = next((n for n in ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux") if n in agent), "")
    browser = next((n for n in ("Firefox", "Edg", "OPR", "Chrome", "Safari") if n in agent), "")
    return " ".join(filter(None, [browser.replace("Edg", "Edge").replace("OPR", "Opera"), system]))


@bp.post("/signout")
@signed_in
def signout() -> Response:
    actor = current_actor()
    with transaction():
        service.end_session(actor, queries.own(actor), actor.session_id or 0)
    logout_user()
    session.clear()
    return redirect(url_for("site.home"), 303)


@bp.route("/welcome", methods=["GET", "POST"])
@signed_in
def welcome() -> Response | str:
    """The first words about oneself, all of them changeable later."""
    return _describe("accounts/welcome.html", url_for("site.home"))


@bp.route("/me/profile", methods=["GET", "POST"])
@signed_in
def profile() -> Response | str:
    """Name, how it is shown, district, mail."""
    return _describe("accounts/profile.html", url_for("accounts.profile"))


def _describe(template: str, after: str) -> Response:
    actor = current_actor()
    user = queries.user(actor.signed_in())
    form = DescribeForm(obj=user)
    places = districts()
    form.district_id.choices = [
        ("", say(N_("هیچ‌کدام؛ در مشهد زندگی نمی‌کنم"))),
        *[(d.id, d.name(language())) for d in places],
    ]
    own = next((d for d in places if d.id == user.district_id), None)
    form.name_style.choices = [
        (NameStyle.FULL.value, user.full_name or say(N_("نام و نام خانوادگی"))),
        (
            NameStyle.INITIAL.value,
            rules.initial_name(user.full_name) if user.full_name else say(N_("نام و حرف اول نام خانوادگی")),
        ),
        (
            NameStyle.DISTRICT.value,
            say(N_("شهروند %(district)s"), district=own.name(language())) if own else say(N_("بدون نام")),
        ),
    ]
    if form.accepted():
        try:
            with transaction():
                service.describe(
                    actor, queries.own(actor), full_name=form.full_name.data or "", name_style=NameStyle(form.name_style.data),
                    district_id=form.district_id.data, own_kind=Kind(form.own_kind.data), mail_notices=form.mail_notices.data,
                )  # fmt: skip
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("ثبت شد؛ از نوشتهٔ بعدی همین‌گونه دیده می‌شود.")))
            return redirect(safe_next(request.args.get("next")) or after, 303)
    return render(
        template, form=form, user=user, sessions=queries.sessions_of(actor), password_form=PasswordForm()
    )


@bp.post("/me/password")
@signed_in
def password() -> Response | str:
    """Set or change the password; every other session ends."""
    actor = current_actor()
    form = PasswordForm()
    if form.accepted():
        try:
            rules.check_password(form.password.data)
            hashed = hash_password(form.password.data)
            with transaction():
                service.set_password(actor, queries.own(actor), hashed)
        except RuleBroken as error:
            form.refuse(error)
        else:
            flash(say(N_("گذرواژه ثبت شد. در دستگاه‌های دیگر باید دوباره وارد شوید.")))
            return redirect(url_for("accounts.profile"), 303)
    return render("accounts/password.html", form=form)


@bp.post("/me/sessions/<int:session_id>/end")
@signed_in
def end_session(session_id: int) -> Response:
    """End one of one's sessions."""
    actor = current_actor()
    with transaction():
        service.end_session(actor, queries.own(actor), session_id)
    flash(say(N_("آن ورود پایان یافت.")))
    return redirect(url_for("accounts.profile"), 303)
