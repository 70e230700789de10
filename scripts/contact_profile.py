"""Fit the readers of superposed strides (`formcheck.gait.profile`) to force-plate runners.

Each recording is seen several times as a pose model might see it: its own frame rate and length of
clip, keypoints displaced for the whole clip, displaced again in every stride, and noisy. The strides are
superposed around the true events moved by a few ms, and a ridge regression learns by how much.
Closed form: the whole fit takes seconds, so every fold of runners left out gets its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from contact_training import FOLDS, Recipe, noise, shifted, turned

from formcheck.gait.decode import Contact
from formcheck.gait.net import leg_scale
from formcheck.gait.occlusion import HEEL, TOE
from formcheck.gait.profile import FootProfile, ProfileReader, Readers, foot_profiles
from formcheck.mocap.recordings import TOE_BEYOND_METATARSALS, LabRecording, at_times
from formcheck.skeleton import SIDES

VIEWS = 16  # of each recording
MARKER_SHARE = 0.4  # of the views: points as markers show them, with noise alone
RIDGE = 1e-5  # of the mean square of the features: flat between 3e-6 and 3e-5
MOVED_S = np.arange(-0.030, 0.0301, 0.005)  # the readers learn from strides superposed so far from the event
CAMERAS_FPS = (24, 25, 30, 30, 30, 50, 60, 60, 100, 120)
CLIPS_S = (3.0, 5.0, 8.0, 10.0, 15.0)
PACES = (0.90, 1.12)
FOOT_SD_S, STEP_SD_S = 0.006, 0.004  # errors of the net around whose events strides are superposed

# A pose model draws a foot at 0.78 of the shoe: heel forward and up, toe back (seven clips of people).
ERRORS = Recipe(toe=(0.90, 1.30), heel=(-0.01, 0.05), heel_up=0.012)
# What a pose model repeats in every stride, sd over six clips of people: hip, knee, ankle, heel and toe,
# x and y, 0.7 to 2.4 % of a body height of 1.75 m.
LOCKED_M = 1.75 * np.array([[0.9, 0.7], [0.8, 0.85], [1.0, 0.7], [0.8, 1.7], [2.4, 1.3]]) / 100
LOCKED_SHARE = 0.8  # largest size of these errors in a view: part of the toe's is where a shoe's toe is
HARMONICS = np.sqrt(2) * np.array([0.80, 0.50, 0.33])  # of the stride; together an sd of 1


@dataclass(frozen=True, eq=False)
class Example:
    """One foot's profile around one kind of event, and how much later (s) the event truly is."""

    runner: str
    event: int
    profile: FootProfile
    later: float


def fit_readers(examples: Sequence[Example]) -> Readers:
    """Return the readers of contact and toe-off that these examples ask for."""
    contact, toe_off = (
        _fit([example for example in examples if example.event == event]) for event in range(2)
    )
    return contact, toe_off


def held_out_readers(recordings: Sequence[LabRecording], seed: int = 0) -> dict[str, Readers]:
    """Return for each runner the readers that never saw them, in the folds of `held_out_nets`."""
    examples = profile_examples(recordings, seed)
    runners = sorted({r.runner for r in recordings}, key=lambda name: (len(name), name))
    readers: dict[str, Readers] = {}
    for fold in range(FOLDS):
        out = set(runners[fold::FOLDS])
        readers |= dict.fromkeys(out, fit_readers([e for e in examples if e.runner not in out]))
    return readers


def write_readers(readers: Readers, path: Path) -> None:
    """Write the file that `formcheck.gait.profile.shipped_readers` reads."""
    with path.open("wb") as file:
        np.savez(
            file,
            weights=np.stack([reader.weights for reader in readers]).astype(np.float32),
            offset=np.array([reader.offset for reader in readers], np.float32),
        )


def profile_examples(recordings: Sequence[LabRecording], seed: int = 0) -> list[Example]:
    """Return the profiles of every recording, seen `VIEWS` times."""
    rng = np.random.default_rng(seed)
    return [example for r in recordings for _ in range(VIEWS) for example in _examples(r, rng)]


def _fit(examples: Sequence[Example]) -> ProfileReader:
    features = np.array([example.profile.around(by) for example in examples for by in MOVED_S])
    later = np.array([example.later - by for example in examples for by in MOVED_S])
    middle, mean = features.mean(axis=0), later.mean()
    features = features - middle
    ridge = RIDGE * len(features) * np.eye(features.shape[1])
    weights = np.linalg.solve(features.T @ features + ridge, features.T @ (later - mean))
    return _unbiased(ProfileReader(weights, float(mean - middle @ weights)), examples)


def _unbiased(reader: ProfileReader, examples: Sequence[Example]) -> ProfileReader:
    """Return the reader with an offset that makes its final answers right on average.

    Far from an event a profile is not linear in the distance, which moves where the answers come to rest.
    """
    errors = [reader.shift(example.profile) - example.later for example in examples]
    return replace(reader, offset=reader.offset - float(np.nanmean(errors)))


def _examples(recording: LabRecording, rng: np.random.Generator) -> list[Example]:
    """Return the profiles of one view of a recording."""
    seconds, pace = float(rng.choice(CLIPS_S)), rng.uniform(*PACES)
    start = rng.uniform(0.5, recording.duration - seconds * pace - 0.5)
    fps = float(rng.choice(CAMERAS_FPS))
    time = np.arange(0, seconds, 1 / fps)
    contacts = [(recording.contacts(side) - start) / pace for side in SIDES]
    legs = at_times(recording.legs, recording.rate, start + pace * time)
    legs = _as_markers(legs) if rng.random() < MARKER_SHARE else as_pose_model(legs, time, contacts, rng)
    legs = turned(legs + noise(legs.shape, fps, ERRORS, rng), rng)
    moved = FOOT_SD_S * rng.normal(size=(2, 2))
    profiles = foot_profiles(legs / leg_scale(legs), time, as_found(contacts, moved, seconds, rng))
    return [
        Example(recording.runner, event, profile, -float(moved[side, event]))
        for (side, event), profile in profiles.items()
    ]


def _as_markers(legs: np.ndarray) -> np.ndarray:
    """Return leg points where markers show them, the toe where a pose model's would be."""
    out = legs.copy()
    out[:, :, TOE] = legs[:, :, HEEL] + TOE_BEYOND_METATARSALS * (legs[:, :, TOE] - legs[:, :, HEEL])
    return out


def as_pose_model(
    legs: np.ndarray, time: np.ndarray, contacts: Sequence[np.ndarray], rng: np.random.Generator
) -> np.ndarray:
    """Return leg points where a pose model might put them."""
    recipe = replace(ERRORS, shift_m=ERRORS.shift_m * rng.random())
    return shifted(legs, recipe, rng) + locked(time, contacts, rng)


def as_found(
    contacts: Sequence[np.ndarray], moved: np.ndarray, seconds: float, rng: np.random.Generator
) -> list[Contact]:
    """Return the true contacts as a net would find them: each foot's moved (s), each step's noisy."""
    found = []
    for side, events in enumerate(contacts):
        inside = events[(events[:, 0] > 0.1) & (events[:, 1] < seconds - 0.1)]
        times = inside + moved[side] + STEP_SD_S * rng.normal(size=inside.shape)
        found += [Contact(SIDES[side], *map(float, pair), STEP_SD_S, STEP_SD_S) for pair in times]
    return sorted(found, key=lambda contact: contact.contact)


def locked(time: np.ndarray, contacts: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Return (N, 2 sides, 5, 2) m that a pose model repeats in every stride."""
    stride = float(np.median(np.diff(contacts[0][:, 0])))
    waves = np.arange(1, len(HARMONICS) + 1).reshape(-1, 1, 1, 1, 1)
    shape = (len(HARMONICS), 1, len(SIDES), *LOCKED_M.shape)
    phase = 2 * np.pi * (waves * time[:, None, None, None] / stride + rng.random(shape))
    size = HARMONICS.reshape(-1, 1, 1, 1, 1) * rng.normal(size=shape)
    return LOCKED_SHARE * rng.random() * LOCKED_M * (size * np.cos(phase)).sum(axis=0)
