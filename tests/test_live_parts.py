"""Live: clocks, calm points, runs, one line at a time, framing, and what is kept."""

from __future__ import annotations

import io
import wave
from dataclasses import replace

import numpy as np
import pytest

from builders import CUES, analysis
from formcheck.live import framing, voice
from formcheck.live.clock import CaptureClock, FrameRate
from formcheck.live.cues import FIRST_S, HOLD_S, MOST_S, REST_S, CueBoard
from formcheck.live.one_euro import OneEuro
from formcheck.live.runs import FIRST_NUMBERS_S, RECENT_S, Runs
from formcheck.live.state import as_live, choose_numbers, plain_reason, shown
from formcheck.live.window import Spool, Window, WindowPoints
from formcheck.skeleton import K
from formcheck.types import Refusal
from formcheck.wording import not_allowed

EVERY_S = 0.5


# --- clocks ------------------------------------------------------------------------------


def test_jitter_on_the_way_does_not_reach_the_stamps():
    rng = np.random.default_rng(1)
    device = 500 + np.arange(300) / 30
    arrival = device + 20 + 0.02 + rng.exponential(0.03, 300)
    clock = CaptureClock()
    stamps = np.array([clock.stamp(a, d) for a, d in zip(arrival, device)])
    settled = np.diff(stamps[60:])
    assert np.abs(settled - 1 / 30).max() < 0.002 < np.abs(np.diff(arrival) - 1 / 30).max()


def test_stamps_increase_even_when_a_device_starts_anew():
    clock = CaptureClock()
    device = [10.0, 10.03, 10.06, 0.0, 0.03, 0.03, np.nan, 0.1]
    stamps = [clock.stamp(100 + 0.03 * k, d) for k, d in enumerate(device)]
    assert np.all(np.diff(stamps) > 0)
    assert stamps[-1] == pytest.approx(100.21, abs=0.05)


def test_a_device_without_a_clock_is_stamped_on_arrival():
    clock = CaptureClock()
    assert [clock.stamp(t, None) for t in (1.0, 1.1, 1.25)] == [1.0, 1.1, 1.25]


def test_the_frame_rate_is_measured_not_believed():
    rate = FrameRate()
    for time in np.arange(0, 2, 1 / 24):
        rate.add(time)
    assert rate.hz == pytest.approx(24)
    for time in (2.4, 3.0, 3.6):  # a camera that stalls
        rate.add(time)
    assert rate.hz == pytest.approx(24) and rate.mean_hz < 15


# --- the picture's points ----------------------------------------------------------------


def test_points_are_calm_at_rest_and_follow_a_fast_foot():
    rng = np.random.default_rng(2)
    calm, time = OneEuro(), np.arange(0, 3, 1 / 60)
    truth = np.zeros((len(time), 21, 2))
    truth[:, K["nose"]] = (300, 100)
    truth[:, K["left_toe"], 0] = 400 + 150 * np.sin(2 * np.pi * 1.4 * time)
    truth[:, K["left_toe"], 1] = 500
    noisy = truth + rng.normal(0, 2.0, truth.shape)
    drawn = np.array([calm.smooth(xy, t) for xy, t in zip(noisy, time)])
    rest = slice(60, None)
    still = drawn[rest, K["nose"]].std(axis=0)
    assert np.all(still < 0.6 * noisy[rest, K["nose"]].std(axis=0))
    behind = np.abs(drawn[rest, K["left_toe"], 0] - truth[rest, K["left_toe"], 0])
    speed = 150 * 2 * np.pi * 1.4
    assert np.median(behind) < speed / 60  # less than one picture late


def test_a_point_that_comes_back_starts_where_it_is():
    calm = OneEuro()
    xy = np.zeros((21, 2)) + np.arange(21)[:, None]
    calm.smooth(xy, 0.0)
    gone = xy.copy()
    gone[3] = np.nan
    assert np.isnan(calm.smooth(gone, 0.03)[3]).all()
    back = xy + 100
    assert np.array_equal(calm.smooth(back, 0.06)[3], back[3])


# --- runs --------------------------------------------------------------------------------


def watched(activity: list[tuple[float, bool]]) -> list[tuple[float, Runs]]:
    """Return what is known after each look; looks every half second."""
    runs, seen = Runs(), []
    for time, running in activity:
        runs = runs.after(running, time)
        seen.append((time, runs))
    return seen


def test_running_is_noticed_and_so_is_its_end():
    times = np.arange(0, 60, EVERY_S)
    seen = watched([(t, 10 + RECENT_S <= t < 40) for t in times])
    begun = next((t, runs.current) for t, runs in seen if runs.current)
    assert begun[1].start == pytest.approx(10, abs=1.0)
    assert begun[0] <= 10 + RECENT_S + 2 * EVERY_S
    finished = [runs.finished for _, runs in seen if runs.finished]
    assert len(finished) == 1
    assert finished[0].end == pytest.approx(40 - RECENT_S / 2, abs=1.0)


def test_one_odd_look_neither_starts_nor_ends_a_run():
    times = np.arange(0, 40, EVERY_S)
    seen = watched([(t, (t >= 10 and t != 20.0) or t == 5.0) for t in times])
    assert max(runs.count for _, runs in seen) == 1
    assert not any(runs.finished for _, runs in seen)


def test_it_counts_down_to_the_first_numbers():
    seen = watched([(t, t >= RECENT_S) for t in np.arange(0, 12, EVERY_S)])
    counted = [runs.countdown(t) for t, runs in seen if runs.current]
    numbers = [each for each in counted if each is not None]
    assert numbers and numbers == sorted(numbers, reverse=True)
    first = next(t for t, runs in seen if runs.current and runs.countdown(t) is None)
    assert first <= RECENT_S + 2 * EVERY_S + FIRST_NUMBERS_S and first <= 6.0


def test_each_run_has_its_number():
    times = np.arange(0, 60, EVERY_S)
    seen = watched([(t, 5 < t < 15 or 30 < t < 50) for t in times])
    assert [runs.finished.number for _, runs in seen if runs.finished] == [1, 2]


# --- one line at a time ------------------------------------------------------------------


def lines(readings) -> list[tuple[float, str, str]]:
    """Return (time, kind, words) of each line when it appears."""
    board, told = CueBoard(), []
    for time, reading in readings:
        board = board.after(reading, time, time)
        if board.line and (not told or told[-1][0] != board.line.since):
            told.append((board.line.since, board.line.kind, board.line.words))
    return told


@pytest.fixture(scope="module")
def low():
    return replace(analysis(cadence=145.0), praise=())


@pytest.fixture(scope="module")
def fine():
    return replace(analysis(cadence=175.0), cues=(), praise=())


def test_a_cue_is_held_and_not_repeated_for_half_a_minute(low):
    only = replace(low, cues=CUES[:1])
    board, up = CueBoard(), []
    for time in np.arange(0, 90, EVERY_S):
        board = board.after(only, time, time)
        up.append((time, board.line.words))
    shown_at = [t for t, words in up if words]
    gaps = np.flatnonzero(np.diff(shown_at) > EVERY_S)
    assert shown_at[0] >= FIRST_S
    assert shown_at[gaps[0]] - shown_at[0] >= HOLD_S
    rests = [shown_at[k + 1] - shown_at[k] for k in gaps]
    assert rests and min(rests) >= REST_S


def test_there_is_never_more_than_one_line_and_a_pause_between_two(low):
    told = lines((t, low) for t in np.arange(0, 60, EVERY_S))
    assert [words for _, _, words in told[:2]] == [CUES[0].say, CUES[1].say]
    assert told[1][0] - told[0][0] > MOST_S


def test_a_cue_that_flickers_is_not_shown(low, fine):
    readings = [(t, low if k % 3 == 0 else fine) for k, t in enumerate(np.arange(0, 60, EVERY_S))]
    assert not [line for line in lines(readings) if line[1] == "cue"]


def test_back_in_the_range_is_praised_once(low, fine):
    only = replace(low, cues=CUES[:1])
    readings = [(t, only if t < 20 else fine) for t in np.arange(0, 90, EVERY_S)]
    told = lines(readings)
    assert [kind for _, kind, _ in told] == ["cue", "praise"]
    assert "Cadence is back in the range" in told[1][2]
    assert not not_allowed(told[1][2])


def test_good_things_are_said_first(low):
    told = lines((t, replace(low, praise=("Your head is held up.",))) for t in np.arange(0, 60, EVERY_S))
    assert told[0][1:] == ("praise", "Your head is held up.")


def test_nothing_is_said_when_nothing_is_measured():
    assert lines((t, None) for t in np.arange(0, 60, EVERY_S)) == []


# --- framing -----------------------------------------------------------------------------

SIZE = (1280, 720)


def person(top: float, bottom: float, x: float = 0.5):
    """Return a standing person between two heights of the picture, 0..1."""
    parts = {"nose": 0.02, "eye": 0.0, "ear": 0.0, "shoulder": 0.15, "elbow": 0.3, "wrist": 0.45, "hip": 0.48,
             "knee": 0.72, "ankle": 0.94, "heel": 0.98, "toe": 1.0}  # fmt: skip
    xy = np.zeros((21, 2))
    for name, index in K.items():
        share = parts[name.split("_")[-1]]
        xy[index] = (x * SIZE[0], (top + share * (bottom - top)) * SIZE[1])
    return xy, np.ones(21)


@pytest.mark.parametrize(
    ("seen", "people", "dark", "code"),
    [
        (person(0.1, 0.9), 1, False, "fine"),
        (person(0.02, 1.15), 1, False, "feet"),
        (person(0.3, 1.15), 1, False, "feet"),
        (person(-0.3, 0.9), 1, False, "head"),
        (person(0.4, 0.6), 1, False, "small"),
        (person(0.1, 0.9, 0.06), 1, False, "aside"),
        (person(0.1, 0.9), 2, False, "several"),
        (None, 0, False, "nobody"),
        (person(0.1, 0.9), 1, True, "dark"),
    ],
)
def test_the_most_important_thing_to_change_is_said(seen, people, dark, code):
    advice = framing.advise(seen, SIZE, people, dark)
    assert advice.code == code
    assert not not_allowed(advice.words)
    assert len(advice.words.split()) <= 14


def test_a_black_picture_is_black_and_a_dim_gym_is_not():
    assert framing.is_dark(np.full((480, 640, 3), 3, np.uint8))
    dim = np.full((480, 640, 3), 12, np.uint8)
    dim[100:300, 200:400] = 90
    assert not framing.is_dark(dim)


# --- numbers -----------------------------------------------------------------------------


def test_numbers_tell_unit_interval_and_place_in_the_range(low, fine):
    below, within = (shown(each.measurements["cadence"], 60.0) for each in (low, fine))
    assert (below.value, below.unit, below.state) == ("145", "steps/min", "below")
    assert below.plus_minus.startswith("± ") and below.range == "150 to 208 steps/min"
    band_low, band_high, value, from_, to = within.bar
    assert band_low < from_ <= value <= to < band_high


def test_a_number_too_unsure_to_place_is_not_shown(fine):
    sure = fine.measurements["cadence"]
    unsure = shown(replace(sure, low=sure.value - 6, high=sure.value + 6), 60.0)
    assert unsure.value == "–" and "Not sure enough" in unsure.why


def test_what_is_not_measured_says_why_and_shows_no_number(low):
    missing = shown(low.measurements["arm_crossover"], 60.0)
    assert missing.value == "–" and missing.bar is None and "front" in missing.why
    assert "frames a second" in shown(low.measurements["leg_stiffness"], 30.0).why


def test_ground_contact_takes_its_place_only_at_a_fast_camera():
    assert "ground_contact_time" in choose_numbers((), "side", 60.0)
    assert "ground_contact_time" not in choose_numbers((), "side", 30.0)
    assert choose_numbers(("duty_factor",), "side", 30.0) == ("duty_factor",)


def test_landings_that_slip_between_few_pictures_are_not_held_against_the_runner():
    unseen = Refusal("not_running", "The feet do not land as in steady running.", "Film from the side.")
    assert "frames a second" in plain_reason(unseen, 17.0, True)
    assert "steady running" in plain_reason(unseen, 30.0, True)
    assert "steady running" in plain_reason(unseen, 17.0, False)  # they have stopped


def test_a_busy_machine_is_not_told_to_buy_a_faster_camera():
    refused = analysis()
    slow = replace(refused.scene, refusal=Refusal("frame_rate", "Only 13 frames a second.", "Film with 60."))
    told = as_live(replace(refused, scene=slow)).refusal
    assert told.code == "frame_rate" and "--model lite" in told.how_to_film
    assert not not_allowed(f"{told.reason} {told.how_to_film}")
    assert as_live(refused) is refused


# --- what is held ------------------------------------------------------------------------


def test_the_window_holds_its_seconds_and_no_more():
    window = Window(10.0)
    for time in np.arange(0, 60, 0.05):
        window.add(time, None)
    assert window.points().length_s == pytest.approx(10.0, abs=0.1)


def test_a_camera_that_was_away_begins_anew():
    time = np.concatenate([np.arange(0, 5, 0.1), np.arange(8, 11, 0.1)])
    points = WindowPoints(time, np.zeros((len(time), 21, 2)), np.ones((len(time), 21)))
    assert points.after_gap().time[0] == 8.0


def test_a_run_on_disk_comes_back_whole_and_once():
    rng = np.random.default_rng(3)
    time = np.arange(0, 30, 0.1)
    whole = WindowPoints(time, rng.normal(300, 50, (300, 21, 2)), rng.random((300, 21)))
    spool = Spool()
    for start in np.arange(0, 30, 0.5):  # windows that overlap
        keep = (time >= start - 5) & (time <= start)
        spool.add(WindowPoints(time[keep], whole.xy[keep], whole.confidence[keep]))
    back = spool.points(20.0)
    assert np.array_equal(back.time, time[time <= 20.0])
    assert np.abs(back.xy - whole.xy[: len(back.time)]).max() < 1e-3
    spool.close()


# --- sound -------------------------------------------------------------------------------


def test_the_metronome_clicks_at_its_cadence():
    with wave.open(io.BytesIO(voice.click_track(60 / 176, 30.0))) as track:
        sound = np.frombuffer(track.readframes(track.getnframes()), np.int16)
        loud = np.flatnonzero(np.abs(sound) > 3000) / track.getframerate()
    starts = loud[np.concatenate([[True], np.diff(loud) > 0.1])]
    assert 60 / np.median(np.diff(starts)) == pytest.approx(176, abs=0.2)
    assert len(starts) == 88


def test_the_pendulum_is_at_an_end_on_every_beat():
    metronome = voice.Metronome(180)
    start = metronome._start
    places = [metronome.place(start + k * metronome.beat_s + 1e-6) for k in range(6)]
    assert places == pytest.approx([0, 1, 0, 1, 0, 1], abs=1e-3)


def test_without_a_voice_nothing_is_said_and_nothing_breaks(monkeypatch):
    monkeypatch.setenv("PATH", "")
    speaker, metronome = voice.Speaker(), voice.Metronome(170)
    assert not speaker.available and not metronome.audible
    speaker.say("Take quicker, shorter steps.")
    metronome.start()
    speaker.close()
    metronome.close()


def test_a_voice_is_given_the_words_alone(monkeypatch, tmp_path):
    told = tmp_path / "told"
    program = tmp_path / "espeak-ng"
    program.write_text(f'#!/bin/sh\nfor word in "$@"; do echo "$word" >> "{told}"; done\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    speaker = voice.Speaker()
    speaker.say("--help; rm -rf $HOME")
    speaker._speaking.wait(10)
    assert told.read_text().splitlines()[-2:] == ["--", "--help; rm -rf $HOME"]
