"""CSV files of a watch or its web site: second by second, lap by lap, or one row per run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np

from formcheck.errors import UnreadableInput
from formcheck.history.watch_record import Recorded

MOST_ROWS = 400_000
KMH = 3.6
KM_PER_MILE = 1.609344
FASTEST_MPS = 8.0  # nobody runs faster for half a run: then it is km/h

HEADERS: dict[str, str] = {
    "cadence": r"cadence|\bcad\b",
    "ground_contact_time": r"(ground )?contact time|\bgct\b|ground time|stance time",
    "vertical_oscillation": r"vertical oscillation|vert(ical)? osc",
    "step_length": r"(stride|step) length",
    "vertical_ratio": r"vertical ratio",
    "speed": r"speed|\bpace\b",
    "distance": r"distance",
    "time": r"^(moving |elapsed |total )?(time|duration)\b",
    "date": r"^(date|timestamp|start time|start|day)\b",
    "sport": r"activity type|^sport|^type$",
    "lap": r"^(laps?|splits?|interval|part)$",
}
NOT_THESE = r"\b(max|min(?! ?(/|per\b))|best|balance|percent|gap|stroke|bike|swim|cumulative|left|right)\b"
SPORT_WORDS = {
    "run": "running", "walk": "walking", "hik": "hiking", "cycl": "cycling", "bik": "cycling", "ride": "cycling",
    "swim": "swimming", "row": "rowing", "ellip": "elliptical", "ski": "skiing",
}  # fmt: skip
TOTALS = r"^(summary|total|overall|average)"


def recorded_in_csv(data: bytes, name: str) -> list[Recorded]:
    """Return what a CSV file says: one run of many rows, or a run for each row of a list.

    Raises
    ------
    UnreadableInput
    """
    rows = _rows(data, name)
    headers = [plain_header(cell) for cell in rows[0]] if rows else []
    where = {what: k for what in HEADERS if (k := _find(headers, HEADERS[what])) is not None}
    if "cadence" not in where:
        raise UnreadableInput(
            f"{name} has no column for cadence. Export one run with English headings, or as FIT."
        )
    body = [row for row in rows[1:] if len(row) > where["cadence"] and not _is_total(row, where)]
    if "sport" in where and "date" in where:
        return [_one(headers, where, [row]) for row in body]
    return [_one(headers, where, body)] if body else []


def plain_header(cell: str) -> str:
    """Return a heading in lower case words, its unit last: "Avg Stride Length (m)" → "avg stride length m"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cell.strip())
    words = re.sub(r"[^\w%/]+|_", " ", words.lower())
    return words.replace("oscilation", "oscillation").strip()


def _rows(data: bytes, name: str) -> list[list[str]]:
    text = _text(data)
    if text is None or "\0" in text:
        raise UnreadableInput(f"{name} is not a text file; a watch's record is FIT or CSV.")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(map(str.strip, row))]
    except csv.Error as error:
        raise UnreadableInput(f"{name} is a damaged CSV file. Export the run again.") from error
    return rows[:MOST_ROWS]


def _text(data: bytes) -> str | None:
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "latin-1"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _find(headers: Sequence[str], pattern: str) -> int | None:
    """Return the first column of that name that is no maximum, balance or other sport's."""
    fits = (
        k for k, name in enumerate(headers) if re.search(pattern, name) and not re.search(NOT_THESE, name)
    )
    return next(fits, None)


def _is_total(row: Sequence[str], where: dict[str, int]) -> bool:
    cell = row[where["lap"]] if "lap" in where and len(row) > where["lap"] else ""
    return bool(re.match(TOTALS, cell.strip(), re.IGNORECASE))


def _one(headers: Sequence[str], where: dict[str, int], rows: Sequence[Sequence[str]]) -> Recorded:
    def column(what: str, read: Callable[[str], float]) -> np.ndarray:
        k = where.get(what)
        return np.array([read(row[k]) if k is not None and k < len(row) else np.nan for row in rows], float)

    metrics = ("cadence", "ground_contact_time", "vertical_oscillation", "step_length", "vertical_ratio")
    columns = {metric: column(metric, number) for metric in metrics}
    columns["speed"] = (
        _speed(headers[where["speed"]], column) if "speed" in where else column("speed", number)
    )
    by_row = "lap" in where or ("sport" in where and "date" in where)
    distance = float(np.nansum(column("distance", number))) if by_row and "distance" in where else np.nan
    known_km = _unit_km(headers[where["distance"]]) if "distance" in where else np.nan
    return Recorded(
        columns,
        when=_moment(rows[0][where["date"]]) if "date" in where and where["date"] < len(rows[0]) else None,
        sport=_sport(rows[0][where["sport"]]) if "sport" in where and where["sport"] < len(rows[0]) else "",
        distance_km=distance * known_km,
        distance=distance,
        minutes=float(np.nansum(column("time", seconds))) / 60 if by_row and "time" in where else np.nan,
    )


def _speed(header: str, column: Callable[[str, Callable[[str], float]], np.ndarray]) -> np.ndarray:
    """Return m/s from a speed or a pace; a pace or a speed without its unit is read as metric."""
    if "pace" in header:
        per_mile = re.search(r"\b(mi|miles?)$", header)
        seconds_per_km = column("speed", seconds) / (KM_PER_MILE if per_mile else 1.0)
        return 1000 / np.where(seconds_per_km > 0, seconds_per_km, np.nan)
    values = column("speed", number)
    if "km" in header:
        return values / KMH
    known = values[np.isfinite(values)]
    in_kmh = len(known) > 0 and np.median(known) > FASTEST_MPS
    return values / KMH if in_kmh else values


def _unit_km(header: str) -> float:
    units = {"km": 1.0, "m": 0.001, "mi": KM_PER_MILE, "miles": KM_PER_MILE, "meters": 0.001, "metres": 0.001}
    return units.get(header.split()[-1], np.nan)


def number(cell: str) -> float:
    """Return a number written with a decimal point or comma; NaN for dashes and words.

    A comma before exactly three digits and beside a point, or twice, parts thousands.
    """
    text = cell.strip().replace("\u00a0", "").replace(" ", "").rstrip("%")
    if "," in text and ("." in text or text.count(",") > 1):
        text = text.replace(",", "")
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return np.nan


def seconds(cell: str) -> float:
    """Return the seconds of "1:02:03.5", "5:31" or a bare number of seconds."""
    parts = [number(part) for part in cell.strip().split(":")]
    return float(sum(part * 60**k for k, part in enumerate(reversed(parts))))


def _sport(cell: str) -> str:
    words = cell.strip().lower()
    return next((sport for part, sport in SPORT_WORDS.items() if part in words), "")


def _moment(cell: str) -> datetime | None:
    """Return the moment of an ISO date, local where it tells no zone."""
    try:
        return datetime.fromisoformat(cell.strip()).astimezone()
    except (ValueError, OverflowError, OSError):
        return None
