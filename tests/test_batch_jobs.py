"""A folder becomes a list of jobs: who ran, when, with what settings."""

from dataclasses import replace

import pytest

from formcheck.batch.jobs import Settings, find_jobs, identify, key_of, not_found, sha256_of
from formcheck.errors import UsageError
from formcheck.types import Runner


@pytest.mark.parametrize(
    ("name", "runner", "day"),
    [
        ("anna/2026-05-01.mp4", "anna", "2026-05-01"),
        ("anna_2026-05-01.mp4", "anna", "2026-05-01"),
        ("club/anna/20260501_side.mov", "anna", "2026-05-01"),
        ("2026-05-01/anna.mp4", None, "2026-05-01"),
        ("anna_2026-13-41.mp4", "anna", None),
        ("clip.mp4", None, None),
    ],
)
def test_names_tell_runner_and_date(name, runner, day):
    assert identify(name) == (runner, day)


@pytest.fixture
def folder(tmp_path):
    for name in ("anna/2026-05-01.mp4", "anna/2026-06-01.MOV", "ben.mp4", ".hidden/x.mp4", "notes.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path


def test_every_visible_video_becomes_a_job_in_name_order(folder):
    jobs = find_jobs(folder, Settings(), Runner(height_m=1.8))
    assert [job.name for job in jobs] == ["anna/2026-05-01.mp4", "anna/2026-06-01.MOV", "ben.mp4"]
    assert jobs[0].runner == Runner(height_m=1.8, name="anna")
    assert len({job.folder for job in jobs}) == 3


def test_the_sheet_wins_over_names_and_defaults(folder):
    (folder / "clips.csv").write_text(
        'clip,runner,height_cm,speed_kmh,view\nben.mp4,Benjamin,178,"10,8",front\n'
    )
    ben = find_jobs(folder, Settings(), Runner(height_m=1.9))[2]
    assert ben.runner == Runner(height_m=1.78, speed_mps=pytest.approx(3.0), name="Benjamin")
    assert ben.settings.view == "front"


@pytest.mark.parametrize(
    "text",
    [
        "file,who\na,b\n",
        "clip,shoe\nben.mp4,42\n",
        "clip,height_cm\nben.mp4,tall\n",
        "clip,height_cm\nben.mp4,1.78\n",
    ],
)
def test_a_sheet_that_cannot_be_used_is_told_in_a_sentence(folder, text):
    (folder / "clips.csv").write_text(text)
    with pytest.raises(UsageError, match="clips.csv"):
        find_jobs(folder, Settings(), Runner())


def test_no_folder_and_no_videos(tmp_path):
    with pytest.raises(UsageError, match="no folder"):
        find_jobs(tmp_path / "nowhere", Settings(), Runner())
    assert find_jobs(tmp_path, Settings(), Runner()) == []


def test_what_an_earlier_run_wrote_into_the_folder_is_no_clip(folder):
    for name in ("results/ben/annotated.mp4", "results/ben/analysis.json", "other/annotated.mp4"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    names = [job.name for job in find_jobs(folder, Settings(), Runner())]
    assert "other/annotated.mp4" in names
    assert "results/ben/annotated.mp4" not in names


def test_clips_that_only_the_sheet_knows(folder):
    (folder / "clips.csv").write_text("clip,height_cm\nben.mp4,178\nbne.mp4,180\n2026-05-01.mp4,170\n")
    assert not_found(folder, find_jobs(folder, Settings(), Runner())) == ["bne.mp4"]


def test_a_job_is_the_same_only_for_the_same_content_settings_and_version(folder, monkeypatch):
    job = find_jobs(folder, Settings(), Runner())[2]
    key = key_of(job)
    assert key == key_of(job) == key_of(job, sha256_of(folder / "ben.mp4"))
    assert key != key_of(replace(job, settings=Settings(model="fast")))
    assert key != key_of(replace(job, runner=Runner(height_m=1.7)))
    with monkeypatch.context() as patch:
        patch.setattr("formcheck.batch.jobs.__version__", "99")
        assert key != key_of(job)
    (folder / "ben.mp4").write_bytes(b"another run")
    assert key != key_of(job)


def test_a_job_with_a_model_of_ones_own_depends_on_that_file(folder):
    model = folder / "mine.onnx"
    model.write_bytes(b"one")
    job = replace(find_jobs(folder, Settings(), Runner())[0], settings=Settings(backend=f"onnx:{model}"))
    key = key_of(job)
    model.write_bytes(b"two")
    assert key != key_of(job)
