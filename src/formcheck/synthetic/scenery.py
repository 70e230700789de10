"""The objects in the synthetic gym: walls, windows, a bench, weights, plants, the treadmill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from formcheck.synthetic.camera import Camera

DECK = 0.17  # m, height of the belt above the floor
BELT_HALF = 0.27
WALL_Y, WALL_X, CEILING = 2.6, 4.4, 3.0
LONGEST_EDGE = 0.7  # m; longer edges near the camera would reach behind it
PLAIN, BELT, FLOOR, WALL, GLASS, LAMP = range(6)
Colour = tuple[float, float, float]
Point = tuple[float, float, float]
DARK, STEEL, SILVER = (0.03, 0.03, 0.034), (0.16, 0.16, 0.17), (0.34, 0.35, 0.36)


@dataclass(frozen=True)
class Room:
    """The room around the runner, and its brightness."""

    wall: Colour = (0.56, 0.58, 0.57)
    stripe: Colour = (0.06, 0.27, 0.36)
    floor: Colour = (0.13, 0.13, 0.135)
    walls: Literal["panels", "bricks"] = "panels"
    floors: Literal["tiles", "planks"] = "tiles"
    treadmill: bool = True
    rails: Literal["none", "short", "long"] = "short"
    brightness: float = 1.0


class Scenery:
    """A collection of boxes and walls as triangles."""

    def __init__(self) -> None:
        self.vertices: list[np.ndarray] = []
        self.faces: list[np.ndarray] = []
        self.colours: list[np.ndarray] = []
        self.kinds: list[np.ndarray] = []

    def quad(self, corners: ArrayLike, colour: ArrayLike, kind: int = PLAIN) -> None:
        """Add a rectangle, given its four corners in order."""
        start = 4 * len(self.vertices)
        self.vertices.append(np.array(corners, float))
        self.faces.append(start + np.array([[0, 1, 2], [0, 2, 3]]))
        self.colours.append(np.tile(colour, (2, 1)))
        self.kinds.append(np.full(2, kind))

    def box(self, low: Point, high: Point, colour: Colour, kind: int = PLAIN) -> None:
        """Add a box between two opposite corners; `kind` applies to its upper face."""
        (a, b, c), (d, e, f) = low, high
        b, e = min(b, e), max(b, e)
        side = tuple(0.8 * part for part in colour)
        for corners, which, shade in (
            ([(a, b, f), (d, b, f), (d, e, f), (a, e, f)], kind, colour),
            ([(a, b, c), (d, b, c), (d, e, c), (a, e, c)], PLAIN, tuple(0.4 * part for part in colour)),
            ([(a, b, c), (d, b, c), (d, b, f), (a, b, f)], PLAIN, side),
            ([(a, e, c), (d, e, c), (d, e, f), (a, e, f)], PLAIN, side),
            ([(a, b, c), (a, e, c), (a, e, f), (a, b, f)], PLAIN, tuple(0.65 * part for part in colour)),
            ([(d, b, c), (d, e, c), (d, e, f), (d, b, f)], PLAIN, tuple(0.65 * part for part in colour)),
        ):
            self.quad(corners, shade, which)

    def rod(self, start: Point, end: Point, radius: float, colour: Colour, sides: int = 12) -> None:
        """Add a round bar, lit from above, closed at both ends."""
        a, b = np.array(start), np.array(end)
        along = (b - a) / np.linalg.norm(b - a)
        first = np.cross(along, [0.0, 0.0, 1.0] if abs(along[2]) < 0.9 else [1.0, 0.0, 0.0])
        first /= np.linalg.norm(first)
        turn = np.linspace(0, 2 * np.pi, sides + 1)[:, None]
        ring = radius * (np.cos(turn) * first + np.sin(turn) * np.cross(along, first))
        for one, two in zip(ring[:-1], ring[1:]):
            up = 0.5 * (one + two)[2] / radius
            shade = tuple((0.72 + 0.28 * up) * np.array(colour))
            self.quad([a + one, b + one, b + two, a + two], shade)
            for centre in (a, b):
                self.quad([centre, centre + one, centre + two, centre], colour)

    def mesh(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the vertices, faces, and colour and kind of each face, with long edges subdivided."""
        v, f, c, k = (np.concatenate(p) for p in (self.vertices, self.faces, self.colours, self.kinds))
        while (long := _longest(v, f) > LONGEST_EDGE).any():
            v, f, c, k = _divided(v, f, c, k, long)
        return v, f, c, k


def _longest(v: np.ndarray, f: np.ndarray) -> np.ndarray:
    edges = [np.linalg.norm(v[f[:, i]] - v[f[:, (i + 1) % 3]], axis=1) for i in range(3)]
    return np.asarray(np.max(edges, axis=0))


def _divided(
    v: np.ndarray, f: np.ndarray, c: np.ndarray, k: np.ndarray, long: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Split triangles with long edges in four."""
    a, b, d = (f[long, i] for i in range(3))
    n, m = len(v), int(long.sum())
    ab, bd, da = (n + i * m + np.arange(m) for i in range(3))
    v = np.concatenate([v, (v[a] + v[b]) / 2, (v[b] + v[d]) / 2, (v[d] + v[a]) / 2])
    corners = ((a, ab, da), (ab, b, bd), (da, bd, d), (ab, bd, da))
    new = [np.stack(corner, axis=1) for corner in corners]
    f, k = np.concatenate([f[~long], *new]), np.concatenate([k[~long], *[k[long]] * 4])
    return v, f, np.concatenate([c[~long], *[c[long]] * 4]), k


def scenery(room: Room, camera: Camera) -> Scenery:
    """Return the room's objects, without the walls between camera and runner."""
    out, eye = Scenery(), camera.eye()
    floor = -DECK if room.treadmill else 0.0
    out.quad([(-6, -6, floor), (6, -6, floor), (6, 6, floor), (-6, 6, floor)], room.floor, FLOOR)
    out.quad([(-6, -6, CEILING), (6, -6, CEILING), (6, 6, CEILING), (-6, 6, CEILING)], (0.6, 0.6, 0.58))
    for x in (-1.6, 1.6):
        out.quad([(x - 0.6, -0.15, 2.98), (x + 0.6, -0.15, 2.98), (x + 0.6, 0.15, 2.98), (x - 0.6, 0.15, 2.98)], (1.6, 1.6, 1.5), LAMP)  # fmt: skip
    for sign in (-1, 1):
        if sign * eye[1] < 0.8 * WALL_Y:
            _side_wall(out, sign, floor, room)
        if sign * eye[0] < 0.8 * WALL_X:
            _end_wall(out, sign, floor, room)
    if room.treadmill:
        _treadmill(out, room.rails)
    return out


def _side_wall(out: Scenery, sign: int, floor: float, room: Room) -> None:
    """A wall with windows, and in front of it a bench, weights and a plant."""
    y = sign * WALL_Y
    out.quad([(-6, y, floor), (6, y, floor), (6, y, CEILING), (-6, y, CEILING)], room.wall, WALL)
    out.box((-6, y - sign * 0.025, floor), (6, y, floor + 0.10), (0.07, 0.07, 0.075))
    for left in (-2.55, 1.25):
        _window(out, left, y, sign)
    near, far = y - sign * 0.55, y - sign * 0.15
    out.box((-2.1, near, floor + 0.40), (-0.75, far, floor + 0.45), (0.30, 0.19, 0.10))
    for x in (-2.0, -0.91):
        out.box((x, near + sign * 0.05, floor), (x + 0.05, far - sign * 0.05, floor + 0.40), DARK)
    out.rod(
        (-1.15, near + sign * 0.15, floor + 0.45),
        (-1.15, near + sign * 0.15, floor + 0.66),
        0.035,
        (0.10, 0.30, 0.45),
    )
    _weights(out, 0.75, near, far, floor)
    _plant(out, 2.75, y - sign * 0.4, floor)


def _window(out: Scenery, left: float, y: float, sign: int) -> None:
    right, low, high = left + 1.3, 1.05, 2.25
    out.box((left - 0.06, y - sign * 0.05, low - 0.06), (right + 0.06, y, high + 0.06), (0.075, 0.08, 0.085))
    for a, b in ((left, left + 0.63), (left + 0.67, right)):
        inside = y - sign * 0.055
        out.quad([(a, inside, low), (b, inside, low), (b, inside, high), (a, inside, high)], (1, 1, 1), GLASS)
    out.box((left - 0.10, y - sign * 0.14, low - 0.09), (right + 0.10, y, low - 0.06), (0.60, 0.60, 0.58))


def _weights(out: Scenery, x: float, near: float, far: float, floor: float) -> None:
    """A rack with two rows of dumbbells."""
    for level in (0.30, 0.68):
        out.box((x, near, floor + level), (x + 1.5, far, floor + level + 0.03), STEEL)
        for k, colour in enumerate(
            ((0.35, 0.06, 0.05), (0.05, 0.20, 0.30), (0.06, 0.06, 0.065), (0.40, 0.28, 0.05))
        ):
            middle, z = x + 0.2 + 0.36 * k, floor + level + 0.10
            for end in (near, near + 0.7 * (far - near)):
                out.rod((middle, end, z), (middle, end + 0.3 * (far - near), z), 0.075, colour, 8)
    out_by = 0.02 * np.sign(near - far)
    for post in (x - 0.01, x + 1.46):
        out.box((post, near + out_by, floor), (post + 0.05, far - out_by, floor + 0.80), DARK)


def _plant(out: Scenery, x: float, y: float, floor: float) -> None:
    out.rod((x, y, floor), (x, y, floor + 0.35), 0.17, (0.42, 0.40, 0.38), 16)
    for k in range(26):
        turn, reach = 2.4 * k, 0.12 + 0.013 * k
        tip = np.array([x + reach * np.cos(turn), y + 0.7 * reach * np.sin(turn), floor + 1.35 - 0.028 * k])
        root = np.array([x, y, floor + 0.35])
        across = 0.055 * np.array([-np.sin(turn), np.cos(turn), 0.0])
        middle = 0.55 * tip + 0.45 * root + [0, 0, 0.10]
        green = tuple((0.6 + 0.4 * np.sin(3 * k)) * np.array([0.05, 0.13, 0.035]) + [0.01, 0.03, 0.01])
        out.quad([root, middle + across, tip, middle - across], green)


def _end_wall(out: Scenery, sign: int, floor: float, room: Room) -> None:
    """A wall with a door, a clock and lockers."""
    x = sign * WALL_X
    dim: Colour = tuple(0.9 * np.array(room.wall))
    out.quad([(x, -6, floor), (x, 6, floor), (x, 6, CEILING), (x, -6, CEILING)], dim, WALL)
    edge = x - sign * 0.03
    out.box((min(x, edge), -6, floor), (max(x, edge), 6, floor + 0.1), (0.07, 0.07, 0.075))
    front = x - sign * 0.06
    low, high = min(x, front), max(x, front)
    out.box((low, 0.95, floor), (high, 1.95, floor + 2.1), (0.50, 0.50, 0.48))
    out.box((low - 0.01, 1.0, floor), (high + 0.01, 1.9, floor + 2.05), (0.25, 0.16, 0.09))
    out.rod((front - sign * 0.04, 1.08, floor + 1.0), (front - sign * 0.04, 1.20, floor + 1.0), 0.015, SILVER)
    front = x - sign * 0.40
    low, high = min(x, front), max(x, front)
    for k in range(3):
        left = -2.25 + 0.45 * k
        out.box((low, left, floor), (high, left + 0.43, floor + 1.9), (0.10, 0.23, 0.29))
        edge = front - sign * 0.004
        for z in (1.45, 1.50, 1.55):
            out.quad([(edge, left + 0.12, floor + z), (edge, left + 0.31, floor + z), (edge, left + 0.31, floor + z + 0.015), (edge, left + 0.12, floor + z + 0.015)], DARK)  # fmt: skip


def _treadmill(out: Scenery, rails: str) -> None:
    """A belt that runs backwards (towards -x), its frame, and a console in front."""
    out.box((-0.85, -BELT_HALF, -0.02), (0.90, BELT_HALF, 0.0), (0.042, 0.042, 0.046), BELT)
    for sign in (-1, 1):
        out.box((-0.95, sign * BELT_HALF, -0.07), (1.0, sign * 0.39, -0.004), (0.055, 0.055, 0.06))
        out.box((-0.90, sign * 0.325, -0.004), (0.95, sign * 0.375, -0.001), SILVER)
        out.box((-0.96, sign * 0.391, -0.085), (1.05, sign * 0.395, -0.045), (0.32, 0.07, 0.03))
    out.box((-0.98, -0.385, -DECK + 0.03), (1.05, 0.385, -0.05), (0.06, 0.06, 0.065))
    _cover(out)
    for x in (-0.8, 0.95):
        for sign in (-1, 1):
            out.rod((x, sign * 0.30, -DECK), (x, sign * 0.30, -0.05), 0.04, DARK)
    if rails != "none":
        _console(out, 0.66 if rails == "short" else -0.30)


def _cover(out: Scenery) -> None:
    """The motor cover, slanted towards the runner."""
    for a, b in (
        ((0.90, 0.0), (1.02, 0.075)),
        ((1.02, 0.075), (1.24, 0.075)),
        ((1.24, 0.075), (1.34, -0.10)),
    ):
        shade = tuple((1.0 - 0.5 * (b[0] > 1.3)) * np.array(STEEL))
        out.quad(
            [(a[0], -0.385, a[1]), (b[0], -0.385, b[1]), (b[0], 0.385, b[1]), (a[0], 0.385, a[1])], shade
        )
    for y in (-0.385, 0.385):
        out.quad([(0.90, y, -0.10), (0.90, y, 0.0), (1.02, y, 0.075), (1.02, y, -0.10)], (0.10, 0.10, 0.105))
        out.quad(
            [(1.02, y, -0.10), (1.02, y, 0.075), (1.24, y, 0.075), (1.34, y, -0.10)], (0.10, 0.10, 0.105)
        )


def _console(out: Scenery, rails_from: float) -> None:
    """Two posts, handrails, and a console with a lit screen."""
    for sign in (-1, 1):
        y = sign * 0.415
        out.rod((1.20, y, -0.12), (1.06, y, 1.12), 0.032, STEEL)
        out.rod((rails_from, y, 0.955), (1.09, y, 0.985), 0.022 if rails_from > 0 else 0.038, DARK)
        out.rod((rails_from + 0.02, y, 0.955), (rails_from + 0.30, y, 0.967), 0.027, (0.05, 0.05, 0.055))
    out.box((1.05, -0.46, 1.04), (1.15, 0.46, 1.12), DARK)
    out.box((1.10, -0.30, 1.10), (1.14, 0.30, 1.36), (0.045, 0.045, 0.05))
    out.quad([(1.098, -0.26, 1.14), (1.098, 0.26, 1.14), (1.098, 0.26, 1.33), (1.098, -0.26, 1.33)], (0.08, 0.20, 0.28), LAMP)  # fmt: skip
