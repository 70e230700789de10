"""Read FIT files of a watch: its activities with their sports, decoded by fitdecode (extra `watch`)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from formcheck.errors import MissingLibrary, UnreadableInput
from formcheck.history.watch_record import Recorded

MOST_RECORDS = 400_000
EARLIEST = datetime(
    1990, 1, 1, tzinfo=UTC
).timestamp()  # FIT time starts here; smaller values are the time since the device was switched on
Message = dict[str, float]

NAMES: dict[str, tuple[str, ...]] = {
    "ground_contact_time": ("stance_time", "avg_stance_time", "ground time", "ground contact time"),
    "vertical_oscillation": ("vertical_oscillation", "avg_vertical_oscillation", "vertical oscillation"),
    "step_length": ("step_length", "avg_step_length", "step length"),
    "vertical_ratio": ("vertical_ratio", "avg_vertical_ratio", "vertical ratio"),
    "speed": ("enhanced_speed", "speed", "enhanced_avg_speed", "avg_speed"),
}
"""Field names, the watch's own before those that apps add."""

CADENCE = (
    ("cadence", "fractional_cadence"),
    ("avg_running_cadence", "avg_fractional_cadence"),
    ("avg_cadence", "avg_fractional_cadence"),
)
BROKEN = (
    ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, AssertionError, ArithmeticError,
    struct.error,
)  # fmt: skip
"""Errors that fitdecode raises on malformed content besides its own."""


def recorded_in_fit(data: bytes, name: str) -> list[Recorded]:
    """Return the activities in a FIT file, second by second, otherwise lap by lap.

    A file holds one activity for each of its session messages; a triathlon has five. If the
    watch stopped before it wrote one, each sport message begins an activity.

    Raises
    ------
    UnreadableInput, MissingLibrary
    """
    try:
        import fitdecode
    except ImportError as error:
        raise MissingLibrary(
            "FIT files need one more library: pip install 'formcheck[watch]'. A CSV export works without it."
        ) from error
    try:
        return [_recorded(part) for part in _parts(_messages(data))]
    except (fitdecode.FitError, *BROKEN) as error:
        raise UnreadableInput(
            f"{name} is a damaged FIT file. Export the run from the watch again."
        ) from error


def _messages(data: bytes) -> Iterator[Any]:
    import fitdecode

    options = {"check_crc": fitdecode.CrcCheck.RAISE, "error_handling": fitdecode.ErrorHandling.IGNORE}
    with fitdecode.FitReader(data, **options) as reader:
        for frame in reader:
            if frame.frame_type == fitdecode.FIT_FRAME_DATA:
                yield frame


@dataclass
class _Part:
    """The messages of one activity."""

    session: Message = field(default_factory=dict)
    sport: str = ""
    created: float = np.nan  # s since 1970: of the file, where the session states no start
    records: list[Message] = field(default_factory=list)
    laps: list[Message] = field(default_factory=list)

    @property
    def start(self) -> float:
        """When it began, s since 1970."""
        return self.session.get("start_time", np.nan)

    @property
    def end(self) -> float:
        """When it ended, s since 1970."""
        return self.start + self.session.get("total_elapsed_time", np.inf)

    def holds(self, moment: float) -> bool:
        """Whether a time is within it; the second in which it ends belongs to the next one."""
        return self.start <= moment < self.end


def _parts(messages: Iterator[Any]) -> list[_Part]:
    """Group the messages of a file by activity."""
    sessions: list[_Part] = []
    stream = [_Part()]  # activities, from the order of the messages only
    for message in messages:
        if message.name == "session":
            sessions.append(_Part(_numbers(message), _sport(message)))
        elif message.name == "sport":
            _begin(stream, _sport(message))
        elif message.name == "record" and len(stream[-1].records) < MOST_RECORDS:
            stream[-1].records.append(_numbers(message))
        elif message.name == "lap" and len(stream[-1].laps) < MOST_RECORDS:
            stream[-1].laps.append(_numbers(message))
            stream[-1].sport = stream[-1].sport or _sport(message)
        elif message.name == "file_id":
            stream[-1].created = _numbers(message).get("time_created", np.nan)
    return _shared_out(sessions, stream)


def _begin(stream: list[_Part], sport: str) -> None:
    """Begin an activity with a sport message, unless nothing was recorded yet or the sport is unchanged."""
    if stream[-1].records and stream[-1].sport not in ("", sport):
        stream.append(_Part(created=stream[-1].created))
    stream[-1].sport = sport


def _shared_out(sessions: list[_Part], stream: list[_Part]) -> list[_Part]:
    """Assign every record and lap to the session at its time; without sessions, keep the stream's parts."""
    if not sessions:
        return stream
    records = [each for part in stream for each in part.records]
    laps = [each for part in stream for each in part.laps]
    for part in sessions:
        alone = len(sessions) == 1
        part.records = [each for each in records if alone or part.holds(each.get("timestamp", np.nan))]
        part.laps = [each for each in laps if alone or part.holds(each.get("start_time", np.nan))]
        part.sport = part.sport or stream[0].sport
        part.created = stream[0].created
    return sessions


def _sport(message: Any) -> str:
    told = message.get_value("sport", fallback="")
    return told if isinstance(told, str) else f"an unknown kind ({told})"


def _recorded(part: _Part) -> Recorded:
    first = part.records[0].get("timestamp", np.nan) if part.records else np.nan
    known = [each for each in (part.start, part.created, first) if each >= EARLIEST]
    return Recorded(
        _columns(part.records, part.laps, [part.session]),
        when=datetime.fromtimestamp(known[0], UTC) if known else None,
        sport=part.sport,
        distance_km=_distance_m(part) / 1000,
        minutes=part.session.get("total_timer_time", np.nan) / 60,
        label=part.sport.replace("_", " ") or "no sport told",
        notes=() if known else ("The watch's clock was not set; the day of the file is taken.",),
    )


def _columns(*levels: Sequence[Message]) -> dict[str, np.ndarray]:
    """Return the columns of the finest level that has cadence."""
    for rows in levels:
        cadence = np.array([_cadence(row) for row in rows], float)
        if np.isfinite(cadence).any():
            found = {metric: _column(rows, names) for metric, names in NAMES.items()}
            return {"cadence": cadence, **found}
    return {}


def _cadence(row: Message) -> float:
    """Return the sum of the whole and the fractional part."""
    for whole, part in CADENCE:
        if whole in row:
            return row[whole] + row.get(part, 0.0)
    return np.nan


def _column(rows: Sequence[Message], names: Sequence[str]) -> np.ndarray:
    first = next((name for name in names if any(name in row for row in rows)), "")
    return np.array([row.get(first, np.nan) for row in rows], float)


def _numbers(message: Any) -> Message:
    """Return a message's numbers, times in s since 1970; the watch's own fields precede an app's."""
    found: Message = {}
    for each in message.fields:
        key, value = str(each.name).lower(), each.value
        if isinstance(value, datetime):
            value = (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
        if isinstance(value, (int, float)) and not isinstance(value, bool) and key not in found:
            found[key] = float(value)
    return found


def _distance_m(part: _Part) -> float:
    """Return the session's distance, or else the increase of the records' running sum."""
    sums = [row["distance"] for row in part.records if "distance" in row]
    return part.session.get("total_distance", sums[-1] - sums[0] if sums else np.nan)
