"""Captions of the annotated video and their times."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.metrics import METRICS
from formcheck.metrics.metric import Moment
from formcheck.types import Analysis, Cue

SHOWN_S = 3.0
SHORTEST_S = 2.5  # long enough to read twelve words
EARLY_S = 0.4  # lead of a caption before the moment that shows it
MOMENT_S = 0.07  # time before and after an instant in which its angle is drawn


Span = tuple[tuple[str, float], tuple[str, float]]
SPANS: dict[Moment, Span] = {
    "contact": (("contact", -MOMENT_S), ("contact", MOMENT_S)),
    "stance": (("contact", 0.0), ("toe_off", 0.0)),
    "toe_off": (("toe_off", -MOMENT_S), ("toe_off", MOMENT_S)),
}
"""The events, with offsets in s, between which the angle of a moment is drawn."""


@dataclass(frozen=True)
class Caption:
    """A sentence shown from `start` to `end`, in s on the timebase of the clip."""

    words: str
    start: float
    end: float
    cue: Cue | None = None  # None = praise


def captions(analysis: Analysis) -> tuple[Caption, ...]:
    """Return the captions with their times: praise first, then each cue at the moment that shows it.

    Captions never overlap, and each is shown long enough to be read; a cue is shown earlier
    if the next cue or the end of the clip needs the time. Cues about the whole clip come last.
    A clip too short for all captions shows the first, most important ones.
    """
    duration = analysis.clip.duration_s
    room = max(1, int(duration / SHORTEST_S))
    cues = sorted(analysis.cues[:room], key=lambda each: (not each.has_moment, each.show_at))
    starts: list[float] = []
    for place, cue in enumerate(cues):
        free = starts[-1] + SHORTEST_S if starts else 0.0
        wanted = cue.show_at - EARLY_S if cue.has_moment else SHOWN_S + (starts[-1] if starts else 0.0)
        latest = duration - SHORTEST_S * (len(cues) - place)
        starts.append(max(free, min(wanted, latest), 0.0))
    ends = [*starts[1:], duration]
    found = [
        Caption(cue.say, start, min(start + SHOWN_S, end), cue) for cue, start, end in zip(cues, starts, ends)
    ]
    opening = starts[0] if starts else duration
    if analysis.praise and opening >= SHORTEST_S:
        found.insert(0, Caption(analysis.praise[0], 0.0, min(opening, SHOWN_S)))
    return tuple(found)


def shown_at(metric: str, analysis: Analysis, time: float) -> bool:
    """Return whether the angle of a metric is meaningful at `time` on the timebase of the clip.

    An angle of an instant is drawn around that instant of the leg nearer to the camera,
    and not while the leg swings.
    """
    spans = _spans(metric)
    if spans is None:
        return True
    for step in analysis.steps:
        if step.near:
            start, end = (analysis.on_clip_clock(getattr(step, event) + off) for event, off in spans)
            if np.isfinite([start, end]).all() and start <= time <= end:
                return True
    return False


def _spans(metric: str) -> Span | None:
    """Return the events, with offsets in s, between which a metric is drawn; None = always."""
    drawn = METRICS[metric].drawn
    return SPANS.get(drawn.moment) if drawn else None
