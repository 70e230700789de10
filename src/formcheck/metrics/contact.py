"""Ground contact and flight times, their asymmetry and their variability."""

from __future__ import annotations

import numpy as np

from formcheck.gait.short import SHORTEST_LEARNT_S
from formcheck.metrics.metric import (
    ANGLED,
    EVENTS,
    SIDE,
    USUAL,
    Fatigue,
    Metric,
    Norm,
    OnPeople,
    of_runners,
)
from formcheck.metrics.recording import Recording
from formcheck.metrics.results import (
    FEET_CUT_OFF,
    Reason,
    about,
    answer,
    missing,
    own_error,
    too_few,
)
from formcheck.metrics.uncertainty import Estimate, both_legs, estimate, is_phase_locked, quantisation_sd
from formcheck.skeleton import SIDES
from formcheck.types import Measurement, Side

MAD_SD = 1.65  # relative standard error of a median absolute deviation against that of an sd
SUB_FRAME_LEFT = 0.35  # share of the whole-frame rounding error that remains with interpolated events
VARIES = 0.55
VARIES_FROM = (
    "eight force-plate runners kept aside: 4 to 6 ms within a runner between speeds, 11 between runners; 3.7 and 3.7 "
    "on the 18 the net learnt from"
)
FURTHER_LEG = OnPeople(
    5.4, 5.4, 6.2, 7.0, 7.0,
    fitted_on="5 % allowed for the leg that the nearer one hides (evidence D); one labelled clip errs by about 8 %; weaker models "
    "by how much worse their contact times are",
)  # fmt: skip
BEYOND_LEARNT_SD = (
    0.10  # ms per ms below the shortest learnt contact: a third of it is a correction, known to 0.3
)


def contact_times(rec: Recording, side: Side) -> np.ndarray:
    """Return the ground contact times of one foot, (n,) ms."""
    return np.array([1000 * step.duration for step in rec.whole(side)])


def contact_time(rec: Recording) -> Estimate:
    """Return the ground contact time in ms, with equal weight for both feet."""
    return both_legs(*(estimate(contact_times(rec, side)) for side in SIDES))


def shared_time_error(rec: Recording) -> float:
    """Return the systematic standard error (ms) of the contact times of the clip."""
    locked = is_phase_locked(rec.motion.frame_rate, rec.step_s)
    rounding = quantisation_sd(rec.motion.frame_rate, rec.step_s, 1) * SUB_FRAME_LEFT if locked else 0.0
    shorter = max(0.0, 1000 * SHORTEST_LEARNT_S - contact_time(rec).value)  # NaN without a complete contact
    return float(np.hypot(1000 * float(np.hypot(rec.contact_time_sd, rounding)), BEYOND_LEARNT_SD * shorter))


def ground_contact_time(rec: Recording, metric: Metric) -> Measurement:
    """Return the ground contact time."""
    value = contact_time(rec)
    if value.n < metric.min_steps:
        return missing(metric, no_contacts(rec, value.n, metric.min_steps))
    steps = [step for step in rec.steps if np.isfinite(step.duration)]
    error = shared_time_error(rec)
    return answer(
        metric, value, error, samples=[1000 * step.duration for step in steps],
        times=[step.contact for step in steps], by_side=contact_time_of_each_foot(rec, metric), extra=about(metric, rec),
    )  # fmt: skip


def contact_time_of_each_foot(rec: Recording, metric: Metric) -> tuple[Measurement, ...]:
    """Return the ground contact time of each foot that has enough contacts."""
    found = []
    for side in SIDES:
        values = contact_times(rec, side)
        if len(values) >= 2:
            times = [step.contact for step in rec.whole(side)]
            error = shared_time_error(rec)
            found.append(answer(metric, estimate(values), error, samples=values, times=times, side=side))
    return tuple(found)


def no_contacts(rec: Recording, seen: int, least: int) -> Reason:
    """Return the reason why no ground contact time can be measured."""
    if not rec.scene.feet_visible:
        return FEET_CUT_OFF
    return too_few(seen, least)


def flight_time(rec: Recording, metric: Metric) -> Measurement:
    """Return the flight time of a step: step time minus contact time."""
    value = contact_time(rec)
    if value.n < metric.min_steps or not np.isfinite(rec.step_s):
        return missing(metric, no_contacts(rec, value.n, metric.min_steps))
    air = Estimate(1000 * rec.step_s - value.value, value.random, value.n)
    error = shared_time_error(rec)
    return answer(metric, air, error, of_clip=[step_error(rec)], extra=about(metric, rec))


def step_error(rec: Recording) -> float:
    """Return the standard error of the step time in ms."""
    return 1000 * rec.clock.sd if rec.clock.found else 1000 * rec.event_sd


def duty_factor(rec: Recording, metric: Metric) -> Measurement:
    """Return the duty factor: contact time over stride time, %."""
    value = contact_time(rec)
    if value.n < metric.min_steps or not np.isfinite(rec.step_s):
        return missing(metric, no_contacts(rec, value.n, metric.min_steps))
    share = 100 / (2000 * rec.step_s)
    duty = Estimate(share * value.value, share * value.random, value.n)
    error = share * shared_time_error(rec)
    return answer(metric, duty, error, extra=about(metric, rec))


def contact_time_asymmetry(rec: Recording, metric: Metric) -> Measurement:
    """Return 100 (left - right) / mean of the ground contact times."""
    return asymmetry(rec, metric, [contact_times(rec, side) for side in SIDES])


def step_time_asymmetry(rec: Recording, metric: Metric) -> Measurement:
    """Return 100 (left - right) / mean of the step times."""
    ends = [
        np.array(
            [
                1000 * (b.contact - a.contact)
                for a, b in zip(rec.steps, rec.steps[1:])
                if b.side == side != a.side
            ]
        )
        for side in SIDES
    ]
    return asymmetry(rec, metric, ends)


def asymmetry(rec: Recording, metric: Metric, values: list[np.ndarray]) -> Measurement:
    """Return left minus right as a percentage of their mean."""
    left, right = (estimate(each) for each in values)
    least = metric.min_steps // 2
    if min(left.n, right.n) < least - 1:
        return missing(metric, too_few(min(left.n, right.n), least))
    middle = 0.5 * (left.value + right.value)
    index = Estimate(
        100 * (left.value - right.value) / middle,
        100 * float(np.hypot(left.random, right.random)) / middle,
        left.n + right.n,
    )
    return answer(metric, index, own_error(rec, metric))


def stride_variability(rec: Recording, metric: Metric) -> Measurement:
    """Return the variability of stride times, %, from their median absolute deviation."""
    starts, lengths = np.array(rec.clock.strides).reshape(-1, 2).T
    if len(lengths) < metric.min_steps - 2:
        return missing(metric, too_few(rec.steps_seen, metric.min_steps))
    middle = float(np.median(lengths))
    spread = 100 * 1.4826 * float(np.median(np.abs(lengths - middle))) / middle
    value = Estimate(spread, spread * MAD_SD / np.sqrt(2 * len(lengths)), len(lengths))
    return answer(metric, value, own_error(rec, metric), samples=lengths, times=starts)


ROWS = (
    Metric(
        "ground_contact_time", "Time on the ground", "ms", "rhythm", ANGLED, 24, 4,
        "Contact to toe-off, mean of both feet.",
        "Young 2023", 8.0, f"{EVENTS} (gait.contact_time_clip_sd)", "C",
        varies=VARIES, varies_from=VARIES_FROM,
        smallest_change=15.0,
        widest=100, widest_from="most running lies between 160 and 300",
        formula=ground_contact_time,
        norm=of_runners("ground_contact_time", "ms", "C"),
        live={"side": 3}, live_fps=50, fatigue=Fatigue(5.0, relative=True),
    ),
    Metric(
        "flight_time", "Time in the air", "ms", "rhythm", ANGLED, 24, 4,
        "Step time minus time on the ground; negative when a foot lands before the other has left.",
        "Patoz 2019", 8.0, f"{EVENTS}, as for time on the ground with opposite sign", "C",
        varies=VARIES, varies_from=VARIES_FROM,
        smallest_change=15.0,
        widest=100, widest_from="most running lies between 50 and 150",
        formula=flight_time,
        norm=of_runners("flight_time", "ms", "C"),
    ),
    Metric(
        "duty_factor", "Share of the stride on the ground", "%", "rhythm", ANGLED, 24, 4,
        "Time on the ground over stride time (two steps); some papers divide by step time instead.",
        "Patoz 2019", 1.2, f"{EVENTS}: 8 ms of a 700 ms stride", "C",
        varies=VARIES, varies_from=VARIES_FROM,
        smallest_change=2.0,
        widest=14, widest_from="the range is 14 wide",
        formula=duty_factor,
        norm=of_runners("duty_factor", "%", "C"),
    ),
    Metric(
        "contact_time_asymmetry", "Left-right time on the ground", "%", "rhythm", SIDE, 24, 20,
        "100 (left - right) / mean of the time on the ground; needs 10 contacts of each foot.",
        "collegiate runners 2023", 1.95, "nearer and further leg err differently: 15 ms of 250 at 95 %", "C",
        varies=1.0, varies_from="",
        smallest_change=10.0,
        widest=20, widest_from="the range is 20 wide",
        formula=contact_time_asymmetry,
        on_people=FURTHER_LEG,
        norm=Norm(-10, 10, "%", "small differences are normal", USUAL, "C"),
    ),
    Metric(
        "step_time_asymmetry", "Left-right step time", "%", "rhythm", SIDE, 28, 20,
        "100 (left - right) / mean of the step time; a left step ends with the left foot's contact.",
        "collegiate runners 2023", 1.75, "nearer and further contact err differently: 8 ms twice in 350", "C",
        varies=1.0, varies_from="",
        smallest_change=10.0,
        widest=20, widest_from="the range is 20 wide",
        formula=step_time_asymmetry,
        norm=Norm(-10, 10, "%", "small differences are normal", USUAL, "C"),
    ),
    Metric(
        "stride_variability", "Stride-to-stride variation", "%", "rhythm", ANGLED, 100, 20,
        "Spread of the time between every second crossing of the ankles over its middle, from the median absolute "
        "deviation; crossings are found more exactly than contacts.",
        "Meardon 2011", 0.24, "keypoint noise at the crossing of the ankles, 2 ms", "D",
        varies=1.0, varies_from="",
        smallest_change=1.0,
        widest=3, widest_from="runners have 1 to 4",
        formula=stride_variability,
    ),
)  # fmt: skip
