"""What a whole program takes from start to end: processor time, wall time, peak memory."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What one program took."""

    cpu_s: float
    wall_s: float
    peak_mb: float

    def least(self, other: Cost | None) -> Cost:
        """Return the smaller of both, each quantity by itself."""
        if other is None:
            return self
        return Cost(
            min(self.cpu_s, other.cpu_s), min(self.wall_s, other.wall_s), min(self.peak_mb, other.peak_mb)
        )


def cost(command: Sequence[object]) -> Cost:
    """Run a program to its end."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(each) for each in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise SystemExit(f"{command[:4]} ended with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024)
