"""Open a video file safely, choose its real track, and decode it past whatever is damaged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from formcheck.errors import MissingLibrary, UnreadableInput
from formcheck.video.boxes import read_index
from formcheck.video.source import NOT_A_VIDEO

try:
    import av
    import av.error
    import av.logging
    from av.stream import Disposition
except ImportError as error:  # a system library below the wheel
    raise MissingLibrary.because("The video library", error) from error

# None is silence in C. Any level calls back into Python from FFmpeg's decoding threads, which
# hangs for good when a codec is closed (and waits for those threads) with the interpreter held.
av.logging.set_level(None)

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,h264,hevc"
OPEN_TIMEOUT_S = 10
LARGEST_PIXELS = 4096 * 2304
SMALL_PIXELS = (
    1_000_000  # decoded on one thread: several make it dearer by a fifth, and the nets want the cores
)
SMALLEST_SIDE, LONGEST_SHAPE = (
    32,
    8.0,
)  # px, times: a runner needs 100 px in height and a fifth of it in width
LONGEST_S = 3600.0
MOST_FRAMES = 864_000  # an hour at 240 frames a second
LARGEST_INDEX = 64 << 20  # bytes: of an hour at 240 frames a second it takes 24 MB, and sound a few more
MOST_BAD_READS = 20  # in a row; then what follows is not going to be read either
NOT_THE_FILM = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
USUAL_RATE = 30.0  # frames/s of a track that does not say
COMPARABLE = 0.5  # of the largest track: between tracks of about one size the file's own choice counts


@contextmanager
def opened(path: Path) -> Iterator[tuple[Any, Any]]:
    """Open a file's container and its main video track; what goes wrong becomes one true sentence.

    Raises
    ------
    UnreadableInput
    """
    _check_index(path)
    options = {"protocol_whitelist": "file", "format_whitelist": FORMATS}
    try:
        container = av.open(
            str(path.absolute()), timeout=OPEN_TIMEOUT_S, options=options, metadata_errors="replace"
        )
    except (av.error.FFmpegError, ValueError) as error:
        raise _not_readable(path) from error
    with container:
        stream = _track(path, container)
        check_size(path.name, *_size(stream))
        stream.thread_type = "AUTO" if _pixels(stream) > SMALL_PIXELS else "NONE"
        stream.codec_context.options = {"max_pixels": str(LARGEST_PIXELS + 1)}
        try:
            yield container, stream
        except av.error.FFmpegError as error:
            raise _not_readable(path) from error


def _not_readable(path: Path) -> UnreadableInput:
    return UnreadableInput(f"{path.name} cannot be read as a video. {NOT_A_VIDEO}")


def _check_index(path: Path) -> None:
    """Refuse an MP4 file without its index, and one whose index claims more than an hour of pictures."""
    index = read_index(path)
    if index is None:
        return
    if index.has_pictures and not index.has_index:
        raise UnreadableInput(
            f"{path.name} is not complete: its index is missing, as after a copy or a recording that stopped "
            "early. Copy it again from the camera."
        )
    if index.most_samples > MOST_FRAMES or index.size > LARGEST_INDEX:
        raise too_many_frames(path.name)


def too_many_frames(name: str) -> UnreadableInput:
    """Return the refusal of a file with more pictures than are worked through."""
    return UnreadableInput(
        f"{name} holds more than {MOST_FRAMES} frames, an hour at 240 frames a second. Cut out the part to measure."
    )


def _track(path: Path, container: Any) -> Any:
    """Return the track that shows the film, rather than a preview, a thumbnail or a cover picture.

    The track with most pixels over the clip counts; among tracks of comparable size the one that the file marks as
    default, else the first. A preview that can be decoded does not replace a film that cannot.
    """
    films = [each for each in container.streams.video if not each.disposition & NOT_THE_FILM]
    if not films:
        raise UnreadableInput(_no_picture(path, container))
    known = [each for each in films if each.codec_context is not None]
    chosen = _largest(known) if known else None
    hidden = max((_frames(each) for each in films if each.codec_context is None), default=0.0)
    if chosen is None or COMPARABLE * hidden > _frames(chosen):
        raise UnreadableInput(
            f"The pictures of {path.name} use a coding that cannot be decoded here. "
            "Export it again as H.264 (.mp4)."
        )
    return chosen


def _largest(films: list[Any]) -> Any:
    weights = [max(1, _pixels(each)) * _frames(each) for each in films]
    near = [film for film, weight in zip(films, weights) if weight >= COMPARABLE * max(weights)]
    return next((film for film in near if film.disposition & Disposition.default), near[0])


def _no_picture(path: Path, container: Any) -> str:
    if container.streams.video:
        return f"{path.name} has a cover picture or thumbnails but no film. {NOT_A_VIDEO}"
    if container.streams.audio:
        return f"{path.name} has sound but no picture. {NOT_A_VIDEO}"
    return f"{path.name} has neither picture nor sound. {NOT_A_VIDEO}"


def _frames(stream: Any) -> float:
    """Return how many frames a track has, as far as its header says."""
    seconds = float(stream.duration * stream.time_base) if stream.duration else 0.0
    return max(1.0, stream.frames or seconds * float(stream.average_rate or USUAL_RATE))


def check_size(name: str, width: int, height: int) -> None:
    """Refuse a clip whose pictures are too large to work on, or too small or narrow to show a runner."""
    check_not_too_large(name, width, height)
    if not width or not height:  # the header does not say; the first picture will
        return
    if min(width, height) < SMALLEST_SIDE or max(width, height) > LONGEST_SHAPE * min(width, height):
        raise UnreadableInput(
            f"{name} has {width}x{height} pixels, too small or too narrow to show a runner. "
            "Use the video as the camera recorded it."
        )


def check_not_too_large(name: str, width: int, height: int) -> None:
    """Refuse pictures that are too large to work on."""
    if width * height > LARGEST_PIXELS:
        raise UnreadableInput(
            f"{name} has {width}x{height} pixels, more than the 4096x2304 allowed. "
            "Export it smaller, for example at 1080p."
        )


def _size(stream: Any) -> tuple[int, int]:
    return stream.codec_context.width or 0, stream.codec_context.height or 0


def _pixels(stream: Any) -> int:
    width, height = _size(stream)
    return width * height


def packets(container: Any, stream: Any) -> Iterator[Any]:
    """Yield a track's packets with something in them, going on after what cannot be read."""
    bad = 0
    while bad <= MOST_BAD_READS:
        try:
            for packet in container.demux(stream):
                bad = 0
                if packet.size:  # an empty one would tell the decoder that all is over
                    yield packet
            return
        except (av.error.FFmpegError, IndexError):  # IndexError: a packet of a track that appears midway
            bad += 1


def decoded(container: Any, stream: Any) -> Iterator[Any]:
    """Yield a track's decoded frames in the order in which they are shown; packets that cannot be decoded are skipped."""
    for packet in packets(container, stream):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            continue
        yield from frames
    try:
        yield from stream.decode(None)
    except av.error.FFmpegError:
        return
