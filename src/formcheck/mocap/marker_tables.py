"""OpenSim's marker tables (`.trc`) and force tables (`.mot`): leg points and contacts."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.biomechanics import joint_between
from formcheck.errors import UnreadableInput
from formcheck.skeleton import LEG, SIDES

MARKER_MAPS = Path(__file__).with_name("marker_maps.toml")
LEAST_ROWS = 10
PLATE_THRESHOLD_N = 20.0  # vertical force above which a foot counts as on the ground
REAL_CONTACT_N = 250.0  # peak force of a real contact; lower peaks are plate noise
HIP_BEHIND, HIP_BELOW = 0.19, 0.30  # fractions of the width between the front pelvis markers (Bell 1990)
THIGH_SHARE = 0.505  # fraction of the distance from hip to ankle, where the knee has no marker


@dataclass(frozen=True, eq=False)
class MarkerTable:
    """Leg points of one trial in the sagittal plane."""

    rate: float  # Hz
    start: float  # s, the first time in the table
    legs: np.ndarray  # (N, 2, 5, 2) m, left first, x forward, y up
    toe_beyond: float


def read_markers(path: Path) -> MarkerTable:
    """Read a `.trc` file with one of the marker sets in marker_maps.toml.

    Raises
    ------
    UnreadableInput
        If the table is malformed or its markers belong to no known set.
    """
    time, markers = _table(path)
    chosen = _marker_map(path, set(markers))
    points = np.stack([_leg(markers, chosen, side) for side in SIDES], axis=1)
    forward = float(np.sign(np.median(points[:, :, 4, 0] - points[:, :, 3, 0])))
    rate = (len(time) - 1) / (time[-1] - time[0])
    return MarkerTable(rate, float(time[0]), points * np.array([forward, 1.0]), float(chosen["toe_beyond"]))


def _table(path: Path) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Return the times and each marker's (N, 3) m, with gaps interpolated."""
    lines = path.read_text().splitlines()
    try:
        names = [name for name in lines[3].split("\t")[2:] if name.strip()]
        metres = 0.001 if lines[2].split("\t")[4].strip() == "mm" else 1.0
        rows = [_numbers(line, 2 + 3 * len(names)) for line in lines[5:] if line.strip()]
        values = np.array(rows)
    except (IndexError, ValueError) as error:
        raise UnreadableInput(f"{path.name} is not a marker table: {error}.") from error
    if len(rows) < LEAST_ROWS:
        raise UnreadableInput(f"{path.name} holds {len(rows)} moments only.")
    places = values[:, 2:].reshape(len(values), len(names), 3) * metres
    places[np.abs(places).sum(axis=2) == 0] = np.nan
    bridged = {name.strip(): _bridged(places[:, k]) for k, name in enumerate(names)}
    return values[:, 1], {name: xyz for name, xyz in bridged.items() if xyz is not None}


def _numbers(line: str, count: int) -> list[float]:
    cells = [float(cell) if cell.strip() else np.nan for cell in line.rstrip("\n").split("\t")[:count]]
    return cells + [np.nan] * (count - len(cells))


def _bridged(xyz: np.ndarray) -> np.ndarray | None:
    """Return the marker with gaps interpolated linearly, None if it is mostly missing."""
    seen = np.flatnonzero(np.isfinite(xyz[:, 0]))
    if len(seen) < 0.5 * len(xyz):
        return None
    return np.stack([np.interp(np.arange(len(xyz)), seen, xyz[seen, axis]) for axis in range(3)], axis=1)


def _marker_map(path: Path, markers: set[str]) -> dict[str, Any]:
    for name, chosen in tomllib.loads(MARKER_MAPS.read_text()).items():
        if name != "forces" and set(chosen["needs"]) <= markers and not set(chosen["lacks"]) & markers:
            return dict(chosen)
    raise UnreadableInput(f"{path.name} has a set of markers FormCheck does not know.")


def _leg(markers: dict[str, np.ndarray], chosen: dict[str, Any], side: str) -> np.ndarray:
    """Return the points of one leg, (N, 5, 2)."""
    letter = side[0].upper()
    points: dict[str, np.ndarray] = {}
    for part in ("heel", "toe", "hip", "ankle", "knee"):
        rule = chosen[part]
        if rule == "pelvis":
            points[part] = _hip(markers)
        elif rule == "two links":
            points[part] = _knee(points["hip"], points["ankle"], points["toe"] - points["heel"])
        elif isinstance(rule, dict):
            points[part] = _on_foot(points["heel"], points["toe"], rule["along"], rule["above"])
        else:
            points[part] = np.mean([markers[letter + name[1:]][:, :2] for name in rule], axis=0)
    return np.stack([points[part] for part in LEG], axis=1)


def _hip(markers: dict[str, np.ndarray]) -> np.ndarray:
    """Return the midpoint of both hip joints, seen from the side."""
    front = 0.5 * (markers["RASI"] + markers["LASI"])
    back = 0.5 * (markers["RPSI"] + markers["LPSI"])
    width = float(np.median(np.linalg.norm(markers["RASI"] - markers["LASI"], axis=1)))
    ahead = (front - back)[:, :2]
    ahead = ahead / np.linalg.norm(ahead, axis=1, keepdims=True)
    up = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) * np.sign(ahead[:, :1])
    return np.asarray(front[:, :2] - width * (HIP_BEHIND * ahead + HIP_BELOW * up))


def _on_foot(heel: np.ndarray, toe: np.ndarray, along: float, above: float) -> np.ndarray:
    foot = toe - heel
    ahead = foot / np.linalg.norm(foot, axis=1, keepdims=True)
    forward = np.sign(np.median(foot[:, 0]))
    up = forward * np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    return np.asarray(heel + along * foot + above * up)


def _knee(hip: np.ndarray, ankle: np.ndarray, foot: np.ndarray) -> np.ndarray:
    """Return the knee between two segments of fixed length from hip to ankle, pointing forwards."""
    whole = 1.01 * float(np.percentile(np.linalg.norm(ankle - hip, axis=1), 99.5))
    forward = float(np.sign(np.median(foot[:, 0])))
    return joint_between(hip, ankle, THIGH_SHARE * whole, (1 - THIGH_SHARE) * whole, forward)


def read_forces(markers: Path, start: float) -> dict[str, np.ndarray]:
    """Return each side's (n, 2) s of initial contact and toe-off after `start`, from the `.mot` file."""
    columns = tomllib.loads(MARKER_MAPS.read_text())["forces"]["vertical"]
    path = _force_file(markers, columns["right"])
    lines = path.read_text().splitlines()
    end = next(k for k, line in enumerate(lines) if line.strip() == "endheader")
    body = [line.split() for line in lines[end + 1 :] if line.strip()]
    names, values = body[0], np.array(body[1:], float)
    return {
        side: plate_contacts(values[:, 0] - start, values[:, names.index(column)])
        for side, column in columns.items()
    }


def _force_file(markers: Path, column: str) -> Path:
    stem = markers.stem.removesuffix("_markers")
    nearby = sorted(markers.parent.glob("*.mot"), key=lambda p: not p.stem.startswith(stem))
    for path in nearby:
        if column in path.read_text():
            return path
    raise UnreadableInput(f"No .mot with ground forces lies beside {markers.name}.")


def plate_contacts(time: np.ndarray, force: np.ndarray) -> np.ndarray:
    """Return (n, 2) s of complete contacts: vertical force stays above 20 N and peaks above 250 N."""
    up = np.flatnonzero((force[:-1] <= PLATE_THRESHOLD_N) & (force[1:] > PLATE_THRESHOLD_N))
    down = np.flatnonzero((force[:-1] > PLATE_THRESHOLD_N) & (force[1:] <= PLATE_THRESHOLD_N))
    found = []
    for rise in up:
        falls = down[down > rise]
        if len(falls) and force[rise : falls[0] + 1].max() > REAL_CONTACT_N:
            found.append((_crossing(time, force, int(rise)), _crossing(time, force, int(falls[0]))))
    return np.array(found).reshape(-1, 2)


def _crossing(time: np.ndarray, force: np.ndarray, at: int) -> float:
    share = (PLATE_THRESHOLD_N - force[at]) / (force[at + 1] - force[at])
    return float(time[at] + share * (time[at + 1] - time[at]))
