"""Cue cards: what is unusual, where it shows, why it matters, what to do, and how certain it is."""

from __future__ import annotations

from html import escape

import numpy as np

from formcheck.draw.moments import Caption, captions
from formcheck.types import Analysis, Cue
from formcheck.ui.parts.library import drill_line
from formcheck.wording import CALM, EVIDENCE, interval_text, unit_text

LAST_S = 0.1  # latest moment for the picture, before the caption disappears
WITHIN_S = 0.001  # a browser seeking to the exact start of a frame, in whole ms, may show the previous one


def cue_cards(analysis: Analysis, video: str) -> str:
    """Return praise first, then a card for each cue; `video` is the address of the annotated video."""
    good = praise(analysis)
    if not analysis.cues:
        return f'{good}<div class="card"><p class="calm">{CALM}</p></div>'
    said = {caption.cue: caption for caption in captions(analysis)}
    cards = "".join(
        cue_card(cue, analysis, video, moment(cue, said.get(cue), analysis)) for cue in analysis.cues
    )
    return f'{good}<div class="cues">{cards}</div>'


def praise(analysis: Analysis) -> str:
    """Return what is good, one line each."""
    lines = "".join(
        f'<li><span aria-hidden="true">●</span><span>{escape(each)}</span></li>' for each in analysis.praise
    )
    return f'<ul class="marks praise">{lines}</ul>' if lines else ""


def moment(cue: Cue, caption: Caption | None, analysis: Analysis) -> float:
    """Return the time (s in the clip's timebase) of the frame that shows a cue with its caption.

    If the caption appears at another time than the cue's moment, this is a frame of the captioned
    step or stride whose value is nearest to the clip's.
    """
    if caption is None:
        return cue.show_at if cue.has_moment else 0.0
    frames = analysis.track.time
    under = frames[(frames >= caption.start) & (frames < caption.end - LAST_S)]
    wanted = _wanted(cue, caption, analysis)
    return float(under[np.argmin(np.abs(under - wanted))]) if len(under) else wanted


def _wanted(cue: Cue, caption: Caption, analysis: Analysis) -> float:
    """Return the moment under a caption that shows its cue best, whether or not a frame begins there."""
    if not cue.has_moment:
        return caption.start
    if caption.start <= cue.show_at < caption.end - LAST_S:
        return cue.show_at
    seen = analysis.measurements[cue.metric]
    under = [
        (abs(value - seen.value), time)
        for time, value in zip(map(analysis.on_clip_clock, seen.times), seen.samples)
        if caption.start <= time < caption.end - LAST_S
    ]
    return min(under)[1] if under else cue.show_at


def cue_card(cue: Cue, analysis: Analysis, video: str, time: float) -> str:
    """Return one card; `time` is the moment its picture shows, s in the clip's timebase."""
    measurement = analysis.measurements[cue.metric]
    sure = f"95 %: {interval_text(measurement)}{unit_text(measurement.unit)}, n = {measurement.n}."
    where = f"See it at {time:.1f} s" if cue.has_moment else "Any moment shows it"
    picture = (
        f'<video src="{escape(video)}#t={time + WITHIN_S:.3f}" muted playsinline preload="metadata" tabindex="-1" '
        'aria-hidden="true"></video>'
        if video
        else ""
    )
    return (
        f'<article class="card cue"><h3>{escape(cue.say)}</h3>'
        f'<button type="button" class="shows" data-seek="{time:.3f}">{picture}'
        f"<span>▶ {where}</span></button>"
        f"<p>{escape(cue.why)}</p>{drill_line(cue.drill)}"
        f"<p><small>{escape(sure)} {escape(cue.caveat)} Evidence {cue.evidence}: {EVIDENCE[cue.evidence]}.</small></p>"
        "</article>"
    )
