"""analysis.json and the Python names as promised: other programs read them by key."""

import json

import pytest

import builders
import formcheck
from formcheck.export import to_json, to_json_text
from formcheck.metrics import CATEGORIES

METRIC_IDS = [
    "trunk_lean", "foot_strike", "foot_strike_angle", "elbow_angle", "arm_crossover", "cadence",
    "ground_contact_time", "flight_time", "duty_factor", "vertical_oscillation", "overstride", "shank_angle",
    "knee_flexion_contact", "knee_flexion_stance", "knee_flexion_swing", "thigh_extension", "body_lean",
    "waist_bend", "head_pitch", "shoulder_shrug", "arm_leg_phase", "arm_swing", "step_length", "speed",
    "vertical_ratio", "contact_time_asymmetry", "step_time_asymmetry", "stride_variability", "leg_stiffness",
    "step_width", "knee_window", "arm_swing_symmetry",
]  # fmt: skip
PROMISED = {
    "clip": ["name", "sha256", "frames", "duration_s", "fps", "variable_frame_rate", "width", "height", "rotation",
             "capture_fps", "slow_motion_factor"],
    "scene": ["activity", "view", "facing", "setting", "people", "near_side"],
    "quality": ["detected_share", "leg_swaps_repaired", "person_height_px", "camera_roll_deg", "yaw_deg"],
    "refusal": ["code", "reason", "how_to_film"],
    "warnings": ["code", "message"],
    "steps": ["side", "contact_s", "toe_off_s", "near", "confidence"],
    "cues": ["metric", "say", "why", "drill", "at_s", "evidence", "caveat"],
    "measurement": ["value", "unit", "low", "high", "n", "side", "band", "band_source", "status", "grade",
                    "why_missing"],
    "category": ["value", "probabilities", "n", "side", "why_missing", "missing_code", "grade", "by_side"],
}  # fmt: skip
CHOICES = {
    "activity": {"running", "walking", "other", "none"},
    "view": {"side", "front", "rear", "oblique", "unknown"},
    "facing": {"left", "right", None},
    "setting": {"treadmill", "overground", "unknown"},
    "near_side": {"left", "right", None},
}
REFUSALS = {
    "no_person", "not_running", "several_people", "view", "camera_moves", "too_short", "too_small", "feet_hidden",
    "frame_rate", "slow_motion_unknown",
}  # fmt: skip
CLIPS = {"side": builders.analysis, "front": builders.front_analysis, "refused": builders.refused}


@pytest.fixture(scope="module", params=CLIPS)
def record(request):
    """What is written of a clip: measured from the side, from the front, or refused."""
    return json.loads(to_json_text(CLIPS[request.param]()))


def holds(found, promised):
    """Say whether the promised keys come first and in order; more may follow or stand between."""
    assert [key for key in found if key in promised] == promised


def test_every_promised_key_is_there_in_order(record):
    assert (record["format"], record["version"]) == ("formcheck-analysis", 2)
    holds(record, ["format", "version", "clip", "scene", "refusal", "warnings", "steps", "measurements", "cues",
                   "quality", "made_with"])  # fmt: skip
    for part in ("clip", "scene", "quality"):
        holds(record[part], PROMISED[part])
    for part in ("warnings", "steps", "cues"):
        for each in record[part]:
            holds(each, PROMISED[part])
    holds(record["made_with"], ["formcheck", "backend"])


def test_every_metric_is_answered_in_order(record):
    assert list(record["measurements"]) == METRIC_IDS
    for id, each in record["measurements"].items():
        holds(each, PROMISED["category" if id in CATEGORIES else "measurement"])
        assert (each["value"] is None) == bool(each["why_missing"])
        assert (each["value"] is None) == bool(each["missing_code"])
        assert each.get("status", "unknown") in ("below", "within", "above", "cant_tell", "unknown")


def test_foot_strike_is_one_of_four_words_with_a_probability_for_three():
    strike = to_json(builders.analysis(fps=120.0))["measurements"]["foot_strike"]
    assert strike["value"] == "rearfoot"
    assert list(strike["probabilities"]) == ["rearfoot", "midfoot", "forefoot"]
    assert sum(strike["probabilities"].values()) == pytest.approx(1)
    assert [each["side"] for each in strike["by_side"]] == ["left", "right"]


def test_what_has_no_value_has_no_interval_and_no_status(record):
    missing = [each for each in record["measurements"].values() if each["value"] is None and "low" in each]
    assert missing  # no view shows every metric
    assert {(each["low"], each["high"], each["status"]) for each in missing} == {(None, None, "unknown")}


def test_words_that_programs_compare_are_the_promised_ones(record):
    for part, choices in CHOICES.items():
        assert record["scene"][part] in choices


def test_a_refusal_is_one_of_the_promised_ones():
    refusal = to_json(builders.refused())["refusal"]
    holds(refusal, PROMISED["refusal"])
    assert refusal["code"] in REFUSALS


def test_the_samples_above_hold_what_they_are_to_show():
    """No promise is kept by an empty list alone."""
    side = to_json(builders.analysis())
    assert side["steps"] and not side["refusal"] and to_json(builders.refused())["refusal"]
    assert side["measurements"]["cadence"]["value"] and side["measurements"]["cadence"]["band"] == [150, 216]


def test_the_names_of_the_python_interface():
    assert formcheck.__all__ == [
        "Analysis",
        "FormCheckError",
        "Measurement",
        "Runner",
        "__version__",
        "analyze",
    ]
    assert all(getattr(formcheck, name) for name in formcheck.__all__)
