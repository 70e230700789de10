"""Data types of a plan: the trainee, the days and the week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from formcheck.coaching.plan_rules import LEVELS, Level, SessionRule, plan_rules
from formcheck.errors import UsageError
from formcheck.types.distance import Distance, DistanceUnit

WEEK = 7
Phase = Literal["build", "steady", "lighter", "taper", "race", "rest"]
PHASES: tuple[Phase, ...] = get_args(Phase)
MOST_KM = 400.0  # upper limit for a plausible week


@dataclass(frozen=True)
class Focus:
    """A drill that a measured cue asks for."""

    metric: str
    say: str
    drill: str  # id in the drill library
    value: float | None = None  # what was measured


@dataclass(frozen=True)
class Trainee:
    """The person the week is planned for; None = not stated."""

    level: Level
    days: tuple[int, ...]  # weekdays to train on, 0 = Monday
    weekly_km: float | None = None  # usual week among the last four
    longest_km: float | None = None  # longest run of the last 30 days
    goal_km: float | None = None  # distance of the race
    race: date | None = None
    pace_min_per_km: float | None = None  # of easy running
    focus: tuple[Focus, ...] = ()
    hurts: bool = False
    unit: DistanceUnit = "km"  # of the distances in sentences

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise UsageError(f"There is no level {self.level!r}. Choose one of: {', '.join(LEVELS)}.")
        if not self.days or not set(self.days) <= set(range(WEEK)):
            raise UsageError("Name at least one day of the week to train on.")
        for told, most in ((self.weekly_km, MOST_KM), (self.longest_km, MOST_KM), (self.goal_km, MOST_KM)):
            if told is not None and not 0 <= told <= most:
                raise UsageError(
                    f"{self.distance(told):.4g} is no distance to plan with; at most {self.distance(most):.0f}."
                )
        if self.pace_min_per_km is not None and not 2.5 <= self.pace_min_per_km <= 15:
            raise UsageError("An easy pace is between 2.5 and 15 minutes per km.")

    def distance(self, km: float) -> Distance:
        """Return a distance as the trainee reads it."""
        return Distance(km, self.unit)


@dataclass(frozen=True)
class Part:
    """One part of a day."""

    text: str
    km: float = 0.0  # distance run
    minutes: float = 0.0
    drill: str = ""


@dataclass(frozen=True)
class Day:
    """One day of the week."""

    date: date
    kind: str  # session id, or "rest"
    title: str
    hard: bool
    parts: tuple[Part, ...]
    counts: tuple[str, ...] = ()
    why: str = ""  # the reason for the session, in a sentence
    unit: DistanceUnit = "km"  # of the distance in its summary

    @property
    def rests(self) -> bool:
        """Whether the day is a rest day."""
        return self.kind == "rest"

    @property
    def km(self) -> float:
        """Distance run."""
        return sum(part.km for part in self.parts)

    @property
    def minutes(self) -> float:
        """Approximate duration."""
        return sum(part.minutes for part in self.parts)


@dataclass(frozen=True)
class Week:
    """Seven days, the limits they respect, and notes about them."""

    trainee: Trainee
    days: tuple[Day, ...]
    week_cap_km: float
    run_cap_km: float
    notes: tuple[str, ...] = ()
    phase: Phase = "build"

    @property
    def start(self) -> date:
        """Its first day."""
        return self.days[0].date

    @property
    def km(self) -> float:
        """Total distance run."""
        return sum(day.km for day in self.days)


@dataclass(frozen=True)
class Plan:
    """One or more weeks, one after another."""

    weeks: tuple[Week, ...]

    @property
    def days(self) -> tuple[Day, ...]:
        """All days, in order."""
        return tuple(day for week in self.weeks for day in week.days)

    @property
    def trainee(self) -> Trainee:
        """Who it is for, as told before the first week."""
        return self.weeks[0].trainee

    @property
    def start(self) -> date:
        """Its first day."""
        return self.weeks[0].start


def easy_pace(trainee: Trainee) -> float:
    """Return minutes per km of easy running."""
    return trainee.pace_min_per_km or plan_rules().levels[trainee.level].easy_min_per_km


def for_distance(trainee: Trainee) -> bool:
    """Return whether the goal needs endurance more than speed."""
    return (trainee.goal_km or 0.0) >= plan_rules().goals.distance_from_km


def race_this_week(trainee: Trainee, start: date) -> bool:
    """Return whether the race is within the seven days."""
    return trainee.race is not None and trainee.race < start + timedelta(WEEK)


def days_apart(a: int, b: int) -> int:
    """Return the distance between two days of the week, also across its end."""
    return min((a - b) % WEEK, (b - a) % WEEK)


def fixed_km(rule: SessionRule, trainee: Trainee) -> float:
    """Return the distance of a session of fixed size, in km."""
    pace = easy_pace(trainee)
    pieces = sum(piece.metres / 1000 + piece.run_min / pace for piece in rule.pieces[trainee.level])
    return pieces + (rule.warm_up_min + rule.cool_down_min) / pace
