"""Targets, over thousands of drawn runners: inside the range at their speed, possible, and never contradictory."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.coaching import coach, to_try
from formcheck.coaching.targets import leg_m, target_of
from formcheck.coaching.texts import OPPOSITE, curiosities, rules
from formcheck.metrics import METRICS, not_measured
from formcheck.metrics.judgement import judge
from formcheck.metrics.metric import Norm
from formcheck.metrics.norms import NORMS
from formcheck.types import Cue, Extra, Measurement, Runner, Scene
from formcheck.wording import not_allowed

RUNNERS = 5000
SCENE = Scene("running", "side", "right", "treadmill", 1, "right", detected_share=1.0, roll_deg=0.0)
BY_ID = {rule.id: rule for rule in (*rules(), *curiosities())}
CENTRES = {
    "trunk_lean": (7, 9), "elbow_angle": (90, 30), "arm_crossover": (0.05, 0.2), "arm_leg_phase": (0, 45), "head_pitch": (-10, 20),
    "waist_bend": (0, 8), "step_width": (2, 5), "knee_window": (0.3, 0.3),
    "arm_swing_symmetry": (0, 20), "contact_time_asymmetry": (0, 8), "step_time_asymmetry": (0, 8),
}  # fmt: skip


def around(norm: Norm) -> tuple[float, float]:
    """Return the middle and the width of a range, or of what lies around its one end."""
    ends = [end for end in (norm.low, norm.high) if np.isfinite(end)]
    return float(np.mean(ends)), float(np.ptp(ends)) or abs(ends[0]) or 1.0


def drawn(seed: int) -> tuple[dict[str, Measurement], Runner]:
    """Return a runner with each metric somewhere around and beyond its range, some missing, some rough."""
    rng = np.random.default_rng([seed, 31])
    speed = rng.uniform(1.8, 5.5) if rng.random() < 0.8 else None
    found = not_measured("not looked at")
    for id, norm in NORMS.items():
        spread = norm.healthy and norm.healthy.at(speed or np.nan)
        middle, sd = (spread.mean, 2 * spread.sd) if spread else CENTRES.get(id) or around(norm)
        value, half = rng.normal(middle, sd), abs(rng.normal(0, 0.3 * sd))
        extra = Extra(about=rng.random() < 0.05, speed_mps=speed if norm.healthy else None)
        if rng.random() < 0.9:
            found[id] = Measurement(id, norm.unit, value, value - half, value + half, 20, extra=extra)
    return found, Runner(height_m=rng.uniform(1.5, 2.0) if rng.random() < 0.5 else None)


def advised() -> list[tuple[dict[str, Measurement], tuple[Cue, ...]]]:
    out = []
    for seed in range(RUNNERS):
        found, runner = drawn(seed)
        cues = coach(found, SCENE, (), runner)[0]
        curious = None if cues else to_try(found, (), runner)
        out.append((found, cues or ((curious,) if curious else ())))
    return out


@pytest.fixture(scope="module")
def every():
    return advised()


def test_every_rule_speaks_to_somebody(every):
    said = {cue.rule for _, cues in every for cue in cues}
    assert said == set(BY_ID)


def test_a_target_lies_inside_the_range_at_that_speed(every):
    targets = [(cue.target, found[cue.target.metric]) for found, cues in every for cue in cues if cue.target]
    assert len(targets) > RUNNERS / 2
    outside = [
        (target, judge(measurement).norm.text)
        for target, measurement in targets
        if not judge(measurement).norm.low <= target.aim <= judge(measurement).norm.high
    ]
    assert outside == []


def test_a_target_goes_the_way_the_cue_asks_and_not_too_far(every):
    wrong = [
        (cue.rule, cue.target)
        for _, cues in every
        for cue in cues
        if cue.target and not _right_way(cue)
    ]  # fmt: skip
    assert wrong == []


def _right_way(cue: Cue) -> bool:
    aim, target = BY_ID[cue.rule].aim, cue.target
    finding = BY_ID[cue.rule].about.when
    down = target.aim < target.now
    upwards = aim.percent is not None or finding == "below"
    return down != upwards and abs(target.aim - target.now) <= aim.most


def test_no_cue_asks_for_the_opposite_of_another(every):
    for _, cues in every:
        asked = [ask for cue in cues for ask in BY_ID[cue.rule].asks]
        assert not {OPPOSITE[ask] for ask in asked} & set(asked)
        assert len({cue.target.metric for cue in cues if cue.target}) == len([c for c in cues if c.target])


def test_a_cue_and_the_judgement_say_the_same(every):
    """What is cued is shown as outside its range; what is called inside is not cued."""
    said = {
        (judge(found[cue.metric]).state, BY_ID[cue.rule].about.when)
        for found, cues in every
        for cue in cues
        if not cue.rule.startswith("curious")
    }
    assert said == {("above", "above"), ("below", "below")}


def test_every_sentence_is_filled_in_and_allowed(every):
    texts = {
        text
        for _, cues in every
        for cue in cues
        for text in (
            cue.say,
            cue.why,
            cue.cost,
            cue.notice,
            cue.again,
            cue.target.words if cue.target else "",
        )
    }
    assert not [text for text in texts if "{" in text or "nan" in text.lower() or not_allowed(text)]


def test_nobody_is_asked_for_more_than_ten_per_cent_more_steps(every):
    cadence = [
        cue.target for _, cues in every for cue in cues if cue.target and cue.target.metric == "cadence"
    ]
    assert len(cadence) > 50
    assert max(each.aim / each.now for each in cadence) < 1.101


def reach(value, **extra):
    return {
        "overstride": Measurement(
            "overstride", "% leg", value, value - 1, value + 1, 20, extra=Extra(**extra)
        )
    }


def test_a_foot_that_lands_far_ahead_is_asked_nearer_by_so_many_centimetres():
    """At 3.5 m/s 27.71 + 2.456 = 30.2 % is usual at the far side: from 40 %, 9.8 % of 0.884 m is 8.7 cm."""
    aim = BY_ID["land_closer"].aim
    target = target_of(aim, reach(40.0, speed_mps=3.5), Runner(height_m=1.80))
    assert target.aim == pytest.approx(30.166) and leg_m(Runner(height_m=1.80)) == pytest.approx(0.8838)
    assert target.words == "about 9 cm closer to the hips"
    assert target_of(aim, reach(30.0, speed_mps=3.5), Runner()) is None  # inside
    assert target_of(aim, reach(60.0, speed_mps=3.5), Runner()) is None  # too far for one step
    assert target_of(aim, not_measured("dark"), Runner()) is None


@pytest.mark.parametrize(
    "now, aim", [(145.0, 152.25), (140.0, 150.0), (131.0, None), (155.0, 162.75), (203.0, None)]
)
def test_five_per_cent_more_steps_but_inside_the_range(now, aim):
    """At 3.5 m/s the range is 150 to 203."""
    found = {"cadence": Measurement("cadence", "steps/min", now, now, now, 20, extra=Extra(speed_mps=3.5))}
    target = target_of(BY_ID["metronome"].aim, found, Runner())
    assert (target.aim if target else None) == aim


def test_a_runner_inside_everything_is_told_one_thing_to_be_curious_about():
    found = not_measured("not looked at")
    found["cadence"] = Measurement("cadence", "steps/min", 168.6, 168.3, 168.9, 30)
    assert to_try(found, ()) is None  # one value is no picture of a run
    found["trunk_lean"] = Measurement("trunk_lean", "deg", 5.0, 4.0, 6.0, 30)
    found["elbow_angle"] = Measurement("elbow_angle", "deg", 90.0, 85.0, 95.0, 30)
    assert coach(found, SCENE, ())[0] == ()
    cue = to_try(found, ())
    assert cue.say == "Curious? Try 177 steps a minute (you took 169)."
    assert cue.evidence == "C" and cue.notice == "Count one foot for 30 seconds: about 44 landings."
    assert to_try(not_measured("dark"), ()) is None
    assert METRICS["cadence"].unit == cue.target.unit
