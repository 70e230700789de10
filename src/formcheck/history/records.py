"""The record types of a runner's history: derived numbers only, each with a plain form for files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np

from formcheck.coaching import DRILLS, DrillCheck
from formcheck.coaching.practise import CourseRun, PracticeCourse
from formcheck.errors import UsageError
from formcheck.export.loading import known_extra
from formcheck.export.record import as_json_types
from formcheck.files.typed import WrongContent, read_as
from formcheck.metrics import METRICS
from formcheck.types import Analysis, Measurement

FIRST_YEAR, LAST_YEAR = 1990, 2200  # year of a record: nobody filmed before; time zones can be applied


@dataclass(frozen=True)
class CueRecord:
    """A cue as it was given."""

    metric: str
    say: str
    drill: str


@dataclass(frozen=True)
class Session:
    """The numbers of one measured clip."""

    when: datetime
    clip: str  # the clip's name
    sha256: str  # of the clip's file: the same clip is stored once
    measurements: Mapping[str, Measurement]  # only metrics with a value
    cues: tuple[CueRecord, ...] = ()
    view: str = "unknown"

    @property
    def key(self) -> str:
        """Identifies a session among those of one runner."""
        return self.sha256


@dataclass(frozen=True)
class DrillDone:
    """One set of a drill that was filmed and checked."""

    when: datetime
    drill: str  # id in the drill library
    clip: str
    full: int  # repetitions with full range of motion
    partial: int
    seconds: float  # duration of the set
    per_minute: float  # repetition rate; NaN = not measured
    sha256: str = ""  # of the clip's file

    @property
    def key(self) -> str:
        """The same clip of the same drill is stored once."""
        return f"{self.drill} {self.sha256 or self.when.astimezone(UTC).isoformat()}"


@dataclass(frozen=True)
class Practice:
    """A cue that the runner reports as practised."""

    when: datetime
    metric: str
    drill: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """One entry per metric and day, in UTC so that it is the same everywhere."""
        return f"{self.metric} {self.when.astimezone(UTC).date().isoformat()}"


@dataclass(frozen=True)
class WatchValue:
    """What a watch recorded for one metric over a run."""

    metric: str
    unit: str
    value: float  # the median over the run
    low: float  # the middle 80 % of the run is between low ...
    high: float  # ... and high: the variation within the run, not the accuracy of the watch
    n: int  # number of records behind it

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.metric}: {self.value} is outside {self.low}..{self.high}")


@dataclass(frozen=True)
class WatchRun:
    """A run as a watch recorded it."""

    when: datetime
    source: str  # the file's name
    sha256: str  # of the file; in a list of activities, of the run's day, length and time
    distance_km: float  # NaN = not recorded
    minutes: float  # NaN = not recorded
    values: Mapping[str, WatchValue]
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same file is stored once, and so is the same run of a list."""
        return self.sha256


Record = Session | DrillDone | Practice | WatchRun | PracticeCourse | CourseRun
Kind = Literal["session", "drill", "practice", "watch", "course", "course_run"]
KINDS: dict[type, Kind] = {
    Session: "session", DrillDone: "drill", Practice: "practice", WatchRun: "watch",
    PracticeCourse: "course", CourseRun: "course_run",
}  # fmt: skip


def session_of(analysis: Analysis, when: datetime) -> Session:
    """Return what is stored of an analysis: measured values and cues, nothing of the image."""
    kept = {
        id: replace(each, why_missing=None, missing_code=None, times=(), samples=(), by_side=())
        for id, each in analysis.measurements.items()
        if each.measured
    }
    cues = tuple(CueRecord(cue.metric, cue.say, cue.drill) for cue in analysis.cues)
    return Session(when, analysis.clip.name, analysis.clip.sha256, kept, cues, analysis.scene.view)


def drill_done(check: DrillCheck, when: datetime) -> DrillDone:
    """Return what is stored of a checked drill.

    Raises
    ------
    UsageError
        If nothing was counted.
    """
    if check.refusal or check.drill is None or not check.reps:
        reason = check.refusal.reason if check.refusal else "no repetition was counted."
        raise UsageError(f"There is nothing to keep of {check.clip.name}: {reason}")
    ends = [rep.end if np.isfinite(rep.end) else rep.peak for rep in check.reps]
    seconds = max(ends) - min(rep.start for rep in check.reps)
    rate = next((each.value for each in check.readings if each.metric == "rate"), np.nan)
    partial = len(check.reps) - check.full
    return DrillDone(
        when, check.drill, check.clip.name, check.full, partial, seconds, rate, check.clip.sha256
    )


def to_plain(record: Record) -> dict[str, Any]:
    """Return a record as JSON types, without its time, which the history stores separately."""
    body: dict[str, Any] = {name: value for name, value in vars(record).items() if name != "when"}
    if isinstance(record, Session):
        body["measurements"] = {id: _bare(each) for id, each in record.measurements.items()}
        body["cues"] = [vars(cue) for cue in record.cues]
    elif isinstance(record, PracticeCourse):
        body["baseline"] = _named_bare(record.baseline)
    elif isinstance(record, CourseRun):
        body["measured"] = None if record.measured is None else _named_bare(record.measured)
    elif isinstance(record, WatchRun):
        body["values"] = {id: vars(each) for id, each in record.values.items()}
    found = as_json_types(body)
    assert isinstance(found, dict)
    return found


def from_plain(kind: str, when: datetime, body: Mapping[str, Any]) -> Record:
    """Return the record that `to_plain` wrote.

    Metrics unknown to this version of FormCheck are skipped: a newer version may have stored them.

    Raises
    ------
    WrongContent
        If the body is not of this kind, or one of its values has another type.
    """
    kinds = {word: record for record, word in KINDS.items()}
    if kind not in kinds:
        raise WrongContent(f"{kind!r} is not a kind of record")
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise WrongContent(f"a {kind} of the year {when.year}")
    parts = dict(read_as(Mapping[str, Any], body, f"a {kind}"))
    if kind == "session":
        parts["measurements"] = _named(parts.get("measurements"))
    return _known(read_as(kinds[kind], {**parts, "when": when}, f"a {kind}"))


def _named(measurements: Any) -> dict[str, Any]:
    """Return the known metrics' measurements with their names, which the file stores as keys."""
    found = read_as(Mapping[str, Mapping[str, Any]], measurements, "the measurements of a session")
    return {
        id: {**each, "metric": id, "extra": known_extra(each.get("extra", {}), id)}
        for id, each in found.items()
        if id in METRICS
    }


def _known(record: Any) -> Record:
    """Return a record without unknown metrics."""
    if isinstance(record, Session):
        if not all(each.measured for each in record.measurements.values()):
            raise WrongContent("a session holds a metric that was not measured")
        return replace(record, cues=tuple(cue for cue in record.cues if cue.metric in METRICS))
    if isinstance(record, WatchRun):
        values = {id: each for id, each in record.values.items() if id in METRICS and each.metric == id}
        return replace(record, values=values)
    found: Record = record
    return found


def check_names(record: Record) -> None:
    """Raise WrongContent for an unknown drill or metric."""
    if isinstance(record, DrillDone) and record.drill not in DRILLS:
        raise WrongContent(f"there is no drill {record.drill!r}")
    if isinstance(record, Practice) and record.metric not in METRICS:
        raise WrongContent(f"there is no metric {record.metric!r}")


def kind_of(record: Record) -> Kind:
    """Return the kind under which the history stores a record."""
    return KINDS[type(record)]


def _named_bare(measurement: Measurement) -> dict[str, Any]:
    """Return a measurement without its samples, with its name."""
    return {**_bare(measurement), "metric": measurement.metric}


def _bare(measurement: Measurement) -> dict[str, Any]:
    """Return a measurement without its samples, which the history does not store."""
    names = ("value", "low", "high", "unit", "n", "side", "repeats_sd", "repeats_with")
    return {**{name: getattr(measurement, name) for name in names}, "extra": measurement.extra.known}
