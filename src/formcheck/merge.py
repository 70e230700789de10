"""Two clips of one runner as one analysis: a side and a front or rear view, or both sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from formcheck.coaching import coach
from formcheck.errors import UsageError
from formcheck.metrics import METRICS, classify
from formcheck.types import Analysis, Measurement, Warn

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
    cues, praise = coach(measurements, side.scene, side.steps)
    factor = side.scene.slow_motion_factor
    warnings = (*side.scene.warnings, *_other_pace(side, frontal))
    return replace(
        side,
        scene=replace(side.scene, warnings=warnings),
        measurements=measurements,
        cues=tuple(replace(cue, show_at=cue.show_at * factor) for cue in cues),
        praise=praise,
        categories=classify(measurements),
        made_with={**side.made_with, "merged": [_origin(side), _origin(frontal)]},
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


def near_legs(left: Measurement, right: Measurement, clip: str) -> Measurement:
    """Return a measurement with each leg's value from the clip in which it is the nearer one.

    A metric of both legs is taken from the surer clip. `clip` names the one with the right leg nearer.
    """
    apart = (left.side, right.side) == ("left", "right") and left.unit == right.unit
    if not (left.measured and right.measured and apart):
        return surer(left, right, clip)
    legs = (replace(left, by_side=()), replace(right, times=(), samples=(), by_side=()))
    return replace(left, by_side=legs)


def surer(side: Measurement, frontal: Measurement, clip: str) -> Measurement:
    """Return the measurement with the smaller standard error, or the reason nearer to being one.

    `clip` names the frontal clip, which its measurements then tell.
    """
    if not frontal.measured:
        return side if side.measured or "side" in METRICS[side.metric].views else frontal
    if side.measured and (side.unit != frontal.unit or side.se <= frontal.se):
        return side
    return replace(frontal, times=(), samples=(), extra=replace(frontal.extra, clip=clip))


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
