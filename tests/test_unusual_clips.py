"""One runner, filed in unusual ways, is measured as in the usual way, or a true sentence says why not."""

from fractions import Fraction

import numpy as np
import pytest

from clips import LABELLED, SAMPLES, needs_recordings
from formcheck.pipeline import analyze
from movies import recoded, shown_by

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

SOURCE = SAMPLES / "treadmill_right.mp4"
SIZE, SECONDS, FPS = (1280, 720), 4.0, 60
LABELLED_CADENCE = 168.8  # steps/min, of the labelled recording


def measured(path):
    return analyze(path, model="fast")


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """The runner as an ordinary MP4, and what is measured of them."""
    path = recoded(tmp_path_factory.mktemp("usual") / "run.mp4", SOURCE, until_s=SECONDS)
    return path, measured(path)


def assert_like(found, usual, *, metrics=("cadence", "trunk_lean", "elbow_angle"), share=0.25):
    """Check that two analyses agree: each value within a quarter of the other's interval."""
    assert found.refusal is None and found.scene.view == usual.scene.view
    for id in metrics:
        one, other = found.measurements[id], usual.measurements[id]
        assert one.value == pytest.approx(other.value, abs=share * (other.high - other.low)), id


def test_an_avi_with_b_frames_is_whole(tmp_path, usual):
    path = recoded(tmp_path / "run.avi", SOURCE, until_s=SECONDS, options={"bf": "3"}, clock=Fraction(1, FPS))
    found = measured(path)
    assert_like(found, usual[1])
    assert not [warning for warning in found.clip.warnings if warning.code == "truncated"]


@pytest.mark.parametrize("size, aspect", [((960, 720), Fraction(4, 3)), ((1440, 720), Fraction(8, 9))])
def test_squeezed_pixels_give_the_same_angles(tmp_path, usual, size, aspect):
    found = measured(recoded(tmp_path / "run.mp4", SOURCE, size=size, aspect=aspect, until_s=SECONDS))
    assert (found.clip.width, found.clip.height) == SIZE
    assert_like(found, usual[1])


def test_a_mirrored_clip_is_the_mirrored_runner(tmp_path, usual):
    (tmp_path / "run.mp4").write_bytes(usual[0].read_bytes())
    found = measured(shown_by(tmp_path / "run.mp4", -1, 0, 0, 1))
    assert_like(found, usual[1])
    assert {found.scene.facing, usual[1].scene.facing} == {"left", "right"}


def test_a_picture_that_changes_its_size_midway_is_measured_throughout(tmp_path, usual):
    in_order = {"bf": "0"}  # B-frames would displace the first part, which cannot begin before time 0
    first = recoded(tmp_path / "a.ts", SOURCE, until_s=2.0, options=in_order)
    second = recoded(
        tmp_path / "b.ts", SOURCE, size=(960, 540), start_s=2.0, until_s=SECONDS, options=in_order
    )
    (tmp_path / "run.ts").write_bytes(first.read_bytes() + second.read_bytes())
    found = measured(tmp_path / "run.ts")
    assert_like(found, usual[1])
    assert "size_changes" in [warning.code for warning in found.clip.warnings]
    assert found.clip.duration_s == pytest.approx(SECONDS, abs=0.1)


@pytest.mark.parametrize("fps, words", [(25, "At 25 frames a second knee angles"), (50, None)])
def test_a_rate_is_told_as_it_is(tmp_path, fps, words):
    moments = np.arange(round(SECONDS * fps)) / fps
    found = measured(recoded(tmp_path / "run.mp4", SOURCE, keep=moments, fps=fps))
    told = [warning.message for warning in found.scene.warnings if "frame_rate" in warning.code]
    assert found.refusal is None
    assert [each.startswith(words or "?") for each in told] == ([True] if words else [])


def test_repeats_unlock_nothing(tmp_path):
    moments = np.repeat(np.arange(round(SECONDS * 30)) / 30, 2)
    found = measured(recoded(tmp_path / "run.mp4", SOURCE, keep=moments, fps=60))
    half = measured(recoded(tmp_path / "half.mp4", SOURCE, keep=moments[::2], fps=30))
    assert found.motion.frame_rate == pytest.approx(30, rel=0.01)
    assert_like(found, half)
    for id in ("stride_variability", "leg_stiffness"):
        assert found.measurements[id].missing_code == "frame_rate"
        assert "this clip has 30" in found.measurements[id].why_missing


def test_a_loop_is_measured_as_its_one_pass(tmp_path, usual):
    path = recoded(tmp_path / "run.mp4", SOURCE, keep=np.tile(np.arange(100), 4) / FPS, fps=FPS)
    found = measured(path).measurements["cadence"]
    true = usual[1].measurements["cadence"].value
    assert found.low <= true <= found.high and found.n <= 6


@needs_recordings
def test_a_loop_of_a_recorded_runner_holds_the_true_cadence(tmp_path):
    path = recoded(tmp_path / "run.mp4", LABELLED, keep=np.tile(np.arange(50), 5) / 30, fps=30)
    found = measured(path).measurements["cadence"]
    assert found.low <= LABELLED_CADENCE <= found.high and found.n <= 6
