"""Correct contact and toe-off from the path of the foot, with all strides of a clip superposed at each event.

The net analyses every step alone and has a constant error for each runner. A clip holds many strides,
and their superposition shows the path of the foot around an event at a much finer time resolution than
the frame rate: how heel, toe and ankle descend to their resting height, how fast each moves, and when
each rises again. A reader fitted to force-plate data, linear in these curves and their products, turns this
profile into the time from the instant of superposition to the event.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from formcheck import weights
from formcheck.gait.decode import Contact
from formcheck.gait.occlusion import ANKLE, HEEL, HIP, TOE
from formcheck.scene.features import mean
from formcheck.skeleton import SIDES

PARTS = (ANKLE, HEEL, TOE)
STANDS = ((0.25, 0.60), (0.15, 0.40), (0.25, 0.60))  # share of contact with each part surely at rest
EVERY_S = 0.005  # s between two points of a profile
REACH_S = 0.130  # s on either side of the event covered by a profile
READ_S = 0.090  # s on either side of the event used by the reader
READ_EVERY_S = 0.010
WIDTH_S = (0.010, 0.025)  # s, sd of the smoothing kernel: with many and with few samples
SAMPLES_WITHIN = 3.0  # the kernel is widened until this many samples lie within its sd
FEWEST_STRIDES = 3  # of one foot; fewer are not superposed
SHORTEST_S = 0.150  # of contact; training data start at 171 ms; the window would reach the other event
UNUSUAL = 0.3  # of the median contact time: a contact that differs by more is cut off or a false detection
FURTHEST_S = 0.040  # s: an event that would move by more was not near the superposition
ROUNDS = 4  # of reading and shifting the event
SPEED_UNIT = 0.03  # s: scales speeds (leg lengths/s) to the size of heights (leg lengths)

LAGS_S = np.arange(-round(REACH_S / EVERY_S), round(REACH_S / EVERY_S) + 1) * EVERY_S
READ_LAGS_S = np.arange(-round(READ_S / READ_EVERY_S), round(READ_S / READ_EVERY_S) + 1) * READ_EVERY_S
CURVES = 2 * len(PARTS)
PAIRS = np.triu_indices(CURVES)  # of curves, each with itself too
FEATURES = (CURVES + len(PAIRS[0])) * len(READ_LAGS_S)


@dataclass(frozen=True, eq=False)
class FootProfile:
    """Path of one foot around one kind of event, averaged over the strides of a clip."""

    curves: np.ndarray  # (6, len(LAGS_S)): heights of ankle, heel and toe above their stance lines in
    # leg lengths, then their forward speeds relative to the hip in SPEED_UNIT
    strides: int

    def around(self, shift: float) -> np.ndarray:
        """Return the (FEATURES,) values and products of the curves if the profile were `shift` seconds later."""
        values = np.stack([np.interp(READ_LAGS_S + shift, LAGS_S, curve) for curve in self.curves])
        return np.concatenate([values, values[PAIRS[0]] * values[PAIRS[1]]]).ravel()


@dataclass(frozen=True, eq=False)
class ProfileReader:
    """A linear reader of a profile's features: how much later the event is than the instant of superposition."""

    weights: np.ndarray  # (FEATURES,) s
    offset: float  # s

    def shift(self, profile: FootProfile) -> float:
        """Return s from the instant of superposition to the event; NaN where they are too far apart."""
        shift = 0.0
        for _ in range(ROUNDS):
            shift += float(profile.around(shift) @ self.weights + self.offset)
            if abs(shift) > FURTHEST_S:
                return np.nan
        return shift


def foot_profiles(
    legs: np.ndarray, time: np.ndarray, contacts: Sequence[Contact]
) -> dict[tuple[int, int], FootProfile]:
    """Superpose the strides of each foot at its contacts and at its toe-offs.

    Parameters
    ----------
    legs : (N, 2 sides, 5, 2) leg lengths
        Unsmoothed points of a side view: smoothing would shift the events. NaN = not measured.
    time : (N,) s
    contacts : sequence of Contact
        Contacts of both feet from the net; those without toe-off are left out.

    Returns
    -------
    dict
        Keys are (side, event): side 0 left, 1 right; event 0 contact, 1 toe-off. A foot is missing
        if it has fewer than `FEWEST_STRIDES` whole contacts, contacts as short as a sprinter's, or
        hardly any measurements around an event.
    """
    whole = [_events(contacts, side, time) for side in range(2)]
    slope = _picture_slope(legs, time, whole)
    found: dict[tuple[int, int], FootProfile] = {}
    for side, events in enumerate(whole):
        if len(events) < FEWEST_STRIDES or np.median(events[:, 1] - events[:, 0]) < SHORTEST_S:
            continue
        heights = _heights(legs[:, side], time, events, slope)
        ahead = legs[:, side, PARTS, 0] - legs[:, :, HIP, 0].mean(axis=1)[:, None]
        for event in range(2):
            curves = _superposed(time, events[:, event], heights, ahead)
            if np.isfinite(curves).all():
                found[side, event] = FootProfile(curves, len(events))
    return found


def _events(contacts: Sequence[Contact], side: int, time: np.ndarray) -> np.ndarray:
    """Return (n, 2) s of one foot's whole contacts whose duration is close to the median."""
    times = [(c.contact, c.toe_off) for c in contacts if c.side == SIDES[side] and c.toe_off > c.contact]
    events = np.array(times).reshape(-1, 2)
    lasts = events[:, 1] - events[:, 0]
    usual = np.abs(lasts - np.median(lasts)) <= UNUSUAL * np.median(lasts) if len(lasts) else lasts > 0
    inside = (events[:, 0] >= time[0] + READ_S) & (events[:, 1] <= time[-1] - READ_S)
    return np.asarray(events[usual & inside])


def _picture_slope(legs: np.ndarray, time: np.ndarray, whole: Sequence[np.ndarray]) -> float:
    """Return the slope of the ground line in the image, common to both feet and all their parts."""
    up = along = 0.0
    for side, events in enumerate(whole):
        for part, share in zip(PARTS, STANDS):
            for contact, toe_off in events:
                x, y = legs[_standing(time, contact, toe_off, share), side, part].T
                there = np.isfinite(x)
                if there.sum() > 1:
                    ahead = x[there] - x[there].mean()
                    up += float(ahead @ y[there])
                    along += float(ahead @ ahead)
    return up / along if along > 0 else 0.0


def _standing(time: np.ndarray, contact: float, toe_off: float, share: tuple[float, float]) -> np.ndarray:
    """Return (N,) bool, the samples within a share of one contact."""
    since = (time - contact) / (toe_off - contact)
    return np.asarray((since >= share[0]) & (since <= share[1]))


def _heights(leg: np.ndarray, time: np.ndarray, events: np.ndarray, slope: float) -> np.ndarray:
    """Return (n strides, N, 3) heights of ankle, heel and toe above their resting height in that stride."""
    level = leg[:, PARTS, 1] - slope * leg[:, PARTS, 0]
    rest = np.full((len(events), len(PARTS)), np.nan)
    for stride, (contact, toe_off) in enumerate(events):
        for number, share in enumerate(STANDS):
            rest[stride, number] = mean(level[_standing(time, contact, toe_off, share), number])
    return np.asarray(level[None] - rest[:, None])


def _superposed(time: np.ndarray, at: np.ndarray, heights: np.ndarray, ahead: np.ndarray) -> np.ndarray:
    """Return (6, len(LAGS_S)) curves of a `FootProfile`, NaN where no stride was measured."""
    lag = time[None] - at[:, None]
    stride, sample = np.nonzero(np.abs(lag) <= REACH_S + 2 * WIDTH_S[1])
    lags = lag[stride, sample]
    density = len(lags) / (2 * (REACH_S + 2 * WIDTH_S[1]))
    width = float(np.clip(SAMPLES_WITHIN / max(density, 1.0), *WIDTH_S))
    curves = []
    for number in range(len(PARTS)):
        curves.append(_local_line(lags, heights[stride, sample, number], width)[0])
    for number in range(len(PARTS)):
        curves.append(SPEED_UNIT * _local_line(lags, ahead[sample, number], width)[1])
    return np.stack(curves)


def _local_line(lags: np.ndarray, values: np.ndarray, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Return value and slope at `LAGS_S` of straight lines fitted with a Gaussian kernel."""
    there = np.isfinite(values)
    apart = lags[None, there] - LAGS_S[:, None]
    kernel = np.exp(-0.5 * (apart / width) ** 2)
    s0, s1, s2 = ((kernel * apart**power).sum(axis=1) for power in range(3))
    v0, v1 = kernel @ values[there], (kernel * apart) @ values[there]
    s2 = s2 + 0.01 * width**2 * s0  # a single sample gives a level line, not an arbitrary slope
    with np.errstate(invalid="ignore", divide="ignore"):
        apart_again = s0 * s2 - s1**2
        return (s2 * v0 - s1 * v1) / apart_again, (s0 * v1 - s1 * v0) / apart_again


Readers = tuple[ProfileReader, ProfileReader]
"""The readers of initial contact and of toe-off."""


@lru_cache(maxsize=1)
def shipped_readers() -> Readers:
    """Return the readers fitted for the shipped net.

    Raises
    ------
    BrokenModel
        If the file is missing or damaged.
    """
    found = weights.arrays("contact_profile.npz")
    return tuple(ProfileReader(found["weights"][event], float(found["offset"][event])) for event in range(2))  # type: ignore[return-value]


def profile_shifts(
    profiles: dict[tuple[int, int], FootProfile], readers: Readers
) -> dict[tuple[int, int], float]:
    """Return how much later (s) each foot's events are than superposed, with the keys of `foot_profiles`.

    A kind of event that is too far from the superposition in one foot is left out for both: with only one foot
    shifted, the legs would seem to differ.
    """
    shifts = {key: readers[key[1]].shift(profile) for key, profile in profiles.items()}
    too_far = {event for (_, event), shift in shifts.items() if not np.isfinite(shift)}
    return {key: shift for key, shift in shifts.items() if key[1] not in too_far}


def moved(contacts: Sequence[Contact], shifts: dict[tuple[int, int], float]) -> list[Contact]:
    """Return contacts with each foot's events shifted (s); a foot without a shift is unchanged."""
    return [
        replace(
            contact,
            contact=contact.contact + shifts.get((SIDES.index(contact.side), 0), 0.0),
            toe_off=contact.toe_off + shifts.get((SIDES.index(contact.side), 1), 0.0),
        )
        for contact in contacts
    ]
