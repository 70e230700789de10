"""What a path is, before anything opens it: a pipe or a device would never answer."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from formcheck.errors import UnreadableInput

NOT_A_VIDEO = "Choose a video file such as .mp4, .mov, .mkv, .webm or .avi."
OTHER_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def existing(path: str | Path) -> Path:
    """Return the path of a regular file that is there, may be read and is not empty.

    Links are followed. Nothing is opened before it is known to be a regular file.

    Raises
    ------
    UnreadableInput
        If it is anything else; the sentence says what it is.
    """
    path = Path(path)
    mode, size = _mode_and_size(path)
    if stat.S_ISDIR(mode):
        raise UnreadableInput(f"{path} is a folder. Name one video file, or use: formcheck batch {path}")
    for matches, kind in OTHER_KINDS:
        if matches(mode):
            raise UnreadableInput(f"{path} is {kind}, not a file. Save the video as a file first.")
    if size == 0:
        raise UnreadableInput(f"{path.name} is empty. {NOT_A_VIDEO}")
    if not os.access(path, os.R_OK):
        raise UnreadableInput(f"{path} may not be read. Check the file's permissions.")
    return path


def _mode_and_size(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        raise UnreadableInput(f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "this is not a valid name"
        raise UnreadableInput(
            f"{path} may not be read ({why}). Check its name and its permissions."
        ) from error
    return found.st_mode, found.st_size
