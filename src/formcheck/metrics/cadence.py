"""Cadence from the rhythm of the legs, checked against the contacts; from contacts alone in a short pass."""

from __future__ import annotations

import numpy as np

from formcheck.metrics.metric import ANY, RUNNERS, ArticleAdvice, Fatigue, Metric, of_runners
from formcheck.metrics.recording import Recording
from formcheck.metrics.results import Reason, answer, missing, own_error
from formcheck.metrics.uncertainty import Estimate
from formcheck.types import Extra, Measurement

NO_RHYTHM = Reason(
    "irregular",
    "The legs' rhythm is not regular or not seen long enough: film at least 10 seconds of steady running.",
)
FEWEST_INTERVALS = 2  # intervals between contacts, i.e. one stride
STEP_SD = 0.02  # share of step time, step-to-step variation (Meardon 2011: 1 to 3 % of strides)
UNEVEN_SD = 0.02  # share of step time, left-right difference
STEP_S = (0.17, 0.70)  # between contacts of the two feet; outside it, a contact is missing or false
DISAGREE = 0.03  # share: where rhythm and contacts differ by more than this, both are reported


def cadence(rec: Recording, metric: Metric) -> Measurement:
    """Return the steps per minute from the rhythm of the legs, checked against the contacts."""
    by_contacts = cadence_of_contacts(rec)
    if not rec.clock.found:
        return cadence_of_few(rec, metric)
    value = rec.clock.cadence
    apart = abs(by_contacts - value) / value if np.isfinite(by_contacts) else 0.0
    doubt = abs(by_contacts - value) / 2 if apart > DISAGREE else 0.0
    extra = Extra(contacts=by_contacts if apart > DISAGREE else None)
    spread = value * rec.clock.sd / rec.clock.step_s
    times, samples = step_rates(rec)
    return answer(
        metric, Estimate(value, spread, rec.clock.steps), own_error(rec, metric), doubt,
        samples=samples, times=times, extra=extra,
    )  # fmt: skip


def cadence_of_few(rec: Recording, metric: Metric) -> Measurement:
    """Return the steps per minute of a short pass, from its first contact to its last.

    Three contacts span one stride. Their scatter cannot give a standard error, so the
    interval uses prior knowledge: the error of a single contact, the variation between
    steps, and, where one foot has one step more, the asymmetry of the two feet.
    """
    times, rates = step_rates(rec)
    count = len(rates)
    if count < FEWEST_INTERVALS or count < len(rec.steps) - 1:
        return missing(metric, NO_RHYTHM)
    first, last = rec.steps[0], rec.steps[-1]
    span = last.contact - first.contact
    ends = float(np.hypot(first.contact_sd, last.contact_sd)) / span
    own, uneven = STEP_SD / np.sqrt(count), UNEVEN_SD * (count % 2) / count
    value = 60 * count / span
    spread = value * float(np.sqrt(ends**2 + own**2 + uneven**2))
    return answer(
        metric,
        Estimate(value, spread, count + 1),
        own_error(rec, metric),
        samples=rates,
        times=times,
        extra=Extra(about=True),
    )


def cadence_of_contacts(rec: Recording) -> float:
    """Return the steps per minute from alternating contacts, NaN with fewer than six."""
    times, rates = step_rates(rec)
    return float(60 / np.mean(60 / np.array(rates))) if len(times) >= 6 else np.nan


def step_rates(rec: Recording) -> tuple[list[float], list[float]]:
    """Return the time and the rate (steps/min) of each step between contacts of opposite feet."""
    pairs = [
        (a, b)
        for a, b in zip(rec.steps, rec.steps[1:])
        if a.side != b.side and STEP_S[0] < b.contact - a.contact < STEP_S[1]
    ]
    return [b.contact for _, b in pairs], [60 / (b.contact - a.contact) for a, b in pairs]


ROWS = (
    Metric(
        "cadence", "Cadence", "steps/min", "rhythm", ANY, 15, 3,
        "Steps of both feet per minute: interpolated crossings of the two ankles (front and rear: bounces of the hip).",
        "Miller 2018; Burns 2019", 0.15, "clock of the video file; the runner's own drift within a clip", "B",
        varies=1.0, varies_from="",
        smallest_change=2.0,
        widest=20, widest_from="good runners go from 155 to 203",
        formula=cadence,
        norm=of_runners("cadence", "steps/min", "B", least=150, source=f"{RUNNERS}; below 150 quicker steps are worth a try",
             advice=ArticleAdvice("170 to 180 steps/min", "D")),
        headline=True, live={"side": 1, "front": 1, "rear": 1}, live_widest=5.0, fatigue=Fatigue(-3.0, relative=True),
    ),
)  # fmt: skip
