"""Read CSV files of a watch or its web site: one row per second, per lap or per activity."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from formcheck.errors import UnreadableInput
from formcheck.history.watch_cells import Decimals, table_rows
from formcheck.history.watch_dates import read_moments
from formcheck.history.watch_headings import LANGUAGES, Headings, find_headings, is_total, sport_of
from formcheck.history.watch_record import Recorded
from formcheck.types.distance import KM_PER_MILE

KMH = 3.6
FASTEST_MPS = 8.0  # nobody runs faster for half a run: higher values are km/h
LOOK_AT_ROWS = 2000  # rows used to detect how a file is written
RECORDS_APART_S = 120.0  # rows of one activity are closer together than any two activities
UNITS_KM = {"km": 1.0, "m": 0.001, "mi": KM_PER_MILE, "miles": KM_PER_MILE, "meters": 0.001, "metres": 0.001}
METRICS = ("cadence", "ground_contact_time", "vertical_oscillation", "step_length", "vertical_ratio")
NO_DAY = "Its date cannot be read: day and month are not clear, or it is not a date. Write it as 2025-03-04."


def recorded_in_csv(data: bytes, name: str) -> list[Recorded]:
    """Return the contents of a CSV file: one activity with many rows, or one activity per row of a list.

    Raises
    ------
    UnreadableInput
    """
    rows = table_rows(data, name)
    headings = find_headings(rows[0] if rows else [])
    if "cadence" not in headings.column:
        raise UnreadableInput(
            f"{name} has no column for cadence. Its headings may be in {', '.join(LANGUAGES)}; or export as FIT."
        )
    table = _NamedRows(headings, [row for row in rows[1:] if len(row) > headings.column["cadence"]])
    body = table.without_totals()
    return body.activities() if body.is_list() else body.as_one()


@dataclass(frozen=True)
class _NamedRows:
    """The rows of a file whose headings are known."""

    headings: Headings
    rows: Sequence[Sequence[str]]

    def without_totals(self) -> _NamedRows:
        """Return the table without the rows that sum up the laps."""
        if "lap" not in self.headings.column:
            return self
        kept = [row for row, lap in zip(self.rows, self.cells("lap")) if not is_total(lap)]
        return _NamedRows(self.headings, kept)

    def cells(self, what: str) -> list[str]:
        """Return one column as text, blank where a row is too short or there is no such column."""
        k = self.headings.column.get(what)
        return [row[k] if k is not None and k < len(row) else "" for row in self.rows]

    def is_list(self) -> bool:
        """Whether each row is an activity of its own."""
        if "date" not in self.headings.column or "lap" in self.headings.column:
            return False
        begin = _NamedRows(self.headings, self.rows[:LOOK_AT_ROWS])
        times = np.unique([each.timestamp() for each in begin.moments() if each is not None])
        if len(times) < 2:
            return "sport" in self.headings.column
        return bool(np.median(np.diff(times)) > RECORDS_APART_S)

    def moments(self) -> list[datetime | None]:
        """Return the time of each row."""
        strava = bool(re.search(r"\bid\b", self.headings.names[0]))  # its export is in UTC without stating it
        return read_moments(self.cells("date"), UTC if strava else None)

    def activities(self) -> list[Recorded]:
        """Return each row as one activity."""
        decimals, found = self.decimals(), []
        for k, (row, cell, when) in enumerate(zip(self.rows, self.cells("sport"), self.moments()), 2):
            sport, label = sport_of(cell), f"row {k} ({cell.strip()[:60] or 'no sport told'})"
            if "sport" in self.headings.column and not sport:
                found.append(Recorded({}, label=label, fault="It does not name the sport."))
            elif sport in ("running", "") and when is None:
                found.append(Recorded({}, label=label, fault=NO_DAY))
            else:
                found.append(
                    _Activity(_NamedRows(self.headings, [row]), decimals).recorded(when, sport, label)
                )
        return found

    def as_one(self) -> list[Recorded]:
        """Return all rows as one activity; if they belong to several sports, only a fault."""
        if not self.rows:
            return []
        sports = {sport_of(cell) for cell in self.cells("sport")} if "sport" in self.headings.column else {""}
        if len(sports) > 1 or (
            "sport" in self.headings.column and len(self.rows) > 1 and not self._has_parts()
        ):
            return [Recorded({}, fault="It lists several activities and does not give the day of each.")]
        told = [
            each for each in _NamedRows(self.headings, self.rows[:LOOK_AT_ROWS]).moments() if each is not None
        ]
        notes = (
            ("Its date cannot be read; the date of the file is used.",)
            if self._has_dates() and not told
            else ()
        )
        activity = _Activity(self, self.decimals(), by_row="lap" in self.headings.column)
        return [activity.recorded(told[0] if told else None, sports.pop(), notes=notes)]

    def _has_parts(self) -> bool:
        """Whether the rows are laps or records of one activity."""
        return "lap" in self.headings.column or "date" in self.headings.column

    def _has_dates(self) -> bool:
        return any(not re.fullmatch(r"[\d.,:\s]*", cell) or "." in cell for cell in self.cells("date"))

    def decimals(self) -> Decimals:
        """Return how this file writes decimals."""
        return Decimals.of(cell for row in self.rows[:LOOK_AT_ROWS] for cell in row)


@dataclass(frozen=True)
class _Activity:
    """The rows of one activity."""

    table: _NamedRows
    decimals: Decimals
    by_row: bool = True  # each row states its own distance and time; otherwise they may be running sums

    def recorded(
        self, when: datetime | None, sport: str, label: str = "", notes: tuple[str, ...] = ()
    ) -> Recorded:
        """Return the activity in columns."""
        has_run_cadence = re.search(
            r"\brun\b|lauf|course|carrera|corsa|loop|corrida", self._heading("cadence")
        )
        distance, known_km = self._distance() if self.by_row else (np.nan, np.nan)
        return Recorded(
            {**{metric: self._numbers(metric) for metric in METRICS}, "speed": self._speed_mps()},
            when=when,
            sport=sport or ("running" if has_run_cadence else ""),
            distance_km=distance * known_km,
            distance=distance,
            minutes=self._minutes() if self.by_row else np.nan,
            label=label,
            notes=notes,
        )

    def _heading(self, what: str) -> str:
        k = self.table.headings.column.get(what)
        return "" if k is None else self.table.headings.names[k]

    def _column(self, what: str, read: Callable[[str], float]) -> np.ndarray:
        return np.array([read(cell) for cell in self.table.cells(what)], float)

    def _numbers(self, what: str) -> np.ndarray:
        return self._column(what, self.decimals.number)

    def _speed_mps(self) -> np.ndarray:
        """Return m/s from a pace or a speed; values without a unit are read as metric."""
        if "pace" in self.table.headings.column:
            per_mile = re.search(r"\b(mi|miles?)$", self._heading("pace"))
            seconds_per_km = self._column("pace", self.decimals.seconds) / (KM_PER_MILE if per_mile else 1.0)
            return 1000 / np.where(seconds_per_km > 0, seconds_per_km, np.nan)
        values = self._numbers("speed")
        known = values[np.isfinite(values)]
        in_kmh = "km" in self._heading("speed") or (len(known) > 0 and np.median(known) > FASTEST_MPS)
        return values / KMH if in_kmh else values

    def _minutes(self) -> float:
        for what in ("time", "moving_time", "elapsed_time"):
            told = self._column(what, self.decimals.seconds)
            if np.isfinite(told).any():
                return float(np.nansum(told)) / 60
        return np.nan

    def _distance(self) -> tuple[float, float]:
        """Return the distance as written, and the length of its unit in km; NaN = unknown."""
        values = self._numbers("distance")
        if not np.isfinite(values).any():
            return np.nan, np.nan
        whole, heading = float(np.nansum(values)), self._heading("distance")
        unit = UNITS_KM.get(heading.split()[-1], np.nan)
        if np.isfinite(unit):
            return whole, unit
        if self.table.headings.language != "English":
            return whole, 1.0  # files in these languages do not use miles
        return whole, _unit_km(whole, self._metres_beside(whole) / 1000, 0.02) or self._unit_by_speed(whole)

    def _unit_by_speed(self, whole: float) -> float:
        """Return the unit with which the distance matches speed and time; a pace may be per mile itself."""
        speed = self._speed_mps()
        if "pace" in self.table.headings.column or not np.isfinite(speed).any():
            return np.nan
        return _unit_km(whole, float(np.nanmean(speed)) * self._minutes() * 60 / 1000, 0.15) or np.nan

    def _metres_beside(self, whole: float) -> float:
        """Return the distance in m if a second column of the same name states it (Strava), else 0."""
        name = self._heading("distance")
        for k, each in enumerate(self.table.headings.names):
            other = [self.decimals.number(row[k]) for row in self.table.rows if k < len(row) and each == name]
            if np.nansum(other) > 500 * whole:
                return float(np.nansum(other))
        return 0.0


def _unit_km(whole: float, km: float, within: float) -> float:
    """Return the unit's length in km, given that `whole` is about `km`; 0 = neither km nor miles."""
    fits = (unit for unit in (1.0, KM_PER_MILE) if km > 0 and abs(whole * unit / km - 1) < within)
    return next(fits, 0.0)
