"""Real clips whose times or tags were changed on the way: what phones, programs and messengers do to them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from clips import LABELLED, SAMPLES, needs_recordings
from formcheck.pipeline import analyze

pytestmark = pytest.mark.slow
CADENCE = 168.8  # steps/min of the labelled clip, by eye
SAMPLE_CADENCE = 177.5  # of the sample, by its truth
OF_RHYTHM = {"cadence", "ground_contact_time", "flight_time"}


def copied(path: Path, source: Path, *, times: Fraction = Fraction(1), tag: float | None = None) -> Path:
    """Copy a clip so that it plays `times` slower, with a capture rate tag or none."""
    with (
        av.open(str(source)) as given,
        av.open(str(path), "w", options={"movflags": "use_metadata_tags"}) as made,
    ):
        if tag:
            made.metadata["com.android.capture.fps"] = f"{tag:.6f}"
        stream = given.streams.video[0]
        copy = made.add_stream_from_template(stream)
        for packet in given.demux(stream):
            if packet.dts is not None:
                packet.pts, packet.dts = round(packet.pts * times), round(packet.dts * times)
                packet.stream = copy
                made.mux(packet)
    return path


def thinned(path: Path, source: Path, *, keep: int, of: int, tag: float) -> Path:
    """Write a clip in which every `of` frames lose all but `keep`, evenly spaced, with a capture rate tag."""
    with (
        av.open(str(source)) as given,
        av.open(str(path), "w", options={"movflags": "use_metadata_tags"}) as made,
    ):
        made.metadata["com.android.capture.fps"] = f"{tag:.6f}"
        stream = given.streams.video[0]
        rate = Fraction(round(stream.average_rate)) * keep / of
        copy = made.add_stream("libx264", rate=rate, options={"crf": "20", "preset": "veryfast"})
        copy.width, copy.height, copy.pix_fmt = stream.width, stream.height, "yuv420p"
        kept = 0
        for index, frame in enumerate(given.decode(stream)):
            if index * keep % of < keep:
                frame.pts, frame.time_base = kept, 1 / rate
                kept += 1
                made.mux(copy.encode(frame))
        made.mux(copy.encode(None))
    return path


@needs_recordings
def test_frames_dropped_in_the_dark_are_no_slow_motion(tmp_path):
    found = analyze(thinned(tmp_path / "dark.mp4", LABELLED, keep=4, of=5, tag=30), model="fast")
    assert found.measurements["cadence"].value == pytest.approx(CADENCE, abs=1)
    assert "capture_rate_ignored" in {warning.code for warning in found.warnings}


@needs_recordings
def test_a_tag_on_a_clip_in_real_time_is_not_believed(tmp_path):
    found = analyze(copied(tmp_path / "tagged.mp4", LABELLED, tag=60), model="fast")
    assert found.measurements["cadence"].value == pytest.approx(CADENCE, abs=1)


def test_a_tag_on_true_slow_motion_is_believed(tmp_path):
    source = SAMPLES / "treadmill_right.mp4"
    found = analyze(copied(tmp_path / "slow.mp4", source, times=Fraction(2), tag=60), model="fast")
    assert found.measurements["cadence"].value == pytest.approx(SAMPLE_CADENCE, abs=1)
    assert found.scene.slow_motion_factor == pytest.approx(2, rel=0.01)


@pytest.mark.parametrize("times", [Fraction(3, 2), Fraction(8, 5)])
def test_mild_slow_motion_is_refused_with_a_rate_that_is_right(tmp_path, times):
    slow = copied(tmp_path / "slow.mp4", SAMPLES / "treadmill_right.mp4", times=times)
    refusal = analyze(slow, model="fast").refusal
    assert refusal.code == "slow_motion_unknown" and "--capture-fps 60" in refusal.how_to_film
    found = analyze(slow, model="fast", capture_fps=60)
    assert found.measurements["cadence"].value == pytest.approx(SAMPLE_CADENCE, abs=1)


@needs_recordings
def test_slow_motion_by_a_third_is_never_coached(tmp_path):
    found = analyze(copied(tmp_path / "slow.mp4", LABELLED, times=Fraction(13, 10)), model="fast")
    doubts = {found.refusal.code} if found.refusal else {warning.code for warning in found.warnings}
    assert doubts & {"slow_motion_unknown", "clock_unsure"}
    assert not {cue.metric for cue in found.cues} & OF_RHYTHM
