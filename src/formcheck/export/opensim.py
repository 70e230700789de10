"""Motion → OpenSim text files: markers (.trc) and joint angles (.mot).

Both are planar, from one camera at the side: X forward, Y up, Z to the right (always 0),
evenly sampled in real time. The files were checked against OpenSim's file definitions, not
with OpenSim itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from formcheck.biomechanics import (
    SHANK_SHARE,
    THIGH_SHARE,
    included_deg,
    knee_flexion_deg,
    lean_deg,
    pitch_deg,
    shank_deg,
    thigh_deg,
    turned_deg,
)
from formcheck.skeleton import KEYPOINTS
from formcheck.types import Motion, Runner

HEIGHT_UNKNOWN_M = 1.75  # scale if the runner's height was not stated
MM = 1000.0


def leg_length_m(runner: Runner) -> float:
    """Return leg length (hip to ankle) in m, from stature by Drillis & Contini (1966)."""
    return (SHANK_SHARE + THIGH_SHARE) * (runner.height_m or HEIGHT_UNKNOWN_M)


def trc_text(motion: Motion, runner: Runner, name: str) -> str:
    """Return the keypoints as markers in millimetres; missing points are left blank.

    Parameters
    ----------
    motion : Motion, from the side
    runner : `height_m` gives the scale; 1.75 m is assumed if it was not stated
    name : name of the file, which the format repeats in the header
    """
    count, rate = len(motion.xy), f"{motion.rate:.6g}"
    facts = (rate, f"{motion.frame_rate:.6g}", count, len(KEYPOINTS), "mm", rate, 1, count)
    markers = [f"{axis}{k}" for k in range(1, len(KEYPOINTS) + 1) for axis in "XYZ"]
    head = (
        ("PathFileType", 4, "(X/Y/Z)", name),
        ("DataRate", "CameraRate", "NumFrames", "NumMarkers", "Units",
         "OrigDataRate", "OrigDataStartFrame", "OrigNumFrames"),
        facts,
        ("Frame#", "Time", *(cell for marker in KEYPOINTS for cell in (marker, "", ""))),
        ("", "", *markers),
        (),
    )  # fmt: skip
    places = MM * leg_length_m(runner) * motion.xy
    rows = (
        (k + 1, f"{time:.6f}", *_marker_cells(places[k])) for k, time in enumerate(motion.time)
    )  # each marker's X, Y, Z
    return _tabbed((*head, *rows))


def _marker_cells(places: np.ndarray) -> Iterable[str]:
    for x, y in places:
        seen = np.isfinite(x) and np.isfinite(y)
        yield from ((f"{x:.3f}", f"{y:.3f}", "0.000") if seen else ("", "", ""))


def joint_angles(motion: Motion) -> dict[str, np.ndarray]:
    """Return OpenSim coordinates of the running models (signs of Rajagopal 2016), (N,) deg each.

    Flexion and dorsiflexion are positive. The pelvis is assumed upright, because two hip
    points do not show its tilt: hip flexion is the absolute angle of the thigh, and lumbar
    extension that of the trunk.
    """
    found = {"lumbar_extension": -lean_deg(motion.middle("hip"), motion.middle("shoulder"))}
    for side in ("right", "left"):
        hip, knee, ankle, heel, toe, shoulder, elbow, wrist = (
            motion.point(f"{side}_{part}")
            for part in ("hip", "knee", "ankle", "heel", "toe", "shoulder", "elbow", "wrist")
        )
        end = side[0]
        found[f"hip_flexion_{end}"] = thigh_deg(hip, knee)
        found[f"knee_angle_{end}"] = knee_flexion_deg(hip, knee, ankle)
        found[f"ankle_angle_{end}"] = turned_deg(pitch_deg(heel, toe), shank_deg(knee, ankle))
        trunk = -found["lumbar_extension"]
        found[f"arm_flex_{end}"] = turned_deg(thigh_deg(shoulder, elbow), -trunk)
        found[f"elbow_flex_{end}"] = 180 - included_deg(shoulder, elbow, wrist)
    return found


def mot_text(motion: Motion, runner: Runner, name: str) -> str:
    """Return joint angles (degrees) and pelvis position (m); gaps are interpolated linearly.

    OpenSim storage files cannot hold missing values. A coordinate without any value is left out.
    """
    hips = motion.middle("hip") * leg_length_m(runner)
    columns = {"pelvis_tx": hips[:, 0], "pelvis_ty": hips[:, 1], **joint_angles(motion)}
    seen = {key: _bridged(values) for key, values in columns.items() if np.isfinite(values).any()}
    head = (
        (name,),
        ("version=1",),
        (f"nRows={len(motion.xy)}",),
        (f"nColumns={len(seen) + 2}",),
        ("inDegrees=yes",),
        ("endheader",),
        ("time", "pelvis_tilt", *seen),
    )
    values = np.column_stack([motion.time, np.zeros(len(motion.xy)), *seen.values()])
    return _tabbed((*head, *([f"{value:.6f}" for value in row] for row in values)))


def _bridged(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    index = np.arange(len(values))
    return np.asarray(np.interp(index, index[known], values[known]))


def _tabbed(rows: Iterable[Sequence[object]]) -> str:
    return "".join("\t".join(str(cell) for cell in row) + "\n" for row in rows)
