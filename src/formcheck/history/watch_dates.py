"""Read the dates in a list of activities: ISO, American and European, months in seven languages.

3/4/2025 is the third of April or the fourth of March. A file uses one order throughout, so the
whole column decides; where it is not conclusive, none of the ambiguous dates is used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

import numpy as np

from formcheck.history.watch_headings import bare_words

MONTHS = (
    "jan|ene|gen", "feb|fev", "mar|mrt|maa", "apr|avr|abr", "may|mai|mei|mag", "jun|juin|giu", "jul|juil|lug",
    "aug|aou|ago", "sep|set", "oct|okt|ott|out", "nov", "dec|dez|dic",
)  # fmt: skip
"""First letters of the months in English, German, French, Spanish, Italian, Dutch and Portuguese."""

ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
WORDS = re.compile(r"[^\W\d_]{3,}")
CLOCK = re.compile(r"(\d{1,2})[:h](\d{2})(?::(\d{2}))?(?:\.\d+)?\s*([ap]\.?\s?m\b)?", re.IGNORECASE)
ZONE = re.compile(r"\d(Z|[+-]\d{2}:?\d{2})$")
NOON = (12, 0, 0)  # of a date without a time: far from both midnights, so it is the same day in any zone
SURER = 4.0  # times: how much closer together the rows must be in one order than in the other
ENOUGH_DAYS = 3  # number of different days needed for that decision


@dataclass(frozen=True)
class DateText:
    """A date as written, with the order of its two leading numbers still open."""

    first: int
    second: int
    year: int
    clock: tuple[int, int, int]
    dotted: bool  # dotted dates are always written day first

    def read(self, day_first: bool) -> datetime | None:
        """Return the time, None if there is no such day."""
        day, month = (self.first, self.second) if day_first else (self.second, self.first)
        return _moment(self.year, month, day, self.clock)


def read_moments(cells: Sequence[str], zone: tzinfo | None = None) -> list[datetime | None]:
    """Return the time of each cell; None where it cannot be determined.

    Parameters
    ----------
    zone : of times that state none; None = this machine's
    """
    read = [_read(cell.strip()) for cell in cells]
    day_first = _order([each for each in read if isinstance(each, DateText)])
    moments = [_settled(each, day_first) for each in read]
    return [_in_zone(each, zone) for each in moments]


def _settled(read: datetime | DateText | None, day_first: bool | None) -> datetime | None:
    if not isinstance(read, DateText):
        return read
    if read.first == read.second and day_first is None:
        return read.read(True)
    return None if day_first is None else read.read(day_first)


def _in_zone(moment: datetime | None, zone: tzinfo | None) -> datetime | None:
    if moment is None:
        return None
    try:
        return (
            moment.astimezone() if moment.tzinfo or zone is None else moment.replace(tzinfo=zone).astimezone()
        )
    except (ValueError, OverflowError, OSError):
        return None


def _read(cell: str) -> datetime | DateText | None:
    """Return the time of a cell, or its numbers where the order of day and month is open."""
    if iso := ISO.match(cell):
        year, month, day = (int(each) for each in iso.groups())
        moment = _moment(year, month, day, _clock(cell[iso.end() :]))
        return _with_zone(moment, cell)
    if numeric := NUMERIC.search(cell):
        clock = _clock(cell[numeric.end() :])
        return DateText(int(numeric[1]), int(numeric[3]), _year(numeric[4]), clock, numeric[2] == ".")
    return _with_month_name(cell)


def _with_zone(moment: datetime | None, cell: str) -> datetime | None:
    zone = ZONE.search(cell)
    if moment is None or zone is None:
        return moment
    return moment.replace(tzinfo=datetime.strptime(zone[1], "%z").tzinfo)


def _with_month_name(cell: str) -> datetime | None:
    """Return the time of "Mar 2, 2025, 7:30:12 AM" or "2 de mar. de 2025, 07:30"."""
    months = [month for word in WORDS.findall(cell) if (month := _month(word))]
    clock = CLOCK.search(cell)
    numbers = [int(each) for each in re.findall(r"\d+", cell[: clock.start()] if clock else cell)]
    years = [each for each in numbers if each > 31]
    days = [each for each in numbers if each <= 31]
    if len(months) != 1 or len(years) != 1 or len(days) != 1:
        return None
    return _moment(years[0], months[0], days[0], _clock(cell))


def _month(word: str) -> int | None:
    found = (k for k, names in enumerate(MONTHS, 1) if re.match(names, bare_words(word)))
    return next(found, None)


def _clock(text: str) -> tuple[int, int, int]:
    found = CLOCK.search(text)
    if found is None:
        return NOON
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        hour = hour % 12 + (12 if found[4][0] in "pP" else 0)
    return hour, minute, second


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _moment(year: int, month: int, day: int, clock: tuple[int, int, int]) -> datetime | None:
    try:
        return datetime(year, month, day, *clock)
    except ValueError:
        return None


def _order(dates: Sequence[DateText]) -> bool | None:
    """Return whether a file writes the day first; None where this is unknown or varies."""
    day_first = any(each.first > 12 or each.dotted for each in dates)
    month_first = any(each.second > 12 and not each.dotted for each in dates)
    if day_first != month_first:
        return day_first
    return None if day_first else _closer_together(dates)


def _closer_together(dates: Sequence[DateText]) -> bool | None:
    """Return the order in which consecutive rows have intervals typical of a runner's training.

    If the rows of one month are read in the wrong order, they all fall on the same day of different
    months. Nobody trains like that.
    """
    days = [
        sorted({day for each in dates if (day := _day_number(each.read(order)))}) for order in (True, False)
    ]
    if min(len(each) for each in days) < ENOUGH_DAYS:
        return None
    day_first, month_first = (float(np.median(np.diff(each))) for each in days)
    if max(day_first, month_first) < SURER * min(day_first, month_first):
        return None
    return day_first < month_first


def _day_number(moment: datetime | None) -> int | None:
    return None if moment is None else moment.date().toordinal()
