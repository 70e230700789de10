"""The cue texts: data in cues.toml, checked when read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from formcheck.metrics import METRICS
from formcheck.metrics.norms import NORMS

Direction = Literal["below", "above"]
Evidence = Literal["A", "B", "C", "D"]
WORDS = ("id", "say", "why", "drill", "link", "evidence", "caveat", "cost", "notice", "again")
CUES_FILE = Path(__file__).with_name("cues.toml")
MOST_WORDS = 12
LINKS: dict[Evidence, str] = {
    "A": "Several trials found that such practice changes it.",
    "B": "Practice with a metronome changed it in a trial; the drill prepares for it.",
    "C": "Some studies suggest that the drill changes it.",
    "D": "Coaches' experience suggests that the drill changes it.",
}
"""Strength of the evidence that a drill causes the change, as text."""
OPPOSITE: dict[str, str] = {
    one: other
    for pair in (
        ("cadence:up", "cadence:down"), ("reach:down", "reach:up"), ("toes:down", "toes:up"), ("lean:up", "lean:down"),
        ("bounce:down", "bounce:up"), ("contact:down", "contact:up"), ("elbow:open", "elbow:closed"),
        ("arms:opposite", "arms:together"), ("hands:out", "hands:in"), ("feet:apart", "feet:together"),
        ("head:up", "head:down"),
    )
    for one, other in (pair, pair[::-1])
}  # fmt: skip
"""What a cue can ask for, and its opposite."""
NEEDED = ("topics", "asks", "why", "caveat", "drill", "cost", "notice", "again")


@dataclass(frozen=True)
class Finding:
    """A metric whose value is on one given side of its range."""

    metric: str
    when: Direction

    def __post_init__(self) -> None:
        if self.metric not in NORMS or self.metric not in METRICS:
            raise ValueError(f"{self.metric!r} has no range to be outside of")
        if self.when not in get_args(Direction):
            raise ValueError(f"{self.metric}: when must be below or above, got {self.when!r}")


@dataclass(frozen=True)
class Aim:
    """How a target follows from a measurement."""

    metric: str
    most: float  # the largest change that is asked for at once, in the metric's unit
    words: str
    percent: float | None = None  # change by so much; None = towards what is usual


@dataclass(frozen=True)
class Rule:
    """Conditions and text of a cue."""

    id: str
    about: Finding  # the metric that is shown
    also: tuple[Finding, ...]  # findings that must hold as well
    under: Mapping[str, float]  # metrics that must be clearly below a value
    beyond: float | None  # distance from the range that is worth a word; None = the smallest change
    topics: tuple[str, ...]  # two cues never share a topic
    asks: tuple[str, ...]  # "cadence:up"; two cues never ask for opposite things
    aim: Aim
    say: str  # at most 12 words; may use the target's numbers
    plain: str  # said where there is no target
    why: str
    drill: str
    link: Evidence  # evidence that the drill changes the metric
    evidence: Evidence
    caveat: str
    cost: str
    notice: str
    again: str

    def __post_init__(self) -> None:
        if len(self.say.split()) > MOST_WORDS:
            raise ValueError(f"{self.id}: more than {MOST_WORDS} words: {self.say}")
        if {self.evidence, self.link} - set(LINKS):
            raise ValueError(f"{self.id}: evidence and link must be A to D")
        if empty := [name for name in NEEDED if not getattr(self, name)]:
            raise ValueError(f"{self.id}: nothing in {', '.join(empty)}")
        if unknown := set(self.asks) - set(OPPOSITE):
            raise ValueError(f"{self.id}: asks for {unknown}, which has no opposite named")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings that must hold."""
        return (self.about, *self.also)


@dataclass(frozen=True)
class Praise:
    """Praise for a metric that is clearly inside its range."""

    metric: str
    topics: tuple[str, ...]
    say: str

    def __post_init__(self) -> None:
        if self.metric not in NORMS:
            raise ValueError(f"{self.metric!r} has no range to be inside of")


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules for cues, combinations before their parts."""
    return tuple(_rule(row) for row in _table()["cue"])


@cache
def curiosities() -> tuple[Rule, ...]:
    """Return what may be tried where nothing needs to change; their finding need not hold."""
    return tuple(_rule(row) for row in _table()["curious"])


@cache
def praises() -> tuple[Praise, ...]:
    """Return the praises, most informative first."""
    return tuple(Praise(row["metric"], tuple(row["topics"]), row["say"]) for row in _table()["praise"])


def _table() -> dict[str, Any]:
    return tomllib.loads(CUES_FILE.read_text(encoding="utf-8"))


def _rule(row: dict[str, Any]) -> Rule:
    also = tuple(_finding(text) for text in row.get("also", ()))
    words = {name: row[name] for name in WORDS}
    return Rule(
        about=Finding(row["metric"], row["when"]), also=also, under=row.get("under", {}), beyond=row.get("beyond"),
        topics=tuple(row["topics"]), asks=tuple(row["asks"]), aim=Aim(**row["target"]), plain=row.get("plain", row["say"]),
        **words,
    )  # fmt: skip


def _finding(text: str) -> Finding:
    metric, _, when = text.partition(":")
    return Finding(metric, "below" if when == "below" else "above" if when == "above" else _unknown(text))


def _unknown(text: str) -> Direction:
    raise ValueError(f"{text!r} must end with :above or :below")
