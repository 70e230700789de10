"""The visitor's clip of a drill as a video that every browser plays, for the page to count along."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from formcheck.files.atomic import folder_atomically
from formcheck.files.places import clip_fingerprints
from formcheck.ui.result.files import VIDEO_FILE
from formcheck.video import FrameReader, VideoWriter

MOST_PX = 540  # of height: enough to see a knee, and quick to write
STAGE = "Preparing the video"


def write_drill_clip(video: Path, folder: Path, progress: Callable[[str, float], None]) -> None:
    """Write the clip as H.264 with its own times.

    Raises
    ------
    UnreadableInput, CannotWrite
    """
    reader = FrameReader(video, max_height=MOST_PX)
    frames = iter(reader)
    first = next(frames)
    height, width = first.image.shape[:2]
    with (
        folder_atomically(folder, inputs=[video], made_of=clip_fingerprints(video)) as new,
        VideoWriter(new.add(VIDEO_FILE), (width, height), fps=reader.clip.fps) as writer,
    ):
        writer.write(first.image, first.time)
        for frame in frames:
            writer.write(frame.image, frame.time)
            progress(STAGE, min(1.0, frame.time / max(reader.clip.duration_s, 0.1)))
