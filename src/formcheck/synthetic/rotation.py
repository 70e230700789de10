"""The metadata with which a phone marks a video to be rotated for display."""

from __future__ import annotations

import struct
from pathlib import Path

MATRIX_AT = 40  # byte offset of the matrix from the box's type, in version 0 of the track header


def tag_rotation(path: Path, degrees: int) -> None:
    """Write a rotation by a multiple of 90 degrees into the track header of an MP4 file.

    Parameters
    ----------
    degrees : 90, 180 or 270, anticlockwise, as FFmpeg and PyAV report it
    """
    cos, sin = {90: (0, -1), 180: (-1, 0), 270: (0, 1)}[degrees]
    one = 1 << 16
    matrix = struct.pack(">9i", cos * one, sin * one, 0, -sin * one, cos * one, 0, 0, 0, 1 << 30)
    data = bytearray(path.read_bytes())
    box = data.index(b"tkhd") + 4
    start = box + MATRIX_AT + (12 if data[box] == 1 else 0)
    data[start : start + len(matrix)] = matrix
    path.write_bytes(data)
