"""Compare and print frame rates: what a file says as 24.99999999999998 is 25."""

from __future__ import annotations

TOLERANCE = 0.05
"""Share by which a frame rate may fall short of what is asked for.

Nominal rates are names: 29.97, 23.976 and 59.94 are sold as 30, 24 and 60 (0.1 % less), a clock that counts
milliseconds makes 30.3 or 29.4 of them (2 %), and a phone drops a picture now and then. One picture in twenty may be
missing before a clip counts as one of a lower rate: half of them then lie next to a gap no longer than two intervals.
"""


def reaches(rate: float, least: float) -> bool:
    """Return whether a frame rate is as high as asked for, within `TOLERANCE`.

    Parameters
    ----------
    rate : frames per second that were measured; NaN reaches nothing
    least : frames per second asked for
    """
    return rate >= (1 - TOLERANCE) * least


def in_words(rate: float) -> str:
    """Return a frame rate as measured, to a tenth: "25", "59.9"."""
    return f"{rate:.1f}".removesuffix(".0")
