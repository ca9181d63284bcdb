"""What the clock says of duties. Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DutyEscalated:
    """So much of its working time has gone: 75, 100 or 150 per cent. Once per duty and level."""

    duty_id: int
    level: int
    department_id: int | None


@dataclass(frozen=True)
class PauseSpent:
    """The citizen has not answered and the ten working days are used up: the clock runs again."""

    duty_id: int
    pause_id: int
