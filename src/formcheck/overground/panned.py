"""A camera that pans: the runner and the marks of all frames in one picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.course import Marks
from formcheck.overground.scale import TURNED_SD, CameraPrior, click_px
from formcheck.types import CameraPath, PoseTrack

PROBE_PX = 1.0


def on_one_picture(track: PoseTrack, path: CameraPath) -> PoseTrack:
    """Return the track as one still camera would have seen it, in its pixels and beyond its edges.

    Points outside the frames that were followed, or too far aside, are not seen.
    """
    there = (track.time >= path.time[0] - 1e-6) & (track.time <= path.time[-1] + 1e-6)
    xy = np.where(there[:, None, None], path.onto_reference(track.xy, track.time), np.nan)
    return replace(track, xy=xy)


def marks_on_one_picture(marks: Marks, path: CameraPath) -> tuple[Marks, CameraPrior]:
    """Return marks that were pointed at in different frames in one picture, and how sure each is there.

    Raises
    ------
    ValueError
        If a mark lies too far aside of the middle of the pan.
    """
    pixels = path.onto_reference(marks.pixels, marks.moments)
    moved = Marks(
        tuple(replace(mark, x=float(x), y=float(y), at=None) for mark, (x, y) in zip(marks.marks, pixels))
    )
    off = np.hypot(click_px(path.size), path.sd_px[path.nearest(marks.moments)])
    stretched = np.stack(
        [
            np.linalg.norm(path.onto_reference(marks.pixels + step, marks.moments) - pixels, axis=1)
            / PROBE_PX
            for step in ([PROBE_PX, 0.0], [0.0, PROBE_PX])
        ],
        axis=1,
    )
    return moved, CameraPrior(
        path.focal_px, path.focal_sd, TURNED_SD, off[:, None] * stretched, float(np.median(path.sd_px))
    )
