"""`check_drill`: which drill a clip shows, how many repetitions, and what stands out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from formcheck.coaching.drillcheck.moves import Moves, moves_of
from formcheck.coaching.drillcheck.readings import FEWEST_REPS, Set, readings
from formcheck.coaching.drillcheck.recognise import NO_RHYTHM, UNSEEN, recognise
from formcheck.coaching.drillcheck.reps import Rep, count, longest_set
from formcheck.coaching.drillcheck.rules import Counting, Judge, countings, judge_of, judges
from formcheck.coaching.library import drills, find_drill, typed
from formcheck.errors import UsageError
from formcheck.metrics.judgement import CUE_INTERVAL
from formcheck.motion.preprocess import to_motion
from formcheck.scene.classify import look_at
from formcheck.timebase import plausible_clock
from formcheck.types import Clip, Measurement, PoseTrack, Refusal, Scene, ViewOption, Warn

ANY_MOTION = ("not_running", "slow_motion_unknown", "view")
"""Refusals that are about running alone: a drill on the spot may well be measured."""

AUTO = "auto"
MOST_CUES, MOST_GOOD = 2, 3
MOST_UNEVEN, MOST_UNEVEN_SHARE = 2, 0.2  # legs take turns; a larger difference is a leg that was not seen
LEGS_DIFFER = (
    "Left and right were not counted alike, so some repetitions were missed: use the best model, in good light, "
    "and keep both legs in the picture."
)
FILM_DRILL = (
    "Film one person from the side, camera still at hip height, 4 to 5 m away, whole body with both feet in "
    "the picture, from before the first repetition to after the last."
)

DrillState = Literal["below", "within", "above", "edge", "cant_tell", "unknown"]


@dataclass(frozen=True)
class DrillCue:
    """One thing to work on in a drill."""

    reading: str
    say: str
    show_at: float  # s on the clip's own clock


@dataclass(frozen=True, eq=False)
class DrillCheck:
    """What a clip of a drill shows. Times are on the clip's own clock."""

    clip: Clip
    scene: Scene
    asked: str | None  # the drill that was named, None = tell me
    drill: str | None  # the drill that was measured, None = none
    looks_like: str  # what it looks like, in words
    refusal: Refusal | None
    reps: tuple[Rep, ...] = ()  # of the longest set
    readings: tuple[Measurement, ...] = ()
    good: tuple[str, ...] = ()
    cues: tuple[DrillCue, ...] = ()
    warnings: tuple[Warn, ...] = ()
    made_with: Mapping[str, Any] = field(default_factory=dict)

    @property
    def full(self) -> int:
        """How many repetitions were full."""
        return sum(rep.full for rep in self.reps)

    def of(self, side: str) -> int:
        """Return how many repetitions a leg did."""
        return sum(rep.side == side for rep in self.reps)


def check_drill(
    track: PoseTrack, clip: Clip, name: str | None = None, *, view: ViewOption = "auto"
) -> DrillCheck:
    """Check a drill from its track.

    Parameters
    ----------
    track : PoseTrack
    clip : Clip
    name : str, optional
        The drill that was done, "high-knees"; without it the drill is recognised.
    view : {"auto", "side", "front", "rear"}

    Raises
    ------
    UsageError
        If there is no drill of that name, or none that can be checked on video.
    """
    asked = checkable(name)
    clip = plausible_clock(clip)
    scene = look_at(track, clip, view=view)
    if scene.refusal and scene.refusal.code not in ANY_MOTION:
        return DrillCheck(clip, scene, asked, None, "", scene.refusal)
    motion = to_motion(track, scene)
    moves = moves_of(motion, scene)
    found, looks_like = recognise(moves)
    looks_like = drills()[found].name.lower() if found else looks_like
    reps = _reps(moves, asked or found, found)
    refusal = _refusal(asked, found, looks_like, scene, len(reps))
    if refusal:
        return DrillCheck(clip, scene, asked, None, looks_like, refusal, warnings=clip.warnings)
    rule = countings()[asked or found or ""]
    a_set = Set(moves, scene, rule, reps, motion.frame_rate)
    return _checked(clip, a_set, asked, found, looks_like)


def checkable(name: str | None) -> str | None:
    """Return the id of a drill that can be checked, None for "auto" or no name."""
    if name is None or name.strip().lower() == AUTO:
        return None
    drill = find_drill(name)
    if drill.id not in countings():
        known = ", ".join(map(typed, countings()))
        raise UsageError(f"{drill.name} cannot be checked on video yet. These can: {known}, or auto.")
    return drill.id


def checkable_ids() -> tuple[str, ...]:
    """Return the drills that can be checked on video."""
    return tuple(countings())


def _reps(moves: Moves, id: str | None, found: str | None) -> tuple[Rep, ...]:
    """Return the longest set, nothing where no drill is meant or something else is done."""
    if id is None or (found is None and not moves.frontal and moves.activity in ("running", "walking")):
        return ()
    return longest_set(count(moves, countings()[id]))


def _refusal(
    asked: str | None, found: str | None, looks_like: str, scene: Scene, reps: int
) -> Refusal | None:
    known = ", ".join(drills()[id].name.lower() for id in countings())
    if asked is None and found is None:
        return Refusal(
            "no_drill",
            f"This is not one of the drills FormCheck knows ({known}): {_it_is(looks_like)}.",
            FILM_DRILL,
        )
    id = asked or found or ""
    name = drills()[id].name
    if scene.view not in countings()[id].views and scene.view != "unknown":
        return Refusal("view", f"{name} cannot be counted from the front or behind.", FILM_DRILL)
    if reps < FEWEST_REPS:
        return Refusal("no_drill", f"{name} was asked for, but {_it_is(looks_like)}.", FILM_DRILL)
    return None  # fmt: skip


def _it_is(looks_like: str) -> str:
    return looks_like if looks_like in (NO_RHYTHM, UNSEEN) else f"it looks like {looks_like}"


def _checked(clip: Clip, a_set: Set, asked: str | None, found: str | None, looks_like: str) -> DrillCheck:
    id, slower = a_set.rule.id, clip.slow_motion_factor
    told = readings(a_set)
    states = [(judge_of(each.metric, id), each) for each in told]
    ranked = sorted(
        ((judge, each) for judge, each in states if judge), key=lambda pair: judges().index(pair[0])
    )
    good = [judge.good for judge, each in ranked if state(judge, each) == "within"]
    at = a_set.reps[len(a_set.reps) // 2].peak * slower
    cues = [DrillCue(each.metric, said, at) for judge, each in ranked if (said := said_of(judge, each))]
    return DrillCheck(
        clip, a_set.scene, asked, id, looks_like, None, tuple(_on_clip(rep, slower) for rep in a_set.reps), told,
        tuple(good[:MOST_GOOD]), tuple(cues[:MOST_CUES]), (*clip.warnings, *_warnings(asked, found, looks_like, a_set.reps)),
    )  # fmt: skip


def state(judge: Judge, reading: Measurement) -> DrillState:
    """Return where the 80 % interval of a reading lies: "edge" where it straddles an end.

    A reading whose 95 % interval is wider than says anything cannot tell.
    """
    if not reading.measured:
        return "unknown"
    if 0.5 * (reading.high - reading.low) > judge.widest:
        return "cant_tell"
    low, high = interval_80(reading)
    if reading.extra.at_least and low < judge.low:
        return "unknown"
    if high < judge.low:
        return "below"
    if low > judge.high:
        return "above"
    return "within" if judge.low <= low and high <= judge.high else "edge"


def interval_80(reading: Measurement) -> tuple[float, float]:
    """Return the 80 % interval of a reading."""
    if reading.extra.interval_80 is not None:
        return reading.extra.interval_80
    return (
        reading.value - CUE_INTERVAL * (reading.value - reading.low),
        reading.value + CUE_INTERVAL * (reading.high - reading.value),
    )


def said_of(judge: Judge, reading: Measurement) -> str:
    """Return what there is to work on, nothing inside the range."""
    return {"below": judge.below, "above": judge.above}.get(state(judge, reading), "")


def full_interval(check: DrillCheck) -> tuple[int, int]:
    """Return between which numbers the count of full repetitions lies, at 95 %."""
    share = next((each for each in check.readings if each.metric == "share_full" and each.measured), None)
    if share is None:
        return check.full, check.full
    low, high = (round(len(check.reps) * end / 100) for end in (share.low, share.high))
    return min(low, check.full), max(high, check.full)


def _on_clip(rep: Rep, slower: float) -> Rep:
    return Rep(rep.side, rep.start * slower, rep.peak * slower, rep.end * slower, rep.height, rep.full)


def _warnings(asked: str | None, found: str | None, looks_like: str, reps: Sequence[Rep]) -> tuple[Warn, ...]:
    warnings = []
    if asked is not None and asked != found:
        name = drills()[asked].name.lower()
        words = f"Counted as {name}, as you said; it looks more like {looks_like}."
        warnings.append(Warn("other_drill", words))
    left = sum(rep.side == "left" for rep in reps)
    if abs(2 * left - len(reps)) > max(MOST_UNEVEN, MOST_UNEVEN_SHARE * len(reps)):
        warnings.append(Warn("legs_differ", LEGS_DIFFER))
    return tuple(warnings)


__all__ = [
    "AUTO",
    "Counting",
    "DrillCheck",
    "DrillCue",
    "check_drill",
    "checkable",
    "checkable_ids",
    "full_interval",
    "said_of",
    "state",
]
