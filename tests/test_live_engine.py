"""Live and offline say the same of the same clip; what cannot be measured is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from clips import recorded
from formcheck import analyze
from formcheck.live.engine import Engine, feed
from formcheck.types import Frame
from formcheck.video import FrameReader
from formcheck.wording import not_allowed
from live_sources import RUNNER, SAMPLES, sample_runner

CADENCE_WITHIN, CONTACT_WITHIN_MS = 1.5, 20.0
CADENCE_BY_S = 6.0


def fed(path: Path, times: int = 1, length_s: float = np.inf):
    """Feed a clip, or its first seconds several times over, to a new engine; return it and its states."""
    engine = Engine()
    return engine, feed(engine, played(path, times, length_s))


def played(path: Path, times: int, length_s: float):
    """Yield a clip's frames with live times."""
    reader = FrameReader(path)
    length = min(length_s, reader.clip.duration_s)
    for turn in range(times):
        for frame in reader:
            if frame.time < length - 0.5 / reader.clip.fps:
                yield Frame(frame.image, 1000 + frame.time + turn * length)


def whole_strides(cadence: float, longest_s: float) -> float:
    """Return the longest time of whole strides: so long a clip goes round without a stumble."""
    stride = 120 / cadence
    return stride * int(longest_s / stride)


def number_of(state, metric):
    found = [each.value for each in state.numbers if each.metric == metric]
    return float(found[0]) if found and found[0] != "–" else None


@pytest.fixture(scope="module")
def path():
    """A clip of a runner: the recorded one, else the sample."""
    found = RUNNER if RUNNER.is_file() else sample_runner(30)
    if found is None:
        pytest.skip("no clip of a runner on this machine")
    return found


@pytest.fixture(scope="module")
def offline(path):
    return analyze(path, model="balanced")


@pytest.fixture(scope="module")
def live(path, offline):
    """The clip, gone round until it is twelve seconds long."""
    if offline.clip.duration_s >= 11:
        return fed(path)
    length = whole_strides(offline.measurements["cadence"].value, offline.clip.duration_s)
    return fed(path, times=int(np.ceil(12 / length)), length_s=length)


@pytest.fixture(scope="module")
def whole(live):
    engine, _ = live
    engine.conclude()
    (finished,) = engine.finished
    return finished.analysis()


def test_cadence_is_on_screen_within_six_seconds_of_the_first_step(live):
    _, states = live
    first = next(state for state in states if state.numbers)
    assert first.measured_at - 1000 <= CADENCE_BY_S
    assert first.stage == "running" and number_of(first, "cadence") is not None


def test_it_counts_down_before_the_first_numbers(live):
    _, states = live
    starting = [state.headline for state in states if state.stage == "starting"]
    assert starting and all(words.startswith("Running. First numbers in") for words in starting)


def test_live_says_what_offline_says(live, whole, offline):
    cadence = offline.measurements["cadence"].value
    rolling = [number_of(state, "cadence") for state in live[1] if state.numbers]
    assert np.abs(np.array(rolling[2:]) - cadence).max() <= CADENCE_WITHIN + 0.5  # shown without decimals
    assert whole.measurements["cadence"].value == pytest.approx(cadence, abs=CADENCE_WITHIN)
    lean = [each.measurements["trunk_lean"].value for each in (offline, whole)]
    assert lean[0] == pytest.approx(lean[1], abs=2.0)
    assert whole.scene.view == offline.scene.view and whole.scene.facing == offline.scene.facing
    contact = [each.measurements["ground_contact_time"].value for each in (offline, whole)]
    assert contact[0] == pytest.approx(contact[1], abs=CONTACT_WITHIN_MS)


def test_the_screen_says_one_calm_thing_at_a_time(live):
    for state in live[1]:
        assert not not_allowed(state.headline)
        assert not not_allowed(state.note)
        assert len(state.headline.split()) <= 14
        assert len(state.numbers) in (0, 3)


def test_what_this_camera_cannot_see_is_said(live):
    assert "only visible from the front" in live[1][-1].note


def test_the_run_is_kept_from_its_first_step(whole):
    seconds = whole.clip.duration_s
    assert seconds > 10.5
    assert len(whole.steps) >= whole.measurements["cadence"].value * seconds / 60 - 3
    assert whole.refusal is None


JUDGED = {"cadence": CADENCE_WITHIN, "ground_contact_time": CONTACT_WITHIN_MS}
WITHIN = {
    "treadmill_left": {"cadence": CADENCE_WITHIN},  # 30 frames a second are too few to judge contact
    "treadmill_right": JUDGED,
    "faults_side": JUDGED,
    "side_120fps": JUDGED,
}


@pytest.mark.slow
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample videos are not here")
@pytest.mark.parametrize("name", WITHIN)
def test_at_every_frame_rate_the_first_numbers_are_soon_there_and_right(name):
    """Samples of 30, 60, 60 and 120 frames a second; contact is judged from 60 on."""
    path = SAMPLES / f"{name}.mp4"
    offline = analyze(path, model="balanced")
    expected = {metric: each.value for metric, each in offline.measurements.items()}
    goes_round = whole_strides(expected["cadence"], offline.clip.duration_s)
    _, states = fed(path, times=2, length_s=goes_round)
    running = [state for state in states if state.numbers]
    assert running[0].measured_at - 1000 <= CADENCE_BY_S
    assert all(number_of(state, "cadence") is not None for state in running)
    live = [state.analysis.measurements for state in running]
    for metric, within in WITHIN[name].items():
        told = np.array([each[metric].value for each in live])
        assert np.abs(told - expected[metric]).max() <= within


@pytest.mark.slow
def test_walking_is_not_measured():
    path = recorded("walking-side.mp4")
    engine, states = fed(path)
    engine.conclude()
    assert not engine.finished and not any(state.numbers for state in states)
    assert any("walking" in state.headline for state in states)


@pytest.mark.slow
def test_two_people_in_view_are_said():
    path = recorded("two-people-walking-and-flip.mp4")
    _, states = fed(path)
    assert any("Two people" in state.headline for state in states)
    assert not any(state.numbers for state in states)


def test_a_black_picture_is_said_and_nothing_is_measured():
    black = np.zeros((360, 640, 3), np.uint8)
    engine = Engine()
    states = feed(engine, (Frame(black, 1000 + k / 30) for k in range(150)))
    engine.conclude()
    assert {state.headline for state in states} == {
        "The picture is black. Uncover the lens or switch on a light."
    }
    assert not engine.finished


def test_an_empty_room_is_said():
    room = np.full((360, 640, 3), 130, np.uint8)
    states = feed(Engine(), (Frame(room, 1000 + k / 30) for k in range(60)))
    assert states[-1].headline.startswith("Nobody is in the picture")


def test_a_camera_that_is_away_for_a_while_does_not_end_the_run():
    reader = FrameReader(recorded(RUNNER.name))
    engine = Engine()
    late = [Frame(f.image, 1000 + f.time + (5.0 if f.time > 6 else 0.0)) for f in reader]
    states = feed(engine, late)
    assert [state.run for state in states if state.numbers][-1] == 1
    after = [state for state in states if state.measured_at > 1000 + 11 + 3]
    cadence = [number_of(state, "cadence") for state in after if state.numbers]
    assert cadence and abs(cadence[-1] - 168.8) < 2.5
    engine.conclude()
    assert len(engine.finished) == 1
