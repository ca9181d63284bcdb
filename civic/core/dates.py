"""Jalali dates in and out. Babel writes Gregorian dates for Persian, so this module is the only one that writes dates."""

from datetime import date, datetime

from persiantools.jdatetime import JalaliDate

from civic.core.clock import local
from civic.core.errors import RuleBroken
from civic.core.text import AR, FA, N_, latin_digits

JALALI_MONTHS = {
    "fa": "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split(),
    "en": "Farvardin Ordibehesht Khordad Tir Mordad Shahrivar Mehr Aban Azar Dey Bahman Esfand".split(),
    "ar": "فروردين أرديبهشت خرداد تير مرداد شهريور مهر آبان آذر دي بهمن إسفند".split(),
}
WEEKDAYS = {  # Monday first, as datetime.weekday()
    "fa": ["دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "ar": ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"],
}
GREGORIAN = {
    "en": "January February March April May June July August September October November December".split(),
    "ar": [
        "كانون الثاني / يناير", "شباط / فبراير", "آذار / مارس", "نيسان / أبريل", "أيار / مايو", "حزيران / يونيو",
        "تموز / يوليو", "آب / أغسطس", "أيلول / سبتمبر", "تشرين الأول / أكتوبر", "تشرين الثاني / نوفمبر",
        "كانون الأول / ديسمبر",
    ],
}  # fmt: skip


def as_day(value: date | datetime) -> date:
    """The city's day of a moment."""
    return local(value).date() if isinstance(value, datetime) else value


def digits(text: object, language: str) -> str:
    """Digits of the page's language."""
    table = {"fa": FA, "ar": AR}.get(language)
    return str(text).translate(table) if table else str(text)


def number(value: float, language: str) -> str:
    """A grouped number in the page's digits: ۱٬۲۸۴ or 1,284."""
    plain = f"{value:,}"
    if language == "en":
        return plain
    return digits(plain.replace(",", "٬").replace(".", "٫"), language)


def write_day(value: date | datetime, language: str, style: str = "") -> str:
    """A date in words. style: any of w (weekday), y (year), t (time of day)."""
    day = as_day(value)
    if language == "fa":
        jalali = JalaliDate(day)
        text = f"{jalali.day} {JALALI_MONTHS['fa'][jalali.month - 1]}" + (
            f" {jalali.year}" if "y" in style else ""
        )
    else:
        text = f"{day.day} {GREGORIAN[language][day.month - 1]}" + (f" {day.year}" if "y" in style else "")
    if "w" in style:
        text = f"{WEEKDAYS[language][day.weekday()]} {text}"
    if "t" in style and isinstance(value, datetime):
        clock = local(value).strftime("%H:%M")
        text += f"، {clock}" if language != "en" else f", {clock}"
    return digits(text, language)


def write_month(day: date, language: str) -> str:
    """The Jalali month of a day with its year: «آبان ۱۴۰۵»."""
    jalali = JalaliDate(day)
    return digits(f"{JALALI_MONTHS[language][jalali.month - 1]} {jalali.year}", language)


def jalali_year(value: date | datetime) -> int:
    return int(JalaliDate(as_day(value)).year)


def month_start(day: date) -> date:
    """First day of the Jalali month that holds `day`."""
    jalali = JalaliDate(day)
    return JalaliDate(jalali.year, jalali.month, 1).to_gregorian()


def month_before(day: date) -> date:
    """First day of the Jalali month before the one that holds `day`."""
    jalali = JalaliDate(day)
    year, month = (jalali.year, jalali.month - 1) if jalali.month > 1 else (jalali.year - 1, 12)
    return JalaliDate(year, month, 1).to_gregorian()


def read_day(text: str) -> date:
    """A day as people write it: 1405/09/02, ۱۴۰۵-۹-۲ or 2026-11-23; the year tells the calendar, else refused."""
    parts = latin_digits(text).strip().replace("/", "-").replace(".", "-").split("-")
    try:
        year, month, day = (int(part) for part in parts)
        if 1300 <= year < 1500:
            return JalaliDate(year, month, day).to_gregorian()
        if 1900 <= year < 2100:
            return date(year, month, day)
    except ValueError:
        pass
    raise RuleBroken(N_("تاریخ خوانده نشد. سال، ماه و روز را این‌گونه بنویسید: ۱۴۰۵/۰۹/۰۲"))


def parts_of(value: date | datetime, language: str) -> tuple[int, int, int]:
    """Year, month, day in the calendar of the page's language."""
    day = as_day(value)
    if language == "fa":
        jalali = JalaliDate(day)
        return jalali.year, jalali.month, jalali.day
    return day.year, day.month, day.day


def month_names(language: str) -> list[str]:
    return JALALI_MONTHS["fa"] if language == "fa" else GREGORIAN[language]
