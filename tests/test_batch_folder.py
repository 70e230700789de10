"""A whole folder for real: twelve clips, four of which cannot be measured by any means."""

import csv
import json
import shutil
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pytest

import batch_works
from formcheck.batch.jobs import Settings
from formcheck.batch.pool import ClipLimits
from formcheck.batch.run import Batch
from formcheck.cli import main as cli
from formcheck.types import Runner
from formcheck.video import VideoWriter

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SAMPLES = sorted(
    (Path(__file__).parents[1] / "sample_videos").glob("[!.]*.mp4"), key=lambda path: path.stat().st_size
)
RUNNING = Path(__file__).parents[1] / "sample_videos" / "treadmill_right.mp4"
LIMITS = ClipLimits(time_s=60)


def empty_room(path):
    """Write a clip in which nobody is to be seen."""
    chance = np.random.default_rng(1)
    with VideoWriter(path, (320, 240)) as writer:
        for index in range(60):
            writer.write(chance.integers(90, 120, (240, 320, 3), np.uint8), index / 30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Seven samples, an empty room, an empty file, a hostile one, one that aborts, one that hangs."""
    folder = tmp_path_factory.mktemp("club")
    for index, sample in enumerate(islice(cycle(SAMPLES[:7]), 7)):
        runner = folder / ("anna" if index % 2 else "ben")
        runner.mkdir(exist_ok=True)
        shutil.copy(sample, runner / f"2026-05-0{index + 1}_{sample.name}")
    empty_room(folder / "room.mp4")
    (folder / "empty.mp4").touch()
    (folder / "playlist.mp4").write_text(f"ffconcat version 1.0\nfile '{SAMPLES[0].name}'\n")
    for fault in ("aborts.mp4", "hangs.mp4"):
        shutil.copy(SAMPLES[0], folder / fault)
    return folder


@pytest.fixture(scope="module")
def results(folder, tmp_path_factory):
    """What a batch on this machine makes of it: (output folder, tally, outcomes)."""
    out = tmp_path_factory.mktemp("results") / "out"
    return out, *batch_works.run(folder, out, batch_works.analyze_with_faults, limits=LIMITS)


def tables_of(out):
    return [(out / name).read_text().splitlines() for name in ("failures.csv", "summary.csv", "index.html")]


def test_eight_rows_and_four_failures_with_reasons(folder, results):
    out, tally, outcomes = results
    with (out / "summary.csv").open() as file:
        rows = list(csv.DictReader(file))
    with (out / "failures.csv").open() as file:
        failures = {row["clip"]: row["reason"] for row in csv.DictReader(file)}
    assert (tally.done, tally.failed, len(rows)) == (12, 4, 8)
    refused = {row["clip"]: row["refusal"] for row in rows if row["state"] == "refused"}
    assert refused.pop("room.mp4") == "no_person"
    assert set(refused.values()) <= {"not_running"}
    assert not [clip for clip in refused if "treadmill" in clip]
    assert all(float(row["cadence_value"]) > 120 for row in rows if row["state"] == "measured")
    assert {row["runner"] for row in rows} == {"anna", "ben", ""}
    assert "is empty" in failures["empty.mp4"]
    assert "cannot be read as a video" in failures["playlist.mp4"]
    assert "crashed" in failures["aborts.mp4"]
    assert "given up" in failures["hangs.mp4"]


def test_the_numbers_are_those_of_analyze(folder, results, tmp_path):
    out, _, outcomes = results
    measured = [outcome for outcome in outcomes if outcome.state == "measured"]
    for outcome in sorted(measured, key=lambda outcome: outcome.name)[:3]:
        video = folder / outcome.name
        arguments = ["analyze", str(video), "-o", str(tmp_path), "--model", "fast", "--no-video"]
        assert cli.run(arguments) == 0
        theirs = json.loads((tmp_path / video.stem / "analysis.json").read_text())
        ours = json.loads((out / outcome.folder / "analysis.json").read_text())
        assert ours.pop("runner")["name"] in ("anna", "ben")
        theirs.pop("runner")
        assert ours == theirs
        for table in ("steps.csv", "keypoints.csv"):
            here, there = out / outcome.folder / table, tmp_path / video.stem / table
            assert here.read_bytes() == there.read_bytes()


def test_a_local_cluster_gives_the_same_tables(folder, results, tmp_path):
    pytest.importorskip("distributed")
    from formcheck.batch.cluster import cluster_workers

    work = batch_works.analyze_with_faults
    batch = Batch(folder, tmp_path / "out", Settings(model="fast", video=False), Runner())
    batch.out.mkdir()
    with cluster_workers("local", batch, 2, LIMITS, work) as perform:
        batch_works.run(folder, batch.out, work, perform=perform)
    for there, here in zip(tables_of(batch.out), tables_of(results[0])):
        assert there == here


def test_the_command_ends_with_one_when_clips_failed_and_resumes(results, folder, tmp_path, capsys):
    small = tmp_path / "small"
    small.mkdir()
    shutil.copy(RUNNING, small / "anna.mp4")
    (small / "empty.mp4").touch()
    arguments = ["batch", str(small), "-o", str(tmp_path / "out"), "--model", "fast", "--no-video", "--json"]
    assert cli.run([*arguments, "--jobs", "2"]) == 1
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["clip"]: line["state"] for line in lines} == {"anna.mp4": "measured", "empty.mp4": "failed"}
    (small / "empty.mp4").unlink()
    assert cli.run([*arguments, "--resume"]) == 0
    assert capsys.readouterr().out == ""
