"""When each foot meets and leaves the ground: `Motion` → steps, or none at all.

Nothing here knows who runs or where: walking, squats and standing give no steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.gait_rules import steps_by_rules
from formcheck.types import Motion, Step

FEWEST_STEPS = 3  # to see that feet alternate and how regularly
IRREGULAR = 0.25  # step-time spread (IQR/median): 0.02-0.06 running, 0.37 and more otherwise
ALTERNATING = 0.7  # share of steps followed by the other foot
STEP_TIMES_S = (0.24, 0.58)  # 103-250 steps/min
LONGEST_SHARE = 0.52  # of the stride on the ground: more is walking (definition of running: under half)


@dataclass(frozen=True)
class ContactQuality:
    """Whether contacts look like a runner's, in numbers."""

    alternation: float  # share of steps followed by the other foot's
    irregularity: float  # interquartile range of step times over their median
    step_time: float  # s, median
    duty_factor: float  # median contact time over two step times
    ambiguity: float  # share of samples in which the net is undecided; NaN = no net
    disagreement_s: float  # s, median |net - rules| of contact less its own median; NaN = no net

    @property
    def running_like(self) -> bool:
        """Whether to report steps at all."""
        return bool(
            self.alternation >= ALTERNATING
            and self.irregularity <= IRREGULAR
            and STEP_TIMES_S[0] <= self.step_time <= STEP_TIMES_S[1]
            and not self.duty_factor > LONGEST_SHARE
        )


def detect_steps(motion: Motion) -> tuple[Step, ...]:
    """Find every ground contact of both feet.

    Parameters
    ----------
    motion : Motion

    Returns
    -------
    tuple of Step
        Ordered by contact, each time with its standard error; empty where the motion
        is not running-like.
    """
    steps = steps_by_rules(motion)
    return steps if judge_contacts(motion, steps).running_like else ()


def judge_contacts(motion: Motion, steps: tuple[Step, ...]) -> ContactQuality:
    """Say how much contacts look like a runner's."""
    if len(steps) < FEWEST_STEPS:
        return ContactQuality(0.0, np.nan, np.nan, np.nan, np.nan, np.nan)
    sides = np.array([step.side for step in steps])
    apart = np.diff([step.contact for step in steps])
    contact_time = np.array([step.duration for step in steps])
    whole = contact_time[np.isfinite(contact_time)]
    step_time = float(np.median(apart))
    return ContactQuality(
        alternation=float(np.mean(sides[1:] != sides[:-1])),
        irregularity=float(np.subtract(*np.percentile(apart, [75, 25])) / step_time),
        step_time=step_time,
        duty_factor=float(np.median(whole) / (2 * step_time)) if len(whole) else np.nan,
        ambiguity=np.nan,
        disagreement_s=np.nan,
    )


def contact_time_clip_sd(motion: Motion) -> float:
    """Return the standard error (s) that all contact times of one clip share."""
    return 0.020 if motion.frame_rate < 50 else 0.015
