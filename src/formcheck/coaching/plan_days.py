"""Content of each day of a week: warm-up, drills, parts of the session, and additions from cues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from formcheck.coaching.library import drills
from formcheck.coaching.plan_rules import SessionPart, plan_rules
from formcheck.coaching.plan_types import WEEK, Day, Focus, Part, Trainee, days_apart, easy_pace

WARM_UPS = (
    "high_knees",
    "butt_kicks",
    "fast_feet",
    "marching",
)  # used in rotation unless a cue asks for others
RUNNING, STRENGTH, JUMPS = "Running drills", "Strength", "Jumps"  # kinds in the drill library
STRIDES_FROM_KM = 2.0  # a shorter run has no room for strides
CADENCE_STEP = 1.05  # trial increase of 5 % (words.metronome)


def rest_week(start: date) -> tuple[Day, ...]:
    return tuple(_rest(start + timedelta(k), active=False) for k in range(WEEK))


def _rest(day: date, *, active: bool) -> Day:
    words = plan_rules().words
    parts = (Part(words["active_rest" if active else "rest"]),)
    return Day(day, "rest", "Rest", False, parts, why=words["rest_why"])


def week_days(
    trainee: Trainee, start: date, kinds: Sequence[str], placed: tuple[int, ...], km: Sequence[float]
) -> tuple[Day, ...]:
    """Return the seven days with all their content."""
    session = {day: k for k, day in enumerate(placed)}
    extras = _extras(trainee, kinds, placed, km)
    first_rest = next((day for day in range(WEEK) if day not in session), None)
    found = []
    for day in range(WEEK):
        when = start + timedelta(day)
        if day not in session:
            found.append(_rest(when, active=day == first_rest))
            continue
        k = session[day]
        rule = plan_rules().sessions[kinds[k]]
        more = [extra for extra in extras if extra.day == day]
        parts = (*_parts(trainee, kinds[k], km[k], day), *(extra.part for extra in more))
        counts = (*rule.counts, *(extra.counts for extra in more if extra.counts))
        found.append(Day(when, kinds[k], rule.title, rule.hard, parts, counts, rule.why, trainee.unit))
    return tuple(found)


@dataclass(frozen=True)
class _Extra:
    """An addition to the session of a day."""

    day: int
    part: Part
    counts: str = ""


def _extras(
    trainee: Trainee, kinds: Sequence[str], placed: tuple[int, ...], km: Sequence[float]
) -> list[_Extra]:
    """Return the additions: a second strength part, and the metronome and jumps that cues ask for."""
    words = plan_rules().words
    extras = []
    easy = sorted((day, run) for kind, day, run in zip(kinds, placed, km) if kind in ("easy", "long"))
    if (day := _second_strength_day(kinds, placed)) is not None:
        extras.append(_Extra(day, Part(words["second_strength"], 0.0, 15.0, "hip_thrust"), "strength"))
    run_on = next((day for day, run in easy if run), None)
    for focus in trainee.focus:
        if focus.metric == "cadence" and focus.value and run_on is not None:
            text = words["metronome"].format(target=CADENCE_STEP * focus.value, value=focus.value)
            extras.append(_Extra(run_on, Part(text)))
    jumps = [focus for focus in trainee.focus if _kind_of(focus) == JUMPS][:1]
    jump_day = next((day for kind, day in zip(kinds, placed) if kind in ("strength", "easy")), None)
    counted = sum("plyometrics" in plan_rules().sessions[kind].counts for kind in kinds)
    if jumps and jump_day is not None and counted < plan_rules().most["plyometrics"]:
        extras.append(_Extra(jump_day, _drill_part(jumps[0], 8.0), "plyometrics"))
    return extras


def _second_strength_day(kinds: Sequence[str], placed: tuple[int, ...]) -> int | None:
    """Return an easy day for a shorter strength part, more than one day from the strength day."""
    strength = next((day for kind, day in zip(kinds, placed) if kind == "strength"), None)
    if strength is None:
        return None
    apart = (
        day
        for kind, day in zip(kinds, placed)
        if kind in ("easy", "agility") and days_apart(day, strength) > 1
    )
    return min(apart, default=None)


def _parts(trainee: Trainee, kind: str, km: float, day: int) -> tuple[Part, ...]:
    """Return the parts of a session, drills and warm-up first."""
    rule, words, pace = plan_rules().sessions[kind], plan_rules().words, easy_pace(trainee)
    parts: list[Part] = []
    if rule.warm_up_min:
        text = words["warm_up"].format(minutes=rule.warm_up_min)
        parts.append(Part(text, rule.warm_up_min / pace, rule.warm_up_min))
    if kind != "strength":
        parts.append(_drills(trainee, day))
    if rule.flexible:
        parts.append(_free_run(trainee, kind, km))
    elif kind == "strength" and km:
        parts.append(_strength_run(trainee, km))
    parts += [_part(piece, pace) for piece in rule.pieces[trainee.level]]
    if kind == "strength":
        parts += [_drill_part(focus, 6.0) for focus in trainee.focus if _kind_of(focus) == STRENGTH]
    if rule.cool_down_min:
        text = words["cool_down"].format(minutes=rule.cool_down_min)
        parts.append(Part(text, rule.cool_down_min / pace, rule.cool_down_min))
    return tuple(parts)


def _part(piece: SessionPart, pace: float) -> Part:
    km = piece.metres / 1000 + piece.run_min / pace
    return Part(piece.text, km, piece.run_min + piece.other_min or km * pace, piece.drill)


def _free_run(trainee: Trainee, kind: str, km: float) -> Part:
    words = plan_rules().words
    if not km:
        return Part(words["walk"], minutes=25.0)
    minutes = km * easy_pace(trainee)
    text = (
        f"{trainee.distance(km):.1f}, about {minutes:.0f} min. {words['long' if kind == 'long' else 'easy']}"
    )
    if trainee.level == "new":
        return Part(f"{text} {words['new_runner']}", km, minutes)
    strides = kind == "easy" and km >= STRIDES_FROM_KM
    return Part(f"{text} {words['strides']}" if strides else text, km, minutes)


def _strength_run(trainee: Trainee, km: float) -> Part:
    minutes = km * easy_pace(trainee)
    return Part(
        plan_rules().words["strength_run"].format(km=trainee.distance(km), minutes=minutes), km, minutes
    )


def _drills(trainee: Trainee, day: int) -> Part:
    """Return the drills before a run: those that cues ask for first, then the others in rotation."""
    asked = [focus.drill for focus in trainee.focus if _kind_of(focus) == RUNNING]
    turn = [WARM_UPS[(day + k) % len(WARM_UPS)] for k in range(len(WARM_UPS))]
    chosen = list(dict.fromkeys([*asked, *turn]))[:2]
    names = " and ".join(drills()[id].name.lower() for id in chosen)
    return Part(plan_rules().words["drills"].format(drills=names), minutes=8.0, drill=chosen[0])


def _drill_part(focus: Focus, minutes: float) -> Part:
    """Return the drill that a cue asks for, as a separate part."""
    drill = drills()[focus.drill]
    return Part(f"{drill.name}: {drill.dose}", minutes=minutes, drill=drill.id)


def _kind_of(focus: Focus) -> str:
    drill = drills().get(focus.drill)
    return drill.kind if drill else ""
