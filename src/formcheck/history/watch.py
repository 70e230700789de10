"""Read a watch's own record of a run for comparison with the video's numbers: FIT and CSV files.

Names have different meanings for different makers, so the size of the values decides for every
quantity: cadence may count one foot or both, a "stride length" on a watch is a step, and lengths
are in mm, cm or m. Where the size is not conclusive, the quantity is left out with a note.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from formcheck.errors import UnreadableInput
from formcheck.history.records import WatchRun, WatchValue
from formcheck.history.watch_csv import recorded_in_csv
from formcheck.history.watch_fit import recorded_in_fit
from formcheck.history.watch_record import Recorded
from formcheck.types.distance import KM_PER_MILE

LARGEST_BYTES = 20_000_000  # a day of running with one record per second has about half of this
RUNNING = (130.0, 250.0)  # steps/min of both feet: below is walking, above is not running
ONE_FOOT = (65.0, 108.0)  # of one foot, when running: cadence of both feet is never so low
STEP_RATIO = (0.8, 1.25)  # recorded length over speed per step: one step
MILE_RATIO = (1.45, 1.75)  # one step, with speed per mile instead of per km
STRIDE_RATIO = (1.75, 2.3)  # two steps in one
MIDDLE = (10, 50, 90)  # percentiles
UNSURE = {"generic", "training", "fitness_equipment", "walking", "hiking", "all", ""}
"""Sports that may be running under another name. The measured values decide."""
LEAST_RUNNING = 0.5  # minimum for an activity that is not labelled as a run
MOST_NAMED = 8  # activities that are listed individually in a message


@dataclass(frozen=True)
class Quantity:
    """How a quantity's unit is recognised by the size of its values."""

    unit: str  # of the history, as in metrics
    scales: tuple[float, ...]  # factors to this unit from the units used in files
    low: float  # lower end of plausible values, in `unit`
    high: float


QUANTITIES: dict[str, Quantity] = {
    "ground_contact_time": Quantity("ms", (1.0, 1000.0), 100, 600),
    "vertical_oscillation": Quantity("cm", (1.0, 0.1, 100.0), 2, 20),
    "step_length": Quantity("m", (1.0, 0.01, 0.001), 0.3, 2.9),
    "vertical_ratio": Quantity("%", (1.0,), 2, 20),
}
"""Quantities other than cadence. Ranges of the units do not overlap, so the median identifies the unit."""


@dataclass(frozen=True)
class WatchFile:
    """Contents of a watch's file."""

    runs: tuple[WatchRun, ...]
    left_out: tuple[str, ...] = ()  # a sentence for each activity that is not a run or cannot be read


def read_watch_file(path: str | Path) -> tuple[WatchRun, ...]:
    """Return the runs in a watch's file; see `read_activities`."""
    return read_activities_file(path).runs


def read_activities_file(path: str | Path) -> WatchFile:
    """Read the runs in a watch's file, and list what is left out; see `read_activities`."""
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise _too_large(path.name)
        data, written = path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError as error:
        raise UnreadableInput(f"{path} cannot be read ({error.strerror}).") from error
    return read_activities(data, path.name, written)


def read_watch(data: bytes, name: str, written: datetime) -> tuple[WatchRun, ...]:
    """Return the runs in a watch's file; see `read_activities`."""
    return read_activities(data, name, written).runs


def read_activities(data: bytes, name: str, written: datetime) -> WatchFile:
    """Read the runs in a watch's file, one or a list of activities, and list what is left out.

    Parameters
    ----------
    name : of the file, for messages
    written : day to use where the file does not state one

    Raises
    ------
    UnreadableInput
        If it is damaged, of another kind, of another sport, or shows no running.
    MissingLibrary
        If it is a FIT file and the extra `watch` is not installed.
    """
    if len(data) > LARGEST_BYTES:
        raise _too_large(name)
    found = [_settled(each) for each in _recorded(data, name)]
    runs = [each for each in found if not each.fault]
    left_out = tuple(_named(each, len(found) > 1) for each in found if each.fault)
    if not runs:
        raise UnreadableInput(f"{name}: {' '.join(_shortened(left_out)) or 'No running was found in it.'}")
    sha = hashlib.sha256(data).hexdigest()
    keys = [sha] if len(found) == 1 else [_key(each, f"{sha}-{k}") for k, each in enumerate(runs)]
    read = tuple(_run(each, name, key, written) for each, key in zip(runs, keys))
    return WatchFile(read, _shortened(left_out))


def _key(recorded: Recorded, otherwise: str) -> str:
    """Return a key for one run of a list; it is the same in every export of the list."""
    if recorded.when is None:
        return otherwise
    when = recorded.when.astimezone(UTC).isoformat()
    told = f"{when} {recorded.distance_km:.2f} km {recorded.minutes:.1f} min"
    return hashlib.sha256(told.encode()).hexdigest()


def _named(recorded: Recorded, several: bool) -> str:
    """Return why an activity is left out; in a file with several, also which one it is."""
    if not several or not recorded.label:
        return recorded.fault
    return f"Left out {recorded.label}: {recorded.fault[0].lower()}{recorded.fault[1:]}"


def _shortened(sentences: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first sentences and the number of the others."""
    if len(sentences) <= MOST_NAMED:
        return sentences
    return (*sentences[:MOST_NAMED], f"{len(sentences) - MOST_NAMED} more rows are left out.")


def _too_large(name: str) -> UnreadableInput:
    return UnreadableInput(f"{name} is too large for a watch's record of a run. Export that run alone.")


def _recorded(data: bytes, name: str) -> Sequence[Recorded]:
    """Detect the file type by its content and read it."""
    head = data[:400].lstrip(b"\xef\xbb\xbf \r\n\t")
    if data[8:12] == b".FIT":
        return recorded_in_fit(data, name)
    if data[:2] == b"PK":
        raise UnreadableInput(f"{name} is a zip archive. Unpack it and give the .fit file inside.")
    if head.startswith(b"<") or head.startswith(b"{"):
        raise UnreadableInput(
            f"{name} is neither FIT nor CSV. Export the run as one of these (not as TCX or GPX)."
        )
    if not data.strip():
        raise UnreadableInput(f"{name} is empty.")
    return recorded_in_csv(data, name)


def _settled(recorded: Recorded) -> Recorded:
    """Return the record with cadence of both feet, true steps and the history's units; or with its fault."""
    if recorded.fault:
        return recorded
    if recorded.sport != "running" and recorded.sport not in UNSURE:
        sport = recorded.sport.replace("_", " ")
        return replace(recorded, fault=f"It is a record of {sport}, not of running.")
    cadence, notes = _both_feet(recorded.columns.get("cadence"))
    if cadence is None:
        return replace(recorded, fault=notes[-1])
    if recorded.sport != "running" and notes and not _measured_of_runners(recorded):
        fault = "It does not say that it was a run, and its cadence may be that of pedals."
        return replace(recorded, fault=fault)
    runs = (cadence >= RUNNING[0]) & (cadence <= RUNNING[1])
    if recorded.sport != "running" and np.mean(runs) < LEAST_RUNNING:
        return replace(recorded, fault="It does not say that it was a run, and most of it was none.")
    columns = {"cadence": cadence[runs]}
    for metric, quantity in QUANTITIES.items():
        values, told = _in_unit(metric, quantity, recorded.columns.get(metric, np.empty(0)))
        notes = (*notes, *told)
        if len(values):
            columns[metric] = values[runs]
    speed = recorded.columns.get("speed", np.full(len(cadence), np.nan))
    columns, told = _true_steps(columns, speed[runs])
    distance, more = _distance_km(recorded, columns)
    return replace(
        recorded, columns=columns, distance_km=distance, notes=(*recorded.notes, *notes, *told, *more)
    )


def _measured_of_runners(recorded: Recorded) -> bool:
    """Whether it holds quantities that watches measure only for runners, with values typical of runners."""
    found = (
        _in_unit(metric, quantity, recorded.columns.get(metric, np.empty(0)))[0]
        for metric, quantity in QUANTITIES.items()
    )
    return any(len(values) for values in found)


def _both_feet(cadence: np.ndarray | None) -> tuple[np.ndarray | None, tuple[str, ...]]:
    """Return steps of both feet per minute, and notes on corrections; None if it is not running."""
    if cadence is None or not np.isfinite(cadence).any():
        return None, ("It holds no cadence.",)
    moving = cadence[cadence > 40]
    typical = float(np.median(moving)) if len(moving) else 0.0
    if ONE_FOOT[0] <= typical <= ONE_FOOT[1]:
        return 2 * cadence, ("The watch counted one foot; its cadence was doubled.",)
    if RUNNING[0] <= typical <= RUNNING[1]:
        return cadence, ()
    return None, (f"Its usual cadence of {typical:.0f} a minute is not that of running.",)


def _in_unit(metric: str, quantity: Quantity, values: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return values in the history's unit, inferred from their size; empty where the size fits no unit."""
    known = values[np.isfinite(values) & (values > 0)]
    if not len(known):
        return np.empty(0), ()
    for scale in quantity.scales:
        if quantity.low <= scale * float(np.median(known)) <= quantity.high:
            return np.where(values > 0, scale * values, np.nan), ()
    return np.empty(0), (f"Its {metric.replace('_', ' ')} fits no unit and was left out.",)


def _true_steps(
    columns: dict[str, np.ndarray], speed: np.ndarray
) -> tuple[dict[str, np.ndarray], tuple[str, ...]]:
    """Return the columns with the length of one step, checked against speed where that is known."""
    length = columns.get("step_length")
    if length is None:
        return columns, ()
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = length / (60 * speed / columns["cadence"])
    usable = ratios[np.isfinite(ratios)]
    if not len(usable):
        return columns, ("Step length could not be checked against speed; a watch's stride is one step.",)
    ratio = float(np.median(usable))
    if STEP_RATIO[0] <= ratio <= STEP_RATIO[1]:
        return columns, ()
    if MILE_RATIO[0] <= ratio < MILE_RATIO[1]:
        return columns, ("Its pace is read as minutes per mile: so it fits cadence and step length.",)
    if STRIDE_RATIO[0] <= ratio <= STRIDE_RATIO[1]:
        told = "Its length is that of two steps, by speed and cadence; it was halved."
        return {**columns, "step_length": length / 2}, (told,)
    left = {metric: values for metric, values in columns.items() if metric != "step_length"}
    return left, ("Its step length does not fit its speed and cadence and was left out.",)


def _distance_km(recorded: Recorded, columns: Mapping[str, np.ndarray]) -> tuple[float, tuple[str, ...]]:
    """Return the distance; without a unit it is inferred from cadence, step length and time."""
    if np.isfinite(recorded.distance_km) or not np.isfinite(recorded.distance):
        return recorded.distance_km, ()
    length = columns.get("step_length", np.empty(0))
    if np.isfinite(length).any() and np.isfinite(recorded.minutes):
        steps = float(np.nanmedian(columns["cadence"])) * recorded.minutes
        walked_km = steps * float(np.nanmedian(length)) / 1000
        for unit_km in (1.0, KM_PER_MILE):
            if 0.85 < recorded.distance * unit_km / walked_km < 1.15:
                return recorded.distance * unit_km, ()
    return np.nan, ("Its distance is left out: the file does not say whether it is km or miles.",)


def _run(recorded: Recorded, name: str, key: str, written: datetime) -> WatchRun:
    units = {"cadence": "steps/min", **{metric: each.unit for metric, each in QUANTITIES.items()}}
    values = {
        metric: _value(metric, units[metric], column)
        for metric, column in recorded.columns.items()
        if np.isfinite(column).any()
    }
    return WatchRun(
        recorded.when or written,
        name[:100],
        key,
        recorded.distance_km,
        recorded.minutes,
        values,
        recorded.notes,
    )


def _value(metric: str, unit: str, column: np.ndarray) -> WatchValue:
    known = column[np.isfinite(column)]
    low, middle, high = (float(each) for each in np.percentile(known, MIDDLE))
    return WatchValue(metric, unit, middle, low, high, len(known))
