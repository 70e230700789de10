"""Share a week's distance among its sessions, and make room where the usual week does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor

from formcheck.coaching.plan_limits import WeekLimits
from formcheck.coaching.plan_rules import plan_rules
from formcheck.coaching.plan_types import WEEK, Trainee, easy_pace, fixed_km, for_distance

WEIGHT = {"long": 2.0, "easy": 1.0, "strength": 0.5, "agility": 0.5}  # of what is shared
TENTHS = 10  # distances are given in 0.1 km
ROUNDED = 1e-6  # km: sums of tenths are not exact


@dataclass(frozen=True)
class Shared:
    """The sessions of a week and the distance of each."""

    kinds: tuple[str, ...]
    km: tuple[float, ...]

    @property
    def total(self) -> float:
        """Total distance, in km."""
        return sum(self.km)


def shared(trainee: Trainee, kinds: Sequence[str], free: int, limits: WeekLimits) -> Shared:
    """Return sessions with their distances, as near to the wanted ones as the usual week allows.

    Where the usual week does not fit, room is made in this order: longer easy runs, easy running
    before strength, more easy days, easy runs in place of hard sessions. No run and no week
    exceeds its limit, so few days may still hold less than the usual week.

    Parameters
    ----------
    kinds : sessions, most important first
    free : days of the week that may hold a session
    limits : of the week
    """
    near = max(limits.least, plan_rules().caps.near_share * limits.filled)
    gentle = [*_gentle(trainee, kinds, limits)]
    for each in gentle:
        if each.total >= near - ROUNDED:
            return each
    variants = [tuple(kinds), *_variants(kinds, free)]
    more = [*(_fullest(trainee, other, limits) for other in variants), _even(trainee, variants[-1], limits)]
    enough = (each for each in more if each.total >= limits.least - ROUNDED)
    return next(enough, max(more, key=lambda each: round(each.total, 3)))


def _gentle(trainee: Trainee, kinds: Sequence[str], limits: WeekLimits) -> Iterator[Shared]:
    """Yield the same sessions with comfortable distances, longer easy runs, and easy running before strength."""
    yield _given(trainee, kinds, limits.wanted, [_comfortable(trainee, kind, limits.run) for kind in kinds])
    ceilings = [_ceiling(kind, limits.run) for kind in kinds]
    yield _given(trainee, kinds, limits.filled, ceilings)
    yield _fullest(trainee, kinds, limits)


def _fullest(trainee: Trainee, kinds: Sequence[str], limits: WeekLimits) -> Shared:
    """Return the sessions with runs up to the limit, and a comfortable one before strength."""
    before = _comfortable(trainee, "easy", limits.run)
    ceilings = [before if kind == "strength" else _ceiling(kind, limits.run) for kind in kinds]
    return _given(trainee, kinds, limits.filled, ceilings)


def _even(trainee: Trainee, kinds: Sequence[str], limits: WeekLimits) -> Shared:
    """Return the sessions with runs up to the limit, before strength too."""
    return _given(trainee, kinds, limits.filled, [limits.run if kind in WEIGHT else 0.0 for kind in kinds])


def _variants(kinds: Sequence[str], free: int) -> Iterator[tuple[str, ...]]:
    """Yield the sessions with more easy days, then with easy runs in place of hard sessions, last ones first."""
    most = min(free, WEEK - 1)
    for count in range(len(kinds) + 1, most + 1):
        yield (*kinds, *["easy"] * (count - len(kinds)))
    changed = [*kinds, *["easy"] * (most - len(kinds))]
    for k in reversed(range(len(kinds))):
        if plan_rules().sessions[kinds[k]].hard:
            changed[k] = "easy"
            yield tuple(changed)


def _comfortable(trainee: Trainee, kind: str, run_km: float) -> float:
    """Return the longest comfortable run of a session, in km; 0 for sessions of fixed size."""
    goals = plan_rules().goals
    long_min = goals.distance_long_min if for_distance(trainee) else goals.article_long_min
    minutes = {"long": long_min, "easy": goals.easy_min, "agility": goals.agility_jog_min}.get(kind, 0.0)
    return min(run_km, minutes / easy_pace(trainee))


def _ceiling(kind: str, run_km: float) -> float:
    return run_km if plan_rules().sessions[kind].flexible else 0.0


def _given(trainee: Trainee, kinds: Sequence[str], wanted: float, ceilings: Sequence[float]) -> Shared:
    """Return the sessions with fixed distances unchanged and the rest of `wanted` shared up to the ceilings."""
    fixed = [0.0 if kind in WEIGHT else fixed_km(plan_rules().sessions[kind], trainee) for kind in kinds]
    given = _poured(wanted - sum(fixed), [WEIGHT.get(kind, 0.0) for kind in kinds], ceilings)
    return Shared(tuple(kinds), tuple(one + other for one, other in zip(fixed, given)))


def _poured(km: float, weights: Sequence[float], ceilings: Sequence[float]) -> list[float]:
    """Share a distance by weight up to the ceilings, in tenths; nothing is given less than the shortest run."""
    least = plan_rules().caps.least_run_km
    open_ = [k for k, ceiling in enumerate(ceilings) if ceiling >= least and weights[k] > 0]
    while open_:
        given = _by_weight(km, {k: weights[k] for k in open_}, ceilings)
        short = [k for k in open_ if given[k] < least - ROUNDED]
        if not short:
            return _in_tenths(km, [given.get(k, 0.0) for k in range(len(weights))], ceilings)
        open_.remove(short[-1])
    return [0.0] * len(weights)


def _by_weight(km: float, weights: dict[int, float], ceilings: Sequence[float]) -> dict[int, float]:
    """Share a distance by weight; what a ceiling cuts off goes to the others."""
    given: dict[int, float] = {}
    left = dict(weights)
    while left:
        unit = max(0.0, km - sum(given.values())) / sum(left.values())
        full = [k for k, weight in left.items() if unit * weight > ceilings[k]]
        given |= {k: ceilings[k] for k in full} or {k: unit * weight for k, weight in left.items()}
        left = {k: weight for k, weight in left.items() if k not in given}
    return given


def _in_tenths(km: float, given: Sequence[float], ceilings: Sequence[float]) -> list[float]:
    """Round down to tenths, and hand out what is left of the sum, in order, below the ceilings."""
    tenths = [floor(TENTHS * each + ROUNDED) for each in given]
    for k, ceiling in enumerate(ceilings):
        spare = floor(TENTHS * km + ROUNDED) - sum(tenths)
        if given[k] and spare > 0 and tenths[k] + 1 <= TENTHS * ceiling + ROUNDED:
            tenths[k] += 1
    return [each / TENTHS for each in tenths]
