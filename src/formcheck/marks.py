"""Marks as a user gives them: `x1,y1,x2,y2,METRES`, or a file of format "formcheck-marks", version 1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from formcheck.course import LONGEST_M, SHORTEST_M, CourseMark, Marks
from formcheck.errors import UsageError
from formcheck.files.typed import WrongContent, parse_json, read_as

FORMAT, VERSION = "formcheck-marks", 1
LARGEST_BYTES = 100_000
HOW = "Give two points in pixels and the metres between them: --scale x1,y1,x2,y2,METRES."
POINTS_APART = 0.05  # of the picture's width: closer marks say nothing about the rest of the run
FURTHEST_M = 500.0  # m: metres may be counted from a start line far outside the picture
TOO_STEEP = 1.0  # rows per column of the line through the marks: a run across the picture is flatter


@dataclass(frozen=True)
class _Contents:
    """What a marks file holds."""

    format: str
    version: int
    marks: tuple[CourseMark, ...]


def marks_from_text(text: str) -> Marks:
    """Return the two marks of `x1,y1,x2,y2,METRES`, or those of a marks file at this path.

    Raises
    ------
    UsageError
        With one sentence on what is wrong.
    """
    parts = text.split(",")
    if len(parts) != 5:
        return read_marks(Path(text))
    try:
        x1, y1, x2, y2, metres = (float(part) for part in parts)
    except ValueError as error:
        raise UsageError(f"--scale {text}: these are not five numbers. {HOW}") from error
    if not SHORTEST_M <= metres <= LONGEST_M:
        raise UsageError(
            f"--scale {text}: {metres:g} m between the marks is not possible; {SHORTEST_M:g} to {LONGEST_M:g} m are."
        )
    return _checked((CourseMark(x1, y1, 0.0), CourseMark(x2, y2, metres)), f"--scale {text}")


def read_marks(path: Path) -> Marks:
    """Return the marks of a file.

    Raises
    ------
    UsageError
        If there is no such file, or it is not a marks file of this version.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise UsageError(f"{path} is too large to be a marks file.")
        record = parse_json(path.read_bytes())
    except OSError as error:
        raise UsageError(f"There is no marks file at {path}. {HOW}") from error
    except WrongContent as error:
        raise UsageError(f"{path} is not a marks file ({error}).") from error
    if not isinstance(record, dict) or (record.get("format"), record.get("version")) != (FORMAT, VERSION):
        raise UsageError(
            f'{path} is not a marks file: it must say "format": "{FORMAT}", "version": {VERSION}.'
        )
    try:
        contents: _Contents = read_as(_Contents, record, "the file")
    except WrongContent as error:
        raise UsageError(f"{path} is not a whole marks file: {error}.") from error
    return _checked(contents.marks, str(path))


def marks_of_cells(
    cells: Sequence[tuple[float, float, str, str, float | None]], size: tuple[int, int]
) -> Marks:
    """Return the marks of a form: (x px, y px, metres along, metres across, s or None) with the metres as typed.

    Raises
    ------
    UsageError
        With one sentence on what is wrong.
    """
    marks = tuple(
        CourseMark(x, y, _metres(along, number), _metres(across or "0", number), at)
        for number, (x, y, along, across, at) in enumerate(cells, 1)
    )
    found = _checked(marks, "")
    inside_picture(found, size)
    return found


def _metres(typed: str, number: int) -> float:
    try:
        metres = float(typed.strip().replace(",", "."))
    except ValueError as error:
        raise UsageError(
            f"Mark {number}: {typed.strip()[:20] or 'nothing'} is no distance in metres."
        ) from error
    if not abs(metres) <= FURTHEST_M:  # also NaN
        raise UsageError(f"Mark {number}: {metres:g} m is further than any picture shows.")
    return metres


def marks_text(marks: Marks) -> str:
    """Return a marks file as text."""
    record: dict[str, Any] = {
        "format": FORMAT, "version": VERSION, "marks": [asdict(mark) for mark in marks.marks],
    }  # fmt: skip
    return json.dumps(record, indent=1, allow_nan=False) + "\n"


def _checked(marks: tuple[CourseMark, ...], where: str) -> Marks:
    try:
        return Marks(marks)
    except ValueError as error:
        told = f"{where}: {error}." if where else f"{str(error)[0].upper()}{str(error)[1:]}."
        raise UsageError(told) from error


def inside_clip(marks: Marks | None, duration_s: float) -> None:
    """Refuse marks pointed at before or after a clip that lasts so long.

    Raises
    ------
    UsageError
    """
    for mark in () if marks is None else marks.marks:
        if mark.at is not None and not 0 <= mark.at <= duration_s:
            raise UsageError(
                f"A mark was pointed at at {mark.at:g} s of the clip, which lasts {duration_s:.1f} s."
            )


def inside_picture(marks: Marks | None, size: tuple[int, int]) -> None:
    """Refuse marks that cannot measure a run across a picture of `size` (width, height) px.

    Raises
    ------
    UsageError
    """
    if marks is None:
        return
    width, height = size
    for mark in marks.marks:
        if not (0 <= mark.x <= width and 0 <= mark.y <= height):
            raise UsageError(
                f"The mark at {mark.x:g}, {mark.y:g} lies outside the picture, which is {width} by {height} pixels."
            )
    if marks.timed:  # a camera that pans may show every mark in the middle
        return
    first = min(marks.marks, key=lambda mark: mark.along)
    last = max(marks.marks, key=lambda mark: mark.along)
    across, down = abs(last.x - first.x), abs(last.y - first.y)
    if across < POINTS_APART * width or down > TOO_STEEP * across:
        raise UsageError(
            "The marks do not lie along the run: point at the first and the last mark beside the runner's way, "
            "far apart across the picture."
        )
