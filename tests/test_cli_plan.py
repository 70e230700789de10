"""`formcheck plan` and `formcheck history`, run as a user runs them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

import builders
import fit_files
from formcheck.cli import main as cli
from formcheck.cli.plan import goal_of, pace_of, weekdays_of
from formcheck.coaching.plan import next_monday
from formcheck.errors import UsageError
from formcheck.export import to_json_text
from formcheck.history.records import Practice
from formcheck.history.store import FOLDER, History

DAY = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def clip(cadence, sha):
    made = builders.analysis(cadence=cadence)
    return replace(made, clip=replace(made.clip, sha256=sha * 64))


def results(folder, cadence, sha):
    """Write the folder of an analysis as far as the history reads it."""
    folder.mkdir()
    (folder / "analysis.json").write_text(to_json_text(clip(cadence, sha)), encoding="utf-8")
    return folder


def run(capsys, *arguments):
    """Return exit code, stdout and stderr of a command."""
    code = cli.run([str(each) for each in arguments])
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return code, told.out, told.err


def test_a_week_on_the_terminal_and_in_files(data, capsys):
    code, out, _ = run(
        capsys, "plan", "--weekly-km", 24, "--longest-km", 9, "--days", "mon,wed,fri,sun", "--start", "2026-11-30",
        "--ics", data / "w.ics", "--html", data / "w.html", "--at", "18:30",
    )  # fmt: skip
    assert code == 0
    assert "Monday 30 November" in out and "not medical advice" in out and "▲ hard" in out
    assert "T183000" in (data / "w.ics").read_text()
    assert (data / "w.html").read_text().startswith("<!DOCTYPE html>")


def test_json_is_alone_on_stdout_and_the_same_twice(data, capsys):
    arguments = (
        "plan",
        "--json",
        "--start",
        "2026-11-30",
        "--weekly-km",
        24,
        "--longest-km",
        9,
        "--ics",
        data / "w.ics",
    )
    first, again = run(capsys, *arguments)[1], run(capsys, *arguments)[1]
    assert first == again
    week = json.loads(first)
    assert (week["format"], week["version"], len(week["days"])) == ("formcheck-plan", 2, 28)
    assert [each["phase"] for each in week["weeks"]] == ["build", "build", "build", "lighter"]


def test_the_plan_takes_cues_and_runs_from_the_history(capsys):
    with History() as history:
        history.add(clip(158, "a"), "Ada", DAY)
    for weeks in (1, 2, 3):
        when = datetime(2026, 11, 30, tzinfo=UTC) - timedelta(weeks=weeks)
        file = fit_files.run(when, seconds=60, speed=3.0)
        path = history.path.parent / f"{weeks}.fit"
        path.write_bytes(file)
        assert run(capsys, "history", "Ada", "--watch", path)[0] == 0
    code, out, _ = run(capsys, "plan", "--name", "Ada", "--start", "2026-11-30", "--json")
    told = json.loads(out)["for"]
    assert code == 0
    assert told["longest_km"] == pytest.approx(0.18)
    assert told["weekly_km"] == pytest.approx(0.18)  # a run in each of the three weeks that were kept
    assert {focus["drill"] for focus in told["focus"]} == {cue.drill for cue in builders.CUES}


@pytest.mark.parametrize(
    "wrong",
    [
        ("--days", "someday"), ("--days", "9"), ("--goal", "far"), ("--pace", "quick"), ("--start", "soon"),
        ("--level", "heroic"), ("--race", "2020-01-01"), ("--at", "noon", "--ics", "w.ics"), ("--weekly-km", "9000"),
        ("--weeks", "0"), ("--weeks", "99"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_sentence_and_code_2(wrong, capsys, monkeypatch, data):
    monkeypatch.chdir(data)
    code, out, err = run(capsys, "plan", *wrong)
    assert code == 2 and not out
    assert err.strip()


def test_days_goal_and_pace_as_people_write_them():
    assert weekdays_of("Mon, wed SUN") == (0, 2, 6)
    assert len(weekdays_of("5")) == 5
    assert (goal_of("half"), goal_of("10km"), goal_of("5,5")) == (21.0975, 10.0, 5.5)
    assert (pace_of("6:15"), pace_of("6.25")) == (6.25, 6.25)
    assert next_monday(date(2026, 11, 24)) == next_monday(date(2026, 11, 30)) == date(2026, 11, 30)
    with pytest.raises(UsageError):
        weekdays_of("t")


def test_history_from_two_folders_tells_real_from_noise(data, capsys):
    run(capsys, "history", "Ada", "--add", results(data / "a", 158, "a"), "--date", "2026-11-01")
    code, out, _ = run(
        capsys, "history", "Ada", "--add", results(data / "b", 170, "b"), "--date", "2026-12-01"
    )
    assert code == 0
    lines = {line.split("  ")[0].strip(): line for line in out.splitlines()}
    assert "real" in lines["Cadence"] and "+12" in lines["Cadence"]
    assert "within the noise" in lines["Forward lean"]
    assert "Take quicker, shorter steps" in out and "a real change" in out


def test_what_was_worked_on_is_noted_and_told(data, capsys):
    run(capsys, "history", "Ada", "--add", results(data / "a", 158, "a"))
    code, out, _ = run(capsys, "history", "Ada", "--worked", "cadence")
    assert code == 0 and "noted as worked on once" in out and "not measured again yet" in out
    assert run(capsys, "history", "Ada", "--worked", "charm")[0] == 2


def test_watch_values_stand_beside_the_videos(data, capsys):
    run(capsys, "history", "Ada", "--add", results(data / "a", 162, "a"), "--date", "2026-11-01")
    (data / "run.fit").write_bytes(fit_files.run(DAY, steps_per_min=163.0))
    code, out, _ = run(capsys, "history", "Ada", "--watch", data / "run.fit")
    assert code == 0 and "doubled" in out
    assert "run.fit of 01 Nov 2026" in out
    assert "163.0 steps/min" in out and ("they agree" in out or "they differ" in out)


def test_export_delete_and_import(data, capsys):
    run(capsys, "history", "Ada", "--add", results(data / "a", 158, "a"))
    with History() as history:
        history.put(Practice(DAY, "cadence"), "Ada")
    assert run(capsys, "history", "Ada", "--export", data / "ada.json")[0] == 0
    assert run(capsys, "history", "Ada", "--export", "-")[1] == (data / "ada.json").read_text()
    assert "deleted" in run(capsys, "history", "Ada", "--delete", "--yes")[1]
    assert "Nothing is kept" in run(capsys, "history", "Ada")[1]
    assert run(capsys, "history", "Bob", "--import", data / "ada.json")[0] == 0
    assert run(capsys, "history")[1] == "Bob\n"


def test_what_cannot_be_read_is_one_sentence_and_code_4(data, capsys):
    (data / "junk.fit").write_bytes(b"junk")
    for arguments in (
        ("--watch", data / "junk.fit"),
        ("--add", data / "none"),
        ("--import", data / "junk.fit"),
    ):
        code, _, err = run(capsys, "history", "Ada", *arguments)
        assert code == 4 and err.count("\n") == 1, arguments


def test_nothing_can_be_done_to_nobodys_history(capsys):
    assert run(capsys, "history", "--delete")[0] == 2
    assert "Nothing is kept yet" in run(capsys, "history")[1]
