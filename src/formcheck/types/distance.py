"""Distances in words, in kilometres or miles; inside FormCheck every distance is in kilometres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

DistanceUnit = Literal["km", "miles"]
KM_PER_MILE = 1.609344
KM_IN: Mapping[DistanceUnit, float] = {"km": 1.0, "miles": KM_PER_MILE}


@dataclass(frozen=True)
class Distance:
    """A distance that a sentence writes in the reader's unit: `f"{Distance(8.0, 'miles'):.1f}"` is "5.0 miles"."""

    km: float
    unit: DistanceUnit = "km"

    def __format__(self, digits: str) -> str:
        return f"{self.km / KM_IN[self.unit]:{digits or '.1f'}} {self.unit}"
