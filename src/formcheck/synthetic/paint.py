"""The colour of each point of the figure, determined by its position on the body at rest."""

from __future__ import annotations

import numpy as np

from formcheck.synthetic.figure import KINDS, SOLE, DressedBody
from formcheck.synthetic.raster import blended

GLOSS = np.array([0.16, 0.7, 0.04, 0.05, 0.02, 0.12, 0.10])  # in the order of KINDS
FOLDS = np.array([0.0, 0.0, 0.22, 0.16, 0.05, 0.0, 0.10])  # strength of the folds in the cloth
OUTSOLE = 0.007  # m, height of the dark rubber outsole


def painted(figure: DressedBody, face: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return the (n, 3) linear colour of n pixels, given their triangles and the weights of two corners."""
    at = blended(figure.vertices, figure.faces, face, share)
    kind = figure.kind[figure.faces[face, 0]]
    look = figure.look
    plain = [look.skin, (0.4, 0.4, 0.4), look.shirt, look.shorts, look.socks, look.shoes, look.hair]
    colour = np.array(plain)[kind]
    for name, paint in PAINTS.items():
        mine = np.flatnonzero(kind == KINDS.index(name))
        if len(mine):
            colour[mine] = paint(figure, at[mine], colour[mine])
    return np.asarray(colour)


def folds(at: np.ndarray) -> np.ndarray:
    """Return (n, 3): the tilt of the surface by smooth folds of cloth at these points."""
    x, y, z = at.T
    wave = np.sin(47 * x + 9 * np.sin(11 * z + 4 * y)) * np.sin(39 * y + 7 * np.sin(13 * z + 3 * x))
    other = np.sin(31 * (x + y) + 6 * np.sin(17 * z)) * np.sin(23 * z + 8 * x)
    return np.stack([wave, other, 0.5 * other], axis=1)


def _face(figure: DressedBody, at: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Eyebrows, lips, and slightly red cheeks."""
    eye = figure.rest.joints["left_eye"]
    side, up, ahead = np.abs(at[:, 1]), at[:, 2] - eye[2], at[:, 0] - eye[0]
    face = ahead > -0.02
    out = colour.copy()
    arch = 0.0205 + 0.10 * np.clip(side - 0.014, 0, 0.026) - 0.35 * np.clip(side - 0.040, 0, None)
    brow = face & (side > 0.013) & (side < 0.052) & (np.abs(up - arch) < 0.0042 - 0.05 * np.abs(side - 0.028))
    lips = face & (side < 0.024) & (np.abs(up + 0.074) < 0.008)
    lid = face & (np.hypot(side - eye[1], 1.8 * (up - 0.004)) < 0.018) & (up > 0.002)
    cheek = np.exp(-((side - 0.04) ** 2 + (up + 0.045) ** 2) / 0.0006) * face
    out *= 1 - cheek[:, None] * [0.0, 0.12, 0.14]
    out[lid] *= 0.82
    out[brow] = 0.35 * out[brow] + 0.65 * np.array(figure.look.hair)
    out[lips] *= [0.90, 0.62, 0.62]
    return out


def _iris(figure: DressedBody, at: np.ndarray, colour: np.ndarray) -> np.ndarray:
    eye = figure.rest.joints["left_eye"]
    dark = np.hypot(np.abs(at[:, 1]) - eye[1], at[:, 2] - eye[2]) < 0.0068
    lid = at[:, 2] - eye[2] > 0.0045
    out = np.where(dark[:, None], (0.05, 0.035, 0.02), colour)
    return np.where(lid[:, None], 0.75 * np.array(figure.look.skin), out)


def _shirt(figure: DressedBody, at: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """A band across the chest and panels on the sides."""
    shoulder, hip = figure.rest.joints["left_shoulder"], figure.rest.joints["left_hip"]
    out = colour.copy()
    chest = hip[2] + 0.66 * (shoulder[2] - hip[2])
    band = np.abs(at[:, 2] - chest) < 0.016
    panel = (np.abs(at[:, 0] - shoulder[0] + 0.01) < 0.045) & (at[:, 2] < shoulder[2] - 0.14)
    out[panel] *= 0.62
    out[band & (np.abs(at[:, 1]) < shoulder[1] * 1.02)] = figure.look.trim
    return out


def _shorts(figure: DressedBody, at: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """A stripe on the outside."""
    hip = figure.rest.joints["left_hip"]
    outside = (np.abs(at[:, 1]) > hip[1] - 0.02) & (np.abs(at[:, 0] - hip[0] + 0.01) < 0.009)
    return np.where(outside[:, None] & (not figure.look.long_tights), figure.look.trim, colour)


def _shoe(figure: DressedBody, at: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Midsole, dark outsole, a tongue with laces, and stripes on the side."""
    ankle, toes = figure.rest.joints["left_ankle"], figure.rest.joints["left_toes"]
    up = at[:, 2] - figure.rest.ground + SOLE
    along = (at[:, 0] - ankle[0]) / (toes[0] - ankle[0])
    edge = 0.036 + 0.010 * np.clip(0.3 - along, 0, 0.6) + 0.006 * np.clip(along - 1.0, 0, 1)
    out = colour.copy()
    slanted = np.mod(along - 0.9 * up / 0.08, 0.22) < 0.07
    out[(along > 0.1) & (along < 0.62) & slanted & (up < 0.075)] = figure.look.trim
    middle = np.abs(np.abs(at[:, 1]) - ankle[1] + 0.004 + 0.01 * along) < 0.014
    tongue = middle & (along > 0.25) & (along < 0.85) & (up > 0.06)
    out[tongue] *= 0.5
    out[tongue & (np.mod(at[:, 0], 0.014) < 0.005)] = figure.look.trim
    out[up < edge] = figure.look.sole
    out[up < OUTSOLE] = (0.05, 0.05, 0.05)
    return out


PAINTS = {"skin": _face, "eyes": _iris, "shirt": _shirt, "shorts": _shorts, "shoes": _shoe}
