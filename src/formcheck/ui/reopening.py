"""Open saved results again: an analysis.json, or a results folder as a ZIP file.

Used in worker processes only, since the file is a stranger's.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from formcheck.errors import UnreadableInput
from formcheck.export.loading import FILE, load
from formcheck.files.atomic import folder_atomically
from formcheck.types import Analysis
from formcheck.ui.leftovers import PARTS

WANTED = (FILE, *PARTS)
LARGEST_PART = 500 << 20  # bytes, unpacked
CHUNK = 1 << 20
ZIP, JSON = b"PK\x03\x04", b"{"
NOTHING_IN_IT = (
    "There is no analysis.json in {name}. Choose the analysis.json of a result, or its folder as a ZIP file."
)


def is_saved(upload: Path) -> bool:
    """Whether an upload looks like saved results, from its first bytes."""
    with upload.open("rb") as file:
        head = file.read(64)
    return head.startswith(ZIP) or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(JSON)


def reopen(upload: str, results: str, label: str) -> Analysis:
    """Put an upload's results into the results folder, and read the analysis.

    Raises
    ------
    UnreadableInput
        If it holds no analysis, or one that cannot be read.
    """
    source, folder = Path(upload), Path(results)
    if source.exists() and is_saved(source):
        made_of = (f"opened:{folder.parent.name}",)
        with folder_atomically(folder, made_of=made_of) as new, _opened(source, label) as parts:
            for name, opened in parts.items():
                with opened() as content:
                    _copy(content, new.add(name), label)
        for sent in (source, *_beside(source).values()):
            sent.unlink()
    try:
        return load(folder)
    except UnreadableInput as error:
        words = str(error).replace(str(folder / FILE), label).replace(str(folder), label)
        raise UnreadableInput(words) from None


@contextmanager
def _opened(source: Path, label: str) -> Iterator[dict[str, Callable[[], IO[bytes]]]]:
    """Give the wanted files by name, each with what opens it."""
    with source.open("rb") as file:
        zipped = file.read(len(ZIP)) == ZIP
    if not zipped:
        files = {FILE: source, **_beside(source)}
        yield {name: partial(_bytes_of, path) for name, path in files.items()}
        return
    try:
        with zipfile.ZipFile(source) as archive:
            yield {name: partial(archive.open, member) for name, member in _members(archive, label).items()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise UnreadableInput(f"{label} is a damaged or locked ZIP file. Make it again.") from error


def _bytes_of(path: Path) -> IO[bytes]:
    return path.open("rb")


def _beside(source: Path) -> dict[str, Path]:
    """Return the files that were sent together with an analysis.json."""
    return {name: path for name in PARTS if (path := source.with_name(name)).is_file()}


def _members(archive: zipfile.ZipFile, label: str) -> dict[str, zipfile.ZipInfo]:
    """Return the wanted files beside the first analysis.json of an archive."""
    inside = {PurePosixPath(each.filename): each for each in archive.infolist()}
    homes = [path.parent for path in inside if path.name == FILE]
    if not homes:
        raise UnreadableInput(NOTHING_IN_IT.format(name=label))
    home = min(homes, key=lambda path: len(path.parts))
    return {name: inside[home / name] for name in WANTED if home / name in inside}


def _copy(source: IO[bytes], path: Path, label: str) -> None:
    """Copy a file, however large it claims to be, no further than allowed."""
    size = 0
    with path.open("wb") as file:
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > LARGEST_PART:
                raise UnreadableInput(f"{path.name} in {label} is larger than {LARGEST_PART >> 20} MB.")
            file.write(chunk)
