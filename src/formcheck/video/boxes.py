"""The index of an MP4 or MOV file, looked at before FFmpeg reads it.

FFmpeg allocates memory for as many frames as the index claims, before any frame is there: a file of 200 bytes can ask
for 4 GB. And it calls a file whose index is cut off by the same words as a text file.
Only the few boxes that lead to these claims are read; whatever looks odd is left to FFmpeg.

Reference: ISO/IEC 14496-12, ISO base media file format.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

FIRST_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"styp", b"pnot")
PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf")
MOST_BOXES = 100_000  # a file of one hour in fragments of half a second has 50 000
LARGEST_TABLE = 1 << 16  # bytes read of one table of repeated counts; a real one for an hour is smaller


@dataclass
class Index:
    """What an MP4 file says of itself."""

    has_index: bool = False
    has_pictures: bool = False  # media data, of whatever kind
    size: int = 0  # bytes of the index
    most_samples: int = 0  # of the track that claims most


@dataclass
class _Track:
    handler: bytes = b""
    samples: int = 0
    plain_sound: bool = False  # every sample one tick long: FFmpeg counts blocks of it, not samples
    spans: list[int] = field(default_factory=list)  # samples that each table of times accounts for

    @property
    def claimed(self) -> int:
        if self.handler == b"soun" and self.plain_sound:
            return 0
        return max([self.samples, *self.spans])


def read_index(path: Path) -> Index | None:
    """Return what an MP4 or MOV file claims, None for any other kind of file."""
    with open(path, "rb") as file:
        if file.read(8)[4:] not in FIRST_BOXES:
            return None
        end = file.seek(0, 2)
        return _Walk(file).index(end)


class _Walk:
    """Goes through the boxes of one file, each once."""

    def __init__(self, file: BinaryIO):
        self._file = file
        self._left = MOST_BOXES
        self._index = Index()
        self._track = _Track()

    def index(self, end: int) -> Index:
        for kind, start, stop in self._boxes(0, end):
            if kind in (b"moov", b"moof"):
                self._index.has_index = True
                self._index.size += stop - start
                self._enter(start, stop)
            self._index.has_pictures |= kind == b"mdat"
        self._close_track()
        return self._index

    def _boxes(self, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
        """Yield (kind, start, stop) of what is inside each box between two places."""
        while start + 8 <= end and self._left > 0:
            self._left -= 1
            size, kind, head = self._head(start)
            stop = end if size == 0 else min(end, start + size)
            if size and size < head:
                return
            yield kind, start + head, stop
            start = stop

    def _head(self, start: int) -> tuple[int, bytes, int]:
        self._file.seek(start)
        size, kind = struct.unpack(">I4s", self._file.read(8))
        if size != 1:
            return size, kind, 8
        wide = self._file.read(8)
        return (int.from_bytes(wide, "big") if len(wide) == 8 else 0), kind, 16

    def _enter(self, start: int, end: int) -> None:
        for kind, inside, stop in self._boxes(start, end):
            if kind in (b"trak", b"traf"):
                self._close_track()
            if kind in PARENTS:
                self._enter(inside, stop)
            else:
                self._note(kind, inside, stop)

    def _close_track(self) -> None:
        self._index.most_samples = max(self._index.most_samples, self._track.claimed)
        self._track = _Track()

    def _note(self, kind: bytes, start: int, stop: int) -> None:
        if (
            kind == b"hdlr" and not self._track.handler
        ):  # the first one: MOV has a second for where the data lie
            self._track.handler = self._read(start + 8, 4, stop)
        elif kind in (b"stsz", b"stz2"):
            self._track.samples = int.from_bytes(self._read(start + 8, 4, stop), "big")
        elif kind == b"trun":
            self._track.samples += int.from_bytes(self._read(start + 4, 4, stop), "big")
        elif kind in (b"stts", b"ctts"):
            runs = self._runs(start, stop)
            self._track.spans.append(sum(count for count, _ in runs))
            if kind == b"stts":
                self._track.plain_sound = len(runs) == 1 and runs[0][1] == 1

    def _runs(self, start: int, stop: int) -> list[tuple[int, int]]:
        """Return the (count, value) pairs of a table of times."""
        table = self._read(start + 8, min(LARGEST_TABLE, stop - start - 8), stop)
        return list(struct.iter_unpack(">II", table[: len(table) // 8 * 8]))

    def _read(self, start: int, count: int, stop: int) -> bytes:
        self._file.seek(start)
        return self._file.read(max(0, min(count, stop - start)))
