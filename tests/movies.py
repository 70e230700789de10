"""Small video files of every kind phones and programs make, written on the spot.

Each picture is grey, brighter from frame to frame, with a red corner at the top left.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

SIZE = (160, 96)  # px
CLOCK = Fraction(1, 90_000)
TURNS = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}  # clockwise degrees -> matrix


def picture(index: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    """Return picture `index`, (H, W, 3)."""
    image = np.full((size[1], size[0], 3), 60 + 4 * (index % 40), np.uint8)
    image[: size[1] // 4, : size[0] // 4] = (220, 20, 20)
    return image


def even(count: int, fps: float = 30.0) -> np.ndarray:
    """Return `count` evenly spaced times in s."""
    return np.arange(count) / fps


def movie(
    path: Path,
    times: Sequence[float] | np.ndarray,
    *,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    size: tuple[int, int] = SIZE,
    options: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
    clock: Fraction = CLOCK,
) -> Path:
    """Write one picture at each of these times, s."""
    container_options = {"movflags": "use_metadata_tags"} if path.suffix in (".mp4", ".mov") else {}
    with av.open(str(path), "w", options=container_options) as container:
        container.metadata.update(tags or {})
        stream = container.add_stream(codec, rate=30, options=options or {})
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        stream.codec_context.time_base = clock
        for index, time in enumerate(times):
            frame = av.VideoFrame.from_ndarray(picture(index, size), format="rgb24")
            frame.pts, frame.time_base = round(time / clock), clock
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def turned(path: Path, degrees: int) -> Path:
    """Tell players to turn the picture of an MP4 clockwise, as phones held upright do."""
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 4 + 40
    a, b, c, d = TURNS[degrees]
    for place, value in zip((0, 4, 12, 16), (a, b, c, d)):
        data[matrix + place : matrix + place + 4] = (value * 0x10000).to_bytes(4, "big", signed=True)
    path.write_bytes(bytes(data))
    return path


def sound(path: Path) -> Path:
    """Write two seconds of silence with no picture."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44_100)
        for index in range(86):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            frame.rate, frame.pts, frame.time_base = 44_100, 1024 * index, Fraction(1, 44_100)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def index_first(path: Path, source: Path, *, from_s: float = 0.0) -> Path:
    """Copy a clip with its index before its pictures; what lies before `from_s` is hidden, as phones trim."""
    options = {"movflags": "+faststart", "avoid_negative_ts": "disabled"}
    with av.open(str(source)) as given, av.open(str(path), "w", options=options) as container:
        stream = given.streams.video[0]
        copy = container.add_stream_from_template(stream)
        shift = round(from_s / stream.time_base)
        for packet in given.demux(stream):
            if packet.dts is not None:
                packet.pts, packet.dts, packet.stream = packet.pts - shift, packet.dts - shift, copy
                container.mux(packet)
    return path


def shown_by(path: Path, a: float, b: float, c: float, d: float) -> Path:
    """Set the display matrix of an MP4's picture track: a stored pixel (x, y) is shown at (a x + c y, b x + d y)."""
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 4 + 40
    for place, value in zip((0, 4, 12, 16), (a, b, c, d)):
        data[matrix + place : matrix + place + 4] = round(value * 0x10000).to_bytes(4, "big", signed=True)
    path.write_bytes(bytes(data))
    return path


def recoded(
    path: Path,
    source: Path,
    *,
    size: tuple[int, int] | None = None,
    aspect: Fraction | None = None,
    keep: Sequence[float] | np.ndarray | None = None,
    codec: str = "libx264",
    options: dict[str, str] | None = None,
    clock: Fraction = CLOCK,
    start_s: float = 0.0,
    until_s: float = np.inf,
) -> Path:
    """Encode a clip again.

    Parameters
    ----------
    size : px of the new pictures; None = as before
    aspect : of the new pixels, width over height
    keep : s, times of the new pictures; each shows the last old picture at or before it. None = the old times
    start_s, until_s : of the old clip, what is taken
    """
    with av.open(str(source)) as given, av.open(str(path), "w") as container:
        old = given.streams.video[0]
        stream = container.add_stream(codec, rate=30, options=options or {})
        stream.width, stream.height = size or (old.width, old.height)
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = clock
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        for frame, time in _at(given.decode(old), keep):
            if start_s <= time < until_s:
                new = frame.reformat(stream.width, stream.height, "yuv420p")
                new.pts, new.time_base = round(time / clock), clock
                new.pict_type = 0
                container.mux(stream.encode(new))
        container.mux(stream.encode(None))
    return path


def _at(frames, keep):
    """Yield (frame, time): each frame at its own time, or the one that is due at each of `keep`."""
    if keep is None:
        yield from ((frame, frame.time) for frame in frames)
        return
    wanted, last = list(keep), None
    for frame in frames:
        while wanted and last is not None and wanted[0] < frame.time - 1e-6:
            yield last, wanted.pop(0)
        last = frame
