"""Clothes, shoes and hair: shells around the body with smooth edges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from formcheck.skeleton import SIDES
from formcheck.synthetic.figure import (
    KINDS,
    SOLE,
    Appearance,
    DressedBody,
    Rest,
    body_of,
    load_rest,
    rest_frames,
)

HIDDEN = 0.03  # m inside a garment's edge, beyond which the skin is not rendered
ROUNDNESS = 0.75  # how far a subdivided edge is moved out to the curved surface
FINGERS = 0.085  # m from the wrist to where the fingers bend
HEEL_BEVEL, TOE_SPRING = 0.6, 1.0  # rise of the sole per unit length
CURL = 0.024  # m, radius of the bend of the fingers


@dataclass(frozen=True, eq=False)
class FigurePart:
    """A piece of the figure before assembly."""

    kind: str
    vertices: np.ndarray  # (V, 3) m
    weights: np.ndarray  # (V, S)
    faces: np.ndarray  # (F, 3)
    guard: np.ndarray  # (V,) m


def dress(look: Appearance) -> DressedBody:
    """Return a figure dressed as the look specifies."""
    rest = load_rest(look.body)
    rest = replace(rest, vertices=with_loose_fists(rest))
    guards = garment_guards(rest, look)
    parts = [_skin(rest, guards), _eyes(rest)]
    parts += [*_garments(rest, look, guards), *_hair(rest, look)]
    return _joined(parts, rest, look)


def with_loose_fists(rest: Rest) -> np.ndarray:
    """Return (V, 3) m with the fingers curled, as runners hold them."""
    out = rest.vertices.copy()
    for side in SIDES:
        wrist, elbow = rest.joints[f"{side}_wrist"], rest.joints[f"{side}_elbow"]
        along = (wrist - elbow) / np.linalg.norm(wrist - elbow)
        beyond = (out - wrist) @ along
        hand = np.flatnonzero((rest.share(f"{side}_forearm") > 0.5) & (beyond > 0))
        ahead, palm = _hand_axes(out[hand], wrist, side)
        far = (out[hand] - wrist) @ ahead - FINGERS
        curled, far = hand[far > 0], far[far > 0]
        deep = (out[curled] - wrist) @ palm
        turn = np.minimum(far / CURL, 2.3)
        rest_of = np.clip(far - 2.3 * CURL, 0, None)
        lever = CURL - deep
        forward = FINGERS + lever * np.sin(turn) + rest_of * np.cos(turn)
        inward = CURL - lever * np.cos(turn) + rest_of * np.sin(turn)
        shift = (forward - FINGERS - far)[:, None] * ahead + (inward - deep)[:, None] * palm
        out[curled] += shift
    return out


def _hand_axes(hand: np.ndarray, wrist: np.ndarray, side: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the directions of the fingers and of the palm."""
    ahead = hand.mean(axis=0) - wrist
    ahead /= np.linalg.norm(ahead)
    _, _, axes = np.linalg.svd(hand - hand.mean(axis=0), full_matrices=False)
    palm = axes[2] - (axes[2] @ ahead) * ahead
    inward = np.array([0.0, -1.0 if side == "left" else 1.0, -0.3])
    return ahead, palm / np.linalg.norm(palm) * np.sign(palm @ inward)


def garment_guards(rest: Rest, look: Appearance) -> dict[str, np.ndarray]:
    """Return for each garment how far inside its edge each vertex lies, (V,) m."""
    j, z = rest.joints, rest.vertices[:, 2]
    hip, knee, ankle = (j[f"left_{name}"][2] for name in ("hip", "knee", "ankle"))
    arm = rest.share("upper_arm", "forearm") > 0.5
    waist = hip + 0.05
    hem = ankle + 0.07 if look.long_tights else knee + 0.42 * (hip - knee)
    mirrored = np.stack([rest.vertices[:, 0], np.abs(rest.vertices[:, 1]), z], axis=1)
    bone = j["left_elbow"] - j["left_shoulder"]
    along = (mirrored - j["left_shoulder"]) @ bone / np.linalg.norm(bone)
    sleeve = (0.02 if look.singlet else 0.6 * np.linalg.norm(bone)) - along
    ankle_front = 0.35 * np.clip(rest.vertices[:, 0] - j["left_ankle"][0], -0.04, 0.04)
    return {
        "shorts": np.where(arm, -1.0, np.minimum(waist + 0.03 - z, z - hem)),
        "shirt": np.where(arm, sleeve, np.minimum(z - waist + 0.07, _collar(rest))),
        "socks": ankle + 0.085 - z,
        "shoes": ankle + 0.014 + ankle_front - z,
    }


def _collar(rest: Rest) -> np.ndarray:
    """Return (V,) m outside a tilted ring around the neck."""
    neck = rest.joints["neck"]
    ahead = rest.vertices[:, 0] - neck[0]
    ring = np.hypot(ahead - 0.012, 1.05 * rest.vertices[:, 1]) - 0.088
    below = neck[2] - 0.035 - rest.vertices[:, 2] - 0.35 * np.clip(ahead, -0.06, None)
    return np.asarray(np.maximum(np.minimum(ring, neck[2] + 0.02 - rest.vertices[:, 2]), below))


def _skin(rest: Rest, guards: dict[str, np.ndarray]) -> FigurePart:
    low = rest.vertices[:, 2] < rest.joints["left_shoulder"][2] - 0.02  # at the neck the shirt is open
    inside = {
        name: np.where(low, guard, -1.0) if name == "shirt" else guard for name, guard in guards.items()
    }
    covered = np.max(list(inside.values()), axis=0) > HIDDEN
    faces = rest.faces["body"]
    faces = faces[~covered[faces].all(axis=1)]
    return FigurePart("skin", rest.vertices, rest.weights, faces, np.ones(len(rest.vertices)))


def _eyes(rest: Rest) -> FigurePart:
    faces = np.concatenate([rest.faces["l-eye"], rest.faces["r-eye"]])
    return FigurePart("eyes", rest.vertices, rest.weights, faces, np.ones(len(rest.vertices)))


def _garments(rest: Rest, look: Appearance, guards: dict[str, np.ndarray]) -> Iterator[FigurePart]:
    shell = rest.faces["tights"]
    normals = vertex_normals(rest.vertices, shell)
    for name, out in _looseness(rest, look).items():
        guard = guards[name]
        part = FigurePart(
            name,
            _close_at_the_neck(rest) + normals * out[:, None],
            rest.weights,
            shell[(guard[shell] > 0).any(axis=1)],
            guard,
        )
        yield divided(part) if name != "shoes" else _shoes(rest, look, part)


def _close_at_the_neck(rest: Rest) -> np.ndarray:
    """Return (V, 3) m with the shell laid on the skin at the collar, where it would gape."""
    skin = np.unique(rest.faces["body"])
    top = rest.vertices[:, 2] > rest.joints["left_shoulder"][2]
    shell = np.intersect1d(np.flatnonzero(top), np.unique(rest.faces["tights"]))
    _, nearest = cKDTree(rest.vertices[skin]).query(rest.vertices[shell])
    out = rest.vertices.copy()
    share = np.clip((rest.vertices[shell, 2] - rest.joints["left_shoulder"][2]) / 0.04, 0, 1)[:, None]
    out[shell] += share * (rest.vertices[skin[nearest]] - rest.vertices[shell])
    return out


def _looseness(rest: Rest, look: Appearance) -> dict[str, np.ndarray]:
    """Return each garment's distance from the body, (V,) m, innermost garments first."""
    z, arm = rest.vertices[:, 2], rest.share("upper_arm", "forearm") > 0.5
    hip, knee = rest.joints["left_hip"][2], rest.joints["left_knee"][2]
    down = np.clip((hip + 0.05 - z) / (hip - knee), 0, 1)
    flow = 0.016 * np.clip((rest.joints["neck"][2] - z) / 0.5, 0, 1)
    return {
        "socks": 0.0015 + 0 * z,
        "shorts": 0.004 + (0.0 if look.long_tights else 0.030) * down,
        "shirt": np.where(arm, 0.014, 0.008 + flow),
        "shoes": 0.008 + 0 * z,
    }


def _shoes(rest: Rest, look: Appearance, part: FigurePart) -> FigurePart:
    """Give the shoe's upper a sole that bends only at the ball of the foot."""
    flat = divided(replace(part, vertices=_with_sole(rest, look, part.vertices)))
    vertices = np.where([False, False, True], np.maximum(flat.vertices, rest.ground - SOLE), flat.vertices)
    weights = flat.weights.copy()
    for side in SIDES:
        foot, toes = (rest.segments.index(f"{side}_{name}") for name in ("foot", "toes"))
        share = np.clip((vertices[:, 0] - rest.joints[f"{side}_toes"][0]) / 0.012 + 0.5, 0, 1)
        both = weights[:, foot] + weights[:, toes]
        weights[:, foot], weights[:, toes] = both * (1 - share), both * share
    return replace(flat, vertices=vertices, weights=weights)


def _with_sole(rest: Rest, look: Appearance, vertices: np.ndarray) -> np.ndarray:
    """Flatten the underside of the foot, lower it by the height of the sole, bevel both ends.

    Beyond the points on which the foot rolls, the sole rises so that it does not pass through the belt.
    """
    body = body_of(look.body)
    under = vertices[:, 2] < rest.ground + 0.022
    ahead = vertices[:, 0] - rest.joints["left_ankle"][0]
    behind = np.clip(-body.heel_back - ahead, 0, None)
    beyond = np.clip(ahead - body.ball_ahead - body.toe_ahead, 0, None)
    sole = rest.ground - SOLE + HEEL_BEVEL * behind + TOE_SPRING * beyond
    return np.stack([vertices[:, 0], vertices[:, 1], np.where(under, sole, vertices[:, 2])], axis=1)


def _hair(rest: Rest, look: Appearance) -> Iterator[FigurePart]:
    faces, head, eye = rest.faces["body"], rest.share("head"), rest.joints["left_eye"]
    faces = faces[(head[faces] > 0.5).all(axis=1)]
    up, back = rest.vertices[:, 2] - eye[2], eye[0] - rest.vertices[:, 0]
    ear = rest.joints["head"] + [0.006, 0.0, 0.022]
    from_ear = np.hypot(rest.vertices[:, 0] - ear[0], 0.8 * (rest.vertices[:, 2] - ear[2])) - 0.030
    guard = np.minimum(up - _hairline(back), np.where(np.abs(rest.vertices[:, 1]) > 0.05, from_ear, 1.0))
    thick = 0.004 + 0.010 * np.clip(guard / 0.03, 0, 1)
    vertices = rest.vertices + vertex_normals(rest.vertices, faces) * np.asarray(thick)[:, None]
    yield divided(FigurePart("hair", vertices, rest.weights, faces[(guard[faces] > 0).any(axis=1)], guard))
    if look.bun:
        yield _bun(rest)


def _hairline(back: np.ndarray) -> np.ndarray:
    """Return the height of the hairline above the eyes, m, by distance behind the eyes."""
    return np.asarray(
        np.interp(
            back,
            [-0.02, 0.02, 0.045, 0.058, 0.075, 0.10, 0.125, 0.20],
            [0.066, 0.062, 0.045, -0.010, -0.012, -0.030, -0.060, -0.070],
        )
    )


def _bun(rest: Rest) -> FigurePart:
    """A bun at the back of the head."""
    around, up = np.meshgrid(np.linspace(0, 2 * np.pi, 13), np.linspace(-np.pi / 2, np.pi / 2, 9))
    ball = np.stack([np.cos(up) * np.cos(around), np.cos(up) * np.sin(around), np.sin(up)], axis=-1)
    head = rest.vertices[rest.share("head") > 0.9]
    centre = np.array([head[:, 0].min() - 0.012, 0.0, rest.joints["left_eye"][2] + 0.045])
    corner = np.arange(around.size).reshape(around.shape)
    a, b, c, d = (x.ravel() for x in (corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]))
    faces = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
    weights = np.zeros((around.size, len(rest.segments)))
    weights[:, rest.segments.index("head")] = 1
    return FigurePart(
        "hair", centre + ball.reshape(-1, 3) * [0.036, 0.042, 0.042], weights, faces, np.ones(around.size)
    )


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Return (V, 3) unit normals, area-weighted."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    normal = np.cross(b - a, c - a)
    out = np.zeros_like(vertices)
    for k in range(3):
        for axis in range(3):
            out[:, axis] += np.bincount(faces[:, k], normal[:, axis], len(vertices))
    return np.asarray(out / (np.linalg.norm(out, axis=1, keepdims=True) + 1e-12))


def divided(part: FigurePart) -> FigurePart:
    """Return a part with triangles split in four and rounded (Phong tessellation, Boubekeur & Alexa 2008)."""
    faces, v = part.faces, part.vertices
    normals = vertex_normals(v, faces)
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    unique, which = np.unique(edges, axis=0, return_inverse=True)
    ab, bc, ca = len(v) + which.reshape(3, -1)
    a, b, c = faces.T
    one, two = unique.T
    middle = 0.5 * (v[one] + v[two])
    bulge = sum(_onto_plane(middle, v[end], normals[end]) for end in (one, two)) / 2 - middle
    corners = ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))
    return FigurePart(
        part.kind,
        np.concatenate([v, middle + ROUNDNESS * bulge]),
        np.concatenate([part.weights, 0.5 * (part.weights[one] + part.weights[two])]),
        np.concatenate([np.stack(corner, axis=1) for corner in corners]),
        np.concatenate([part.guard, 0.5 * (part.guard[one] + part.guard[two])]),
    )


def _onto_plane(points: np.ndarray, place: np.ndarray, normal: np.ndarray) -> np.ndarray:
    return np.asarray(points - np.sum((points - place) * normal, axis=1, keepdims=True) * normal)


def _joined(parts: list[FigurePart], rest: Rest, look: Appearance) -> DressedBody:
    """Join the parts into one mesh without unused vertices."""
    start, vertices, weights, faces, kinds, guards = 0, [], [], [], [], []
    for part in parts:
        used, renamed = np.unique(part.faces, return_inverse=True)
        vertices.append(part.vertices[used])
        weights.append(part.weights[used])
        faces.append(renamed.reshape(part.faces.shape) + start)
        kinds.append(np.full(len(used), KINDS.index(part.kind)))
        guards.append(part.guard[used])
        start += len(used)
    v, w, f, k, g = (np.concatenate(piece) for piece in (vertices, weights, faces, kinds, guards))
    return DressedBody(
        v, w.astype(float), f.astype(np.int32), k, g, *rest_frames(rest), rest.segments, look, rest
    )
