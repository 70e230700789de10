"""One runner going one way: turns, leaps to other people and holes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.scene.segment import select_segment
from formcheck.skeleton import K
from formcheck.synthetic import Camera, Gait, project


def frames_kept(track):
    return np.isfinite(track.xy[:, K["left_hip"], 0])


def treadmill():
    return project(camera=Camera(fps=30)).track


def test_a_treadmill_clip_stays_whole():
    track = treadmill()
    kept = select_segment(track)
    assert kept.breaks == 0 and kept.left_out_share == 0
    assert np.array_equal(frames_kept(kept), frames_kept(track))


def test_a_leap_to_a_bystander_and_home_again_leaves_a_hole():
    track = treadmill()
    xy = track.xy.copy()
    xy[100:120] += np.array([500.0, 0.0])
    kept = select_segment(replace(track, xy=xy))
    assert kept.breaks == 2
    seen = frames_kept(kept)
    assert not seen[100:120].any() and seen[:100].mean() > 0.9 and seen[120:].mean() > 0.9


def test_of_a_runner_who_comes_back_the_longer_way_is_kept():
    there = project(
        Gait(overground=True, speed=3.0),
        Camera(fps=30, distance=7, fov=60, facing="right"),
        seed=1,
        duration_s=3.0,
    )
    back = project(
        Gait(overground=True, speed=3.0),
        Camera(fps=30, distance=7, fov=60, facing="left"),
        seed=1,
        duration_s=2.0,
    )
    joined = join(there.track, back.track)
    kept = select_segment(joined)
    half = len(there.track.time)
    seen = frames_kept(kept)
    assert seen[: half - 1].sum() > 0.5 * half and not seen[half:].any()
    assert kept.breaks >= 1 and kept.left_out_share > 0.2


def test_of_an_edited_video_the_longest_shot_is_kept():
    track = treadmill()
    kept = select_segment(track, np.array([1.0, 2.0, 8.0]))
    seen = frames_kept(kept)
    assert np.array_equal(seen, frames_kept(track) & (track.time >= 2.0) & (track.time < 8.0))
    assert kept.breaks == 0 and kept.left_out_share > 0.2  # nobody was taken for somebody else


def test_a_short_loss_on_the_way_is_no_end():
    clip = project(
        Gait(overground=True, speed=3.0), Camera(fps=30, distance=7, fov=60), seed=2, duration_s=3.0
    )
    xy = clip.track.xy.copy()
    xy[40:45] = np.nan
    kept = frames_kept(select_segment(replace(clip.track, xy=xy)))
    assert kept[:40].any() and kept[45:].any()


def join(one, other):
    """Return one track after the other, as if the runner had turned at the edge of the picture."""
    step = np.median(np.diff(one.time))
    around = one.surroundings
    return replace(
        one,
        time=np.concatenate([one.time, one.time[-1] + step + other.time]),
        xy=np.concatenate([one.xy, other.xy]),
        confidence=np.concatenate([one.confidence, other.confidence]),
        surroundings=replace(
            around,
            people=np.concatenate([around.people, other.surroundings.people]),
            background=np.concatenate([around.background, other.surroundings.background]),
        ),
    )
