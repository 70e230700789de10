"""How fast a clip's clock runs, measured by gravity: a body in flight falls alike in every clip.

A runner's trunk rises and falls once a step, and how far depends on the step time squared,
because gravity pulls it back. A clip that plays slower than life shows a rise that is too
small for its long steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.biomechanics import GRAVITY
from formcheck.metrics.bounce import bounce_of
from formcheck.metrics.metric import TYPICAL_LEG_M
from formcheck.metrics.recording import Recording
from formcheck.metrics.uncertainty import SCALE_SD
from formcheck.skeleton import FACE, SIDES, K

# Rise of the hips over (gravity x step time^2), a straight line over the share of a step that a foot is on the
# ground: 18 runners at 2.5, 3.5 and 4.5 m/s (Fukuchi, Fukuchi & Duarte 2017) and three records of two other
# laboratories. The shares were 0.52 to 0.86; residual spread 8.3 %. A half-sine force gives nearly the same line.
RISE_IN_FLIGHT, RISE_PER_CONTACT_SHARE = 0.103, -0.049
RUNNER_SD = 0.083
USUAL_SHARE = (0.70, 0.15)  # contact over step time and its spread between runners and paces
LONGEST_CONTACT_SHARE = 0.92  # of a step: with less flight the legs carry the trunk as they like
RISE_SD = 0.13  # share, of pose models: eight real and rendered clips read by two models
DAMPING = ("mediapipe", "onnx")  # sources that smooth over time, or that nobody has measured
DAMPED_RISE_SD = 0.20  # share: MediaPipe shows 0.73 of the rise of hips and shoulders on seven clips
TYPICAL_LEG_SD = 0.07  # share, between people (18 runners: 0.064)
FEWEST_STRIDES, FEWEST_CONTACTS = 2, 3
SEEN_OFTEN = 0.8  # of the frames: a point of the face seen less often makes the head's mean jump
USUAL_STEPS_PER_MIN, CADENCE_SD = 165.0, 0.12  # people who run: 146 to 186; the SD is a share


@dataclass(frozen=True)
class Slowness:
    """How many times slower than life a clock runs, as a logarithm with its standard error."""

    log: float  # 0 = real time, log 2 = half speed
    sd: float

    def __post_init__(self) -> None:
        if not self.sd > 0:
            raise ValueError(f"sd must be positive, got {self.sd}")

    @property
    def factor(self) -> float:
        """How many times slower than life; below 1 the clip is sped up."""
        return float(np.exp(self.log))

    @property
    def deviation(self) -> float:
        """How many standard errors the clock is from real time, positive if slower."""
        return self.log / self.sd

    def joined(self, other: Slowness) -> Slowness:
        """Return the mean of two independent estimates, weighted by inverse variance."""
        weight, theirs = self.sd**-2, other.sd**-2
        log = (weight * self.log + theirs * other.log) / (weight + theirs)
        return Slowness(log, (weight + theirs) ** -0.5)


@dataclass(frozen=True)
class Rise:
    """How far the trunk rises and falls within a step; NaN = not seen."""

    legs: float  # leg lengths
    sd: float  # standard error, share of `legs`


UNSEEN = Rise(np.nan, np.nan)


def slowness_by_gravity(
    step_s: float, contact_share: float, rise_m: float, *, share_sd: float, scale_sd: float, rise_sd: float
) -> Slowness | None:
    """Return how slow a clock is on which a step and its rise and fall are measured.

    Parameters
    ----------
    step_s : step time on the clock in question, s
    contact_share : ground contact time over step time, which is the same on every clock
    rise_m : rise and fall of the trunk within a step, m
    share_sd : standard error of `contact_share`
    scale_sd : relative standard error of the scale, metres per picture unit
    rise_sd : relative standard error of the rise in the picture

    Returns
    -------
    Slowness or None
        None where there is nearly no flight, or no rise: then gravity sets no time.

    Notes
    -----
    rise = gravity x (real step time)^2 x f(contact share). An error of the rise or the scale
    counts half.
    """
    if not (0 < contact_share <= LONGEST_CONTACT_SHARE and rise_m > 0):
        return None
    share_of_fall = RISE_IN_FLIGHT + RISE_PER_CONTACT_SHARE * contact_share
    expected = share_of_fall * GRAVITY * step_s**2
    by_share = RISE_PER_CONTACT_SHARE * share_sd / share_of_fall
    sd = 0.5 * float(np.sqrt(RUNNER_SD**2 + scale_sd**2 + rise_sd**2 + by_share**2))
    return Slowness(0.5 * float(np.log(expected / rise_m)), sd)


def slowness_by_cadence(steps_per_min: float) -> Slowness:
    """Return how slow a clock is on which somebody takes so many steps a minute."""
    return Slowness(float(np.log(USUAL_STEPS_PER_MIN / steps_per_min)), CADENCE_SD)


def slowness_of(rec: Recording, rise: Rise) -> Slowness | None:
    """Return how slow the clock of a measured clip is by gravity, or None where it cannot tell.

    The scale comes from the runner's height, otherwise from a usual leg. From the front and
    the rear it takes a treadmill, where the runner keeps their size, and a usual contact.
    """
    if not np.isfinite(rec.step_s):
        return None
    share, share_sd = contact_share(rec)
    filming = np.isfinite(rec.metres)
    leg_m, scale_sd = (rec.metres, SCALE_SD) if filming else (TYPICAL_LEG_M, TYPICAL_LEG_SD)
    return slowness_by_gravity(
        rec.step_s, share, rise.legs * leg_m,
        share_sd=share_sd, scale_sd=scale_sd, rise_sd=rise.sd,
    )  # fmt: skip


def contact_share(rec: Recording) -> tuple[float, float]:
    """Return ground contact time over step time and its standard error; NaN where nothing tells it."""
    if rec.frontal:
        return USUAL_SHARE if rec.scene.setting == "treadmill" else (np.nan, np.nan)
    contacts = [step.duration for side in SIDES for step in rec.whole(side)]
    if len(contacts) < FEWEST_CONTACTS:
        return np.nan, np.nan
    return float(np.median(contacts)) / rec.step_s, 0.0


def trunk_rise(rec: Recording, source: str) -> Rise:
    """Return the trunk's rise and fall within a step.

    It is the median of hips, shoulders and head: pose models damp the hips under plain
    clothes, to half on some rendered runners, and a head may nod, but not both at once.
    NaN where fewer than two of the three are seen over two strides.
    """
    stride = 2 * rec.step_s
    if not np.isfinite(stride):
        return UNSEEN
    count = int((rec.motion.time[-1] + 0.5 / rec.motion.rate) / stride)
    rises = np.array(
        [[bounce_of(rec, height, stride * k, stride) for k in range(count)] for height in heights(rec)]
    ).reshape(3, count)
    seen = np.isfinite(rises).sum(axis=1) >= FEWEST_STRIDES
    if seen.sum() < 2:
        return UNSEEN
    rises = rises[seen]
    rise = float(np.median(np.nanmedian(rises, axis=1)))
    spread = float(np.median(np.nanstd(rises, axis=1) / np.sqrt(np.isfinite(rises).sum(axis=1))))
    own = DAMPED_RISE_SD if source.startswith(DAMPING) else RISE_SD
    return Rise(rise, float(np.hypot(own, spread / rise)) if rise > 0 else np.nan)


def heights(rec: Recording) -> tuple[np.ndarray, ...]:
    """Return the unfiltered heights of mid-hip, mid-shoulder and head, (N,) leg lengths each."""
    raw = rec.motion.raw[..., 1]
    hip, shoulder = (
        raw[:, [K[f"left_{part}"], K[f"right_{part}"]]].mean(axis=1) for part in ("hip", "shoulder")
    )
    face = raw[:, [K[name] for name in FACE]]
    often = np.isfinite(face).mean(axis=0) >= SEEN_OFTEN
    head = face[:, often].mean(axis=1) if often.any() else np.full(len(face), np.nan)
    return hip, shoulder, head
