"""`render_clip`: a rendered video together with its exact truth.

Needs the extra `render` (numba). One frame at 720p takes about one second on one core.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import repeat
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.files.atomic import write_atomically
from formcheck.skeleton import KEYPOINTS
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.clip import Truth, make_truth
from formcheck.synthetic.figure import DressedBody, body_of
from formcheck.synthetic.landmarks import joint_centres, marked_points, visible
from formcheck.synthetic.params import Gait
from formcheck.synthetic.render import Film, FixedScene
from formcheck.synthetic.rotation import tag_rotation
from formcheck.synthetic.runner import Pose
from formcheck.synthetic.truth_file import FORMAT, VERSION
from formcheck.video import VideoWriter

CHUNK = 24  # frames rendered at a time by one process
MarkPoints = Callable[[DressedBody, Pose], np.ndarray]


@dataclass(frozen=True, eq=False)
class Rendered:
    """A rendered clip and its truth. Times in s of the file's timebase."""

    truth: Truth
    film: Film
    figure: DressedBody
    time: np.ndarray  # (T,) s
    joints: np.ndarray  # (T, 21, 2) px, joint centres
    marked: np.ndarray  # (T, 21, 2) px, where people mark keypoints in images
    seen: np.ndarray  # (T, 21) bool, hidden neither by the body itself nor by anything in front of it


def render_clip(
    gait: Gait,
    camera: Camera,
    film: Film,
    path: Path,
    *,
    seed: int = 0,
    duration_s: float = 6.0,
    jobs: int = 1,
    crf: int = 23,
    rotation: int = 0,
) -> Rendered:
    """Render a synthetic runner into an H.264 file.

    Parameters
    ----------
    gait : Gait
        Its body is replaced by that of the film's look.
    camera, film
        The camera's position and settings; who is filmed, where and how.
    path : the video file to write
    seed : int
        The same seed gives the same runner: the same truth, byte for byte.
    duration_s : real time covered by the clip
    jobs : number of rendering processes
    crf : H.264 quality; 23 is good, 32 is typical of messengers
    rotation : 0, 90, 180 or 270: store the image rotated, with metadata that says so
    """
    film = replace(film, seed=seed)
    truth = truth_of(gait, camera, film, seed, duration_s)
    stage = FixedScene.of(truth, film)
    seen = []
    turned = rotation % 180 != 0
    size = (camera.height_px, camera.width) if turned else (camera.width, camera.height_px)
    times = stage.times * camera.slow_motion
    fps = camera.fps / camera.slow_motion
    with VideoWriter(path, size, fps=fps, coding={"preset": "slow", "crf": str(crf)}) as writer:
        for time, (image, shows) in zip(times, _pictures(stage, jobs)):
            writer.write(np.rot90(image, -rotation // 90), float(time))
            seen.append(shows)
    if rotation:
        tag_rotation(path, rotation)
    joints, marked = (_on_film(stage, points) for points in (joint_centres, marked_points))
    return Rendered(truth, film, stage.runner.figure, times, joints, marked, np.array(seen))


def truth_of(gait: Gait, camera: Camera, film: Film, seed: int, duration_s: float) -> Truth:
    """Return the truth of a rendered clip: the gait with the body of the film's look."""
    return make_truth(replace(gait, body=body_of(film.look.body)), camera, seed, duration_s)


def _pictures(stage: FixedScene, jobs: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the frames in order, each with the keypoints that it shows."""
    parts = [range(k, min(k + CHUNK, len(stage.times))) for k in range(0, len(stage.times), CHUNK)]
    if jobs == 1:
        yield from (_taken(stage, number) for part in parts for number in part)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for part in pool.map(_all_taken, repeat(stage), parts):
            yield from part


def _all_taken(stage: FixedScene, numbers: range) -> list[tuple[np.ndarray, np.ndarray]]:
    return [_taken(stage, number) for number in numbers]


def _taken(stage: FixedScene, number: int) -> tuple[np.ndarray, np.ndarray]:
    image, shown = stage.picture(number)
    pose = stage.truth.pose(stage.times[number : number + 1])
    points = marked_points(stage.runner.figure, pose)[0]
    return image, visible(stage.runner.figure, points, shown, stage.truth.camera)


def _on_film(stage: FixedScene, points: MarkPoints) -> np.ndarray:
    """Return (T, 21, 2) px; with a rolling shutter, each point at its own row's moment."""
    camera, figure = stage.truth.camera, stage.runner.figure
    half = 0.5 * camera.rolling_shutter
    early, late = (points(figure, stage.truth.pose(stage.times + shift)) for shift in (-half, half))
    row = camera.project(0.5 * (early + late))[..., 1:] / camera.height_px
    return camera.project(early + np.clip(row, 0, 1) * (late - early))


def write_truth(path: Path, document: Mapping[str, Any]) -> None:
    """Write a clip's truth as gzipped JSON; the same truth gives the same bytes."""
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    with write_atomically(path) as file:
        file.write(gzip.compress(text.encode(), 9, mtime=0))


def truth_document(clip: Rendered, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of the truth file; `answers` are the metrics' true values."""
    truth, slow = clip.truth, clip.truth.camera.slow_motion
    steps = [
        {
            "side": s.side,
            "contact_s": _rounded(slow * s.contact, 5),
            "toe_off_s": _rounded(slow * s.toe_off, 5),
        }
        for s in truth.steps
    ]
    return {
        "format": FORMAT,
        "version": VERSION,
        "note": "A computer-drawn runner; nobody was filmed. Times are on the clip's own clock.",
        "seed": clip.film.seed,
        "gait": asdict(truth.gait),
        "camera": asdict(truth.camera),
        "look": asdict(clip.film.look),
        "slow_motion_factor": slow,
        "answers": answers,
        "steps": steps,
        "keypoints": list(KEYPOINTS),
        "time_s": [_rounded(t, 5) for t in clip.time],
        "joint_centres_px": np.round(clip.joints, 1).tolist(),
        "marked_px": np.round(clip.marked, 1).tolist(),
        "visible": clip.seen.astype(int).tolist(),
    }


def _rounded(value: float, digits: int) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None
