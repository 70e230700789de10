"""Writing so that nothing half-written ever looks whole: beside, then renamed."""

from __future__ import annotations

import errno
import os
import platform
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from formcheck.errors import CannotWrite

HOST = re.sub(r"\W", "", platform.node())[:20] or "here"
LONGEST = 40  # characters of a name that its hidden companion repeats; the whole must stay a legal name


@contextmanager
def write_atomically(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing bytes that appears under `path` only when the block ends well.

    Raises
    ------
    CannotWrite
        If the disk is full or the folder may not be written to; nothing is left behind.
    """
    with _told(path), beside(path) as temporary, open(temporary, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give a hidden path beside `path`; renamed to it when the block ends well, else removed."""
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep_leftovers(path)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_hidden(path.stem), suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise


@contextmanager
def folder_atomically(path: Path) -> Iterator[Path]:
    """Give a hidden folder beside `path` that takes its place when the block ends well."""
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep_leftovers(path)
        temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=_hidden(path.name)))
        try:
            yield temporary
            temporary.chmod(0o755)
            _replace_folder(temporary, path)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise


def _replace_folder(new: Path, path: Path) -> None:
    """Put `new` in the place of `path`; a folder cannot be renamed over a full one."""
    if path.exists():
        old = Path(tempfile.mkdtemp(dir=path.parent, prefix=_hidden(path.name)))
        os.replace(path, old / path.name)
        os.replace(new, path)
        shutil.rmtree(old, ignore_errors=True)
    else:
        os.replace(new, path)


def _hidden(name: str) -> str:
    """Return how the hidden companion of `name` begins: it tells which process of which machine made it."""
    return f".{name[:LONGEST]}-{HOST}-{os.getpid()}-"


def sweep_leftovers(path: Path) -> None:
    """Remove what killed processes of this machine left beside `path`, and nobody else's.

    Where the kill came between moving the earlier result aside and putting the new one
    in its place, the earlier one is put back.
    """
    if os.name != "posix":  # elsewhere a process cannot be asked for without harm
        return
    ours = re.compile(
        rf"\.(?:{re.escape(path.name[:LONGEST])}|{re.escape(path.stem[:LONGEST])})-{HOST}-(\d+)-"
    )
    for found in path.parent.glob(".*"):
        made_by = ours.match(found.name)
        if made_by is None or _alive(int(made_by[1])):
            continue
        if (found / path.name).exists() and not path.exists():
            with suppress(OSError):  # another run was quicker
                os.replace(found / path.name, path)
        if found.is_dir():
            shutil.rmtree(found, ignore_errors=True)
        else:
            with suppress(OSError):
                found.unlink()


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the system says about writing into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise CannotWrite(
                f"The disk is full; nothing was written to {path}. Free some space and try again."
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.EISDIR):
            raise CannotWrite(
                f"{path} cannot be written here ({error.strerror}). Choose another folder with -o."
            ) from error
        raise


def printable(name: str) -> str:
    """Return a file's name as it can be shown and stored: bytes that are no text become a mark."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)
