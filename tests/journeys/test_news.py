"""A person chooses which news come where: with JavaScript and without, and a browser that shows a message."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from civic.accounts.models import User
from civic.app import create_app
from civic.core.db import db
from civic.notifications import queries
from civic.notifications.models import PushSubscription
from civic.notifications.rules import Channel, Rhythm, Topic
from config import Config
from tests.journeys.conftest import CHROMIUM, Person

pytestmark = [
    pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300),
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
]  # fmt: skip

NO_SERVICE = """
  let made = null;
  const raw = { p256dh: new Uint8Array(%s), auth: new Uint8Array(16) };
  const one = { endpoint: "https://push.example/abc", getKey: (name) => raw[name].buffer, unsubscribe: async () => { made = null; return true; } };
  PushManager.prototype.getSubscription = async () => made;
  PushManager.prototype.subscribe = async (asked) => { window.askedWith = asked.applicationServerKey.length; made = one; return one; };
"""
"""Stands in for the push service of the browser's maker, which this machine cannot reach; everything else is real."""


def held(live, read):
    app = create_app(Config.from_env(live.env))
    with app.app_context():
        user_id = db.session.scalars(select(User.id).where(User.email == "citizen@demo.example")).one()
        found = read(user_id)
        db.session.remove()
        db.engine.dispose()
    return found


@pytest.mark.parametrize("script", [True, False], ids=["javascript", "plain"])
def test_choices_are_kept_with_and_without_javascript(live, chromium, script):
    person = Person(chromium, live.base, script=script, phone=True)
    person.sign_in("citizen@demo.example")
    person.open("/me/notices/settings")
    person.choose("mail_votes", "weekly")
    person.choose("mail_mine", "off")
    person.choose("push_followed", "y")
    person.press("ثبت")
    assert person.sees("ثبت شد") or "ثبت شد" in person.page.inner_text("body")
    wishes = held(live, queries.wishes_of)
    assert wishes[Topic.VOTES, Channel.MAIL] is Rhythm.WEEKLY
    assert wishes[Topic.MINE, Channel.MAIL] is Rhythm.OFF
    assert wishes[Topic.FOLLOWED, Channel.PUSH] is Rhythm.NOW
    assert person.page.locator("[name='mail_votes']").input_value() == "weekly"
    assert person.page.locator("[data-push]").is_visible() is script
    assert person.page.locator("[data-push-none]").is_visible() is not script
    person.close()


def test_a_browser_is_switched_on_shows_a_message_and_is_switched_off(live, whole_chromium):
    person = Person(whole_chromium, live.base, script=True)
    person.context.grant_permissions(["notifications"], origin=live.base)
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    person.context.add_init_script(NO_SERVICE % json.dumps(list(raw)))
    errors: list[str] = []
    person.page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else None
    )
    person.sign_in("citizen@demo.example")
    devtools = person.context.new_cdp_session(person.page)
    registrations: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(one["registrationId"] for one in event["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    person.open("/me/notices/settings")
    person.page.locator("[data-push-on]").click()
    person.page.locator("[data-push-off]").wait_for(state="visible")
    assert "خبرها را نشان می‌دهد" in person.page.locator("[data-push-state]").inner_text()
    assert person.page.evaluate("window.askedWith") == 65
    endpoints = held(live, lambda _user: list(db.session.scalars(select(PushSubscription.endpoint))))
    assert endpoints == ["https://push.example/abc"]
    told = {
        "title": "«سایه‌بان» پاسخ رسمی گرفت",
        "body": "بخوانید",
        "url": f"{live.base}/proposals",
        "tag": "notice-1",
    }
    assert registrations
    devtools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": live.base, "registrationId": registrations[-1], "data": json.dumps(told)},
    )
    shown = person.page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.ready;
          for (let n = 0; n < 50; n++) {
            const all = await registration.getNotifications();
            if (all.length) return all.map((one) => [one.title, one.body, one.tag, one.data.url]);
            await new Promise((go) => setTimeout(go, 100));
          }
          return [];
        }"""
    )
    assert shown == [[told["title"], told["body"], told["tag"], told["url"]]]
    person.page.locator("[data-push-off]").click()
    person.page.locator("[data-push-on]").wait_for(state="visible")
    assert held(live, lambda _user: list(db.session.scalars(select(PushSubscription.endpoint)))) == []
    assert errors == []
    person.close()
