"""A figure to render: the baked body, dressed and moved by the gait.

`body.npz` is made by scripts/bake_body from MakeHuman's CC0 mesh. The file's axes at rest
are x left, y back, z up; here everything is in the runner's axes (forward, left, up).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from formcheck.skeleton import SIDES, K
from formcheck.synthetic.params import Body
from formcheck.synthetic.runner import Pose, upright_frame

FILE = Path(__file__).with_name("body.npz")
BODIES = ("man", "woman", "lean-man", "heavy-woman")
SOLE = 0.024  # m of sole below the foot
FROM_FILE = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
KINDS = ("skin", "eyes", "shirt", "shorts", "socks", "shoes", "hair")
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Appearance:
    """The runner's appearance, in linear colour."""

    body: str = "man"
    skin: Colour = (0.55, 0.32, 0.22)
    hair: Colour = (0.03, 0.02, 0.015)
    shirt: Colour = (0.06, 0.22, 0.50)
    shorts: Colour = (0.03, 0.03, 0.04)
    shoes: Colour = (0.75, 0.16, 0.04)
    socks: Colour = (0.62, 0.62, 0.62)
    sole: Colour = (0.72, 0.72, 0.70)
    trim: Colour = (0.60, 0.62, 0.62)  # stripes of shirt, shorts and shoes
    long_tights: bool = False
    singlet: bool = False
    bun: bool = False


@dataclass(frozen=True, eq=False)
class Rest:
    """One baked body at rest, standing with arms and legs slightly apart."""

    vertices: np.ndarray  # (V, 3) m
    weights: np.ndarray  # (V, S) skinning weights of the segments
    segments: tuple[str, ...]
    faces: dict[str, np.ndarray]  # group -> (F, 3)
    joints: dict[str, np.ndarray]  # (3,) m

    def share(self, *parts: str) -> np.ndarray:
        """Return (V,) each vertex's total weight for the segments of these names."""
        columns = [
            i for i, name in enumerate(self.segments) if name.split("_", 1)[-1] in parts or name in parts
        ]
        return np.asarray(self.weights[:, columns].sum(axis=1))

    @property
    def ground(self) -> float:
        """Height of the lowest point of the bare foot."""
        return float(self.vertices[np.unique(self.faces["body"]), 2].min())


@cache
def load_rest(name: str) -> Rest:
    """Read one body of `BODIES`."""
    with np.load(FILE) as data:
        weights = data["weights"].astype(np.float32)
        joints = {
            str(k): FROM_FILE @ v for k, v in zip(data["joint_names"], data[f"joints_{name}"].astype(float))
        }
        return Rest(
            vertices=(data[f"vertices_{name}"] * 1e-4) @ FROM_FILE.T,
            weights=weights / weights.sum(axis=1, keepdims=True),
            segments=tuple(str(segment) for segment in data["segments"]),
            faces={key.removeprefix("faces_"): data[key].astype(np.int32) for key in data.files if key.startswith("faces_")},
            joints=joints,
        )  # fmt: skip


def body_of(name: str) -> Body:
    """Return the segment lengths of a baked body, so that the gait moves it without stretching."""
    rest = load_rest(name)
    j = rest.joints
    foot = rest.vertices[(rest.share("foot", "toes") > 0.9) & (rest.vertices[:, 1] > 0)]
    eyes = 0.5 * (j["left_eye"] + j["right_eye"]) - 0.5 * (j["left_shoulder"] + j["right_shoulder"])
    stature = float(np.ptp(rest.vertices[np.unique(rest.faces["body"]), 2]))
    return Body(
        height=stature,
        thigh=_distance(j, "left_hip", "left_knee"),
        shank=_distance(j, "left_knee", "left_ankle"),
        ankle_height=float(j["left_ankle"][2]) - rest.ground + SOLE,
        heel_back=float(j["left_ankle"][0] - foot[:, 0].min()) - 0.01,
        ball_ahead=float(j["left_toes"][0] - j["left_ankle"][0]),
        toe_ahead=float(foot[:, 0].max() - j["left_toes"][0]) - 0.012,
        hips=_distance(j, "left_hip", "right_hip"),
        shoulders=_distance(j, "left_shoulder", "right_shoulder"),
        trunk=float(j["left_shoulder"][2] - j["left_hip"][2]),
        upper_arm=_distance(j, "left_shoulder", "left_elbow"),
        forearm=_distance(j, "left_elbow", "left_wrist"),
        neck=float(eyes[2] - 0.015 * stature / 1.75) / 0.975,
    )


def _distance(joints: dict[str, np.ndarray], a: str, b: str) -> float:
    return float(np.linalg.norm(joints[a] - joints[b]))


@dataclass(frozen=True, eq=False)
class DressedBody:
    """A dressed body ready for animation: skin, garments and hair in one mesh."""

    vertices: np.ndarray  # (V, 3) m at rest
    weights: np.ndarray  # (V, S)
    faces: np.ndarray  # (F, 3) int32
    kind: np.ndarray  # (V,) index into `KINDS`
    guard: np.ndarray  # (V,) m inside the garment's edge; pixels below 0 are not rendered
    origins: np.ndarray  # (S, 3) pivot of each segment at rest
    frames: np.ndarray  # (S, 3, 3) each segment's axes at rest
    segments: tuple[str, ...]
    look: Appearance
    rest: Rest

    def moved(self, pose: Pose, at: int) -> np.ndarray:
        """Return (V, 3) m in the world at one moment of the pose (linear blend skinning)."""
        turns, shifts = self.motions(pose, at)
        blend = self.weights @ np.concatenate([turns.reshape(-1, 9), shifts], axis=1)
        return np.asarray(
            np.einsum("vij,vj->vi", blend[:, :9].reshape(-1, 3, 3), self.vertices) + blend[:, 9:]
        )

    def motions(self, pose: Pose, at: int) -> tuple[np.ndarray, np.ndarray]:
        """Return (S, 3, 3) rotations and (S, 3) shifts that take each segment from rest into the world."""
        turns = np.array([pose.frames[name][at] for name in self.segments]) @ self.frames.transpose(0, 2, 1)
        places = np.array([_origin(pose, name, at) for name in self.segments])
        head, thorax = self.segments.index("head"), self.segments.index("thorax")
        places[head] = places[thorax] + turns[thorax] @ (self.origins[head] - self.origins[thorax])
        return turns, places - np.einsum("sij,sj->si", turns, self.origins)


def _origin(pose: Pose, segment: str, at: int) -> np.ndarray:
    """Return a segment's pivot in the world."""
    points = pose.points[at]
    if segment in ("pelvis", "thorax", "head"):
        part = "hip" if segment == "pelvis" else "shoulder"
        return np.asarray(0.5 * (points[K[f"left_{part}"]] + points[K[f"right_{part}"]]))
    side, part = segment.split("_", 1)
    if part == "toes":
        return np.asarray(pose.balls[at, SIDES.index(side)])
    return np.asarray(points[K[f"{side}_{PROXIMAL[part]}"]])


PROXIMAL = {
    "thigh": "hip", "shank": "knee", "foot": "ankle", "shoulder": "shoulder",
    "upper_arm": "shoulder", "forearm": "elbow",
}  # fmt: skip


def rest_frames(rest: Rest) -> tuple[np.ndarray, np.ndarray]:
    """Return (S, 3) origins and (S, 3, 3) axes of the segments at rest."""
    j = rest.joints
    origin = {
        part: 0.5 * (j[f"left_{at}"] + j[f"right_{at}"])
        for part, at in (("pelvis", "hip"), ("thorax", "shoulder"), ("head", "eye"))
    }
    axes = {part: np.eye(3) for part in origin}
    for side in SIDES:
        hip, knee, ankle, toes = (j[f"{side}_{name}"] for name in ("hip", "knee", "ankle", "toes"))
        shoulder, elbow, wrist = (j[f"{side}_{name}"] for name in ("shoulder", "elbow", "wrist"))
        ahead = (toes - ankle) * [1, 1, 0]
        ahead = ahead / np.linalg.norm(ahead)
        foot = np.stack([ahead, np.cross([0, 0, 1], ahead), [0, 0, 1.0]], axis=-1)
        hinge = np.cross(elbow - shoulder, wrist - elbow)
        hinge = -hinge / np.linalg.norm(hinge)
        ball = np.array([toes[0], toes[1], rest.ground - SOLE])
        for part, place, frame in (
            ("thigh", hip, upright_frame((hip - knee)[None])[0]),
            ("shank", knee, upright_frame((knee - ankle)[None])[0]),
            ("foot", ankle, foot),
            ("toes", ball, foot),
            ("shoulder", shoulder, np.eye(3)),
            ("upper_arm", shoulder, upright_frame((shoulder - elbow)[None], hinge[None])[0]),
            ("forearm", elbow, upright_frame((elbow - wrist)[None], hinge[None])[0]),
        ):
            origin[f"{side}_{part}"], axes[f"{side}_{part}"] = place, frame
    return np.array([origin[s] for s in rest.segments]), np.array([axes[s] for s in rest.segments])
