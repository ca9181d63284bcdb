"""What may be said of a contribution afterwards. Ids only."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ContributionSubmitted:
    """It waits for review."""

    contribution_id: int
    kind: str
    edited: bool = False


@dataclass(frozen=True)
class EndorsementAwaited:
    """It waits for a manager of the group it is written for."""

    contribution_id: int
    group_id: int


@dataclass(frozen=True)
class ContributionPublished:
    """Everybody can read it; `first` when it never was public before."""

    contribution_id: int
    kind: str
    first: bool


@dataclass(frozen=True)
class ContributionReturned:
    contribution_id: int
    kind: str
    by_group: bool = False


@dataclass(frozen=True)
class ContributionHidden:
    contribution_id: int
    kind: str


@dataclass(frozen=True)
class ContributionWithdrawn:
    contribution_id: int
    kind: str


@dataclass(frozen=True)
class ContributionMerged:
    """It left the lists and is counted with another one. `step_id` tells this merge from an earlier one of the same two."""

    contribution_id: int
    kind: str
    into_id: int
    step_id: int


@dataclass(frozen=True)
class ContributionUnmerged:
    """The merge was undone, or one of the two left the public."""

    contribution_id: int
    kind: str
    into_id: int
    step_id: int


@dataclass(frozen=True)
class ContributionEdited:
    """A public text changed; the old one is kept as a version."""

    contribution_id: int
    kind: str


@dataclass(frozen=True)
class ContributionMasked:
    """Passages of a public text were covered, or uncovered after an appeal."""

    contribution_id: int
    kind: str
