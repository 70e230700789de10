"""The strip of single steps in the desktop window, as live/assets/trace.js draws it on a page."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from formcheck.draw.style import SOFT_INK, STATE
from formcheck.draw.text import font, text_width
from formcheck.live.trace import place_of

ZONE = (0, 88, 66)
SIDE_SHARE, END_SHARE = 0.03, 0.1  # of the width: left of the strip, and right of it for its two ends
WORDS_SHARE = 0.3  # of the height
DOT_SHARE = 0.045  # of the height: radius


def trace_strip(trace: dict[str, Any] | None, size: tuple[int, int]) -> np.ndarray:
    """Return the strip, (h, w, 3) uint8 RGB; black without a trace.

    Parameters
    ----------
    trace : see `Trace.drawn`
    size : px, width and height
    """
    page = Image.new("RGB", size)
    if trace is None:
        return np.asarray(page)
    pen, (width, height) = ImageDraw.Draw(page), size
    left, right, top, bottom = (
        SIDE_SHARE * width,
        (1 - END_SHARE) * width,
        WORDS_SHARE * height,
        0.96 * height,
    )
    px, radius = round(0.22 * height), DOT_SHARE * height

    def y(share: float) -> float:
        return bottom - share * (bottom - top)

    name = f"{trace['name']}, step by step  "
    pen.text((left, 0), name, font=font(px), fill=SOFT_INK)
    pen.text(
        (left + text_width(name, px), 0), trace["words"], font=font(px, True), fill=STATE[trace["place"]]
    )
    if trace["zone"]:
        low, high = trace["zone"]
        pen.rectangle((left, y(high), right, y(low)), fill=ZONE)
    for x, value in trace["steps"]:
        at = left + x * (right - left)
        fill = STATE[place_of(value, trace["zone"])]
        pen.ellipse((at - radius, y(value) - radius, at + radius, y(value) + radius), fill=fill)
    for words, at in zip(trace["ends"], (bottom - px, top)):
        pen.text((right + 0.01 * width, at), words, font=font(round(0.8 * px)), fill=SOFT_INK)
    return np.asarray(page)
