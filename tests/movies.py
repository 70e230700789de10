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
    fps: float | None = None,
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
    keep : s, the moments of the old clip that the new pictures show, in any order; None = all of them
    fps : of the new clip, evenly; None = each picture at its moment of the old clip
    start_s, until_s : of the old clip, what is taken
    """
    with av.open(str(source)) as given, av.open(str(path), "w") as container:
        old = given.streams.video[0]
        stream = container.add_stream(codec, rate=30, options=options or {})
        stream.width, stream.height = size or (old.width, old.height)
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.time_base = clock
        if aspect:
            stream.codec_context.sample_aspect_ratio = aspect
        taken = [frame for frame in given.decode(old) if start_s <= frame.time < until_s]
        for index, (frame, time) in enumerate(_shown(taken, keep)):
            new = frame.reformat(stream.width, stream.height, stream.pix_fmt)
            new.pts, new.time_base = round((time if fps is None else index / fps) / clock), clock
            new.pict_type = 0
            container.mux(stream.encode(new))
        container.mux(stream.encode(None))
    return path


def _shown(frames: list, keep: Sequence[float] | np.ndarray | None) -> list[tuple]:
    """Return (frame, moment) of the pictures nearest to these moments, s."""
    times = np.array([frame.time for frame in frames])
    if keep is None:
        return list(zip(frames, times.tolist()))
    return [(frames[int(np.argmin(np.abs(times - moment - 1e-6)))], float(moment)) for moment in keep]
