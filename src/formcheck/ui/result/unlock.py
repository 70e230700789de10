"""The card that says which numbers another way of filming would add, and where to tap."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from formcheck.files.templates import part
from formcheck.metrics import METRICS
from formcheck.report.drawings import drawing
from formcheck.types import Analysis

NEARLY_60 = 59.0
FRONTAL = ("front", "rear")
IPHONE = ("Settings", "Camera", "Record Video", "1080p HD at 60 fps")
ANDROID = ("Camera", "Video", "tap FHD 30 at the top", "FHD 60")
SLOW_IPHONE = ("Camera", "SLO-MO", "tap the number at the top", "120")
SLOW_ANDROID = ("Camera", "More", "Slow motion", "120 frames a second")


def unlock(analysis: Analysis) -> Markup:
    """Return the card; empty if the clip gives every number a video can give."""
    missing = [id for id, each in analysis.measurements.items() if not each.measured]
    faster = [id for id in missing if analysis.measurements[id].missing_code == "frame_rate"]
    turned = [id for id in missing if analysis.measurements[id].missing_code == "view"]
    if not faster and not turned:
        return Markup()
    lines = [*_faster(analysis, faster), *_turned(analysis, turned)]
    short = _short(bool(faster), bool(turned), analysis)
    view = "side" if analysis.scene.view in FRONTAL else "front"
    return part(
        "ui/templates/result/unlock.html", "unlock", len(faster) + len(turned), short, lines,
        _taps(analysis, faster), drawing(view) if turned else "", view,
    )  # fmt: skip


def _short(faster: bool, turned: bool, analysis: Analysis) -> str:
    ways = ["with a higher frame rate"] if faster else []
    ways += [f"with a clip {_other(analysis)}"] if turned else []
    return f"{' and '.join(ways)}. Show me where to tap."


def _other(analysis: Analysis) -> str:
    return "from the side" if analysis.scene.view in FRONTAL else "from the front"


def _faster(analysis: Analysis, missing: list[str]) -> Iterable[str]:
    rates = sorted({METRICS[id].min_fps for id in missing})
    for rate in rates:
        names = ", ".join(METRICS[id].name for id in missing if METRICS[id].min_fps == rate)
        yield f"At {_setting(rate)} frames a second you would also get: {names}."
    sure = [
        METRICS[id].name for id, each in analysis.measurements.items()
        if each.measured and METRICS[id].sure_fps > analysis.clip.capture_fps
    ]  # fmt: skip
    if sure:
        yield f"At 60 frames a second these would be surer: {', '.join(sure)}."


def _setting(rate: float) -> int:
    """Return the lowest frame rate that phones offer and that is high enough."""
    return next((each for each in (30, 60, 120) if each >= rate), 240)


def _turned(analysis: Analysis, missing: list[str]) -> Iterable[str]:
    if missing:
        names = ", ".join(METRICS[id].name for id in missing)
        yield f"{_other(analysis).capitalize()} you would also get: {names}."


def _taps(analysis: Analysis, faster: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the taps on either kind of phone; the last one is what is chosen."""
    ways: list[tuple[str, tuple[str, ...]]] = []
    if faster and analysis.clip.capture_fps < NEARLY_60:
        ways += [("60 frames a second, iPhone", IPHONE), ("60 frames a second, Android", ANDROID)]
    if any(METRICS[id].min_fps > 60 for id in faster):
        ways += [("120 frames a second, iPhone", SLOW_IPHONE), ("120 frames a second, Android", SLOW_ANDROID)]
    return ways
