"""Detect when each foot meets and leaves the ground: `Motion` → steps, or none at all.

A trained net finds every contact. Rules that are independent of the net, and the rhythm of the detected
contacts, decide whether the motion is running at all: walking, squats and standing give no steps. In
runners, the superposed strides of each foot then correct the net's constant error for this runner; in
sprinters, whose contacts are shorter than any the net was trained on, its known error is removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.gait.accuracy import accuracy_of, event_sd_s, profile_share
from formcheck.gait.decode import Contact, contacts_of
from formcheck.gait.net import ContactSignals, contact_signals, leg_points, net_can_see
from formcheck.gait.occlusion import filled
from formcheck.gait.profile import Readers, foot_profiles, moved, profile_shifts, shipped_readers
from formcheck.gait.rules import steps_by_rules
from formcheck.gait.short import lasts_s, shortened, too_short_to_be_learnt
from formcheck.scene.features import bounce_phase, median
from formcheck.skeleton import K
from formcheck.types import Motion, Step

# Errors that all contact times of a clip share where the net is not used; `accuracy` has the others.
CLIP_SD_BY_RULES = 0.020  # s, rules on foot speed
CLIP_SD_NO_FEET = 0.035  # s, rules on ankles only

SURE_SD_S = 0.0055  # s: a contact with a smaller own standard error is fully trusted
LONGEST_STEP_S = 0.65  # from one contact to the other foot's: longer is a missed contact
FEWEST_STEPS = 3  # minimum to judge whether feet alternate and how regularly
IRREGULAR = 0.25  # step-time spread (IQR/median): 0.02-0.06 in running, 0.37 and more otherwise
ALTERNATING = 0.7  # share of steps followed by the other foot
AMBIGUOUS = 0.35  # share undecided: 4-10 % on force plates, to 25 % with poor keypoints; walkers 10-38 %
UNDECIDED = (0.1, 0.9)  # probability of standing that counts as undecided
STEP_TIMES_S = (0.185, 0.58)  # 103 to 324 steps/min: from slow jogging to sprinting
WALKS = -0.15  # bounce phase below which the hip is highest over the stance leg (running: 0.56 to 0.89)
LEAST_FLIGHT = 0.12  # share of samples with neither foot down: walkers 0.01-0.09, runners 0.19 and more
LONGEST_SHARE = 0.52  # of the stride on the ground: more is walking (running: under half)


@dataclass(frozen=True)
class ContactQuality:
    """Numbers that show whether contacts are those of a runner. NaN = could not be judged."""

    alternation: float  # share of steps followed by a step of the other foot
    irregularity: float  # interquartile range of step times over their median
    step_time: float  # s, median
    duty_factor: float  # median contact time divided by two step times
    ambiguity: float  # share of samples in which the net is undecided; NaN = no net
    disagreement_s: float  # s, spread of net minus rules over the contacts both found; NaN = no net
    duty_by_rules: float  # duty factor from the rules
    flight_share: float  # of samples in which the net sees neither foot on the ground; NaN = no net
    bounce_phase: float  # +1 the hip is lowest as the legs pass each other (running), -1 highest (walking)

    @property
    def running_like(self) -> bool:
        """Whether to report steps at all."""
        return bool(
            self.alternation >= ALTERNATING
            and self.irregularity <= IRREGULAR
            and STEP_TIMES_S[0] <= self.step_time <= STEP_TIMES_S[1]
            and not self.duty_factor > LONGEST_SHARE
            and not self.duty_by_rules > LONGEST_SHARE
            and not self.ambiguity > AMBIGUOUS
            and not self.flight_share < LEAST_FLIGHT
            and not self.bounce_phase < WALKS
        )


def detect_steps(motion: Motion) -> tuple[Step, ...]:
    """Find every ground contact of both feet.

    Parameters
    ----------
    motion : Motion
        24 frames per second or more. Side views with feet: the net, corrected by the superposed
        strides. Without feet, or from the front or rear: rules, with larger errors.

    Returns
    -------
    tuple of Step
        Ordered by contact; each time has its standard error, which includes the error that is
        constant for the runner. Empty where the motion is not running-like.

    Notes
    -----
    The reference for contact is a convention: here vertical force over 20 N. docs/contact.md lists the
    errors and the conditions not yet measured (forefoot landing, inclines, over 4.5 m/s).
    """
    signals = contact_signals(motion)
    rules = steps_by_rules(motion)
    contacts = [] if signals is None else contacts_of(signals)
    steps = rules if signals is None else _steps(contacts, motion)
    if not _judge(motion, steps, rules, signals).running_like:
        return ()
    if signals is None:
        return rules
    if too_short_to_be_learnt(lasts_s(contacts)):
        return _steps(shortened(contacts), motion)
    return _steps(corrected(contacts, motion), motion)


def judge_contacts(motion: Motion, steps: Sequence[Step]) -> ContactQuality:
    """Return how running-like the contacts are, and how well net and rules agree.

    Parameters
    ----------
    motion : Motion
    steps : sequence of Step
        Ordered by contact.
    """
    return _judge(motion, steps, steps_by_rules(motion), contact_signals(motion))


def corrected(contacts: Sequence[Contact], motion: Motion, readers: Readers | None = None) -> list[Contact]:
    """Return the net's contacts, with each foot's events shifted towards those of its superposed strides.

    Parameters
    ----------
    contacts : sequence of Contact
    motion : Motion
        A side view with feet.
    readers : Readers, optional
        Replace the shipped ones, for training and tests.
    """
    profiles = foot_profiles(filled(leg_points(motion)), motion.time, contacts)
    shifts = profile_shifts(profiles, readers or shipped_readers())
    shares = {key: profile_share(motion.origin, key[1], profiles[key].strides) for key in shifts}
    return moved(contacts, {key: shares[key] * shift for key, shift in shifts.items()})


def contact_time_clip_sd(motion: Motion) -> float:
    """Return the standard error (s) that all contact times of one clip share.

    It does not decrease with the number of steps: it depends on the runner and on how the
    pose model sees the foot.
    """
    if net_can_see(motion):
        return accuracy_of(motion.origin).contact_time_clip_sd_s
    feet = np.isfinite(motion.raw[:, [K["left_toe"], K["right_toe"]]]).any()
    return CLIP_SD_BY_RULES if feet and motion.near_side is not None else CLIP_SD_NO_FEET


def _steps(contacts: Sequence[Contact], motion: Motion) -> tuple[Step, ...]:
    """Turn contacts into steps with calibrated errors."""
    return tuple(
        Step(
            side=contact.side,
            contact=contact.contact,
            toe_off=contact.toe_off if contact.toe_off > contact.contact else np.nan,
            contact_sd=event_sd_s(motion.origin, 0, contact.contact_doubt),
            toe_off_sd=event_sd_s(motion.origin, 1, contact.toe_off_doubt),
            near=contact.side == motion.near_side,
            confidence=float(np.clip(SURE_SD_S / contact.contact_doubt, 0.1, 1.0)),
        )
        for contact in contacts
    )


def _judge(
    motion: Motion, steps: Sequence[Step], rules: Sequence[Step], signals: ContactSignals | None
) -> ContactQuality:
    alternation, irregularity, step_time = _rhythm(steps)
    return ContactQuality(
        alternation=alternation,
        irregularity=irregularity,
        step_time=step_time,
        duty_factor=_duty(steps, step_time),
        ambiguity=np.nan if signals is None else _ambiguity(signals),
        disagreement_s=np.nan if signals is None else _disagreement(steps, rules),
        duty_by_rules=_duty(rules, step_time),
        flight_share=np.nan if signals is None else _flight_share(signals),
        bounce_phase=_bounce_phase(motion, step_time),
    )


def _rhythm(steps: Sequence[Step]) -> tuple[float, float, float]:
    """Return (share of alternation, IQR over median of step times, their median in s)."""
    if len(steps) < FEWEST_STEPS:
        return 0.0, np.nan, np.nan
    sides = np.array([step.side for step in steps])
    apart = np.diff([step.contact for step in steps])
    step_time = float(np.median(apart))
    spread = float(np.subtract(*np.percentile(apart, [75, 25]))) / step_time
    return float(np.mean(sides[1:] != sides[:-1])), spread, step_time


def _duty(steps: Sequence[Step], step_time: float) -> float:
    """Return median contact time over stride time, NaN where no contact is whole."""
    return median(np.array([step.duration for step in steps])) / (2 * step_time)


def _bounce_phase(motion: Motion, step_time: float) -> float:
    """Return the hip's phase relative to the separation of the legs, NaN from the front or rear."""
    if motion.near_side is None:
        return np.nan
    apart = motion.point("right_ankle")[:, 0] - motion.point("left_ankle")[:, 0]
    return bounce_phase(motion.middle("hip")[:, 1], apart, motion.time, step_time)


def _ambiguity(signals: ContactSignals) -> float:
    """Return the share of seen samples with an undecided probability."""
    stance_prob = signals.stance_prob[signals.seen]
    low, high = UNDECIDED
    return float(np.mean((stance_prob > low) & (stance_prob < high))) if len(stance_prob) else np.nan


def _flight_share(signals: ContactSignals) -> float:
    """Return the share of samples, both legs seen, in which the net has neither foot on the ground."""
    both = signals.seen.all(axis=1)
    return float(np.mean((signals.stance_prob[both] < 0.5).all(axis=1))) if both.any() else np.nan


def _disagreement(steps: Sequence[Step], rules: Sequence[Step]) -> float:
    """Return half the 16-84 % spread of net minus rules, s: a constant offset is no disagreement."""
    apart = [
        min(
            (rule.contact - step.contact for rule in rules if rule.side == step.side), key=abs, default=np.nan
        )
        for step in steps
    ]
    found = np.array([gap for gap in apart if abs(gap) < 0.15])
    return float(np.subtract(*np.percentile(found, [84, 16])) / 2) if len(found) >= FEWEST_STEPS else np.nan
