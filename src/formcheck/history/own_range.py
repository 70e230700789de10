"""A runner's own cadence at one speed, from earlier clips: the range that counts more than other people's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from formcheck.history.records import Session
from formcheck.types import Measurement

FEWEST_BEFORE = 3  # earlier clips at this speed; fewer make no range
SAME_SPEED_MPS = 0.3  # cadence rises by 11 steps/min per m/s between runners: 3 steps within this
TRAINING_GIVES = 0.10  # of cadence: practice aims at 5 to 10 % more (Heiderscheit 2011)


@dataclass(frozen=True)
class OwnCadence:
    """The newest cadence beside the lowest and the highest of earlier clips at about the same speed, steps/min."""

    now: Measurement
    low: float
    high: float
    clips: int  # earlier ones
    speed_mps: float

    @property
    def outside(self) -> bool:
        """Whether the whole interval lies further outside the runner's own range than practice moves a cadence."""
        least, most = (1 - TRAINING_GIVES) * self.low, (1 + TRAINING_GIVES) * self.high
        return self.now.high < least or self.now.low > most

    @property
    def sentence(self) -> str:
        """The sentence for the runner."""
        own = f"{self.low:.0f} to {self.high:.0f} steps/min in {self.clips} earlier clips at about {self.speed_mps:.1f} m/s"
        if not self.outside:
            return f"Your own cadence: {own}; now {self.now.value:.0f}."
        side = "below" if self.now.value < self.low else "above"
        return (
            f"Cadence {self.now.value:.0f} steps/min is more than {100 * TRAINING_GIVES:.0f} % {side} your own ({own}), further "
            "than practice takes it. Check first that the clip plays at its true speed, then how the run felt."
        )


def own_cadence(sessions: Sequence[Session]) -> OwnCadence | None:
    """Return the last session's cadence beside the runner's own; None without a speed or enough earlier clips."""
    now = sessions[-1].measurements.get("cadence") if sessions else None
    if now is None or now.extra.speed_mps is None:
        return None
    speed = now.extra.speed_mps
    before = [each.value for session in sessions[:-1] if (each := _at(session, speed))]
    if len(before) < FEWEST_BEFORE:
        return None
    return OwnCadence(now, min(before), max(before), len(before), speed)


def _at(session: Session, speed_mps: float) -> Measurement | None:
    """Return a session's cadence if it was run at about this speed."""
    found = session.measurements.get("cadence")
    if found is None or found.extra.speed_mps is None or found.extra.about:
        return None
    return found if abs(found.extra.speed_mps - speed_mps) <= SAME_SPEED_MPS else None
