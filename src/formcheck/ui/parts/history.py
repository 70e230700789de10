"""Access of the pages to a runner's history. The only file here that uses `formcheck.history.store`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

from formcheck.coaching import DrillCheck
from formcheck.coaching.practise import CourseRun, PracticeCourse
from formcheck.history.records import DrillDone, Practice, Session, WatchRun
from formcheck.types import Analysis, Measurement
from formcheck.ui.phone_gate import visitor_is_a_phone

if TYPE_CHECKING:
    from formcheck.history.watch import WatchFile


@dataclass(frozen=True)
class PastValue:
    """One stored value of one session."""

    when: datetime
    clip: str
    measurement: Measurement


@dataclass(frozen=True)
class Shelf:
    """Everything stored under a name, each kind oldest first."""

    sessions: tuple[Session, ...] = ()
    drills: tuple[DrillDone, ...] = ()
    practised: tuple[Practice, ...] = ()
    runs: tuple[WatchRun, ...] = ()
    courses: tuple[PracticeCourse, ...] = ()
    course_runs: tuple[CourseRun, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is stored."""
        return not (self.sessions or self.drills or self.practised or self.runs)


def available() -> bool:
    """Whether this installation can store numbers, and this visitor may look at them."""
    return find_spec("formcheck.history.store") is not None and not visitor_is_a_phone()


def shelf(name: str) -> Shelf:
    """Return everything stored under a name; an empty shelf if there is no name, and for a phone."""
    from formcheck.history.store import History

    if not name or visitor_is_a_phone():
        return Shelf()
    with History() as history:
        return Shelf(
            tuple(history.sessions(name)), tuple(history.drills(name)), tuple(history.practised(name)),
            tuple(history.watch_runs(name)), tuple(history.courses(name)), tuple(history.course_runs(name)),
        )  # fmt: skip


def keep(name: str, analysis: Analysis) -> None:
    """Store a clip's numbers under a runner's name; the video is not stored."""
    from formcheck.history.store import History

    with History() as history:
        history.add(analysis, name)


def keep_drill(name: str, check: DrillCheck) -> None:
    """Store the count of a checked drill."""
    from formcheck.history.store import History

    with History() as history:
        history.add_drill(check, name)


def put(name: str, record: PracticeCourse | CourseRun) -> None:
    """Store a course of practice, or a session of it that was run."""
    from formcheck.history.store import History

    with History() as history:
        history.put(record, name)


def note_practice(name: str, metric: str, drill: str) -> None:
    """Record that a cue was practised today."""
    from formcheck.history.store import History

    with History() as history:
        history.put(Practice(datetime.now(UTC), metric, drill), name)


def keep_watch(name: str, data: bytes, file: str) -> WatchFile:
    """Store the runs of a watch's file; return them, and what was left out."""
    from formcheck.history.store import History
    from formcheck.history.watch import read_activities

    found = read_activities(data, file, datetime.now(UTC))
    with History() as history:
        history.put_all(found.runs, name)
    return found


def take_in(name: str, data: bytes) -> int:
    """Store the contents of an exported file; return the number of records."""
    from formcheck.history.store import History

    with History() as history:
        return history.take_in(data.decode("utf-8", "replace"), name)


def exported(name: str) -> str:
    """Return everything stored under a name as JSON text."""
    from formcheck.history.store import History

    with History() as history:
        return history.export(name)


def forget(name: str) -> None:
    """Delete everything stored under a name."""
    from formcheck.history.store import History

    with History() as history:
        history.delete(name)


def by_metric(sessions: tuple[Session, ...]) -> dict[str, list[PastValue]]:
    """Sort the values of sessions by metric, each list oldest first, in the unit of the newest."""
    found: dict[str, list[PastValue]] = {}
    for session in sessions:
        for id, each in session.measurements.items():
            found.setdefault(id, []).append(PastValue(session.when, session.clip, each))
    return {
        id: [each for each in kept if each.measurement.unit == kept[-1].measurement.unit]
        for id, kept in found.items()
    }
