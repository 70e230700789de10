"""FormCheck's own judge: it must know the truth, match fairly and leave nothing out."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck import biomechanics
from formcheck.errors import UsageError
from formcheck.metrics import METRICS, norms
from formcheck.mocap.marker_tables import _table
from formcheck.mocap.recordings import read_recording
from formcheck.synthetic import Camera, Gait, make_truth
from formcheck.types import Runner, Step
from formcheck.validation import simulate, validate
from formcheck.validation.criteria import Criterion, Results, criteria, may_hold, pooled, table, within_band
from formcheck.validation.cue_counts import Counted
from formcheck.validation.cue_trials import CueTrial
from formcheck.validation.labelled import match
from formcheck.validation.plates import run_plate
from formcheck.validation.population import JUDGED_FROM, sampled_case
from formcheck.validation.rendered import RenderedClip
from formcheck.validation.rendered_page import as_page
from formcheck.validation.summary import errors_of
from formcheck.validation.trials import Answer, as_on_people, events_of, run
from formcheck.validation.truth import FORMULAS, truths

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the recordings are not on this machine")
TOLD = Runner(height_m=1.75, mass_kg=70.0, speed_mps=3.0)


def test_every_metric_has_a_truth():
    assert set(FORMULAS) == set(METRICS)


@pytest.mark.parametrize(
    "id, truth, within",
    [
        ("cadence", 170, 1.5), ("trunk_lean", 6, 0.2), ("ground_contact_time", 250, 3), ("elbow_angle", 95, 3),
        ("foot_strike_angle", 12, 1), ("vertical_oscillation", 8, 0.3), ("speed", 3, 0), ("arm_swing", 44, 8),
        ("head_pitch", 0, 0.2), ("contact_time_asymmetry", 0, 1.5),
    ],
)  # fmt: skip
def test_truth_is_what_the_runner_was_asked_to_do(id, truth, within):
    assert truths(make_truth(Gait(), Camera(), 0, 10), TOLD)[id] == pytest.approx(truth, abs=within)


def test_truth_from_the_front():
    found = truths(make_truth(Gait(step_width=0.1, pelvic_drop=5.0), Camera(view="front"), 0, 10), TOLD)
    assert found["step_width"] == pytest.approx(10, abs=3)  # from the pelvis' middle, which sways


def test_the_same_number_draws_the_same_clip():
    assert sampled_case(5, 60.0) == sampled_case(5, 60.0)
    assert sampled_case(5, 60.0) != sampled_case(6, 60.0)


@pytest.mark.parametrize("number", range(0, 20, 2))
def test_half_of_the_runners_are_within_the_ranges_that_are_judged(number):
    case = sampled_case(number, 60.0, view="side")
    true = truths(make_truth(case.gait, case.camera, number, 8), case.told)
    for id in ("trunk_lean", "cadence", "elbow_angle"):
        norm = norms.NORMS[id]
        assert norm.low - 1 <= true[id] <= norm.high + 1, id


def test_errors_of_known_answers():
    told = [Answer("cadence", 60, 170, 170 + off, 169, 171.5) for off in (0, 1, 2, -1)]
    found = errors_of("cadence", 60, [*told, Answer("cadence", 60, 170)])
    assert (found.clips, found.answered, found.bias, found.mae) == (5, 4, 0.5, 1.0)
    assert found.refused == pytest.approx(0.2)
    assert found.coverage == 1.0


def test_a_clip_in_its_range_that_is_told_outside_counts_against_us():
    told = [Answer("trunk_lean", 60, 5, 14, 12, 16, outside=True, truly_within=True)] * 2
    fine = [Answer("trunk_lean", 60, 5, 6, 4, 8, truly_within=True)] * 2
    assert errors_of("trunk_lean", 60, told + fine).false_outside == 0.5


def steps(*times, side="left"):
    return tuple(Step(side, t, t + 0.25) for t in times)


def test_each_true_contact_counts_once():
    found = events_of(steps(1.0, 1.02, 1.7), steps(1.01, 2.4), 60, 4.0)
    assert (found.told, found.true, len(found.contact_ms)) == (3, 2, 1)


def test_a_contact_cut_by_the_end_of_the_clip_is_not_asked_for():
    found = events_of(steps(1.0), steps(0.05, 1.0, 3.95), 60, 4.0)
    assert (found.true, found.found) == (1, 1)


def test_the_other_foot_is_no_match():
    assert events_of(steps(1.0), steps(1.0, side="right"), 60, 4.0).contact_ms == ()


def test_contacts_err_as_on_people():
    rng = np.random.default_rng(0)
    true = steps(*np.arange(1, 9, 0.7))
    clips = [as_on_people(true, true, rng) for _ in range(200)]
    off = np.array([[1000 * (b.contact - a.contact) for a, b in zip(true, clip)] for clip in clips])
    assert np.std(off.mean(axis=1)) == pytest.approx(8.6, abs=1.5)
    assert np.mean(off.std(axis=1)) == pytest.approx(4, abs=0.5)


def test_labelled_frames_are_paired_once_and_only_nearby():
    assert match([10, 20, 30], np.array([9, 11, 21, 40])) == [(0, 0), (1, 2)]


def test_a_bar_is_met_on_its_own_side():
    assert Criterion("x", "y", 2.0, 3.0, "deg").met
    assert not Criterion("x", "y", 98.0, 99.0, "%", at_least=True).met
    assert Criterion("x", "y", np.nan, 3.0, "deg").met is None


@pytest.mark.parametrize(
    "share, clips, open_", [(1.0, 20, True), (1.0, 200, False), (0.75, 20, False), (0.95, 200, True)]
)
def test_few_clips_leave_open_how_often_an_interval_holds(share, clips, open_):
    row = errors_of("cadence", 60, [])
    assert may_hold(replace(row, answered=clips, coverage=share)) is open_


def test_the_strict_rule_allows_nothing_for_chance():
    row = errors_of("cadence", 60, [])
    assert [within_band(replace(row, coverage=c)) for c in (0.91, 0.92, 0.95, 0.98, 0.99)] == [
        False, True, True, True, False,
    ]  # fmt: skip


def test_frame_rates_are_pooled_for_the_strict_rule(few):
    faster = tuple(replace(t, fps=120.0) for t in few.shifted)
    one, two = pooled(few.shifted), pooled(few.shifted + faster)
    assert [row.metric for row in one] == [row.metric for row in two]
    assert [2 * row.answered for row in one] == [row.answered for row in two]


def test_judged_clips_are_none_that_a_sigma_was_fitted_on(monkeypatch):
    drawn = []
    monkeypatch.setattr("formcheck.validation.run", lambda case: drawn.append(case.number))
    simulate(2, shifted=True)
    assert drawn and min(drawn) >= JUDGED_FROM


@pytest.fixture(scope="module")
def few():
    shifted = tuple(run(sampled_case(k, 60.0)) for k in range(5))
    return Results(shifted, shifted, ())


def test_a_trial_answers_for_its_view_only(few):
    for trial in few.shifted:
        assert {a.metric for a in trial.answers} == {id for id in METRICS if trial.view in METRICS[id].views}
        assert trial.wrong_view == ()


def test_bars_name_what_the_evidence_asks_for(few):
    names = " ".join(bar.name for bar in criteria(few))
    for word in (
        "Cadence",
        "Contact",
        "Toe-off",
        "lean",
        "Knee",
        "Elbow",
        "Foot angle",
        "Rearfoot",
        "Bounce",
    ):
        assert word in names
    assert all(
        bar.met is not None
        for bar in criteria(few)
        if bar.name.startswith("Cadence, mean error") and "synth" in bar.where
    )


def test_the_table_has_every_metric_once_per_frame_rate(few):
    rows = [(row.metric, row.fps) for row in table(few.shifted)]
    assert len(rows) == len(set(rows)) > 25


def test_an_empty_folder_is_said_and_the_page_is_written(tmp_path, capsys):
    data, out = tmp_path / "data", tmp_path / "out"
    data.mkdir()
    assert validate(data, out, clips=1, cues=0) == 0
    page = (out / "accuracy.md").read_text()
    record = json.loads((out / "accuracy.json").read_text())
    assert (record["format"], record["version"]) == ("formcheck-accuracy", 1)
    assert "No force-plate recordings" in page and "No labelled clips" in page
    assert "formcheck validate data -o out --cues 0 --clips 1" in page
    assert str(tmp_path) not in page
    assert "Cadence" in capsys.readouterr().out


def test_json_and_nothing_else_on_stdout(capsys):
    assert validate(None, None, clips=0, cues=0, as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["bars"]


def test_missed_and_false_cues_are_part_of_the_page_and_of_the_summary(monkeypatch, tmp_path, capsys):
    leans = CueTrial((), fault="leans back", beyond_change=True)
    named = replace(leans, cues=("tip_forward",))
    counted = Counted((leans, named, named, CueTrial(("metronome",)), CueTrial(())))
    monkeypatch.setattr("formcheck.validation.count_cues", lambda folder, faults: counted)
    assert validate(None, tmp_path, clips=0, cues=2) == 0
    page = (tmp_path / "accuracy.md").read_text()
    assert "| leans back | forward lean below its range by 6 or 10 deg | side | 1 of 3 (33 %" in page
    assert "Runners without a fault who get a cue: 1 of 2 (50 %" in page
    record = json.loads((tmp_path / "accuracy.json").read_text())["cues"]
    assert (record["missed"]["count"], record["missed"]["n"]) == (1, 3)
    assert "leans back, missed: 1 of 3" in capsys.readouterr().out


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match="no folder"):
        validate(tmp_path / "none", None, clips=1)


def test_damaged_recordings_are_named_not_fatal(tmp_path, capsys):
    (tmp_path / "broken.npz").write_bytes(b"not a recording")
    assert validate(tmp_path, None, clips=0, cues=0) == 0
    assert "broken.npz" in capsys.readouterr().out


@needs_data
@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0])
def test_a_runner_on_the_force_plate_is_measured_within_the_bars(fps):
    trial = run_plate(read_recording(DATA / "mocap" / "rbds" / "F16_3.5mps.npz"), fps)
    off = {a.metric: abs(a.error) for a in trial.answers if a.measured}
    limits = {
        "cadence": 0.5,
        "ground_contact_time": 20,
        "flight_time": 20,
        "duty_factor": 2.5,
        "foot_strike_angle": 5
        if fps < 50
        else 4,  # between slow frames the foot turns by 2 degrees more (sd)
    }
    limits |= {id: 3 for id in METRICS if id.startswith("knee_flexion")}
    assert {id: off[id] for id in limits if off.get(id, 0) > limits[id]} == {}
    assert trial.events.found == trial.events.true


@needs_data
def test_the_full_body_runner_as_published():
    """Regression lock on one runner with arms: BMClab's laboratory trial."""
    path = DATA / "mocap" / "bmc" / "motion_capture_run.trc"
    run_ = read_recording(path)
    _, markers = _table(path)
    hip = run_.legs[:, :, 0].mean(axis=1)
    shoulder = 0.5 * (markers["RACR"] + markers["LACR"])[:, :2]
    lean = biomechanics.lean_deg(hip, shoulder)
    assert lean.mean() == pytest.approx(3.1, abs=0.2)
    assert 100 * np.ptp(hip[:, 1]) == pytest.approx(8.7, abs=0.2)
    first = np.sort([run_.left[0, 0], run_.right[0, 0]])
    assert 60 / np.diff(first)[0] == pytest.approx(173.1, abs=0.5)
    contact = {side: 1000 * np.ptp(run_.contacts(side)[0]) for side in ("left", "right")}
    assert contact["right"] == pytest.approx(243, abs=5)
    assert contact["left"] == pytest.approx(263, abs=5)
    assert strike(run_, 1) == pytest.approx(10.4, abs=1.2)
    assert strike(run_, 0) == pytest.approx(-2.5, abs=1.2)
    wrist = 0.5 * (markers["RFAradius"] + markers["RFAulna"])[:, 0] - shoulder[:, 0]
    assert np.corrcoef(wrist, run_.legs[:, 0, 2, 0] - hip[:, 0])[0, 1] > 0.8


def strike(recording, side):
    """Return the foot's angle at contact less flat, deg, from markers."""
    on, off = recording.contacts(("left", "right")[side])[0]
    time = np.arange(len(recording.legs)) / recording.rate
    pitch = biomechanics.pitch_deg(recording.legs[:, side, 3], recording.legs[:, side, 4])
    flat = np.median(np.interp(np.linspace(on + 0.25 * (off - on), on + 0.5 * (off - on), 20), time, pitch))
    return float(np.interp(on, time, pitch) - flat)


# Intervals that were found too narrow on simulated runners whose keypoint errors repeat with the stride: metric,
# frames a second, and the share of 35 or 36 runners whose value the interval held. Not mended yet.
TOO_NARROW = {
    ("arm_swing", 120.0): 0.83,
    ("arm_swing_symmetry", 60.0): 0.83,
    ("arm_swing_symmetry", 120.0): 0.79,
    ("shank_angle", 120.0): 0.81,
    ("speed", 240.0): 0.86,
    ("step_length", 240.0): 0.86,
}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_intervals_hold_and_cues_are_true_on_many_runners():
    """They hold for every metric and frame rate but those known to be too narrow, which get no worse."""
    trials = [
        run(sampled_case(JUDGED_FROM + k, fps)) for fps in (30.0, 60.0, 120.0, 240.0) for k in range(60)
    ]
    low = {
        (row.metric, row.fps): row.coverage
        for row in table(trials)
        if row.answered >= 20 and row.coverage < 0.92 - 1.96 * np.sqrt(0.05 * 0.95 / row.answered)
    }
    assert set(low) <= set(TOO_NARROW)
    assert all(share > TOO_NARROW[case] - 0.05 for case, share in low.items())
    assert np.mean([bool(trial.false_cues) for trial in trials]) < 0.05
    assert not any(trial.wrong_view for trial in trials if trial.seen_as.view == trial.view)


def test_steps_of_another_clip_do_not_leak():
    case = replace(sampled_case(0, 60.0), duration_s=5.0)
    again = replace(sampled_case(0, 60.0), duration_s=5.0)
    assert run(case).answers == run(again).answers


def rendered(name, fps, answers, refusal=None, motion="running"):
    return RenderedClip(f"{name}.mp4", fps, "side", motion, refusal, tuple(answers))


def test_the_page_of_rendered_clips_marks_what_misses_its_bar_and_judges_at_its_frame_rate_only():
    cadence = Answer("cadence", 60, 170, 170.2, 169, 171)
    lean = Answer("trunk_lean", 60, 6, 9.0, 7, 11)
    strike = Answer("foot_strike_angle", 60, 12, -5, -8, -2, kind="forefoot")
    page = as_page((rendered("slow", 60, [cadence, lean, strike]), rendered("fast", 120, [strike])), "x")
    slow, fast = (
        next(line for line in page.splitlines() if f"{name}.mp4" in line) for name in ("slow", "fast")
    )
    assert "**+3.0 (± 2.0)**" in slow and "+0.2" in slow and "**+0.2" not in slow
    assert "forefoot" not in slow and "**forefoot (rearfoot)**" in fast
    assert "3 of 5 criteria met" in page  # measured, twice, and cadence; not lean, not the landing at 120


def test_a_rendered_walker_is_judged_by_its_refusal():
    fine = rendered("walks", 30, [], "not_running", "walking")
    wrong = rendered("walks", 30, [], None, "walking")
    assert "1 of 1 criteria met" in as_page((fine,), "x") and "0 of 1 criteria met" in as_page((wrong,), "x")


@pytest.mark.parametrize("number", range(JUDGED_FROM, JUDGED_FROM + 4))
def test_lean_and_elbow_are_told_and_hold_at_fifteen_frames_a_second(number):
    """A busy machine follows no more of a live picture."""
    case = sampled_case(number, 60.0, view="side")
    answers = run(replace(case, camera=replace(case.camera, fps=15.0))).answers
    told = {each.metric: each for each in answers if each.metric in ("trunk_lean", "elbow_angle")}
    assert all(each.measured and each.held for each in told.values()) and len(told) == 2
