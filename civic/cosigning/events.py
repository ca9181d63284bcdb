"""What co-signing tells the rest. Ids only; `round` tells a second asking from the first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CosignAsked:
    """The author invited a person or a group."""

    cosigner_id: int
    round: int


@dataclass(frozen=True)
class CosignOffered:
    """A group offered itself to the author."""

    cosigner_id: int
    round: int


@dataclass(frozen=True)
class Cosigned:
    """The one who was asked said yes; the name stands under the proposal."""

    cosigner_id: int
    round: int


@dataclass(frozen=True)
class CosignDeclined:
    cosigner_id: int
    round: int


@dataclass(frozen=True)
class CosignerLeft:
    cosigner_id: int
    round: int
