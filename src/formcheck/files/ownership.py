"""Proof of what FormCheck wrote: it replaces and removes nothing else.

Two kinds of record prove it, each a JSON file that lists files with the SHA-256 of their content:

- `.formcheck.json` inside a folder that FormCheck writes as a whole, such as the results of a clip.
- `.formcheck-files.json` beside single files that FormCheck wrote into somebody's own folder.

A file is FormCheck's if it is listed and has not changed since. A folder is FormCheck's if it holds
nothing but such files. Whatever cannot be proved belongs to the user.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from formcheck.errors import CannotWrite, UsageError
from formcheck.files.locks import locked

FORMAT, VERSION = "formcheck-written", 1
FOLDER_RECORD, FILE_RECORD = ".formcheck.json", ".formcheck-files.json"
DESKTOP_FILES = (".DS_Store", "Thumbs.db", "desktop.ini")  # file managers put them into any folder they show
LARGEST_RECORD_BYTES = 16 << 20


@dataclass(frozen=True)
class OwnFile:
    """One file as FormCheck wrote it.

    Attributes
    ----------
    sha256 : of every content it may have: the present one, and the one before it
    made_of : fingerprints of the clips it was made of; empty where that does not matter
    """

    sha256: tuple[str, ...]
    made_of: tuple[str, ...] = ()


def read_record(path: Path) -> dict[str, OwnFile] | None:
    """Return the files that a record lists, by their path below its folder; None if it is not a record."""
    try:
        if not is_plain_file(path) or path.stat().st_size > LARGEST_RECORD_BYTES:
            return None
        document = json.loads(path.read_text(encoding="utf-8"))
        if (document["format"], document["version"]) != (FORMAT, VERSION):
            return None
        return {str(name): _written(each) for name, each in document["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _written(each: Mapping[str, Any]) -> OwnFile:
    return OwnFile(tuple(map(str, each["sha256"])), tuple(map(str, each["made_of"])))


def record_text(files: Mapping[str, OwnFile]) -> str:
    """Return a record as text; the same files give the same bytes."""
    listed = {name: {"sha256": each.sha256, "made_of": each.made_of} for name, each in sorted(files.items())}
    return json.dumps({"format": FORMAT, "version": VERSION, "files": listed}, indent=1) + "\n"


def sha256_of(path: Path) -> str:
    """Return the checksum of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_plain_file(path: Path) -> bool:
    """Return whether there is a regular file at `path`, not a link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def is_plain_folder(path: Path) -> bool:
    """Return whether there is a folder at `path`, not a link to one."""
    return path.is_dir() and not path.is_symlink()


def entries_below(folder: Path) -> Iterator[Path]:
    """Yield everything below a folder, without following links; in name order, what is hidden last."""
    for path in sorted(folder.iterdir(), key=lambda path: (path.name.startswith("."), path.name)):
        yield path
        if is_plain_folder(path):
            yield from entries_below(path)


def foreign_in(folder: Path) -> str | None:
    """Return the name of something below `folder` that FormCheck did not write, None if there is none.

    A folder without a readable record is foreign as a whole.
    """
    record = read_record(folder / FOLDER_RECORD)
    if record is None:
        return "."
    subfolders = {parent.as_posix() for name in record for parent in Path(name).parents}
    for path in entries_below(folder):
        name = path.relative_to(folder).as_posix()
        if name == FOLDER_RECORD or (path.name in DESKTOP_FILES and is_plain_file(path)):
            continue
        if is_plain_folder(path):
            known = name in subfolders or any(path.iterdir())  # then its content decides
        else:
            known = _is_unchanged(path, record.get(name))
        if not known:
            return name
    return None


def _is_unchanged(path: Path, written: OwnFile | None) -> bool:
    return written is not None and is_plain_file(path) and sha256_of(path) in written.sha256


def remove_files(folder: Path, names: Iterable[str]) -> None:
    """Remove these files below a folder and the folders that are then empty; everything else stays.

    A name that leads out of the folder, by itself or through a link, is left alone.
    """
    inside = real_path(folder)
    for path in (place_of(folder / name) for name in names):
        if inside in path.parents:
            with suppress(OSError):
                path.unlink()
    with suppress(OSError):
        for path in reversed(list(entries_below(folder))):
            if is_plain_folder(path):
                with suppress(OSError):
                    path.rmdir()
        folder.rmdir()


def remove_owned_folder(folder: Path) -> None:
    """Remove a folder of FormCheck's with what file managers put into it; one that is not FormCheck's stays."""
    if foreign_in(folder) is None:
        files = [path.relative_to(folder).as_posix() for path in entries_below(folder) if is_plain_file(path)]
        remove_files(folder, files)


def origin_of(folder: Path) -> frozenset[str]:
    """Return the fingerprints of what the files of a folder of FormCheck's were made of."""
    record = read_record(folder / FOLDER_RECORD) or {}
    return frozenset(fingerprint for written in record.values() for fingerprint in written.made_of)


def real_path(path: Path) -> Path:
    """Return where a path leads when all links are followed; links that lead to themselves are left."""
    return Path(os.path.realpath(path))


def place_of(path: Path) -> Path:
    """Return where an entry itself lies: links in the folders around it are followed, but it may be one."""
    if path.name in ("", ".."):
        return real_path(path)
    return real_path(path.parent) / path.name


INPUT = "is read by this command"
AROUND_INPUT = "holds a file that this command reads"
AROUND_YOU = "is or holds the folder you are in, or your home"


@dataclass(frozen=True)
class Protected:
    """Paths that are never replaced, whoever wrote them: inputs, and all folders around them.

    They are known by their names and by device and inode, as a hard link or a file system that
    does not distinguish capitals gives one file several names.
    """

    by_path: Mapping[Path, str]
    by_inode: Mapping[tuple[int, int], str]

    @classmethod
    def of(cls, inputs: Iterable[Path]) -> Protected:
        """Protect these inputs, the working folder and the home folder."""
        inputs, by_path = tuple(inputs), dict[Path, str]()
        for path in _standing_places():
            by_path |= dict.fromkeys((path, *path.parents), AROUND_YOU)
        for path in inputs:
            for place in (place_of(path), real_path(path)):
                by_path |= dict.fromkeys(place.parents, AROUND_INPUT)
        for path in inputs:
            by_path |= dict.fromkeys((place_of(path), real_path(path)), INPUT)
        return cls(by_path, {inode: why for path, why in by_path.items() if (inode := _inode(path))})

    def reason(self, path: Path) -> str | None:
        """Return why an entry is protected, as the end of a sentence; None if it is not."""
        inode = _inode(path)
        return self.by_path.get(path) or (self.by_inode.get(inode) if inode else None)


def _standing_places() -> Iterator[Path]:
    for place in (Path.cwd, Path.home):
        with suppress(OSError, RuntimeError):
            yield real_path(place())


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def check_folder(
    path: Path,
    *,
    inputs: Iterable[Path] | Protected = (),
    made_of: Iterable[str] = (),
    root: Path | None = None,
) -> None:
    """Make sure that FormCheck may put a folder of its own at `path`; nothing is touched.

    Parameters
    ----------
    inputs : what the command reads; never replaced, nor any folder around it
    made_of : fingerprints of what the folder is made of; results of something else are not replaced
    root : a folder named by the user, below which no link is followed

    Raises
    ------
    UsageError
        If something is there that FormCheck did not write, or that must stay.
    CannotWrite
        If nothing can be written there.
    """
    with locked(place_of(path).parent):
        check_locked_folder(path, inputs=inputs, made_of=made_of, root=root)


def check_locked_folder(
    path: Path,
    *,
    inputs: Iterable[Path] | Protected = (),
    made_of: Iterable[str] = (),
    root: Path | None = None,
) -> None:
    """Check as `check_folder` does, for a caller that holds the lock of the folder around it."""
    protected = inputs if isinstance(inputs, Protected) else Protected.of(inputs)
    place = place_of(path)
    if (why := protected.reason(place)) is not None:
        raise UsageError(f"The results would take the place of {path}, which {why}. {OTHER_FOLDER}")
    for link in (path, *(parent for parent in path.parents if root and root in parent.parents)):
        if link.is_symlink():
            raise UsageError(
                f"{link} is a link, which FormCheck neither follows nor replaces. {OTHER_FOLDER}"
            )
    if os.path.lexists(place) and not place.is_dir():
        raise UsageError(f"There is a file at {path}, where the results would go. {OTHER_FOLDER}")
    if _holds_something(place):
        _check_owned(path, place, frozenset(made_of))
        check_writable(place)
    check_writable(place.parent)


OTHER_FOLDER = "Choose another folder with -o."


def _holds_something(place: Path) -> bool:
    return place.is_dir() and any(place.iterdir())


def _check_owned(path: Path, place: Path, origin: frozenset[str]) -> None:
    found = foreign_in(place)
    if found == ".":
        raise UsageError(
            f"There is a folder {path} already, and nothing proves that FormCheck wrote it. "
            "Move it away, or choose another folder with -o."
        )
    if found is not None:
        raise UsageError(
            f"{path} also holds {found}, which FormCheck did not write or which was changed since. "
            "Move it away, or choose another folder with -o."
        )
    earlier = origin_of(place)
    if origin and earlier and not origin & earlier:
        raise UsageError(f"{path} holds the results of something else. {OTHER_FOLDER}")


def check_file(
    path: Path, *, inputs: Iterable[Path] = (), made_of: Iterable[str] = (), generated: bool = False
) -> None:
    """Make sure that FormCheck may write a file at `path`; nothing is touched.

    Parameters
    ----------
    inputs : what the command reads; never replaced
    made_of : fingerprints of what the file is made of; a file made of something else is not replaced
    generated : whether the file that is there proves by its own content that FormCheck wrote it

    Raises
    ------
    UsageError, CannotWrite
        As `check_folder` does.
    """
    place = place_of(path)
    if Protected.of(inputs).reason(place) == INPUT:
        raise UsageError(f"{path} {INPUT}, so it is not written to. {OTHER_NAME}")
    if place.is_symlink():
        raise UsageError(f"{path} is a link, which FormCheck does not replace. {OTHER_NAME}")
    record = place.with_name(FILE_RECORD)
    if os.path.lexists(record) and read_record(record) is None:
        raise UsageError(f"{record} is not a record that this FormCheck can read. {OTHER_NAME}")
    if os.path.lexists(place) and not (generated and is_plain_file(place)):
        _check_listed(path, place, frozenset(made_of))
    check_writable(place.parent)


OTHER_NAME = "Choose another folder or name to write to."


def _check_listed(path: Path, place: Path, origin: frozenset[str]) -> None:
    written = (read_record(place.with_name(FILE_RECORD)) or {}).get(place.name)
    if not _is_unchanged(place, written):
        raise UsageError(
            f"{path} is there already, and FormCheck did not write it or it was changed since. "
            "Move it away, or choose another folder or name to write to."
        )
    earlier = frozenset(written.made_of if written else ())
    if origin and earlier and not origin & earlier:
        raise UsageError(f"{path} was made of another clip. {OTHER_NAME}")


def check_writable(folder: Path) -> None:
    """Raise CannotWrite unless files can be made in a folder, or in the one in which it will be made."""
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise CannotWrite(f"{folder} is not a folder, so nothing can be written below it. {OTHER_FOLDER}")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotWrite(f"{folder} cannot be written to (permission denied). {OTHER_FOLDER}")
