"""FIT files with several activities, or without a word of which sport it was: each run by itself, nothing merged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import fit_files
from fit_files import CYCLING, RUNNING, SWIMMING, TRANSITION
from formcheck.errors import UnreadableInput
from formcheck.history.watch import read_activities

pytest.importorskip("fitdecode")
DAY = datetime(2026, 3, 1, 7, 0, tzinfo=UTC)


def read(*legs):
    """Read a file of several legs that follow each other."""
    messages = [fit_files.begun(DAY), *(message for each in legs for message in each)]
    return read_activities(fit_files.fit_file(messages), "file.fit", DAY)


def legs(*sports, **more):
    """Return legs of ten minutes, one after the other; cadence and speed are those of the sport."""
    usual = {RUNNING: (83, 3.0), CYCLING: (95, 8.5), SWIMMING: (30, 1.0), TRANSITION: (0, 0.5)}
    begins = (DAY + timedelta(minutes=10 * k) for k in range(len(sports)))
    return [
        fit_files.leg(begin, sport, cadence=usual[sport][0], speed=usual[sport][1], **more)
        for begin, sport in zip(begins, sports)
    ]


def test_a_triathlon_gives_its_run_and_names_the_rest():
    found = read(*legs(SWIMMING, TRANSITION, CYCLING, TRANSITION, RUNNING))
    (run,) = found.runs
    assert run.when == DAY + timedelta(minutes=40)
    assert run.distance_km == pytest.approx(0.36) and run.minutes == pytest.approx(2.0)
    assert run.values["cadence"].value == 166 and run.values["cadence"].n == 120
    assert [each.split(":")[0] for each in found.left_out] == [
        "Left out swimming", "Left out transition", "Left out cycling", "Left out transition",
    ]  # fmt: skip


def test_two_runs_of_one_file_stay_two():
    found = read(*legs(RUNNING, CYCLING, RUNNING))
    assert [run.when for run in found.runs] == [DAY, DAY + timedelta(minutes=20)]
    assert [run.distance_km for run in found.runs] == pytest.approx([0.36, 0.36])
    assert len({run.key for run in found.runs}) == 2


def test_sessions_written_at_the_end_hold_the_records_of_their_own_time():
    """As watches do that write every summary last."""
    parts = legs(CYCLING, RUNNING)
    last = [message for part in parts for message in part if message[0] == fit_files.SESSION]
    before = [message for part in parts for message in part if message[0] != fit_files.SESSION]
    (run,) = read(before, last).runs
    assert (run.when, run.values["cadence"].n) == (DAY + timedelta(minutes=10), 120)


def test_without_sessions_a_sport_message_begins_an_activity():
    found = read(*legs(CYCLING, RUNNING, session=False))
    (run,) = found.runs
    assert run.values["cadence"].value == 166 and run.distance_km == pytest.approx(0.357)
    assert "cycling" in found.left_out[0]


def test_a_ride_without_session_is_no_run():
    """Pedalling at 95 would be a cadence of 190."""
    with pytest.raises(UnreadableInput, match="cycling"):
        read(*legs(CYCLING, session=False))


def test_a_ride_that_says_nothing_of_its_sport_is_no_run():
    (ride,) = legs(CYCLING, session=False)
    with pytest.raises(UnreadableInput, match="does not say that it was a run"):
        read([message for message in ride if message[0] != fit_files.SPORT])


def test_a_run_that_says_nothing_of_its_sport_is_known_by_what_is_measured_of_runners():
    (run,) = legs(RUNNING, session=False, stance_time=251.0)
    (found,) = read([message for message in run if message[0] != fit_files.SPORT]).runs
    assert found.values["cadence"].value == 166


def test_an_outing_in_which_little_was_run_is_no_run():
    """A watch left on for a whole day, with a belt that measures the bounce."""
    day = fit_files.leg(DAY, 0, cadence=55, speed=1.5, seconds=300, vertical_oscillation=60.0)
    run = fit_files.leg(DAY + timedelta(minutes=5), 0, seconds=100, vertical_oscillation=87.7, session=False)
    with pytest.raises(UnreadableInput, match="most of it was none|not that of running"):
        read([*day[:-1], *run[1:], day[-1]])


def test_a_clock_that_was_not_set_is_said():
    """Such a watch counts the seconds since it was switched on."""
    begin = fit_files.EPOCH - timedelta(days=1)
    messages = fit_files.leg(begin + timedelta(days=200), RUNNING)
    found = read_activities(
        fit_files.fit_file([fit_files.begun(begin + timedelta(days=200)), *messages]), "r.fit", DAY
    )
    assert found.runs[0].when == DAY and "clock was not set" in found.runs[0].notes[0]


def test_a_lap_tells_the_sport_too():
    (ride,) = legs(CYCLING, session=False)
    lap = (
        fit_files.LAP,
        {"timestamp": fit_files.at(DAY) + 120, "start_time": fit_files.at(DAY), "sport": CYCLING},
    )
    with pytest.raises(UnreadableInput, match="cycling"):
        read([*(message for message in ride if message[0] != fit_files.SPORT), lap])


def test_a_sport_without_a_name_is_named_by_its_number():
    with pytest.raises(UnreadableInput, match="unknown kind"):
        read(fit_files.leg(DAY, 213))
