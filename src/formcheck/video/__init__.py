"""Video in and out: a file becomes a `Clip` and `Frame`s with their real times; pictures become an H.264 file.

The only package that counts frames. Only video containers on whitelisted protocols are opened, and only by path: a
playlist or a picture that calls itself .mp4 is refused and no other file is read (measured attacks: ffconcat, HLS, SDP,
image bombs).

- `source`: what a path is, before anything opens it
- `boxes`: the index of MP4 and MOV files, before FFmpeg allocates memory for it
- `container`: opening, choosing the track, packets and decoding past damage
- `picture`: pixel shape, turns and mirrors; every picture as a player shows it
- `clock`: the time of each decoded frame
- `distinct`: pictures that are shown repeatedly to fill a higher frame rate
- `probing`: what a clip is, from its packets and its first pictures
- `reading`, `writing`: frames in, frames out
"""

from formcheck.video.container import LARGEST_PIXELS
from formcheck.video.picture import plausible_aspect, upright
from formcheck.video.probing import describe
from formcheck.video.reading import FrameReader, read_frames
from formcheck.video.writing import CLOCK, VideoWriter

__all__ = [
    "CLOCK",
    "LARGEST_PIXELS",
    "FrameReader",
    "VideoWriter",
    "describe",
    "plausible_aspect",
    "read_frames",
    "upright",
]
