"""Content of the report in reading order, shared by the HTML page and the PDF."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from formcheck.coaching import DRILLS
from formcheck.coaching.summary import summary, without_cue
from formcheck.course import SpeedCurve
from formcheck.metrics import METRICS
from formcheck.report.drawings import view_to_film
from formcheck.report.plots import (
    ContactBar,
    StepPlot,
    StridePlot,
    contact_bars,
    first_seconds,
    step_plots,
    stride_plots,
)
from formcheck.report.rows import Group, groups
from formcheck.report.runs import Sheet, run_sheets
from formcheck.types import Analysis, Cue
from formcheck.wording import (
    EVIDENCE,
    clip_line,
    closed,
    plus_minus_text,
    practice_lines,
    scene_line,
)

TIMELINE_S = 12.0  # on the timebase of the clip: the duration that fits on a page
PROMISE = (
    "Ranges are references for the runners named with them, not verdicts on you. Numbers come from "
    "two-dimensional video; every one carries its 95 % interval. This is not medical advice."
)


ONE_FRAME = (
    "Numbers on a picture are those of that one frame, with their 95 % uncertainty; the measurements "
    "above are of all steps."
)


@dataclass(frozen=True, eq=False)
class Pictures:
    """JPEG files for the report."""

    keys: tuple[tuple[str, bytes], ...] = ()  # (title, JPEG)
    cues: dict[str, bytes] = field(default_factory=dict)  # by metric
    glance: bytes | None = None  # preview of a refused clip
    kinogram: bytes | None = None  # five instants of a step of each foot


@dataclass(frozen=True, eq=False)
class Card:
    """One cue: sentence, picture, reason, drill and certainty."""

    say: str
    why: str
    drill: str  # name and dose
    how: tuple[str, ...]
    sure: str
    shown: str  # position in the clip
    picture: bytes | None
    practice: tuple[str, ...] = ()  # what to try, what it takes, how to notice it, when to measure again


@dataclass(frozen=True, eq=False)
class Refused:
    """Why nothing was measured, what the clip shows, and how to film again."""

    reason: str
    how_to_film: str
    view: str  # view of the camera drawing to show
    glance: bytes | None


@dataclass(frozen=True, eq=False)
class Content:
    """All content of the report."""

    name: str
    line: str  # description of the clip
    seconds: float  # duration of the clip on its timebase
    refused: Refused | None
    headline: str  # the result in one sentence; empty if nothing was measured
    calm: str  # what to do without a cue
    also: tuple[str, ...]  # what else is outside its range
    praise: tuple[str, ...]
    cards: tuple[Card, ...]
    to_try: Card | None  # shown where nothing needs to change
    notes: tuple[str, ...]
    groups: tuple[Group, ...]
    keys: tuple[tuple[str, bytes], ...]
    keys_words: str  # note on the values in the key frames
    timeline: tuple[ContactBar, ...]
    timeline_s: float
    cadence: str
    near: str | None
    stride_plots: tuple[StridePlot, ...]
    step_plots: tuple[StepPlot, ...]
    steps: tuple[tuple[str, ...], ...]
    made_with: str
    run: tuple[Sheet, ...] = ()  # a run past the camera in metres
    run_note: str = ""
    speeds: SpeedCurve | None = None
    kinogram: bytes | None = None  # JPEG


def content(analysis: Analysis, pictures: Pictures) -> Content:
    """Return the content of the report of a clip."""
    shown_s = min(analysis.clip.duration_s, TIMELINE_S * analysis.scene.slow_motion_factor)
    cadence = analysis.measurements.get("cadence")
    first = None if analysis.refusal else summary(analysis)
    calm = without_cue(analysis)
    measured = {id: each for id, each in analysis.answers.items() if each.measured}
    return Content(
        name=analysis.clip.name,
        line=f"{scene_line(analysis.scene)} · {clip_line(analysis.clip)}",
        seconds=max(analysis.clip.duration_s, 1e-3),
        refused=_refused(analysis, pictures),
        headline=first.headline if first else "",
        calm="" if analysis.cues else f"{calm.say} {calm.why}",
        also=first.also if first else (),
        praise=analysis.praise,
        cards=tuple(_card(cue, analysis, pictures) for cue in analysis.cues),
        to_try=_card(analysis.to_try, analysis, pictures) if analysis.to_try else None,
        notes=tuple(warning.message for warning in analysis.warnings),
        groups=groups(measured if analysis.refusal else analysis.answers),
        keys=pictures.keys,
        keys_words=ONE_FRAME if pictures.keys and analysis.steps else "",
        timeline=first_seconds(contact_bars(analysis), shown_s),
        timeline_s=shown_s,
        cadence=plus_minus_text(cadence) if cadence is not None and cadence.measured else "",
        near=analysis.scene.near_side,
        stride_plots=stride_plots(analysis),
        step_plots=step_plots(analysis),
        steps=steps_rows(analysis),
        made_with=_made_with(analysis),
        run=() if analysis.run is None else run_sheets(analysis.run),
        run_note="" if analysis.run is None else analysis.run.note,
        speeds=None if analysis.run is None else analysis.run.curve,
        kinogram=pictures.kinogram,
    )


def _refused(analysis: Analysis, pictures: Pictures) -> Refused | None:
    if analysis.refusal is None:
        return None
    refusal, view = analysis.refusal, view_to_film(analysis.scene)
    return Refused(refusal.reason, refusal.how_to_film, view, pictures.glance)


def _card(cue: Cue, analysis: Analysis, pictures: Pictures) -> Card:
    measurement, drill = analysis.measurements[cue.metric], DRILLS.get(cue.drill)
    name = drill.name if drill else cue.drill.replace("_", " ").capitalize()
    return Card(
        say=cue.say,
        why=cue.why,
        drill=f"{name}: {drill.dose}" if drill else name,
        how=drill.how if drill else (),
        sure=f"{METRICS[cue.metric].name}: {closed(f'{plus_minus_text(measurement)}, n = {measurement.n}')} "
        f"{closed(cue.caveat)} Evidence {cue.evidence}: {EVIDENCE[cue.evidence]}.",
        shown=f"{cue.show_at:.1f} s into the clip" if cue.has_moment else "all through the clip",
        picture=pictures.cues.get(cue.metric),
        practice=practice_lines(cue),
    )


STEP_COLUMNS = ("Foot", "Landing (s)", "Toe-off (s)", "On the ground (ms)", "± (ms)")


def steps_rows(analysis: Analysis) -> tuple[tuple[str, ...], ...]:
    """Return the steps as text; times on the timebase of the clip, durations in real time."""
    return tuple(
        (
            f"{step.side}, {'near' if step.near else 'far'}",
            _text(analysis.on_clip_clock(step.contact), 2),
            _text(analysis.on_clip_clock(step.toe_off), 2),
            _text(1000 * step.duration, 0),
            _text(1960 * float(np.hypot(step.contact_sd, step.toe_off_sd)), 0),
        )
        for step in analysis.steps
    )


def _text(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if np.isfinite(value) else "–"


def _made_with(analysis: Analysis) -> str:
    made = analysis.made_with
    quality = f"runner seen in {100 * analysis.scene.detected_share:.0f} % of the frames"
    return f"FormCheck {made.get('formcheck', '')}, {made.get('backend', '')}; {quality}."
