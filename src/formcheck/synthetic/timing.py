"""When each foot is on the ground: contacts and toe-offs, with human-like stride variability."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from formcheck.synthetic.params import Gait


@dataclass(frozen=True, eq=False)
class Timing:
    """Every step in order: left and right alternate, starting with a left step."""

    contact: np.ndarray  # (K,) s
    toe_off: np.ndarray  # (K,) s
    left: np.ndarray  # (K,) bool

    def count(self, time: np.ndarray) -> np.ndarray:
        """Return a smooth step count with value k at contact k; (N,) from (N,) s."""
        return np.asarray(PchipInterpolator(self.contact, np.arange(len(self.contact)))(time))

    def of(self, side: str) -> tuple[np.ndarray, np.ndarray]:
        """Return one foot's (n,) contacts and (n,) toe-offs."""
        mine = self.left if side == "left" else ~self.left
        return self.contact[mine], self.toe_off[mine]


def sampled_steps(gait: Gait, duration: float, rng: np.random.Generator) -> Timing:
    """Sample the steps of a clip, with a few before and after it.

    Step times have a lag-one correlation of 0.3, drift with time and differ between the sides as
    the gait specifies; the phase at the first frame is random.
    """
    spare = 4
    count = int(np.ceil(duration / gait.step_time * 1.15)) + 2 * spare
    shape = _varying(count, rng) * gait.variation
    time = (np.arange(count) - spare) * gait.step_time
    late = 1 + gait.drift * np.clip(time, 0, None) / 60
    left = np.arange(count) % 2 == 0
    one_sided = 1 + 0.5 * gait.step_asymmetry * np.where(left, 1, -1)
    intervals = gait.step_time * (1 + shape) / late * one_sided
    contact = np.concatenate([[0.0], np.cumsum(intervals[1:])])
    contact += -contact[spare] - rng.uniform(0, 2) * gait.step_time
    uneven = 1 + 0.5 * gait.asymmetry * np.where(left, 1, -1)
    on_ground = gait.contact_time * uneven / late * (1 + 0.6 * gait.variation * rng.normal(size=count))
    return Timing(contact, contact + on_ground, left)


def _varying(count: int, rng: np.random.Generator) -> np.ndarray:
    """Return unit noise with lag-one correlation 0.3."""
    white = rng.normal(size=count)
    for k in range(1, count):
        white[k] = 0.3 * white[k - 1] + np.sqrt(1 - 0.09) * white[k]
    return white
