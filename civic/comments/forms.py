"""Saying something."""

from flask_babel import lazy_gettext
from wtforms import HiddenField

from civic.comments.rules import MOST, Side
from civic.contributions.forms import voices
from civic.core.actor import Actor
from civic.core.forms import CivicForm, choice, prose
from civic.core.text import N_

SIDES = [
    (Side.FOR.value, lazy_gettext(N_("دلیل موافق"))),
    (Side.AGAINST.value, lazy_gettext(N_("دلیل مخالف"))),
    (Side.NEUTRAL.value, lazy_gettext(N_("نظر، بی‌موافقت و مخالفت"))),
]


class CommentForm(CivicForm):
    """`side` is asked where there is something to be for or against; `voice` where one may speak for more than oneself."""

    text = prose(N_("نظر شما"), most=MOST, least=5, message=N_("نظر خود را بنویسید."), rows=4)
    side = choice(N_("این نظر"), SIDES, radio=True, required=False, default=Side.NEUTRAL.value)
    voice = choice(N_("از طرف چه کسی؟"), radio=True, required=False)
    parent = HiddenField()


class EditForm(CivicForm):
    text = prose(N_("نظر شما"), most=MOST, least=5, message=N_("نظر خود را بنویسید."), rows=5)
    base = HiddenField()


def comment_form(actor: Actor) -> CommentForm:
    """An empty form for the thread on a page; it is sent to the comments' own address."""
    form = CommentForm(formdata=None)
    form.voice.choices = voices(actor) or [("me:citizen", "")]
    form.voice.data = form.voice.choices[0].value
    return form
