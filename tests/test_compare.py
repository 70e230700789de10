"""A change is real only beyond what chance and the set-up give."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from formcheck.metrics import METRICS, measure, not_measured
from formcheck.metrics.compare import cancelling, compare, difference, untilted
from formcheck.metrics.levelling import tilt_covariance
from formcheck.metrics.results import answer
from formcheck.metrics.uncertainty import Estimate
from formcheck.types import Measurement, Runner, Warn
from runner_in_numbers import ANYBODY, Sines, motion, scene, steps


def analysis(p, runner=ANYBODY, **filmed):
    where = scene(p, **filmed)
    return SimpleNamespace(measurements=measure(motion(p), steps(p), where, runner), scene=where)


def lean(value, half):
    return Measurement("trunk_lean", "deg", value, value - half, value + half, 20)


def test_the_same_clip_twice_shows_no_change():
    found = compare(analysis(Sines()), analysis(Sines()))
    assert len(found) > 20
    assert not any(each.real for each in found)


def test_a_new_cadence_is_seen_and_nothing_else_is_claimed():
    found = {each.metric: each for each in compare(analysis(Sines()), analysis(Sines(cadence=180)))}
    assert found["cadence"].real
    assert found["cadence"].change > 9.5
    assert not found["trunk_lean"].real


def test_a_change_below_the_smallest_detectable_one_is_not_real():
    assert not difference(lean(5, 0.1), lean(7, 0.1)).real
    assert difference(lean(5, 0.1), lean(8, 0.1)).real


def test_unsure_values_must_differ_more():
    assert not difference(lean(5, 4), lean(9, 4)).real


def contact(value, repeats_with="blazepose-heavy, side"):
    """A contact time with a whole error of 15 ms, of which 13 repeat."""
    half = 1.96 * 15.0
    return Measurement(
        "ground_contact_time", "ms", value, value - half, value + half, 20, repeats_sd=13.0, repeats_with=repeats_with
    )  # fmt: skip


def test_what_repeats_in_every_clip_of_a_runner_cancels_in_a_change():
    found = difference(contact(250), contact(228))
    assert found.needed == pytest.approx(2.77 * np.sqrt(15**2 - 13**2))  # 20.7 ms
    assert found.real and found.cancels
    assert cancelling([found]).endswith("than the values' own intervals.")


def test_the_changes_that_hold_the_whole_error_are_named():
    found = [difference(contact(250), contact(228)), difference(lean(5, 3), lean(9, 3))]
    assert cancelling(found).endswith("Of forward lean the whole error counts.")


def test_half_of_the_keypoints_error_varies_and_all_of_the_tilts():
    """A lean errs by 2 deg through its keypoints and by 1 through the tilt: 1 and 1 differ between two clips."""
    row = METRICS["trunk_lean"]
    found = answer(row, Estimate(6.0, 0.0, 10), 2.0, of_clip=[1.0])
    assert found.se == pytest.approx(np.sqrt(5))
    assert found.se_within == pytest.approx(np.sqrt((2.0 * row.varies) ** 2 + 1))
    assert row.varies == 0.5


def test_what_repeats_is_said_of_a_clip_and_not_of_one_leg():
    found = analysis(Sines()).measurements["shank_angle"]
    assert found.repeats_with == "synthetic, side" and found.repeats_sd > 0
    assert [leg.repeats_sd for leg in found.by_side] == [0.0, 0.0]
    assert analysis(Sines()).measurements["cadence"].repeats_with == ""


@pytest.mark.parametrize("other", ["blazepose-full, side", "blazepose-heavy, oblique", ""])
def test_nothing_cancels_between_clips_filmed_differently(other):
    found = difference(contact(250), contact(228, other))
    assert found.needed == pytest.approx(2.77 * 15.0)
    assert not found.real and not found.cancels
    assert cancelling([found]) == ""


@cache
def measured_contact(later_ms=0.0):
    """The contact time where every toe-off is told so much later."""
    p = Sines()
    told = [replace(step, toe_off=step.toe_off + later_ms / 1000) for step in steps(p)]
    return measure(motion(p), told, scene(p), ANYBODY)["ground_contact_time"]


def moved(found, ms):
    """The same measurement with another error."""
    return replace(found, value=found.value + ms, low=found.low + ms, high=found.high + ms)


def test_an_error_of_every_toe_off_is_an_error_of_the_contact_time():
    assert measured_contact(5.0).value == pytest.approx(measured_contact().value + 5.0, abs=0.2)


def test_the_interval_of_a_change_holds_for_two_clips_of_one_runner():
    """What repeats is drawn once for each runner, what varies once for each clip; the true change is 18 ms."""
    rng, clip = np.random.default_rng(5), measured_contact()
    held = []
    for _ in range(400):
        own = rng.normal(0, clip.repeats_sd)
        first, second = own + rng.normal(0, clip.se_within, 2)
        change = difference(moved(clip, first), moved(clip, second + 18.0))
        held.append(abs(change.change - 18.0) <= change.needed)
    assert 0.93 <= np.mean(held) <= 0.975
    assert difference(clip, clip).needed < 0.6 * 2.77 * clip.se


def test_of_the_error_of_a_contact_time_a_bit_more_than_half_varies():
    found = measured_contact()
    assert found.repeats_with == "synthetic, side"
    assert found.se_within / found.se == pytest.approx(0.55, abs=0.03)


def test_what_one_clip_lacks_is_left_out():
    missing = SimpleNamespace(measurements=not_measured("Nobody runs here."), scene=scene(Sines()))
    assert compare(analysis(Sines()), missing) == ()


def test_centimetres_are_not_compared_with_shares_of_a_leg():
    found = compare(analysis(Sines()), analysis(Sines(), Runner()))
    assert "vertical_oscillation" not in {each.metric for each in found}


def test_the_order_is_the_tables():
    order = [each.metric for each in compare(analysis(Sines()), analysis(Sines()))]
    assert order == [id for id in METRICS if id in order]


UNKNOWN = {"roll_deg": np.nan}


def seen(**filmed):
    """A side view of the usual runner, filmed like this."""
    return scene(Sines(), **filmed)


def test_an_unknown_tilt_cancels_where_one_camera_stood_untouched():
    assert tilt_covariance(seen(**UNKNOWN), seen(**UNKNOWN)) == pytest.approx(2.8**2)


def test_tilts_read_twice_in_one_room_differ_by_the_error_of_their_difference_only():
    shared = tilt_covariance(seen(roll_deg=1.0), seen(roll_deg=1.3))
    assert 2 * (0.7**2 - shared) == pytest.approx(0.3**2)


def test_between_opposite_directions_a_tilt_counts_twice():
    assert tilt_covariance(seen(**UNKNOWN), seen(facing="left", **UNKNOWN)) == pytest.approx(-(2.8**2))


@pytest.mark.parametrize(
    "after",
    [
        {"roll_deg": 1.0},
        {"roll_deg": np.nan, "view": "front"},
        {"roll_deg": np.nan, "warnings": (Warn("there_and_back", "Both ways."),)},
    ],
    ids=["known", "another view", "free of the tilt"],
)
def test_nothing_cancels_against_an_unknown_tilt_but_another_unknown_one(after):
    assert tilt_covariance(seen(**UNKNOWN), seen(**after)) == 0


@pytest.mark.parametrize(
    "after", [{"roll_deg": 2.0}, {"roll_deg": 1.0, "roll_sd_deg": 0.5}], ids=["moved", "clicked"]
)
def test_a_camera_that_moved_and_a_click_cancel_nothing(after):
    assert tilt_covariance(seen(roll_deg=1.0), seen(**after)) == 0


def test_the_change_of_a_lean_holds_for_two_clips_of_one_tilted_camera():
    """The tilt is drawn once for both clips, what else errs once for each; the true change is 5 degrees."""
    rng, own = np.random.default_rng(3), 1.0
    half = 1.96 * np.hypot(own, 2.8)
    held, needed = [], []
    for _ in range(400):
        tilt = rng.normal(0, 2.8)
        first, second = tilt + rng.normal(0, own, 2)
        found = difference(lean(4 + first, half), lean(9 + second, half), 2.8**2)
        held.append(abs(found.change - 5) <= found.needed)
        needed.append(found.needed)
    assert 0.93 <= np.mean(held) <= 0.975
    assert np.mean(needed) == pytest.approx(2.77 * own, abs=0.01)


def test_only_what_a_tilt_turns_is_surer_with_one_camera():
    a, b = analysis(Sines(), **UNKNOWN), analysis(Sines(lean=8), **UNKNOWN)
    apart, alike = ({each.metric: each for each in compare(a, b, same_camera=same)} for same in (False, True))
    spared = np.sqrt(apart["trunk_lean"].needed ** 2 - alike["trunk_lean"].needed ** 2)
    assert spared == pytest.approx(2.77 * 2.8)
    assert alike["knee_flexion_contact"].needed == apart["knee_flexion_contact"].needed
    assert "forward lean" in untilted(alike.values()) and "knee" not in untilted(alike.values())
    assert untilted(apart.values()) == ""


def test_a_value_from_the_second_clip_of_a_merged_analysis_keeps_its_tilt():
    merged = lean(5, 6)
    other = replace(merged, extra=replace(merged.extra, clip="other.mp4"))
    assert difference(merged, other, 2.8**2).needed == difference(merged, merged).needed
