"""How far contact and toe-off are off, by where the points come from: all standard errors of the events.

An event errs in three ways: anew each time (the net's own estimate), by a constant of the runner in
one clip (`runner_sd_s`), and contact time by a constant that all steps of a clip share
(`contact_time_clip_sd_s`). For markers the constants were measured on runners that neither net nor readers
had learnt from. For pose models only the net's were, on seven clips; the others are those of the readers on
runners left out, with a pose model's errors added, widened for what such errors leave out. docs/contact.md
has the tables and the commands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.types import TRAINING_MARKERS

Pair = tuple[float, float]
"""A value for contact and one for toe-off."""

NET_STEP_GAIN: Pair = (1.0, 1.0)  # the net's own standard error of one event is right as it is


@dataclass(frozen=True)
class EventAccuracy:
    """Standard errors of contact and toe-off for one origin of points, all in s."""

    net_sd_s: Pair  # constant of a runner in what the net says
    profile_sd_s: Pair  # the same in what the superposed strides say, with many of them
    runner_sd_s: Pair  # the same after both are averaged
    contact_time_clip_sd_s: float  # what all contact times of a clip share


PROFILE_STRIDE_SD_S = 0.008  # s: adds, over the root of the number of strides, to `profile_sd_s`

# Markers of the laboratory the net learnt from, 30 to 120 fps, 10 mm of noise. The net: root mean square on eight
# runners kept aside. The readers: 18 runners left out in six folds.
LEARNT = EventAccuracy((0.0085, 0.0085), (0.0052, 0.0052), (0.0055, 0.0050), 0.0075)
# Markers of other laboratories: one with unfiltered force, three records with filtered force.
MARKERS = EventAccuracy((0.0085, 0.0120), (0.0080, 0.0080), (0.0080, 0.0080), 0.0120)
# Pose models on people. The net's constants: root mean square over seven clips read frame by frame, where contact was
# 8 ms late and toe-off 12 ms early (-36 to +12). The readers': runners left out, with the errors that a pose model
# repeats in every stride (docs/contact.md).
HEAVY = EventAccuracy((0.0100, 0.0190), (0.0075, 0.0085), (0.0070, 0.0090), 0.0140)
FULL = EventAccuracy((0.0110, 0.0210), (0.0080, 0.0095), (0.0080, 0.0100), 0.0160)
WEAKEST = EventAccuracy((0.0120, 0.0220), (0.0100, 0.0120), (0.0100, 0.0120), 0.0180)
BY_ORIGIN = {
    TRAINING_MARKERS: LEARNT,
    "markers": MARKERS,
    "blazepose-heavy": HEAVY,
    "blazepose-full": FULL,
    "synthetic": HEAVY,
}


def accuracy_of(origin: str) -> EventAccuracy:
    """Return the standard errors for an origin of points; one that was never measured has the largest.

    A pose net errs alike however often it looks at a frame: "blazepose-heavy-two-looks" is a heavy net.
    """
    known = (accuracy for name, accuracy in BY_ORIGIN.items() if origin.startswith(name))
    return next(known, WEAKEST)


def profile_share(origin: str, event: int, strides: int) -> float:
    """Return the weight of the superposed strides against the net, by their variances.

    Parameters
    ----------
    origin : str
    event : {0, 1}
        Contact, toe-off.
    strides : int
        Of this foot, superposed.
    """
    accuracy = accuracy_of(origin)
    profile = accuracy.profile_sd_s[event] ** 2 + PROFILE_STRIDE_SD_S**2 / strides
    net = accuracy.net_sd_s[event] ** 2
    return net / (net + profile)


def event_sd_s(origin: str, event: int, net_sd_s: float) -> float:
    """Return the standard error of one contact (event 0) or toe-off (1) from the net's own."""
    return float(np.hypot(NET_STEP_GAIN[event] * net_sd_s, accuracy_of(origin).runner_sd_s[event]))
