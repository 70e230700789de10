"""Where tests find clips of a runner: the project's own samples, and recordings that only some machines have."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_videos"
GIVEN = ROOT.parent / "shared" / "data"
RECORDED = GIVEN / "video"
LABELLED = RECORDED / "treadmill-side-left-30fps.mp4"
PLATES = GIVEN / "mocap"

needs_recordings = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded clips are not on this machine"
)
needs_plates = pytest.mark.skipif(not PLATES.is_dir(), reason="the recordings are not on this machine")


def recorded(name: str) -> Path:
    """Return a recorded clip; skip the test where it is not there."""
    path = RECORDED / name
    if not path.is_file():
        pytest.skip("the recorded clips are not on this machine")
    return path


def side_runner() -> Path:
    """Return a clip of a runner on a treadmill, seen from the side."""
    samples = sorted(SAMPLES.glob("*treadmill*.mp4")) or sorted(SAMPLES.glob("*.mp4"))
    if samples:
        return samples[0]
    if LABELLED.is_file():
        return LABELLED
    pytest.skip("no clip of a runner on this machine")
