"""Numbers that stay on the live screen, and single steps against their zone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import app_answers
from formcheck.live.numbers import HELD_AFTER_S, NumberBoard
from formcheck.live.screen import Screen
from formcheck.live.strip import trace_strip
from formcheck.live.trace import LENGTH_S, Trace, Zone, place_of
from formcheck.metrics import not_measured
from formcheck.types import Measurement


@pytest.fixture(scope="module")
def whole():
    return app_answers.answer()


def without(analysis, metric):
    """Return the same analysis, in which one metric could not be measured."""
    missing = not_measured("Too few frames a second.")[metric]
    return replace(analysis, measurements={**analysis.measurements, metric: missing})


def at(analysis, fps):
    return replace(analysis, clip=replace(analysis.clip, fps=fps))


def of(board, now):
    return {number.metric: number for number in board.numbers(now)}


def test_a_number_that_cannot_be_renewed_is_held_and_says_so(whole):
    board = NumberBoard().after(whole, (), 100.0)
    fresh = of(board, 100.0)["trunk_lean"]
    board = board.after(without(whole, "trunk_lean"), (), 112.0)
    held = of(board, 112.0)["trunk_lean"]
    assert held.value == fresh.value and held.bar == fresh.bar
    assert held.state_words == "held, 12 s old" and held.state == "unknown"
    assert of(board, 112.0)["cadence"].state_words != held.state_words


def test_numbers_stay_while_nothing_is_measured(whole):
    board = (
        NumberBoard().after(whole, (), 100.0).after(None, (), 100.5).after(app_answers.refusal(), (), 101.0)
    )
    assert board.numbers(100.0 + HELD_AFTER_S) == board.numbers(100.0)
    assert [number.value for number in board.numbers(160.0)] == [
        number.value for number in board.numbers(100.0)
    ]
    assert all("held, 60 s old" in number.state_words for number in board.numbers(160.0))


def test_a_held_number_is_renewed(whole):
    board = (
        NumberBoard()
        .after(whole, (), 100.0)
        .after(without(whole, "cadence"), (), 110.0)
        .after(whole, (), 111.0)
    )
    assert "held" not in of(board, 111.0)["cadence"].state_words


@pytest.mark.parametrize("fps", [60.0, 30.0, 16.0])
def test_a_frame_rate_that_changes_exchanges_no_number(whole, fps):
    board = NumberBoard().after(at(whole, 60.0), (), 100.0)
    later = board.after(at(whole, fps), (), 101.0)
    assert later.ids == board.ids == ("cadence", "trunk_lean", "ground_contact_time")


def test_what_was_never_measured_says_why(whole):
    board = NumberBoard().after(whole, ("arm_crossover",), 100.0)
    (number,) = board.numbers(150.0)
    assert number.value == "–" and number.why and "held" not in number.state_words


# --- step by step -------------------------------------------------------------------------


def steps(values, since=0.0, spacing=0.4):
    """Return a cadence with these steps."""
    times = tuple(since + spacing * k for k in range(len(values)))
    middle = float(np.mean(values))
    return Measurement(
        "cadence",
        "steps/min",
        middle,
        middle - 1,
        middle + 1,
        len(values),
        times=times,
        samples=tuple(values),
    )


def test_each_step_is_traced_at_its_time():
    trace = Trace("cadence").after(steps([160.0, 162.0, 164.0]), start=100.0, now=101.0)
    assert trace.times == pytest.approx((100.0, 100.4, 100.8)) and trace.values == (160.0, 162.0, 164.0)


def test_a_newer_estimate_replaces_the_older_one_and_earlier_steps_stay():
    trace = Trace("cadence").after(steps([150.0] * 10), start=100.0, now=104.0)
    trace = trace.after(steps([170.0] * 10), start=102.0, now=106.0)
    assert trace.values == (150.0,) * 5 + (170.0,) * 10
    assert np.all(np.diff(trace.times) > 0)


def test_half_a_minute_is_kept():
    trace = Trace("cadence").after(steps([160.0] * 10), start=0.0, now=4.0)
    assert trace.after(None, 0.0, LENGTH_S + 2.0).values == (160.0,) * 5
    assert trace.after(None, 0.0, 100.0).drawn(100.0) is None


@pytest.mark.parametrize(
    ("cadence", "place", "words"),
    [
        (160.0, "below", "a little quicker"),
        (172.0, "within", "in the zone"),
        (180.0, "above", "a little slower"),
    ],
)
def test_the_zone_around_a_beat_says_what_to_do(cadence, place, words):
    trace = Trace("cadence", beat=170.0).after(steps([cadence] * 10), 100.0, 104.0)
    assert trace.place == place and words in trace.words
    assert trace.zone == Zone(pytest.approx(164.9), pytest.approx(175.1))


def test_without_a_beat_the_zone_is_the_usual_range(whole):
    found = whole.measurements["cadence"]
    trace = Trace("cadence").after(found, 100.0, 110.0)
    assert trace.zone.low == 150.0 and trace.place == "within" and trace.words == "● in the zone"


def test_what_is_drawn_lies_inside_and_steps_keep_their_place():
    trace = Trace("cadence", beat=170.0).after(steps([160.0, 170.0, 181.0, 172.0]), 100.0, 102.0)
    drawn = trace.drawn(102.0)
    shares = np.array(drawn["steps"])
    assert (shares >= 0).all() and (shares <= 1).all() and (np.diff(shares[:, 0]) > 0).all()
    assert [place_of(value, drawn["zone"]) for _, value in drawn["steps"]] == [
        "below",
        "within",
        "above",
        "within",
    ]
    assert shares[0, 0] == pytest.approx(1 - 2.0 / LENGTH_S, abs=1e-4)


def test_the_window_draws_the_same_strip():
    trace = Trace("cadence", beat=170.0).after(steps([160.0, 170.0, 181.0]), 100.0, 102.0).drawn(102.0)
    image = trace_strip(trace, (800, 94))
    assert image.shape == (94, 800, 3)
    assert (image.reshape(-1, 3) == (213, 94, 0)).all(axis=1).any() and (
        image.reshape(-1, 3) == (0, 158, 115)
    ).all(axis=1).any()
    assert not trace_strip(None, (800, 94)).any()
    assert Screen()._trace_top < Screen()._health_top
