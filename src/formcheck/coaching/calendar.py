"""Days of training as an iCalendar file (RFC 5545): one event for each training day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from uuid import UUID, uuid5

from formcheck.coaching.plan_types import Day
from formcheck.types.distance import Distance

NAMESPACE = UUID("5d3b6a52-8f1e-4c8e-9d57-1a0f5c5e7a10")  # of FormCheck: the same day always gets the same id
LONGEST_LINE = 75  # octets, without the line break


class HasDays(Protocol):
    """A week, a plan, or anything else with days of training."""

    @property
    def days(self) -> Sequence[Day]:
        """Its days, in order."""


def calendar_text(
    plan: HasDays, made: datetime, at: time | None = None, name: str = "", kind: str = ""
) -> str:
    """Return the days as calendar text: all-day events, or sessions that start at `at` local time.

    Importing a newer plan for the same days replaces the events of the older plan.

    Parameters
    ----------
    made : time stamp of the file
    name : owner of the plan; plans with different names do not replace each other
    kind : of plan; plans of different kinds do not replace each other
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//FormCheck//Training//EN", "CALSCALE:GREGORIAN"]
    for day in plan.days:
        if not day.rests:
            lines += _event(day, made, at, f"{kind} {name}".strip() if kind else name)
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def _event(day: Day, made: datetime, at: time | None, owner: str) -> list[str]:
    uid = uuid5(NAMESPACE, f"{owner} {day.date.isoformat()}")
    told = "\n".join([*(part.text for part in day.parts), *([day.why] if day.why else [])])
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{made.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        *_when(day, at),
        f"SUMMARY:{escaped(summary(day))}",
        f"DESCRIPTION:{escaped(told)}",
        "CATEGORIES:Running",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _when(day: Day, at: time | None) -> list[str]:
    if at is None:
        following = day.date + timedelta(1)
        return [f"DTSTART;VALUE=DATE:{day.date:%Y%m%d}", f"DTEND;VALUE=DATE:{following:%Y%m%d}"]
    begins = datetime.combine(day.date, at)
    minutes = max(10, 5 * round(day.minutes / 5))
    return [f"DTSTART:{begins:%Y%m%dT%H%M%S}", f"DURATION:PT{minutes}M"]


def summary(day: Day) -> str:
    """Return a short summary of a day: its title and its distance."""
    return f"{day.title}, {Distance(day.km, day.unit):.1f}" if day.km else day.title


def escaped(text: str) -> str:
    """Return text with commas, semicolons, backslashes and line breaks escaped."""
    safe = text.replace("\\", "\\\\").replace(";", r"\;").replace(",", r"\,")
    return safe.replace("\r\n", "\n").replace("\r", "\n").replace("\n", r"\n")


def folded(line: str) -> str:
    """Return a line folded into pieces of at most 75 octets, never inside a character."""
    pieces, piece, size = [], "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LONGEST_LINE:
            pieces.append(piece)
            piece, size = "", 1  # the space that marks a continuation line
        piece, size = piece + sign, size + octets
    return "\r\n ".join([*pieces, piece])
