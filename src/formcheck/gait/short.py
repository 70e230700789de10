"""Contacts shorter than any in the training data: a sprinter's, which the net makes too long.

The shortest contacts of the training data last 171 ms. Below, the net still finds every contact, but
draws its duration towards what it knows: it lands too early and leaves too late. On projected sprinters
at 5 to 10 m/s (90 to 170 ms, 60 to 240 fps, 216 clips) the duration it gives lies two thirds of the way
below 171 ms, within 4 ms; force-plate sprints of 90 to 120 ms showed the same 25 to 30 ms too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from formcheck.gait.decode import Contact
from formcheck.scene.features import median

SHORTEST_LEARNT_S = 0.171  # s, shortest force-plate contact in the training data
SHORT_S = 0.185  # s: near the edge of the training data the superposed strides mislead too (20 ms at 5 m/s)
KEPT = 2 / 3  # of how far a contact lies below it: what the net still shows
LANDS_EARLY = 0.6  # share of the excess that comes before the true contact; the rest after the true toe-off


def lasts_s(contacts: Sequence[Contact]) -> float:
    """Return the median duration of the net's contacts, s; NaN without a whole one."""
    return median(np.array([each.toe_off - each.contact for each in contacts]))


def too_short_to_be_learnt(lasts: float) -> bool:
    """Return whether contacts are at or below the edge of the training data."""
    return lasts < SHORT_S


def shortened(contacts: Sequence[Contact]) -> list[Contact]:
    """Return a sprinter's contacts without the excess the net gives them; all are shifted alike.

    Parameters
    ----------
    contacts : sequence of Contact
        As the net gives them; unchanged where they last `SHORTEST_LEARNT_S` or longer.
    """
    excess = (1 / KEPT - 1) * max(0.0, SHORTEST_LEARNT_S - lasts_s(contacts))
    late, early = LANDS_EARLY * excess, (1 - LANDS_EARLY) * excess
    return [replace(each, contact=each.contact + late, toe_off=each.toe_off - early) for each in contacts]
