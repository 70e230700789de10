"""Find the camera from marks, the runner's size and the feet on the ground: pixels to metres, with errors.

One least-squares fit weighs everything that is known: the marks, what is usual for phones on tripods, that
the runner's body keeps its length (so a camera turned aside is noticed), and that the feet stand on the
ground (so a line of marks beside the runner's own line is noticed). Its covariance gives the errors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.course import Marks
from formcheck.overground.camera import NAMES, GroundCamera

CLICK_PX = 1.5  # px, how well a mark is pointed at, in a picture 1080 px high; larger in larger pictures
MARK_M = 0.01  # m, how well a distance is taped
FOCAL, FOCAL_SD = 0.8, 0.25  # of the longer side: phones 0.7 to 0.85 at 1x
AIM_SD = 0.12  # rad, how squarely and level a camera is set up
TURNED_SD = 0.4  # rad, the middle of a pan away from square to the run
ROLL_SD, ROLL_KNOWN_SD = 0.025, 0.009  # rad
HEIGHT_M, HEIGHT_SD = 1.1, 0.35  # log sd: a tripod, a stool, a hand
DISTANCE_M, DISTANCE_SD = 10.0, 1.0  # log sd: hardly known
LINE_SD_M = 0.08  # m: runners keep to a line of marks this well
BETWEEN_SHARE = 0.125  # of the distance between two rows: two standard deviations reach halfway to a row
SOLE_M, SOLE_SD_M = 0.03, 0.02  # m, toe keypoint above the ground; its constant error is 1 to 2 cm
BODY_SHARE = 0.779  # thigh + shank + trunk, share of stature (Drillis & Contini 1966)
USUAL_HEIGHT_M, USUAL_BODY_SD, TOLD_BODY_SD = 1.73, 0.065, 0.04  # log sds
SIZE_SD, FEET_SD = 0.02, 0.006  # log of body size in one step; share of body size, row of one foot
LEAD_SD_M = 0.05  # m: hips before the foot in mid-contact, 2 cm from step to step and 5 ms at 9 m/s
LEAD_GAIN_M = 0.3  # m by which the foot lands further in front of the hips while speed grows by a factor of e
LOOSE_M = 200.0  # m: where along the run the camera stands is found from the marks
DRAWS = 64
SEED = 20261130


@dataclass(frozen=True, eq=False)
class Seen:
    """What the picture shows of the runner, one row per contact."""

    hips: np.ndarray  # (K, 2) px at mid-contact
    feet: np.ndarray  # (K, 2) px, middle of heel and toe while the foot is flat
    body: np.ndarray  # (K,) px, thigh + shank + trunk
    aside: np.ndarray  # (K,) m, how far behind the runner's line this foot lands
    gain: float  # log of how much faster the run becomes over the picture


@dataclass(frozen=True, eq=False)
class CameraPrior:
    """What is known of a camera beforehand: of one that stands still, or of one that pans, whose pixels lie in one picture."""

    focal_px: float  # focal length
    focal_sd: float  # its standard error, share
    yaw_sd: float  # rad, how squarely to the run that picture looks
    marks_px: np.ndarray  # (n, 2) px by which each mark may be off in it, standard errors
    path_px: float = 0.0  # px by which a frame may lie off in it, standard error


def prior_of_still_camera(marks: Marks | None, size: tuple[int, int]) -> CameraPrior:
    """Return what is known of a camera that stands still, set up by eye."""
    count = 0 if marks is None else len(marks.marks)
    return CameraPrior(FOCAL * max(size), FOCAL_SD, AIM_SD, np.full((count, 2), click_px(size)))


def click_px(size: tuple[int, int]) -> float:
    """Return how well a mark is pointed at in a picture of this size, px."""
    return CLICK_PX * max(1.0, min(size) / 1080)


@dataclass(frozen=True, eq=False)
class GroundScale:
    """The fitted camera, and cameras drawn from its error distribution."""

    best: GroundCamera
    draws: tuple[GroundCamera, ...]
    flip: float  # +1 where the marks' metres grow to the right of the picture, -1 to the left
    off_px: float  # px, root mean square error of the marks' positions
    by_marks: bool

    def along(self, pixels: np.ndarray, aside: float | np.ndarray = 0.0) -> np.ndarray:
        """Return (N,) m along the run of (N, 2) px in the runner's upright plane."""
        return self._along(self.best, pixels, aside)

    def spread(self, pixels: np.ndarray, aside: float | np.ndarray = 0.0) -> np.ndarray:
        """Return (DRAWS, N) m: the same for every drawn camera."""
        return np.array([self._along(camera, pixels, aside) for camera in self.draws])

    def _along(self, camera: GroundCamera, pixels: np.ndarray, aside: float | np.ndarray) -> np.ndarray:
        return np.asarray(self.flip * camera.at_depth(pixels, camera.offset + aside)[..., 0])


def fit_scale(
    marks: Marks | None,
    seen: Seen,
    aim: CameraPrior,
    size: tuple[int, int],
    height_m: float | None,
    roll_deg: float,
) -> GroundScale:
    """Return the scale of the ground that the runner runs on.

    Parameters
    ----------
    marks : Marks or None
        None: the scale comes from the runner's height alone, or from a usual one.
    seen : Seen
    aim : CameraPrior
    size : (width, height) px
    height_m : the runner's stature if stated
    roll_deg : the camera's roll, NaN = unknown

    Notes
    -----
    Fails where the run is not straight, or the lens bends straight lines (ultra-wide without correction).
    """
    from scipy.optimize import least_squares  # slow to load, and most clips need no scale

    flip, ground = _ground(marks)
    prior, sd = _prior(marks, ground, aim, height_m, roll_deg)
    pixels = np.empty((0, 2)) if marks is None else marks.pixels

    still = aim.path_px == 0  # in a pan the turn's own error of each frame is larger than what the lead tells

    def misfit(values: np.ndarray) -> np.ndarray:
        camera = GroundCamera.of(prior + sd * values, size)
        lead = [_off_lead(camera, seen)] if still else []
        return np.concatenate(
            [values, _off_marks(camera, pixels, ground, aim.marks_px), _off_runner(camera, seen), *lead]
        )

    found = least_squares(misfit, _start(pixels, ground, prior, sd, size), x_scale="jac", max_nfev=300)
    best = GroundCamera.of(prior + sd * found.x, size)
    covariance = np.linalg.inv(found.jac.T @ found.jac)
    noise = np.random.default_rng(SEED).multivariate_normal(np.zeros(len(NAMES)), covariance, DRAWS)
    draws = tuple(GroundCamera.of(prior + sd * (found.x + each), size) for each in noise)
    off = _miss(best, pixels, ground)
    return GroundScale(
        best, draws, flip, float(np.sqrt(np.mean(off**2))) if len(off) else 0.0, marks is not None
    )


def _ground(marks: Marks | None) -> tuple[float, np.ndarray]:
    """Return the direction of the marks' metres in the picture, and (n, 3) m with x to the right, y away."""
    if marks is None:
        return 1.0, np.empty((0, 3))
    along, across = marks.ground.T
    flip = 1.0 if np.polyfit(along, marks.pixels[:, 0], 1)[0] > 0 else -1.0
    away = -np.sum((across - across.mean()) * (marks.pixels[:, 1] - marks.pixels[:, 1].mean()))
    beyond = (across - 0.5 * (across.max() + across.min())) * (1.0 if away >= 0 else -1.0)
    return flip, np.stack([flip * along, beyond, np.zeros(len(along))], axis=1)


def _prior(
    marks: Marks | None, ground: np.ndarray, aim: CameraPrior, height_m: float | None, roll_deg: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the usual value and its standard deviation of every parameter."""
    known = np.isfinite(roll_deg)
    between = float(np.ptp(ground[:, 1])) if len(ground) else 0.0
    body = np.log(BODY_SHARE * (height_m or USUAL_HEIGHT_M))
    beside = float(ground[:, 0].mean()) if len(ground) else 0.0
    # without marks the camera's own column is the origin: nothing else says where 0 m is
    usual = {
        "log_focal": (np.log(aim.focal_px), aim.focal_sd),
        "yaw": (0.0, aim.yaw_sd),
        "pitch": (0.0, AIM_SD),
        "roll": (np.radians(roll_deg) if known else 0.0, ROLL_KNOWN_SD if known else ROLL_SD),
        "log_height": (np.log(HEIGHT_M), HEIGHT_SD),
        "beside": (beside, LOOSE_M if len(ground) else 1e-3),
        "log_distance": (np.log(DISTANCE_M), DISTANCE_SD),
        "offset": (0.0, max(LINE_SD_M, BETWEEN_SHARE * between) if len(ground) else 1e-3),
        "sole": (SOLE_M, SOLE_SD_M),
        "log_body": (body, TOLD_BODY_SD if height_m else USUAL_BODY_SD),
    }
    values = np.array([usual[name] for name in NAMES])
    return values[:, 0], values[:, 1]


def _start(
    pixels: np.ndarray, ground: np.ndarray, prior: np.ndarray, sd: np.ndarray, size: tuple[int, int]
) -> np.ndarray:
    """Return a first guess, in standard deviations from the prior: a level camera square to the run."""
    guess = prior.copy()
    if len(pixels) >= 2:
        per_m = np.polyfit(ground[:, 0], pixels[:, 0], 1)
        guess[NAMES.index("log_distance")] = prior[0] - np.log(abs(per_m[0]))
        guess[NAMES.index("beside")] = (0.5 * size[0] - per_m[1]) / per_m[0]
        down = np.exp(prior[NAMES.index("log_height")] - guess[NAMES.index("log_distance")])
        row = (pixels[:, 1].mean() - 0.5 * size[1]) / np.exp(prior[0])
        guess[NAMES.index("pitch")] = np.arctan(row) - np.arctan(down)
    return np.asarray((guess - prior) / sd)


def _miss(camera: GroundCamera, pixels: np.ndarray, ground: np.ndarray) -> np.ndarray:
    return np.asarray((camera.project(ground) - pixels).ravel()) if len(pixels) else np.empty(0)


def _off_marks(camera: GroundCamera, pixels: np.ndarray, ground: np.ndarray, click: np.ndarray) -> np.ndarray:
    """Return by how many standard errors the marks miss their places in the picture."""
    if not len(pixels):
        return np.empty(0)
    per_m = camera.focal / np.exp(camera.log_distance)
    return np.asarray(_miss(camera, pixels, ground) / np.hypot(click, MARK_M * per_m).ravel())


def _off_runner(camera: GroundCamera, seen: Seen) -> np.ndarray:
    """Return by how many standard errors the runner's size and the feet's rows are off."""
    place = camera.at_depth(seen.hips, camera.offset)
    points = np.stack([place[:, 0], np.full(len(place), camera.offset), place[:, 1]], axis=1)
    depth = np.maximum(camera.depth(points), 0.1)
    size = (np.log(seen.body) - camera.log_body - np.log(camera.focal / depth)) / SIZE_SD
    below = camera.at_depth(seen.feet, camera.offset + seen.aside)[:, 1] - camera.sole
    feet = below / (FEET_SD * np.exp(camera.log_body) / BODY_SHARE)
    both = np.concatenate([size, feet])
    return np.asarray(np.where(np.isfinite(both), both, 0.0))


def _off_lead(camera: GroundCamera, seen: Seen) -> np.ndarray:
    """Return by how many standard errors the hips do not advance as the feet below them do.

    Marks tell the scale on the ground only. At hip height it depends on the camera's pitch as well, which a
    row of marks leaves open; but from contact to contact of one foot the hips come as far as the foot.
    """
    hips = camera.at_depth(seen.hips, camera.offset)[:, 0]
    lead = hips - camera.at_depth(seen.feet, camera.offset + seen.aside)[:, 0]
    off = np.zeros(len(lead))
    for side in np.unique(seen.aside):
        known = (seen.aside == side) & np.isfinite(lead)
        if known.any():
            off[known] = lead[known] - lead[known].mean()
    return np.asarray(off / np.hypot(LEAD_SD_M, LEAD_GAIN_M * seen.gain))
