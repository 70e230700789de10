"""Rules of a week that hold for every runner, and the files it is written to."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formcheck.coaching import DRILLS
from formcheck.coaching.calendar import calendar_text, folded
from formcheck.coaching.plan import Focus, Trainee, plan_week
from formcheck.coaching.plan_rules import PLAN_FILE, plan_rules
from formcheck.coaching.plan_text import to_json, to_json_text, total_words
from formcheck.coaching.plan_weeks import plan_weeks
from formcheck.errors import UsageError
from formcheck.report.plan_page import page_text
from formcheck.wording import not_allowed

MONDAY = date(2026, 11, 30)
MADE = datetime(2026, 11, 29, 18, 0, tzinfo=UTC)
MOST_GROWTH, MOST_RUN = 1.10, 1.10  # what the article and Frandsen (2025) allow
SLACK = 1e-6

focuses = st.lists(
    st.builds(
        Focus,
        metric=st.sampled_from(["cadence", "trunk_lean", "knee_window"]),
        say=st.just("Take quicker steps."),
        drill=st.sampled_from([*DRILLS, "no_such_drill"]),
        value=st.none() | st.floats(130, 200),
    ),
    max_size=2,
).map(tuple)
distances = st.none() | st.just(0.0) | st.floats(0.1, 200)
trainees = st.builds(
    Trainee,
    level=st.sampled_from(["new", "regular", "trained"]),
    days=st.sets(st.integers(0, 6), min_size=1).map(sorted).map(tuple),
    weekly_km=distances,
    longest_km=st.none() | st.just(0.0) | st.floats(0.1, 60),
    goal_km=st.none() | st.floats(0.4, 100),
    race=st.none() | st.dates(date(2027, 1, 1), date(2027, 1, 12)),
    pace_min_per_km=st.none() | st.floats(3, 12),
    focus=focuses,
    hurts=st.sampled_from([False] * 19 + [True]),
)
starts = st.dates(date(2026, 12, 20), date(2027, 1, 1))
thousands = settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@thousands
@given(trainees, starts)
def test_no_week_breaks_a_rule(trainee, start):
    week = plan_week(trainee, start)
    assert [day.date for day in week.days] == [start + timedelta(k) for k in range(7)]
    keeps_the_days(week)
    keeps_the_limits(week)
    keeps_hard_days_apart(week)
    assert week.km >= least_km(week)
    assert all(day.why for day in week.days)
    assert not trainee.hurts or all(day.rests for day in week.days)


def keeps_the_days(week):
    """Never more than the days given, none but these, always a day of rest, none before the race."""
    trained = [day for day in week.days if not day.rests]
    assert {day.date.weekday() for day in trained} <= set(week.trainee.days)
    assert len(trained) <= min(6, len(week.trainee.days))
    assert all(day.km == 0 for day in week.days if day.rests)
    race = week.trainee.race or date.max
    in_this_week = race < week.start + timedelta(7)
    assert not (in_this_week and any(day.hard or day.date >= race - timedelta(1) for day in trained))


def used_to(trainee):
    """What a runner is used to, worked out here from what was told: km of a week, km of the longest run."""
    usual, longest, days = trainee.weekly_km, trainee.longest_km, len(trainee.days)
    longest = 0 if longest is not None and longest < 0.5 else longest
    usual = longest * min(2, days) if usual is None and longest else usual
    usual = 0 if usual is not None and usual < 1 else usual
    level = ["new", "regular", "trained"].index(trainee.level)
    if not usual:
        told_nothing = trainee.weekly_km is None and trainee.longest_km is None
        return [(9, 3), (15, 5), (30, 10)][level if told_nothing else 0]
    return usual, longest or max(usual / max(3, days), min(3, usual))


def keeps_the_limits(week):
    """Distances grow by no more than is allowed, worked out here from what the runner told."""
    usual, longest = used_to(week.trainee)
    assert week.km <= usual * MOST_GROWTH + SLACK
    assert all(0 <= day.km <= longest * MOST_RUN + SLACK for day in week.days)
    assert week.km <= week.week_cap_km + SLACK
    assert all(day.km <= week.run_cap_km + SLACK for day in week.days)


def least_km(week):
    """What a week must hold: 80 % of the usual one, or as much as the days and the longest run allow."""
    usual, longest = used_to(week.trainee)
    if week.phase in ("taper", "race", "rest") or longest < 0.6:
        return 0.0
    runs = min(6, len(week.trainee.days))
    tenths_lost = 0.1 * runs
    return min(0.8 * usual, runs * longest) - tenths_lost


def keeps_hard_days_apart(week):
    """No hard day beside another, over the week's end too; no more of anything than the article has."""
    hard = [day.hard for day in week.days]
    assert not any(hard[k] and hard[(k + 1) % 7] for k in range(7))
    assert sum(hard) <= plan_rules().levels[week.trainee.level].most_hard
    counts = Counter(what for day in week.days for what in day.counts)
    for what, most in (
        ("sprints", 2),
        ("hiit", 3),
        ("plyometrics", 3),
        ("strength", 3),
        ("long_or_tempo", 2),
    ):
        assert counts[what] <= most, what
    assert sum(day.km for day in week.days if day.hard) <= 0.5 * week.week_cap_km + SLACK


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trainees, starts)
def test_every_word_may_be_said_and_every_file_is_whole(trainee, start):
    week = plan_week(trainee, start)
    for text in [*week.notes, *(part.text for day in week.days for part in day.parts)]:
        assert not not_allowed(text), text
        assert "{" not in text and "nan" not in text.split()
    events = events_of(calendar_text(week, MADE))
    assert len(events) == sum(not day.rests for day in week.days)
    assert json.loads(to_json_text(week)) == json.loads(json.dumps(to_json(week)))


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(trainees, starts, st.integers(1, 9))
def test_no_plan_breaks_a_rule_in_any_of_its_weeks(trainee, start, count):
    plan = plan_weeks(trainee, start, count)
    assert [week.start for week in plan.weeks] == [start + timedelta(7 * k) for k in range(len(plan.weeks))]
    fullest, longest = used_to(trainee)
    runs = [longest]
    for week in plan.weeks:
        keeps_the_days(week)
        keeps_hard_days_apart(week)
        assert week.km <= fullest * MOST_GROWTH + SLACK
        assert max(day.km for day in week.days) <= max(runs[-4:]) * MOST_RUN + SLACK
        assert week.km >= least_km(replace(week, trainee=trainee))
        fullest, runs = max(fullest, week.km), [*runs, max([day.km for day in week.days])]
    assert len(plan.weeks) == count or plan.weeks[-1].phase in ("race", "rest")


@pytest.mark.parametrize("days", [(0, 2, 4, 6), (1, 3, 6), tuple(range(7))])
@pytest.mark.parametrize("usual", [12.0, 24.0, 40.0, 70.0])
@pytest.mark.parametrize("level", ["new", "regular", "trained"])
def test_a_blank_longest_run_leaves_the_usual_week_whole(level, usual, days):
    week = plan_week(Trainee(level, days, weekly_km=usual), MONDAY)
    assert 0.8 * usual <= week.km <= 1.1 * usual


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [
        ({}, 12, 15), ({"longest_km": 10.0}, 16, 22), ({"weekly_km": 0.0}, 7.2, 9), ({"weekly_km": 24.0}, 19.2, 26.4),
        ({"weekly_km": 24.0, "longest_km": 0.0}, 19.2, 26.4), ({"longest_km": 0.0}, 7.2, 9),
    ],
)  # fmt: skip
def test_a_blank_field_is_never_read_as_nothing(told, least, most):
    week = plan_week(Trainee("regular", (0, 2, 4, 6), **told), MONDAY)
    assert least <= week.km <= most
    assert len(week.notes) >= 1


def test_every_fourth_week_is_lighter_and_the_next_does_not_grow():
    plan = plan_weeks(Trainee("regular", (0, 2, 4, 6), 20, 8), MONDAY, 8)
    assert [week.phase for week in plan.weeks] == [
        "build", "build", "build", "lighter", "steady", "build", "build", "lighter",
    ]  # fmt: skip
    km = [week.km for week in plan.weeks]
    assert km[3] < min(km[:3]) and km[4] <= max(km[:3]) + SLACK


def test_a_race_has_less_training_before_it():
    race = date(2027, 1, 9)
    trainee = Trainee("regular", (0, 2, 4, 5, 6), 40, 15, goal_km=21.1, race=race)
    plan = plan_weeks(trainee, MONDAY, 12)
    assert [week.phase for week in plan.weeks][-2:] == ["taper", "race"] and len(plan.weeks) == 6
    before, taper, last = (week.km for week in plan.weeks[-3:])
    assert 0.4 * 40 <= taper <= 0.6 * 44 and last <= 0.4 * 44 < before
    assert any("Bosquet 2007" in note for note in plan.weeks[-2].notes)
    short = plan_weeks(replace(trainee, goal_km=5.0), MONDAY, 12)
    assert [week.phase for week in short.weeks][-2:] == ["steady", "race"]


def test_easy_days_have_strides_and_every_session_its_reason():
    plan = plan_weeks(Trainee("regular", (0, 2, 4, 6), 20, 8), MONDAY, 4)
    easy = [day for day in plan.days if day.kind == "easy"]
    assert easy and all(any("4 strides of 40 m" in part.text for part in day.parts) for day in easy)
    assert len({day.why for day in plan.days}) >= 4


@pytest.mark.parametrize("count", [0, 17, -3])
def test_a_plan_of_no_weeks_or_of_a_year_is_no_plan(count):
    with pytest.raises(UsageError, match="1 to 16 weeks"):
        plan_weeks(Trainee("regular", (0, 2)), MONDAY, count)


def test_the_same_runner_and_day_give_the_same_bytes():
    one, other = (plan_week(Trainee("regular", (0, 2, 4, 6), 30, 10), MONDAY) for _ in range(2))
    assert one == other
    assert calendar_text(one, MADE) == calendar_text(other, MADE)
    assert page_text(one) == page_text(other) and to_json_text(one) == to_json_text(other)


def test_with_every_day_free_a_trained_runner_gets_the_articles_week():
    week = plan_week(Trainee("trained", tuple(range(7)), 38, 14), MONDAY)
    assert [day.kind for day in week.days] == [
        "sprint",
        "strength",
        "hills",
        "rest",
        "hiit",
        "agility",
        "long",
    ]
    texts = [part.text for day in week.days for part in day.parts]
    for dose in (
        "6 × 60 m",
        "3 × 30 m",
        "4 × 6",
        "3 × 10",
        "3 × 8",
        "8 × 100 m",
        "30 s fast, 60 s easy, for 20 min",
    ):
        assert any(dose in text for text in texts), dose
    assert 40 <= week.days[6].minutes - 8 <= 60  # besides the drills


def test_a_beginner_starts_smaller():
    week = plan_week(Trainee("new", tuple(range(7)), 15, 5), MONDAY)
    assert sum(day.hard for day in week.days) <= 1
    assert sum(not day.rests for day in week.days) == 4
    assert not any("Box jumps" in part.text for day in week.days for part in day.parts)


def test_a_cue_changes_what_is_practised():
    plain = Trainee("regular", (0, 2, 4, 6), 30, 10)
    focus = (Focus("cadence", "Take quicker steps.", "fast_feet", 160.0),)
    told = [
        part.text
        for day in plan_week(Trainee(**{**vars(plain), "focus": focus}), MONDAY).days
        for part in day.parts
    ]
    drills = [text for text in told if "of drills" in text]
    assert drills and all("fast feet" in text for text in drills)
    assert any("168 steps/min" in text and "5 %" in text for text in told)
    assert not any("metronome" in part.text for day in plan_week(plain, MONDAY).days for part in day.parts)


@pytest.mark.parametrize(("drill", "day"), [("hip_thrust", "strength"), ("jump_rope", "strength")])
def test_a_cue_for_strength_or_jumps_finds_its_day(drill, day):
    focus = (Focus("knee_window", "Build hip strength.", drill),)
    week = plan_week(Trainee("regular", (0, 2, 4, 6), 30, 10, goal_km=10, focus=focus), MONDAY)
    assert [
        each.kind
        for each in week.days
        if any(part.text.startswith(DRILLS[drill].name + ":") for part in each.parts)
    ] == [day]


def test_a_long_goal_asks_for_tempo_and_says_how_far_it_is():
    week = plan_week(Trainee("regular", tuple(range(7)), 30, 10, goal_km=21.1), MONDAY)
    assert "tempo" in [day.kind for day in week.days]
    assert any("8 weeks" in note for note in week.notes)  # 10 km growing by a tenth: 21.4 km after 8


def test_both_limits_are_told_with_their_evidence():
    said = " ".join(plan_week(Trainee("regular", (0, 2, 4, 6), 30, 10), MONDAY).notes)
    assert "Frandsen 2025" in said and "5205" in said and "weak" in said
    assert "11.0 km" in said and "32.4 km" in said


def test_the_file_holds_both_limits_to_the_metre():
    """8 % more than 30.35 km a week, a tenth more than 10.35 km at once."""
    week = plan_week(Trainee("regular", (0, 2, 4, 6), 30.35, 10.35), MONDAY)
    assert to_json(week)["weeks"][0]["limits"] == {"week_km": 32.778, "run_km": 11.385}


def test_pain_is_for_a_professional():
    week = plan_week(Trainee("regular", (0, 2, 4), 30, 10, hurts=True), MONDAY)
    assert all(day.rests for day in week.days)
    assert "physiotherapist" in week.notes[0]


@pytest.mark.parametrize(
    "changes",
    [
        {"level": "heroic"}, {"days": ()}, {"days": (7,)}, {"weekly_km": -1.0}, {"longest_km": 4000.0},
        {"pace_min_per_km": 0.5},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(changes):
    with pytest.raises(UsageError):
        Trainee(**{"level": "regular", "days": (0, 2), **changes})


def test_a_race_that_is_over_is_no_goal():
    with pytest.raises(UsageError, match="before the week"):
        plan_week(Trainee("regular", (0, 2), race=date(2026, 11, 1)), MONDAY)


def test_every_number_of_the_data_names_its_source():
    assert plan_rules()  # checked when read
    data = tomllib.loads(PLAN_FILE.read_text(encoding="utf-8"))
    rows = [row for entry in data.values() for row in (entry if isinstance(entry, list) else [entry])]
    keys = {key for row in [*rows, data["words"]["notes"]] for _, key in row["sources"]}
    assert {key for key in keys if not re.search(r" (19|20)\d\d$", key)} == {"article", "own"}


def test_every_drill_of_the_plan_is_in_the_library():
    rules = plan_rules()
    named = {
        piece.drill for rule in rules.sessions.values() for pieces in rule.pieces.values() for piece in pieces
    }
    assert named - {""} <= set(DRILLS)


def test_every_sentence_of_the_data_may_be_said():
    rules = plan_rules()
    texts = [*rules.words.values(), *rules.notes.values(), *(each.say for each in rules.advice)]
    texts += [
        piece.text for rule in rules.sessions.values() for pieces in rule.pieces.values() for piece in pieces
    ]
    assert not [text for text in texts if not_allowed(text)]


def events_of(text):
    """Read an iCalendar file by the letter of RFC 5545: events as dicts of unescaped values."""
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert "VERSION:2.0" in lines and any(line.startswith("PRODID:") for line in lines)
    events, event = [], None
    for line in lines[1:-1]:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            event = []
        elif line == "END:VEVENT":
            events.append(event)
            event = None
        elif event is not None:
            event.append((name, re.sub(r"\\(.)", lambda sign: {"n": "\n"}.get(sign[1], sign[1]), value)))
    assert event is None
    told = [dict(each) for each in events]
    assert [len(each) for each in told] == [len(each) for each in events]  # nothing is said twice
    assert all({"UID", "DTSTAMP", "SUMMARY"} <= set(each) for each in told)
    assert len({each["UID"] for each in told}) == len(told)
    return told


def test_the_calendar_says_what_the_plan_says():
    week = plan_week(Trainee("regular", (0, 2, 4, 6), 30, 10), MONDAY)
    trained = [day for day in week.days if not day.rests]
    for event, day in zip(events_of(calendar_text(week, MADE)), trained, strict=True):
        assert event["DTSTART;VALUE=DATE"] == day.date.strftime("%Y%m%d")
        assert event["DTEND;VALUE=DATE"] == (day.date + timedelta(1)).strftime("%Y%m%d")
        assert event["DTSTAMP"] == "20261129T180000Z"
        assert event["DESCRIPTION"].split("\n") == [*(part.text for part in day.parts), day.why]


def test_a_plan_of_weeks_is_whole_in_every_file():
    plan = plan_weeks(Trainee("regular", (0, 2, 4, 6), 30, 10), MONDAY, 5)
    trained = [day for day in plan.days if not day.rests]
    assert len(events_of(calendar_text(plan, MADE))) == len(trained)
    record = to_json(plan)
    assert (len(record["days"]), len(record["weeks"])) == (35, 5)
    assert [each["phase"] for each in record["weeks"]] == ["build"] * 3 + ["lighter", "steady"]
    page = Page(page_text(plan))
    assert not page.open and "5 training weeks" in page.words
    assert all(f"Week of {day}" in page.words for day in ("30 November", "7 December", "28 December"))


def test_sessions_can_have_an_hour():
    week = plan_week(Trainee("regular", (0, 2, 4, 6), 30, 10), MONDAY)
    event = events_of(calendar_text(week, MADE, time(18, 30)))[0]
    assert event["DTSTART"].endswith("T183000")
    assert re.fullmatch(r"PT\d+M", event["DURATION"])


def test_a_newer_plan_of_a_day_replaces_the_older_and_another_runners_stays():
    first = plan_week(Trainee("regular", (0, 2, 4, 6), 30, 10), MONDAY)
    second = plan_week(Trainee("new", (0, 2, 4, 6), 12, 4), MONDAY)
    ids = [
        {each["UID"] for each in events_of(calendar_text(week, MADE, name="Ada"))} for week in (first, second)
    ]
    assert ids[0] == ids[1]
    assert not ids[0] & {each["UID"] for each in events_of(calendar_text(first, MADE, name="Bob"))}


@given(st.text(max_size=150))
def test_folding_loses_nothing_and_splits_no_character(text):
    line = "X:" + text.replace("\r", "").replace("\n", "")
    assert folded(line).replace("\r\n ", "") == line
    assert all(len(each.encode()) <= 75 for each in folded(line).split("\r\n"))


class Page(HTMLParser):
    """Which tags open and close, what is asked for elsewhere, and the text."""

    def __init__(self, html):
        super().__init__()
        self.open, self.outside, self.words = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.outside += [value for name, value in attrs if name in ("src", "href")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data


def test_the_page_needs_nothing_else_and_hides_nothing():
    week = plan_week(Trainee("regular", (0, 2, 4, 6), 30, 10), MONDAY)
    page = Page(page_text(week, "<b>Ada</b> & Co"))
    assert not page.open and not page.outside
    assert "<b>Ada</b> & Co" in page.words
    assert "url(" not in page.words and "@import" not in page.words
    for text in [*week.notes, *(part.text for day in week.days for part in day.parts)]:
        assert text in page.words
    assert all(day.why in page.words for day in week.days)
    assert "not medical advice" in page.words


# --- in miles ----------------------------------------------------------------------------


def in_miles():
    """Return the same plan in km and in miles."""
    told = Trainee("regular", (0, 2, 4, 6), 24.0, 9.0, 42.195, date(2027, 4, 25))
    return tuple(plan_weeks(replace(told, unit=unit), date(2026, 11, 30), 4) for unit in ("km", "miles"))


def test_a_plan_in_miles_is_the_same_plan():
    metric, imperial = in_miles()
    assert [day.km for day in metric.days] == [day.km for day in imperial.days]
    assert total_words(metric.weeks[0]).startswith(f"{metric.weeks[0].km:.1f} km of running")
    assert total_words(imperial.weeks[0]).startswith(
        f"{imperial.weeks[0].km / 1.609344:.1f} miles of running"
    )


def test_nothing_in_a_plan_in_miles_speaks_of_kilometres():
    metric, imperial = in_miles()
    assert " km" in page_text(metric) and " km" in calendar_text(metric, MADE)
    assert not re.search(r"\bkm\b", page_text(imperial)) and not re.search(
        r"\bkm\b", calendar_text(imperial, MADE)
    )
    assert "26.2 miles is" in page_text(imperial)
