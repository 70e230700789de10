"""The plan: a few questions, some weeks, and files for the calendar and for printing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import streamlit as st

from formcheck.coaching.calendar import calendar_text
from formcheck.coaching.plan import MOST_KM, Focus, Plan, Trainee, next_monday
from formcheck.coaching.plan_rules import LEVELS, Level, plan_rules
from formcheck.coaching.plan_text import to_json_text, total_words, week_words
from formcheck.coaching.plan_weeks import plan_weeks
from formcheck.errors import FormCheckError
from formcheck.history.progress import focus_of, recent
from formcheck.report.plan_page import page_text, plan_markup
from formcheck.ui.parts import history, units
from formcheck.ui.parts.keep import whose
from formcheck.ui.parts.look import panel
from formcheck.ui.parts.words import plain
from formcheck.ui.session import visit

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
USUAL_DAYS = ("Mon", "Wed", "Fri", "Sun")
GOALS = {
    "No race": None, "5 km": 5.0, "10 km": 10.0, "Half marathon": 21.0975, "Marathon": 42.195,
}  # fmt: skip
USUAL_WEEKS = 4
WEEK, REASONS = "ui/templates/week.html", "ui/templates/reasons.html"
PLAN = "plan-made"  # key in the session: the latest plan, and for whom


@dataclass(frozen=True)
class PlanForm:
    """The answers in the form."""

    level: Level
    days: tuple[str, ...]
    weekly_km: float | None
    longest_km: float | None
    goal: str
    race: date | None
    start: date
    weeks: int
    name: str
    hurts: bool


def plan_section() -> None:
    """Ask for the inputs of a plan, create it, and show it with its files."""
    st.header("Your weeks", anchor=False)
    units.choose()
    with st.form("plan", border=True):
        asked = _ask()
        made = st.form_submit_button("Plan my weeks", type="primary", width="stretch")
    if made:
        st.session_state.pop(PLAN, None)
        try:
            plan = plan_weeks(trainee_of(asked), asked.start, asked.weeks)
            st.session_state[PLAN] = (plan, asked.name)
        except FormCheckError as error:
            st.error(plain(str(error)), icon=":material/info:")
    if PLAN in st.session_state:
        show_plan(*st.session_state[PLAN])


def _ask() -> PlanForm:
    level = st.pills(
        "You are",
        LEVELS,
        format_func=lambda id: plan_rules().levels[id].name,
        default="regular",
        key="plan-level",
    )
    days = st.pills(
        "Days you can train", WEEKDAYS, selection_mode="multi", default=USUAL_DAYS, key="plan-days"
    )
    left, right = st.columns(2)
    with left:
        weekly = units.ask_distance("A usual week", MOST_KM, 1.0, 0, "plan-weekly")
    with right:
        longest = units.ask_distance("Longest run of the last 30 days", MOST_KM, 0.5, 1, "plan-longest")
    left, right = st.columns(2)
    goal = left.selectbox("A race ahead", list(GOALS), key="plan-goal")
    race = right.date_input("Its day", None, key="plan-race", format="YYYY-MM-DD")
    left, right = st.columns(2)
    start = left.date_input(
        "The plan begins on", next_monday(date.today()), key="plan-start", format="YYYY-MM-DD"
    )
    most = plan_rules().phases.most_weeks
    weeks = right.number_input("Weeks", 1, most, USUAL_WEEKS, 1, key="plan-weeks")
    name = whose("Your name, as on the page Progress", "plan-name")
    _tell_focus()
    hurts = st.checkbox("Something hurts", key="plan-hurts")
    return PlanForm(
        level or "regular", tuple(days), weekly, longest, goal, race if isinstance(race, date) else None, start, weeks,
        name, hurts,
    )  # fmt: skip


def _tell_focus() -> None:
    """Show which clip's cues go into the week."""
    entry = visit().entry
    if entry and entry.analysis and entry.analysis.cues:
        words = " ".join(cue.say for cue in entry.analysis.cues)
        st.caption(f"The drills follow {plain(entry.label)}: {plain(words)}")
    else:
        st.caption(
            "With a name, the drills follow the cues of your last kept clip, and distances your watch's runs."
        )


def trainee_of(asked: PlanForm) -> Trainee:
    """Return who the week is for: from the form first, then from the history under the name."""
    known = history.shelf(asked.name)
    lately = recent(known.runs, datetime.combine(asked.start, time(), UTC))
    return Trainee(
        asked.level,
        tuple(WEEKDAYS.index(day) for day in asked.days),
        lately.weekly_km if asked.weekly_km is None else asked.weekly_km,
        lately.longest_km if asked.longest_km is None else asked.longest_km,
        GOALS[asked.goal],
        asked.race,
        focus=_focus_of_visit() or focus_of(known.sessions),
        hurts=asked.hurts,
        unit=units.distance_unit(),
    )


def _focus_of_visit() -> tuple[Focus, ...]:
    """Return what to work on according to the clip on the page Analyse."""
    entry = visit().entry
    if not (entry and entry.analysis):
        return ()
    measured = entry.analysis.measurements
    return tuple(
        Focus(cue.metric, cue.say, cue.drill, measured[cue.metric].value if cue.metric in measured else None)
        for cue in entry.analysis.cues
    )


def show_plan(plan: Plan, name: str) -> None:
    """Show the first week, the files, the other weeks, and the reasons for them."""
    first, *others = plan.weeks
    panel(plan_markup(WEEK, week=first), key="week")
    stem = f"formcheck-plan-{plan.start.isoformat()}"
    with st.container(horizontal=True):
        st.download_button(
            "For your calendar (.ics)", calendar_text(plan, datetime.now(UTC), name=name), f"{stem}.ics",
            "text/calendar", key="ics", type="primary",
        )  # fmt: skip
        st.download_button("To print (HTML)", page_text(plan, name), f"{stem}.html", "text/html", key="page")
        st.download_button(
            "As data (JSON)", to_json_text(plan), f"{stem}.json", "application/json", key="json"
        )
    for k, week in enumerate(others, 2):
        with st.expander(f"{week_words(week)} · {total_words(week)}"):
            panel(plan_markup(WEEK, week=week), key=f"week-{k}")
    panel(plan_markup(REASONS, plan=plan), key="reasons")
