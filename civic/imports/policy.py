"""Imports are the operator's command."""

from enum import StrEnum

from civic.core.policy import POLICY, is_system


class May(StrEnum):
    IMPORT = "import:run"


POLICY |= {May.IMPORT: [[is_system]]}
