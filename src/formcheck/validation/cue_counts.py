"""Count missed and false cues: part of `formcheck validate`, and `python -m formcheck.validation.cue_counts`.

The latter writes cue_counts.json, from which docs/coaching.md takes the measured operating point of every cue.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from scipy.special import betaincinv

from formcheck import __version__
from formcheck.files.atomic import write_own_file
from formcheck.validation.cue_faults import FAULTS, Fault
from formcheck.validation.cue_plates import PlateCues, plate_cues
from formcheck.validation.cue_trials import CueTrial, clean_trials, fault_trials
from formcheck.validation.population import JUDGED_FROM

FORMAT, VERSION = "formcheck-cue-counts", 1
FILE_NAME = "cue_counts.json"
TAIL = 0.025
CLEAN_PER_FAULT = 15  # runners without a fault for each runner with a given one: false cues are rare
FRONTAL = 0.2  # share of them that is filmed from front and rear


@dataclass(frozen=True)
class Share:
    """A share of clips, with its exact binomial 95 % interval."""

    count: int
    n: int

    @property
    def percent(self) -> float:
        """The share; NaN without clips."""
        return 100 * self.count / self.n if self.n else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval, in per cent."""
        k, n = self.count, self.n
        low = 0.0 if k == 0 else float(betaincinv(k, n - k + 1, TAIL))
        high = 1.0 if k == n else float(betaincinv(k + 1, n - k, 1 - TAIL))
        return 100 * low, 100 * high

    @property
    def row(self) -> dict[str, float | None]:
        """The share as files store it; no per cent without clips."""
        low, high = self.interval
        percent = round(self.percent, 1) if self.n else None
        return {**asdict(self), "percent": percent, "low": round(low, 1), "high": round(high, 1)}

    @property
    def text(self) -> str:
        """The share in words."""
        if not self.n:
            return "none to judge"
        low, high = self.interval
        return f"{self.count} of {self.n} ({self.percent:.0f} %, 95 % interval {low:.0f} to {high:.0f})"


def share(those: Iterable[bool]) -> Share:
    """Return the share of clips of which something is true."""
    every = list(those)
    return Share(sum(every), len(every))


def missed(trials: Iterable[CueTrial], fault: Fault | None = None, *, large_only: bool = True) -> Share:
    """Return the share of faults that no cue names; by default only of faults beyond the smallest real change."""
    by_id = {each.id: each for each in FAULTS}
    asked = [t for t in trials if t.fault and (fault is None or t.fault == fault.id)]
    return share(not t.named_by(by_id[t.fault]) for t in asked if t.beyond_change or not large_only)


def missed_of(trials: Sequence[CueTrial], metric: str) -> Share:
    """Return the share of missed faults of one metric, in both directions, beyond the smallest real change."""
    parts = [missed(trials, fault) for fault in FAULTS if fault.metric == metric]
    return Share(sum(each.count for each in parts), sum(each.n for each in parts))


def false(trials: Iterable[CueTrial]) -> Share:
    """Return the share of runners without a fault who get a cue."""
    return share(bool(t.cues) for t in trials if not t.fault and not t.refused)


def share_told(plates: Sequence[PlateCues]) -> Share:
    """Return the share of force-plate runs that get a cue."""
    return share(bool(each.cues) for each in plates)


def share_outside(plates: Sequence[PlateCues]) -> dict[str, Share]:
    """Return, for each metric, the share of force-plate runs outside its range at their own speed."""
    ids = dict.fromkeys(chain.from_iterable(each.judged for each in plates))
    return {id: share(id in each.outside for each in plates if id in each.judged) for id in ids}


@dataclass(frozen=True)
class Counted:
    """The clips on which cues are counted."""

    trials: tuple[CueTrial, ...]  # drawn runners, with and without a fault
    plates: tuple[PlateCues, ...] = ()
    first: int = JUDGED_FROM  # number of the first runner drawn


def count_cues(
    recordings: Path | None, faults: int, runners: int | None = None, first: int = JUDGED_FROM
) -> Counted:
    """Measure and coach drawn runners and force-plate runners.

    Parameters
    ----------
    recordings : Path or None
        Folder of force-plate recordings; None: drawn runners only.
    faults : int
        Runners with each fault.
    runners : int, optional
        Runners without a fault; default: `CLEAN_PER_FAULT` for each of `faults`.
    first : int
        Number of the first runner drawn.
    """
    clean = CLEAN_PER_FAULT * faults if runners is None else runners
    frontal = int(FRONTAL * clean)
    trials = (*clean_trials(first, clean - frontal, frontal), *fault_trials(first, faults))
    return Counted(trials, tuple(plate_cues(recordings)) if recordings else (), first)


def as_data(counted: Counted, command: str) -> dict[str, Any]:
    """Return the counts as the file holds them."""
    trials, plates = counted.trials, counted.plates
    return {
        "format": FORMAT, "version": VERSION, "formcheck": __version__, "command": command, "first_number": counted.first,
        "missed": missed(trials).row,
        "missed_of_all_sizes": missed(trials, large_only=False).row,
        "false": false(trials).row,
        "false_rules": sorted(chain.from_iterable(t.cues for t in trials if not t.fault)),
        "metrics": {id: missed_of(trials, id).row for id in dict.fromkeys(fault.metric for fault in FAULTS)},
        "faults": [_fault_row(trials, fault) for fault in FAULTS],
        "plates": {"told": share_told(plates).row, "outside": {id: each.row for id, each in share_outside(plates).items()}} if plates else None,
    }  # fmt: skip


def _fault_row(trials: Sequence[CueTrial], fault: Fault) -> dict[str, Any]:
    return {
        "fault": fault.id, "metric": fault.metric, "when": fault.when, "topics": list(fault.topics),
        "moderate": fault.moderate, "clear": fault.clear, "view": fault.view,
        "missed": missed(trials, fault).row, "missed_of_all_sizes": missed(trials, fault, large_only=False).row,
    }  # fmt: skip


def summary(counted: Counted) -> str:
    """Return the counts in a few lines."""
    trials, plates = counted.trials, counted.plates
    lines = [f"{each.id}, missed: {missed(trials, each).text}" for each in FAULTS]
    lines += [
        f"All faults, missed: {missed(trials).text}; of all sizes {missed(trials, large_only=False).text}",
        f"Runners without a fault who get a cue: {false(trials).text}",
    ]
    if plates:
        worst = max(share_outside(plates).items(), key=lambda item: item[1].percent)
        lines.append(f"Force-plate runs that get a cue: {share_told(plates).text}")
        lines.append(f"Furthest outside its range among them: {worst[0]}, {worst[1].text}")
    return "\n".join(lines)


def main() -> None:
    """Count, print and write."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("recordings", type=Path, nargs="?", help="folder of force-plate recordings")
    asked.add_argument("-o", "--out", type=Path, help=f"write {FILE_NAME} to this folder")
    asked.add_argument("--runners", type=int, default=40, help="runners without a fault")
    asked.add_argument("--faults", type=int, default=8, help="runners with each fault")
    asked.add_argument("--first", type=int, default=JUDGED_FROM, help="number of the first runner drawn")
    options = asked.parse_args()
    counted = count_cues(options.recordings, options.faults, options.runners, options.first)
    print(summary(counted))
    if options.out:
        folder = "RECORDINGS " if options.recordings else ""
        command = f"python -m formcheck.validation.cue_counts {folder}--runners {options.runners} --faults {options.faults} --first {options.first}"
        with write_own_file(options.out / FILE_NAME) as file:
            text = json.dumps(as_data(counted, command), indent=1, ensure_ascii=False)
            file.write(f"{text}\n".encode())


if __name__ == "__main__":
    main()
