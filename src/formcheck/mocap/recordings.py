"""Laboratory recordings with force plates: runners whose contact times are known.

Reads marker recordings as side views (`.npz`) and as OpenSim's marker and force tables
(`.trc` with `.mot`), and simulates a camera view with a chosen frame rate, phase and noise.
"""

from __future__ import annotations

import struct
import tokenize
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.errors import UnreadableInput
from formcheck.mocap.marker_tables import read_forces, read_markers
from formcheck.motion.preprocess import low_pass
from formcheck.skeleton import LEG, N_KEYPOINTS, SIDES, K
from formcheck.types import TRAINING_MARKERS, Motion, Side

ARRAYS = ("xy", "rate_hz", "speed_mps", "events_left", "events_right")
OTHER_ARRAYS = ("toe_beyond", "origin")
LARGEST_BYTES = 500_000_000  # unpacked size; an hour at 200 Hz takes a tenth of it
BROKEN = (
    OSError, ValueError, TypeError, KeyError, IndexError, EOFError, SyntaxError, MemoryError, ArithmeticError,
    NotImplementedError, RuntimeError, StopIteration, struct.error, tokenize.TokenError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""Errors that zipfile, NumPy, its header parser and the table readers raise on malformed content."""
LEAST_FRAMES = 10

TOE_BEYOND_METATARSALS = 1.2  # toe of a pose model = heel + 1.2 (metatarsal marker - heel)


@dataclass(frozen=True, eq=False)
class LabRecording:
    """One runner at one speed: leg points in metres and force-plate contacts."""

    name: str
    runner: str
    speed_mps: float
    rate: float  # Hz of the markers
    legs: np.ndarray  # (N, 2 sides, 5, 2) m, left first, hip knee ankle heel toe; x forward, y up
    left: np.ndarray  # (n, 2) s, initial contact and toe-off
    right: np.ndarray  # (n, 2) s
    toe_beyond: float = TOE_BEYOND_METATARSALS  # toe of a pose model = heel + this (toe - heel)
    origin: str = "markers"  # source of the points, as in `Motion`

    def __post_init__(self) -> None:
        if self.legs.ndim != 4 or self.legs.shape[1:] != (2, 5, 2) or len(self.legs) < LEAST_FRAMES:
            raise ValueError(f"points of shape {self.legs.shape}, not (frames, 2, 5, 2)")
        if not 1 <= self.rate <= 10_000:
            raise ValueError(f"a rate of {self.rate:g} Hz")
        if not np.isfinite(self.legs).all() or not np.isfinite([*self.left, *self.right]).all():
            raise ValueError("points or contacts that are no numbers")

    @property
    def duration(self) -> float:
        """Length in s."""
        return (len(self.legs) - 1) / self.rate

    def contacts(self, side: str) -> np.ndarray:
        """Return one leg's (n, 2) s of initial contact and toe-off from the force plate."""
        return self.left if side == "left" else self.right


@dataclass(frozen=True)
class SimulatedView:
    """A simulated camera view of a recording."""

    fps: float
    noise_m: float = 0.0  # m, SD of the independent error of each coordinate
    start: float = 0.0  # s, time in the recording of the first frame
    seconds: float = np.inf


def read_recording(path: Path) -> LabRecording:
    """Read one recording: `.npz`, or `.trc` with its `.mot` beside it.

    Raises
    ------
    UnreadableInput
        If the file is of neither type or lacks required data.
    """
    readers = {".npz": _read_npz, ".trc": read_marker_table}
    if path.suffix not in readers:
        raise UnreadableInput(
            f"{path.name} is not a recording: expected .npz, or .trc with a .mot beside it."
        )
    try:
        with np.errstate(all="ignore"):  # a division by zero gives NaN, which is refused later
            return readers[path.suffix](path)
    except BROKEN as error:
        raise UnreadableInput(f"{path.name} is a damaged recording ({error}).") from error


def find_recordings(folder: Path) -> list[Path]:
    """Return every recording below a folder, sorted by name."""
    return sorted(p for p in folder.rglob("*") if p.suffix in (".npz", ".trc"))


def film(
    recording: LabRecording, camera: SimulatedView, rng: np.random.Generator, near: Side = "left"
) -> Motion:
    """Simulate a camera view: frames at the camera's rate, keypoint noise, leg lengths.

    Returns
    -------
    Motion
        Time 0 is at `camera.start`. Points other than the legs are NaN.
    """
    end = min(recording.duration, camera.start + camera.seconds)
    time = np.arange(camera.start, end, 1 / camera.fps)
    legs = at_times(recording.legs, recording.rate, time)
    legs[:, :, 4] = legs[:, :, 3] + recording.toe_beyond * (legs[:, :, 4] - legs[:, :, 3])
    legs = legs + rng.normal(0, 1, legs.shape) * camera.noise_m
    return _motion(legs, camera.fps, near, recording.origin)


def at_times(legs: np.ndarray, rate: float, time: np.ndarray) -> np.ndarray:
    """Return the points at the given times, linearly interpolated, as a new array."""
    place = np.clip(time * rate, 0, len(legs) - 1.001)
    before = place.astype(int)
    share = (place - before).reshape(-1, *([1] * (legs.ndim - 1)))
    return np.asarray(legs[before] * (1 - share) + legs[before + 1] * share)


def _motion(legs: np.ndarray, fps: float, near: Side, origin: str) -> Motion:
    side = SIDES.index(near)
    segments = np.linalg.norm(np.diff(legs[:, side, :3], axis=1), axis=-1)
    scale = float(np.percentile(segments, 90, axis=0).sum())
    raw = np.full((len(legs), N_KEYPOINTS, 2), np.nan)
    for index, name in enumerate(SIDES):
        for point, part in enumerate(LEG):
            raw[:, K[f"{name}_{part}"]] = legs[:, index, point] / scale
    seen = np.isfinite(raw[..., 0])
    return Motion(fps, low_pass(raw, fps), raw, seen, 400.0, fps, near, origin)


def _read_npz(path: Path) -> LabRecording:
    """Read the format made from Fukuchi, Fukuchi & Duarte (2017): int16 tenths of a millimetre.

    A file from another laboratory names it as `origin`. Its `toe_beyond` is the heel-to-toe distance of a
    pose model divided by the distance from the heel to the file's front foot marker.
    """
    arrays = _npz_arrays(path)
    scale = 1e-4 if np.issubdtype(arrays["xy"].dtype, np.integer) else 1.0
    return LabRecording(
        name=path.stem,
        runner=path.stem.split("_")[0],
        speed_mps=float(arrays["speed_mps"]),
        rate=float(arrays["rate_hz"]),
        legs=arrays["xy"].astype(float) * scale,
        left=arrays["events_left"].astype(float).reshape(-1, 2),
        right=arrays["events_right"].astype(float).reshape(-1, 2),
        toe_beyond=float(arrays.get("toe_beyond", TOE_BEYOND_METATARSALS)),
        origin="markers" if "origin" in arrays else TRAINING_MARKERS,
    )


def _npz_arrays(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of a recording; checks the total size before it unpacks any of them."""
    with zipfile.ZipFile(path) as archive:
        if sum(each.file_size for each in archive.infolist()) > LARGEST_BYTES:
            raise UnreadableInput(f"{path.name} is too large for a recording of a runner.")
    with np.load(path, allow_pickle=False) as data:
        missing = set(ARRAYS) - set(data.files)
        if missing:
            raise UnreadableInput(f"{path.name} lacks {', '.join(sorted(missing))}.")
        return {name: data[name] for name in (*ARRAYS, *OTHER_ARRAYS) if name in data.files}


def read_marker_table(path: Path) -> LabRecording:
    """Read OpenSim's marker table with the force table beside it.

    `run_markers.trc` goes with `run_grf.mot`; any other name goes with the only `.mot` that contains forces.
    """
    table = read_markers(path)
    contacts = read_forces(path, table.start)
    end = (len(table.legs) - 1) / table.rate
    whole = {side: c[(c[:, 0] > 0) & (c[:, 1] < end)] for side, c in contacts.items()}
    return LabRecording(
        name=f"{path.parent.name}/{path.stem}",
        runner=path.parent.name,
        speed_mps=np.nan,
        rate=table.rate,
        legs=table.legs,
        left=whole["left"],
        right=whole["right"],
        toe_beyond=table.toe_beyond,
    )
