"""Jobs of a worker process: looking at a clip, measuring it, drawing its results.

All decoding of uploaded files happens here, never in the server.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import takewhile
from pathlib import Path

from pebble import ProcessExpired

from formcheck.batch.pool import KILLED, limit_memory
from formcheck.coaching import DrillCheck
from formcheck.course import Marks
from formcheck.errors import Cancelled, FormCheckError, UnreadableInput, UsageError
from formcheck.files.atomic import FULL
from formcheck.files.ownership import FOLDER_RECORD
from formcheck.types import Analysis, Clip, Frame, ModelOption, Runner, Scene, SettingOption, ViewOption
from formcheck.ui.clips import GLANCE, PROGRESS_FILE, STOP_LOOKING
from formcheck.ui.settings import LONGEST_CLIP_S, WORKER_MEMORY

LOOK_AT_S = 3.0  # of the clip, for the check before measuring
STILL_PX = 720  # height of the pictures looked at first


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


@dataclass(frozen=True)
class FirstLook:
    """Result of the first look at a clip."""

    clip: Clip
    scene: Scene
    still: bytes = b""  # JPEG of one of its pictures


def prepare() -> None:
    """Set a new worker's limits and load what every job needs."""
    limit_memory(WORKER_MEMORY)
    os.umask(0o077)
    import formcheck.pose  # noqa: F401  so that the first visitor does not wait for it


def be_ready() -> None:
    """Do nothing: the worker that runs this job is loaded afterwards."""


def take_a_look(video: str, label: str) -> FirstLook:
    """Describe a clip and analyse its first seconds with the fast model."""
    from formcheck.export.results import jpeg
    from formcheck.pose import track_runner
    from formcheck.scene.classify import look_at
    from formcheck.video import FrameReader

    clip = described(video, label)
    stills: list[Frame] = []
    frames = _first_seconds(FrameReader(video, max_height=STILL_PX), Path(video))
    track = track_runner(_keep_first(frames, stills), model="fast")
    scene = look_at(track, replace(clip, duration_s=min(clip.duration_s, LOOK_AT_S)))
    return FirstLook(clip, scene, jpeg(stills[0].image) if stills else b"")


def _keep_first(frames: Iterable[Frame], kept: list[Frame]) -> Iterator[Frame]:
    """Yield all frames unchanged and keep the first one."""
    for frame in frames:
        if not kept:
            kept.append(frame)
        yield frame


def _first_seconds(frames: Iterable[Frame], video: Path) -> Iterator[Frame]:
    """Yield the clip's first frames, until the result is no longer needed."""
    for frame in takewhile(lambda frame: frame.time < LOOK_AT_S, frames):
        if not video.exists() or video.with_name(STOP_LOOKING).exists():
            raise Cancelled("The look was stopped.")
        yield frame


def described(video: str, label: str) -> Clip:
    """Describe a clip under its display name, refusing one too long for the app."""
    from formcheck.video import describe

    try:
        clip = describe(video)
    except UnreadableInput as error:
        raise UnreadableInput(named(str(error), video, label)) from None
    if clip.duration_s > LONGEST_CLIP_S:
        raise UsageError(
            f"The clip is {clip.duration_s / 60:.0f} minutes long; here it may be {LONGEST_CLIP_S / 60:.0f}. "
            "Cut out the part to measure, or use the command line for long runs."
        )
    return replace(clip, name=label)


def named(words: str, video: str, label: str) -> str:
    """Replace the internal name of a file in a sentence by the visitor's."""
    return words.replace(video, label).replace(f"{Path(video).name} ", f"{label} ", 1)


def measure_clip(video: str, results: str, ask: Ask) -> Analysis:
    """Measure a clip, writing progress to a file beside the results."""
    from formcheck.pipeline import analyze

    clip = described(video, ask.label)
    analysis = analyze(
        video, ask.runner, view=ask.view, setting=ask.setting, capture_fps=ask.capture_fps, marks=ask.marks, model=ask.model,
        progress=teller(Path(results).with_name(PROGRESS_FILE)),
    )  # fmt: skip
    return replace(analysis, clip=replace(analysis.clip, name=clip.name))


def count_drill(video: str, results: str, label: str, name: str | None) -> DrillCheck:
    """Count and check the drill in a clip; `name` None = recognise it."""
    from formcheck.pipeline import analyze_drill

    clip = described(video, label)
    check = analyze_drill(video, name, progress=teller(Path(results).with_name(PROGRESS_FILE)))
    return replace(check, clip=replace(check.clip, name=clip.name))


def write_files(video: str, results: str, analysis: Analysis) -> list[str]:
    """Write all downloads; return their names."""
    from formcheck.export import write_results
    from formcheck.export.results import look_through, pictures

    tell = teller(Path(results).with_name(PROGRESS_FILE))
    glance = pictures(look_through(analysis, video)).glance if analysis.refusal else None
    extra = {GLANCE: glance} if glance else {}
    folder = write_results(analysis, Path(video), Path(results), pdf=True, progress=tell, extra=extra)
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return sorted(name for name in names if name != FOLDER_RECORD)


def write_page(video: str, page: str, analysis: Analysis) -> tuple[str, ...]:
    """Write what the result page shows; return the names."""
    from formcheck.ui.result.files import write_page as write

    return write(analysis, Path(video), Path(page), teller(Path(page).with_name(PROGRESS_FILE)))


@dataclass(frozen=True)
class Note:
    """Progress of a worker."""

    stage: str
    share: float  # 0..1 of this stage
    spent_s: float  # since the stage began


def teller(path: Path) -> Callable[[str, float], None]:
    """Return a function that writes stage and share where the page can read them."""
    began: dict[str, float] = {}

    def tell(stage: str, share: float) -> None:
        spent = time.monotonic() - began.setdefault(stage, time.monotonic())
        beside = path.with_suffix(".new")
        with suppress(
            OSError
        ):  # a full disk is reported with the results; a stalled bar is no reason to stop
            beside.write_text(json.dumps(asdict(Note(stage, share, spent))))
            os.replace(beside, path)

    return tell


def told(path: Path) -> Note | None:
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
