"""What counts as a login, a name, a password; how a name is shown."""

import re
from enum import StrEnum

from civic.core.errors import RuleBroken
from civic.core.text import N_, clean_line, latin_digits


class UserStatus(StrEnum):
    ACTIVE = "active"
    BLOCKED = "blocked"
    ERASED = "erased"


class NameStyle(StrEnum):
    FULL = "full"
    INITIAL = "initial"
    DISTRICT = "district"


class Identity(StrEnum):
    """How sure we are who this is; stored on every ballot."""

    EMAIL = "email"
    PHONE = "phone"
    VERIFIED = "verified"


class Residence(StrEnum):
    NONE = "none"
    DECLARED = "declared"
    VERIFIED = "verified"


MOVES = {
    (UserStatus.ACTIVE, "block"): UserStatus.BLOCKED,
    (UserStatus.BLOCKED, "unblock"): UserStatus.ACTIVE,
    (UserStatus.ACTIVE, "erase"): UserStatus.ERASED,
    (UserStatus.BLOCKED, "erase"): UserStatus.ERASED,
}
FINAL = {UserStatus.ERASED}

PHONE = re.compile(r"^09\d{9}$")
FOREIGN_PHONE = re.compile(r"^\+[1-9]\d{7,14}$")
EMAIL = re.compile(r"^[^@\s<>()\[\],;:\\\"]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?\.[a-z]{2,24}$")
CODE_MINUTES = 10
CODE_TRIES = 5
PASSWORD_LEAST, PASSWORD_MOST = 8, 128
COMMON = frozenset(
    "12345678 123456789 1234567890 password password1 qwertyui qwerty123 11111111 00000000 iloveyou 87654321 12341234 "
    "abcd1234 abc12345 asdfghjk 1q2w3e4r iran1234 mashhad1 salam123 ali12345 reza1234 emamreza 13579246 99999999 88888888".split()
)


def read_login(text: str) -> tuple[str, str]:
    """('phone', '0915…') or ('email', 'a@b.c') from what was typed, in any digits; RuleBroken otherwise."""
    typed = latin_digits(clean_line(text)).strip()
    if "@" in typed:
        lowered = typed.lower()
        if len(lowered) <= 254 and EMAIL.match(lowered) and ".." not in lowered:
            return "email", lowered
        raise RuleBroken(N_("نشانی ایمیل درست نیست. آن را مانند name@example.org بنویسید."), field="login")
    number = re.sub(r"[\s\-()]", "", typed)
    for start in ("+98", "0098"):
        if number.startswith(start) and len(number) == len(start) + 10:
            number = "0" + number[len(start) :]
    if PHONE.match(number) or FOREIGN_PHONE.match(number):
        return "phone", number
    raise RuleBroken(N_("شمارهٔ موبایل باید ۱۱ رقم باشد و با ۰۹ آغاز شود"), field="login")


def check_password(password: str) -> None:
    """RuleBroken when it is too short, too long or on the list of the commonest."""
    if len(password) < PASSWORD_LEAST:
        raise RuleBroken(N_("گذرواژه باید دست‌کم ۸ حرف باشد؛ سه چهار واژهٔ بی‌ربط بهتر است."), field="password")
    if len(password) > PASSWORD_MOST:
        raise RuleBroken(N_("گذرواژه باید حداکثر ۱۲۸ حرف باشد."), field="password")
    if latin_digits(password).lower() in COMMON:
        raise RuleBroken(
            N_("این گذرواژه را خیلی‌ها دارند و زود حدس زده می‌شود. گذرواژهٔ دیگری برگزینید."), field="password"
        )


def initial_name(full_name: str) -> str:
    """First name and the first letter of the last: «مریم ح.»"""
    parts = [part for part in full_name.split() if part[0].isalpha()]  # «(نمایشی)» is no family name
    if len(parts) < 2:
        return full_name
    return f"{parts[0]} {parts[-1][0]}."


def shown_name(full_name: str, style: NameStyle, district_name: str) -> str:
    """The name as its owner wants it seen."""
    if style is NameStyle.FULL and full_name:
        return full_name
    if style is NameStyle.INITIAL and full_name:
        return initial_name(full_name)
    return f"شهروند {district_name}" if district_name else "شهروند"
