"""Standard errors of initial contact and toe-off, for each origin of the keypoints.

An event time has three errors: one that differs at every event (the net's own estimate), a constant of
the runner in one clip (`runner_sd_s`), and, for contact time, a constant that all steps of a clip share
(`contact_time_clip_sd_s`). For markers, the constants were measured on runners that were in the training
data of neither the net nor the readers. For pose models, only the net's constants were measured, on seven
clips; the other constants are those of the readers on held-out runners with simulated pose-model errors,
widened for what the simulation leaves out. docs/contact.md has the tables and the commands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.types import TRAINING_MARKERS

Pair = tuple[float, float]
"""One value for initial contact and one for toe-off."""

NET_STEP_GAIN: Pair = (1.0, 1.0)  # the net's own standard error of one event needs no correction


@dataclass(frozen=True)
class EventAccuracy:
    """Standard errors of initial contact and toe-off for one origin of keypoints, all in s."""

    net_sd_s: Pair  # runner constant of the net
    profile_sd_s: Pair  # runner constant of the superposed strides when there are many of them
    runner_sd_s: Pair  # runner constant after both are averaged
    contact_time_clip_sd_s: float  # error that all contact times of a clip share


PROFILE_STRIDE_SD_S = 0.008  # s: this over the root of the number of strides is added to `profile_sd_s`

# Markers of the laboratory that provided the training data, 30 to 120 fps, 10 mm of noise. The net: root mean
# square over eight held-out runners. The readers: 18 held-out runners in six folds.
LEARNT = EventAccuracy((0.0085, 0.0085), (0.0050, 0.0046), (0.0055, 0.0050), 0.0070)
# Markers of other laboratories: one with unfiltered force, three records with filtered force.
MARKERS = EventAccuracy((0.0085, 0.0120), (0.0080, 0.0080), (0.0080, 0.0080), 0.0120)
# Pose models on people. Net constants: root mean square over seven clips annotated frame by frame, where
# contact was 8 ms late and toe-off 12 ms early (-36 to +12). The readers': held-out runners, with
# the errors that a pose model repeats in every stride (docs/contact.md).
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
    """Return the standard errors for an origin of keypoints; an origin never measured gets the largest.

    A pose net has the same errors however often it runs: "blazepose-heavy-two-looks" counts as heavy.
    """
    known = (accuracy for name, accuracy in BY_ORIGIN.items() if origin.startswith(name))
    return next(known, WEAKEST)


def profile_share(origin: str, event: int, strides: int) -> float:
    """Return the weight of the superposed strides relative to the net, from their variances.

    Parameters
    ----------
    origin : str
    event : {0, 1}
        Initial contact, toe-off.
    strides : int
        Number of superposed strides of this foot.
    """
    accuracy = accuracy_of(origin)
    profile = accuracy.profile_sd_s[event] ** 2 + PROFILE_STRIDE_SD_S**2 / strides
    net = accuracy.net_sd_s[event] ** 2
    return net / (net + profile)


def event_sd_s(origin: str, event: int, net_sd_s: float) -> float:
    """Return the standard error of one contact (event 0) or toe-off (1), given the net's own estimate."""
    return float(np.hypot(NET_STEP_GAIN[event] * net_sd_s, accuracy_of(origin).runner_sd_s[event]))
