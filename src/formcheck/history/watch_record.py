"""Return type of the FIT and CSV readers: one activity, before units and names are resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np


@dataclass(frozen=True, eq=False)
class Recorded:
    """One activity as its file states it; the columns are arrays of one length."""

    columns: Mapping[str, np.ndarray]  # (N,) by metric id, and "speed" in m/s; NaN = not recorded
    when: datetime | None = None
    sport: str = ""  # "running", another sport's name, "" = the file does not say
    distance_km: float = np.nan
    distance: float = np.nan  # in a unit the file does not state: km or miles
    minutes: float = np.nan
    notes: tuple[str, ...] = ()
    label: str = ""  # its name in a file with several: "row 4 (Yoga)"
    fault: str = ""  # why it cannot be used, in a sentence; "" = no known fault
