"""Left and right kept apart where the legs cross, on runners whose every frame is known."""

from dataclasses import replace

import numpy as np
import pytest

from formcheck.pose.sides import repair_sides
from formcheck.skeleton import K
from formcheck.synthetic import CLEAN, REALISTIC, Camera, project
from formcheck.validation.population import sampled_case
from formcheck.validation.trials import as_tracked, still_swapped

SEEDS = range(4)


def wrong_after_repair(noise, seed, fps=60.0):
    """Return (frames exchanged by the pose model, frames still or newly wrong), counted."""
    swapped = replace(noise, swapped=0.03)
    made = project(camera=Camera(fps=fps), noise=swapped, seed=seed, duration_s=10)
    plain = project(camera=Camera(fps=fps), noise=noise, seed=seed, duration_s=10)
    truth = plain.track.xy[:, K["left_ankle"]]
    before = np.abs(made.track.xy[:, K["left_ankle"]] - truth).max(axis=-1)
    repaired, _ = repair_sides(made.track.xy, made.track.time)
    after = np.abs(repaired[:, K["left_ankle"]] - truth).max(axis=-1)
    other = np.linalg.norm(truth - plain.track.xy[:, K["right_ankle"]], axis=-1)
    clear = other > 0.02 * made.track.size[1]  # where an exchange makes a difference
    return (before > 1) & clear, (after > 1) & clear


@pytest.mark.parametrize("noise", [CLEAN, REALISTIC], ids=["clean", "realistic"])
@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0])
def test_of_three_percent_exchanged_frames_hardly_any_stays_wrong(noise, fps):
    before, after = zip(*(wrong_after_repair(noise, seed, fps) for seed in SEEDS))
    assert np.concatenate(before).mean() > 0.003
    assert np.concatenate(after).mean() < 0.003


@pytest.mark.parametrize("fps", [30.0, 60.0, 120.0, 240.0])
def test_legs_that_were_right_stay_right(fps):
    for seed in SEEDS:
        track = project(camera=Camera(fps=fps), noise=REALISTIC, seed=seed, duration_s=6).track
        _, swapped = repair_sides(track.xy, track.time)
        assert swapped.mean() < 0.003


def test_a_whole_clip_with_sides_exchanged_is_left_as_the_model_says():
    from formcheck.skeleton import MIRRORED

    track = project(noise=CLEAN, seed=1, duration_s=6).track
    mirrored = track.xy[:, list(MIRRORED)]
    _, swapped = repair_sides(mirrored, track.time)
    assert not swapped.any()


def test_nobody_and_a_glimpse_do_not_matter():
    nobody = np.full((20, 21, 2), np.nan)
    same, swapped = repair_sides(nobody, np.arange(20) / 30)
    assert np.isnan(same).all() and not swapped.any()
    glimpse, none = repair_sides(nobody[:2], np.arange(2) / 30)
    assert glimpse.shape == (2, 21, 2) and not none.any()


@pytest.mark.parametrize("view", ["front", "rear"])
@pytest.mark.parametrize("seed", range(8))
def test_from_the_front_and_the_rear_legs_keep_their_names(view, seed):
    """The near foot's swing passes along the picture there too: no rhythm of ahead and behind."""
    camera = Camera(view=view, distance=3.5, yaw=8.0)
    track = project(camera=camera, noise=REALISTIC, seed=seed, duration_s=6).track
    _, swapped = repair_sides(track.xy, track.time)
    assert swapped.mean() < 0.02


@pytest.mark.parametrize("number", [37, 57])
def test_eight_times_slowed_down_the_legs_still_take_turns(number):
    """Their steps come at 0.3 to 0.4 Hz on such a clip's clock."""
    case = sampled_case(number, 240.0)
    assert case.camera.slow_motion == 8.0
    made = project(case.gait, case.camera, case.noise, number, case.duration_s)
    assert still_swapped(case, as_tracked(made, case)) < 0.003
