"""Drills on video: told apart, counted, judged with their doubt; running is never one."""

import json
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

import drill_clips
from drill_clips import CLEAN, DRILLS, REALISTIC, filmed
from formcheck.cli.training import print_check
from formcheck.coaching import check_drill
from formcheck.coaching.drillcheck import count_line, reading_rows, to_record, to_text
from formcheck.coaching.drillcheck.check import full_interval, state
from formcheck.coaching.drillcheck.readings import mixed_share
from formcheck.coaching.drillcheck.rules import countings, judge_of, judges, tell_apart
from formcheck.errors import UsageError
from formcheck.skeleton import MIRRORED, K
from formcheck.synthetic import Camera, gait_of, project
from formcheck.types import Extra, Measurement
from formcheck.wording import not_allowed

FEW = range(3)
MANY = range(60)


def check(motion, seed=1, name=None, noise=REALISTIC, view="side"):
    clip = filmed(motion, seed, noise, view)
    return check_drill(clip.track, clip.clip, name)


def of(motion, name=None, camera=None, noise=CLEAN, seconds=10.0, **changes):
    clip = project(gait_of(motion, **changes), camera or Camera(), noise, seed=3, duration_s=seconds)
    return check_drill(clip.track, clip.clip, name)


def reading(found, id):
    return next(each for each in found.readings if each.metric == id)


@pytest.mark.parametrize("motion", [*DRILLS, "running", "walking"])
def test_the_people_of_these_clips_move_as_people_can(motion):
    for seed in range(10):
        back, forward = drill_clips.hips_of(motion, seed)
        assert -50 < back < forward < 110


@pytest.mark.parametrize("motion", DRILLS)
@pytest.mark.parametrize("seed", FEW)
def test_each_drill_is_recognised_and_counted(motion, seed):
    clip = filmed(motion, seed)
    found = check_drill(clip.track, clip.clip)
    assert found.drill == motion
    assert abs(len(found.reps) - drill_clips.count(clip)) <= 1
    assert found.of("left") + found.of("right") == len(found.reps)
    assert abs(found.of("left") - found.of("right")) <= 2


@pytest.mark.parametrize("motion", DRILLS)
def test_counts_are_exact_on_clean_clips(motion):
    clips = (filmed(motion, seed, CLEAN) for seed in range(20))
    for clip in islice(filter(drill_clips.clear_of_the_ends, clips), 2):
        assert len(check_drill(clip.track, clip.clip).reps) == drill_clips.count(clip)


@pytest.mark.parametrize("motion", ["running", "walking", "standing"])
@pytest.mark.parametrize("view", ["side", "front", "rear"])
def test_running_walking_and_standing_are_no_drill(motion, view):
    for seed in (1, 2):
        found = check(motion, seed, view=view)
        assert found.drill is None and found.refusal.code == "no_drill"
        assert "not one of the drills" in found.refusal.reason


@pytest.mark.parametrize("name", ["high-knees", "butt-kicks", "fast feet"])
def test_running_is_not_counted_as_a_drill_even_when_told_so(name):
    found = check("running", name=name)
    assert found.drill is None and not found.reps
    assert "looks like running" in found.refusal.reason


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("motion", DRILLS)
def test_of_many_people_95_in_100_are_recognised_and_98_counted_within_one(motion):
    clips = [filmed(motion, seed) for seed in MANY]
    found = [check_drill(clip.track, clip.clip) for clip in clips]
    assert np.mean([each.drill == motion for each in found]) >= 0.95
    off = [
        abs(len(each.reps) - drill_clips.count(clip))
        for each, clip in zip(found, clips)
        if each.drill == motion
    ]
    assert np.mean(np.array(off) <= 1) >= 0.98


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("motion", DRILLS)
def test_of_many_clean_clips_every_count_is_exact(motion):
    clips = [clip for seed in MANY if drill_clips.clear_of_the_ends(clip := filmed(motion, seed, CLEAN))]
    wrong = [
        clip.clip.name
        for clip in clips
        if len(check_drill(clip.track, clip.clip).reps) != drill_clips.count(clip)
    ]
    assert len(clips) > 20 and wrong == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("motion", ["running", "walking", "standing"])
def test_of_many_runners_and_walkers_none_is_taken_for_a_drill(motion):
    for view in ("side", "front", "rear"):
        assert [seed for seed in MANY if check(motion, seed, view=view).drill] == []


@pytest.mark.parametrize("motion", ["high_knees", "marching", "fast_feet"])
@pytest.mark.parametrize("view", ["front", "rear"])
def test_drills_that_show_in_heights_are_counted_from_the_front(motion, view):
    clip = filmed(motion, 2, view=view)
    found = check_drill(clip.track, clip.clip)
    assert found.drill == motion
    assert abs(len(found.reps) - drill_clips.count(clip)) <= 1


def test_butt_kicks_from_the_front_are_refused_with_the_view_to_film():
    found = check("butt_kicks", name="butt-kicks", view="front")
    assert found.refusal.code == "view" and "from the side" in found.refusal.how_to_film


def test_the_mirror_image_exchanges_left_and_right():
    clip = filmed("high_knees", 5)
    flipped = clip.track.xy * [-1, 1] + [clip.track.size[0], 0]
    mirrored = replace(
        clip.track, xy=flipped[:, list(MIRRORED)], confidence=clip.track.confidence[:, list(MIRRORED)]
    )
    one, two = check_drill(clip.track, clip.clip), check_drill(mirrored, clip.clip)
    assert (one.of("left"), one.of("right")) == (two.of("right"), two.of("left"))
    assert reading(one, "rate").value == pytest.approx(reading(two, "rate").value, rel=1e-3)


@pytest.mark.parametrize("fps", [30, 60, 120])
def test_the_frame_rate_changes_neither_count_nor_rate(fps):
    found = of("high_knees", camera=Camera(fps=fps))
    assert abs(len(found.reps) - 28) <= 1
    assert reading(found, "rate").value == pytest.approx(170, abs=2)


def test_slow_motion_is_counted_in_real_time():
    found = of("high_knees", camera=Camera(fps=120, slow_motion=4))
    assert reading(found, "rate").value == pytest.approx(170, abs=2)
    assert found.reps[-1].peak > 30  # on the clip's own clock


def test_low_knees_are_partial_repetitions_and_a_cue():
    low = of("high_knees", name="high-knees", thigh_forward=66.0)
    assert len(low.reps) > 20 and low.full == 0
    assert [cue.reading for cue in low.cues][:1] == ["share_full"]
    assert "partial" in count_line(low)
    high = of("high_knees", thigh_forward=92.0)
    assert high.full == len(high.reps)
    assert "The knees come up to hip height." in high.good


@pytest.mark.parametrize(
    ("full", "n", "low", "high"),
    [(20, 20, 0.8831, 0.99998), (0, 20, 0.00002, 0.1169), (10, 20, 0.2930, 0.7070)],
)
def test_a_share_without_a_shared_error_has_jeffreys_interval(full, n, low, high):
    """Quantiles of Beta(k + 1/2, n - k + 1/2), from tables (Brown, Cai & DasGupta 2001)."""
    counts, weights = np.full(3, full), np.array([0.25, 0.5, 0.25])
    assert mixed_share(0.025, counts, n, weights) == pytest.approx(low, abs=2e-3)
    assert mixed_share(0.975, counts, n, weights) == pytest.approx(high, abs=2e-3)


def test_a_shared_error_that_may_turn_all_into_none_leaves_all_open():
    counts, weights = np.array([0, 20]), np.array([0.5, 0.5])
    assert mixed_share(0.025, counts, 20, weights) < 0.01 and mixed_share(0.975, counts, 20, weights) > 0.99


@pytest.mark.parametrize(
    ("low", "high", "where"),
    [(6.0, 100.0, "cant_tell"), (88.0, 100.0, "within"), (70.0, 100.0, "edge"), (49.0, 100.0, "cant_tell"), (55.0, 74.0, "below")],
)  # fmt: skip
def test_a_share_is_inside_only_where_the_clip_can_tell(low, high, where):
    value = 65.0 if where == "below" else 100.0
    found = Measurement("share_full", "%", value, low, high, 20, extra=Extra(interval_80=(low, high)))
    assert state(judge_of("share_full", "high_knees"), found) == where


def test_full_repetitions_are_told_with_how_many_they_may_be():
    found = of("high_knees", thigh_forward=80.0, noise=REALISTIC)
    share = reading(found, "share_full")
    assert share.low <= share.value <= share.high
    low, high = full_interval(found)
    assert 0 <= low <= found.full <= high <= len(found.reps) and low < high
    assert f"{low} to {high} at 95 %" in count_line(found)
    assert to_record(found)["count"]["full_95"] == [low, high]


def test_leaning_back_is_told():
    found = of("high_knees", lean=-18.0)
    assert "trunk_lean" in [cue.reading for cue in found.cues]
    assert reading(found, "trunk_lean").value == pytest.approx(-18, abs=4)


def test_arms_of_the_same_side_are_told_apart_from_opposite_ones():
    good = of("high_knees", arm_swing=60.0)
    crossed = of("high_knees", arm_swing=-60.0)
    assert reading(good, "arms").value > 0.2 > -0.2 > reading(crossed, "arms").value
    assert "arms" in [cue.reading for cue in crossed.cues]


def test_heel_first_landings_read_more_toes_up():
    soft, hard = (reading(of("high_knees", strike=strike), "landing_angle") for strike in (-8.0, 18.0))
    assert hard.value > soft.value + 8


def test_a_set_that_slows_down_is_told_a_steady_one_is_not():
    slowing = reading(of("high_knees", seconds=24.0, drift=-0.6), "rate_change")
    steady = reading(of("high_knees", seconds=24.0), "rate_change")
    assert slowing.high < -5 < steady.low


def test_a_set_cut_off_by_the_clip_lasts_at_least_so_long_and_is_not_blamed():
    found = of("high_knees", seconds=10.0)
    assert reading(found, "set_time").extra.at_least
    assert "set_time" not in [cue.reading for cue in found.cues]
    assert any("at least" in row[1] for row in reading_rows(found))


def test_true_rate_lies_inside_its_interval():
    inside = []
    for motion in DRILLS:
        for seed in (3, 4):
            clip = filmed(motion, seed)
            told = reading(check_drill(clip.track, clip.clip, motion), "rate")
            inside.append(told.low <= clip.truth.gait.cadence <= told.high)
    assert np.mean(inside) >= 0.9


def test_a_named_drill_that_looks_like_another_is_counted_with_a_note():
    found = check("marching", name="high-knees", noise=CLEAN)
    assert found.drill == "high_knees" and found.reps
    assert "looks more like" in found.warnings[-1].message


def test_a_leg_that_is_hidden_is_told_and_not_counted_as_fewer_repetitions():
    clip = filmed("high_knees", 1)
    xy = clip.track.xy.copy()
    xy[len(xy) // 3 :, [K["right_knee"], K["right_ankle"]]] = np.nan
    found = check_drill(replace(clip.track, xy=xy), clip.clip, "high-knees")
    assert found.of("right") < found.of("left")
    assert "legs_differ" in [warning.code for warning in found.warnings]


@pytest.mark.parametrize("name", ["squat", "handstand"])
def test_drills_that_cannot_be_checked_say_which_can(name):
    with pytest.raises(UsageError, match="high-knees"):
        check("high_knees", name=name)


def test_nobody_in_the_picture_is_refused():
    clip = filmed("high_knees", 1)
    empty = replace(clip.track, xy=np.full_like(clip.track.xy, np.nan))
    found = check_drill(empty, clip.clip)
    assert found.refusal.code == "no_person" and found.drill is None


def test_the_record_names_its_format_and_survives_json():
    found = check("high_knees")
    record = json.loads(to_text(found))
    assert (record["format"], record["version"]) == ("formcheck-drill", 1)
    assert record["count"]["total"] == len(record["reps"]) == len(found.reps)
    assert record["readings"]["rate"]["low"] < record["readings"]["rate"]["value"]
    assert to_record(found) == to_record(check("high_knees"))
    assert json.loads(to_text(check("running")))["refusal"]["code"] == "no_drill"


@pytest.mark.parametrize("motion", DRILLS)
def test_a_terminal_of_80_columns_shows_each_reading_on_one_line(motion, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    found = check(motion, name=motion)
    print_check(found)
    said = capsys.readouterr().out.splitlines()
    rows = [row for row in reading_rows(found) if not row.reason]
    assert rows
    for row in rows:
        assert any(line.startswith(row.name) and line.rstrip().endswith(row.n) for line in said)
        assert any(row.value in line and row.interval in line for line in said)


def test_every_sentence_of_the_check_is_allowed():
    texts = [text for each in judges() for text in (each.good, each.below, each.above)]
    texts += [cell for motion in DRILLS for row in reading_rows(check(motion)) for cell in row]
    texts += [check("running").refusal.reason, check("running").refusal.how_to_film]
    assert [text for text in texts if not_allowed(text)] == []


def test_thresholds_are_complete():
    assert set(countings()) == set(DRILLS)
    assert tell_apart().knee_high < 0
    told = {id for rule in countings().values() for id in rule.readings}
    assert {each.reading for each in judges()} <= told
