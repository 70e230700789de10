"""What each way of doing less saves and changes: the same clip analysed with it and without it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from program_cost import Cost, cost

WITHOUT = """
import json, sys
from importlib import import_module
for place, value in json.loads(sys.argv.pop(1)).items():
    module, name = place.rsplit(".", 1)
    setattr(import_module(module), name, value)
from formcheck.cli.main import main
main()
"""
EVERY_FRAME_HZ = 10_000.0
PASS, EFFORT, SQUARE = "formcheck.pose.tracking", "formcheck.pose.effort", "formcheck.pose.roi"


@dataclass(frozen=True)
class Saving:
    """One way of doing less, and the constants with which it is not done."""

    what: str
    without: dict[str, float]


SAVINGS = (
    Saving("light net 15 times a second, half as often in calm motion", {f"{PASS}.LOOKS_PER_S": EVERY_FRAME_HZ, f"{PASS}.CALM_S": 0.0}),
    Saving("middle of the crop where the runner fits in", {f"{SQUARE}.NARROW_REACH": 0.0}),
    Saving("scores five times a second", {f"{EFFORT}.SCORED_HZ": EVERY_FRAME_HZ}),
    Saving("second look 20 times a second and at unclear legs", {f"{EFFORT}.TWICE_HZ": EVERY_FRAME_HZ}),
)  # fmt: skip
FAST_CLIPS = Saving("60 frames a second of a clip with more", {f"{EFFORT}.LOOKED_HZ": EVERY_FRAME_HZ})


@dataclass(frozen=True)
class Trial:
    """One clip analysed with a saving and without it."""

    what: str
    clip: str
    with_s: float  # processor time
    without_s: float
    metric: str  # the one that differs most
    change: float  # of it, in widths of its 95 % interval
    cadence: float  # steps/min, with minus without

    def cells(self) -> tuple[str, ...]:
        """Return the trial as cells of a table."""
        saved = 100 * (1 - self.with_s / self.without_s)
        times = (f"{self.without_s:.1f} s", f"{self.with_s:.1f} s", f"{saved:.0f} %")
        return self.what, self.clip, *times, f"{self.metric} {self.change:.2f}", f"{self.cadence:+.2f}"


HEADINGS = ("saving", "clip", "without", "with", "saved", "largest change, of an interval", "cadence")


def tried(savings: Sequence[Saving], clip: Path, model: str, folder: Path) -> list[Trial]:
    """Analyse a clip as it is always done, and without each of these savings."""
    done, left_out = folder / "with", folder / "without"
    arguments = ["analyze", clip, "--no-video", "--model", model, "--precision", "fp32", "-o"]
    taken = cost([sys.executable, "-m", "formcheck", *arguments, done])
    trials = []
    for saving in savings:
        changed = cost([sys.executable, "-c", WITHOUT, json.dumps(saving.without), *arguments, left_out])
        trials.append(compared(f"{saving.what}, {model}", clip, (done, taken), (left_out, changed)))
    return trials


def compared(what: str, clip: Path, one: tuple[Path, Cost], other: tuple[Path, Cost]) -> Trial:
    """Return what differs between two analyses of one clip, the second being the reference."""
    found, reference = (_measurements(folder / clip.stem) for folder, _ in (one, other))
    changes = {
        name: abs(found[name]["value"] - each["value"]) / (each["high"] - each["low"])
        for name, each in reference.items()
        if name in found
    }
    most = max(changes, key=lambda name: changes[name])
    cadence = found["cadence"]["value"] - reference["cadence"]["value"]
    return Trial(what, clip.stem, one[1].cpu_s, other[1].cpu_s, most, changes[most], cadence)


def _measurements(folder: Path) -> dict[str, dict[str, float]]:
    """Return the measured numbers of an analysis that have an interval."""
    told = json.loads((folder / "analysis.json").read_text())["measurements"]
    return {name: each for name, each in told.items() if each.get("value") is not None and "high" in each}
