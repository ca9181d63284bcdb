"""In whose voice something is written, and what an edit form knows of the words it started from."""

from dataclasses import dataclass
from typing import Any

from flask import request

from civic.contributions.comparing import Block, Piece, paragraphs_between, words_between
from civic.contributions.rules import fingerprint
from civic.core.actor import Actor, Kind
from civic.core.errors import Overtaken
from civic.core.i18n import say
from civic.core.text import N_, row_id

OWN_VOICES = {
    Kind.CITIZEN: N_("خودم"),
    Kind.VISITOR: N_("خودم، به‌عنوان زائر"),
    Kind.EXPERT: N_("خودم، به‌عنوان کارشناس"),
}


def voices(actor: Actor) -> list[tuple[str, str]]:
    """Choices of a form: (value, words), oneself first."""
    own = [actor.own_kind, *([Kind.EXPERT] if actor.expert else [])]
    mine = [(f"me:{kind}", say(OWN_VOICES[kind])) for kind in own if kind in OWN_VOICES]
    return [*mine, *[(f"group:{m.group_id}", m.group_name) for m in actor.memberships]]


def voice_hints(actor: Actor) -> dict[str, str]:
    """What follows from each choice."""
    own = {
        value: say(N_("همین حالا برای بررسی می‌رود")) for value, _ in voices(actor) if value.startswith("me:")
    }
    return own | {
        f"group:{m.group_id}": say(N_("شما مدیر آن هستید؛ برای بررسی می‌رود"))
        if m.is_manager
        else say(N_("اول مدیر گروه تأیید می‌کند"))
        for m in actor.memberships
    }


def read_voice(value: str | None) -> tuple[int | None, Kind | None]:
    """(group id, capacity) of a choice; a person's own first kind for anything else."""
    kind, _, which = (value or "").partition(":")
    if kind == "group" and (group_id := row_id(which)):
        return group_id, None
    if kind == "me" and which in set(Kind):
        return None, Kind(which)
    return None, None


@dataclass(frozen=True)
class Meanwhile:
    """What somebody else (or another window) saved since a form was opened, and how the typed words differ from it."""

    title: str
    text: str
    title_pieces: tuple[Piece, ...]
    blocks: list[Block]


def start_from(form: Any, thing: Any) -> None:
    """An edit form remembers the words it shows."""
    if request.method == "GET":
        form.base.data = fingerprint(thing.title, thing.text)


def overtaken(form: Any, error: Overtaken) -> Meanwhile:
    """The typed words stay in the form; sent again, it replaces what is shown beside them now."""
    form.base.data = fingerprint(error.title, error.text)
    title = (form.title.data or error.title) if "title" in form else ""
    return Meanwhile(
        error.title, error.text, words_between(error.title, title) if title else (),
        paragraphs_between(error.text, form.text.data or ""),
    )  # fmt: skip
