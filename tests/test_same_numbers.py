"""One clip, the same numbers: twice, mirrored, compressed harder; and one runner among several people."""

from dataclasses import dataclass, field
from functools import cache

import av
import numpy as np
import pytest

from clips import side_runner
from formcheck.export import to_json_text
from formcheck.metrics.judgement import judge
from formcheck.pipeline import analyze
from formcheck.pose import track_runner
from formcheck.skeleton import K, other
from formcheck.types import Frame
from formcheck.video import FrameReader


@cache
def measured(path, model="balanced"):
    """Return the analysis of a clip."""
    return analyze(path, model=model)


def again(source, path, *, crf="30", mirrored=False):
    """Encode a clip again."""
    with av.open(str(source)) as given, av.open(str(path), "w") as container:
        before = given.streams.video[0]
        stream = container.add_stream("libx264", rate=before.average_rate, options={"crf": crf})
        stream.width, stream.height, stream.pix_fmt = before.width, before.height, "yuv420p"
        stream.codec_context.time_base = before.time_base
        for frame in given.decode(before):
            image = frame.to_ndarray(format="rgb24")
            fresh = av.VideoFrame.from_ndarray(
                np.ascontiguousarray(image[:, ::-1] if mirrored else image), format="rgb24"
            )
            fresh.pts, fresh.time_base = frame.pts, before.time_base
            container.mux(stream.encode(fresh))
        container.mux(stream.encode(None))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("threads", [1, 3])
def test_the_same_clip_gives_the_same_bytes(threads):
    first = to_json_text(analyze(side_runner(), model="fast", threads=2))
    assert to_json_text(analyze(side_runner(), model="fast", threads=threads)) == first


@pytest.mark.slow
def test_a_mirrored_clip_shows_the_same_form_with_sides_exchanged(tmp_path):
    plain = measured(side_runner())
    turned = analyze(
        again(side_runner(), tmp_path / "mirrored.mp4", crf="12", mirrored=True), model="balanced"
    )
    assert turned.scene.facing == other(plain.scene.facing)
    assert turned.scene.near_side == other(plain.scene.near_side)
    assert abs(len(turned.steps) - len(plain.steps)) <= 1
    for step in plain.steps[1:-1]:
        twin = min(turned.steps, key=lambda each: abs(each.contact - step.contact))
        assert twin.side == other(step.side) and abs(twin.contact - step.contact) < 0.03
    agree_within_intervals(plain, turned)


def agree_within_intervals(one, two):
    """Check that every metric both measured agrees within the two intervals."""
    pairs = both_measured(one, two)
    assert len(pairs) >= 20
    apart = [a.metric for a, b in pairs if abs(a.value - b.value) > 0.5 * (a.high - a.low + b.high - b.low)]
    assert apart == []


def both_measured(one, two):
    """Return the pairs of measurements of two analyses in which both have a value."""
    pairs = [(a, two.measurements[id]) for id, a in one.measurements.items()]
    return [(a, b) for a, b in pairs if a.measured and b.measured]


@pytest.mark.slow
def test_a_clip_compressed_harder_lands_in_the_same_ranges(tmp_path):
    plain = measured(side_runner())
    harder = analyze(again(side_runner(), tmp_path / "small.mp4"), model="balanced")
    agree_within_intervals(plain, harder)
    moved = [(a, b) for a, b in both_measured(plain, harder) if judge(a).status != judge(b).status]
    known = [(a, b) for a, b in moved if "unknown" not in (judge(a).status, judge(b).status)]
    assert [a.metric for a, b in known if abs(a.value - b.value) >= 0.5 * a.se] == []


@dataclass(frozen=True)
class WithBystander:
    """A clip with one of its own pictures' runner standing still beside, larger than the runner."""

    frames: list[Frame] = field(repr=False)
    larger: float = 1.15

    def __iter__(self):
        still = self.frames[0].image
        height = still.shape[0]
        rows, columns = (
            (np.arange(int(length * self.larger)) / self.larger).astype(int) for length in still.shape[:2]
        )
        beside = still[rows][:, columns][-height:]
        for frame in self.frames:
            yield Frame(np.concatenate([frame.image, beside], axis=1), frame.time)


@pytest.mark.slow
def test_the_one_who_runs_is_followed_and_not_a_larger_bystander():
    frames = [frame for frame in FrameReader(side_runner()) if frame.time < 3]
    width = frames[0].image.shape[1]
    track = track_runner(WithBystander(frames), model="fast")
    hips = track.xy[:, K["left_hip"], 0]
    assert np.nanmean(hips < width) > 0.95
    assert np.nanmax(track.surroundings.people) >= 2
