"""What each kind of notice says and where it leads, in one place; in the site and in letters alike."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from flask import url_for

from civic.contributions.rules import KINDS
from civic.core.dates import write_day
from civic.core.i18n import language, num, say
from civic.core.text import N_
from civic.notifications.rules import Topic


class About(Protocol):
    """What a notice is about: any contribution."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> Any: ...
    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...


class Told(Protocol):
    """The notice itself."""

    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> dict[str, Any]: ...
    @property
    def contribution_id(self) -> int | None: ...


@dataclass(frozen=True)
class Words:
    """`line` is the notice; `more` a second sentence for the letter; `to` names where it leads (see `_address`);
    `topic` is what people choose by.
    """

    line: str
    more: str = ""
    to: str = "page"
    why: str = N_("این خبر را می‌گیرید چون در این مورد شرکت کرده‌اید یا آن را پیگیری می‌کنید.")
    topic: Topic = Topic.FOLLOWED


AUTHOR = N_("این خبر را می‌گیرید چون نویسندهٔ آن‌اید.")
MANAGER = N_("این خبر را می‌گیرید چون مدیر این گروه‌اید.")
OPERATOR = N_("این خبر را می‌گیرید چون مدیر سامانه‌اید.")
STAFF = N_("این خبر را می‌گیرید چون کارشناس یا مدیر این واحدید.")
HEAD = N_("این خبر را می‌گیرید چون مدیر این واحدید.")
WRITER = N_("این خبر را می‌گیرید چون این پاسخ را شما نوشته‌اید.")
TRIAGE = N_("این خبر را می‌گیرید چون پرونده‌ها را به واحدها می‌رسانید.")
COUNCIL = N_("این خبر را می‌گیرید چون عضو شورایید.")
CLAUSE = N_("این خبر را می‌گیرید چون این بند با شماست.")
MODERATOR = N_("این خبر را می‌گیرید چون بررس هستید.")
REPORTER = N_("این خبر را می‌گیرید چون نوشته‌ای را گزارش کرده بودید.")
MEMBER = N_("این خبر دربارهٔ حساب یا گروه شماست.")

TOPICS = {
    Topic.MINE: N_("نوشته‌های من"),
    Topic.ANSWERS: N_("پاسخ‌ها و قول‌ها"),
    Topic.VOTES: N_("رأی‌گیری‌ها"),
    Topic.FOLLOWED: N_("آنچه پیگیری می‌کنم"),
    Topic.CONSULTATIONS: N_("نظرخواهی‌ها"),
    Topic.GROUPS: N_("گروه‌های من"),
    Topic.COUNCIL: N_("شورای شهر"),
    Topic.WORK: N_("کار من در سامانه"),
}

TOPIC_WORDS = {
    Topic.MINE: N_("انتشار، بازگشت برای اصلاح، نظر تازه زیر نوشتهٔ شما"),
    Topic.ANSWERS: N_("پاسخ رسمی، قول شهر، «درست شد؟»"),
    Topic.VOTES: N_("رسیدن به حد نصاب، پایان رأی‌گیری"),
    Topic.FOLLOWED: N_("تغییر متن، پس‌گرفتن، پیشنهاد تازه برای مسئلهٔ شما"),
    Topic.CONSULTATIONS: N_("آغاز رأی‌گیری، گزارش پایانی"),
    Topic.GROUPS: N_("درخواست عضویت، متن‌های منتظر تأیید"),
    Topic.COUNCIL: N_("پرسش‌ها و کارهای شورا دربارهٔ آنچه در آن شرکت کرده‌اید"),
    Topic.WORK: N_("پرونده‌ها، پاسخ‌های منتظر تأیید، مهلت‌ها"),
}

WORDS = {
    "published": Words(
        N_("«%(title)s» منتشر شد"), N_("همه می‌توانند آن را ببینند و نظر بدهند."), why=AUTHOR, topic=Topic.MINE
    ),
    "comment": Words(N_("زیر «%(title)s» نظر تازه‌ای نوشته شد"), to="comments", topic=Topic.MINE),
    "linked": Words(N_("برای مسئله‌ای که درگیر آن‌اید پیشنهادی رسید: «%(title)s»"), N_("ببینید و رأی بدهید.")),
    "returned": Words(
        N_("«%(title)s» برای اصلاح بازگشت: %(clause)s"),
        N_("آن را اصلاح کنید و دوباره بفرستید. %(note)s"),
        to="decision",
        why=AUTHOR,
        topic=Topic.MINE,
    ),
    "hidden": Words(
        N_("«%(title)s» پنهان شد: %(clause)s"),
        N_("اگر گمان می‌کنید درست نیست، اعتراض کنید. %(note)s"),
        to="decision",
        why=AUTHOR,
        topic=Topic.MINE,
    ),
    "photo_hidden": Words(
        N_("عکس «%(title)s» پنهان شد: %(clause)s"),
        N_("متن سر جایش است. %(note)s"),
        to="decision",
        why=AUTHOR,
        topic=Topic.MINE,
    ),
    "masked": Words(
        N_("«%(title)s» با پوشاندن بخش‌هایی از آن منتشر شد: %(clause)s"),
        N_("بقیهٔ متن سر جایش است. اگر گمان می‌کنید درست نیست، اعتراض کنید. %(note)s"),
        to="decision",
        why=AUTHOR,
        topic=Topic.MINE,
    ),
    "appeal_waiting": Words(
        N_("اعتراضی منتظر شماست"),
        N_("تصمیم نخست را بررس دیگری گرفته است؛ تا سه روز باید پاسخ بگیرد."),
        to="appeal",
        why=MODERATOR,
        topic=Topic.WORK,
    ),
    "appeal_overturned": Words(
        N_("اعتراض پذیرفته شد و تصمیم دربارهٔ «%(title)s» برگشت"),
        N_("دلیل بررس دوم: %(note)s"),
        to="decision",
        why=AUTHOR,
        topic=Topic.MINE,
    ),
    "appeal_upheld": Words(
        N_("اعتراض پذیرفته نشد و تصمیم دربارهٔ «%(title)s» ماند"),
        N_("دلیل بررس دوم: %(note)s"),
        to="decision",
        why=AUTHOR,
        topic=Topic.MINE,
    ),
    "report_overturned": Words(
        N_("تصمیمی که پس از گزارش شما گرفته شد با اعتراض برگشت"),
        N_("بررس دیگری آن را دوباره خواند. از اینکه خبر دادید سپاسگزاریم."),
        to="rules",
        why=REPORTER,
        topic=Topic.MINE,
    ),
    "writing_shut": Words(
        N_("نوشتن تا %(day)s برای شما بسته شد: %(clause)s"),
        N_("خواندن و رأی‌دادن باز است. دلیل: %(note)s"),
        to="decisions",
        why=MEMBER,
        topic=Topic.MINE,
    ),
    "writing_shut_for_good": Words(
        N_("نوشتن برای شما بسته شد: %(clause)s"),
        N_("خواندن و رأی‌دادن باز است. دلیل: %(note)s"),
        to="decisions",
        why=MEMBER,
        topic=Topic.MINE,
    ),
    "writing_opened": Words(
        N_("دوباره می‌توانید بنویسید"),
        N_("پیش از نوشتن، آیین‌نامهٔ گفت‌وگو را بخوانید."),
        to="rules",
        why=MEMBER,
        topic=Topic.MINE,
    ),
    "block_overturned": Words(
        N_("اعتراض پذیرفته شد و دوباره می‌توانید بنویسید"),
        N_("دلیل بررس دوم: %(note)s"),
        to="decisions",
        why=MEMBER,
        topic=Topic.MINE,
    ),
    "block_upheld": Words(
        N_("اعتراض پذیرفته نشد؛ نوشتن همچنان برای شما بسته است"),
        N_("دلیل بررس دوم: %(note)s"),
        to="decisions",
        why=MEMBER,
        topic=Topic.MINE,
    ),
    "review_overdue": Words(
        N_("%(items)s نوشته و %(appeals)s اعتراض از مهلت گذشته است"),
        N_("هدف این است که هر نوشته زیر یک روز و هر اعتراض زیر سه روز پاسخ بگیرد."),
        to="review_overdue",
        why=MODERATOR,
        topic=Topic.WORK,
    ),
    "report_heard": Words(
        N_("گزارشی که فرستاده بودید بررسی شد"),
        N_("نتیجه: %(verdict)s. از اینکه خبر دادید سپاسگزاریم."),
        to="rules",
        why=REPORTER,
        topic=Topic.MINE,
    ),
    "returned_by_group": Words(
        N_("مدیر گروه «%(title)s» را بازگرداند"), N_("دلیل: %(note)s"), why=AUTHOR, topic=Topic.MINE
    ),
    "endorse": Words(
        N_("نوشته‌ای به نام گروه منتظر تأیید شماست: «%(title)s»"), to="group", why=MANAGER, topic=Topic.GROUPS
    ),
    "edited": Words(
        N_("متن «%(title)s» تغییر کرد"), N_("نسخهٔ پیشین در تاریخچه می‌ماند؛ می‌توانید رأی خود را عوض کنید.")
    ),
    "withdrawn": Words(N_("«%(title)s» را نویسنده‌اش پس گرفت")),
    "merged": Words(
        N_("«%(title)s» در نوشتهٔ مشابهی ادغام شد"),
        N_("از این پس خبرها دربارهٔ هر دو با هم است و هر موافق یک بار شمرده می‌شود. دلیل: %(note)s"),
    ),
    "took_in": Words(
        N_("نوشتهٔ مشابهی در «%(title)s» ادغام شد"),
        N_("هر موافق یک بار شمرده می‌شود؛ برگه‌های رأی جابه‌جا نشده‌اند. دلیل: %(note)s"),
    ),
    "unmerged": Words(
        N_("«%(title)s» از ادغام بیرون آمد"),
        N_("دوباره جدا شمرده می‌شود و همان رأی‌های خودش را دارد. دلیل: %(note)s"),
    ),
    "gave_back": Words(
        N_("یک ادغام در «%(title)s» برگشت"), N_("هر دو نوشته دوباره جدا شمرده می‌شوند. دلیل: %(note)s")
    ),
    "cosign_asked": Words(
        N_("از شما خواسته‌اند «%(title)s» را هم‌امضا کنید"),
        N_("تا نپذیرید، نامی زیر پیشنهاد نمی‌آید."),
        to="cosigners",
        why=N_("این خبر را می‌گیرید چون نویسندهٔ پیشنهاد شما یا گروهتان را دعوت کرده است."),
        topic=Topic.MINE,
    ),
    "cosign_offered": Words(
        N_("گروهی می‌خواهد «%(title)s» را هم‌امضا کند: %(name)s"),
        N_("بپذیرید یا نه؛ تا نپذیرید نامی زیر آن نمی‌آید."),
        to="cosigners",
        why=AUTHOR,
        topic=Topic.MINE,
    ),
    "cosigned": Words(
        N_("%(name)s زیر «%(title)s» نشست"),
        N_("نام آن زیر پیشنهاد دیده می‌شود."),
        to="cosigners",
        topic=Topic.MINE,
    ),
    "cosign_declined": Words(
        N_("دعوت به هم‌امضایی «%(title)s» پذیرفته نشد"),
        N_("می‌توانید کس دیگری را دعوت کنید."),
        to="cosigners",
        topic=Topic.MINE,
    ),
    "cosign_left": Words(
        N_("%(name)s دیگر هم‌امضای «%(title)s» نیست"),
        N_("این در مسیر پیشنهاد نوشته شد."),
        to="cosigners",
        topic=Topic.MINE,
    ),
    "threshold": Words(
        N_("«%(title)s» به حد نصاب رسید"), N_("واحد مسئول باید پاسخ رسمی بدهد."), topic=Topic.VOTES
    ),
    "vote_closed": Words(N_("رأی‌گیری «%(title)s» پایان یافت"), N_("نتیجه را ببینید."), topic=Topic.VOTES),
    "case_opened": Words(
        N_("«%(title)s» به واحد مسئول رفت"), N_("مهلت پاسخ رسمی از امروز می‌گذرد."), topic=Topic.ANSWERS
    ),
    "case_new": Words(
        N_("پروندهٔ تازه‌ای به واحد شما رسید: «%(title)s»"),
        N_("مهلت پاسخ رسمی از امروز می‌گذرد."),
        to="case",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "case_yours": Words(
        N_("پروندهٔ «%(title)s» به شما سپرده شد"),
        N_("پاسخ آن را بنویسید."),
        to="case",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "case_triage": Words(
        N_("برای «%(title)s» واحدی پیدا نشد"),
        N_("واحد مسئول آن را برگزینید."),
        to="triage",
        why=TRIAGE,
        topic=Topic.WORK,
    ),
    "case_returned": Words(
        N_("واحد مسئول پروندهٔ «%(title)s» را بازگرداند"),
        N_("مهلت همچنان می‌گذرد؛ واحد دیگری را برگزینید."),
        to="triage",
        why=TRIAGE,
        topic=Topic.WORK,
    ),
    "answer_to_approve": Words(
        N_("پاسخ «%(title)s» منتظر تأیید شماست"),
        N_("بخوانید و منتشر کنید، یا با یادداشت بازگردانید."),
        to="case",
        why=HEAD,
        topic=Topic.WORK,
    ),
    "answer_sent_back": Words(
        N_("مدیر پاسخ «%(title)s» را با یادداشت بازگرداند"),
        N_("یادداشت را بخوانید، پاسخ را اصلاح کنید و دوباره بفرستید."),
        to="case",
        why=WRITER,
        topic=Topic.WORK,
    ),
    "paper_new": Words(
        N_("در دستور جلسه جای گرفت و منتظر نظر شماست: «%(title)s»"),
        N_("خلاصهٔ دوصفحه‌ای را بخوانید و پیش از جلسه نظر بدهید."),
        to="item",
        why=COUNCIL,
        topic=Topic.COUNCIL,
    ),
    "meeting_cancelled": Words(
        N_("جلسه لغو شد: %(title)s"),
        N_("دلیل آن در صفحهٔ جلسه است."),
        to="meeting",
        why=COUNCIL,
        topic=Topic.COUNCIL,
    ),
    "on_agenda": Words(
        N_("«%(title)s» در دستور کار شورا جای گرفت"),
        N_("گزارش مشارکتی را که شورا می‌خواند ببینید."),
        to="item",
        topic=Topic.COUNCIL,
    ),
    "resolved": Words(
        N_("شورا دربارهٔ «%(title)s» تصمیم گرفت"),
        N_("بخوانید چه تصمیمی گرفت، چرا، و کدام واحد تا کی باید آن را انجام دهد."),
        to="resolution",
        topic=Topic.COUNCIL,
    ),
    "clause_new": Words(
        N_("بندی از مصوبهٔ شورا به واحد شما سپرده شد: «%(title)s»"),
        N_("مهلت آن از امروز می‌گذرد؛ پیشرفت کار را همان‌جا گزارش کنید."),
        to="clause",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "clause_handed_over": Words(
        N_("بندی از مصوبهٔ «%(title)s» از واحدی که بسته شد به واحد شما رسید"),
        N_("مهلت آن همان است که بود؛ پیشرفت کار را همان‌جا گزارش کنید."),
        to="clause",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "clause_soon": Words(
        N_("سه‌چهارم مهلت بندی از مصوبهٔ «%(title)s» گذشت"),
        N_("پیشرفت کار را گزارش کنید."),
        to="clause",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "clause_late": Words(
        N_("مهلت بندی از مصوبهٔ «%(title)s» گذشت"),
        N_("این دیرکرد را همه می‌بینند."),
        to="clause",
        why=CLAUSE,
        topic=Topic.WORK,
    ),
    "clause_sent_back": Words(
        N_("انجام بندی از مصوبهٔ «%(title)s» پذیرفته نشد"),
        N_("ببینید چه چیزی کم است."),
        to="clause",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "clause_complete": Words(
        N_("واحد می‌گوید بندی از مصوبهٔ «%(title)s» انجام شده است"),
        N_("مدرک را ببینید و تأیید کنید یا بازگردانید."),
        to="clause",
        why=CLAUSE,
        topic=Topic.WORK,
    ),
    "clause_verified": Words(
        N_("بندی از مصوبهٔ شورا دربارهٔ «%(title)s» انجام و تأیید شد"),
        N_("مدرک آن را ببینید."),
        to="clause",
        topic=Topic.COUNCIL,
    ),
    "author_asked": Words(
        N_("واحد مسئول دربارهٔ «%(title)s» از شما پرسید: %(note)s"),
        N_("ساعت واحد تا پاسخ شما، حداکثر ده روز کاری، می‌ایستد."),
        to="question",
        why=AUTHOR,
        topic=Topic.MINE,
    ),
    "author_answered": Words(
        N_("نویسندهٔ «%(title)s» به پرسش واحد پاسخ داد"),
        N_("مهلت پاسخ رسمی دوباره می‌گذرد."),
        to="case",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "part_asked": Words(
        N_("برای پاسخ به «%(title)s» از واحد شما هم نظر خواسته‌اند"),
        N_("بخش واحد خود را بنویسید؛ مهلت با واحد مسئول است."),
        to="case",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "part_given": Words(
        N_("واحد همراه بخش خود را برای «%(title)s» نوشت"),
        N_("پاسخ را کامل کنید و به مدیر بفرستید."),
        to="case",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "pause_spent": Words(
        N_("نویسندهٔ «%(title)s» پاسخ نداد و ده روز کاری انتظار به پایان رسید"),
        N_("مهلت پاسخ رسمی دوباره می‌گذرد؛ با آنچه می‌دانید پاسخ دهید."),
        to="case",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "case_extended": Words(
        N_("مهلت پاسخ به «%(title)s» یک بار تمدید شد"),
        N_("دلیل و روز تازه را در صفحهٔ آن بخوانید."),
        topic=Topic.ANSWERS,
    ),
    "case_reopened": Words(
        N_("پروندهٔ «%(title)s» دوباره باز شد"),
        N_("مهلت تازه از امروز می‌گذرد."),
        to="case",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "answer_revised": Words(
        N_("پاسخ رسمی «%(title)s» ویرایش شد"),
        N_("نسخهٔ پیشین و دلیل تغییر در صفحهٔ آن است."),
        topic=Topic.ANSWERS,
    ),
    "case_late_75": Words(
        N_("سه‌چهارم مهلت پاسخ به «%(title)s» گذشته است"),
        N_("پاسخ را بنویسید، یا پیش از پایان مهلت تمدید بخواهید."),
        to="case",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "case_late_100": Words(
        N_("مهلت پاسخ به «%(title)s» گذشت"),
        N_("دیرکرد را همه می‌بینند و با انتشار پاسخ می‌ایستد."),
        to="case",
        why=HEAD,
        topic=Topic.WORK,
    ),
    "case_late_150": Words(
        N_("«%(title)s» بسیار از مهلت گذشته است"),
        N_("واحد زیر نظر شما هنوز پاسخ نداده است؛ شورا هم در گزارش هفتگی باخبر می‌شود."),
        to="case",
        why=N_("این خبر را می‌گیرید چون مدیر واحد بالادستید."),
        topic=Topic.WORK,
    ),
    "council_overdue": Words(
        N_("گزارش هفتگی دیرکردها برای شورا آماده است: %(n)s پرونده"),
        N_("واحدهایی که یک‌ونیم برابر مهلت پاسخ نداده‌اند در این فهرست‌اند."),
        to="overdue",
        why=N_("این خبر را می‌گیرید چون عضو شورایید."),
        topic=Topic.WORK,
    ),
    "council_asked": Words(
        N_("عضو شورا از واحد شما پرسید: «%(title)s»"),
        N_("پرسش و پاسخ آن را همه می‌بینند."),
        to="case",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "council_asked_about": Words(
        N_("عضو شورا دربارهٔ موردی که پیگیری می‌کنید پرسید: «%(title)s»"),
        N_("پاسخ که برسد همان‌جا می‌بینید."),
        topic=Topic.COUNCIL,
    ),
    "answered": Words(
        N_("«%(title)s» پاسخ رسمی گرفت: %(answer)s"),
        N_("پاسخ کامل را بخوانید و بگویید قانع‌کننده بود یا نه."),
        topic=Topic.ANSWERS,
    ),
    "promise_due": Words(
        N_("امروز موعد قولی است که دربارهٔ «%(title)s» داده شد. انجام شد؟"),
        N_("با یک لمس بگویید."),
        to="promise",
        topic=Topic.ANSWERS,
    ),
    "promise_reported": Words(
        N_("واحد می‌گوید «%(title)s» انجام شده است. درست شد؟"),
        N_("انجام‌شدن تنها با تأیید مردم ثبت می‌شود."),
        to="promise",
        topic=Topic.ANSWERS,
    ),
    "promise_confirmed": Words(
        N_("مردم تأیید کردند: «%(title)s» انجام شد"), to="promise", topic=Topic.ANSWERS
    ),
    "promise_disputed": Words(
        N_("مردم می‌گویند «%(title)s» هنوز انجام نشده است"),
        N_("پرونده دوباره باز شد."),
        to="promise",
        topic=Topic.ANSWERS,
    ),
    "promise_progressed": Words(
        N_("واحد از پیشرفت کار «%(title)s» گزارش داد"),
        N_("گزارش و مدرک‌ها را ببینید."),
        to="promise",
        topic=Topic.ANSWERS,
    ),
    "promise_handed_over": Words(
        N_("قولی دربارهٔ «%(title)s» از واحدی که بسته شد به واحد شما رسید"),
        N_("روز موعد همان است که بود؛ پیشرفت کار را در صفحهٔ قول گزارش کنید."),
        to="promise",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "promise_asked": Words(
        N_("یک هفته از گزارش انجام «%(title)s» گذشت. درست شد؟"),
        N_("با یک لمس بگویید."),
        to="promise",
        topic=Topic.ANSWERS,
    ),
    "promise_asked_again": Words(
        N_("هنوز نظر شما را نداریم: «%(title)s» درست شد؟"),
        N_("چهار هفته گذشته است و دیگر نمی‌پرسیم؛ نظر شما هر وقت برسد شمرده می‌شود."),
        to="promise",
        topic=Topic.ANSWERS,
    ),
    "promise_disputed_desk": Words(
        N_("مردم نپذیرفتند که «%(title)s» انجام شده است"),
        N_("قول دوباره باز است: کار را تمام کنید و با مدرک تازه گزارش بدهید."),
        to="promise",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "sheet_doubted": Words(
        N_("بیشتر کسانی که کد محل را خوانده‌اند می‌گویند «%(title)s» درست نشده است"),
        N_("محل را ببینید؛ از نویسنده هم پرسیده‌ایم."),
        to="promise",
        why=STAFF,
        topic=Topic.WORK,
    ),
    "sheet_doubted_author": Words(
        N_("بیشتر رهگذران می‌گویند «%(title)s» درست نشده است. نظر شما چیست؟"),
        N_("«نه» شما قول را دوباره باز می‌کند."),
        to="promise",
        why=AUTHOR,
        topic=Topic.MINE,
    ),
    "consultation_submitted": Words(
        N_("نظرخواهی تازه منتظر تأیید شماست: «%(title)s»"), to="approvals", why=OPERATOR, topic=Topic.WORK
    ),
    "consultation_returned": Words(
        N_("مدیر سامانه نظرخواهی «%(title)s» را بازگرداند"),
        N_("دلیل: %(note)s"),
        to="build",
        why=MANAGER,
        topic=Topic.GROUPS,
    ),
    "consultation_approved": Words(
        N_("نظرخواهی «%(title)s» تأیید شد و از امروز باز است"),
        N_("پیوند آن را برای دیگران بفرستید."),
        why=MANAGER,
        topic=Topic.GROUPS,
    ),
    "phase_vote": Words(
        N_("رأی‌گیری «%(title)s» آغاز شد"),
        N_("هر نفر یک رأی؛ تا پایان می‌توانید آن را عوض کنید."),
        topic=Topic.CONSULTATIONS,
    ),
    "report_due": Words(
        N_("گزارش پایانی «%(title)s» را بنویسید"),
        N_("اگر تا ۱۴ روز ننویسید، سامانه آمار را بی‌متن منتشر می‌کند."),
        to="report",
        why=MANAGER,
        topic=Topic.GROUPS,
    ),
    "report_published": Words(
        N_("گزارش پایانی «%(title)s» منتشر شد"),
        N_("واحد پاسخ‌گو از امروز مهلت دارد."),
        to="report",
        topic=Topic.CONSULTATIONS,
    ),
    "group_asked": Words(
        N_("گروه تازه‌ای منتظر تأیید شماست: %(name)s"), to="groups", why=OPERATOR, topic=Topic.WORK
    ),
    "group_activated": Words(
        N_("گروه «%(name)s» تأیید شد"),
        N_("از این پس اعضا می‌توانند به نام آن بنویسند."),
        to="group",
        why=MANAGER,
        topic=Topic.GROUPS,
    ),
    "join_asked": Words(N_("کسی می‌خواهد عضو «%(name)s» شود"), to="members", why=MANAGER, topic=Topic.GROUPS),
    "admitted": Words(N_("شما عضو «%(name)s» شدید"), to="group", why=MEMBER, topic=Topic.GROUPS),
    "role": Words(
        N_("نقش شما در سامانه تغییر کرد"),
        N_("برای دیدن کارهای این نقش دوباره وارد شوید."),
        to="me",
        why=MEMBER,
        topic=Topic.MINE,
    ),
}

ANSWERS = {
    "accepted": N_("پذیرفته شد"),
    "partly": N_("پذیرفته شد با تغییر"),
    "declined": N_("پذیرفته نشد"),
    "already_done": N_("پیش‌تر انجام شده"),
    "not_ours": N_("در اختیار شهرداری نیست"),
    "needs_council": N_("نیازمند مصوبهٔ شورا"),
}
VERDICTS = {
    "publish": N_("نوشته منتشر ماند"),
    "return": N_("برای اصلاح به نویسنده بازگشت"),
    "hide": N_("پنهان شد"),
    "hide_photo": N_("عکس آن پنهان شد"),
    "mask": N_("بخش‌هایی از آن پوشانده شد"),
}
GONE = N_("موردی که در آن شرکت کرده بودید دیگر در دسترس نیست")


def say_notice(notice: Told, about: About | None) -> tuple[str, str, str]:
    """(line, second sentence, address) in the language of the page. What the reader may no longer see is not named."""
    words = WORDS.get(notice.kind)
    if words is None or (notice.contribution_id and about is None):
        return say(GONE), "", url_for("people.me")
    data = notice.data
    values = {
        "title": (about.title or about.summary) if about else data.get("title", ""),
        "name": data.get("name", ""),
        "note": say(data.get("note", "")),
        "n": num(data.get("n", "")),
        "clause": say(data.get("clause", "")),
        "answer": say(ANSWERS.get(data.get("answer", ""), "")),
        "items": num(data.get("items", 0)),
        "appeals": num(data.get("appeals", 0)),
        "day": write_day(date.fromisoformat(data["day"]), language(), "y") if data.get("day") else "",
        "verdict": say(VERDICTS.get(data.get("verdict", ""), "")),
    }
    return (
        say(words.line, **values).strip(),
        say(words.more, **values).strip(),
        _address(words.to, data, about),
    )


def topic_of(kind: str) -> Topic:
    """What people choose by; a kind without words counts as a thing followed."""
    return WORDS[kind].topic if kind in WORDS else Topic.FOLLOWED


def say_why(kind: str) -> str:
    """Why this person is told."""
    return say(WORDS[kind].why) if kind in WORDS else ""


def _address(to: str, data: dict[str, Any], about: About | None) -> str:
    root = url_for("people.me").removesuffix("/me")
    plain = {
        "promise": f"/promises/{data.get('promise_id')}",
        "approvals": "/admin/consultations",
        "groups": "/admin/groups",
        "rules": "/rules",
        "me": "/me",
        "build": f"/consultations/{data.get('consultation_id')}/edit/review",
        "group": f"/groups/{data.get('group_id')}",
        "case": f"/inbox/{data.get('case_id')}",
        "triage": "/triage",
        "item": f"/council/items/{data.get('item_id')}",
        "meeting": f"/council/meetings/{data.get('meeting_id')}",
        "resolution": f"/council/resolutions/{data.get('resolution_id')}",
        "clause": f"/council/clauses/{data.get('clause_id')}",
        "decision": f"/me/decisions/{data.get('decision_id')}"
        if data.get("decision_id")
        else "/me/decisions",
        "decisions": "/me/decisions",
        "appeal": f"/queue/appeals/{data.get('appeal_id')}",
        "review_overdue": "/queue?reason=overdue",
        "question": f"/questions/{data.get('question_id')}",
        "overdue": f"/overdue?week={data.get('week')}",
        "members": f"/groups/{data.get('group_id')}/members",
    }
    if to == "promise" and not data.get("promise_id"):
        to = "page"  # an answer that says it was done already promises nothing
    if to in plain:
        return root + plain[to]
    if about is None:
        return root + "/me"
    if to == "cosigners":
        return f"{root}/proposals/{about.id}/cosigners"
    if to == "report":
        return f"{root}/consultations/{about.id}/report"
    endpoint, _card = KINDS[about.kind]
    return url_for(endpoint, contribution_id=about.id, _anchor="comments" if to == "comments" else None)
