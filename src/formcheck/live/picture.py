"""The live image: scaled, with the runner's skeleton, or with their outline before the run."""

from __future__ import annotations

import cv2
import numpy as np

from formcheck.draw import style
from formcheck.draw.figure import Figure, draw_skeleton
from formcheck.live.engine import SeenFrame
from formcheck.live.state import State
from formcheck.skeleton import BONES, FACE, K

LARGEST = (1280, 960)  # px, width and height of the displayed image
LIMB_SHARE = 0.085  # of the person's height: thickness of a limb
HEAD_SHARE = 0.075  # of the person's height: radius of a head
TARGET = (0.1, 0.06, 0.9, 0.95)  # left, top, right, bottom of the target frame for the runner, 0..1
UP = np.array([0.0, -1.0])


def live_picture(seen: SeenFrame, state: State, largest: tuple[int, int] = LARGEST) -> np.ndarray:
    """Return the image to display, (h, w, 3) uint8 RGB."""
    image = seen.frame.image
    height, width = image.shape[:2]
    scale = min(1.0, largest[0] / width, largest[1] / height)
    if scale < 1.0:
        size = (max(2, round(width * scale)), max(2, round(height * scale)))
        picture = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    else:
        picture = image.copy()
    if seen.xy is not None and seen.confidence is not None:
        figure = _figure(seen.xy * scale, seen.confidence, state)
        if state.stage in ("framing", "resting"):
            draw_outline(picture, figure, state.fine)
        if figure is not None:
            draw_skeleton(picture, figure)
    return picture


def _figure(xy: np.ndarray, confidence: np.ndarray, state: State) -> Figure:
    scene = state.analysis.scene if state.analysis is not None else None
    drawn = np.where((confidence >= style.SEEN)[:, None], xy, np.nan)
    known = xy[np.isfinite(xy[:, 1]), 1]
    height = float(np.ptp(known)) if len(known) else np.nan
    near = scene.near_side if scene is not None else None
    forward = -1.0 if scene is not None and scene.facing == "left" else 1.0
    anchor = 0.5 * (xy[K["left_hip"]] + xy[K["right_hip"]])
    return Figure(drawn, confidence >= style.SURE, near, height, UP, forward, anchor)


def draw_outline(image: np.ndarray, figure: Figure, fine: bool) -> None:
    """Draw the runner's outline and the target frame.

    The outline is complete where the image shows the whole runner; where it meets the
    edge of the image, something is cut off.
    """
    colour = style.INSIDE if fine else style.NEAR
    height, width = image.shape[:2]
    mask = _body(image.shape[:2], figure)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    thick = max(2, round(0.004 * height))
    cv2.drawContours(image, contours, -1, style.EDGE, thick + 2, cv2.LINE_AA)
    cv2.drawContours(image, contours, -1, colour, thick, cv2.LINE_AA)
    left, top, right, bottom = TARGET
    _corners(image, (left * width, top * height), (right * width, bottom * height), colour, thick)


def _body(shape: tuple[int, ...], figure: Figure) -> np.ndarray:
    """Return a (h, w) mask: limbs with their thickness, a filled trunk, a head."""
    mask = np.zeros(shape, np.uint8)
    if not figure.height > 0:
        return mask
    thick = max(2, round(LIMB_SHARE * figure.height))
    for a, b in BONES:
        ends = np.array([figure.point(a), figure.point(b)])
        if np.isfinite(ends).all():
            first, second = np.round(ends).astype(int)
            cv2.line(mask, _pair(first), _pair(second), 255, thick)
    trunk = np.array([figure.point(n) for n in ("left_shoulder", "right_shoulder", "right_hip", "left_hip")])
    if np.isfinite(trunk).all():
        cv2.fillConvexPoly(mask, cv2.convexHull(np.round(trunk).astype(np.int32)), 255)
    face = np.array([figure.point(name) for name in FACE])
    face = face[np.isfinite(face[:, 0])]
    if len(face):
        centre = np.round(face.mean(axis=0)).astype(int)
        cv2.circle(mask, _pair(centre), round(HEAD_SHARE * figure.height), 255, -1)
    return mask


def _pair(point: np.ndarray) -> tuple[int, int]:
    return int(point[0]), int(point[1])


def _corners(
    image: np.ndarray,
    first: tuple[float, float],
    last: tuple[float, float],
    colour: tuple[int, int, int],
    thick: int,
) -> None:
    """Draw the four corners of a frame."""
    arm = 0.07 * image.shape[0]
    for x, to_x in ((first[0], 1), (last[0], -1)):
        for y, to_y in ((first[1], 1), (last[1], -1)):
            line = np.array([[x + to_x * arm, y], [x, y], [x, y + to_y * arm]]).round().astype(np.int32)
            cv2.polylines(image, [line], False, style.EDGE, thick + 3, cv2.LINE_AA)
            cv2.polylines(image, [line], False, colour, thick, cv2.LINE_AA)
