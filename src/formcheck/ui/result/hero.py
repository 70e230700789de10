"""The top of the result page: the video with its controls, the sentence, and the one action."""

from __future__ import annotations

from html import escape

import numpy as np

from formcheck.coaching import DRILLS
from formcheck.coaching.summary import Action, Summary
from formcheck.types import Analysis, Cue
from formcheck.ui.parts.words import tag
from formcheck.ui.server import base_path
from formcheck.wording import EVIDENCE, closed, interval_text, scene_line, unit_text

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


def hero(analysis: Analysis) -> str:
    """Return the stage with the video, what is drawn over it, and its controls; the script fills it."""
    stepped = bool(analysis.steps)
    name = f"Video of the runner. {KEYS}"
    return (
        f'<div class="hero" tabindex="0" role="group" aria-label="{escape(name)}">'
        '<div class="stage"><video muted playsinline preload="auto" tabindex="-1" aria-label="The runner, cut out"></video>'
        '<canvas aria-hidden="true"></canvas><div class="labels" aria-hidden="true"></div>'
        '<p class="wait" role="status">Cutting out the runner …</p></div>'
        '<input class="slider" type="range" min="0" step="1" value="0" aria-label="Frame">'
        f'<span class="told" aria-live="off"></span><div class="controls">{_controls(stepped)}{_toggles(analysis)}</div></div>'
    )


def _controls(stepped: bool) -> str:
    """Return the buttons; those that need steps only if there are some."""
    always = (
        ("play", "", "Play"), ("slow", "¼×", "Quarter speed"), ("back", icon("back"), "One frame back"),
        ("next", icon("next"), "One frame on"),
    )  # fmt: skip
    steps = (
        ("landing", "Landing", "Next landing"),
        ("toeoff", "Toe-off", "Next toe-off"),
        ("loop", "Loop", "Loop a stride"),
    )
    pressed = ("slow", "loop")
    return "".join(
        f'<button type="button" class="{css}" aria-label="{name}" title="{name}"'
        f"{' aria-pressed=false' if css in pressed else ''}>{sign}</button>"
        for css, sign, name in (*always, *(steps if stepped else ()), ("full", icon("full"), "Full screen"))
    )


def icon(name: str) -> str:
    """Return a small drawing for a button that has a label of its own."""
    return f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{ICONS[name]}"/></svg>'


def _toggles(analysis: Analysis) -> str:
    shown = [("skeleton", "Lines", True)]
    if analysis.scene.view not in FRONTAL:
        shown.append(("angles", "Angles", True))
    if analysis.steps:
        shown.append(("path", "Path", False))
    shown.append(("ghost", "Ghost", True))
    return "".join(
        f'<button type="button" class="toggle" data-draws="{name}" aria-pressed="{str(on).lower()}" title="{TITLES[name]}"'
        f"{' hidden' if name == 'ghost' else ''}>{title}</button>"
        for name, title, on in shown
    )


def lead(analysis: Analysis, told: Summary, label: str) -> str:
    """Return the one sentence as heading, with the clip in small type below."""
    rate = f"{analysis.clip.capture_fps:.0f} frames/s"
    steps = f"{len(analysis.steps)} steps in " if analysis.steps else ""
    steps += f"{analysis.clip.duration_s:.0f} s"
    line = " · ".join((scene_line(analysis.scene), steps, rate, label))
    return f'<div class="lead">{tag("h1", told.headline)}{tag("p", line, "meta")}</div>'


def action_card(analysis: Analysis, told: Summary) -> str:
    """Return the one action with what to hear, to see and to do, and what else is outside its range."""
    action = told.action
    how = "".join(tag("p", line) for line in action.practice) + _sure(analysis, action)
    folded = f'<details class="how"><summary>How, and how sure</summary>{how}</details>' if how else ""
    return (
        f'<section class="action" aria-label="What to try">{tag("h2", action.say)}<div class="row">{_buttons(action)}'
        '<button type="button" class="ask" aria-expanded="false" aria-controls="because">Why</button></div>'
        f'<div class="because" id="because">{tag("p", action.why)}{folded}</div></section>'
    )


def _buttons(action: Action) -> str:
    found = []
    if action.beat is not None:
        found.append(
            f'<button type="button" class="hear" data-beat="{action.beat:.0f}" aria-pressed="false">'
            f'<span aria-hidden="true">♪</span> Hear {action.beat:.0f}</button>'
        )
    if action.metric:
        at = action.show_at if np.isfinite(action.show_at) else 0.0
        found.append(
            f'<button type="button" data-seek="{at:.4f}"><span aria-hidden="true">▶</span> See it</button>'
        )
    return "".join([*found, _drill(action.drill)])


def _sure(analysis: Analysis, action: Action) -> str:
    measurement = analysis.measurements.get(action.metric)
    words = []
    if measurement is not None and measurement.measured:
        interval = f"{interval_text(measurement)}{unit_text(measurement.unit)}"
        words.append(f"How sure: 95 % between {interval}, n = {measurement.n}.")
    words += [closed(action.sure)] if action.sure else []
    words += [f"Evidence {action.evidence}: {EVIDENCE[action.evidence]}."] if action.evidence else []
    return tag("p", " ".join(words), "sure") if words else ""


def also(told: Summary) -> str:
    """Return what else is outside its range: the first things in sight, the others folded; none is left out."""
    lines = [*(_further(cue) for cue in told.further), *(tag("li", line) for line in told.also)]
    if not lines:
        return ""
    rest = "".join(lines[ALSO_SHOWN:])
    folded = (
        f"<details><summary>{len(lines) - ALSO_SHOWN} more</summary><ul>{rest}</ul></details>" if rest else ""
    )
    title = "Next" if told.further else "Also outside the usual range"
    return f'<div class="also"><h2>{title}</h2><ul>{"".join(lines[:ALSO_SHOWN])}</ul>{folded}</div>'


def _further(cue: Cue) -> str:
    """Return a cue after the first: what to do, why, where it shows, and its drill."""
    at = cue.show_at if cue.has_moment else 0.0
    see = tag("button", "See it", "plain", type="button", data_seek=f"{at:.4f}")
    return f"<li>{tag('b', closed(cue.say))} {escape(cue.why)} {see}{_drill(cue.drill, 'plain')}</li>"


def _drill(id: str, css: str = "") -> str:
    """Return the link to a drill; empty if there is none."""
    drill = DRILLS.get(id)
    if drill is None:
        return ""
    address = f"{base_path()}/training?drill={escape(id)}"
    return (
        f'<a class="drill-link {css}" href="{address}" target="_self" data-drill="{escape(id)}">'
        f'<span>Drill<span class="wide">: <b>{escape(drill.name)}</b></span></span></a>'
    )
