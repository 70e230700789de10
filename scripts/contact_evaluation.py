"""How far contacts are from the force plate, on runners that net and readers have not learnt from."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from contact_profile import ERRORS, FOOT_SD_S, as_found, as_pose_model
from contact_training import noise

from formcheck.gait.accuracy import accuracy_of, event_sd_s
from formcheck.gait.decode import Contact, contacts_of
from formcheck.gait.net import Net, contact_signals, leg_points
from formcheck.gait.occlusion import filled
from formcheck.gait.profile import Readers, foot_profiles, moved, profile_shifts
from formcheck.gait.steps import corrected
from formcheck.mocap.recordings import LabRecording, SimulatedView, film
from formcheck.skeleton import SIDES
from formcheck.types import Motion

CLIP_S = 10.0
NEAR_S = 0.15  # s: a contact found further from the plate's is a miss and a false one
Z95 = 1.96
POSE_MODEL = "blazepose-heavy"  # whose standard errors recordings with a pose model's errors are given


@dataclass(frozen=True, eq=False)
class Errors:
    """Every true contact of some clips with what was found for it; n rows, NaN = not found."""

    runner: np.ndarray  # (n,) names
    clip: np.ndarray  # (n,) number of the clip
    side: np.ndarray  # (n,) 0 left, 1 right
    speed: np.ndarray  # (n,) m/s
    truth: np.ndarray  # (n, 2) s, contact and toe-off
    found: np.ndarray  # (n, 2) s
    sd: np.ndarray  # (n, 2) s, standard errors as users see them
    clip_sd: np.ndarray  # (n,) s, standard error that all contact times of the clip share
    false: int = 0  # contacts found that the plate does not know

    @property
    def off_ms(self) -> np.ndarray:
        """(n, 2) ms, found less true."""
        return 1000 * (self.found - self.truth)

    def where(self, keep: np.ndarray) -> Errors:
        """Return some of the rows."""
        return replace(self, **{name: getattr(self, name)[keep] for name in ROWS})


ROWS = ("runner", "clip", "side", "speed", "truth", "found", "sd", "clip_sd")
Found = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Sides (m,), times (m, 2) s and standard errors (m, 2) s of what was found in one clip."""
Finder = Callable[[LabRecording, float, Motion], Found]
"""Maps a recording, the second at which its clip begins and the filmed motion to what is found there."""


def by_net(nets: Mapping[str, Net], readers: Mapping[str, Readers] | None = None) -> Finder:
    """Find contacts with each runner's held-out net, corrected by the held-out readers if there are any."""

    def find(recording: LabRecording, start: float, motion: Motion) -> Found:
        signals = contact_signals(motion, nets[recording.runner])
        contacts = contacts_of(signals) if signals else []
        if readers is not None:
            contacts = corrected(contacts, motion, readers[recording.runner])
        return _found(contacts, motion.origin)

    return find


def by_readers(readers: Mapping[str, Readers]) -> Finder:
    """Read superposed strides alone: no net, strides superposed around events that err as a net's do."""

    def find(recording: LabRecording, start: float, motion: Motion) -> Found:
        rng = np.random.default_rng(zlib.crc32(recording.name.encode()))
        events = [recording.contacts(side) - start for side in SIDES]
        contacts = as_found(events, FOOT_SD_S * rng.normal(size=(2, 2)), motion.time[-1], rng)
        profiles = foot_profiles(filled(leg_points(motion)), motion.time, contacts)
        return _found(moved(contacts, profile_shifts(profiles, readers[recording.runner])), motion.origin)

    return find


def _found(contacts: Sequence[Contact], origin: str) -> Found:
    """Return contacts as arrays, with the standard errors that users see."""
    sds = [
        [event_sd_s(origin, event, sd) for event, sd in enumerate((c.contact_doubt, c.toe_off_doubt))]
        for c in contacts
    ]
    return (
        np.array([SIDES.index(c.side) for c in contacts]),
        np.array([(c.contact, c.toe_off) for c in contacts]).reshape(-1, 2),
        np.array(sds).reshape(-1, 2),
    )


def compare(
    recordings: Sequence[LabRecording],
    find: Finder,
    camera: SimulatedView,
    seed: int = 0,
    clip_s: float = CLIP_S,
) -> Errors:
    """Film the middle of each recording, find its contacts, match them with the plate's."""
    rng = np.random.default_rng(seed)
    rows: list[tuple] = []
    false = 0
    for number, recording in enumerate(recordings):
        start = max(0.0, 0.5 * (recording.duration - clip_s)) + rng.uniform(0, 1 / camera.fps)
        motion = film(recording, replace(camera, start=start, seconds=clip_s), rng)
        sides, times, sds = find(recording, start, motion)
        clip_sd = accuracy_of(motion.origin).contact_time_clip_sd_s
        for side, name in enumerate(SIDES):
            true = recording.contacts(name) - start
            true = true[(true[:, 0] > 0.1) & (true[:, 1] < min(clip_s, recording.duration - start) - 0.1)]
            mine = sides == side
            match = matched(true, times[mine])
            false += _false(true, times[mine])
            for contact, at in zip(true, match):
                found = (times[mine][at], sds[mine][at]) if at >= 0 else (np.full(2, np.nan),) * 2
                rows.append((recording.runner, number, side, recording.speed_mps, contact, *found, clip_sd))
    return Errors(*(np.array(column) for column in zip(*rows)), false=false)


def as_seen(recordings: Sequence[LabRecording], seed: int = 0) -> list[LabRecording]:
    """Return recordings as a pose model might show them: other joints, errors in every stride, noise that lasts."""
    rng = np.random.default_rng(seed)
    return [_seen(recording, rng) for recording in recordings]


def _seen(recording: LabRecording, rng: np.random.Generator) -> LabRecording:
    time = np.arange(len(recording.legs)) / recording.rate
    legs = as_pose_model(recording.legs, time, [recording.contacts(side) for side in SIDES], rng)
    legs = legs + noise(legs.shape, recording.rate, ERRORS, rng)
    return replace(recording, legs=legs, toe_beyond=1.0, origin=POSE_MODEL)


def matched(true: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return for each true contact the index of the nearest found one, -1 = none near."""
    if len(found) == 0:
        return np.full(len(true), -1)
    apart = np.abs(true[:, 0][:, None] - found[:, 0])
    return np.where(apart.min(axis=1) <= NEAR_S, apart.argmin(axis=1), -1)


def _false(true: np.ndarray, found: np.ndarray) -> int:
    """Return how many found contacts between the first and the last true one match none."""
    if len(true) == 0:
        return len(found)
    inside = found[(found[:, 0] > true[0, 0] - 0.05) & (found[:, 0] < true[-1, 0] + 0.05)]
    return len(inside) - int((matched(true, inside) >= 0).sum())


@dataclass(frozen=True, eq=False)
class Clips:
    """Contact time of each clip; one row a clip, ms."""

    runner: np.ndarray
    speed: np.ndarray  # m/s
    truth: np.ndarray
    error: np.ndarray  # of the median over both feet
    held: np.ndarray  # bool, the error is within the 95 % interval
    left_less_right: np.ndarray  # error of the difference between the feet


def clips_of(errors: Errors) -> Clips:
    """Return the contact times of whole clips."""
    rows = []
    for clip in np.unique(errors.clip):
        one = errors.where(errors.clip == clip)
        length = 1000 * np.diff(one.found)[:, 0]
        true = 1000 * np.diff(one.truth)[:, 0]
        error = np.nanmedian(length) - np.median(true)
        sd = np.hypot(1000 * one.clip_sd[0], np.nanstd(length) / np.sqrt(np.isfinite(length).sum()))
        feet = [np.nanmean((length - true)[one.side == side]) for side in range(2)]
        rows.append(
            (one.runner[0], one.speed[0], np.median(true), error, abs(error) <= Z95 * sd, feet[0] - feet[1])
        )
    return Clips(*(np.array(column) for column in zip(*rows)))


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
    clips_held: float  # % of clips inside the 95 % interval of their contact time


def summary(errors: Errors) -> Summary:
    """Return the figures of one line."""
    off, clips = errors.off_ms, clips_of(errors)
    there = np.isfinite(off) & np.isfinite(errors.sd)
    inside = np.abs(off[there]) <= Z95 * 1000 * errors.sd[there]
    return Summary(
        contacts=len(off), missed=100 * float(np.isnan(off[:, 0]).mean()), false=errors.false,
        contact_bias=float(np.nanmean(off[:, 0])), contact_sd=float(np.nanstd(off[:, 0])),
        toe_off_bias=float(np.nanmean(off[:, 1])), toe_off_sd=float(np.nanstd(off[:, 1])),
        per_contact=float(np.nanmean(np.abs(np.diff(off)))), per_clip=float(np.mean(np.abs(clips.error))),
        clip_bias=float(np.mean(clips.error)), clip_sd=float(np.std(clips.error)),
        covered=100 * float(inside.mean()), clips_held=100 * float(clips.held.mean()),
    )  # fmt: skip


def regression_to_the_mean(clips: Clips) -> float:
    """Return the slope of a clip's error against how far its runner is from the mean at that speed."""
    apart = clips.truth.copy()
    for speed in np.unique(clips.speed):
        apart[clips.speed == speed] -= clips.truth[clips.speed == speed].mean()
    return float(np.polyfit(apart, clips.error, 1)[0])


def slow_less_fast_sd(clips: Clips) -> float:
    """Return the sd (ms) over runners of the error of the change from the slowest to the fastest clip."""
    changes = []
    for runner in np.unique(clips.runner):
        mine = np.flatnonzero(clips.runner == runner)
        slow, fast = mine[clips.speed[mine].argmin()], mine[clips.speed[mine].argmax()]
        changes.append(clips.error[slow] - clips.error[fast])
    return float(np.std(changes))
