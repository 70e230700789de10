"""Which drill is it, or none: running and walking are never taken for one."""

from __future__ import annotations

from formcheck.coaching.drillcheck.moves import Moves
from formcheck.coaching.drillcheck.rules import tell_apart

NO_RHYTHM = "the legs do not take turns in a steady rhythm"
RUNNING = "running"
WALKING = "walking"
STEPPING = "stepping on the spot, with low knees and low heels"
UNSEEN = "from the front or behind it is not clear which drill it is"


def recognise(moves: Moves) -> tuple[str | None, str]:
    """Return the drill's id, or None and what it looks like instead."""
    if moves.rhythm.strength < tell_apart().rhythm or moves.lift_peak < tell_apart().least_lift:
        return None, NO_RHYTHM
    if moves.frontal:
        return _from_the_front(moves)
    if moves.travel > tell_apart().travel:
        return _travelling(moves)
    return _on_the_spot(moves)


def _travelling(moves: Moves) -> tuple[str | None, str]:
    high = moves.knee_peak > tell_apart().knee_high
    slow = tell_apart().bound_slowest < moves.steps_per_min < tell_apart().bound_rate
    if high and slow and moves.flight_s >= tell_apart().bound_flight:
        return "bounding", ""
    return None, WALKING if moves.activity == "walking" else RUNNING


def _on_the_spot(moves: Moves) -> tuple[str | None, str]:
    if moves.knee_peak > tell_apart().knee_high:
        return _knees(moves), ""
    if moves.activity in (RUNNING, WALKING) and moves.travel > tell_apart().spot:
        return None, moves.activity
    if moves.fold_peak >= tell_apart().folded and moves.lift_peak >= tell_apart().folded_lift:
        return "butt_kicks", ""
    return _feet(moves)


def _from_the_front(moves: Moves) -> tuple[str | None, str]:
    """Only heights are seen, and whether the ground carries the feet away: no bounding, no butt kicks."""
    found = _knees(moves) if moves.knee_peak > tell_apart().knee_high_frontal else None
    if found == "bounding":
        return None, UNSEEN
    if moves.activity in (RUNNING, WALKING) and moves.steps_per_min > tell_apart().slow_rate:
        return None, moves.activity
    if found:
        return found, ""
    return _feet(moves) if moves.lift_peak < tell_apart().fast_lift else (None, UNSEEN)


def _knees(moves: Moves) -> str:
    slow, walks = moves.steps_per_min <= tell_apart().slow_rate, moves.feet_down >= tell_apart().feet_down
    if slow or (walks and moves.steps_per_min <= tell_apart().march_rate):
        return "marching"
    long_flight = moves.flight_s >= 1.4 * tell_apart().bound_flight
    return "bounding" if long_flight and moves.steps_per_min < tell_apart().bound_rate else "high_knees"


def _feet(moves: Moves) -> tuple[str | None, str]:
    quick = moves.steps_per_min >= tell_apart().fast_rate
    if quick and moves.lift_peak < tell_apart().fast_lift:
        return "fast_feet", ""
    return None, STEPPING
