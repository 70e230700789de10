"""One leg: fixed to the belt in stance, moved by joint angles in swing.

World axes: x forward, y to the runner's left, z up; the belt's surface is z = 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from formcheck.synthetic.manner import accelerating, manner_of, smooth_rise
from formcheck.synthetic.params import Body, Gait
from formcheck.synthetic.swing import SwingMoment, swing

FootPath = Callable[[np.ndarray], np.ndarray]
"""(N,) s -> (N, 3) m."""

CLEARANCE = 0.015  # m, smallest distance between shoe and belt in mid-swing
BALL_RISE = 0.78  # share of contact after which the ball lifts too and the shoe rolls over its tip
FASTEST_LEAVING = np.array([6.0, 16.0, 6.0, 20.0])  # rad/s, limits at toe-off, where a straight leg has none
GIVES_FOR_S = 0.015  # time constant with which a landing foot approaches `gait.give`
TOES_BACK = 0.15  # share of swing in which the flexed toes straighten


@dataclass(frozen=True, eq=False)
class Leg:
    """One leg at N moments."""

    knee: np.ndarray  # (N, 3) m
    ankle: np.ndarray  # (N, 3)
    foot: np.ndarray  # (N, 3, 3) rotation, columns: forward along the sole, left, up
    toes: np.ndarray  # (N, 3, 3)
    stance: np.ndarray  # (N,) bool

    def on_foot(self, x: float, z: float, ankle_height: float) -> np.ndarray:
        """Return a point of the shoe `x` in front of the ankle and `z` above the sole."""
        return np.asarray(self.ankle + self.foot @ np.array([x, 0.0, z - ankle_height]))

    def on_toes(self, body: Body, x: float, z: float) -> np.ndarray:
        """Return a point `x` in front of the foot's bend and `z` above the sole."""
        return np.asarray(
            self.on_foot(body.ball_ahead, 0.0, body.ankle_height) + self.toes @ np.array([x, 0.0, z])
        )


@dataclass(frozen=True, eq=False)
class Angles:
    """A leg's angles in rad: thigh in front of vertical, knee flexion, sideways tilt, foot pitch."""

    thigh: np.ndarray
    knee: np.ndarray
    tilt: np.ndarray
    pitch: np.ndarray


def leg_at(
    time: np.ndarray, side: str, gait: Gait, contact: np.ndarray, toe_off: np.ndarray, hip: FootPath
) -> Leg:
    """Return one leg at given moments.

    Parameters
    ----------
    time : (N,) s
    contact, toe_off : (n,) s of this foot, over a longer period than `time`
    hip : position of the hip joint as a function of time
    """
    step = np.clip(np.searchsorted(contact, time, side="right") - 1, 0, len(contact) - 2)
    stance = time < toe_off[step]
    angles = np.zeros((len(time), 4))
    angles[stance] = _stacked(
        _standing(time[stance], contact[step][stance], toe_off[step][stance], side, gait, hip)
    )
    for k in np.unique(step[~stance]):
        mine = ~stance & (step == k)
        leaves = _leaving(gait, side, hip, contact[k : k + 1], toe_off[k : k + 1])
        lands = _landing(gait, side, hip, contact[k + 1 : k + 2], toe_off[k + 1 : k + 2])
        way = swing(gait, leaves, lands, toe_off[k], contact[k + 1])
        angles[mine] = _cleared(
            way(time[mine]), hip(time[mine]), side, gait, time[mine], toe_off[k], contact[k + 1]
        )
    share = (time - contact[step]) / (toe_off[step] - contact[step])
    after = (time - toe_off[step]) / (contact[step + 1] - toe_off[step])
    pressed = np.clip(-angles[:, 3], 0, None) - toes_lift(share, gait)
    bent = np.where(stance, pressed, toes_bent(after, gait))
    return assembled(angles, bent, hip(time), side, gait, stance)


def foot_rotation(pitch: np.ndarray, side: str, gait: Gait) -> np.ndarray:
    """Return (N, 3, 3) rotations: toe-out, then pitch, + toes up."""
    out = np.radians(gait.toe_out) * (1 if side == "left" else -1)
    ahead, left = np.array([np.cos(out), np.sin(out), 0]), np.array([-np.sin(out), np.cos(out), 0])
    up = np.array([0.0, 0.0, 1.0])
    c, s = np.cos(pitch)[:, None], np.sin(pitch)[:, None]
    return np.stack([c * ahead + s * up, np.broadcast_to(left, (len(pitch), 3)), c * up - s * ahead], axis=-1)


def stance_pitch(share: np.ndarray, gait: Gait) -> np.ndarray:
    """Return the foot's pitch in rad at a share of contact: down to flat, then heel up."""
    manner = manner_of(gait)
    falling = np.radians(gait.strike) * (1 - smooth_rise(share / manner.slap))
    return np.asarray(falling - np.radians(gait.push_off) * manner.rising(share, manner.heel_rise))


def toes_lift(share: np.ndarray, gait: Gait) -> np.ndarray:
    """Return the forward rotation of the toes in rad at a share of contact."""
    return np.asarray(np.radians(gait.roll_over) * accelerating(share, BALL_RISE))


def toes_bent(after: np.ndarray, gait: Gait) -> np.ndarray:
    """Return the flexion of the toes relative to the foot in rad at a share of swing."""
    return np.asarray(np.radians(gait.push_off - gait.roll_over) * (1 - smooth_rise(after / TOES_BACK)))


def stance_ankle(
    time: np.ndarray, contact: np.ndarray, toe_off: np.ndarray, side: str, gait: Gait
) -> tuple[np.ndarray, np.ndarray]:
    """Return (N, 3) m of the ankle and (N,) rad of pitch: the foot pivots on heel, ball and toes in turn."""
    body = gait.body
    share = (time - contact) / (toe_off - contact)
    pitch = stance_pitch(share, gait)
    flat, turned, toes = (
        foot_rotation(angle, side, gait) for angle in (0 * share, pitch, -toes_lift(share, gait))
    )
    pivot = np.where(pitch > 0, -body.heel_back, body.ball_ahead)
    origin = np.zeros((len(time), 3))
    still_ahead = gait.give * (1 - np.exp(-(time - contact) / GIVES_FOR_S))
    longer = 0.5 * (toe_off - contact - gait.contact_time)  # half of it in front of the hips, half behind
    landed = gait.way(contact + longer)
    origin[:, 0] = _lands_ahead(gait, contact) - (gait.way(time) - landed) + still_ahead
    origin[:, 1] = (0.5 if side == "left" else -0.5) * gait.step_width
    rolled = body.toe_ahead * (flat - toes)[:, :, 0]
    ankle = origin + rolled + pivot[:, None] * (flat - turned)[:, :, 0] + body.ankle_height * turned[:, :, 2]
    return ankle, pitch


def _lands_ahead(gait: Gait, contact: np.ndarray) -> np.ndarray:
    """Return how far in front of the hips a foot lands, (N,) m: less while the runner is still slow."""
    return np.asarray(gait.overstride * (gait.speed_at(contact) / gait.speed if gait.tau else 1.0))


def bend(hip: np.ndarray, ankle: np.ndarray, body: Body) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return thigh, knee and tilt (rad) that bring the ankle there (two-bone inverse kinematics)."""
    to = ankle - hip
    tilt = np.arctan2(to[:, 1], -to[:, 2])
    down = np.hypot(to[:, 1], to[:, 2])
    reach = np.clip(np.hypot(to[:, 0], down), 0.05, (body.thigh + body.shank) * 0.99999)
    knee = np.pi - np.arccos(_cosine(body.thigh, body.shank, reach))
    thigh = np.arctan2(to[:, 0], down) + np.arccos(_cosine(body.thigh, reach, body.shank))
    return thigh, knee, tilt


def _cosine(a: float | np.ndarray, b: float | np.ndarray, opposite: float | np.ndarray) -> np.ndarray:
    return np.clip((np.square(a) + np.square(b) - np.square(opposite)) / (2 * a * b), -1, 1)


def extend(hip: np.ndarray, angles: np.ndarray, body: Body) -> tuple[np.ndarray, np.ndarray]:
    """Return (N, 3) knee and ankle for (N, 4) angles: the inverse of `bend`."""
    thigh, knee, tilt = angles[:, 0], angles[:, 1], angles[:, 2]
    at_knee = hip + body.thigh * _along(thigh, tilt)
    return at_knee, at_knee + body.shank * _along(thigh - knee, tilt)


def _along(angle: np.ndarray, tilt: np.ndarray) -> np.ndarray:
    return np.stack([np.sin(angle), np.cos(angle) * np.sin(tilt), -np.cos(angle) * np.cos(tilt)], axis=-1)


def _stacked(angles: Angles) -> np.ndarray:
    return np.stack([angles.thigh, angles.knee, angles.tilt, angles.pitch], axis=-1)


def _standing(
    time: np.ndarray, contact: np.ndarray, toe_off: np.ndarray, side: str, gait: Gait, hip: FootPath
) -> Angles:
    ankle, pitch = stance_ankle(time, contact, toe_off, side, gait)
    return Angles(*bend(hip(time), ankle, gait.body), pitch)


def _leaving(gait: Gait, side: str, hip: FootPath, contact: np.ndarray, toe_off: np.ndarray) -> SwingMoment:
    """Return the leg at toe-off."""
    h = 1e-4
    now, before = (_stacked(_standing(toe_off - d, contact, toe_off, side, gait, hip))[0] for d in (0, h))
    return SwingMoment(now, np.clip((now - before) / h, -FASTEST_LEAVING, FASTEST_LEAVING))


def _landing(gait: Gait, side: str, hip: FootPath, contact: np.ndarray, toe_off: np.ndarray) -> SwingMoment:
    """Return the leg just before it lands: the foot hits the ground with a residual speed."""
    h = 1e-4
    ankle, pitch = stance_ankle(contact, contact, toe_off, side, gait)
    now = np.array([*(a[0] for a in bend(hip(contact), ankle, gait.body)), pitch[0]])
    towards = np.array([gait.impact_forward - float(gait.speed_at(contact)[0]), 0.0, -gait.impact_down])
    before = bend(hip(contact - h), ankle - h * towards, gait.body)
    return SwingMoment(now, np.array([*((now[i] - before[i][0]) / h for i in range(3)), 0.0]))


def _cleared(
    angles: np.ndarray, hip: np.ndarray, side: str, gait: Gait, time: np.ndarray, start: float, end: float
) -> np.ndarray:
    """Raise the foot where the shoe would come too close to the belt."""
    share = (time - start) / (end - start)
    needed = CLEARANCE * np.clip(np.minimum(share / 0.25, (1 - share) / 0.25), 0, 1)
    out = angles.copy()
    for _ in range(3):
        leg = assembled(out, toes_bent(share, gait), hip, side, gait, np.zeros(len(time), bool))
        missing = np.clip(needed - lowest(leg, gait.body), 0, None)
        ankle = leg.ankle + missing[:, None] * np.array([0, 0, 1.0])
        out[:, 0], out[:, 1], out[:, 2] = bend(hip, ankle, gait.body)
    return out


def lowest(leg: Leg, body: Body) -> np.ndarray:
    """Return the height of the shoe's lowest point above the belt, (N,) m."""
    points = (
        leg.on_foot(-body.heel_back, 0.0, body.ankle_height),
        leg.on_foot(body.ball_ahead, 0.0, body.ankle_height),
        leg.on_toes(body, body.toe_ahead, 0.0),
    )
    return np.asarray(np.min([point[:, 2] for point in points], axis=0))


def assembled(
    angles: np.ndarray, bent: np.ndarray, hip: np.ndarray, side: str, gait: Gait, stance: np.ndarray
) -> Leg:
    knee, ankle = extend(hip, angles, gait.body)
    foot = foot_rotation(angles[:, 3], side, gait)
    toes = foot_rotation(angles[:, 3] + bent, side, gait)
    return Leg(knee, ankle, foot, toes, stance)
