"""Colours (RGB) and sizes of all drawings; safe for the common types of colour blindness."""

from __future__ import annotations

Colour = tuple[int, int, int]
NEAR = (230, 159, 0)  # amber
FAR = (86, 180, 233)  # sky
TRUNK = (240, 240, 240)
EDGE = (24, 24, 28)
INSIDE = (0, 158, 115)
OUTSIDE = (213, 94, 0)
UNKNOWN = (138, 143, 152)
INK = (245, 245, 245)
SOFT_INK = (190, 194, 202)
GROUND = (27, 28, 33)  # background of plates and of the timeline
STATE: dict[str, Colour] = {
    "below": OUTSIDE,
    "above": OUTSIDE,
    "within": INSIDE,
    "edge": UNKNOWN,
    "cant_tell": UNKNOWN,
    "unknown": UNKNOWN,
}

FAR_OPACITY = 0.6
LINE_SHARE = 0.006  # of the person's height
THINNEST = 2  # px
SEEN = 0.15  # confidence below which a joint is not drawn
WIDE_SHARE = 0.75  # of the width of a wide image
SURE = 0.5  # confidence below which a limb is dashed


def line_width(person_px: float) -> int:
    """Return the width of a limb in px for a person this tall."""
    return max(THINNEST, round(LINE_SHARE * person_px)) if person_px == person_px else THINNEST


def letters_from(width: int, height: int) -> float:
    """Return the length in px that text sizes are a share of; a wide image appears small on a phone."""
    return max(min(width, height), WIDE_SHARE * width)
