"""The top of the result page: the video with its controls, the sentence, and the one action."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from formcheck.coaching import DRILLS
from formcheck.coaching.summary import Action, Summary
from formcheck.files.templates import part
from formcheck.types import Analysis, Cue
from formcheck.ui.server import base_path
from formcheck.wording import EVIDENCE, closed, interval_text, scene_line, unit_text

TEMPLATE = "ui/templates/result/hero.html"
FRONTAL = ("front", "rear")
ALSO_SHOWN = 2
KEYS = "Keys: ← → one frame, Shift ten, space plays, N next landing, T next toe-off, L loops a stride, F full screen."


TITLES = {
    "skeleton": "Draw the lines of the skeleton",
    "angles": "Draw the angles of this frame",
    "path": "Draw the path of the feet",
    "ghost": "Draw the stride of the other clip",
}
ICONS = {
    "back": "M16 5v14L6 12z",
    "next": "M8 5v14l10-7z",
    "full": "M4 9V4h5v2H6v3zM15 4h5v5h-2V6h-3zM18 15h2v5h-5v-2h3zM4 15h2v3h3v2H4z",
}


@dataclass(frozen=True)
class DrillLink:
    """A drill and where the app shows it."""

    id: str
    name: str
    address: str


@dataclass(frozen=True)
class FurtherCue:
    """A cue after the first: what to do, why, where it shows, and its drill."""

    say: str
    why: str
    at: float  # s in the clip's timebase
    drill: DrillLink | None


def hero(analysis: Analysis) -> Markup:
    """Return the stage with the video, what is drawn over it, and its controls; the script fills it."""
    name = f"Video of the runner. {KEYS}"
    return part(TEMPLATE, "hero", name, ICONS, _buttons(bool(analysis.steps)), _toggles(analysis))


def _buttons(stepped: bool) -> tuple[tuple[str, str, str], ...]:
    """Return class, sign and title of the buttons; those that need steps only if there are some."""
    always = (
        ("play", "", "Play"), ("slow", "¼×", "Quarter speed"), ("back", "", "One frame back"),
        ("next", "", "One frame on"),
    )  # fmt: skip
    steps = (
        ("landing", "Landing", "Next landing"),
        ("toeoff", "Toe-off", "Next toe-off"),
        ("loop", "Loop", "Loop a stride"),
    )
    return (*always, *(steps if stepped else ()), ("full", "", "Full screen"))


def _toggles(analysis: Analysis) -> list[tuple[str, str, bool, str]]:
    """Return what can be drawn over the video: id, sign, whether it is at first, and title."""
    shown = [("skeleton", "Lines", True)]
    if analysis.scene.view not in FRONTAL:
        shown.append(("angles", "Angles", True))
    if analysis.steps:
        shown.append(("path", "Path", False))
    shown.append(("ghost", "Ghost", True))
    return [(*each, TITLES[each[0]]) for each in shown]


def lead(analysis: Analysis, told: Summary, label: str) -> Markup:
    """Return the one sentence as heading, with the clip in small type below."""
    rate = f"{analysis.clip.capture_fps:.0f} frames/s"
    steps = f"{len(analysis.steps)} steps in " if analysis.steps else ""
    steps += f"{analysis.clip.duration_s:.0f} s"
    return part(TEMPLATE, "lead", told.headline, " · ".join((scene_line(analysis.scene), steps, rate, label)))


def action_card(analysis: Analysis, told: Summary) -> Markup:
    """Return the one action with what to hear, to see and to do."""
    action = told.action
    at = action.show_at if np.isfinite(action.show_at) else 0.0
    return part(TEMPLATE, "action", action, at, drill_link(action.drill), _sure(analysis, action))


def _sure(analysis: Analysis, action: Action) -> str:
    measurement = analysis.measurements.get(action.metric)
    words = []
    if measurement is not None and measurement.measured:
        interval = f"{interval_text(measurement)}{unit_text(measurement.unit)}"
        words.append(f"How sure: 95 % between {interval}, n = {measurement.n}.")
    words += [closed(action.sure)] if action.sure else []
    words += [f"Evidence {action.evidence}: {EVIDENCE[action.evidence]}."] if action.evidence else []
    return " ".join(words)


def also(told: Summary) -> Markup:
    """Return what else is outside its range; none is left out."""
    return part(TEMPLATE, "also", [_further(cue) for cue in told.further], list(told.also), ALSO_SHOWN)


def _further(cue: Cue) -> FurtherCue:
    return FurtherCue(closed(cue.say), cue.why, cue.show_at if cue.has_moment else 0.0, drill_link(cue.drill))


def drill_link(id: str) -> DrillLink | None:
    """Return the link to a drill; None if there is none."""
    drill = DRILLS.get(id)
    if drill is None:
        return None
    return DrillLink(id, drill.name, f"{base_path()}/training?drill={id}")
