"""The synthetic runner as video: figure, shadow, moving belt, lens and sensor.

Needs the extra `render` (numba).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from formcheck.synthetic.camera import Camera
from formcheck.synthetic.clip import Truth, make_truth
from formcheck.synthetic.clothes import dress
from formcheck.synthetic.figure import Appearance, DressedBody, body_of
from formcheck.synthetic.light import Light, creases, lamp_of, light_on, lit
from formcheck.synthetic.params import gait_of
from formcheck.synthetic.raster import empty, fill, fill_mask, shrink
from formcheck.synthetic.room import OVERSAMPLING, Backdrop, draw, screen
from formcheck.synthetic.scenery import DECK, Room

MARK_EVERY = 1.1  # m between the marks on the belt
EXPOSURE = 0.92
PASSING_Y, PASSING_FROM = 1.75, 3.0  # m: distance of a passer-by behind the treadmill, and start of the walk


@dataclass(frozen=True)
class Film:
    """Who is filmed, where and how, apart from the camera's position."""

    look: Appearance = field(default_factory=Appearance)
    room: Room = field(default_factory=Room)
    noise: float = 1.2  # standard deviation of 8-bit values
    moments: int = 3  # rendered and averaged into one frame for motion blur; odd
    shutter: float = 0.18  # fraction of a frame interval for which the shutter is open
    seed: int = 0
    passer_by: Appearance | None = None  # a person who walks past in the background


@dataclass(frozen=True, eq=False)
class Actor:
    """A person in the scene."""

    figure: DressedBody
    truth: Truth
    ground: float = 0.0  # m, height of the surface on which the person moves
    start: np.ndarray = field(default_factory=lambda: np.zeros(3))  # m
    velocity: np.ndarray = field(default_factory=lambda: np.zeros(3))  # m/s

    def at(self, times: np.ndarray, camera: Camera) -> list[np.ndarray]:
        """Return the figure's (V, 3) m as seen by the camera at each time.

        With a rolling shutter, each point is where it was when its own image row was exposed.
        """
        if not camera.rolling_shutter:
            return self._still(times)
        half = 0.5 * camera.rolling_shutter
        return [
            _sheared(early, late, camera)
            for early, late in zip(self._still(times - half), self._still(times + half))
        ]

    def _still(self, times: np.ndarray) -> list[np.ndarray]:
        pose = self.truth.pose(times)
        shift = self.start + times[:, None] * self.velocity
        return [self.figure.moved(pose, i) + shift[i] for i in range(len(times))]


def _sheared(early: np.ndarray, late: np.ndarray, camera: Camera) -> np.ndarray:
    row = camera.project(0.5 * (early + late))[:, 1:] / camera.height_px
    return np.asarray(early + np.clip(row, 0, 1) * (late - early))


@dataclass(frozen=True, eq=False)
class LitPerson:
    """A person at one moment: lighting, and where the person is nearest to the camera."""

    light: np.ndarray  # (h, w, 4) linear, and the covered fraction of each pixel, within the box
    depth: np.ndarray  # (h * 2, w * 2) 1 / distance of the nearest surface, oversampled
    face: np.ndarray  # (h * 2, w * 2) index of the person's triangle, -1 = something else
    corner: tuple[int, int]  # px: left and top of the box

    def box(self, times: int = 1) -> tuple[slice, slice]:
        """Return rows and columns of the box in an image that is `times` as large."""
        (left, top), (height, width) = self.corner, self.light.shape[:2]
        return slice(top * times, (top + height) * times), slice(left * times, (left + width) * times)


@dataclass(frozen=True, eq=False)
class FixedScene:
    """Everything that is constant during a clip."""

    truth: Truth
    film: Film
    backdrop: Backdrop
    runner: Actor
    others: tuple[Actor, ...]
    times: np.ndarray  # (T,) s
    grounds: dict[float, np.ndarray]  # height -> (H, W) 0..1: where that ground is in the image

    @staticmethod
    def of(truth: Truth, film: Film) -> FixedScene:
        """Build the room and the people."""
        times = truth.camera.times(truth.duration, np.random.default_rng([film.seed, 2]))
        runner = Actor(dress(film.look), truth)
        others = () if film.passer_by is None else (_passer_by(film.passer_by, truth, film),)
        grounds = {
            actor.ground: ground_in(truth.camera, film.room, actor.ground) for actor in (runner, *others)
        }
        return FixedScene(truth, film, draw(film.room, truth.camera), runner, others, times, grounds)

    def picture(self, number: int) -> tuple[np.ndarray, LitPerson]:
        """Return frame `number`, (H, W, 3) uint8, and its middle moment; deterministic."""
        film, time = self.film, self.times[number]
        open_for = film.shutter / self.truth.camera.fps
        shares = (np.arange(film.moments) + 0.5) / film.moments - 0.5
        places = self.runner.at(time + open_for * shares, self.truth.camera)
        middle = film.moments // 2
        light, depth = self._surroundings(time, places[middle])
        falling = light_on(places[middle], self.runner.figure, self.truth.camera)
        every = [_drawn(self.runner.figure, world, falling, depth, self) for world in places]
        layer = np.zeros((*light.shape[:2], 4), np.float32)
        for shown in every:
            layer[shown.box()] += shown.light / film.moments
        image = developed(_over(light, layer), film, np.random.default_rng([film.seed, 4, number]))
        return image, every[middle]

    def _surroundings(self, time: float, runner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (H, W, 3) light and depth without the runner: room, belt, shadows, other people."""
        camera = self.truth.camera
        light, depth = _with_belt(self.backdrop, self.truth, time, self.film), self.backdrop.depth
        light *= 1 - 0.7 * _shadow(self.runner, runner, self)[..., None]
        for actor in self.others:
            (world,) = actor.at(np.array([time]), camera)
            light *= 1 - 0.7 * _shadow(actor, world, self)[..., None]
            shown = _drawn(actor.figure, world, light_on(world, actor.figure, camera), depth, self)
            light[shown.box()] = _over(light[shown.box()], shown.light)
            depth = depth.copy()
            depth[shown.box(OVERSAMPLING)] = shown.depth
        return light, depth


def _over(light: np.ndarray, layer: np.ndarray) -> np.ndarray:
    return np.asarray(light * (1 - layer[..., 3:]) + layer[..., :3])


def _passer_by(look: Appearance, truth: Truth, film: Film) -> Actor:
    """A person who crosses the room behind the treadmill, halfway through the clip."""
    side = -np.sign(truth.camera.eye()[1]) if truth.camera.view == "side" else 1.0
    walk = make_truth(
        gait_of("walking", body=body_of(look.body)), truth.camera, film.seed + 9, truth.duration
    )
    ground = -DECK if film.room.treadmill else 0.0
    start = np.array([-0.5 * truth.duration * walk.gait.speed, side * PASSING_Y, ground])
    return Actor(dress(look), walk, ground, start, np.array([walk.gait.speed, 0.0, 0.0]))


def _with_belt(backdrop: Backdrop, truth: Truth, time: float, film: Film) -> np.ndarray:
    """Render marks that move with the belt."""
    light, place = backdrop.image.astype(np.float32), backdrop.belt_at
    along = np.mod(backdrop.belt_x[place] + truth.gait.speed * time, MARK_EVERY)
    smear = 0.02 + 0.5 * film.shutter / truth.camera.fps * truth.gait.speed
    mark = 0.16 * np.clip((smear - np.abs(along - 0.1)) / 0.008 + 0.5, 0, 1) * 0.02 / smear
    light[place] += (backdrop.belt[place] * mark * film.room.brightness)[:, None]
    return light


def _drawn(
    figure: DressedBody, world: np.ndarray, light: Light, behind: np.ndarray, stage: FixedScene
) -> LitPerson:
    """Render a person, hidden by anything nearer to the camera."""
    camera = stage.truth.camera
    corners = screen(camera, world, OVERSAMPLING)
    left, top, right, bottom = _box(corners, camera)
    depth = behind[top:bottom, left:right].copy()
    _, face, share = empty(*depth.shape)
    corners[:, :2] -= [left, top]
    fill(corners, figure.faces, figure.guard, depth, face, share)
    seen = face >= 0
    colour = np.zeros((*face.shape, 4), np.float32)
    bright = stage.film.room.brightness * _creased(depth, seen, camera)[seen]
    colour[seen, :3] = lit(light, figure, face[seen], share[seen]) * bright[:, None]
    colour[seen, 3] = 1
    return LitPerson(shrink(colour, OVERSAMPLING), depth, face, (left // OVERSAMPLING, top // OVERSAMPLING))


def _creased(depth: np.ndarray, seen: np.ndarray, camera: Camera) -> np.ndarray:
    step = OVERSAMPLING
    light = creases(depth[::step, ::step], seen[::step, ::step], camera.focal_px)
    return np.repeat(np.repeat(light, step, axis=0), step, axis=1)


def _box(corners: np.ndarray, camera: Camera) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom in oversampled px, at whole pixels, within the image."""
    size = np.array([camera.width, camera.height_px])
    low = np.clip(np.floor(corners[:, :2].min(axis=0) / OVERSAMPLING).astype(int) - 1, 0, size - 1)
    high = np.clip(np.ceil(corners[:, :2].max(axis=0) / OVERSAMPLING).astype(int) + 1, low + 1, size)
    left, top, right, bottom = OVERSAMPLING * np.concatenate([low, high])
    return int(left), int(top), int(right), int(bottom)


def _shadow(actor: Actor, world: np.ndarray, stage: FixedScene) -> np.ndarray:
    """Return (H, W) 0..1: light blocked from the ground; sharp where the body is close to it."""
    camera = stage.truth.camera
    lamp, size = lamp_of(camera), (camera.height_px // 2, camera.width // 2)
    up = world[:, 2:3] - actor.ground
    flat = camera.project(world - up / lamp[2] * lamp) / 2
    near = camera.project(world * [1, 1, 0] + [0, 0, actor.ground]) / 2
    faces, low = actor.figure.faces, up[:, 0] < 0.12
    soft, close = np.zeros(size), np.zeros(size)
    fill_mask(flat, faces[::2], soft)
    fill_mask(near, faces[low[faces].all(axis=1)], close)
    radius = 0.035 * camera.focal_px / camera.distance / 2
    total = 0.55 * _blurred(soft, max(2, round(2 * radius))) + 0.6 * _blurred(
        close, max(1, round(0.5 * radius))
    )
    wide = np.repeat(np.repeat(np.clip(total, 0, 1), 2, axis=0), 2, axis=1)
    return np.asarray(wide * stage.grounds[actor.ground], np.float32)


def ground_in(camera: Camera, room: Room, height: float) -> np.ndarray:
    """Return (H, W) 0..1: rays that hit the treadmill's top (or the floor) within range."""
    v, u = np.mgrid[0 : camera.height_px, 0 : camera.width] + 0.5
    right, down, ahead = camera.axes()
    across, below = (u - camera.width / 2) / camera.focal_px, (v - camera.height_px / 2) / camera.focal_px
    ray = ahead + across[..., None] * right + below[..., None] * down
    falling = np.where(ray[..., 2] < -1e-3, ray[..., 2], np.nan)
    hit = camera.eye() + ((height - camera.eye()[2]) / falling)[..., None] * ray
    on_deck = (np.abs(hit[..., 0] - 0.05) < 1.0) & (np.abs(hit[..., 1]) < 0.39)
    if room.treadmill and height == 0:
        return np.asarray(on_deck, np.float32)
    return np.asarray((np.abs(hit[..., 0]) < 6) & (np.abs(hit[..., 1]) < 2.6) & ~on_deck, np.float32)


def _blurred(mask: np.ndarray, radius: int) -> np.ndarray:
    """Return an image averaged over a square, twice (a nearly round blur)."""
    for _ in range(2):
        for axis in (0, 1):
            edge = [(radius + 1, radius) if a == axis else (0, 0) for a in (0, 1)]
            total = np.cumsum(np.pad(mask, edge, mode="edge"), axis=axis)
            size = mask.shape[axis]
            upper = np.take(total, np.arange(2 * radius + 1, 2 * radius + 1 + size), axis=axis)
            mask = (upper - np.take(total, np.arange(size), axis=axis)) / (2 * radius + 1)
    return mask


def developed(light: np.ndarray, film: Film, sensor: np.random.Generator) -> np.ndarray:
    """Return (H, W, 3) uint8: a filmic tone curve (Narkowicz 2015), vignetting, sensor noise."""
    height, width = light.shape[:2]
    y, x = np.ogrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    exposure = (EXPOSURE * (1 - 0.10 * (x**2 + y**2))).astype(np.float32)
    bright = np.clip(light.astype(np.float32) * exposure[..., None], 0, None)
    curve = bright * (2.51 * bright + 0.03) / (bright * (2.43 * bright + 0.59) + 0.14)
    values = 255 * np.clip(curve, 0, 1) ** np.float32(1 / 2.2)
    if film.noise:
        grain = film.noise * sensor.standard_normal(values.shape[:2], dtype=np.float32)
        values += grain[..., None] * (1.3 - 0.6 / 255 * values)
    return np.asarray(np.clip(values, 0, 255).astype(np.uint8))
