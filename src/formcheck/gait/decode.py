"""Decode the net's signals into contacts: feet alternate, and each contact has a minimum duration.

A semi-Markov model finds the sequence of contacts; the exact event times come from the
net's own time-to-event outputs around each transition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.gait.net import ContactSignals
from formcheck.types import Side

DECODE_EVERY = 2  # samples: 60 Hz is enough to find the order of events
STANCE_S = (0.07, 0.45)  # s, shortest and longest contact: sprinters 80-120 ms, force plates 171-334 ms
LONGEST_FLIGHT_S = 0.30
SURE = 0.02  # lower bound on the probability of either state at one sample
PAUSE_PRICE = 12.0  # nats to enter or leave running: about three samples of clear contradiction
PAUSING = 0.1  # nats per sample to stay in a pause
READ_S = 0.040  # s around an event over which the net's times to it are averaged
FURTHEST_S = 0.08  # s: largest distance of the net's event time from the start of the decoded state


@dataclass(frozen=True)
class Contact:
    """One foot on the ground, as the net detects it; NaN = not seen."""

    side: Side
    contact: float  # s
    toe_off: float  # s
    contact_doubt: float  # s, the net's own standard error, not yet calibrated
    toe_off_doubt: float  # s, the net's own standard error, not yet calibrated


@dataclass(frozen=True)
class Stance:
    """One stance of one foot, in samples of the decoding grid."""

    side: int  # 0 left, 1 right
    start: int
    stop: int


def contacts_of(signals: ContactSignals) -> list[Contact]:
    """Return the contacts of both feet, ordered by time; those out of sight are left out."""
    rate = 1 / float(np.median(np.diff(signals.time))) / DECODE_EVERY
    found = [_contact(signals, stance) for stance in stances(signals, rate)]
    return sorted((c for c in found if np.isfinite(c.contact)), key=lambda c: c.contact)


def _contact(signals: ContactSignals, stance: Stance) -> Contact:
    starts, ends = (
        float(np.interp(at * DECODE_EVERY - 0.5, np.arange(len(signals.time)), signals.time))
        for at in (stance.start, stance.stop)
    )
    contact, contact_doubt = read_event(signals, stance.side, 0, starts)
    toe_off, toe_off_doubt = read_event(signals, stance.side, 1, ends)
    side: Side = "left" if stance.side == 0 else "right"
    return Contact(side, contact, toe_off, contact_doubt, toe_off_doubt)


def read_event(signals: ContactSignals, side: int, event: int, about: float) -> tuple[float, float]:
    """Return the time of an initial contact (event 0) or toe-off (1) near `about`, and its standard error.

    Every nearby sample predicts the time of the event. The predictions are averaged twice, weighted
    by their certainty; the second average is centred on the first result.
    """
    away = (signals.to_contact, signals.to_toe_off)[event][:, side]
    predicted_sd = (signals.contact_sd, signals.toe_off_sd)[event][:, side]
    time, began, sd = signals.time, about, np.nan
    for _ in range(2):
        near = (np.abs(time - about) <= READ_S) & signals.seen[:, side]
        if near.sum() < READ_S / (time[1] - time[0]):
            return np.nan, np.nan
        weight = 1 / predicted_sd[near] ** 2
        about = float(np.sum(weight * (time[near] + away[near])) / weight.sum())
        sd = float(np.sqrt(len(weight) / weight.sum()))
    believable = time[0] < about < time[-1] and abs(about - began) < FURTHEST_S
    if not believable or not signals.seen[int(np.abs(time - about).argmin()), side]:
        return np.nan, np.nan
    return about, sd


def stances(signals: ContactSignals, rate: float) -> list[Stance]:
    """Return the most likely alternation of left and right stance.

    Viterbi over whole stances (semi-Markov): each lasts 70 to 450 ms, the other foot
    follows within 300 ms, and a pause may take the place of any state at a cost. The
    clip may cut off the first and the last stance.
    """
    down, up = _log_odds(signals)
    stand = np.cumsum(np.concatenate([np.zeros((1, 2)), down + up[:, ::-1]]), axis=0)
    fly = np.cumsum(np.concatenate([[0.0], up.sum(axis=1)]))
    idle = np.maximum(np.maximum(up.sum(axis=1), down.sum(axis=1)), 2 * np.log(0.5)) - PAUSING
    table = _ScoreTable(len(down), rate)
    for at in range(1, len(down) + 1):
        table.end_stance(at, stand)
        table.pause(at, idle[at - 1])
        table.begin_stance(at, fly)
    return table.trace(fly)


def _log_odds(signals: ContactSignals) -> tuple[np.ndarray, np.ndarray]:
    """Return log-likelihoods of stance and swing, (T, 2) each; zero difference where nothing is seen."""
    usable = len(signals.time) // DECODE_EVERY * DECODE_EVERY
    stance_prob = np.where(signals.seen, signals.stance_prob, 0.5)[:usable]
    stance_prob = stance_prob.reshape(-1, DECODE_EVERY, 2).mean(axis=1).clip(SURE, 1 - SURE)
    return np.log(stance_prob), np.log(1 - stance_prob)


class _ScoreTable:
    """Best score of every state transition up to each sample, with back-pointers."""

    def __init__(self, samples: int, rate: float) -> None:
        self.shortest = max(1, round(STANCE_S[0] * rate))
        self.longest = round(STANCE_S[1] * rate)
        self.flight = round(LONGEST_FLIGHT_S * rate)
        self.samples = samples
        self.ended = np.full((samples + 1, 2), -np.inf)  # a stance of this side ends here
        self.lasted = np.zeros((samples + 1, 2), int)
        self.begins = np.full((samples + 1, 2), -np.inf)  # a stance of this side begins here
        self.flew = np.full((samples + 1, 2), -1)  # samples since the other toe-off; -1 = after a pause
        self.paused = np.full(samples + 1, -np.inf)
        self.paused_from = np.full(samples + 1, -1)  # side before the pause; -1 = pause continued
        self.begins[0] = self.paused[0] = 0.0

    def end_stance(self, at: int, stand: np.ndarray) -> None:
        """End a stance here: it began at an allowed time before, or with the clip."""
        shortest = min(self.shortest, at)
        last = at == self.samples
        starts = np.arange(max(0, at - self.longest), at - (1 if last else shortest) + 1)
        if not last and at < self.shortest:
            starts = np.array([0])
        for side in range(2):
            scores = self.begins[starts, side] + stand[at, side] - stand[starts, side]
            best = int(np.argmax(scores))
            self.ended[at, side], self.lasted[at, side] = scores[best], at - starts[best]

    def pause(self, at: int, idle: float) -> None:
        """Continue a pause, or start one after a stance."""
        go_on = self.paused[at - 1] + idle
        side = int(np.argmax(self.ended[at]))
        leave = self.ended[at, side] - PAUSE_PRICE
        self.paused[at], self.paused_from[at] = (go_on, -1) if go_on >= leave else (leave, side)

    def begin_stance(self, at: int, fly: np.ndarray) -> None:
        """Start a stance: the other foot lands after a flight, or the first foot after a pause."""
        ends = np.arange(max(0, at - self.flight), at + 1)
        for side in range(2):
            scores = self.ended[ends, 1 - side] + fly[at] - fly[ends]
            best = int(np.argmax(scores))
            first = fly[at] if at <= self.flight else -np.inf  # the clip begins in flight
            after_pause = max(self.paused[at] - PAUSE_PRICE, first)
            if scores[best] >= after_pause:
                self.begins[at, side], self.flew[at, side] = scores[best], at - ends[best]
            else:
                self.begins[at, side] = after_pause

    def trace(self, fly: np.ndarray) -> list[Stance]:
        """Trace back from the best final state of the clip."""
        at, side = self._last(fly)
        found: list[Stance] = []
        while at > 0 and side >= 0:
            start = at - int(self.lasted[at, side])
            found.append(Stance(side, start, at))
            flew = int(self.flew[start, side])
            at, side = (start - flew, 1 - side) if flew >= 0 else self._before_pause(start)
        return found[::-1]

    def _last(self, fly: np.ndarray) -> tuple[int, int]:
        """Return where the last stance ended and its side; side -1 = there is none."""
        ends = np.arange(max(0, self.samples - self.flight), self.samples + 1)
        scores = self.ended[ends] + (fly[-1] - fly[ends])[:, None]
        best = np.unravel_index(int(np.argmax(scores)), scores.shape)
        if self.paused[-1] > scores[best]:
            return self._before_pause(self.samples)
        return int(ends[best[0]]), int(best[1])

    def _before_pause(self, at: int) -> tuple[int, int]:
        """Return the end and side of the stance before the pause that lasts until `at`."""
        while at > 0 and self.paused_from[at] < 0:
            at -= 1
        return at, int(self.paused_from[at]) if at > 0 else -1
