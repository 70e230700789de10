"""The live engine, without threads or screens: frames in, numbers and one line out.

`see` is called for every processed frame and only runs the pose model. `measure` is called twice
a second and runs the same stages that measure a file, on the last ten seconds. The two may
be called from two threads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from formcheck import __version__
from formcheck.live.cues import NOTHING, CueBoard, Line
from formcheck.live.framing import FramingAdvice, advise, is_dark
from formcheck.live.guide import Guide
from formcheck.live.numbers import NumberBoard
from formcheck.live.one_euro import OneEuro
from formcheck.live.runs import RECENT_S, SHORTEST_RUN_S, Run, Runs
from formcheck.live.state import Stage, State, as_live, plain_reason
from formcheck.live.trace import TRACED, Trace
from formcheck.live.window import BackgroundSampler, Spool, Window, WindowPoints, clip_of, track_of
from formcheck.pipeline import analyze_track
from formcheck.pose import LiveTracker
from formcheck.scene.classify import look_at
from formcheck.types import Activity, Analysis, Frame, LiveModelOption, Runner, SettingOption, ViewOption

WINDOW_S = 10.0
KEPT_S = 13.0  # longer than the measured window, so that no frame of a run is missed
EVERY_S = 0.5
COUNT_EVERY_S = 1.0
WALKING = "You are walking. Measuring begins when you run."
OUT_OF_SIGHT = {
    "side": "Hands across the middle: only visible from the front.",
    "front": "Lean, elbows and feet: only visible from the side.",
    "rear": "Lean, elbows and feet: only visible from the side.",
}
STEADY_S = 2.0  # the last valid numbers stay this long when one measurement fails


@dataclass(frozen=True, eq=False)
class SeenFrame:
    """One frame and the person in it."""

    frame: Frame
    xy: np.ndarray | None  # (21, 2) px, smoothed for display; None = nobody
    confidence: np.ndarray | None  # (21,)


@dataclass(frozen=True, eq=False)
class Finished:
    """A completed run, to be measured as a whole."""

    run: Run
    began: float  # s, monotonic clock, its first frame: time zero of the analysis
    analysis: Callable[[], Analysis]


class Engine:
    """Tracks one runner in live video.

    Parameters
    ----------
    runner : what is known of the runner
    model : {"fast", "lite", "balanced"}
    view : {"auto", "side", "front", "rear"}
    setting : {"auto", "treadmill", "overground"}
    numbers : ids of the large numbers; empty = chosen by view and frame rate
    guide : feedback of a practice session, in place of all cues; None = cues as usual
    beat : steps/min, the middle of the zone that steps are traced against; None = the usual range
    """

    def __init__(
        self,
        runner: Runner | None = None,
        *,
        model: LiveModelOption = "fast",
        view: ViewOption = "auto",
        setting: SettingOption = "auto",
        numbers: tuple[str, ...] = (),
        guide: Guide | None = None,
        beat: float | None = None,
    ):
        self.runner, self.view, self.setting = runner or Runner(), view, setting
        self.state = State()
        self.finished: list[Finished] = []
        self.last_words = ""  # last message on the screen before the end
        self._asked, self._guide = ((guide.metric,) if guide else numbers), guide
        self._tracker = LiveTracker(model)
        self._calm = OneEuro()
        self._window, self._backdrop = Window(KEPT_S), BackgroundSampler()
        self._runs, self._board, self._numbers = Runs(), CueBoard(), NumberBoard()
        traced, aim = (guide.metric, guide.target) if guide else (TRACED, beat)
        self._no_steps = Trace(traced, beat=aim if traced == TRACED else None)
        self._trace = self._no_steps
        self._spool: Spool | None = None
        self._newest: tuple[Frame, tuple[np.ndarray, np.ndarray] | None] | None = None
        self._people, self._next_count, self._next_measure = np.nan, -np.inf, -np.inf
        self._activity: Activity | None = None
        self._good: Analysis | None = None
        self._good_at = self._good_from = -np.inf

    # --- for every frame ---------------------------------------------------------------

    def see(self, frame: Frame) -> SeenFrame:
        """Find the runner in one frame."""
        found = self._tracker.step(frame)
        self._window.add(frame.time, found)
        self._newest = (frame, found)
        if found is None:
            return SeenFrame(frame, None, None)
        return SeenFrame(frame, self._calm.smooth(found[0], frame.time), found[1])

    @property
    def due(self) -> bool:
        """Whether half a second has passed since the last measurement."""
        return self._newest is not None and self._newest[0].time >= self._next_measure

    # --- twice a second ----------------------------------------------------------------

    def measure(self) -> State:
        """Measure the last seconds and decide what the screen shows."""
        if self._newest is None:
            return self.state
        frame, found = self._newest
        now = frame.time
        self._next_measure = now + EVERY_S - 0.01
        self._look_around(frame)
        points = self._window.points().after_gap()
        size = (frame.image.shape[1], frame.image.shape[0])
        self._activity = self._recent_activity(points, size)
        running = None if self._activity is None else self._activity == "running"
        self._runs = self._runs.after(running, now)
        self._keep(points, size)
        analysis = self._rolling(points, size, now)
        self._follow(analysis, now)
        run = self._runs.current
        self._board = self._said(analysis, now, run.lasts(now) if run else 0.0)
        advice = advise(found, size, self._people, is_dark(frame.image))
        self.state = self._state(analysis, advice, now)
        return self.state

    def _said(self, analysis: Analysis | None, now: float, running_s: float) -> CueBoard:
        if self._guide is not None:
            return self._guide.board(analysis, now, running_s, self._board.line)
        return self._board.after(analysis, now, running_s)

    def _follow(self, analysis: Analysis | None, now: float) -> None:
        """Renew the numbers and the trace of steps."""
        fresh = analysis if self._good_at == now else None
        self._numbers = self._numbers.after(fresh, self._asked, now)
        found = fresh.measurements[self._trace.metric] if fresh else None
        self._trace = self._trace.after(found, self._good_from, now)

    def conclude(self) -> State:
        """Measure the rest after the last frame; a run in progress is ended."""
        self.measure()
        if self._newest is not None:
            frame = self._newest[0]
            self._runs = self._runs.ended(frame.time)
            self._keep(self._window.points(), (frame.image.shape[1], frame.image.shape[0]))
        self.last_words = self.state.headline
        self.state = replace(self.state, stage="over", headline="The session is over.", line=NOTHING)
        return self.state

    def _look_around(self, frame: Frame) -> None:
        """Count people once a second and track the background."""
        if frame.time < self._next_count:
            return
        self._next_count = frame.time + COUNT_EVERY_S - 0.01
        people = self._tracker.count_people(frame)
        self._people = float(people)
        self._backdrop.look(frame, self._tracker.roi, people)

    def _recent_activity(self, points: WindowPoints, size: tuple[int, int]) -> Activity | None:
        """Return the activity of the last seconds; None if too little was seen, as after a camera failure."""
        if not len(points.time):
            return None
        recent = points.since(points.time[-1] - RECENT_S)
        if recent.length_s < 0.9 * RECENT_S:
            return None
        track = track_of(recent, size, self._tracker.source, self._backdrop.around(recent.time))
        clip = clip_of(recent, size, "live")
        return look_at(track, clip, view=self.view, setting=self.setting).activity

    def _rolling(self, points: WindowPoints, size: tuple[int, int], now: float) -> Analysis | None:
        """Return the analysis of the last seconds of the run, None before the first numbers."""
        run = self._runs.current
        if run is None or self._runs.countdown(now) is not None:
            return None
        part = points.since(max(run.start, now - WINDOW_S))
        if len(part.time) < 10:
            return None
        try:
            analysis = self._analysis(part, size, f"run {run.number}")
        except ValueError:  # no leg visible in these seconds; it may be visible in the next ones
            return None
        if analysis.refusal is None:
            self._good, self._good_at, self._good_from = analysis, now, float(part.time[0])
        elif self._good is not None and now - self._good_at <= STEADY_S:
            return self._good
        return analysis

    def _analysis(self, points: WindowPoints, size: tuple[int, int], name: str, digest: str = "") -> Analysis:
        source = self._tracker.source
        track = track_of(points, size, source, self._backdrop.around(points.time))
        made_with = {
            "formcheck": __version__,
            "backend": source,
            "precision": self._tracker.precision,
            "arguments": {"view": self.view, "setting": self.setting, "live": True},
        }
        clip = clip_of(points, size, name, digest)
        return analyze_track(
            track, clip, self.runner, view=self.view, setting=self.setting, made_with=made_with
        )

    # --- runs ---------------------------------------------------------------------------

    def _keep(self, points: WindowPoints, size: tuple[int, int]) -> None:
        """Keep the current run's frames; hand over a run that has ended."""
        run = self._runs.current
        if run is not None:
            if self._spool is None:
                self._spool = Spool()
                self._board, self._numbers, self._trace = CueBoard(), NumberBoard(), self._no_steps
            self._spool.add(points.since(run.start))
            return
        ended = self._runs.finished
        if ended is not None and self._spool is not None:
            self._spool.add(points.since(ended.start))
            if ended.lasts(0.0) >= SHORTEST_RUN_S:
                self.finished.append(self._finished(ended, self._spool, size))
            self._spool, self._good = None, None

    def _finished(self, run: Run, spool: Spool, size: tuple[int, int]) -> Finished:
        def whole() -> Analysis:
            points = spool.points(run.end if run.end is not None else np.inf)
            spool.close()
            digest = hashlib.sha256(points.xy.tobytes()).hexdigest()
            return as_live(self._analysis(points, size, f"run {run.number}", digest))

        return Finished(run, spool.first, whole)

    # --- screen messages ----------------------------------------------------------------

    def _state(self, analysis: Analysis | None, advice: FramingAdvice, now: float) -> State:
        run = self._runs.current
        stage, headline = self._words(analysis, advice, now)
        running_s = run.lasts(now) if run else 0.0
        hidden = self._guide is not None and run is not None and not self._guide.shows(running_s)
        line = self._board.line if run and headline == self._board.line.words else NOTHING
        return State(
            stage, headline, advice.fine, line, () if hidden else self._numbers.numbers(now), self._note(analysis),
            self._runs.count, running_s, now, None if hidden else self._trace.drawn(now), analysis or self.state.analysis,
        )  # fmt: skip

    def _words(self, analysis: Analysis | None, advice: FramingAdvice, now: float) -> tuple[Stage, str]:
        run, left = self._runs.current, self._runs.countdown(now)
        if run is None:
            stage: Stage = "resting" if self._runs.count else "framing"
            walking = advice.fine and self._activity == "walking"
            return stage, WALKING if walking else advice.words
        if left is not None:
            return "starting", f"Running. First numbers in {left}"
        if analysis is not None and analysis.refusal is not None:
            return "running", plain_reason(analysis.refusal, analysis.clip.fps, self._activity == "running")
        line: Line = self._board.line
        return "running", line.words

    def _note(self, analysis: Analysis | None) -> str:
        """Return a note on a second person, or on what this view cannot show."""
        if analysis is None or analysis.refusal is not None:
            return ""
        if self._people >= 2:
            return "Two people are in view; the nearest one is measured."
        return OUT_OF_SIGHT.get(analysis.scene.view, "From the side, lean and elbows are visible too.")


def feed(engine: Engine, frames: Iterable[Frame]) -> list[State]:
    """Pass frames to an engine one by one, and return the state after each measurement."""
    states = []
    for frame in frames:
        engine.see(frame)
        if engine.due:
            states.append(engine.measure())
    return states
