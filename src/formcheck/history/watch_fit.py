"""FIT files of a watch: the records of running, decoded by fitdecode (extra `watch`)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from formcheck.errors import MissingLibrary, UnreadableInput
from formcheck.history.watch_record import Recorded

MOST_RECORDS = 400_000
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
"""What fitdecode raises on malformed content besides its own errors."""


def recorded_in_fit(data: bytes, name: str) -> Recorded:
    """Return what a FIT file says of a run, second by second, else lap by lap.

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
        return _recorded(_messages(data))
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


def _recorded(messages: Iterator[Any]) -> Recorded:
    kept: dict[str, list[Message]] = {"record": [], "lap": [], "session": []}
    sport, when = "", None
    for message in messages:
        if message.name in kept and len(kept[message.name]) < MOST_RECORDS:
            kept[message.name].append(_numbers(message))
        if message.name in ("session", "sport"):
            told = message.get_value("sport", fallback="")
            sport = sport or (told if isinstance(told, str) else "")
        if message.name in ("session", "file_id") and when is None:
            field = "start_time" if message.name == "session" else "time_created"
            when = _moment(message.get_value(field, fallback=None))
    whole = kept["session"][0] if kept["session"] else {}
    return Recorded(
        _columns(kept["record"], kept["lap"], kept["session"]),
        when=when,
        sport=sport,
        distance_km=_distance_m(whole, kept["record"]) / 1000,
        minutes=whole.get("total_timer_time", np.nan) / 60,
    )


def _columns(*levels: Sequence[Message]) -> dict[str, np.ndarray]:
    """Return the columns of the finest level that holds cadence."""
    for rows in levels:
        cadence = np.array([_cadence(row) for row in rows], float)
        if np.isfinite(cadence).any():
            found = {metric: _column(rows, names) for metric, names in NAMES.items()}
            return {"cadence": cadence, **found}
    return {}


def _cadence(row: Message) -> float:
    """Return the whole and the fractional part together."""
    for whole, part in CADENCE:
        if whole in row:
            return row[whole] + row.get(part, 0.0)
    return np.nan


def _column(rows: Sequence[Message], names: Sequence[str]) -> np.ndarray:
    first = next((name for name in names if any(name in row for row in rows)), "")
    return np.array([row.get(first, np.nan) for row in rows], float)


def _numbers(message: Any) -> Message:
    """Return the numeric fields of a message; the watch's own before an app's of the same name."""
    found: Message = {}
    for field in message.fields:
        key = str(field.name).lower()
        if isinstance(field.value, (int, float)) and not isinstance(field.value, bool) and key not in found:
            found[key] = float(field.value)
    return found


def _distance_m(whole: Message, records: Sequence[Message]) -> float:
    last = [row["distance"] for row in records[-60:] if "distance" in row]
    return whole.get("total_distance", last[-1] if last else np.nan)


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
