"""Classify the part of a clip in which somebody runs at one pace: `PoseTrack` + `Clip` → `Scene`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.scene import features as signs
from formcheck.scene.classify import look_at
from formcheck.scene.pace import Span, quiet_stand, steady_spans
from formcheck.scene.refusals import carried, turned_down
from formcheck.types import Clip, Filming, PoseTrack, Scene, SettingOption, ViewOption, Warn

FOLLOWED = 0.5  # of a moving camera's frames with a person: below this, the camera follows somebody else
FEWEST_STEPS = 8  # of a part: it is shorter than the whole clip, so the evidence must be clearer
RUNS_FROM = (
    140.0  # steps/min too fast for easy walking: required of a part when the whole clip is not running
)
PART_MAY_HELP = ("not_running", "slow_motion_unknown", "feet_hidden")
"""Reasons that can differ for another part of the clip."""


def look_at_run(
    track: PoseTrack, clip: Clip, *, view: ViewOption = "auto", setting: SettingOption = "auto"
) -> Scene:
    """Classify the scene from the longest span in which the runner keeps one pace.

    Parameters
    ----------
    track, clip, view, setting : as in `look_at`

    Returns
    -------
    Scene
        With `measured_s`, unless refused, and `standing_s` where somebody stands quietly.
        The scene of the whole clip where no part shows steady running better.
    """
    xy = signs.on_ground(signs.seen_points(track), track)
    filming = Filming(view, setting)
    whole = look_at(track, clip, view=view, setting=setting)
    if whole.activity == "none":
        return whole
    if _followed_in_vain(whole, track):
        return turned_down(whole, carried())
    there = track.time[np.isfinite(track.xy).any(axis=(1, 2))]
    everything = Span(float(there[0]), float(there[-1]))
    span, scene = _steady_part(track, clip, whole, xy, everything, filming) or (everything, whole)
    slower = clip.slow_motion_factor
    stand = quiet_stand(xy, track.time / slower)
    return replace(
        scene,
        measured_s=None if scene.refusal else (span.start, span.stop),
        standing_s=None if stand is None else (slower * stand.start, slower * stand.stop),
    )


def _followed_in_vain(whole: Scene, track: PoseTrack) -> bool:
    """Return whether the camera moves with somebody and yet hardly shows them.

    A static camera shows a runner for as long as they pass; a camera that follows a runner
    shows them all the time, unless the tracked person is not the one it follows, as in a race.
    """
    somebody = whole.detected_share / max(1 - track.left_out_share, 1e-9)
    return whole.camera_moves and somebody < FOLLOWED


def _real_time_spans(xy: np.ndarray, time: np.ndarray, axis: int, slower: float) -> list[Span]:
    """Return steady spans in the clip's timebase, found in real time, where strides have true durations."""
    return [
        replace(
            span,
            start=slower * span.start,
            stop=slower * span.stop,
            steps_per_min=span.steps_per_min / slower,
        )
        for span in steady_spans(xy, time / slower, axis)
    ]


def _steady_part(
    track: PoseTrack, clip: Clip, whole: Scene, xy: np.ndarray, everything: Span, filming: Filming
) -> tuple[Span, Scene] | None:
    """Return the longest running part at one pace, with its scene; None where the whole clip is suitable.

    If a clip with several paces looks like running as a whole but none of its parts does, the
    change of pace causes that impression: then the longest part determines the activity.
    """
    if whole.refusal is not None and whole.refusal.code not in PART_MAY_HELP:
        return None
    axis = 1 if whole.view in ("front", "rear") else 0
    spans = [
        span
        for span in _real_time_spans(xy, track.time, axis, clip.slow_motion_factor)
        if span.steps >= FEWEST_STEPS and span.length < everything.length
    ]
    inner = [_look_within(track, clip, span.inner, filming) for span in spans]
    for span, seen in zip(spans, inner):
        if _runs(seen, span, clip, whole):
            return span, _of_part(_look_within(track, clip, span, filming), whole, span)
    return (spans[0], inner[0]) if spans and whole.refusal is None else None


def _look_within(track: PoseTrack, clip: Clip, span: Span, filming: Filming) -> Scene:
    return look_at(within(track, span), clip, view=filming.view, setting=filming.setting)


def _runs(seen: Scene, span: Span, clip: Clip, whole: Scene) -> bool:
    """Return whether a part, without its first and last step, clearly shows running."""
    if whole.activity != "running" and span.steps_per_min * clip.slow_motion_factor < RUNS_FROM:
        return False
    return seen.activity == "running" and seen.refusal is None


def within(track: PoseTrack, span: Span) -> PoseTrack:
    """Return the track with all frames outside the span marked as not seen."""
    inside = (track.time >= span.start - 1e-9) & (track.time <= span.stop + 1e-9)
    return replace(
        track,
        xy=np.where(inside[:, None, None], track.xy, np.nan),
        confidence=np.where(inside[:, None], track.confidence, 0.0),
    )


def _of_part(scene: Scene, whole: Scene, span: Span) -> Scene:
    """Return a part's scene with the whole clip's properties, and a sentence that says which seconds."""
    message = (
        f"Measured from {span.start:.1f} to {span.stop:.1f} s of the clip, where the runner keeps one pace. "
        "Standing, walking, starting and slowing down are left out."
    )
    return replace(
        scene,
        people=whole.people,
        detected_share=whole.detected_share,
        warnings=(*scene.warnings, Warn("steady_part", message)),
    )
