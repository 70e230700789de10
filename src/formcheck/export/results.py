"""The results folder of a clip, written completely or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path

import cv2
import numpy as np

from formcheck.draw import Album, annotate, annotated_size
from formcheck.export.record import to_json_text
from formcheck.export.tables import keypoints_text, steps_text
from formcheck.files.atomic import Scratch, folder_atomically
from formcheck.files.places import clip_fingerprints
from formcheck.report import Pictures, content, page
from formcheck.types import Analysis, Clip
from formcheck.video import FrameReader, VideoWriter

SHOWN_PX = 720  # shorter side of drawn images: the resolution of a phone, a quarter of the work for 4K
JPEG_QUALITY = 85

WriteProgress = Callable[[str, float], None]


def write_results(
    analysis: Analysis,
    video_path: str | Path | None,
    folder: str | Path,
    *,
    video: bool = True,
    pdf: bool = False,
    album: Album | None = None,
    progress: WriteProgress | None = None,
    threads: int | None = None,
    extra: Mapping[str, bytes] | None = None,
    made_of: tuple[str, ...] | None = None,
) -> Path:
    """Write all result files of one clip.

    analysis.json and report.html are always written (report.pdf with `pdf`). If something was
    measured, steps.csv, keypoints.csv, keyframes/*.jpg, kinogram.png (seen from the side) and (with `video`)
    annotated.mp4 follow.
    An earlier folder is replaced only after all files are written, and only if FormCheck wrote
    it for the same clip and no file in it was added or changed. Without a `video_path` (a live
    run) the pictures are taken from `album`, if there is one.

    Parameters
    ----------
    threads : maximum number of threads for encoding; None = automatic
    extra : further files for the folder, by name
    made_of : what identifies the results as those of the clip; None = its path and content

    Returns
    -------
    Path of the folder

    Raises
    ------
    UsageError
        If `folder` exists and is not a FormCheck result of the same clip.
    CannotWrite
        If the disk is full or the folder is not writable; no partial files remain.
    """
    inputs = [] if video_path is None else [Path(video_path)]
    if made_of is None:
        made_of = clip_fingerprints(inputs[0], analysis.clip.sha256) if inputs else ()
    with folder_atomically(Path(folder), inputs=inputs, made_of=made_of) as new:
        _write(new.add("analysis.json"), to_json_text(analysis))
        if video_path is None:
            album = album or Album(analysis)
        elif video and not analysis.refusal:
            album = draw_video(analysis, video_path, new.add("annotated.mp4"), progress, threads)
        else:
            album = look_through(analysis, video_path)
        if not analysis.refusal:
            _write(new.add("steps.csv"), steps_text(analysis))
            _write(new.add("keypoints.csv"), keypoints_text(analysis.track))
            _write_pictures(new, album)
        told = content(analysis, pictures(album))
        _write(new.add("report.html"), page(told))
        if pdf:
            from formcheck.report.paper import paper  # imported here because its library is slow to load

            new.add("report.pdf").write_bytes(paper(told))
        for name, data in (extra or {}).items():
            new.add(name).write_bytes(data)
    return Path(folder)


def draw_video(
    analysis: Analysis,
    video_path: str | Path,
    path: Path,
    progress: WriteProgress | None = None,
    threads: int | None = None,
) -> Album:
    """Write the annotated video of a measured clip and return the pictures taken meanwhile.

    This function contains all work for the video: decoding, drawing and encoding.
    """
    reader = FrameReader(video_path, max_height=shown_height(analysis.clip), known=analysis.clip)
    album = Album(analysis)
    tell = (lambda share: progress("Drawing the video", share)) if progress else None
    frames = album.watch(reader)
    first = next(frames)
    height, width = first.image.shape[:2]
    size, fps = annotated_size(width, height), analysis.clip.fps
    with VideoWriter(path, size, fps=fps, threads=threads) as writer:
        annotate(analysis, chain([first], frames), writer, progress=tell)
    return album


def look_through(analysis: Analysis, video_path: str | Path) -> Album:
    """Return the pictures of a clip, reading only as many frames as they need."""
    album = Album(analysis)
    if album.times:
        reader = FrameReader(video_path, max_height=shown_height(analysis.clip), known=analysis.clip)
        for _ in album.watch(reader.at(album.times)):
            pass
    return album


def shown_height(clip: Clip) -> int | None:
    """Return the height at which a clip is drawn, None = unchanged."""
    shorter = min(clip.width, clip.height)
    return round(clip.height * SHOWN_PX / shorter) if shorter > SHOWN_PX else None


def pictures(album: Album) -> Pictures:
    """Return the pictures of an album as JPEG files."""
    return Pictures(
        keys=tuple((picture.title, jpeg(picture.image)) for picture in album.keys),
        cues={metric: jpeg(image) for metric, image in album.cues.items()},
        glance=None if album.glance is None else jpeg(album.glance),
        kinogram=None if album.kinogram is None else jpeg(album.kinogram),
    )


def jpeg(image: np.ndarray) -> bytes:
    """Return an RGB image as a JPEG file."""
    _, coded = cv2.imencode(
        ".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    )
    return coded.tobytes()


def _write_pictures(new: Scratch, album: Album) -> None:
    for picture in album.keys:
        new.add(f"keyframes/{picture.name}.jpg").write_bytes(jpeg(picture.image))
    if album.kinogram is not None:
        _, coded = cv2.imencode(".png", cv2.cvtColor(album.kinogram, cv2.COLOR_RGB2BGR))
        new.add("kinogram.png").write_bytes(coded.tobytes())


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")
