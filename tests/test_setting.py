"""Where somebody runs: said by the user, or seen in the picture."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from formcheck.batch.jobs import SHEET, Settings, find_jobs
from formcheck.cli.main import app
from formcheck.errors import UsageError
from formcheck.export.record import to_json
from formcheck.pipeline import analyze, analyze_track
from formcheck.scene.classify import look_at
from formcheck.synthetic import Camera, Gait, project
from formcheck.types import Runner
from formcheck.wording import scene_line


@pytest.fixture(scope="module")
def belt():
    return project(Gait(), Camera(fps=30), None, 0, 6.0)


@pytest.fixture(scope="module")
def passing():
    return project(Gait(overground=True, speed=3.0), Camera(distance=8.0, fov=70, fps=30), None, 0, 3.0)


def warned(clip, setting):
    return {warning.code for warning in look_at(clip.track, clip.clip, setting=setting).warnings}


@pytest.mark.parametrize("setting", ["treadmill", "overground"])
def test_what_the_user_says_is_the_setting_and_is_said_to_be_theirs(belt, setting):
    made = analyze_track(belt.track, belt.clip, setting=setting)
    assert made.scene.setting == setting and made.scene.setting_given
    record = to_json(made)["scene"]
    assert (record["setting"], record["setting_given"]) == (setting, True)
    assert scene_line(made.scene).endswith("(as you said)")


def test_left_to_the_picture_it_is_not_said_to_be_the_users(belt):
    made = analyze_track(belt.track, belt.clip)
    assert made.scene.setting == "treadmill" and not made.scene.setting_given
    assert scene_line(made.scene) == "Running, seen from the side, on a treadmill"


def test_the_setting_changes_no_number(belt):
    plain, told = (analyze_track(belt.track, belt.clip, setting=each) for each in ("auto", "overground"))
    assert plain.measurements == told.measurements


def test_a_treadmill_that_the_picture_contradicts_is_warned_of(belt, passing):
    assert "setting_in_doubt" in warned(passing, "treadmill")
    assert "setting_in_doubt" not in warned(passing, "overground")
    assert "setting_in_doubt" not in warned(belt, "treadmill")


def test_another_word_is_refused_at_once(tmp_path):
    with pytest.raises(UsageError, match="beach"):
        analyze(tmp_path / "not-even-there.mp4", setting="beach")
    with pytest.raises(UsageError, match="beach"):
        Settings(setting="beach")


@pytest.mark.parametrize("command", ["analyze", "batch", "live"])
def test_the_commands_take_it_and_refuse_another_word(command, tmp_path):
    wrong = CliRunner().invoke(app, [command, str(tmp_path), "--setting", "beach"])
    assert wrong.exit_code == 2


def test_each_clip_of_a_batch_may_have_its_own(tmp_path):
    for name in ("one.mp4", "two.mp4", "three.mp4"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / SHEET).write_text("clip,setting\none.mp4,overground\ntwo.mp4,\n", encoding="utf-8")
    jobs = find_jobs(tmp_path, Settings(setting="treadmill"), Runner())
    found = {job.name: job.settings.setting for job in jobs}
    assert sorted(found.values()) == ["overground", "treadmill", "treadmill"]
    (tmp_path / SHEET).write_text("clip,setting\none.mp4,beach\n", encoding="utf-8")
    with pytest.raises(UsageError, match="beach"):
        find_jobs(tmp_path, Settings(), Runner())
