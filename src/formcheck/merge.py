"""Two views of one runner as one analysis: a side and a front or rear view, both sides, or there and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import sqrt

from formcheck.coaching import coach, to_try
from formcheck.course import Z95
from formcheck.errors import UsageError
from formcheck.metrics import METRICS, classify
from formcheck.metrics.uncertainty import roll_sd_of
from formcheck.types import Analysis, Cue, Measurement, Scene, Warn

FRONTAL = ("front", "rear")
SAME_PACE = 0.05  # of cadence: further apart, the two clips are not one way of running


def merge(a: Analysis, b: Analysis) -> Analysis:
    """Return one analysis of two views of the same runner: side and front or rear, or both sides.

    The side view lends its picture, scene and steps; of two side views, the one that shows the left
    leg nearer. What both views show is taken from the surer one, and each leg from the clip in which
    it is the nearer one. What the other view says of the time within its clip is not kept: the
    steps and the video follow the first one's clock.

    Raises
    ------
    UsageError
        If the two are not such views, both measured.
    """
    side, frontal = _in_order(a, b)
    join = near_legs if frontal.scene.view == "side" else surer
    measurements = {
        id: join(side.measurements[id], frontal.measurements[id], frontal.clip.name) for id in METRICS
    }
    scene = replace(side.scene, warnings=(*side.scene.warnings, *_other_pace(side, frontal)))
    merged = {**side.made_with, "merged": [_origin(side), _origin(frontal)]}
    return replace(_coached(side, scene, measurements), made_with=merged)


def there_and_back(there: Analysis, back: Analysis) -> Analysis:
    """Return one analysis of a clip in which the runner passes twice, once in each direction.

    The first pass lends steps, scene and picture. Each leg is measured in the pass in which it is the nearer one.
    A lean that a tilted camera adds in one direction it takes away in the other: of a metric of the
    whole body that depends on the tilt, the mean of both passes is free of it. All else is from the first pass.
    """
    roll = roll_sd_of(there.scene)
    measurements = {
        id: _of_both_passes(there.measurements[id], back.measurements[id], METRICS[id].per_tilt * roll)
        for id in METRICS
    }
    return _coached(there, _scene_of_both(there.scene, back.scene), measurements)


def passes_match(there: Analysis, back: Analysis) -> bool:
    """Return whether two passes are measured, show different sides, and have the same rhythm."""
    if there.refusal or back.refusal or not there.scene.view == back.scene.view == "side":
        return False
    one, two = (each.measurements["cadence"] for each in (there, back))
    same_pace = one.measured and two.measured and abs(one.value / two.value - 1) < SAME_PACE
    return there.scene.near_side != back.scene.near_side and same_pace


def _scene_of_both(there: Scene, back: Scene) -> Scene:
    """Return the scene of the first pass, with a word on the second in place of one on what is left out."""
    start, stop = back.measured_s or (0.0, 0.0)
    message = (
        f"The runner passes in both directions (back from {start:.1f} to {stop:.1f} s): each leg is measured in the pass "
        "in which it is nearer to the camera, and the camera's tilt cancels in the lean."
    )
    kept = (each for each in there.warnings if each.code not in ("part_of_clip", "roll_unknown"))
    return replace(there, warnings=(*kept, Warn("there_and_back", message)))


def _of_both_passes(there: Measurement, back: Measurement, by_tilt: float) -> Measurement:
    """Return a metric of both passes; `by_tilt` is the standard error that the camera's tilt gives each."""
    if not (there.measured and back.measured) or there.unit != back.unit:
        return there if there.measured else _of_another(back, None)
    if {there.side, back.side} == {"left", "right"}:
        return near_legs(there, back)
    if by_tilt == 0:
        return there
    if there.extra.own_zero or back.extra.own_zero:
        by_tilt = 0.0  # a quiet stand took a part of it out already, so that not all of it cancels
    value = 0.5 * (there.value + back.value)
    half = Z95 * sqrt(max(0.5 * there.se**2, 0.5 * (there.se**2 + back.se**2) - by_tilt**2))
    repeats = there.repeats_sd * min(1.0, half / (Z95 * there.se))
    return replace(there, value=value, low=value - half, high=value + half, repeats_sd=repeats)


def _coached(base: Analysis, scene: Scene, measurements: Mapping[str, Measurement]) -> Analysis:
    """Return an analysis with other measurements, and what follows from them."""
    cues, praise = coach(measurements, scene, base.steps, base.runner)
    curious = None if cues else to_try(measurements, base.steps, base.runner)
    factor = scene.slow_motion_factor

    def on_clip_clock(cue: Cue) -> Cue:
        return replace(cue, show_at=cue.show_at * factor)

    return replace(
        base,
        scene=scene,
        measurements=measurements,
        cues=tuple(map(on_clip_clock, cues)),
        to_try=curious and on_clip_clock(curious),
        praise=praise,
        categories=classify(measurements),
    )


def _in_order(a: Analysis, b: Analysis) -> tuple[Analysis, Analysis]:
    """Return (side view, frontal view), or (left leg nearer, right leg nearer)."""
    for each in (a, b):
        if each.refusal:
            raise UsageError(
                f"{each.clip.name} was not measured: {each.refusal.reason} Merge measured clips only."
            )
    near = {each.scene.near_side: each for each in (a, b) if each.scene.view == "side"}
    if set(near) == {"left", "right"}:
        return near["left"], near["right"]
    by_view = {"frontal" if each.scene.view in FRONTAL else each.scene.view: each for each in (a, b)}
    if set(by_view) != {"side", "frontal"}:
        raise UsageError(
            f"{a.clip.name} shows the {a.scene.view} and {b.clip.name} the {b.scene.view}. "
            "Merge one clip from the side with one from the front or rear, or with one from the other side."
        )
    return by_view["side"], by_view["frontal"]


def near_legs(one: Measurement, other: Measurement, clip: str | None = None) -> Measurement:
    """Return a measurement with each leg's value from the view in which it is the nearer one.

    A metric of both legs is taken from the surer view. `clip` names the clip of the second view, if it is another.
    """
    apart = {one.side, other.side} == {"left", "right"} and one.unit == other.unit
    if not (one.measured and other.measured and apart):
        return surer(one, other, clip)
    legs = (replace(one, by_side=()), replace(other, times=(), samples=(), by_side=()))
    return replace(one, by_side=tuple(sorted(legs, key=lambda leg: leg.side)))


def surer(side: Measurement, frontal: Measurement, clip: str | None) -> Measurement:
    """Return the measurement with the smaller standard error, or the reason nearer to being one.

    `clip` names the frontal clip, which its measurements then tell.
    """
    if not frontal.measured:
        return side if side.measured or "side" in METRICS[side.metric].views else frontal
    if side.measured and (side.unit != frontal.unit or side.se <= frontal.se):
        return side
    return _of_another(frontal, clip)


def _of_another(found: Measurement, clip: str | None) -> Measurement:
    """Return a measurement without its times, which follow another clock; it names its clip."""
    return replace(found, times=(), samples=(), extra=replace(found.extra, clip=clip))


def _other_pace(side: Analysis, frontal: Analysis) -> tuple[Warn, ...]:
    """Say so where the rhythms differ too much for one way of running."""
    one, two = (each.measurements["cadence"] for each in (side, frontal))
    if not (one.measured and two.measured) or abs(one.value / two.value - 1) < SAME_PACE:
        return ()
    message = (
        f"The two clips were run at different rhythms ({one.value:.0f} and {two.value:.0f} steps/min): "
        "compare their numbers with care."
    )
    return (Warn("other_pace", message),)


def _origin(analysis: Analysis) -> Mapping[str, str | None]:
    """Return which clip this was."""
    return {
        "clip": analysis.clip.name, "sha256": analysis.clip.sha256, "view": analysis.scene.view,
        "backend": analysis.made_with.get("backend"),
    }  # fmt: skip
