"""Jobs of a worker process: looking at a clip, measuring it, drawing its results.

All decoding of uploaded files happens here, never in the server.
"""

from __future__ import annotations

import json
import os
import pickle
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pebble import ProcessExpired

from formcheck import __version__
from formcheck.batch.pool import KILLED, limit_memory
from formcheck.coaching import DrillCheck
from formcheck.course import Marks
from formcheck.errors import Cancelled, FormCheckError, UnreadableInput, UsageError
from formcheck.files.atomic import FULL
from formcheck.files.ownership import FOLDER_RECORD
from formcheck.frame_rate import reaches
from formcheck.types import (
    Analysis,
    Clip,
    Edge,
    Frame,
    ModelOption,
    Refusal,
    Runner,
    Scene,
    SettingOption,
    ViewOption,
)
from formcheck.ui.clips import GLANCE, MOTION
from formcheck.ui.leftovers import PAGE, PROGRESS_FILE, STOP_LOOKING, TRACK, put
from formcheck.ui.onlooking import Note, Onlooker, Pace, QuickPose
from formcheck.ui.settings import LONGEST_CLIP_S, WORKER_MEMORY

if TYPE_CHECKING:
    from formcheck.pipeline import Tracked
    from formcheck.video import FrameReader

LOOK_AT_S = 3.0  # of the clip, for the check before measuring
LOOK_BY_S = 8.0  # the look begins no later, because all frames before it have to be decoded
LOOK_HZ = 30.0
OPENING_HZ = 2.0  # of the clip: frames shown before that
HOPELESS = ("no_person", "not_running")  # a few seconds cannot decide about the other reasons
LOOK_PX = 720
STILL_EVERY_S, MOST_STILLS = 0.25, 24  # between the stills of a camera that moves, for cones
CLOSING_S = 4.0  # so much of a clip after the look is decoded for stills, not more
COST = {"best": 2.5, "balanced": 1.7, "fast": 1.0}  # of a frame, in frames of the look
TRACK_FORMAT, TRACK_VERSION = "formcheck-app-track", 1


@dataclass(frozen=True)
class Ask:
    """What the visitor wants to have measured, and how."""

    label: str  # the clip's name for display
    runner: Runner = Runner()
    view: ViewOption = "auto"
    setting: SettingOption = "auto"
    capture_fps: float | None = None
    model: ModelOption = "best"
    marks: Marks | None = None  # on the ground, in pixels and metres
    vertical: Edge | None = None  # vertical in reality


@dataclass(frozen=True)
class Still:
    """One picture of a clip."""

    at: float  # s of the clip
    jpeg: bytes


@dataclass(frozen=True)
class FirstLook:
    """Result of the first look at a clip."""

    clip: Clip
    scene: Scene
    stills: tuple[Still, ...] = ()  # pictures of it in order, for marks on the ground

    @property
    def stopped_by(self) -> Refusal | None:
        """Why the rest is not worth measuring, None if it is: nobody is there, or nobody runs."""
        refusal = self.scene.refusal
        return refusal if refusal and refusal.code in HOPELESS else None


def prepare() -> None:
    """Set a new worker's limits and load what every job needs."""
    limit_memory(WORKER_MEMORY)
    os.umask(0o077)
    # so that the first visitor does not wait for it
    import formcheck.draw.figure
    import formcheck.export.results
    import formcheck.pipeline  # noqa: F401
    from formcheck.pose import LiveTracker

    with suppress(FormCheckError):  # the first clip says what is wrong
        LiveTracker("lite")


def be_ready() -> None:
    """Do nothing: the worker that runs this job is loaded afterwards."""


def take_a_look(video: str, label: str, model: ModelOption = "best") -> FirstLook:
    """Describe a clip and analyse a few seconds from its middle with the fast model.

    Many clips begin with standing, so the middle tells more than the first seconds.
    """
    from formcheck.export.results import jpeg
    from formcheck.pose import track_runner
    from formcheck.scene.classify import look_at

    reader = reader_of(video, label, max_height=LOOK_PX)
    clip = replace(reader.clip, name=label)
    times = look_times(clip)
    pace = Pace(len(times), then=clip.frames * COST[model])
    onlooker = Onlooker(Path(video).parent, "Looking at the clip", pace)
    stills: list[Still] = []

    def keep(frame: Frame) -> None:
        if not stills or frame.time >= stills[-1].at + STILL_EVERY_S:
            stills.append(Still(frame.time, jpeg(frame.image)))

    wanted = [*opening_times(times[0]), *times, *closing_times(times[-1], clip.duration_s)]
    every = _kept(_until_stopped(reader.at(wanted), Path(video), onlooker), keep)
    frames = _looked_at(every, (times[0], times[-1]), onlooker)
    track = track_runner(frames, model="fast", watch=onlooker.pose)
    scene = look_at(track, replace(clip, duration_s=min(clip.duration_s, LOOK_AT_S)))
    return FirstLook(
        clip, as_filmed(scene, clip), tuple(stills[-MOST_STILLS:] if scene.camera_moves else _middle(stills))
    )


def _middle(stills: list[Still]) -> list[Still]:
    """Return the picture in the middle: one is enough of a still camera."""
    return stills[len(stills) // 2 : len(stills) // 2 + 1]


def as_filmed(scene: Scene, clip: Clip) -> Scene:
    """Return the scene without the warning that a look at a part of the frames gives a faster clip."""
    from formcheck.scene.refusals import SURE_CAMERA_HZ

    if not reaches(clip.capture_fps, SURE_CAMERA_HZ):
        return scene
    kept = tuple(
        each for each in scene.warnings if each.code not in ("low_frame_rate", "very_low_frame_rate")
    )
    return replace(scene, warnings=kept)


def opening_times(start_s: float) -> list[float]:
    """Return the moments before the first look that are shown while the clip is read up to there, s."""
    return np.arange(0, start_s, 1 / OPENING_HZ).tolist()


def closing_times(last_s: float, duration_s: float) -> list[float]:
    """Return the moments after the look of which a short clip's stills are kept, s; none of a long one."""
    if duration_s - last_s > CLOSING_S:
        return []
    return np.arange(last_s + STILL_EVERY_S, duration_s, STILL_EVERY_S).tolist()


def _looked_at(frames: Iterable[Frame], between: tuple[float, float], onlooker: Onlooker) -> Iterator[Frame]:
    """Yield the frames between two times; show the first one, and those before, at once with a quick pose."""
    from formcheck.pose import LiveTracker

    tracker, shown = LiveTracker("lite"), False
    for frame in frames:
        if frame.time < between[0] or not shown:
            found = tracker.step(frame)
            onlooker.opening(frame.time, None if found is None else QuickPose(*found))
            shown = True
        if between[0] <= frame.time <= between[1] + 0.5 / LOOK_HZ:
            yield frame


def _kept(frames: Iterable[Frame], keep: Callable[[Frame], None]) -> Iterator[Frame]:
    """Yield all frames unchanged, each given to `keep` first."""
    for frame in frames:
        keep(frame)
        yield frame


def look_times(clip: Clip) -> list[float]:
    """Return the moments of the first look, s."""
    length = min(LOOK_AT_S, clip.duration_s)
    start = min(0.5 * (clip.duration_s - length), LOOK_BY_S)
    count = max(2, round(length * min(LOOK_HZ, clip.fps)))
    return [start + length * k / count for k in range(count)]


def _until_stopped(frames: Iterable[Frame], video: Path, onlooker: Onlooker) -> Iterator[Frame]:
    """Yield frames until the result is no longer needed."""
    for frame in frames:
        if not video.exists() or video.with_name(STOP_LOOKING).exists():
            raise Cancelled("The look was stopped.")
        onlooker.frame(frame)
        yield frame


def described(video: str, label: str) -> Clip:
    """Describe a clip under its display name, refusing one too long for the app."""
    return replace(reader_of(video, label).clip, name=label)


def reader_of(video: str, label: str, *, max_height: int | None = None) -> FrameReader:
    """Open a clip, refusing one too long for the app."""
    from formcheck.video import FrameReader

    try:
        reader = FrameReader(video, max_height=max_height)
    except UnreadableInput as error:
        raise UnreadableInput(named(str(error), video, label)) from None
    duration_s = reader.clip.duration_s
    if duration_s > LONGEST_CLIP_S:
        raise UsageError(
            f"The clip is {duration_s / 60:.0f} minutes long; here it may be {LONGEST_CLIP_S / 60:.0f}. "
            "Cut out the part to measure, or use the command line for long runs."
        )
    return reader


def named(words: str, video: str, label: str) -> str:
    """Replace the internal name of a file in a sentence by the visitor's."""
    return words.replace(video, label).replace(f"{Path(video).name} ", f"{label} ", 1)


def measure_clip(video: str, results: str, ask: Ask, look: FirstLook | None = None) -> Analysis:
    """Measure a clip, showing progress in its folder; only the short part if it is tracked already."""
    from formcheck.pipeline import analyze_tracked, camera_path

    folder = Path(results).parent
    tracked = kept_track(folder, ask.model) or _track(video, folder, ask, look)
    turned = camera_path(video, tracked, ask.marks)
    analysis = analyze_tracked(
        tracked, ask.runner, view=ask.view, setting=ask.setting, capture_fps=ask.capture_fps, marks=ask.marks,
        vertical=ask.vertical, turned=turned,
    )  # fmt: skip
    return replace(analysis, clip=replace(analysis.clip, name=ask.label))


def _track(video: str, folder: Path, ask: Ask, look: FirstLook | None) -> Tracked:
    """Do the long part, and keep its outcome for answers that come later."""
    from formcheck.pipeline import track_file

    clip = look.clip if look else described(video, ask.label)
    several = look is not None and look.scene.people > 1
    pace = Pace(clip.frames, 2 if several else 1)
    onlooker = Onlooker(folder, "Following the runner", pace, look.scene.near_side if look else None)
    tracked = track_file(video, model=ask.model, watch=onlooker.pose, glimpse=onlooker.frame)
    put(folder / TRACK, pickle.dumps((TRACK_FORMAT, TRACK_VERSION, __version__, tracked)))
    return tracked


def kept_track(folder: Path, model: ModelOption) -> Tracked | None:
    """Return what the long part made with this model, None if it has not been done.

    The file lies in a folder that only this user may enter, and nobody can send one there.
    """
    try:
        head = pickle.loads((folder / TRACK).read_bytes())
    except OSError:
        return None
    tracked: Tracked = head[-1]
    fits = head[:-1] == (TRACK_FORMAT, TRACK_VERSION, __version__) and tracked.model == model
    return tracked if fits else None


def count_drill(video: str, results: str, label: str, name: str | None) -> DrillCheck:
    """Count and check the drill in a clip, and prepare the video; `name` None = recognise it."""
    from formcheck.pipeline import analyze_drill
    from formcheck.ui.drill_clip import write_drill_clip

    clip = described(video, label)
    tell = teller(Path(results).with_name(PROGRESS_FILE))
    check = analyze_drill(video, name, progress=tell)
    if check.reps:
        write_drill_clip(Path(video), Path(results).with_name(PAGE), tell)
    return replace(check, clip=replace(check.clip, name=clip.name))


def write_files(video: str, results: str, analysis: Analysis) -> list[str]:
    """Write all downloads; return their names."""
    from formcheck.export import write_results
    from formcheck.export.results import look_through, pictures
    from formcheck.export.tracks import opensim_files

    tell = teller(Path(results).with_name(PROGRESS_FILE))
    glance = pictures(look_through(analysis, video)).glance if analysis.refusal else None
    extra = {GLANCE: glance} if glance else opensim_files(analysis, MOTION)
    folder = write_results(analysis, Path(video), Path(results), pdf=True, progress=tell, extra=extra)
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in names if name != FOLDER_RECORD)


def write_page(video: str, page: str, analysis: Analysis) -> tuple[str, ...]:
    """Write what the result page shows; return the names."""
    from formcheck.ui.result.files import write_page as write

    return write(analysis, Path(video), Path(page), teller(Path(page).with_name(PROGRESS_FILE)))


def teller(path: Path) -> Callable[[str, float], None]:
    """Return a function that writes stage and share where the page can read them."""
    began: dict[str, float] = {}

    def tell(stage: str, share: float) -> None:
        spent = time.monotonic() - began.setdefault(stage, time.monotonic())
        with suppress(OSError):  # a full disk is reported with the results, and the bar may stand still
            put(path, json.dumps(asdict(Note(stage, share, spent))).encode())

    return tell


def latest_note(path: Path) -> Note | None:
    """Read a worker's latest note, None before the first."""
    try:
        return Note(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def words_of(error: BaseException) -> str:
    """Return why a job failed and what to do, in a sentence."""
    if isinstance(error, FormCheckError):
        return str(error)
    if isinstance(error, TimeoutError):
        return "This clip took longer than is allowed here. Cut it shorter, or choose the fast model."
    if isinstance(error, MemoryError):
        return "This clip needed more memory than is allowed here. Export it smaller, for example at 1080p."
    if isinstance(error, OSError) and error.errno in FULL:
        return "The disk of this machine is full, so the clip could not be measured. Free some space and try again."
    if isinstance(error, ProcessExpired) and error.exitcode == KILLED:
        return (
            "The system ended the work on this clip, as it does when memory runs out. Close other programs "
            "and try again, or export the clip smaller, for example at 1080p."
        )
    return (
        "Something went wrong with this clip, and it is our fault. Other clips still work; "
        "try exporting this one again as .mp4."
    )
