"""What departments tell the rest. Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DepartmentRetired:
    """It gets nothing new any more; what it still owes goes to the one that replaces it, or back to triage."""

    department_id: int
    replaced_by_id: int | None
