"""What a runner is told: good things first, at most two cues, never one without ground."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import runner_in_numbers as numbers
from formcheck.coaching import DRILLS, coach
from formcheck.coaching.advice import GRADE_WEIGHT, MOST_CUES, weight
from formcheck.coaching.document import render
from formcheck.coaching.texts import LINKS, MOST_WORDS, curiosities, praises, rules
from formcheck.metrics import METRICS, not_measured
from formcheck.metrics.judgement import judge
from formcheck.metrics.norms import NORMS
from formcheck.metrics.uncertainty import ROLL_KNOWN_SD_DEG, ROLL_UNKNOWN_SD_DEG
from formcheck.pipeline import analyze_track
from formcheck.synthetic import REALISTIC, Body, Camera, gait_of, project
from formcheck.types import Extra, Measurement, Runner
from formcheck.wording import not_allowed

SCENE, STEPS = numbers.scene(numbers.Sines()), numbers.steps(numbers.Sines())


def measured(**values):
    """Return every metric missing but these: value, or (value, half-width)."""
    out = not_measured("not looked at")
    for metric, told in values.items():
        value, half = told if isinstance(told, tuple) else (told, 0.1)
        unit = NORMS[metric].unit
        out[metric] = Measurement(
            metric,
            unit,
            value,
            value - half,
            value + half,
            12,
            times=(1.0, 2.0, 3.0),
            samples=(value - 1, value, value + 3),
        )
    return out


def cues_of(**values):
    return coach(measured(**values), SCENE, STEPS)[0]


def test_nothing_measured_nothing_said():
    assert coach(not_measured("too dark"), SCENE, STEPS) == ((), ())


def test_a_cue_needs_its_whole_80_percent_interval_outside():
    half = 4.0  # 95 %: the 80 % interval is 1.28 / 1.96 of it
    assert not cues_of(trunk_lean=(14 + 0.63 * half, half))
    assert cues_of(trunk_lean=(14 + 0.67 * half, half))


def test_a_lean_that_a_tilted_camera_could_make_is_no_cue():
    """A picture turned by 3° makes 17° of lean 14. Where nothing upright tells of the turn, the interval holds it."""
    known, unknown = 1.96 * np.hypot(1.9, ROLL_KNOWN_SD_DEG), 1.96 * np.hypot(1.9, ROLL_UNKNOWN_SD_DEG)
    assert cues_of(trunk_lean=(17.0, known))
    assert not cues_of(trunk_lean=(17.0, unknown))
    assert cues_of(trunk_lean=(19.0, unknown))


def test_what_two_clips_could_not_tell_apart_is_no_cue():
    """Two degrees of lean beyond the range, however sure, are not worth a word."""
    assert judge(measured(trunk_lean=(16.0, 0.3))["trunk_lean"]).clearly_outside
    assert not cues_of(trunk_lean=(16.0, 0.3))
    assert cues_of(trunk_lean=(16.5, 0.3))


def test_a_value_that_is_only_about_right_gives_no_cue():
    found = measured(ground_contact_time=(370.0, 10.0))
    assert coach(found, SCENE, STEPS)[0]
    rough = replace(found["ground_contact_time"], extra=Extra(about=True))
    assert coach({**found, "ground_contact_time": rough}, SCENE, STEPS) == ((), ())


def test_bounce_in_per_cent_of_leg_length_is_not_held_against_centimetres():
    found = measured(vertical_oscillation=(14.0, 0.5))
    unscaled = replace(found["vertical_oscillation"], unit="% leg")
    assert coach(found, SCENE, STEPS)[0]
    assert not coach({**found, "vertical_oscillation": unscaled}, SCENE, STEPS)[0]


def test_at_most_two_cues_and_the_surest_of_the_best_founded_first():
    cues = cues_of(trunk_lean=20.0, overstride=45.0, elbow_angle=140.0, head_pitch=-40.0, arm_leg_phase=80.0)
    assert len(cues) == MOST_CUES
    assert [cue.metric for cue in cues][0] == "overstride"
    assert [GRADE_WEIGHT[cue.evidence] for cue in cues] == sorted(
        (GRADE_WEIGHT[cue.evidence] for cue in cues), reverse=True
    )


def test_a_doubtful_finding_ranks_below_a_sure_one_of_the_same_grade():
    by_id = {rule.id: rule for rule in rules()}
    found = measured(trunk_lean=(14.0, 4.0), elbow_angle=(160.0, 8.0))
    lean, elbow = (weight(by_id[id], found, 1.0) for id in ("run_taller", "pocket_to_chest_bend"))
    assert lean < elbow


@pytest.mark.parametrize(
    ("found", "metrics"),
    [
        ({"cadence": 158.0, "overstride": 44.0}, ["overstride"]),
        ({"overstride": 44.0, "shank_angle": 25.0}, ["overstride"]),
        ({"foot_strike_angle": 40.0, "overstride": 44.0}, ["foot_strike_angle"]),
        ({"trunk_lean": 18.0, "waist_bend": 16.0}, ["trunk_lean"]),
        ({"vertical_oscillation": 15.0, "ground_contact_time": 360.0}, ["vertical_oscillation"]),
        (
            {"cadence": 158.0, "overstride": 44.0, "shank_angle": 25.0, "foot_strike_angle": 40.0},
            ["overstride"],
        ),
    ],
)
def test_findings_that_belong_together_are_one_cue(found, metrics):
    assert [cue.metric for cue in cues_of(**found)] == metrics


def test_how_a_foot_lands_is_no_fault_by_itself():
    assert not cues_of(foot_strike_angle=40.0)
    assert not cues_of(foot_strike_angle=40.0, overstride=20.0)


def test_left_right_differences_are_not_cued():
    assert not cues_of(contact_time_asymmetry=25.0, step_time_asymmetry=25.0)


def test_a_cue_says_its_number_its_range_and_where_that_comes_from():
    (cue,) = cues_of(cadence=(145.0, 0.3))
    assert "145.0 ± 0.3 steps/min" in cue.why
    assert "150 to 215 steps/min" in cue.why and "Fukuchi 2017" in cue.why
    assert cue.caveat and cue.evidence == "C"


def test_the_moment_shown_is_a_typical_one_not_the_most_extreme():
    (cue,) = cues_of(trunk_lean=20.0)
    assert cue.show_at == 2.0  # samples: one below, the typical one, one far above


def test_a_value_without_samples_or_steps_claims_no_moment():
    """Cadence from the front: the rhythm of the whole clip, of which no step is timed."""
    cadence = replace(measured(cadence=145.0)["cadence"], times=(), samples=())
    assert not coach({"cadence": cadence}, SCENE, ())[0][0].has_moment
    assert coach({"cadence": cadence}, SCENE, STEPS)[0][0].show_at in [step.contact for step in STEPS]


def test_praise_is_for_what_is_clearly_inside_and_never_for_what_is_cued():
    _, praise = coach(measured(trunk_lean=(6.0, 2.0), elbow_angle=(75.0, 12.0)), SCENE, STEPS)
    assert praise == ("Your trunk leans slightly forward, as it does in most runners.",)
    cues, praise = coach(measured(overstride=45.0, shank_angle=2.0), SCENE, STEPS)
    assert [cue.metric for cue in cues] == ["overstride"] and not praise


def test_every_rule_can_fire_and_leads_to_a_drill_of_the_library():
    for rule in rules():
        found = {}
        for finding in rule.findings:
            norm, least = NORMS[finding.metric], METRICS[finding.metric].smallest_change
            off = 3 * max(least, 1.0)
            found[finding.metric] = norm.high + off if finding.when == "above" else norm.low - off
        found.update({metric: limit - 5 for metric, limit in rule.under.items()})
        (cue,) = cues_of(**found)
        assert (cue.rule, cue.drill) == (rule.id, rule.drill)
        assert cue.caveat.endswith(LINKS[rule.link])  # how sure the way from the drill to the change is
        assert rule.drill in DRILLS


def test_every_text_is_short_and_allowed():
    for rule in (*rules(), *curiosities()):
        assert len(rule.say.split()) <= MOST_WORDS and len(rule.plain.split()) <= MOST_WORDS
        texts = (
            rule.say,
            rule.plain,
            rule.why,
            rule.caveat,
            rule.cost,
            rule.notice,
            rule.again,
            rule.aim.words,
        )
        assert not [text for text in texts if not_allowed(text)]
    assert not [each.say for each in praises() if not_allowed(each.say)]


def inside_all_ranges(seed):
    """Return a runner whose every number is inside its range, filmed somehow."""
    rng = np.random.default_rng([7, seed])
    height = rng.uniform(1.58, 1.92)
    gait = gait_of(
        "running", body=Body.of_height(height), cadence=rng.uniform(171, 179), lean=rng.uniform(3, 9),
        overstride=rng.uniform(0.14, 0.23) * height / 1.75, contact_time=rng.uniform(0.21, 0.27),
        speed=rng.uniform(2.6, 3.4), bounce=rng.uniform(0.065, 0.09), elbow=rng.uniform(80, 98),
        strike=rng.uniform(-6, 14), head_pitch=rng.uniform(-5, 8), variation=rng.uniform(0.008, 0.02),
        arms_inward=rng.uniform(5, 20), pelvic_drop=rng.uniform(2, 6), step_width=rng.uniform(0.05, 0.1),
    )  # fmt: skip
    camera = Camera(
        view="side" if seed % 4 else ("front" if seed % 8 else "rear"), facing="left" if seed % 3 else "right",
        fps=(30.0, 60.0, 120.0, 240.0)[seed % 4 if seed % 4 else seed // 4 % 4], yaw=rng.uniform(-12, 12),
        distance=rng.uniform(3.5, 6), roll=rng.uniform(-2, 2), fov=rng.uniform(38, 46),
    )  # fmt: skip
    clip = project(gait, camera, REALISTIC, seed=seed, duration_s=10)
    return analyze_track(clip.track, clip.clip, Runner(height_m=height))


def test_some_runners_inside_all_ranges_hear_only_good():
    found = [inside_all_ranges(seed) for seed in range(8)]
    assert all(each.refusal is None and each.praise for each in found)
    assert sum(bool(each.cues) for each in found) <= 1


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_under_5_in_100_runners_inside_all_ranges_get_a_cue():
    found = [inside_all_ranges(seed) for seed in range(200)]
    cued = [bool(each.cues) for each in found if not each.refusal]
    print(f"false cues: {100 * np.mean(cued):.1f} % of {len(cued)}")
    assert len(cued) > 190 and np.mean(cued) < 0.05


MANY_FAULTS = gait_of(
    "running", cadence=154.0, lean=18.0, overstride=0.40, elbow=150.0, strike=25.0, head_pitch=-30.0
)


@pytest.mark.parametrize("view", ["front", "rear"])
@pytest.mark.parametrize("fps", [30.0, 120.0])
def test_faults_that_a_view_cannot_show_are_not_cued(view, fps):
    clip = project(MANY_FAULTS, Camera(view=view, fps=fps), REALISTIC, seed=5, duration_s=8)
    cues = analyze_track(clip.track, clip.clip).cues
    assert {cue.metric for cue in cues} <= {"cadence"}


@pytest.mark.parametrize("yaw", [35.0, 50.0])
def test_faults_seen_at_an_angle_are_not_cued(yaw):
    clip = project(MANY_FAULTS, Camera(yaw=yaw), REALISTIC, seed=5, duration_s=8)
    cues = analyze_track(clip.track, clip.clip).cues
    side_only = {id for id, metric in METRICS.items() if metric.views == ("side",)}
    assert not {cue.metric for cue in cues} & side_only


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_of_many_runners_with_faults_none_hears_what_the_view_cannot_show():
    wrong = []
    for seed in range(90):
        rng = np.random.default_rng([9, seed])
        view = ("front", "rear", "side")[seed % 3]
        yaw = rng.uniform(32, 55) if view == "side" else rng.uniform(-12, 12)
        gait = replace(MANY_FAULTS, cadence=rng.uniform(146, 190), lean=rng.uniform(-4, 18))
        camera = Camera(
            view=view, yaw=yaw, fps=float(rng.choice([30, 60, 120])), distance=rng.uniform(3.5, 6)
        )
        clip = project(gait, camera, REALISTIC, seed=seed, duration_s=8)
        made = analyze_track(clip.track, clip.clip)
        wrong += [(seed, cue.metric) for cue in made.cues if made.scene.view not in METRICS[cue.metric].views]
    assert not wrong


def test_the_document_is_the_one_of_the_table():
    text = (Path(__file__).parents[1] / "docs" / "coaching.md").read_text(encoding="utf-8")
    assert text == render(), "run python -m formcheck.coaching.document"


@pytest.mark.parametrize("fps", [60.0, 120.0])
def test_a_runner_with_plain_faults_hears_of_the_two_that_matter_most(fps):
    clip = project(MANY_FAULTS, Camera(fps=fps), REALISTIC, seed=5, duration_s=8)
    made = analyze_track(clip.track, clip.clip)
    assert {"overstride", "elbow_angle"} == {cue.metric for cue in made.cues}
    assert len(made.cues) == 2
    assert all(0 <= cue.show_at <= made.clip.duration_s for cue in made.cues)


def test_a_shin_that_is_only_usual_among_the_fast_is_not_praised_as_upright():
    shin = Measurement("shank_angle", "deg", 7.0, -3.0, 17.0, 14, extra=Extra(speed_mps=3.0))
    assert judge(shin).status == "within" and not judge(shin).clearly_inside
    assert judge(replace(shin, value=0.0, low=-5.0, high=5.0)).clearly_inside
