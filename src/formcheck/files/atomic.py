"""Writing so that nothing half-written looks whole, and nothing of the user's is replaced.

New content is prepared in a scratch folder beside its target, then renamed into place:

    .formcheck-HOST-PROCESS-RANDOM/
        note     what the scratch folder is for, and a line for every file begun in it
        new/     what is being written
        old/     the earlier result, for the moment in which the new one takes its place

A killed process leaves its scratch folder behind. The next one that writes there puts the
earlier result back where it is missing, and removes what the note proves to be FormCheck's.
"""

from __future__ import annotations

import errno
import json
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from formcheck.errors import CannotWrite, UsageError
from formcheck.files.locks import locked
from formcheck.files.ownership import (
    DESKTOP_FILES,
    FILE_RECORD,
    FOLDER_RECORD,
    OTHER_FOLDER,
    OwnFile,
    check_file,
    check_folder,
    check_locked_folder,
    entries_below,
    foreign_in,
    is_plain_file,
    is_plain_folder,
    place_of,
    read_record,
    record_text,
    remove_files,
    remove_owned_folder,
    sha256_of,
)

HOST = re.sub(r"\W", "", platform.node())[:20] or "here"
SCRATCH = re.compile(r"\.formcheck-(\w+)-(\d+)-\w+")
SCRATCH_FORMAT, SCRATCH_VERSION = "formcheck-scratch", 1
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NOT_THERE = (
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY, errno.EISDIR,
    errno.ENAMETOOLONG, errno.ELOOP,
)  # fmt: skip


@dataclass(frozen=True)
class Scratch:
    """A hidden folder in which the new content of a target beside it is prepared."""

    folder: Path
    target: str  # name of what the content is for, in the same folder

    @property
    def new(self) -> Path:
        """Where the new content is written."""
        return self.folder / "new"

    @property
    def old(self) -> Path:
        """Where the earlier content waits while the new one takes its place."""
        return self.folder / "old"

    def add(self, name: str) -> Path:
        """Note that a file is about to be written and return where.

        Parameters
        ----------
        name : of the file, below the target if that is a folder, with slashes
        """
        with (self.folder / "note").open("a", encoding="utf-8") as note:
            note.write(json.dumps(name) + "\n")
        path = self.new / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def added(self) -> list[str]:
        """Return the names of the files that were begun."""
        names = []
        for line in (self.folder / "note").read_text(encoding="utf-8").splitlines()[1:]:
            with suppress(ValueError):  # the process was killed while it wrote the line
                names.append(str(json.loads(line)))
        return names

    def seal(self, made_of: Iterable[str]) -> None:
        """Write the record by which the new folder is later known to be FormCheck's."""
        names = sorted(set(self.added()))
        there = {path.relative_to(self.new).as_posix() for path in entries_below(self.new) if path.is_file()}
        if not there <= set(names):
            raise RuntimeError(f"Files were written without a note: {', '.join(sorted(there - set(names)))}.")
        origin = tuple(made_of)
        files = {name: OwnFile((sha256_of(self.new / name),), origin) for name in names if name in there}
        (self.new / FOLDER_RECORD).write_text(record_text(files), encoding="utf-8")

    def clear(self) -> None:
        """Put the earlier content back if the new one has not taken its place, and remove the rest.

        Nothing is removed but what this scratch folder notes and what proves itself to be FormCheck's.
        """
        if is_plain_folder(self.old):
            self._settle_old()
        if not os.path.lexists(self.old):
            self._remove_new()

    def _settle_old(self) -> None:
        """Remove the earlier content if the new one is in its place; else put it back if its place is free."""
        target = self.folder.with_name(self.target)
        if not os.path.lexists(self.new):
            remove_owned_folder(self.old)
        elif not os.path.lexists(target) and read_record(self.old / FOLDER_RECORD) is not None:
            os.rename(self.old, target)

    def _remove_new(self) -> None:
        if is_plain_folder(self.new):
            for nested in scratch_folders(self.new):
                nested.clear()
            remove_files(self.new, [*self.added(), FOLDER_RECORD])
        if not os.path.lexists(self.new):
            with suppress(OSError):
                (self.folder / "note").unlink()
                self.folder.rmdir()


@contextmanager
def scratch_for(path: Path) -> Iterator[Scratch]:
    """Give a scratch folder for a target; what is left in it at the end is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep_leftovers(path.parent)
    folder = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".formcheck-{HOST}-{os.getpid()}-"))
    about = {"format": SCRATCH_FORMAT, "version": SCRATCH_VERSION, "folder": folder.name, "target": path.name}
    scratch = Scratch(folder, path.name)
    try:
        (folder / "note").write_text(json.dumps(about) + "\n", encoding="utf-8")
        scratch.new.mkdir()
        yield scratch
    finally:
        with suppress(OSError):
            scratch.clear()
            folder.rmdir()  # where even the note could not be written


def scratch_folders(folder: Path) -> Iterator[Scratch]:
    """Yield the scratch folders in a folder, of any process; others of such a name are left out."""
    for path in folder.glob(".formcheck-*"):
        scratch = _as_scratch(path)
        if scratch is not None:
            yield scratch


def _as_scratch(path: Path) -> Scratch | None:
    """Return the scratch folder at a path if its note says that it is this one."""
    if not (SCRATCH.fullmatch(path.name) and is_plain_folder(path) and is_plain_file(path / "note")):
        return None
    try:
        about = json.loads((path / "note").read_text(encoding="utf-8").partition("\n")[0])
        known = (about["format"], about["version"], about["folder"])
        target = about["target"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    plain = isinstance(target, str) and Path(target).name == target not in ("", ".", "..")
    return Scratch(path, target) if plain and known == (SCRATCH_FORMAT, SCRATCH_VERSION, path.name) else None


def sweep_leftovers(folder: Path, *, alone: bool = False) -> None:
    """Clear the scratch folders that killed processes left in a folder.

    Parameters
    ----------
    alone : whether no other machine can be writing there; then its scratch folders are cleared too
    """
    if os.name != "posix":  # elsewhere a process cannot be asked for without harm
        return
    for scratch in scratch_folders(folder):
        if not _may_be_alive(scratch, alone):
            with suppress(OSError):
                scratch.clear()


def _may_be_alive(scratch: Scratch, alone: bool) -> bool:
    """Return whether the process that made a scratch folder may still be at work."""
    made_by = SCRATCH.fullmatch(scratch.folder.name)
    if made_by is None or made_by[1] != HOST:
        return not alone
    try:
        os.kill(int(made_by[2]), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give a path in a scratch folder; renamed to `path` when the block ends well, else removed.

    Whatever file is at `path` is replaced: use `write_own_file` where it could be the user's.
    """
    path = place_of(path)
    with errors_in_words(path), scratch_for(path) as scratch:
        temporary = scratch.add(path.name)
        yield temporary
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)


@contextmanager
def write_atomically(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing bytes that appears under `path` only when the block ends well.

    Whatever file is at `path` is replaced: use `write_own_file` where it could be the user's.

    Raises
    ------
    CannotWrite
        If the disk is full or the folder may not be written to; nothing is left behind.
    """
    with errors_in_words(path), beside(path) as temporary, open(temporary, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def write_own_file(
    path: Path, *, inputs: Iterable[Path] = (), made_of: Iterable[str] = (), generated: bool = False
) -> Iterator[BinaryIO]:
    """Open a file for writing as `write_atomically` does, but never in the place of a user's file.

    A file is replaced only if FormCheck wrote it and nobody changed it since, as the record
    `.formcheck-files.json` beside it proves.

    Parameters
    ----------
    inputs, made_of, generated : as in `check_file`; a generated file is not listed in the record

    Raises
    ------
    UsageError
        If something is there that is not FormCheck's.
    CannotWrite
        If the disk is full or the folder may not be written to; nothing is left behind.
    """
    inputs, origin = tuple(inputs), tuple(made_of)
    check_file(path, inputs=inputs, made_of=origin, generated=generated)
    place = place_of(path)
    with errors_in_words(path), scratch_for(place) as scratch:
        temporary = scratch.add(place.name)
        with open(temporary, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        with locked(place.parent):
            check_file(path, inputs=inputs, made_of=origin, generated=generated)
            if not generated:
                _keep_record(place, sha256_of(temporary), origin)
            os.replace(temporary, place)


def _keep_record(place: Path, sha256: str, made_of: tuple[str, ...]) -> None:
    """List a file in the record beside it, with its earlier content until the new one is there."""
    record = place.with_name(FILE_RECORD)
    files = read_record(record) or {}
    earlier = files[place.name].sha256[:1] if place.name in files else ()
    files[place.name] = OwnFile((sha256, *earlier), made_of)
    with write_atomically(record) as file:
        file.write(record_text(files).encode())


@contextmanager
def folder_atomically(
    path: Path, *, inputs: Iterable[Path] = (), made_of: Iterable[str] = ()
) -> Iterator[Scratch]:
    """Give a scratch folder whose content becomes the folder `path` when the block ends well.

    Each file is announced with `add`. A folder that is there already is replaced only if
    FormCheck wrote it and nobody put or changed anything in it since.

    Parameters
    ----------
    inputs, made_of : as in `check_folder`

    Raises
    ------
    UsageError
        If something is there that is not FormCheck's.
    CannotWrite
        If the disk is full or the folder may not be written to; nothing is left behind.
    """
    inputs, origin = tuple(inputs), tuple(made_of)
    check_folder(path, inputs=inputs, made_of=origin)
    place = place_of(path)
    with errors_in_words(path), scratch_for(place) as scratch:
        yield scratch
        scratch.seal(origin)
        scratch.new.chmod(0o755)
        with locked(place.parent):
            check_locked_folder(path, inputs=inputs, made_of=origin)  # it may have changed meanwhile
            _put_in_place(scratch, place)


def _put_in_place(scratch: Scratch, place: Path) -> None:
    """Move the earlier folder aside and the new one into its place."""
    if os.path.lexists(place):
        with suppress(OSError):
            place.rmdir()  # an empty one
    if os.path.lexists(place):
        _carry_over(place, scratch)
        os.rename(place, scratch.old)
        if foreign_in(scratch.old) is not None:  # the folder was changed in the last moment; it goes back
            raise UsageError(f"{place} was changed while the results were written. {OTHER_FOLDER}")
    os.rename(scratch.new, place)


def _carry_over(earlier: Path, scratch: Scratch) -> None:
    """Copy what file managers keep in a folder."""
    for path in entries_below(earlier):
        if path.name in DESKTOP_FILES and is_plain_file(path):
            shutil.copy2(path, scratch.add(path.relative_to(earlier).as_posix()))


@contextmanager
def errors_in_words(path: Path) -> Iterator[None]:
    """Turn what the system says about writing into a sentence.

    Raises
    ------
    CannotWrite
    """
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise CannotWrite(
                f"The disk is full; nothing was written to {path}. Free some space and try again."
            ) from error
        if error.errno in NOT_THERE:
            raise CannotWrite(f"{path} cannot be written here ({error.strerror}). {OTHER_FOLDER}") from error
        raise


def printable(name: str) -> str:
    """Return a file's name as it can be shown and stored: bytes that are no text become a mark."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)
