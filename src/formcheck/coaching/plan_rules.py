"""Rules of a plan: data in plan.toml, checked when read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from formcheck.coaching.library import A_NUMBER, SOURCES
from formcheck.files.typed import read_as

Level = Literal["new", "regular", "trained"]
LEVELS: tuple[Level, ...] = get_args(Level)
PLAN_FILE = Path(__file__).with_name("plan.toml")
A_BLANK = re.compile(r"\{.*?\}")


@dataclass(frozen=True)
class Caps:
    """Upper limits of a week."""

    week_growth: tuple[float, ...]  # share of a usual week, by level
    run_growth: float  # share of the longest run of the last 30 days
    hard_share: float  # of the week's distance
    start_run_km: tuple[float, ...]  # longest run where no distance is given, by level
    start_week_km: tuple[float, ...]
    fewest_runs: int  # in a usual week whose longest run is not given
    longest_a_week: int  # longest runs that make a usual week, where only the longest is given
    least_run_km: float
    least_week_km: float
    least_share: float  # of the usual week: no less, unless a race or the days ask for it
    near_share: float  # of the usual week: as good as all of it


@dataclass(frozen=True)
class Phases:
    """How the weeks of a plan follow one another."""

    lighter_every: int  # weeks
    lighter_share: float  # of the week before
    taper_share: float  # of the usual week, in the week before the race's
    taper_from_km: float
    race_week_share: float
    most_weeks: int


@dataclass(frozen=True)
class Goals:
    """Target lengths of runs."""

    distance_from_km: float
    article_long_min: float
    distance_long_min: float
    easy_min: float
    agility_jog_min: float


@dataclass(frozen=True)
class LevelRule:
    """One level of runner: number of days, number of hard days, and order of sessions."""

    id: Level
    name: str
    most_days: int
    most_hard: int
    easy_min_per_km: float
    speed: tuple[str, ...]  # session ids for short goals, most important first
    distance: tuple[str, ...]  # session ids for long goals


@dataclass(frozen=True)
class SessionPart:
    """A part of a session at one level."""

    text: str
    drill: str  # id in the drill library, or ""
    metres: float
    run_min: float
    other_min: float


@dataclass(frozen=True)
class SessionRule:
    """A session that a day may contain."""

    id: str
    title: str
    why: str  # its reason, in a sentence
    weekday: int  # 0 = Monday: its day in the article's week
    hard: bool
    counts: tuple[str, ...]  # categories it counts towards in the weekly limits
    pieces: Mapping[Level, tuple[SessionPart, ...]]
    warm_up_min: float
    cool_down_min: float
    flexible: bool  # the length of its run depends on the weekly limit


@dataclass(frozen=True)
class Advice:
    """Advice beyond training; information, not medical advice."""

    title: str
    say: str
    source: str


@dataclass(frozen=True)
class Rules:
    """Everything in plan.toml."""

    caps: Caps
    phases: Phases
    most: Mapping[str, int]
    fewest: Mapping[str, int]
    goals: Goals
    levels: Mapping[Level, LevelRule]
    sessions: Mapping[str, SessionRule]
    words: Mapping[str, str]
    notes: Mapping[str, str]
    advice: tuple[Advice, ...]


@cache
def plan_rules() -> Rules:
    """Return the rules; a number without a source raises ValueError."""
    data = tomllib.loads(PLAN_FILE.read_text(encoding="utf-8"))
    for where, entry in _entries(data):
        check_sources(f"plan.toml, {where}", entry)
    notes = without_sources(data["words"].pop("notes"))
    return Rules(
        read_as(Caps, without_sources(data["caps"]), "the caps"),
        read_as(Phases, without_sources(data["phases"]), "the phases"),
        without_sources(data["most"]),
        without_sources(data["fewest"]),
        read_as(Goals, without_sources(data["goals"]), "the goals"),
        {row["id"]: read_as(LevelRule, without_sources(row), f"level {row['id']}") for row in data["level"]},
        {row["id"]: _session(row) for row in data["session"]},
        without_sources(data["words"]),
        notes,
        tuple(Advice(row["title"], row["say"], _source(row)) for row in data["advice"]),
    )


def _session(row: dict[str, Any]) -> SessionRule:
    pieces = {
        level: tuple(_piece(part, k) for part in row["parts"] if part["dose"][k])
        for k, level in enumerate(LEVELS)
    }
    return SessionRule(
        row["id"], row["title"], row["why"], row["weekday"], row["hard"], tuple(row["counts"]), pieces,
        row.get("warm_up_min", 0), row.get("cool_down_min", 0), row.get("flexible", False),
    )  # fmt: skip


def _piece(part: dict[str, Any], k: int) -> SessionPart:
    metres, run_min, other_min = (
        float(part.get(name, (0, 0, 0))[k]) for name in ("metres", "run_min", "other_min")
    )
    return SessionPart(part["dose"][k], part["drill"], metres, run_min, other_min)


def without_sources(entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry of a data file without its sources."""
    return {name: value for name, value in entry.items() if name != "sources"}


def _source(row: dict[str, Any]) -> str:
    keys = dict.fromkeys(key for _, key in row["sources"])
    return "; ".join(SOURCES.get(key, key) for key in keys) or "coaches' practice"


def _entries(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every entry that names sources."""
    for name, value in data.items():
        for row in value if isinstance(value, list) else [value]:
            yield str(row.get("id", name)), row
    yield "notes", data["words"]["notes"]


def check_sources(where: str, entry: dict[str, Any]) -> None:
    """Raise ValueError for a number that no source is named for."""
    sourced = {float(found) for text, _ in entry["sources"] for found in A_NUMBER.findall(text)}
    if unsourced := set(_numbers(entry)) - sourced - {0.0}:
        raise ValueError(f"{where}: no source for {sorted(unsourced)}")


def _numbers(entry: Mapping[str, Any]) -> Iterator[float]:
    """Yield the numbers of an entry: its values and those in its texts, except placeholders."""
    for name, value in entry.items():
        if name not in ("sources", "notes", "weekday"):
            for found in _values(value):
                if isinstance(found, str):
                    yield from map(float, A_NUMBER.findall(A_BLANK.sub("", found)))
                else:
                    yield float(found)


def _values(value: Any) -> Iterator[str | float]:
    """Yield texts and numbers; of session parts only the doses, because the rest repeats them."""
    if isinstance(value, list):
        for each in value:
            yield from _values(each)
    elif isinstance(value, dict):
        yield from _values(value["dose"])
    elif not isinstance(value, bool):
        yield value
