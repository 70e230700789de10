"""A clip that is played several times over begins again at each seam; a runner's strides never repeat like that."""

import numpy as np
import pytest

from clips import LABELLED, SAMPLES, needs_recordings
from formcheck.pose.loops import LEAST_CHANGE, Loops
from formcheck.video import FrameReader
from movies import recoded

FPS = 60
SIZE = (640, 360)


def seams(path):
    loops = Loops()
    for frame in FrameReader(path):
        loops.look(frame.image, frame.time)
    return loops.seams()


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    """The first seconds of a runner at 60 frames a second, small and nearly lossless, so that the tests are quick."""
    path = tmp_path_factory.mktemp("source") / "runner.mkv"
    source = SAMPLES / "treadmill_right.mp4"
    return recoded(path, source, size=SIZE, until_s=3.0, options={"crf": "8", "preset": "ultrafast"})


def looped(path, source, count, passes, **options):
    """Write `count` pictures of a runner, `passes` times over."""
    return recoded(path, source, keep=np.tile(np.arange(count), passes) / FPS, fps=FPS, **options)


@pytest.mark.parametrize("count, passes", [(50, 4), (41, 2), (25, 4)])
def test_each_pass_begins_at_its_seam(tmp_path, runner, count, passes):
    found = seams(looped(tmp_path / "run.mp4", runner, count, passes))
    assert found == pytest.approx(count / FPS * np.arange(1, passes), abs=1e-3)


@pytest.mark.parametrize("options", [{"crf": "30", "bf": "3"}, {"crf": "26", "preset": "ultrafast"}])
def test_seams_are_found_however_coarsely_a_loop_is_coded(tmp_path, runner, options):
    found = seams(looped(tmp_path / "run.mp4", runner, 50, 3, options=options))
    assert found == pytest.approx([50 / FPS, 100 / FPS], abs=1e-3)


def test_a_stretch_that_is_shown_again_later_begins_anew(tmp_path, runner):
    moments = np.concatenate([np.arange(100), 40 + np.arange(60), 120 + np.arange(40)]) / FPS
    path = recoded(tmp_path / "run.mp4", runner, keep=moments, fps=FPS)
    assert seams(path) == pytest.approx([100 / FPS], abs=1e-3)


@pytest.mark.parametrize("name", ["treadmill_right", "treadmill_left", "front", "high_knees"])
def test_drawn_runners_who_move_like_clockwork_have_no_seam(name):
    assert len(seams(SAMPLES / f"{name}.mp4")) == 0


@pytest.mark.slow
@needs_recordings
def test_people_have_no_seam():
    found = {path.name: seams(path).tolist() for path in sorted(LABELLED.parent.glob("*.mp4"))}
    assert found == dict.fromkeys(found, [])


def test_a_still_picture_and_a_slow_light_have_no_seam():
    loops, dim = Loops(), Loops()
    for index in range(120):
        loops.look(np.full((90, 160, 3), 80, np.uint8), index / 30)
        dim.look(np.full((90, 160, 3), 80 + index % 8 * int(LEAST_CHANGE / 8), np.uint8), index / 30)
    assert len(loops.seams()) == len(dim.seams()) == 0


def test_a_clip_of_a_few_pictures_has_no_seam():
    loops = Loops()
    assert len(loops.seams()) == 0
    loops.look(np.zeros((90, 160, 3), np.uint8), 0.0)
    assert len(loops.seams()) == 0
