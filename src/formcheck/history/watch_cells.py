"""Read text tables: the delimiters, line ends, decimal signs and durations that programs write."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from formcheck.errors import UnreadableInput

MOST_ROWS = 400_000
SEPARATOR_LINE = re.compile(r'\s*"?sep=(.)"?\s*\n', re.IGNORECASE)  # first line written by Excel
SPACES = re.compile(r"[\s\u00a0\u202f']")


def table_rows(data: bytes, name: str) -> list[list[str]]:
    """Return the rows of a CSV file, without blank ones.

    Raises
    ------
    UnreadableInput
        If it is not text, or its quotes are unbalanced.
    """
    text = _text(data)
    if text is None or "\0" in text:
        raise UnreadableInput(f"{name} is not a text file; a watch's record is FIT or CSV.")
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    stated = SEPARATOR_LINE.match(text)
    if stated:
        text = text[stated.end() :]
    first = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    delimiter = stated[1] if stated else max(",;\t", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(map(str.strip, row))]
    except csv.Error as error:
        raise UnreadableInput(f"{name} is a damaged CSV file. Export the run again.") from error
    return rows[:MOST_ROWS]


def _text(data: bytes) -> str | None:
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


@dataclass(frozen=True)
class Decimals:
    """The decimal signs of the numbers in a file."""

    signs: frozenset[str]

    @classmethod
    def of(cls, cells: Iterable[str]) -> Decimals:
        """Return the certain decimal signs: those followed by any number of digits other than three."""
        found = {match[1] for cell in cells if (match := re.fullmatch(r"[-+]?\d+([.,])(\d+)", cell.strip()))
                 and len(match[2]) != 3}  # fmt: skip
        return cls(frozenset(found))

    def number(self, cell: str) -> float:
        """Return a number; NaN for dashes and words. "1,234" is 1234 only where points are decimal signs."""
        text = SPACES.sub("", cell).rstrip("%")
        mark = max(text.rfind(","), text.rfind("."))
        if mark < 0:
            return _float(text)
        sign, whole, decimals = text[mark], text[:mark], text[mark + 1 :]
        other = "," if sign == "." else "."
        thousands = sign in whole or (
            len(decimals) == 3 and sign not in self.signs and other in self.signs and other not in whole
        )
        if thousands:
            return _float(_without_groups(text))
        return _float(f"{_without_groups(whole)}.{decimals}")

    def seconds(self, cell: str) -> float:
        """Return the seconds of "1:02:03.5", "5:31" or a bare number of seconds."""
        parts = [self.number(part) for part in cell.strip().split(":")]
        return float(sum(part * 60**k for k, part in enumerate(reversed(parts))))


def _without_groups(text: str) -> str:
    """Return a whole number without thousands separators; other signs stay, so that it is not a number."""
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+|[-+]?\d{1,3}(\.\d{3})+", text):
        return text.replace(",", "").replace(".", "")
    return text


def _float(text: str) -> float:
    """Return a plain number; Python's own "nan", "1_0" and "infinity" count as words."""
    return (
        float(text) if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,2})?", text, re.ASCII) else np.nan
    )
