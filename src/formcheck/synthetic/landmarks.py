"""Keypoint positions on the rendered figure: joint centres, and the points that pose models learn.

People who mark a hip in a photograph do not mark the joint's centre inside the body. The
offsets of COCO-style points from the joint centres were measured on this mesh with
annotation weights fitted to such marks, and are rounded to a millimetre.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from formcheck.skeleton import KEYPOINTS, SIDES, K
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.figure import DressedBody
from formcheck.synthetic.render import LitPerson
from formcheck.synthetic.room import OVERSAMPLING
from formcheck.synthetic.runner import Pose

Place = tuple[float, float, float]
OFFSETS: Mapping[str, Mapping[str, Place]] = {
    "man": {
        "shoulder": (0.002, -0.018, 0.025), "elbow": (0.017, -0.013, 0.015), "wrist": (0.002, -0.007, 0.003),
        "hip": (0.029, -0.024, -0.028), "knee": (-0.010, 0.008, 0.007), "ankle": (0.000, 0.002, 0.018),
    },
    "woman": {
        "shoulder": (-0.004, -0.003, 0.021), "elbow": (0.003, -0.012, 0.011), "wrist": (0.002, -0.006, 0.001),
        "hip": (0.012, -0.007, -0.020), "knee": (0.000, 0.001, -0.010), "ankle": (0.001, 0.003, 0.023),
    },
}  # fmt: skip
"""m forward, to the left (for the left side; mirrored for the right) and up, standing at rest."""
CARRIER = {
    "shoulder": "shoulder",
    "elbow": "upper_arm",
    "wrist": "forearm",
    "knee": "thigh",
    "ankle": "shank",
}
FACE: Mapping[str, Place] = {
    "nose": (0.118, 0.0, 0.011),
    "ear": (0.009, 0.079, 0.023),
}  # relative to the head's joint
OWN = {
    "shoulder": ("shoulder", "upper_arm"), "elbow": ("upper_arm", "forearm"), "wrist": ("forearm",),
    "hip": ("thigh",), "knee": ("thigh", "shank"), "ankle": ("shank", "foot"), "heel": ("foot",),
    "toe": ("foot", "toes"),
}  # fmt: skip
MIDDLE = {"shoulder": "thorax", "hip": "pelvis"}
FLESH = {"ear": 0.05, "eye": 0.05, "nose": 0.05}  # m by which the surface may lie in front of the point
THICKEST = 0.14
AROUND = 0.022  # m around a point within which its own surface must be visible


def joint_centres(figure: DressedBody, pose: Pose) -> np.ndarray:
    """Return (N, 21, 3) m: the centres of the joints, and the face points on the face."""
    out = pose.points.copy()
    face = [name for name in KEYPOINTS if name.split("_")[-1] in ("nose", "eye", "ear")]
    for at in range(len(out)):
        turns, shifts = figure.motions(pose, at)
        head = figure.segments.index("head")
        for name in face:
            out[at, K[name]] = turns[head] @ _at_rest(figure, name) + shifts[head]
    return out


def marked_points(figure: DressedBody, pose: Pose) -> np.ndarray:
    """Return (N, 21, 3) m: where people mark the keypoints in images, as pose models learn them."""
    out = joint_centres(figure, pose)
    offsets = OFFSETS["woman" if "woman" in figure.look.body else "man"]
    for at in range(len(out)):
        turns, _ = figure.motions(pose, at)
        for side in SIDES:
            for part, (ahead, left, up) in offsets.items():
                carrier = "pelvis" if part == "hip" else f"{side}_{CARRIER[part]}"
                offset = np.array([ahead, left if side == "left" else -left, up])
                out[at, K[f"{side}_{part}"]] += turns[figure.segments.index(carrier)] @ offset
    return out


def _at_rest(figure: DressedBody, name: str) -> np.ndarray:
    """Return a face point's position at rest."""
    joints, (side, _, part) = figure.rest.joints, name.rpartition("_")
    if part == "eye":
        return joints[f"{side}_eye"] + [0.011, 0.0, 0.003]
    ahead, left, up = FACE[part]
    return np.asarray(joints["head"] + [ahead, -left if side == "right" else left, up])


def visible(figure: DressedBody, points: np.ndarray, shown: LitPerson, camera: Camera) -> np.ndarray:
    """Return (21,) bool: keypoints around which their own part of the body is visible.

    Parameters
    ----------
    points : (21, 3) m at the rendered moment
    """
    main = np.argmax(figure.weights, axis=1)
    names = np.array(figure.segments)
    distance = (points - camera.eye()) @ camera.axes()[2]
    places = (camera.project(points) - shown.corner) * OVERSAMPLING
    out = np.zeros(len(KEYPOINTS), bool)
    for k, name in enumerate(KEYPOINTS):
        reach = max(1, round(AROUND * camera.focal_px / distance[k] * OVERSAMPLING))
        left, top = np.floor(places[k]).astype(int) - reach
        part = (
            slice(max(0, top), max(0, top + 2 * reach + 1)),
            slice(max(0, left), max(0, left + 2 * reach + 1)),
        )
        face = shown.face[part]
        near = 1 / np.maximum(shown.depth[part], 1e-6) > distance[k] - FLESH.get(
            name.split("_")[-1], THICKEST
        )
        segment = names[main[figure.faces[face[(face >= 0) & near], 0]]]
        out[k] = bool(np.isin(segment, _own(name)).any())
    inside = camera.project(points)
    return np.asarray(out & np.all((inside >= 0) & (inside < [camera.width, camera.height_px]), axis=1))


def _own(name: str) -> list[str]:
    """Return the segments whose visible surface makes a keypoint visible."""
    side, _, part = name.rpartition("_")
    if part in ("nose", "eye", "ear"):
        return ["head"]
    own = [f"{side}_{segment}" for segment in OWN[part]]
    return [*own, MIDDLE[part]] if part in MIDDLE else own
