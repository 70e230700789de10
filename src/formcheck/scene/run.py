"""The scene of the part of a clip in which somebody runs at one pace: `PoseTrack` + `Clip` → `Scene`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.scene import features as signs
from formcheck.scene.classify import look_at
from formcheck.scene.pace import Span, quiet_stand, steady_spans
from formcheck.scene.refusals import carried, turned_down
from formcheck.types import Clip, PoseTrack, Scene, SettingOption, Told, ViewOption, Warn

FOLLOWED = 0.5  # of a moving camera's frames with somebody in them: fewer, and it follows somebody else
FEWEST_STEPS = 8  # of a part: less than the whole clip, it has to be plainer than a whole one
RUNS_FROM = (
    140.0  # steps/min that nobody walks at ease: asked of a part of a clip that is not running as a whole
)
PART_MAY_HELP = ("not_running", "slow_motion_unknown", "feet_hidden")
"""Reasons that another part of the clip can bring about."""


def look_at_run(
    track: PoseTrack, clip: Clip, *, view: ViewOption = "auto", setting: SettingOption = "auto"
) -> Scene:
    """Read the scene from the longest span in which the runner keeps one pace.

    Parameters
    ----------
    track, clip, view, setting : as in `look_at`

    Returns
    -------
    Scene
        With `measured_s`, unless refused, and `standing_s` where somebody just stands.
        The whole clip's where no part of it shows steady running better.
    """
    xy = signs.on_ground(signs.seen_points(track), track)
    told = Told(view, setting)
    whole = look_at(track, clip, view=view, setting=setting)
    if whole.activity == "none":
        return whole
    if _followed_in_vain(whole, track):
        return turned_down(whole, carried())
    there = track.time[np.isfinite(track.xy).any(axis=(1, 2))]
    everything = Span(float(there[0]), float(there[-1]))
    span, scene = _steady_part(track, clip, whole, xy, everything, told) or (everything, whole)
    slower = clip.slow_motion_factor
    stand = quiet_stand(xy, track.time / slower)
    return replace(
        scene,
        measured_s=None if scene.refusal else (span.start, span.stop),
        standing_s=None if stand is None else (slower * stand.start, slower * stand.stop),
    )


def _followed_in_vain(whole: Scene, track: PoseTrack) -> bool:
    """Return whether the camera goes along with somebody and yet hardly shows them.

    A camera that stays shows a runner for as long as they pass; one that follows a runner
    shows them all the time, unless what is tracked is not who it follows, as in a race.
    """
    somebody = whole.detected_share / max(1 - track.left_out_share, 1e-9)
    return whole.camera_moves and somebody < FOLLOWED


def _real_time_spans(xy: np.ndarray, time: np.ndarray, axis: int, slower: float) -> list[Span]:
    """Return the steady spans on the clip's clock, found in real time: strides and stands have real durations."""
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
    track: PoseTrack, clip: Clip, whole: Scene, xy: np.ndarray, everything: Span, told: Told
) -> tuple[Span, Scene] | None:
    """Return the longest part at one pace in which somebody runs, with its scene; None where the whole clip will do.

    Where a clip of several paces looks like running as a whole and no part of it does, it is
    the change of pace that looks so: then the longest part says what is done.
    """
    if whole.refusal is not None and whole.refusal.code not in PART_MAY_HELP:
        return None
    axis = 1 if whole.view in ("front", "rear") else 0
    spans = [
        span
        for span in _real_time_spans(xy, track.time, axis, clip.slow_motion_factor)
        if span.steps >= FEWEST_STEPS and span.length < everything.length
    ]
    inner = [_look_within(track, clip, span.inner, told) for span in spans]
    for span, seen in zip(spans, inner):
        if _runs(seen, span, clip, whole):
            return span, _of_part(_look_within(track, clip, span, told), whole, span)
    return (spans[0], inner[0]) if spans and whole.refusal is None else None


def _look_within(track: PoseTrack, clip: Clip, span: Span, told: Told) -> Scene:
    return look_at(within(track, span), clip, view=told.view, setting=told.setting)


def _runs(seen: Scene, span: Span, clip: Clip, whole: Scene) -> bool:
    """Return whether a part, seen without its first and last step, shows running beyond doubt."""
    if whole.activity != "running" and span.steps_per_min * clip.slow_motion_factor < RUNS_FROM:
        return False
    return seen.activity == "running" and seen.refusal is None


def within(track: PoseTrack, span: Span) -> PoseTrack:
    """Return the track with all frames outside the span unseen."""
    inside = (track.time >= span.start - 1e-9) & (track.time <= span.stop + 1e-9)
    return replace(
        track,
        xy=np.where(inside[:, None, None], track.xy, np.nan),
        confidence=np.where(inside[:, None], track.confidence, 0.0),
    )


def _of_part(scene: Scene, whole: Scene, span: Span) -> Scene:
    """Return a part's scene with what belongs to the whole clip, and a sentence that says which seconds it is."""
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
