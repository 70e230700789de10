"""Colours on paper."""

from __future__ import annotations

Colour = tuple[int, int, int]
INK: Colour = (27, 28, 33)
QUIET: Colour = (98, 102, 112)
LINE: Colour = (213, 216, 222)
GROUND: Colour = (255, 255, 255)
COLOURS: dict[str, Colour] = {
    "near": (230, 159, 0), "far": (86, 180, 233), "both": (108, 114, 124),
    "inside": (0, 158, 115), "outside": (213, 94, 0), "unknown": (108, 114, 124),
}  # fmt: skip


def faint(colour: Colour, share: float = 0.32) -> Colour:
    """Return a colour blended with white."""
    red, green, blue = (round(share * part + (1 - share) * 255) for part in colour)
    return red, green, blue


FAINT: dict[str, Colour] = {name: faint(colour) for name, colour in COLOURS.items()}
RANGE = faint(COLOURS["inside"], 0.18)
