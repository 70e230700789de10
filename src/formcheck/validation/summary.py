"""Summary statistics of the errors of many answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from formcheck.course import Z95
from formcheck.validation.trials import Answer, Events


@dataclass(frozen=True)
class Errors:
    """Error statistics of one metric at one frame rate, in the metric's unit."""

    metric: str
    fps: float
    clips: int
    answered: int
    bias: float
    mae: float
    low: float  # 95 % limits of agreement: bias ± 1.96 SD
    high: float
    coverage: float  # share of 95 % intervals that contain the truth
    half_width: float  # median half-width of the 95 % interval
    false_outside: float  # share reported clearly outside, of clips truly within the range; NaN = no range

    @property
    def refused(self) -> float:
        """Share of clips without an answer."""
        return 1 - self.answered / self.clips if self.clips else np.nan


def errors_of(metric: str, fps: float, answers: Iterable[Answer]) -> Errors:
    """Summarise one metric's answers at one frame rate."""
    every = [a for a in answers if np.isfinite(a.truth)]
    told = [a for a in every if a.measured]
    within = [a for a in told if a.truly_within]
    off = np.array([a.error for a in told])
    if len(off) == 0:
        return Errors(metric, fps, len(every), 0, *[np.nan] * 7)
    bias, sd = float(off.mean()), float(off.std())
    return Errors(
        metric, fps, len(every), len(told), bias, float(np.abs(off).mean()), bias - Z95 * sd, bias + Z95 * sd,
        float(np.mean([a.held for a in told])), float(np.median([(a.high - a.low) / 2 for a in told])),
        float(np.mean([a.outside for a in within])) if within else np.nan,
    )  # fmt: skip


@dataclass(frozen=True)
class Contacts:
    """Accuracy of contact detection at one frame rate, in ms."""

    fps: float
    clips: int
    recall: float
    precision: float
    contact_bias: float
    contact_sd: float
    toe_off_bias: float
    toe_off_sd: float


def contact_summary(fps: float, found: Iterable[Events]) -> Contacts:
    """Summarise the events of the clips at one frame rate."""
    every = list(found)
    contact = np.concatenate([e.contact_ms for e in every]) if every else np.empty(0)
    toe_off = np.concatenate([e.toe_off_ms for e in every]) if every else np.empty(0)
    true, told = sum(e.true for e in every), sum(e.told for e in every)
    spread = [f(x) if len(x) else np.nan for x in (contact, toe_off) for f in (np.mean, np.std)]
    return Contacts(
        fps, len(every), sum(e.found for e in every) / true if true else np.nan, len(contact) / told if told else np.nan,
        *(float(s) for s in spread),
    )  # fmt: skip
