"""What the contact net learns from and how: windows of force-plate runners, augmented.

Every window is simulated again: a camera with its own rate and phase, a pose model with its
own idea of where a joint is, noise that comes and goes, points that vanish for a while.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from contact_synthetic import training_runners
from scipy.interpolate import PchipInterpolator
from scipy.signal import lfilter
from torch import nn

from formcheck.gait.net import CHANNELS, NET_HZ, OFFSET_UNIT_S, Net, bridge, features, leg_scale
from formcheck.mocap.recordings import LabRecording, at_times

WINDOW = 240  # samples at NET_HZ: 2 s
EDGE = 18  # samples at either end that count less: half of what would tell is outside
KNOT_STRIDES = 8  # strides from which a runner between two is made: 4 s at least
REACH_S = 0.08  # s around an event in which its distance is learnt
CAMERAS_FPS = (24, 25, 30, 30, 30, 50, 60, 60, 100, 120, 150, 240)


@dataclass(frozen=True)
class Recipe:
    """What one net is made of and what it learns from."""

    channels: int = 32
    dilations: tuple[int, ...] = (1, 2, 4, 8, 16, 1)
    steps: int = 2400
    batch: int = 32
    rate: float = 4e-3
    shift_m: float = 0.012  # sd of where a pose model puts a joint
    white_m: float = 0.012  # largest sd of noise without memory
    slow_m: float = 0.015  # largest sd of noise that lasts
    toe: tuple[float, float] = (0.95, 1.35)  # toe beyond the metatarsal marker
    heel: tuple[float, float] = (-0.03, 0.03)  # m by which the heel lies forward along the foot
    heel_up: float = 0.0  # m by which the heel lies up from the sole, on average
    hide_hip: float = 0.4  # share of windows in which the hip's height is unknown
    gaps: float = 0.25  # share of windows in which a leg vanishes for a while
    offsets: float = 0.3  # weight of the times to events in the loss
    decay: float = 1e-3  # weight decay
    blend: float = 0.5  # share of windows that show a runner between two runners
    synthetic: float = 0.15  # share of windows that show synthetic runners


class ContactNet(nn.Module):
    """Temporal convolutions with residual branches; five numbers a sample.

    Outputs: logit of standing, time to contact and to toe-off (units of `OFFSET_UNIT_S`), and the
    logarithms of their standard errors in the same unit.
    """

    def __init__(self, recipe: Recipe) -> None:
        super().__init__()
        width = recipe.channels
        self.enter = nn.Conv1d(CHANNELS, width, 5, padding=2)
        self.layers = nn.ModuleList(
            [nn.Conv1d(width, width, 5, padding=2 * d, dilation=d) for d in recipe.dilations]
        )
        self.leave = nn.Conv1d(width, 5, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.enter(x))
        for layer in self.layers:
            x = x + torch.relu(layer(x))
        return self.leave(x)


def shifted(legs: np.ndarray, recipe: Recipe, rng: np.random.Generator) -> np.ndarray:
    """Return the points where another pose model would put them, constant in each segment."""
    foot, foot_up = _axes(legs[:, :, 4] - legs[:, :, 3])
    shank, shank_up = _axes(legs[:, :, 1] - legs[:, :, 2])
    size = recipe.shift_m
    out = legs.copy()
    reach = rng.uniform(*recipe.toe)
    out[:, :, 4] = legs[:, :, 3] + reach * (legs[:, :, 4] - legs[:, :, 3]) + size * rng.normal() * foot_up
    out[:, :, 3] += rng.uniform(*recipe.heel) * foot + (recipe.heel_up + size * rng.normal()) * foot_up
    for point in (1, 2):
        out[:, :, point] += size * (rng.normal() * shank + rng.normal() * shank_up)
    out[:, :, 0] += size * rng.normal(size=2)
    return out


def _axes(along: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    along = along / np.linalg.norm(along, axis=-1, keepdims=True)
    return along, np.stack([-along[..., 1], along[..., 0]], axis=-1)


def noise(shape: tuple[int, ...], fps: float, recipe: Recipe, rng: np.random.Generator) -> np.ndarray:
    """Return white noise plus noise with a memory of 30 to 200 ms, each point its own share."""
    keep = np.exp(-1 / fps / rng.uniform(0.03, 0.2))
    slow = rng.uniform(0, recipe.slow_m) * rng.normal(size=shape)
    slow[1:] *= np.sqrt(1 - keep**2)
    slow = lfilter([1.0], [1.0, -keep], slow, axis=0)
    white = rng.uniform(0, recipe.white_m) * rng.normal(size=shape)
    return (slow + white) * rng.uniform(0.5, 1.5, (1, *shape[1:3], 1))


@dataclass(frozen=True, eq=False)
class Stretch:
    """A runner for two seconds and a bit, before anybody films: leg points and contacts."""

    legs: Callable[[np.ndarray], np.ndarray]  # maps (n,) s to (n, 2, 5, 2) m
    contacts: tuple[np.ndarray, np.ndarray]  # left, right: (n, 2) s


def one_runner(recording: LabRecording, rng: np.random.Generator) -> Stretch:
    """Return a stretch of a recording, somewhat faster or slower; time 0 is its start."""
    pace = rng.uniform(0.85, 1.18)
    start = rng.uniform(0.5, recording.duration - WINDOW / NET_HZ * pace - 0.5)
    return Stretch(
        lambda time: at_times(recording.legs, recording.rate, start + pace * time),
        ((recording.left - start) / pace, (recording.right - start) / pace),
    )


def between(one: LabRecording, other: LabRecording, rng: np.random.Generator) -> Stretch:
    """Return a runner between two: contacts and toe-offs brought together, points averaged.

    Smooth clocks join the events of both, so that nothing but the motion gives them away.
    """
    share, pace = rng.uniform(-0.2, 1.2), rng.uniform(0.9, 1.1)
    knots = [_knots(recording, rng) for recording in (one, other)]
    joint = (
        np.concatenate([[0.0], np.cumsum((1 - share) * np.diff(knots[0]) + share * np.diff(knots[1]))]) / pace
    )
    joint -= joint[2] + rng.uniform(0, joint[6] - joint[2])
    clocks = [PchipInterpolator(joint, knot) for knot in knots]

    def legs(time: np.ndarray) -> np.ndarray:
        time = np.clip(time, joint[0], joint[-1])
        a, b = (at_times(r.legs, r.rate, clock(time)) for r, clock in zip((one, other), clocks))
        a, b = (
            points - points[:, :, :1].mean(axis=1, keepdims=True) * np.array([1.0, 0.0]) for points in (a, b)
        )
        return (1 - share) * a + share * b

    left = np.stack([joint[0::4], joint[1::4]], axis=1)
    right = np.stack([joint[2::4], joint[3::4]], axis=1)
    return Stretch(legs, (left, right))


def _knots(recording: LabRecording, rng: np.random.Generator) -> np.ndarray:
    """Return left contact, left toe-off, right contact, right toe-off, and so on for 9 strides at most."""
    left, right = recording.left, recording.right
    first = rng.integers(2, len(left) - KNOT_STRIDES - 2)
    rows = []
    for contact, toe_off in left[first : first + KNOT_STRIDES]:
        after = right[right[:, 0] > contact]
        rows.append([contact, toe_off, *after[0]])
    knots = np.array(rows).ravel()
    return knots if np.all(np.diff(knots) > 0.005) else _knots(recording, rng)


def draw(recordings: Sequence[LabRecording], recipe: Recipe, rng: np.random.Generator) -> Stretch:
    """Return a stretch of one runner, of one between two at like speeds, or of a synthetic one."""
    if recipe.synthetic and rng.random() < recipe.synthetic:
        made = training_runners()
        return one_runner(made[rng.integers(len(made))], rng)
    one = recordings[rng.integers(len(recordings))]
    if rng.random() >= recipe.blend:
        return one_runner(one, rng)
    alike = [r for r in recordings if abs(r.speed_mps - one.speed_mps) < 1.1]
    return between(one, alike[rng.integers(len(alike))], rng)


def window(stretch: Stretch, recipe: Recipe, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return one leg's input (CHANNELS, WINDOW) and truth (3, WINDOW)."""
    side = int(rng.integers(2))
    fps = CAMERAS_FPS[rng.integers(len(CAMERAS_FPS))]
    frames = np.arange(-rng.uniform(0, 1), WINDOW / NET_HZ * fps + 1) / fps
    legs = shifted(stretch.legs(frames), recipe, rng)
    legs = turned(legs + noise(legs.shape, fps, recipe, rng), rng)
    scale = leg_scale(legs) * rng.uniform(0.93, 1.07)
    if rng.random() < recipe.gaps:
        _vanish(legs, fps, rng)
    grid = np.arange(WINDOW) / NET_HZ
    filled, seen = bridge(legs, frames, grid)
    steady = bool(rng.random() >= recipe.hide_hip)
    x = features(filled, seen[..., 0].all(axis=2), scale, steady)[side]
    return x, truth(stretch.contacts[side], grid)


def turned(legs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the points seen by a camera a little rolled or off the perpendicular."""
    angle = np.radians(rng.uniform(-4, 4))
    legs = legs @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return legs * np.array([rng.uniform(0.94, 1.05), 1.0])


def _vanish(legs: np.ndarray, fps: float, rng: np.random.Generator) -> None:
    """Take one leg's points away for up to 0.4 s."""
    start = int(rng.integers(len(legs)))
    legs[start : start + max(1, int(rng.uniform(0, 0.4) * fps)), rng.integers(2), 1:] = np.nan


def truth(contacts: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return share of each sample on the ground, and time to contact and toe-off (NaN = far)."""
    half = 0.5 / NET_HZ
    stands = np.zeros(len(at))
    away = np.full((2, len(at)), np.nan)
    for event in range(2):
        nearest = contacts[np.abs(contacts[:, event][:, None] - at).argmin(axis=0), event] - at
        away[event] = np.where(np.abs(nearest) < REACH_S, nearest, np.nan)
    for contact, toe_off in contacts[(contacts[:, 1] > at[0] - 1) & (contacts[:, 0] < at[-1] + 1)]:
        overlap = np.minimum(at + half, toe_off) - np.maximum(at - half, contact)
        stands += np.clip(overlap, 0, 2 * half) / (2 * half)
    return np.concatenate([stands[None], away / OFFSET_UNIT_S]).astype(np.float32)


def loss_of(out: torch.Tensor, truth: torch.Tensor, weight: torch.Tensor, offsets: float) -> torch.Tensor:
    """Return cross-entropy of standing plus the likelihood of the times to events."""
    stands = nn.functional.binary_cross_entropy_with_logits(out[:, 0], truth[:, 0], reduction="none")
    total = (stands * weight).mean()
    if offsets == 0:
        return total
    near = torch.isfinite(truth[:, 1:])
    log_sd = out[:, 3:].clamp(-4, 2)
    off = (out[:, 1:3] - torch.nan_to_num(truth[:, 1:])) / log_sd.exp()
    likelihood = nn.functional.huber_loss(off, torch.zeros_like(off), reduction="none", delta=3.0) + log_sd
    return total + offsets * ((likelihood + 3) * near * weight).sum() / near.sum()


def train(
    recordings: Sequence[LabRecording], recipe: Recipe, seed: int, say: Callable[[str], None] | None = None
) -> ContactNet:
    """Return a net trained on these recordings; the same seed gives the same net."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = ContactNet(recipe)
    optimiser = torch.optim.AdamW(net.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, recipe.rate, total_steps=recipe.steps)
    weight = torch.ones(WINDOW)
    weight[:EDGE] = weight[-EDGE:] = 0.2
    begun, losses = clock.monotonic(), []
    for step in range(recipe.steps):
        pairs = [window(draw(recordings, recipe, rng), recipe, rng) for _ in range(recipe.batch)]
        x, y = (torch.from_numpy(np.stack(part)) for part in zip(*pairs))
        loss = loss_of(net(x), y, weight, recipe.offsets)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        losses.append(loss.item())
        if say and step % 250 == 249:
            say(f"  step {step + 1}: loss {np.mean(losses[-250:]):.4f}, {clock.monotonic() - begun:.0f} s")
    return net.eval()


FOLDS = 6  # every sixth runner is left out in turn


def held_out_nets(
    recordings: Sequence[LabRecording],
    recipe: Recipe,
    seeds: Sequence[int],
    work: Path,
    say: Callable[[str], None],
    folds: Sequence[int] = range(FOLDS),
) -> dict[str, Net]:
    """Return for each runner of these folds the ensemble that never saw them; nets are kept in `work`."""
    work.mkdir(parents=True, exist_ok=True)
    runners = sorted({r.runner for r in recordings}, key=lambda name: (len(name), name))
    nets: dict[str, Net] = {}
    for fold in folds:
        out = set(runners[fold::FOLDS])
        known = [r for r in recordings if r.runner not in out]
        members = [_kept(work / f"fold{fold}_s{seed}.pt", known, recipe, seed, say) for seed in seeds]
        nets |= dict.fromkeys(out, ensemble(members))
    return nets


def _kept(
    path: Path, known: Sequence[LabRecording], recipe: Recipe, seed: int, say: Callable[[str], None]
) -> ContactNet:
    if path.exists():
        net = ContactNet(recipe)
        net.load_state_dict(torch.load(path))
        return net.eval()
    say(f"training {path.name}")
    net = train(known, recipe, seed, say)
    torch.save(net.state_dict(), path)
    return net


def ensemble(members: Sequence[ContactNet]) -> Net:
    """Return the members as one net of the shape the program uses."""

    def run(x: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return np.stack([member(torch.from_numpy(x)).numpy() for member in members])

    return run
