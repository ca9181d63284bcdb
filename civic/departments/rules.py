"""Guessing a category from words; matching routing rules; what is wrong with them. Plain values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from civic.core.text import fold


def guess_category(text: str, keywords: Iterable[tuple[int, str]]) -> int | None:
    """The id whose keywords the text holds most often; None when it holds none. Suffixes (ها، ی، …) do not hide a word."""
    present = fold(text).split()
    best: tuple[int, int] | None = None
    for category_id, listed in keywords:
        wanted = fold(listed).split()
        score = sum(
            1 for word in present for key in wanted if word == key or (len(key) > 3 and word.startswith(key))
        )
        if score and (best is None or score > best[0]):
            best = (score, category_id)
    return best[1] if best else None


@dataclass(frozen=True)
class Facts:
    """What rules look at: subject, place, what it is, by which door it came, for what kind of group, its folded words."""

    category: int | None = None
    district: int | None = None
    kind: str = ""
    door: str = ""
    group_kind: str = ""
    text: str = ""


@dataclass(frozen=True)
class Condition:
    """A rule as plain values; an empty condition holds for everything. Any one of `keywords` (folded) is enough."""

    id: int
    version: int
    department_id: int
    category: int | None = None
    district: int | None = None
    kind: str = ""
    door: str = ""
    group_kind: str = ""
    keywords: tuple[str, ...] = ()

    def fits(self, facts: Facts) -> bool:
        return (
            self.category in (None, facts.category)
            and self.district in (None, facts.district)
            and self.kind in ("", facts.kind)
            and self.door in ("", facts.door)
            and self.group_kind in ("", facts.group_kind)
            and (not self.keywords or any(_holds(facts.text, word) for word in self.keywords))
        )

    def covers(self, other: "Condition") -> bool:
        """Everything that fits the other rule fits this one, too."""
        return (
            self.category in (None, other.category)
            and self.district in (None, other.district)
            and self.kind in ("", other.kind)
            and self.door in ("", other.door)
            and self.group_kind in ("", other.group_kind)
            and (
                not self.keywords
                or (
                    bool(other.keywords)
                    and all(any(_holds(word, own) for own in self.keywords) for word in other.keywords)
                )
            )
        )


def _holds(text: str, word: str) -> bool:
    """The word or phrase begins at the beginning of a word: suffixes do not hide it."""
    return f" {word}" in f" {text}"


def read_keywords(typed: str) -> tuple[str, ...]:
    """Words and phrases as they are compared: separated by commas, folded, each once."""
    parts = [fold(part) for part in typed.replace("،", ",").split(",")]
    return tuple(dict.fromkeys(part for part in parts if part))


def first_match(conditions: Iterable[Condition], facts: Facts) -> Condition | None:
    """The first rule whose conditions hold."""
    return next((condition for condition in conditions if condition.fits(facts)), None)


@dataclass(frozen=True)
class Office:
    """A department as rules see it."""

    id: int
    active: bool
    parent_id: int | None = None
    replaced_by_id: int | None = None


def successor(department_id: int | None, offices: Mapping[int, Office]) -> int | None:
    """The active department that answers for this one today: itself, or whoever has replaced it. None when nobody has."""
    seen: set[int] = set()
    while department_id is not None and department_id not in seen:
        seen.add(department_id)
        office = offices.get(department_id)
        if office is None:
            return None
        if office.active:
            return office.id
        department_id = office.replaced_by_id
    return None


def leads_back(department_id: int, to: int | None, links: Mapping[int, int | None]) -> bool:
    """Would a link from the department to `to` close a circle?"""
    seen = {department_id}
    while to is not None:
        if to in seen:
            return True
        seen.add(to)
        to = links.get(to)
    return False


def in_circles(links: Mapping[int, int | None]) -> set[int]:
    """Those from which following the links comes back to them."""
    return {start for start in links if _returns(start, links)}


def _returns(start: int, links: Mapping[int, int | None]) -> bool:
    seen: set[int] = set()
    at = links.get(start)
    while at is not None and at not in seen:
        if at == start:
            return True
        seen.add(at)
        at = links.get(at)
    return False


def below(roots: Iterable[int], parents: Mapping[int, int | None]) -> frozenset[int]:
    """These departments and everything under them."""
    found = set(roots)
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return frozenset(found)
        found |= more


def house(department_id: int, offices: Mapping[int, Office]) -> frozenset[int]:
    """The department, those above and below it and those it has replaced: who works there does not judge its work."""
    own = {department_id}
    while more := {o.id for o in offices.values() if not o.active and o.replaced_by_id in own} - own:
        own |= more
    found = set(below(own, {o.id: o.parent_id for o in offices.values()}))
    for start in own:
        at = offices[start].parent_id if start in offices else None
        while at is not None and at not in found:
            found.add(at)
            at = offices[at].parent_id if at in offices else None
    return frozenset(found)


@dataclass(frozen=True)
class Fault:
    """unreachable: an earlier rule (`other`) takes all it would; retired: its department is closed and `other` answers,
    or nobody (0); circle: departments replace or contain each other in a circle (`rule_id` 0, `other` a department).
    """

    kind: str
    rule_id: int
    other: int


def faults(conditions: Sequence[Condition], offices: Mapping[int, Office]) -> list[Fault]:
    """What the operator should mend."""
    found = []
    for n, condition in enumerate(conditions):
        earlier = next((c for c in conditions[:n] if c.covers(condition)), None)
        if earlier is not None:
            found.append(Fault("unreachable", condition.id, earlier.id))
        office = offices.get(condition.department_id)
        if office is None or not office.active:
            found.append(Fault("retired", condition.id, successor(condition.department_id, offices) or 0))
    for links in (
        {o.id: o.replaced_by_id for o in offices.values() if not o.active},
        {o.id: o.parent_id for o in offices.values()},
    ):
        found += [Fault("circle", 0, office_id) for office_id in sorted(in_circles(links))]
    return found
