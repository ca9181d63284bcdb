"""The page with one box."""

import pytest

from tests.queries import counted


@pytest.mark.parametrize("lang", ["fa", "ar", "en"])
def test_the_empty_box_and_the_empty_answer(browser, lang):
    visitor = browser(lang=lang)
    visitor.open("/search")
    assert "/proposals/new" in visitor.open("/search?q=هیچ‌چیز")


def test_it_finds_over_kinds_and_pages(browser, make, app):
    author = make.user()
    problems = [make.problem(author, title=f"پارک محلهٔ سجاد {n}") for n in range(12)]
    proposals = [make.proposal(author, title=f"نیمکت برای پارك سجاد {n}") for n in range(12)]
    visitor = browser()
    with counted(app) as seen:
        html = visitor.open("/search?q=پارک سجاد")
    assert len(seen) == 1
    assert 'rel="next"' in html
    found = html + visitor.open(
        html.split('class="btn second" href="')[1].split('"')[0].replace("&amp;", "&")
    )
    assert all(f'"/problems/{one}"' in found for one in problems)
    assert all(f'"/proposals/{one}"' in found for one in proposals)
    only = visitor.open("/search?q=پارک&kind=problem")
    assert '"/proposals/' + str(proposals[0]) + '"' not in only
    assert "نیمکت" not in only


def test_two_letters_and_one_word_out_of_two(browser, make):
    one = make.problem(make.user(), title="آب در جوی نیست")
    visitor = browser()
    assert f'"/problems/{one}"' in visitor.open("/search?q=آب")
    assert f'"/problems/{one}"' not in visitor.open("/search?q=آب برق")


def test_what_is_not_public_is_not_found(browser, make):
    make.problem(make.user(), public=False, title="رازی که نباید")
    assert "رازی که نباید دیده" not in browser().open("/search?q=رازی")
    assert "پیدا نشد" in browser().open("/search?q=رازی")
