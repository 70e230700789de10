"""Where the results of a clip go: names that no two clips share, in folders that are FormCheck's."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path, PurePosixPath

from formcheck.files.ownership import check_folder, origin_of, real_path, sha256_of

VIDEO_SUFFIXES = {
    ".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".3gp", ".mts", ".m2ts", ".ts", ".hevc", ".mpg", ".mpeg",
}  # fmt: skip
FINGERPRINT = 16  # hexadecimal digits


def clip_fingerprints(video: Path, content: str | None = None) -> tuple[str, ...]:
    """Return by what the results of a clip are known as its own: where it lies, and what is in it.

    Parameters
    ----------
    content : SHA-256 of the file; None if it is not known
    """
    place = f"path:{_digest(os.fsencode(real_path(video)))}"
    return (place,) if content is None else (place, f"content:{content[:FINGERPRINT]}")


def known_fingerprints(folder: Path, video: Path) -> tuple[str, ...]:
    """Return by what the results in a folder are known as a clip's own.

    The clip is read only if there are results and its place is not enough to know them by.
    """
    place = clip_fingerprints(video)
    origin = origin_of(folder)
    if not origin or origin & set(place) or not video.is_file():
        return place
    return clip_fingerprints(video, sha256_of(video))


def results_folder(out: Path, video: Path) -> Path:
    """Return the folder below `out` for the results of a clip, fit to be written.

    It has the clip's name without the suffix: `run` for run.mp4. Where that would be one folder
    for two clips it has the suffix as well, `run_mp4` and `run_mov`, and a fingerprint of the
    name or place where even those are shared.

    Raises
    ------
    UsageError
        If something is in its place that FormCheck did not write.
    CannotWrite
        If nothing can be written there.
    """
    names = list(_candidates(video))
    free = (name for name in names if not _is_of_another_clip(out / name, video))
    folder = out / next(free, names[-1])
    check_folder(folder, inputs=[video], made_of=known_fingerprints(folder, video))
    return folder


def _candidates(video: Path) -> Iterator[str]:
    """Yield names for the results of a clip, best first; they depend on the clips beside it alone."""
    beside = [path for path in _videos_beside(video) if path.name != video.name]
    if _key(video.stem) not in {_key(path.stem) for path in beside}:
        yield _as_folder(video.stem)
    whole = "_".join([_as_folder(video.stem), *filter(None, [video.suffix.strip(".")])])
    if _key(video.name) not in {_key(path.name) for path in beside}:
        yield whole
    yield f"{whole}-{_digest(os.fsencode(video.name))[:6]}"
    yield f"{whole}-{_digest(os.fsencode(real_path(video)))[:6]}"


def _videos_beside(video: Path) -> list[Path]:
    try:
        return [path for path in video.parent.iterdir() if path.suffix.lower() in VIDEO_SUFFIXES]
    except OSError:
        return []


def _as_folder(name: str) -> str:
    """Return a name fit for a folder: not that of the folder itself or of the one around it."""
    return name if name.strip(". ") else "clip"


def _key(name: str) -> str:
    """Return what spellings have in common that some file system treats as one name."""
    return unicodedata.normalize("NFC", name).casefold()


def _is_of_another_clip(folder: Path, video: Path) -> bool:
    origin = origin_of(folder)
    return bool(origin) and not origin & set(known_fingerprints(folder, video))


def batch_folders(names: Iterable[str]) -> dict[str, str]:
    """Return for every clip of a batch the folder of its results below the output folder.

    Parameters
    ----------
    names : paths of the clips below the batch's folder, with slashes

    Clips whose names some file system takes for one, or for a folder around the other, are distinguished
    apart by a fingerprint of the name.
    """
    names = list(names)
    keys = Counter(_key(name) for name in names)
    around = {
        _key(str(parent)) for name in names for parent in PurePosixPath(name).parents if str(parent) != "."
    }
    shared = {name for name in names if keys[_key(name)] > 1 or _key(name) in around}
    return {
        name: f"clips/{name}" + (f"-{_digest(os.fsencode(name))[:6]}" if name in shared else "")
        for name in names
    }


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:FINGERPRINT]
