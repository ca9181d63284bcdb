"""Groups' consultations in every state."""

from datetime import timedelta

from civic.consultations import queries, service
from civic.consultations.rules import Plan
from civic.core import clock
from civic.core.actor import Role
from civic.groups.queries import actor_of
from tests.make import basics


def consultation(
    manager_id: int, group_id: int, *, department_id: int | None = None, state: str = "running", collect: int = 5, vote: int = 5,
    title: str = "خیابان جلوی سه دبستان هنگام تعطیلی بسته شود؟", moderation: str = "post",
) -> int:  # fmt: skip
    """A consultation of a group: draft, submitted or running (approved by an operator of its own)."""
    actor = actor_of(manager_id)
    made = service.begin(actor, group_id=group_id, template="options")
    service.ask(
        actor, made, title=title, text="هر ظهر صدها کودک میان خودروها از خیابان می‌گذرند؛ می‌پرسیم چه کنیم.",
        can_change="ساعت بستن خیابان\nراه جایگزین", cannot_change="راه آمبولانس باز می‌ماند",
        option_lines="هر روز\nفقط شنبه‌ها\nبسته نشود",
    )  # fmt: skip
    today = clock.today()
    plan = Plan(today + timedelta(days=collect), today + timedelta(days=collect + vote), moderation)
    service.plan(actor, made, plan)
    service.name_department(actor, made, department_id=department_id or basics.department())
    if state in {"submitted", "running"}:
        service.submit(actor, made)
    if state == "running":
        operator = actor_of(basics.user("مدیر سامانه", roles=(Role.OPERATOR,)))
        service.approve(operator, queries.for_change(operator, made.id))
    return made.id
