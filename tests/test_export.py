"""What is written can be read: the same clip the same bytes, nothing half, nothing foreign."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

import builders
from formcheck.cli import export as cli_export
from formcheck.errors import CannotWrite, UnreadableInput, UsageError
from formcheck.export import export_tracks, load, to_json, to_json_text, write_results
from formcheck.export.opensim import joint_angles
from formcheck.metrics import CATEGORIES, METRICS
from formcheck.metrics.compare import compare
from formcheck.skeleton import KEYPOINTS
from formcheck.types import Runner


@pytest.fixture(scope="module")
def made():
    return builders.analysis()


@pytest.fixture(scope="module")
def folder(made, tmp_path_factory):
    home = tmp_path_factory.mktemp("results")
    clip = builders.video(made, home / "run.mp4")
    return write_results(made, clip, home / "run")


def test_every_metric_has_a_value_or_a_reason(made):
    measurements = to_json(made)["measurements"]
    assert set(measurements) == {*METRICS, *CATEGORIES}
    for each in measurements.values():
        assert (each["value"] is None) == bool(each["why_missing"])


def test_the_document_is_the_one_promised(made):
    record = to_json(made)
    assert (record["format"], record["version"]) == ("formcheck-analysis", 2)
    assert record["measurements"]["cadence"]["band"] == [150, 216]
    assert record["measurements"]["cadence"]["status"] == "within"
    assert record["measurements"]["overstride"]["band"] == [
        None,
        36.5,
    ]  # an open end is null; at this runner's speed
    assert record["cues"][0]["at_s"] == 1.0
    assert record["refusal"] is None
    assert set(record["quality"]) == {
        "detected_share", "leg_swaps_repaired", "person_height_px", "camera_roll_deg", "camera_roll_sd_deg", "yaw_deg",
        "clarity", "pose_error_factor",
    }  # fmt: skip


def test_the_text_is_strict_json_and_the_same_every_time(made):
    text = to_json_text(made)
    assert text == to_json_text(builders.analysis())
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_a_cue_that_no_one_moment_shows_has_none_in_the_file_either(made, tmp_path):
    whole = replace(made, cues=(replace(made.cues[0], show_at=np.nan),))
    assert to_json(whole)["cues"][0]["at_s"] is None
    assert not load(write_results(whole, None, tmp_path / "run")).cues[0].has_moment


def test_a_refusal_says_how_to_film():
    record = to_json(builders.refused())
    assert record["refusal"]["code"] == "no_person"
    assert record["refusal"]["how_to_film"]
    assert record["measurements"]["cadence"]["value"] is None


def test_slow_motion_steps_are_on_the_clips_clock(made):
    slow = replace(made, scene=replace(made.scene, slow_motion_factor=8.0))
    first, again = to_json(made)["steps"][0], to_json(slow)["steps"][0]
    assert again["contact_s"] == pytest.approx(8 * first["contact_s"], abs=1e-3)
    for record in (to_json(slow), to_json(made)):  # durations stay in real time
        assert record["measurements"]["ground_contact_time"]["value"] == pytest.approx(251.85, abs=0.1)


def test_reading_back_gives_the_same_document(made, folder):
    assert to_json(load(folder)) == to_json(made)
    assert to_json(load(folder / "analysis.json")) == to_json(made)


def test_an_analysis_read_back_shows_no_real_change(made, folder):
    differences = compare(load(folder), made)
    assert {each.metric for each in differences} >= {"cadence", "trunk_lean"}
    assert not any(each.real for each in differences)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "other", "version": 1}',
        '{"format": "formcheck-analysis", "version": 3}',
        '{"format": "formcheck-analysis", "version": 2}',
        '{"format": "formcheck-analysis", "version": 1}',
        "\x00",
    ],
)
def test_foreign_documents_are_refused_in_a_sentence(text, tmp_path):
    path = tmp_path / "analysis.json"
    path.write_text(text)
    with pytest.raises(UnreadableInput):
        load(path)


def test_version_1_is_read_with_the_type_of_foot_strike_as_a_category():
    """The file was written by a FormCheck that stored the type among additions to an angle."""
    old = load(Path(__file__).parent / "analysis_version_1.json")
    strike = old.categories["foot_strike"]
    assert (strike.value, strike.n, strike.side) == ("rearfoot", 8, "left")
    assert strike.probabilities["rearfoot"] == pytest.approx(0.9555, abs=1e-4)
    assert old.measurements["speed"].extra.stated is False
    again = to_json(old)
    assert (again["version"], again["measurements"]["foot_strike"]["value"]) == (2, "rearfoot")
    assert list(old.measurements) == list(METRICS)


def test_an_absent_analysis_is_named(tmp_path):
    with pytest.raises(UnreadableInput, match="no analysis"):
        load(tmp_path)


def test_steps_table_has_a_line_per_contact(made, folder):
    rows = list(csv.DictReader(io.StringIO((folder / "steps.csv").read_text())))
    assert len(rows) == len(made.steps)
    assert float(rows[0]["contact_s"]) == pytest.approx(made.steps[0].contact, abs=1e-4)


def test_keypoints_come_back_as_they_were(made, folder):
    track = load(folder).track
    assert np.allclose(track.time, made.track.time, atol=1e-6)
    assert np.allclose(track.xy, made.track.xy, atol=0.006)


def test_a_folder_that_cannot_be_written_leaves_nothing(made, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotWrite):
        write_results(made, tmp_path / "none.mp4", tmp_path / "file" / "run", video=False)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_trc_markers_stand_a_leg_apart(made, tmp_path):
    (path,) = export_tracks(made, tmp_path, ["trc"])
    lines = [line.split("\t") for line in path.read_text().splitlines()]
    assert lines[0][:3] == ["PathFileType", "4", "(X/Y/Z)"] and lines[2][4] == "mm"
    assert int(lines[2][2]) == len(lines) - 6 and int(lines[2][3]) == len(KEYPOINTS)
    assert [cell for cell in lines[3][2:] if cell] == list(KEYPOINTS)
    assert all(len(line) == 2 + 3 * len(KEYPOINTS) for line in lines[6:])
    heights = dict(zip(KEYPOINTS, np.array(lines[6][2:], float).reshape(-1, 3)[:, 1]))
    assert 600 < heights["left_hip"] - min(heights.values()) < 1000  # mm, for 1.75 m of stature


def test_markers_never_seen_are_blank_not_zero(tmp_path):
    made = builders.analysis()
    xy = made.motion.xy.copy()
    xy[3, 0] = np.nan
    (path,) = export_tracks(replace(made, motion=replace(made.motion, xy=xy)), tmp_path, ["trc"])
    assert path.read_text().splitlines()[6 + 3].split("\t")[2:5] == ["", "", ""]


def test_mot_has_as_many_columns_as_it_says_and_no_gap(made, tmp_path):
    (path,) = export_tracks(made, tmp_path, ["mot"])
    head, body = path.read_text().split("endheader\n")
    facts = dict(line.split("=") for line in head.splitlines() if "=" in line)
    table = np.array([line.split("\t") for line in body.splitlines()[1:]], float)
    assert table.shape == (int(facts["nRows"]), int(facts["nColumns"]))
    assert np.isfinite(table).all()
    assert np.allclose(np.diff(table[:, 0]), 1 / 30, atol=1e-5)


def test_joint_angles_have_opensims_signs(made):
    angles = joint_angles(made.motion)
    assert np.allclose(angles["lumbar_extension"], -6.0, atol=0.1)  # the runner leans 6 deg forward
    assert np.allclose(angles["elbow_flex_l"], 90.0, atol=0.1)
    assert angles["knee_angle_r"].min() > 0  # flexion is positive
    standing = (angles["hip_flexion_l"] > 25) & (angles["hip_flexion_l"] < 40)
    assert standing.any()  # the thigh swings ahead


def test_an_upright_figure_is_all_zero():
    """Standing straight with hanging arms: every coordinate of the model is zero."""
    made = builders.analysis()
    xy = np.zeros_like(made.motion.xy)
    heights = {
        "shoulder": 1.6,
        "elbow": 1.3,
        "wrist": 1.0,
        "hip": 1.0,
        "knee": 0.5,
        "ankle": 0.0,
        "heel": -0.1,
        "toe": -0.1,
    }
    for part, height in heights.items():
        for side in ("left", "right"):
            xy[:, KEYPOINTS.index(f"{side}_{part}")] = [{"heel": -0.06, "toe": 0.2}.get(part, 0.0), height]
    for name, angle in joint_angles(replace(made.motion, xy=xy)).items():
        assert np.allclose(angle, 0.0, atol=1e-6), name


def test_a_results_folder_exports_like_the_analysis_itself(made, folder, tmp_path):
    paths = export_tracks(folder, tmp_path / "a", ["csv", "parquet"])
    assert [path.name for path in paths] == [
        "run_keypoints.csv", "run_angles.csv", "run_keypoints.parquet", "run_angles.parquet",
    ]  # fmt: skip
    from pyarrow import parquet

    table = parquet.read_table(paths[3])
    assert table.num_rows == len(made.motion.xy)
    assert abs(np.nanmedian(table["lumbar_extension_deg"].to_numpy()) + 6.0) < 0.5


def test_what_cannot_be_exported_is_said(tmp_path):
    with pytest.raises(UsageError, match="csv, parquet, trc, mot"):
        export_tracks(builders.analysis(), tmp_path, ["c3d"])
    with pytest.raises(UsageError, match="from the side"):
        export_tracks(builders.front_analysis(), tmp_path, ["trc"])
    with pytest.raises(UnreadableInput, match="not measured"):
        export_tracks(builders.refused(), tmp_path, ["csv"])


def test_the_export_command_names_its_files(folder, tmp_path):
    app = typer.Typer()
    cli_export.register(app)
    app.callback()(lambda: None)
    done = CliRunner().invoke(app, ["export", str(folder), "-o", str(tmp_path), "--formats", "trc,mot"])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines() == [str(tmp_path / "run.trc"), str(tmp_path / "run.mot")]


def test_a_taller_runner_has_longer_legs():
    from formcheck.export.opensim import leg_length_m

    assert leg_length_m(Runner(height_m=2.0)) > leg_length_m(Runner(height_m=1.6))
