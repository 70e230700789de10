"""The empty gym as a fixed camera sees it, rendered once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.synthetic.camera import Camera
from formcheck.synthetic.raster import blended, empty, fill, shrink
from formcheck.synthetic.scenery import (
    BELT,
    CEILING,
    DECK,
    FLOOR,
    GLASS,
    LAMP,
    WALL,
    WALL_X,
    WALL_Y,
    Room,
    scenery,
)

OVERSAMPLING = 2


@dataclass(frozen=True, eq=False)
class Backdrop:
    """The empty room as the camera sees it."""

    image: np.ndarray  # (H, W, 3) linear light
    depth: np.ndarray  # (H * 2, W * 2) 1 / distance
    belt: np.ndarray  # (H, W) 0..1, fraction of the pixel that is belt
    belt_x: np.ndarray  # (H, W) m along the belt
    belt_at: tuple[np.ndarray, ...]  # rows and columns of the belt's pixels


def draw(room: Room, camera: Camera) -> Backdrop:
    """Return the empty room as this camera sees it."""
    v, f, c, k = scenery(room, camera).mesh()
    size = (camera.height_px * OVERSAMPLING, camera.width * OVERSAMPLING)
    depth, face, share = empty(*size)
    fill(screen(camera, v, OVERSAMPLING), f.astype(np.int32), np.ones(len(v)), depth, face, share)
    seen = face >= 0
    place, kind = blended(v, f, face[seen], share[seen]), k[face[seen]]
    image, belt = np.zeros((*size, 3)), np.zeros((*size, 2))
    image[seen] = light_leaving(c[face[seen]], kind, place, room) * room.brightness
    belt[seen] = np.stack([kind == BELT, place[:, 0]], axis=1)
    small = shrink(belt, OVERSAMPLING)
    return Backdrop(
        shrink(image, OVERSAMPLING), depth, small[..., 0], small[..., 1], np.nonzero(small[..., 0])
    )


def screen(camera: Camera, points: np.ndarray, times: int) -> np.ndarray:
    """Return (V, 3): oversampled px to the right and down, and 1 / distance (negative behind the camera)."""
    distance = (points - camera.eye()) @ camera.axes()[2]
    safe = np.where(distance > 0.05, distance, 1.0)
    flat = camera.project(points) * times
    return np.concatenate([flat, np.where(distance > 0.05, 1 / safe, -1.0)[:, None]], axis=1)


def light_leaving(colour: np.ndarray, kind: np.ndarray, place: np.ndarray, room: Room) -> np.ndarray:
    """Return (n, 3) the light leaving each point: paint, lamps, and darker corners."""
    out = colour.copy()
    floor, wall, glass = kind == FLOOR, kind == WALL, kind == GLASS
    out[floor] *= _flooring(place[floor], room)[:, None]
    out[wall] = _walling(place[wall], out[wall], room)
    light = _lamplight(place, room)
    light[kind == LAMP] = 1.0
    out *= light[:, None]
    out[glass] = _outdoors(place[glass])
    return out


def _flooring(place: np.ndarray, room: Room) -> np.ndarray:
    """Rubber tiles with specks, or planks."""
    x, y, _ = place.T
    if room.floors == "planks":
        row = np.floor(y / 0.14)
        board = np.floor((x + 0.7 * np.mod(row * 0.618, 1)) / 1.4)
        tone = 0.86 + 0.28 * _random(row, board)
        grain = 1 + 0.06 * np.sin(90 * y + 3 * np.sin(4 * x + 9 * row))
        gap = (np.mod(y, 0.14) < 0.005) | (np.mod(x + 0.7 * np.mod(row * 0.618, 1), 1.4) < 0.005)
        return np.asarray(tone * grain * np.where(gap, 0.55, 1.0))
    tile = np.mod(np.floor(x / 0.6) + np.floor(y / 0.6), 2)
    specks = 1 + 0.9 * (_random(np.floor(x / 0.012), np.floor(y / 0.012)) > 0.965)
    joint = (np.mod(x, 0.6) < 0.008) | (np.mod(y, 0.6) < 0.008)
    return np.asarray((0.96 + 0.06 * tile) * specks * np.where(joint, 0.7, 1.0))


def _walling(place: np.ndarray, colour: np.ndarray, room: Room) -> np.ndarray:
    """Panels with vertical joints and a stripe, or bricks."""
    x, y, z = place.T
    along = np.where(np.abs(y) > WALL_Y - 0.01, x, y)
    if room.walls == "bricks":
        row = np.floor(z / 0.075)
        shifted = along + 0.11 * np.mod(row, 2)
        tone = 0.75 + 0.5 * _random(row, np.floor(shifted / 0.22))
        mortar = (np.mod(z, 0.075) < 0.009) | (np.mod(shifted, 0.22) < 0.009)
        return np.where(mortar[:, None], 0.75 * colour.mean(axis=1, keepdims=True), colour * tone[:, None])
    out = colour * np.where(np.mod(along + 0.4, 1.2) < 0.014, 0.45, 1.0)[:, None]
    low = z < 0.78
    out[low] *= 0.86
    out[(z > 0.78) & (z < 0.86)] = room.stripe
    return np.asarray(out)


def _lamplight(place: np.ndarray, room: Room) -> np.ndarray:
    """Return (n,) brightness: bright areas under the lamps, shade in corners and under the treadmill."""
    x, y, z = place.T
    ground = -DECK if room.treadmill else 0.0
    pools = sum(np.exp(-((x - lamp) ** 2) / 1.2) for lamp in (-1.6, 1.6))
    light = 0.62 + 0.26 * pools * np.exp(-((y / 3.2) ** 2)) + 0.10 * np.clip(z / CEILING, 0, 1)
    near_wall = np.clip(np.minimum(WALL_Y - np.abs(y), WALL_X - np.abs(x)), 0, None)
    corner = 1 - 0.5 * np.exp(-near_wall / 0.30) * np.exp(-np.clip(z - ground, 0, None) / 0.30)
    top = 1 - 0.25 * np.exp(-np.clip(CEILING - z, 0, None) / 0.4)
    under = np.hypot(np.clip(np.abs(x - 0.15) - 1.12, 0, None), np.clip(np.abs(y) - 0.37, 0, None))
    shaded = room.treadmill & (z < ground + 0.01)
    return np.asarray(light * corner * top * np.where(shaded, 1 - 0.75 * np.exp(-under / 0.14), 1.0))


def _outdoors(place: np.ndarray) -> np.ndarray:
    """Return (n, 3): sky above trees, out of focus and brighter than the room."""
    x, y, z = place.T
    tops = 1.42 + 0.09 * np.sin(5 * x + 2 * np.sin(3 * x)) + 0.04 * np.sin(17 * x)
    sky = np.array([0.80, 0.92, 1.05]) * (0.85 + 0.25 * (z[:, None] - 1.0))
    green = np.array([0.22, 0.32, 0.16]) * (0.8 + 0.25 * np.sin(9 * x + 4 * z))[:, None]
    share = np.clip((z - tops) / 0.10 + 0.5, 0, 1)[:, None]
    return np.asarray(share * sky + (1 - share) * green)


def _random(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return pseudo-random values in 0..1, the same for the same pair."""
    value = np.sin(12.9898 * a + 78.233 * b) * 43758.5453
    return np.asarray(value - np.floor(value))
