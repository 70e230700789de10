"""A folder of clips: what one clip can do to the others, and what is left after a kill."""

import json
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import psutil
import pytest

import batch_works
from formcheck.batch.jobs import Settings, find_jobs
from formcheck.batch.pool import ClipLimits, Outcome, outstanding, record, recorded, sweep
from formcheck.batch.run import SETTLED_S, Batch, Watcher, alone, watch
from formcheck.cli import main as cli
from formcheck.errors import UsageError
from formcheck.types import Runner


@pytest.fixture
def folder(tmp_path):
    """Six files; nobody looks into them here."""
    folder = tmp_path / "clips"
    (folder / "anna").mkdir(parents=True)
    for name in ("anna/2026-05-01.mp4", "anna/2026-06-01.mp4", "ben.mp4", "ben.mov", "a.b.mp4", "a_b.mp4"):
        (folder / name).write_bytes(name.encode())
    return folder


def files_of(out):
    return {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def tables_of(out):
    return [(out / name).read_bytes() for name in ("summary.csv", "failures.csv", "index.html")]


def test_a_crash_a_hang_a_memory_bomb_and_a_defect_cost_their_own_clips_alone(folder, tmp_path):
    for fault in ("aborts", "hangs", "eats", "surprises"):
        (folder / f"{fault}.mp4").write_bytes(fault.encode())
    limits = ClipLimits(time_s=8, memory_bytes=6 << 30)
    tally, outcomes = batch_works.run(folder, tmp_path / "out", batch_works.quick_with_faults, limits=limits)
    reasons = {outcome.name: outcome.reason for outcome in outcomes if outcome.state == "failed"}
    assert (tally.total, tally.done, tally.failed) == (10, 10, 4)
    assert "crashed" in reasons["aborts.mp4"]
    assert "given up after 8 s" in reasons["hangs.mp4"]
    assert "more memory" in reasons["eats.mp4"]
    assert "KeyError" in reasons["surprises.mp4"]
    summary = (tmp_path / "out" / "summary.csv").read_text().splitlines()
    assert len(summary) == 1 + 6


def test_a_worker_that_the_system_ended_for_want_of_memory_is_said_so(folder, tmp_path):
    (folder / "starves.mp4").write_bytes(b"starves")
    _, outcomes = batch_works.run(folder, tmp_path / "out", batch_works.quick_with_faults)
    (failed,) = (outcome for outcome in outcomes if outcome.state == "failed")
    assert failed.name == "starves.mp4" and "memory runs out" in failed.reason


def test_clips_of_like_names_do_not_share_a_folder(folder):
    jobs = find_jobs(folder, Settings(), Runner())
    assert len({job.folder for job in jobs}) == len(jobs) == 6


def test_resuming_does_what_is_missing_or_changed_and_no_more(folder, tmp_path):
    out = tmp_path / "out"
    first, _ = batch_works.run(folder, out, batch_works.quick)
    before = tables_of(out)
    again, outcomes = batch_works.run(folder, out, batch_works.quick, resume=True)
    assert (first.done, again.done, outcomes) == (6, 6, [])
    (folder / "ben.mp4").write_bytes(b"another run")
    (folder / "new.mp4").write_bytes(b"new")
    _, outcomes = batch_works.run(folder, out, batch_works.quick, resume=True)
    assert sorted(outcome.name for outcome in outcomes) == ["ben.mp4", "new.mp4"]
    (folder / "new.mp4").unlink()
    batch_works.run(folder, out, batch_works.quick, resume=True)
    assert tables_of(out) == before
    _, outcomes = batch_works.run(
        folder, out, batch_works.quick, resume=True, settings=Settings(model="balanced", video=False)
    )
    assert len(outcomes) == 6


def test_a_clip_that_failed_is_tried_again_and_one_whose_results_were_deleted_is_done_again(folder, tmp_path):
    out = tmp_path / "out"
    batch_works.run(folder, out, batch_works.quick)
    jobs = find_jobs(folder, Settings(model="fast", video=False), Runner())
    assert outstanding(jobs, out) == []
    record(Outcome("ben.mp4", "", "failed", "The disk is full."), out)
    (out / jobs[0].folder / "analysis.json").unlink()
    assert {job.name for job in outstanding(jobs, out)} == {"ben.mp4", jobs[0].name}


def test_damaged_and_foreign_records_are_as_good_as_none(tmp_path):
    record(Outcome("a.mp4", "key", "measured"), tmp_path)
    (tmp_path / ".jobs" / "broken.json").write_text('{"format": "formcheck-batch')
    (tmp_path / ".jobs" / "newer.json").write_text('{"format": "formcheck-batch-job", "version": 99}')
    assert list(recorded(tmp_path)) == ["a.mp4"]


def killed_run(folder, out, note, seconds):
    """Start a run in a program of its own, end it as `kill -9` does, and wait for its workers' end."""
    code = (
        "import sys; from functools import partial; import batch_works as b\n"
        "folder, out, note = sys.argv[1:]\n"
        "b.run(folder, out, partial(b.noted, note, b.quick_with_faults), resume=True,"
        " limits=b.ClipLimits(time_s=20))"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", code, str(folder), str(out), str(note)], cwd=Path(__file__).parent
    )
    time.sleep(seconds)
    workers = psutil.Process(run.pid).children(recursive=True)
    run.send_signal(signal.SIGKILL)
    run.wait()
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert not alive, "workers live on without the run that started them"
    return run.returncode == -signal.SIGKILL


@pytest.mark.slow
def test_killed_ten_times_and_resumed_gives_the_tables_of_one_go(folder, tmp_path):
    for index in range(30):
        (folder / f"{index}.mp4").write_bytes(bytes([index]))
    for fault in ("aborts", "hangs"):
        (folder / f"{fault}.mp4").write_bytes(fault.encode())
    work, limits = (
        batch_works.quick_with_faults,
        ClipLimits(time_s=20),
    )  # a busy machine takes seconds to start a worker
    batch_works.run(folder, tmp_path / "whole", work, limits=limits)

    out, note = tmp_path / "out", tmp_path / "note"
    chance = random.Random(10)
    kills = sum(killed_run(folder, out, note, chance.uniform(0.5, 5)) for _ in range(10))
    jobs = find_jobs(folder, Settings(model="fast", video=False), Runner())
    sweep(out, jobs)
    batch_works.run(folder, out, partial(batch_works.noted, note, work), limits=limits, resume=True)

    assert kills > 5, "the runs were over before they were killed: this shows nothing"
    assert tables_of(out) == tables_of(tmp_path / "whole")
    assert not [path for path in out.rglob(".formcheck-*") if path.is_dir()]
    begun = [name for name in note.read_text().split() if name not in ("aborts.mp4", "hangs.mp4")]
    assert len(begun) <= 36 + 2 * kills, "more was done again than the two clips in flight at each kill"


def left_by_another_machine(folder):
    """Leave what a run that is killed on another machine leaves: a scratch folder with half a result."""
    path = folder / ".formcheck-elsewhere-123-abcd1234"
    path.mkdir()
    about = {"format": "formcheck-scratch", "version": 1, "folder": path.name, "target": "run"}
    (path / "note").write_text(f'{json.dumps(about)}\n"a.txt"\n')
    (path / "new").mkdir()
    (path / "new" / "a.txt").write_text("half")


def test_sweeping_takes_only_what_a_killed_run_left(folder, tmp_path):
    out = tmp_path / "out"
    batch_works.run(folder, out, batch_works.quick)
    whole = files_of(out)
    jobs = find_jobs(folder, Settings(), Runner())
    for place in (out / "clips" / "anna", out / ".jobs"):
        left_by_another_machine(place)
    sweep(out, jobs)
    assert files_of(out) == whole
    left_by_another_machine(out)  # it may be analysing a single clip
    sweep(out, jobs)
    assert len(files_of(out)) == len(whole) + 2
    mine = [
        out / "clips" / ".mine",
        out / ".jobs" / ".formcheck-elsewhere-123-abcd1234",
        out / ".summary-abc.csv",
    ]
    for path in mine:
        path.mkdir()
        (path / "note").write_text("Buy milk.")
    sweep(out, jobs)
    assert [(path / "note").read_text() for path in mine] == ["Buy milk."] * 3


def test_two_batches_do_not_write_into_one_folder(tmp_path):
    with alone(tmp_path), pytest.raises(UsageError, match="Another batch"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_a_clip_that_still_grows_is_not_taken(folder):
    watcher, later = Watcher(), SETTLED_S + 1
    jobs = find_jobs(folder, Settings(), Runner())
    names = {job.name for job in jobs}
    assert watcher.fresh(jobs, now=0) == []
    (folder / "ben.mp4").write_bytes(b"more of it has come")
    assert {job.name for job in watcher.fresh(jobs, now=later)} == names - {"ben.mp4"}
    assert watcher.fresh(jobs, now=later + 1) == []
    assert [job.name for job in watcher.fresh(jobs, now=2 * later)] == ["ben.mp4"]
    assert watcher.fresh(jobs, now=3 * later) == []


def test_watching_does_each_clip_once_it_is_there(folder, tmp_path, monkeypatch):
    class Enough(Exception):
        pass

    def sleep(seconds):
        clock.append(clock[-1] + 3)
        if len(clock) == 4:
            (folder / "late.mp4").write_bytes(b"late")
        if len(clock) == 10:
            raise Enough

    clock, told = [0.0], []
    monkeypatch.setattr("formcheck.batch.run.time.monotonic", lambda: clock[-1])
    batch = Batch(folder, tmp_path / "out", Settings(), Runner())
    with pytest.raises(Enough):
        watch(batch, lambda jobs: (batch_works.quick(job, str(batch.out), 1) for job in jobs),
              lambda outcome, tally: told.append(outcome.name), sleep=sleep)  # fmt: skip
    assert sorted(told) == sorted(job.name for job in batch.jobs())
    assert told[-1] == "late.mp4"
    assert b"late.mp4" in (batch.out / "summary.csv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere"], "There is no folder"),
        (["."], "No video files"),
        ([".", "--view", "above"], "'above' is not one of"),
        ([".", "--model", "huge"], "'huge' is not one of"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(arguments, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.run(["batch", *arguments]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


def test_a_clip_the_sheet_names_and_nobody_filmed_is_noted(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "anna.mp4").write_bytes(b"no video")
    (tmp_path / "clips.csv").write_text("clip,height_cm\nana.mp4,170\n")
    assert cli.run(["batch", ".", "--json", "--jobs", "1"]) == 1
    captured = capsys.readouterr()
    assert "ana.mp4, which is not in the folder" in captured.err
    assert '"clip": "anna.mp4", "state": "failed"' in captured.out
