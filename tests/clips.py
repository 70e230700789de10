"""Where tests find clips of a runner: the project's own samples, and recordings that only some machines have."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_videos"
RECORDED = ROOT.parent / "shared" / "data" / "video"
LABELLED = RECORDED / "treadmill-side-left-30fps.mp4"

needs_recordings = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded clips are not on this machine"
)


def side_runner() -> Path:
    """Return a clip of a runner on a treadmill, seen from the side."""
    samples = sorted(SAMPLES.glob("*treadmill*.mp4")) or sorted(SAMPLES.glob("*.mp4"))
    if samples:
        return samples[0]
    if LABELLED.is_file():
        return LABELLED
    pytest.skip("no clip of a runner on this machine")
