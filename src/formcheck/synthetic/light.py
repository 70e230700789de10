"""Lighting of the figure: lamps, a shadow map, and ambient occlusion where limbs meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.synthetic.camera import Camera
from formcheck.synthetic.clothes import vertex_normals
from formcheck.synthetic.figure import DressedBody
from formcheck.synthetic.paint import FOLDS, GLOSS, folds, painted
from formcheck.synthetic.raster import blended, empty, fill

LAMP = np.array([0.86, 0.82, 0.75])
SKY, GROUND = np.array([0.42, 0.45, 0.50]), np.array([0.17, 0.16, 0.15])
MAP_PX, MAP_M = 480, 2.6  # px and m, size of the shadow map
SHADOW_BIAS = 0.018  # m
CREASE_M = 0.07  # m around a point within which other surfaces block its light
RING = [(np.cos(a) * r, np.sin(a) * r) for a, r in zip(np.arange(12) * 2.4, np.linspace(0.25, 1, 12))]


def lamp_of(camera: Camera) -> np.ndarray:
    """Return (3,): the direction to the main lamp, above and in front of the camera."""
    right, _, ahead = camera.axes()
    flat = -ahead * [1, 1, 0]
    towards = 1.0 * np.array([0, 0, 1.0]) + 0.55 * flat / np.linalg.norm(flat) - 0.4 * right
    return np.asarray(towards / np.linalg.norm(towards))


@dataclass(frozen=True, eq=False)
class Light:
    """The light on each vertex of a figure."""

    falling: np.ndarray  # (V, 3) linear, multiplied by the colour
    shine: np.ndarray  # (V, 1) linear, added to the result


def light_on(world: np.ndarray, figure: DressedBody, camera: Camera) -> Light:
    """Return the light on a figure standing at `world` (V, 3) m."""
    kind = figure.kind
    normals = _unit(vertex_normals(world, figure.faces) + FOLDS[kind][:, None] * folds(figure.vertices))
    towards = _unit(camera.eye() - world)
    lamp = lamp_of(camera)
    bright = in_lamplight(world, figure, world + 0.012 * normals, lamp)
    key = np.clip((normals @ lamp + 0.15) / 1.15, 0, 1) * bright
    ambient = GROUND + (SKY - GROUND) * (0.5 + 0.5 * normals[:, 2:3])
    glance = np.clip(np.sum(normals * _unit(towards + lamp), axis=1), 0, 1) ** 20
    rim = (1 - np.abs(np.sum(normals * towards, axis=1))) ** 3
    shine = 0.55 * (GLOSS[kind] * glance * bright + 0.05 * rim)
    return Light(ambient + key[:, None] * LAMP, shine[:, None])


def lit(light: Light, figure: DressedBody, face: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return the (n, 3) linear light of n pixels, given their triangles and the weights of two corners."""
    falling = blended(light.falling, figure.faces, face, share)
    return np.asarray(
        painted(figure, face, share) * falling + blended(light.shine, figure.faces, face, share)
    )


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9))


def in_lamplight(world: np.ndarray, figure: DressedBody, place: np.ndarray, lamp: np.ndarray) -> np.ndarray:
    """Return (n,) 0..1: the share of the lamp's light that reaches each point past the figure itself."""
    right = np.cross(lamp, [1.0, 0.0, 0.0])
    right /= np.linalg.norm(right)
    axes = np.stack([right, np.cross(right, lamp), lamp])
    scale, centre = MAP_PX / MAP_M, world.mean(axis=0)
    corners = (world - centre) @ axes.T
    corners = np.concatenate([corners[:, :2] * scale + MAP_PX / 2, 10 + corners[:, 2:]], axis=1)
    depth, face, share = empty(MAP_PX, MAP_PX)
    fill(corners, figure.faces, figure.guard, depth, face, share)
    here = (place - centre) @ axes.T
    seen = np.zeros(len(place))
    for dx, dy in RING[::2]:
        column = np.clip(here[:, 0] * scale + MAP_PX / 2 + 2.5 * dx, 0, MAP_PX - 1).astype(int)
        row = np.clip(here[:, 1] * scale + MAP_PX / 2 + 2.5 * dy, 0, MAP_PX - 1).astype(int)
        seen += depth[row, column] < 10 + here[:, 2] + SHADOW_BIAS
    return seen / len(RING[::2])


def creases(depth: np.ndarray, figure: np.ndarray, px_per_m_at_1m: float) -> np.ndarray:
    """Return (H, W) 0..1: the share of light that reaches each pixel past close surfaces in front of it.

    Parameters
    ----------
    depth : (H, W) 1 / distance
    figure : (H, W) bool, pixels of the figure
    px_per_m_at_1m : size in px of one metre at a distance of one metre
    """
    if not figure.any():
        return np.ones(depth.shape)
    distance = np.where(depth > 0, 1 / np.maximum(depth, 1e-6), 50.0)
    reach = CREASE_M * px_per_m_at_1m / float(np.median(distance[figure]))
    margin = int(np.ceil(reach)) + 1
    wide = np.pad(distance, margin, mode="edge")
    height, width = depth.shape
    taken = np.zeros(depth.shape)
    for dx, dy in RING:
        x, y = margin + round(reach * dx), margin + round(reach * dy)
        nearer = distance - wide[y : y + height, x : x + width] - 0.02
        taken += np.clip(nearer / 0.05, 0, 1) * np.clip(2.5 - nearer / 0.12, 0, 1)
    return np.asarray(1 - 0.65 * taken / len(RING))
