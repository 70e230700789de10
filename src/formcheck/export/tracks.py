"""Keypoints and angles for other software: CSV, Parquet, OpenSim .trc and .mot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.errors import MissingLibrary, UnreadableInput, UsageError
from formcheck.export.loading import load
from formcheck.export.opensim import joint_angles, mot_text, trc_text
from formcheck.export.tables import GROUND_COLUMNS, KEYPOINT_COLUMNS, keypoints_text, table_text
from formcheck.files.atomic import write_own_file
from formcheck.files.ownership import check_file
from formcheck.motion.preprocess import to_motion
from formcheck.types import Analysis, Motion

FROM_SIDE = ("side", "oblique")  # the views that OpenSim files need


@dataclass(frozen=True, eq=False)
class ExportSource:
    """The data for the files, and the folder they are written to."""

    analysis: Analysis
    motion: Motion
    folder: Path
    stem: str
    inputs: tuple[Path, ...] = ()

    @property
    def made_of(self) -> tuple[str, ...]:
        """What identifies a file as made from this clip, not from another of the same name."""
        return (f"content:{self.analysis.clip.sha256}",)

    def path(self, ending: str) -> Path:
        """Return the path of the file with this ending."""
        return self.folder / f"{self.stem}{ending}"


def export_tracks(
    analysis: Analysis | str | Path, out: str | Path, formats: Sequence[str] = ("csv",)
) -> tuple[Path, ...]:
    """Write the motion of a measured clip for other software.

    Parameters
    ----------
    analysis : an Analysis, or a folder that `formcheck analyze` wrote
    out : folder for the files
    formats : any of "csv" (keypoints in px, angles in degrees), "parquet", "trc", "mot"

    Returns
    -------
    tuple of Path, the files written

    Raises
    ------
    UsageError, UnreadableInput, MissingLibrary, CannotWrite
        UsageError is also raised if a file to be written exists and FormCheck did not write it
        from this clip; then nothing is written.
    """
    chosen = [
        EXPORTS[UsageError.unless_one_of("format", name, tuple(EXPORTS))] for name in dict.fromkeys(formats)
    ]
    source = _source(analysis, Path(out))
    if source.analysis.scene.view not in FROM_SIDE and any(each.from_side for each in chosen):
        raise UsageError("OpenSim files need a clip filmed from the side. Choose csv or parquet.")
    for ending in (ending for each in chosen for ending in each.endings):
        check_file(source.path(ending), inputs=source.inputs, made_of=source.made_of)
    return tuple(path for each in chosen for path in each.write(source))


def opensim_files(analysis: Analysis, stem: str) -> dict[str, bytes]:
    """Return the OpenSim files of a clip by name; none if it was not measured from the side."""
    if analysis.refusal or analysis.scene.view not in FROM_SIDE or not len(analysis.track.time):
        return {}
    motion, runner = _source(analysis, Path()).motion, analysis.runner
    markers = trc_text(motion, runner, f"{stem}.trc")
    return {f"{stem}.trc": markers.encode(), f"{stem}.mot": mot_text(motion, runner, stem).encode()}


def _source(analysis: Analysis | str | Path, out: Path) -> ExportSource:
    made = analysis if isinstance(analysis, Analysis) else load(analysis)
    if made.refusal:
        raise UnreadableInput(f"{made.clip.name} was not measured: {made.refusal.reason}")
    if not len(made.track.time):
        raise UnreadableInput(f"keypoints.csv of {made.clip.name} is missing. Analyse the clip again.")
    motion = made.motion if made.motion is not None else to_motion(made.track, made.scene)
    inputs = () if isinstance(analysis, Analysis) else (Path(analysis),)
    return ExportSource(made, motion, out, Path(made.clip.name).stem or "clip", inputs)


def _angle_columns(motion: Motion) -> dict[str, np.ndarray]:
    return {"time_s": motion.time, **{f"{key}_deg": values for key, values in joint_angles(motion).items()}}


def _write_csv(source: ExportSource) -> tuple[Path, ...]:
    columns = _angle_columns(source.motion)
    angles = table_text(list(columns), np.round(np.column_stack(list(columns.values())), 4).tolist())
    return (
        _write(source, "_keypoints.csv", keypoints_text(source.analysis.track)),
        _write(source, "_angles.csv", angles),
    )


def _write_trc(source: ExportSource) -> tuple[Path, ...]:
    name = source.path(".trc").name
    return (_write(source, ".trc", trc_text(source.motion, source.analysis.runner, name)),)


def _write_mot(source: ExportSource) -> tuple[Path, ...]:
    return (_write(source, ".mot", mot_text(source.motion, source.analysis.runner, source.stem)),)


def _write_parquet(source: ExportSource) -> tuple[Path, ...]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingLibrary(
            "Parquet needs the library pyarrow: pip install 'formcheck[parquet]'. CSV works without."
        ) from error
    track = source.analysis.track
    moved = track.surroundings.background if track.surroundings else np.full((len(track.time), 2), np.nan)
    points = np.concatenate([track.xy, track.confidence[..., None]], axis=2).reshape(len(track.time), -1)
    names = ("time_s", *KEYPOINT_COLUMNS, *GROUND_COLUMNS)
    keypoints = dict(zip(names, np.column_stack([track.time, points, moved]).T, strict=True))
    paths = []
    for what, columns in (("keypoints", keypoints), ("angles", _angle_columns(source.motion))):
        path = source.path(f"_{what}.parquet")
        with write_own_file(path, inputs=source.inputs, made_of=source.made_of) as file:
            parquet.write_table(
                pyarrow.table({key: np.ascontiguousarray(v) for key, v in columns.items()}), file
            )
        paths.append(path)
    return tuple(paths)


def _write(source: ExportSource, ending: str, text: str) -> Path:
    path = source.path(ending)
    with write_own_file(path, inputs=source.inputs, made_of=source.made_of) as file:
        file.write(text.encode())
    return path


@dataclass(frozen=True)
class Export:
    """One format: file endings, writer, and whether it needs a side view."""

    endings: tuple[str, ...]
    write: Callable[[ExportSource], tuple[Path, ...]]
    from_side: bool = False


EXPORTS = {
    "csv": Export(("_keypoints.csv", "_angles.csv"), _write_csv),
    "parquet": Export(("_keypoints.parquet", "_angles.parquet"), _write_parquet),
    "trc": Export((".trc",), _write_trc, from_side=True),
    "mot": Export((".mot",), _write_mot, from_side=True),
}
"""All formats of `formcheck export`; a new format is one more entry."""
