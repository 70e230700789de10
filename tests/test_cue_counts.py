"""How missed and false cues are counted, and that the counts shown in the documentation are good enough."""

import json
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from formcheck.coaching.document import operating_points
from formcheck.coaching.texts import rules
from formcheck.metrics import METRICS
from formcheck.types import Measurement
from formcheck.validation.cue_counts import (
    FILE_NAME,
    FORMAT,
    VERSION,
    Counted,
    Share,
    as_data,
    count_cues,
    false,
    missed,
)
from formcheck.validation.cue_faults import (
    FAULTS,
    clean,
    course_of,
    range_of,
    true_value,
    with_fault,
    with_healthy_form,
)
from formcheck.validation.cue_trials import CueTrial, fault_trial, hear, smallest_real_change, told_to_change
from formcheck.validation.population import JUDGED_FROM, sampled_case

COUNTS = json.loads((Path(__file__).parents[1] / "docs" / FILE_NAME).read_text(encoding="utf-8"))
OPEN_ELBOWS = next(each for each in FAULTS if each.id == "elbows open")


@pytest.fixture(scope="module")
def runners():
    return list(islice(clean(0, "side"), 3))


@pytest.mark.parametrize(
    "count, n, low, high", [(0, 30, 0.0, 11.6), (15, 100, 8.6, 23.5), (10, 10, 69.2, 100.0)]
)
def test_a_share_has_the_exact_binomial_interval(count, n, low, high):
    assert Share(count, n).interval == pytest.approx((low, high), abs=0.06)


def test_nothing_counted_is_no_share():
    assert np.isnan(Share(0, 0).percent) and Share(0, 0).interval == (0.0, 100.0)


def test_every_fault_is_one_that_a_cue_could_name():
    for fault in FAULTS:
        about = [rule for rule in rules() if set(rule.topics) & set(fault.topics)]
        assert about, fault.id
        assert METRICS[fault.metric].smallest_change <= fault.moderate < fault.clear, fault.id


def test_every_metric_that_a_cue_is_about_has_a_fault():
    """Except arms that swing with the leg of their own side, which the synthetic runner cannot do, and the
    angle of the foot at landing, which is no fault by itself."""
    without = {rule.about.metric for rule in rules()} - {fault.metric for fault in FAULTS}
    assert without == {"arm_leg_phase", "foot_strike_angle"}


@pytest.mark.parametrize("fault", [each for each in FAULTS if each.view == "side"], ids=lambda each: each.id)
def test_a_fault_lies_as_far_beyond_its_range_as_it_says(runners, fault):
    case = next(found for runner in runners if (found := with_fault(runner, fault, "moderate")))
    low, high = range_of(fault.metric, case)
    value = true_value(course_of(case.gait, case), case, fault.metric)
    beyond = value - high if fault.when == "above" else low - value
    assert beyond == pytest.approx(fault.moderate, rel=0.2)


def test_every_runner_tells_a_speed_that_is_a_few_per_cent_off():
    off = [with_healthy_form(sampled_case(k, 30.0, view="side")) for k in range(40)]
    share = np.array([case.told.speed_mps / case.gait.speed - 1 for case in off])
    assert 0.02 < np.std(share) < 0.05 and np.max(np.abs(share)) < 0.15


def test_a_clear_fault_is_named_and_the_runner_without_it_hears_nothing(runners):
    assert told_to_change(hear(runners[0])) == ()
    trial = fault_trial(with_fault(runners[0], OPEN_ELBOWS, "clear"), OPEN_ELBOWS, "clear")
    assert trial.named_by(OPEN_ELBOWS) and trial.beyond_change


def test_what_is_missed_and_what_is_false():
    named = CueTrial(("pocket_to_chest_bend",), fault="elbows open", beyond_change=True)
    other = replace(named, cues=("metronome",))
    small = replace(named, cues=(), beyond_change=False)
    quiet, loud, refused = CueTrial(()), CueTrial(("metronome",)), CueTrial((), refused=True)
    every = [named, other, small, quiet, loud, refused]
    assert (missed(every).count, missed(every).n) == (1, 2)
    assert (missed(every, large_only=False).count, missed(every, large_only=False).n) == (2, 3)
    assert (false(every).count, false(every).n) == (1, 2)


def test_the_smallest_real_change_is_that_of_two_such_clips():
    lean = Measurement("trunk_lean", "deg", 10.0, 10.0 - 1.96 * 3, 10.0 + 1.96 * 3)
    assert smallest_real_change(lean) == pytest.approx(2.77 * 3, rel=1e-3)
    assert smallest_real_change(replace(lean, low=9.9, high=10.1)) == METRICS["trunk_lean"].smallest_change


def test_the_file_says_what_it_is_and_how_it_is_made_again():
    assert (COUNTS["format"], COUNTS["version"]) == (FORMAT, VERSION)
    assert COUNTS["command"].startswith("python -m formcheck.validation.cue_counts")
    assert set(COUNTS) == set(as_data(Counted(()), ""))
    with pytest.raises(ValueError, match="count the cues again"):
        operating_points({**COUNTS, "version": VERSION + 1})


def test_the_counted_cues_are_good_enough():
    assert COUNTS["first_number"] >= JUDGED_FROM  # intervals are fitted on lower numbers
    assert COUNTS["missed"]["percent"] <= 15 and COUNTS["false"]["percent"] <= 3
    enough = [row for row in COUNTS["metrics"].values() if row["n"] >= 4]
    assert enough and all(row["percent"] <= 25 for row in enough)


def test_a_share_of_no_clips_claims_nothing():
    assert Share(0, 0).text == "none to judge"
    assert Share(0, 0).row["percent"] is None


def test_force_plate_recordings_that_are_damaged_are_passed_over(tmp_path):
    (tmp_path / "broken.npz").write_bytes(b"not a recording")
    counted = count_cues(tmp_path, faults=0)
    assert counted == Counted(())
