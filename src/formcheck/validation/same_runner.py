"""Two clips of one runner who changes nothing: `python -m formcheck.validation.same_runner`.

Both are filmed from similar positions, and a share of the pose model's errors is in both (`KEYPOINTS_VARY`). Prints, for
each metric, how far the two values differ, in standard errors of a change: 1 is right, more is too narrow.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from formcheck.course import Z95
from formcheck.gait.steps import detect_steps
from formcheck.metrics import METRICS, measure
from formcheck.metrics.contact import VARIES
from formcheck.metrics.metric import KEYPOINTS_VARY
from formcheck.motion.preprocess import to_motion
from formcheck.scene.classify import look_at
from formcheck.synthetic import Camera, project
from formcheck.synthetic.errors import Habit
from formcheck.types import Measurement
from formcheck.validation.population import ROLL_BY_EYE_SD_DEG, ROLL_TOLD_SD_DEG, Case, sampled_case
from formcheck.validation.trials import as_on_people, as_tracked

RATE, SECONDS = 30.0, 8.0
PLACE_SD_M = 0.15  # how exactly a phone is put where it stood before
YAW_SD_DEG = 3.0
FEWEST = 8  # pairs of values: fewer say nothing


@dataclass(frozen=True)
class Repeat:
    """One metric of two clips of a runner in whom nothing changed."""

    metric: str
    change: float
    within: float  # standard error of a change where what repeats cancels
    whole: float  # the same with the whole error of both

    @property
    def held(self) -> bool:
        """Whether the change is called no real one by its standard error alone."""
        return abs(self.change) <= Z95 * self.within


def filmed_again(case: Case) -> Case:
    """Return a case whose camera was put up again: nearly where it stood, with a tilt of its own."""
    rng = np.random.default_rng([case.number, 13])
    camera = case.camera
    known = bool(np.isfinite(case.told_roll_deg))
    roll = float(rng.uniform(-4, 4) if known else ROLL_BY_EYE_SD_DEG * rng.normal())
    again: Camera = replace(
        camera,
        distance=camera.distance + PLACE_SD_M * float(rng.normal()),
        height=camera.height + 0.5 * PLACE_SD_M * float(rng.normal()),
        yaw=camera.yaw + YAW_SD_DEG * float(rng.normal()),
        roll=roll,
    )
    told = roll + ROLL_TOLD_SD_DEG * float(rng.normal()) if known else np.nan
    return replace(case, camera=again, told_roll_deg=told)


def take_of(case: Case, take: int) -> dict[str, Measurement]:
    """Film one take of a case and measure it; empty if it is refused."""
    keypoints, contacts = (Habit(case.number, varies) for varies in (KEYPOINTS_VARY, VARIES))
    clip = project(case.gait, case.camera, case.noise, case.number, SECONDS, take=take, habit=keypoints)
    track = as_tracked(clip, case)
    scene = look_at(track, clip.clip)
    if scene.refusal:
        return {}
    motion = to_motion(track, scene)
    told = detect_steps(motion) if scene.view in ("side", "oblique") else ()
    rng = np.random.default_rng([case.number, 9, take])
    return measure(motion, as_on_people(told, clip.truth.steps, rng, contacts), scene, case.told)


def filmed_twice(numbers: Iterable[int], view: str) -> Iterator[Repeat]:
    """Yield the change of every metric between two clips of each runner of the draw."""
    for number in numbers:
        case = sampled_case(number, RATE, view=view)
        first, second = take_of(case, 1), take_of(filmed_again(case), 2)
        for id in first.keys() & second.keys():
            a, b = first[id], second[id]
            if a.measured and b.measured:
                within, whole = (
                    float(np.hypot(*pair)) for pair in ((a.se_within, b.se_within), (a.se, b.se))
                )
                yield Repeat(id, b.value - a.value, within, whole)


def row_text(found: list[Repeat]) -> str:
    """Return a metric's line of the table."""
    moved = np.array([each.change for each in found])
    within, whole = (np.array([getattr(each, name) for each in found]) for name in ("within", "whole"))
    held = np.mean([each.held for each in found])
    sizes = [float(np.sqrt(np.mean(each**2))) for each in (moved, within, whole, moved / within)]
    texts = [f"{each:9.3g}" for each in sizes]
    return f"{found[0].metric:24}{len(found):4}{''.join(texts)}{100 * held:7.0f} %"


def main() -> None:
    """Simulate the pairs and print the table."""
    asked = argparse.ArgumentParser(prog="formcheck.validation.same_runner", description=__doc__)
    asked.add_argument(
        "--pairs", type=int, default=40, help="runners filmed twice from the side, and half as many in front"
    )
    asked.add_argument("--first", type=int, default=0, help="number of the first runner drawn")
    options = asked.parse_args()
    numbers = range(options.first, options.first + options.pairs)
    found = [*filmed_twice(numbers, "side"), *filmed_twice(numbers[: options.pairs // 2], "front")]
    by_metric = {id: [each for each in found if each.metric == id] for id in METRICS}
    print(f"{'metric':24}{'n':>4}{'changed':>9}{'within':>9}{'whole':>9}{'z':>9}{'held':>9}")
    print("\n".join(row_text(rows) for rows in by_metric.values() if len(rows) >= FEWEST))


if __name__ == "__main__":
    main()
