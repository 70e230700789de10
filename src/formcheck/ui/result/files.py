"""The files of the result page, made by a worker: the cropped video, its data, and its pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

from formcheck.coaching.summary import summary
from formcheck.draw.figure import Figures, draw_skeleton, moved
from formcheck.draw.follow import Follow, follow
from formcheck.draw.share import share_picture
from formcheck.draw.stride_moments import StrideMoment, stride_moments
from formcheck.export.results import jpeg
from formcheck.files.atomic import folder_atomically
from formcheck.files.places import clip_fingerprints
from formcheck.types import Analysis, Frame
from formcheck.ui.result.record import page_record
from formcheck.ui.result.tiles import shared_values
from formcheck.video import FrameReader, VideoWriter
from formcheck.wording import capital

VIDEO_FILE, RECORD_FILE, SHARE_FILE = "hero.mp4", "hero.json", "share.jpg"
MOMENT_FILE = "moment-{}.jpg"

StageTeller = Callable[[str, float], None]


def write_page(
    analysis: Analysis, video: Path, folder: Path, progress: StageTeller | None = None
) -> tuple[str, ...]:
    """Write the files of a measured clip's page; return their names.

    Raises
    ------
    UnreadableInput, UsageError, CannotWrite
    """
    crop, moments = follow(analysis.track), stride_moments(analysis)
    made_of = clip_fingerprints(video, analysis.clip.sha256)
    with folder_atomically(folder, inputs=[video], made_of=made_of) as new:
        if crop is not None:
            stills = _write_video(analysis, video, crop, moments, new.add(VIDEO_FILE), progress)
            for place, image in stills.items():
                new.add(MOMENT_FILE.format(place)).write_bytes(jpeg(image))
            pictures = [(capital(moments[place].words), image) for place, image in sorted(stills.items())]
            shared = share_picture(summary(analysis).headline, shared_values(analysis), pictures)
            new.add(SHARE_FILE).write_bytes(jpeg(shared))
        record = page_record(analysis, crop, moments)
        new.add(RECORD_FILE).write_text(json.dumps(record, separators=(",", ":")), encoding="utf-8")
    return tuple(sorted(path.name for path in folder.iterdir() if path.suffix in (".mp4", ".json", ".jpg")))


def _write_video(
    analysis: Analysis,
    video: Path,
    crop: Follow,
    moments: tuple[StrideMoment, ...],
    path: Path,
    progress: StageTeller | None,
) -> Mapping[int, np.ndarray]:
    """Write the cropped video without any drawing; return the pictures of the moments by their place."""
    reader = FrameReader(video, known=analysis.clip)
    enlarged = reader.clip.height / analysis.track.size[1]
    figures = Figures(analysis, crop.scale)
    wanted = {each.index: place for place, each in enumerate(moments)}
    stills: dict[int, np.ndarray] = {}
    with VideoWriter(path, crop.size, fps=analysis.clip.fps) as writer:
        for frame in _told(reader, analysis.clip.duration_s, progress):
            image = crop.crop(frame.image, frame.time, enlarged)
            writer.write(image, frame.time)
            index = int(np.argmin(np.abs(crop.time - frame.time)))
            if index in wanted:
                stills[wanted.pop(index)] = _with_skeleton(image, figures, crop, index)
    return stills


def _told(frames: Iterable[Frame], seconds: float, progress: StageTeller | None) -> Iterator[Frame]:
    for frame in frames:
        if progress and seconds > 0:
            progress("Cutting out the runner", min(1.0, frame.time / seconds))
        yield frame


def _with_skeleton(image: np.ndarray, figures: Figures, crop: Follow, index: int) -> np.ndarray:
    drawn = image.copy()
    figure = figures.of(index)
    if figure is not None:
        draw_skeleton(drawn, moved(figure, 1.0, -crop.corner[index] * crop.scale))
    return drawn
