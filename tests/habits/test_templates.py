"""House rules that can be read off templates and style sheets."""

import pytest

from tests.habits import reading
from tests.habits.reading import faults

MARKS_SAFE = {"templates/ui/": "macros, reviewed", "templates/layouts/": "the same"}
SAMPLES = {"templates/site/kit.html": "shows the macros to developers, with invented texts"}


def test_escaping_is_switched_off_in_macros_only():
    assert faults(reading.marked_safe, reading.template_files(), MARKS_SAFE) == []


def test_no_script_style_or_handler_stands_in_a_page():
    assert faults(reading.inline_code, reading.template_files(), {}) == []


def test_every_word_can_be_translated():
    assert faults(reading.untranslated, reading.template_files(), SAMPLES) == []


def test_no_macro_is_imported_for_nothing():
    assert faults(reading.unused_macros, reading.template_files(), {}) == []


def test_style_sheets_know_no_left_and_right():
    assert faults(reading.physical_sides, sorted((reading.ROOT / "static").rglob("*.css")), {}) == []


def names_used() -> set[str]:
    used = {text for path in reading.python_files() for text in reading.strings(reading.read(path))}
    for path in reading.template_files():
        used.update(reading.templates_named_in(reading.read(path)))
    return used


def test_every_template_is_reached():
    there = {path.relative_to(reading.TEMPLATES).as_posix() for path in reading.template_files()}
    assert sorted(reading.unreached(there, names_used())) == []


def test_every_template_named_is_there():
    named = {
        name for name in names_used() if name.endswith(".html") and "/" in name and not {"*", " "} & set(name)
    }
    assert sorted(name for name in named if not (reading.TEMPLATES / name).is_file()) == []


@pytest.mark.parametrize(
    ("look", "planted"),
    [
        (reading.marked_safe, "{{ text|safe }}"),
        (reading.marked_safe, "{{ text | safe }}"),
        (reading.marked_safe, "{% autoescape false %}{{ text }}{% endautoescape %}"),
        (reading.inline_code, "<style>p{}</style>"),
        (reading.inline_code, '<p class="a"\n style="margin:0">'),
        (reading.inline_code, "<p{% if x %} style='width:{{ x }}%'{% endif %}>"),
        (reading.inline_code, "<script>go()</script>"),
        (reading.inline_code, '<script type="module">go()</script>'),
        (reading.inline_code, '<a href="javascript:go()">'),
        (reading.inline_code, '<button type="submit" onclick="go()">'),
        (reading.inline_code, '<button {% if x %}disabled{% endif %} class="{{ y }}" onclick="go()">'),
        (reading.untranslated, "<p>سلام</p>"),
        (reading.untranslated, '<p title="سلام">{{ _("سلام") }}</p>'),
        (reading.untranslated, '{{ field(form.a, hint="سلام") }}'),
        (reading.untranslated, '{% set words = ["سلام"] %}'),
        (reading.untranslated, "<!-- سلام -->"),
        (reading.untranslated, "<p>فارسی‌زبان</p>"),
        (reading.untranslated, "<p>{{ a }}؟</p>"),
        (reading.untranslated, "{% if a %}{% call b() %}سلام{% endcall %}{% endif %}"),
        (reading.unused_macros, '{% from "ui/a.html" import field, submit %}{{ field(a) }}'),
        (reading.unused_macros, '{% from "ui/a.html" import field as f %}{{ field(a) }}'),
        (reading.physical_sides, ".a{margin-left:1px}"),
        (reading.physical_sides, ".a{ left : 0 }"),
        (reading.physical_sides, ".a{\n  right: 0;\n}"),
        (reading.physical_sides, ".a{border-top-left-radius:1px}"),
        (reading.physical_sides, ".a{border-right-color:red}"),
        (reading.physical_sides, ".a{text-align: right}"),
        (reading.physical_sides, ".a{float:left}"),
    ],
)
def test_a_planted_fault_is_found(look, planted):
    assert list(look(planted))


@pytest.mark.parametrize(
    ("look", "sound"),
    [
        (reading.marked_safe, "{# never |safe here #}{{ safe }}{{ a|safely }}"),
        (reading.inline_code, '<script src="/a.js" defer></script><p class="style">{{ _("onset=") }}</p>'),
        (reading.inline_code, "{% macro day(d, style='long') %}{{ d|day( style='x') }}{% endmacro %}"),
        (reading.inline_code, '<input name="once" data-onload="a"><a href="/on?on=1">'),
        (
            reading.untranslated,
            '{# سلام #}<p>{{ _("سلام %(n)s", n=num(2)) }}</p>{{ ngettext("رأی", "رأی", 2) }}',
        ),
        (
            reading.untranslated,
            "{% trans %}سلام{% endtrans %}{% trans n=2 %}رأی {{ n }}{% pluralize %}رأی{% endtrans %}",
        ),
        (reading.untranslated, '<a lang="fa">فارسی</a><a lang="ar">العربية</a>{{ {"ar": "ع"}[lang] }}'),
        (reading.unused_macros, '{% from "ui/a.html" import field %}{% call field(a) %}{% endcall %}'),
        (
            reading.physical_sides,
            "/* left: */.a{margin-inline-start:1px;background-position:right top}.left:hover{}",
        ),
        (reading.physical_sides, ".to-left{inset-inline-end:0;transition:left .2s}"),
    ],
)
def test_what_is_sound_passes(look, sound):
    assert list(look(sound)) == []


def test_a_planted_orphan_is_found_and_a_computed_name_reaches():
    there = {"errors/404.html", "mail/answer.html", "proposals/show.html", "proposals/old.html"}
    names = set(reading.strings('render_template(f"errors/{code}.html")\nx = "proposals/show.html"'))
    names.update(reading.templates_named_in('{% include "mail/" ~ kind ~ ".html" %}{{ kind ~ ".html" }}'))
    assert reading.unreached(there, names) == {"proposals/old.html"}
