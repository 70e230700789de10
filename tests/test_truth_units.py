"""What people say in km/h, centimetres and minutes reaches the formulas in SI units, on every way in."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from formcheck.batch.jobs import Settings, find_jobs
from formcheck.cli.options import runner_of
from formcheck.errors import UsageError
from formcheck.history.watch_cells import Decimals
from formcheck.history.watch_csv import recorded_in_csv
from formcheck.types import Runner
from movies import even, movie
from terminals import formcheck

SPOKEN = ("--height", 178, "--mass", 64.5, "--speed", 10.8)
MEANT = Runner(height_m=1.78, mass_kg=64.5, speed_mps=pytest.approx(3.0))


def test_kilometres_an_hour_and_centimetres():
    assert runner_of(178.0, 64.5, 10.8) == MEANT
    assert runner_of(None, None, None) == Runner()
    assert runner_of(None, None, 36.0).speed_mps == pytest.approx(10.0)


class Caught(UsageError):
    """Ends a command as soon as it has said what it was asked for."""


COMMANDS = {
    # command: (what it hands its runner to, the place of the runner among the arguments)
    "analyze": ("formcheck.pipeline.analyze", 1),
    "live": ("formcheck.live.engine.Engine", 0),
    "batch": ("formcheck.batch.run.Batch", 3),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_hands_on_what_it_was_told(capfd, monkeypatch, tmp_path, command):
    caught = []

    def catch(*arguments, **_):
        caught.append(arguments)
        raise Caught("caught")

    target, place = COMMANDS[command]
    monkeypatch.setattr(target, catch)
    clip = movie(tmp_path / "run.mp4", even(5))
    source = {"analyze": (clip,), "live": ("--source", clip), "batch": (tmp_path,)}[command]
    said = formcheck(capfd, command, *source, *SPOKEN, "-o", tmp_path / "out")
    assert said.code == 2 and "caught" in said.err
    assert caught[0][place] == MEANT


@pytest.mark.parametrize(
    "row, runner",
    [
        ("run.mp4,178,64.5,10.8", MEANT),
        ("run.mp4,,,", Runner(1.6, 50.0, 2.0)),
        ('run.mp4,"178,0",,"10,8"', Runner(1.78, 50.0, pytest.approx(3.0))),
    ],
)
def test_a_folders_table_is_in_centimetres_and_kilometres_an_hour(tmp_path, row, runner):
    movie(tmp_path / "run.mp4", even(5))
    (tmp_path / "clips.csv").write_text(f"clip,height_cm,mass_kg,speed_kmh\n{row}\n")
    (job,) = find_jobs(tmp_path, Settings(), Runner(1.6, 50.0, 2.0))
    assert job.runner == runner


def test_the_live_page_asks_in_centimetres_and_kilometres_an_hour():
    script = """
import streamlit as st
from formcheck.ui.parts.live_wishes import live_wishes
st.session_state["told"] = live_wishes().runner
"""
    test = AppTest.from_string(script, default_timeout=60).run()
    assert test.session_state["told"] == Runner()
    test.number_input(key="live-height").set_value(178.0)
    test.text_input(key="live-speed-km/h").set_value("10.8").run()
    assert test.session_state["told"] == Runner(height_m=1.78, speed_mps=pytest.approx(3.0))


def test_the_clips_page_asks_in_centimetres_kilograms_and_kilometres_an_hour():
    script = """
import streamlit as st
from formcheck.types import Runner
from formcheck.ui.parts import ask
st.session_state["told"] = ask._runner(Runner(), "clip")
"""
    test = AppTest.from_string(script, default_timeout=60).run()
    for key, value in {"height-clip": 178.0, "mass-clip": 64.5}.items():
        test.number_input(key=key).set_value(value)
    test.text_input(key="speed-clip-km/h").set_value("10.8").run()
    assert test.session_state["told"] == MEANT


HEAD = "Lap,Distance,Cadence,"
SPEEDS = {
    # heading and cell of a watch's table: metres a second
    ("Avg Speed (km/h)", "10.8"): 3.0,
    ("Avg Speed", "10.8"): 3.0,  # more than anybody runs in m/s
    ("Avg Speed (m/s)", "3.0"): 3.0,
    ("Avg Pace (min/km)", "5:33.33"): 3.0,
    ("Avg Pace", "4:10"): 4.0,
    ("Avg Pace (min/mi)", "8:56.448"): 3.0,
    ("Avg Pace (min per mile)", "8:56.448"): 3.0,
    ("Pace (/km)", "5:33.33"): 3.0,
    ("Pace /mi", "8:56.448"): 3.0,
}


@pytest.mark.parametrize("heading, cell", SPEEDS)
def test_a_watchs_speed_or_pace_becomes_metres_a_second(heading, cell):
    (found,) = recorded_in_csv(f"{HEAD}{heading}\n1,1,170,{cell}\n".encode(), "laps.csv")
    assert found.columns["speed"][0] == pytest.approx(SPEEDS[heading, cell], rel=1e-4)


@pytest.mark.parametrize(
    "heading, km", [("Distance (km)", 5.0), ("Distance (m)", 0.005), ("Distance (mi)", 8.04672)]
)
def test_a_watchs_distance_becomes_kilometres(heading, km):
    (found,) = recorded_in_csv(f"Lap,{heading},Cadence\n1,2,170\n2,3,170\nTotal,5,170\n".encode(), "laps.csv")
    assert found.distance_km == pytest.approx(km)


@pytest.mark.parametrize(
    "cell, value",
    [("5:31", 331.0), ("1:02:03.5", 3723.5), ("42", 42.0), ("0:59", 59.0)],
)
def test_a_watchs_time_becomes_seconds(cell, value):
    assert Decimals.of([cell]).seconds(cell) == value


@pytest.mark.parametrize(
    "cell, value", [("1,234.5", 1234.5), ("1234,5", 1234.5), ("8.5 %", 8.5), ("1,234,567", 1234567.0)]
)
def test_points_and_commas(cell, value):
    assert Decimals.of([cell]).number(cell) == value
