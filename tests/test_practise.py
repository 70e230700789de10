"""Practice that fades: its schedule, its target, its feedback, and whether a change stayed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

import builders
from formcheck.cli import main as cli
from formcheck.coaching.practise import begin, course_rules, days_of, focuses, needed, standing
from formcheck.errors import UsageError
from formcheck.export import to_json_text
from formcheck.history.practise import course_calendar, next_words, run_of_session, verdict_words
from formcheck.history.records import Session
from formcheck.history.store import FOLDER, History
from formcheck.live.cues import NOTHING
from formcheck.live.guide import Guide
from formcheck.types import Measurement
from formcheck.wording import not_allowed

MONDAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


def cadence(value):
    return Measurement("cadence", "steps/min", value, value - 0.6, value + 0.6, 20)


def course(value=160.0, weeks=3):
    return begin("cadence", cadence(value), "first.mp4", MONDAY, weeks, NOW)


def clip(value, day):
    return Session(NOW + timedelta(days=day), f"{day}.mp4", f"{day:064d}", {"cadence": cadence(value)})


def after(values, made=None):
    """Return a course and its runs: the cadence of each session, None = not filmed; the ninth is 40 days on."""
    made, runs = made or course(), []
    for k, value in enumerate(values):
        day = 40 if k == 8 else 2 * k
        found = None if value is None else clip(value, day)
        runs.append(run_of_session(made, runs, NOW + timedelta(days=day), found))
    return made, runs


@pytest.mark.parametrize("weeks", [2, 3, 4])
def test_eight_sessions_grow_from_15_to_30_minutes_and_their_feedback_fades(weeks):
    made = course(weeks=weeks)
    days = [date.fromisoformat(day) for day in made.days]
    assert len(days) == 8 and days[0] == MONDAY and days[-1] < MONDAY + timedelta(weeks=weeks)
    assert all(a < b for a, b in zip(days, days[1:]))
    assert (course_rules().minutes[0], course_rules().minutes[-1]) == (15, 30) and list(
        course_rules().minutes
    ) == sorted(course_rules().minutes)
    assert course_rules().feedback[:4] == (1.0,) * 4
    assert all(a > b for a, b in zip(course_rules().feedback[3:], course_rules().feedback[4:]))
    assert made.retention_day == days[-1] + timedelta(28)


@pytest.mark.parametrize("weeks", [1, 5])
def test_a_course_lasts_two_to_four_weeks(weeks):
    with pytest.raises(UsageError, match="2 to 4 weeks"):
        course(weeks=weeks)


def test_a_cadence_target_is_five_per_cent_more_and_beyond_the_noise():
    made = course(160.0)
    assert made.target == pytest.approx(168.0)
    assert made.target - 160.0 > needed(made.baseline)


def test_an_unsure_clip_gives_no_target():
    unsure = Measurement("cadence", "steps/min", 160.0, 140.0, 180.0, 20)
    with pytest.raises(UsageError, match="too uncertain"):
        begin("cadence", unsure, "c.mp4", MONDAY, 3, NOW)


@pytest.mark.parametrize(("lean", "direction"), [(16.0, -1), (-3.0, 1)])
def test_a_lean_goes_to_the_nearer_end_of_its_range(lean, direction):
    found = Measurement("trunk_lean", "deg", lean, lean - 2, lean + 2, 20)
    target = begin("lean", found, "c.mp4", MONDAY, 3, NOW).target
    assert (target - lean) * direction >= needed(found) - 1e-9


def test_a_lean_inside_its_range_is_no_reason_to_practise():
    with pytest.raises(UsageError, match="no reason"):
        begin("lean", Measurement("trunk_lean", "deg", 6.0, 4.0, 8.0, 20), "c.mp4", MONDAY, 3, NOW)


@pytest.mark.parametrize(
    ("values", "verdict", "says"),
    [
        ([None, None, None], "open", "is known once"),
        ([None] * 7 + [168.0], "after", "a real change"),
        ([None] * 7 + [168.0, 167.5], "stayed", "Changed and stayed"),
        ([None] * 7 + [168.0, 160.5], "went_back", "Changed and went back"),
        ([None] * 7 + [160.8, 160.5], "none", "No real change"),
        ([None] * 8 + [152.0], "none", "No real change"),  # a real change, away from the target
        ([None] * 4 + [168.0, None, None, None, 160.2], "went_back", "Changed and went back"),
    ],
)
def test_whether_a_change_stayed_is_told_by_the_noise_of_one_runner(values, verdict, says):
    made, runs = after(values)
    assert standing(made, runs).verdict == verdict
    assert says in verdict_words(made, runs)
    assert not not_allowed(verdict_words(made, runs))


def test_the_next_session_is_told_until_all_are_done():
    made, runs = after([None] * 5)
    assert standing(made, runs).number == 6
    assert "26 min" in next_words(made, runs) and "50 %" in next_words(made, runs)
    made, runs = after([None] * 8 + [165.0])
    assert standing(made, runs).number is None
    with pytest.raises(UsageError, match="All sessions"):
        run_of_session(made, runs, NOW + timedelta(days=60))


@pytest.mark.parametrize(
    ("day", "session", "says"), [(15, clip(166.0, 15), "from"), (40, None, "Only a clip")]
)
def test_what_stayed_needs_a_clip_a_week_later(day, session, says):
    made, runs = after([None] * 8)
    with pytest.raises(UsageError, match=says):
        run_of_session(made, runs, NOW + timedelta(days=day), session)


def test_the_calendar_holds_every_session_drills_between_and_the_last_run():
    made = course()
    days = days_of(made, "168 steps/min").days
    assert [day.kind for day in days].count("practise") == 8 and days[-1].kind == "retention"
    assert len({day.date for day in days}) == len(days) and any(day.kind == "drills" for day in days)
    assert [day.date for day in days] == sorted(day.date for day in days)
    text = course_calendar(made, "Ada", NOW)
    assert text.count("BEGIN:VEVENT") == len(days)
    assert all(not not_allowed(part.text) for day in days for part in day.parts)


# --- live ------------------------------------------------------------------------------------------------------------


def guide(share=0.5):
    focus = focuses()["cadence"]
    return Guide("cadence", 160.0, 168.0, share, 120.0, focus.up, focus.down, focus.there)


def seen(value):
    return SimpleNamespace(measurements={"cadence": cadence(value)}, refusal=None)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_feedback_is_there_for_its_share_of_a_session(share):
    shown = [guide(share).shows(second) for second in range(1200)]
    assert sum(shown) / len(shown) == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(("value", "says"), [(160.0, "quicker"), (167.0, "That is it"), (175.0, "slower")])
def test_feedback_says_which_way_the_target_lies(value, says):
    assert says in guide().board(seen(value), 5.0, 10.0, NOTHING).line.words


def test_without_feedback_nothing_is_said_and_the_same_words_are_not_new():
    assert not guide().board(seen(160.0), 5.0, 70.0, NOTHING).line
    line = guide().board(seen(160.0), 5.0, 10.0, NOTHING).line
    assert guide().board(seen(161.0), 9.0, 14.0, line).line.since == 5.0


# --- kept and on the command line ------------------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER, str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


def folder(data, value, sha):
    made = builders.analysis(cadence=value)
    place = data / sha
    place.mkdir()
    (place / "analysis.json").write_text(
        to_json_text(replace(made, clip=replace(made.clip, sha256=sha * 64))), encoding="utf-8"
    )
    return place


def run(capsys, *arguments):
    code = cli.run(["practise", *map(str, arguments)])
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    return code, told.out, told.err


def test_a_course_from_the_first_clip_to_the_verdict(data, capsys):
    code, out, _ = run(
        capsys, "start", "Ada", "--baseline", folder(data, 160, "a"), "--date", "2026-11-30", "--weeks", "2"
    )
    assert code == 0 and "target 168" in out and "Crowell & Davis 2011" in " ".join(out.split())
    for day in range(7):
        assert run(capsys, "record", "Ada", "--date", f"2026-12-{day + 1:02d}")[0] == 0
    code, out, _ = run(capsys, "record", "Ada", "--add", folder(data, 169, "b"), "--date", "2026-12-12")
    assert code == 0 and "a real change" in out
    assert run(capsys, "record", "Ada", "--add", folder(data, 168, "c"), "--date", "2026-12-13")[0] == 2
    code, out, _ = run(capsys, "record", "Ada", "--add", data / "c", "--date", "2027-01-09")
    assert code == 0 and "Changed and stayed" in out
    assert "All sessions are done." in run(capsys, "next", "Ada")[1]
    assert run(capsys, "calendar", "Ada", "-o", data / "p.ics")[0] == 0
    assert (data / "p.ics").read_text().startswith("BEGIN:VCALENDAR")


def test_nobody_practises_under_an_unknown_name(data, capsys):
    code, out, err = run(capsys, "status", "Bob")
    assert code == 2 and not out and "practise start" in err


def test_a_course_survives_export_and_import(data):
    made, runs = after([None] * 7 + [168.0])
    with History() as history:
        history.put(made, "Ada")
        history.put_all(runs, "Ada")
        text = history.export("Ada")
        assert history.take_in(text, "Bob") == 9
        assert history.courses("Bob") == history.courses("Ada")
        assert standing(history.courses("Bob")[0], history.course_runs("Bob")).verdict == "after"
        assert history.course_runs("Bob") == history.course_runs("Ada")
