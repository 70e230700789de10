"""How far the net's contacts are from the force plate, on runners it was not trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from formcheck.gait.decode import Contact, contacts_of
from formcheck.gait.net import ContactSignals, Net, contact_signals
from formcheck.mocap.recordings import Camera, Recording, film
from formcheck.skeleton import SIDES

CLIP_S = 10.0
NEAR_S = 0.15  # s: a contact found further from the plate's is a miss and a false one


@dataclass(frozen=True, eq=False)
class Errors:
    """Every true contact of some clips with what was found for it; n rows, NaN = not found."""

    runner: np.ndarray  # (n,) names
    clip: np.ndarray  # (n,) number of the clip
    speed: np.ndarray  # (n,) m/s
    truth: np.ndarray  # (n, 2) s, contact and toe-off
    found: np.ndarray  # (n, 2) s
    doubt: np.ndarray  # (n, 2) s, standard errors
    false: int = 0  # contacts found that the plate does not know

    @property
    def off_ms(self) -> np.ndarray:
        """(n, 2) ms, found less true."""
        return 1000 * (self.found - self.truth)

    def where(self, keep: np.ndarray) -> Errors:
        """Return some of the rows."""
        return replace(self, **{name: getattr(self, name)[keep] for name in ROWS})


ROWS = ("runner", "clip", "speed", "truth", "found", "doubt")
Finder = Callable[[Recording, Camera, np.random.Generator], tuple[np.ndarray, np.ndarray, np.ndarray]]
"""Maps a filmed recording to sides (m,), times (m, 2) s and standard errors (m, 2) s."""


def by_net(nets: dict[str, Net]) -> Finder:
    """Find contacts with each runner's own held-out net."""

    def find(
        recording: Recording, camera: Camera, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        _, found = _contacts(recording, camera, rng, nets)
        return (
            np.array([SIDES.index(c.side) for c in found]),
            np.array([(c.contact, c.toe_off) for c in found]).reshape(-1, 2),
            np.array([(c.contact_doubt, c.toe_off_doubt) for c in found]).reshape(-1, 2),
        )

    return find


def by_crossing(nets: dict[str, Net]) -> Finder:
    """The same nets, but an event is where the chance of standing crosses one half: no times to events."""

    def find(
        recording: Recording, camera: Camera, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        signals, found = _contacts(recording, camera, rng, nets)
        times = [
            [
                crossing(signals.time, signals.stands[:, SIDES.index(c.side)] - 0.5, at)
                for at in (c.contact, c.toe_off)
            ]
            for c in found
        ]
        sides = np.array([SIDES.index(c.side) for c in found])
        return sides, np.array(times).reshape(-1, 2), np.full((len(found), 2), np.nan)

    return find


def _contacts(
    recording: Recording, camera: Camera, rng: np.random.Generator, nets: dict[str, Net]
) -> tuple[ContactSignals | None, list[Contact]]:
    """Film a recording; return what its runner's held-out net says of it, and the contacts decoded."""
    signals = contact_signals(film(recording, camera, rng), nets[recording.runner])
    return signals, contacts_of(signals) if signals else []


def crossing(time: np.ndarray, signal: np.ndarray, about: float) -> float:
    """Return the zero crossing nearest to a time, by a straight line between samples."""
    change = np.flatnonzero(np.signbit(signal[1:]) != np.signbit(signal[:-1]))
    if len(change) == 0 or not np.isfinite(about):
        return np.nan
    at = time[change] + signal[change] / (signal[change] - signal[change + 1]) * np.diff(time)[change]
    return float(at[np.abs(at - about).argmin()])


def compare(
    recordings: Sequence[Recording], find: Finder, camera: Camera, seed: int = 0, clip_s: float = CLIP_S
) -> Errors:
    """Film the middle of each recording, find its contacts, match them with the plate's."""
    rng = np.random.default_rng(seed)
    rows: list[tuple] = []
    false = 0
    for number, recording in enumerate(recordings):
        start = max(0.0, 0.5 * (recording.duration - clip_s)) + rng.uniform(0, 1 / camera.fps)
        looked = replace(camera, start=start, seconds=clip_s)
        sides, times, doubts = find(recording, looked, rng)
        for side, name in enumerate(SIDES):
            true = recording.contacts(name) - start
            true = true[(true[:, 0] > 0.1) & (true[:, 1] < min(clip_s, recording.duration - start) - 0.1)]
            mine = sides == side
            match = matched(true, times[mine])
            false += _false(true, times[mine])
            for contact, at in zip(true, match):
                found = (times[mine][at], doubts[mine][at]) if at >= 0 else (np.full(2, np.nan),) * 2
                rows.append((recording.runner, number, recording.speed_mps, contact, *found))
    return Errors(*(np.array(column) for column in zip(*rows)), false=false)


def matched(true: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return for each true contact the index of the nearest found one, -1 = none near."""
    if len(found) == 0:
        return np.full(len(true), -1)
    apart = np.abs(true[:, 0][:, None] - found[:, 0])
    return np.where(apart.min(axis=1) <= NEAR_S, apart.argmin(axis=1), -1)


def _false(true: np.ndarray, found: np.ndarray) -> int:
    inside = (
        found[(found[:, 0] > true[0, 0] - 0.05) & (found[:, 0] < true[-1, 0] + 0.05)] if len(true) else found
    )
    return len(inside) - int((matched(true, found) >= 0).sum()) if len(inside) else 0


@dataclass(frozen=True)
class Summary:
    """One line of a table; ms unless a name says otherwise."""

    contacts: int
    missed: float  # %
    false: int
    contact_bias: float
    contact_sd: float
    toe_off_bias: float
    toe_off_sd: float
    per_contact: float  # mean absolute error of contact time
    per_clip: float  # the same of a clip's median over both feet
    clip_bias: float
    clip_sd: float
    covered: float  # % of contacts and toe-offs inside their 95 % interval


def summary(errors: Errors) -> Summary:
    """Return the figures of one line."""
    off = errors.off_ms
    length = off[:, 1] - off[:, 0]
    clips = [
        np.nanmedian(_lengths(errors.found, errors.clip == c))
        - np.median(_lengths(errors.truth, errors.clip == c))
        for c in np.unique(errors.clip)
    ]
    there = np.isfinite(off) & np.isfinite(errors.doubt)
    inside = np.abs(off[there]) <= 1.96 * 1000 * errors.doubt[there]
    return Summary(
        contacts=len(off), missed=100 * float(np.isnan(length).mean()), false=errors.false,
        contact_bias=float(np.nanmean(off[:, 0])), contact_sd=float(np.nanstd(off[:, 0])),
        toe_off_bias=float(np.nanmean(off[:, 1])), toe_off_sd=float(np.nanstd(off[:, 1])),
        per_contact=float(np.nanmean(np.abs(length))), per_clip=float(np.mean(np.abs(clips))),
        clip_bias=float(np.mean(clips)), clip_sd=float(np.std(clips)), covered=100 * float(inside.mean()) if len(inside) else np.nan,
    )  # fmt: skip


def _lengths(times: np.ndarray, keep: np.ndarray) -> np.ndarray:
    return 1000 * (times[keep, 1] - times[keep, 0])
