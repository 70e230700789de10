"""The drill library: data in drills.toml, checked when read."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from formcheck.errors import UsageError
from formcheck.files.typed import read_as

DRILLS_FILE = Path(__file__).with_name("drills.toml")
SOURCES = {"article": "the article", "own": "FormCheck's own choice"}
KINDS = ("Running drills", "Agility", "Faster running", "Strength", "Jumps")
PLAIN_ID = re.compile(r"[a-z]+(_[a-z]+)*")
A_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Drill:
    """One drill: purpose, instructions, dose, common faults and contraindications."""

    id: str
    name: str
    kind: str
    what_for: str
    how: tuple[str, ...]
    dose: str
    mistakes: tuple[str, ...]
    avoid: str
    numbers: tuple[tuple[str, str], ...]  # every number in the texts, and its key in `SOURCES`

    def __post_init__(self) -> None:
        if not PLAIN_ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} is no plain id")
        if self.kind not in KINDS:
            raise ValueError(f"{self.id}: kind must be one of {KINDS}, got {self.kind!r}")
        empty = [part.name for part in fields(self) if not getattr(self, part.name)]
        if empty:
            raise ValueError(f"{self.id}: nothing in {', '.join(empty)}")
        if unknown := {source for _, source in self.numbers} - set(SOURCES):
            raise ValueError(f"{self.id}: unknown source {unknown}")
        if unsourced := self.numbers_without_source:
            raise ValueError(f"{self.id}: no source for {', '.join(sorted(unsourced))}")

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts that the runner reads."""
        return (self.name, self.what_for, *self.how, self.dose, *self.mistakes, self.avoid)

    @property
    def numbers_without_source(self) -> set[str]:
        """Numbers in the texts that have no entry in `numbers`."""
        sourced = {found for text, _ in self.numbers for found in A_NUMBER.findall(text)}
        return {found for text in self.texts for found in A_NUMBER.findall(text)} - sourced

    @property
    def source(self) -> str:
        """Sources of the numbers, as text."""
        said = [
            f"{', '.join(text for text, source in self.numbers if source == key)}: {words}"
            for key, words in SOURCES.items()
            if any(source == key for _, source in self.numbers)
        ]
        return f"{'; '.join(said)}. How to do it: coaches' practice, in our words."


@cache
def drills() -> dict[str, Drill]:
    """Return the drills by id, in the order of the file."""
    rows = tomllib.loads(DRILLS_FILE.read_text(encoding="utf-8"))["drill"]
    drills = read_as(tuple[Drill, ...], rows, "the drills")
    found = {drill.id: drill for drill in drills}
    if len(found) != len(rows):
        raise ValueError("two drills share an id")
    return found


def find_drill(name: str) -> Drill:
    """Return a drill by its name as a user types it.

    Raises
    ------
    UsageError
        If there is no such drill; the message lists the existing ones.
    """
    plain = re.sub(r"[^a-z]+", "_", name.strip().lower()).strip("_")
    for drill in drills().values():
        if plain in (drill.id, re.sub(r"[^a-z]+", "_", drill.name.lower())):
            return drill
    raise UsageError(f"There is no drill named {name!r}. Choose one of: {', '.join(map(typed, drills()))}.")


def typed(id: str) -> str:
    """Return the id of a drill as it is typed on the command line."""
    return id.replace("_", "-")
