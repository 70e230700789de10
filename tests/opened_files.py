"""Which files of some folders a piece of code opens, C libraries included: the kernel is asked (Linux only)."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

IN_OPEN, NON_BLOCKING = 0x20, 0x800
HEAD = struct.Struct("iIII")
available = sys.platform == "linux"


@contextmanager
def opened_in(*folders: Path) -> Iterator[set[Path]]:
    """Collect the paths of all files in these folders that anybody opens within the block."""
    libc = ctypes.CDLL(None, use_errno=True)
    handle = libc.inotify_init1(NON_BLOCKING)
    watched = {libc.inotify_add_watch(handle, os.fsencode(each), IN_OPEN): each for each in folders}
    found: set[Path] = set()
    try:
        yield found
        found |= {watched[watch] / name for watch, name in _events(handle) if name}
    finally:
        os.close(handle)


def _events(handle: int) -> Iterator[tuple[int, str]]:
    while True:
        try:
            data = os.read(handle, 1 << 16)
        except BlockingIOError:
            return
        while data:
            watch, _, _, length = HEAD.unpack_from(data)
            name = data[HEAD.size : HEAD.size + length].rstrip(b"\0")
            yield watch, os.fsdecode(name)
            data = data[HEAD.size + length :]
