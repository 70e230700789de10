"""Find the clips a batch has to process: a folder becomes a list of jobs.

Folder → `find_jobs` → one `ClipJob` per video, each with the runner it shows (from clips.csv, the
folder or the file name) and a key made of content, settings and version. The same key
means the same numbers, which `--resume` relies on.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from formcheck import __version__
from formcheck.course import Marks
from formcheck.errors import UsageError
from formcheck.files.ownership import sha256_of
from formcheck.files.places import VIDEO_SUFFIXES, batch_folders
from formcheck.types import (
    MODEL_OPTIONS,
    PRECISION_OPTIONS,
    SETTING_OPTIONS,
    VIEW_OPTIONS,
    ModelOption,
    PrecisionOption,
    Runner,
    SettingOption,
    ViewOption,
)

SHEET = "clips.csv"
COLUMNS = ("clip", "runner", "height_cm", "mass_kg", "speed_kmh", "view", "setting", "capture_fps")
PLAUSIBLE = {"height_cm": (100, 250), "mass_kg": (25, 250), "speed_kmh": (1, 45), "capture_fps": (5, 2000)}
DATE = re.compile(r"(20\d\d)[-_]?(\d\d)[-_]?(\d\d)")


@dataclass(frozen=True)
class Settings:
    """How every clip of a batch is measured, unless clips.csv says otherwise."""

    view: ViewOption = "auto"
    capture_fps: float | None = None
    model: ModelOption = "best"
    backend: str = "blazepose"
    video: bool = True
    setting: SettingOption = "auto"
    marks: Marks | None = None  # of one camera that filmed every clip
    precision: PrecisionOption = "fp32"

    def __post_init__(self) -> None:
        UsageError.unless_one_of("view", self.view, VIEW_OPTIONS)
        UsageError.unless_one_of("setting", self.setting, SETTING_OPTIONS)
        UsageError.unless_one_of("model", self.model, MODEL_OPTIONS)
        UsageError.unless_one_of("precision", self.precision, PRECISION_OPTIONS)


@dataclass(frozen=True)
class ClipJob:
    """One clip to analyse."""

    name: str  # path below the folder, with slashes: unique
    path: str  # absolute
    runner: Runner
    day: str | None  # ISO date the clip was filmed, from its name
    settings: Settings
    folder: str  # folder of the results below the output folder: unique


def find_jobs(folder: Path, settings: Settings, runner: Runner) -> list[ClipJob]:
    """Return a job for every video below `folder`, in name order.

    Raises
    ------
    UsageError
        If the folder does not exist or its clips.csv cannot be used.
    """
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.")
    sheet = read_sheet(folder / SHEET)
    videos = {path.relative_to(folder).as_posix(): path for path in find_videos(folder)}
    places = batch_folders(videos)
    return [_job(name, path, places[name], settings, runner, sheet) for name, path in videos.items()]


def find_videos(folder: Path) -> Iterator[Path]:
    """Yield the video files below `folder`, in name order, without hidden files and our own results."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        ours = path.name == "annotated.mp4" and path.with_name("analysis.json").exists()
        if path.suffix.lower() in VIDEO_SUFFIXES and path.is_file() and not hidden and not ours:
            yield path


def not_found(folder: Path, jobs: Sequence[ClipJob]) -> list[str]:
    """Return the clips that clips.csv lists but the folder does not contain."""
    there = {job.name for job in jobs} | {Path(job.name).name for job in jobs}
    return sorted(set(read_sheet(folder / SHEET)) - there)


def _job(
    name: str, path: Path, place: str, settings: Settings, runner: Runner, sheet: dict[str, dict[str, str]]
) -> ClipJob:
    row = sheet.get(name) or sheet.get(path.name) or {}
    who, day = identify(name)
    return ClipJob(
        name=name,
        path=str(path.resolve()),
        runner=_runner(row, replace(runner, name=row.get("runner") or who or runner.name)),
        day=day,
        settings=_settings(row, settings),
        folder=place,
    )


def identify(name: str) -> tuple[str | None, str | None]:
    """Return (runner, ISO date) as far as folder and file name show them.

    `anna/2026-05-01.mp4`, `anna_2026-05-01.mp4` and `anna/20260501_side.mov` all mean
    Anna on the first of May.
    """
    found = DATE.search(Path(name).name) or DATE.search(name)
    day = _day(*map(int, found.groups())) if found else None
    parent = Path(name).parent.name
    if parent and not DATE.fullmatch(parent):
        return parent, day
    stem = Path(name).stem
    head = stem[: stem.find(found.group())] if found and found.group() in stem else ""
    return head.strip(" _-") or None, day


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def read_sheet(path: Path) -> dict[str, dict[str, str]]:
    """Return clips.csv as rows by clip name; empty if there is none."""
    if not path.is_file():
        return {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{SHEET} cannot be read as a table: {error}.") from error
    unknown = set(rows[0] if rows else ()) - set(COLUMNS)
    if unknown or (rows and "clip" not in rows[0]):
        raise UsageError(
            f"{SHEET} needs a column clip and may have {', '.join(COLUMNS[1:])}; found also "
            f"{', '.join(map(str, unknown)) or 'no clip'}."
        )
    return {row["clip"].strip(): {key: (value or "").strip() for key, value in row.items()} for row in rows}


def _runner(row: dict[str, str], default: Runner) -> Runner:
    height, mass, speed = (_number(row, key) for key in ("height_cm", "mass_kg", "speed_kmh"))
    return replace(
        default,
        height_m=default.height_m if height is None else height / 100,
        mass_kg=default.mass_kg if mass is None else mass,
        speed_mps=default.speed_mps if speed is None else speed / 3.6,
    )


def _settings(row: dict[str, str], default: Settings) -> Settings:
    rate = _number(row, "capture_fps")
    view = UsageError.unless_one_of("view", row.get("view") or default.view, VIEW_OPTIONS)
    return replace(
        default,
        view=view,
        setting=UsageError.unless_one_of("setting", row.get("setting") or default.setting, SETTING_OPTIONS),
        capture_fps=default.capture_fps if rate is None else rate,
    )


def _number(row: dict[str, str], key: str) -> float | None:
    text = row.get(key, "")
    low, high = PLAUSIBLE[key]
    try:
        value = float(text.replace(",", ".")) if text else None
    except ValueError as error:
        raise UsageError(f"{SHEET}: {text!r} in column {key} is not a number.") from error
    if value is not None and not low <= value <= high:
        raise UsageError(f"{SHEET}: {key} is {text}; it must lie between {low} and {high}.")
    return value


def key_of(job: ClipJob, content: str | None = None) -> str:
    """Return a hash of everything the job's numbers depend on: content, runner, settings, version.

    Parameters
    ----------
    content : the file's SHA-256, if already known
    """
    own_model = job.settings.backend.removeprefix("onnx:")
    about = {
        "content": content or sha256_of(Path(job.path)),
        "runner": asdict(job.runner),
        "settings": asdict(job.settings),
        "own_model": "" if own_model == job.settings.backend else sha256_of(Path(own_model)),
        "version": __version__,
    }
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
