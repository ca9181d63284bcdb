"""What people do in more than one journey."""

import io

from PIL import Image


def picture():
    """A small photo, as a browser sends it."""
    kept = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(kept, "JPEG")
    return {"name": "stop.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


def report_done(officer, number, words):
    """A hundred percent, with a picture."""
    officer.open(f"/promises/of/{number}")
    officer.write("percent", "۱۰۰")
    officer.write("report", words)
    officer.page.locator("main input[name='evidence']").set_input_files(picture())
    officer.press("ثبت گزارش")
    officer.page.wait_for_load_state()


def say(person, number, verdict):
    """One's word on what was reported."""
    person.open(f"/promises/of/{number}")
    person.tap(f"main button[name='verdict'][value='{verdict}']")
    person.page.wait_for_load_state()
