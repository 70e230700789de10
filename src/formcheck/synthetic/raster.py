"""Triangles to pixels: a small z-buffer on the CPU that needs only numba."""

from __future__ import annotations

import numba
import numpy as np


@numba.njit(cache=True)
def fill(
    corners: np.ndarray,
    faces: np.ndarray,
    guard: np.ndarray,
    depth: np.ndarray,
    face: np.ndarray,
    share: np.ndarray,
) -> None:
    """Draw triangles into a z-buffer.

    Parameters
    ----------
    corners : (V, 3) px to the right, px down, 1 / distance
    faces : (F, 3)
    guard : (V,) pixels at which the interpolated guard is negative are left out
    depth : (H, W) 1 / distance of the nearest surface; updated
    face : (H, W) index of the nearest triangle, -1 = none; updated
    share : (H, W, 2) perspective-correct weights of the first two corners; updated
    """
    height, width = depth.shape
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        xa, ya, za = corners[a, 0], corners[a, 1], corners[a, 2]
        xb, yb, zb = corners[b, 0], corners[b, 1], corners[b, 2]
        xc, yc, zc = corners[c, 0], corners[c, 1], corners[c, 2]
        area = (xb - xa) * (yc - ya) - (xc - xa) * (yb - ya)
        if area == 0 or za <= 0 or zb <= 0 or zc <= 0:
            continue
        left, right = max(0, int(min(xa, xb, xc) - 0.5)), min(width - 1, int(max(xa, xb, xc) + 0.5))
        top, bottom = max(0, int(min(ya, yb, yc) - 0.5)), min(height - 1, int(max(ya, yb, yc) + 0.5))
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                px, py = x + 0.5, y + 0.5
                wa = ((xb - px) * (yc - py) - (xc - px) * (yb - py)) / area
                wb = ((xc - px) * (ya - py) - (xa - px) * (yc - py)) / area
                wc = 1 - wa - wb
                if wa < 0 or wb < 0 or wc < 0:
                    continue
                near = wa * za + wb * zb + wc * zc
                if near <= depth[y, x]:
                    continue
                ta, tb = wa * za / near, wb * zb / near
                if ta * guard[a] + tb * guard[b] + (1 - ta - tb) * guard[c] < 0:
                    continue
                depth[y, x], face[y, x] = near, f
                share[y, x, 0], share[y, x, 1] = ta, tb


@numba.njit(cache=True)
def fill_mask(corners: np.ndarray, faces: np.ndarray, mask: np.ndarray) -> None:
    """Set every pixel of `mask` (H, W) that a triangle covers; `corners` (V, 2) px."""
    height, width = mask.shape
    for f in range(faces.shape[0]):
        a, b, c = faces[f, 0], faces[f, 1], faces[f, 2]
        xa, ya, xb, yb = corners[a, 0], corners[a, 1], corners[b, 0], corners[b, 1]
        xc, yc = corners[c, 0], corners[c, 1]
        area = (xb - xa) * (yc - ya) - (xc - xa) * (yb - ya)
        if area == 0:
            continue
        left, right = max(0, int(min(xa, xb, xc))), min(width - 1, int(max(xa, xb, xc)) + 1)
        top, bottom = max(0, int(min(ya, yb, yc))), min(height - 1, int(max(ya, yb, yc)) + 1)
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                px, py = x + 0.5, y + 0.5
                wa = ((xb - px) * (yc - py) - (xc - px) * (yb - py)) / area
                wb = ((xc - px) * (ya - py) - (xa - px) * (yc - py)) / area
                if wa >= 0 and wb >= 0 and wa + wb <= 1:
                    mask[y, x] = 1.0


def empty(height: int, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return an empty z-buffer: depth, face and share for `fill`."""
    return np.zeros((height, width)), np.full((height, width), -1, np.int32), np.zeros((height, width, 2))


def blended(values: np.ndarray, faces: np.ndarray, face: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return (n, C) values interpolated from (V, C) for n pixels with `face` (n,) and `share` (n, 2)."""
    corner = faces[face]
    last = 1 - share.sum(axis=1)
    return np.asarray(
        values[corner[:, 0]] * share[:, :1]
        + values[corner[:, 1]] * share[:, 1:]
        + values[corner[:, 2]] * last[:, None]
    )


def shrink(image: np.ndarray, times: int) -> np.ndarray:
    """Return (H, W, C), averaged over blocks of `times` by `times` pixels."""
    parts = [image[row::times, column::times] for row in range(times) for column in range(times)]
    return np.asarray(sum(parts) / len(parts))
