"""What an analysis costs, against MediaPipe Tasks doing nothing but finding joints in the same clip.

    python benchmarks/speed.py [CLIP] [--times 1] [--rounds 2] [--bundles DIR] [--memory]

Whole programs are measured from start to end: processor time, wall time, peak memory. The
two sides take turns and the least of the rounds counts, so other work on the machine
disturbs both alike; wall times mean something only on two free cores (the load is printed).
`--memory` adds a minute and five minutes of 1080p at 60 frames a second (long).
MediaPipe's heavy bundle is built by scripts/build_models (npm) unless --bundles has it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from formcheck.video import describe
from formcheck.weights import models_folder

ROOT = Path(__file__).resolve().parents[1]
CLIP = ROOT / "sample_videos" / "treadmill_right.mp4"
CPU_BEST, CPU_BALANCED, CPU_FAST = 1.25, 0.80, 0.75  # of MediaPipe heavy, heavy, full
WALL_BEST = 0.65  # of MediaPipe heavy
VIDEO_MS, MEMORY_MB, GROWTH_MB, HELP_S, SECOND_S = 9.0, 400.0, 20.0, 0.4, 1.2
CLOCK = Fraction(1, 90_000)

MEDIAPIPE_ALONE = """
import sys
import av, mediapipe
from mediapipe.tasks.python import BaseOptions, vision
bundle, clip = sys.argv[1:]
options = vision.PoseLandmarkerOptions(
    base_options=BaseOptions(model_asset_path=bundle), running_mode=vision.RunningMode.VIDEO
)
with vision.PoseLandmarker.create_from_options(options) as net, av.open(clip) as container:
    stream = container.streams.video[0]
    stream.thread_type = "AUTO"
    for frame in container.decode(stream):
        picture = mediapipe.Image(mediapipe.ImageFormat.SRGB, frame.to_ndarray(format="rgb24"))
        net.detect_for_video(picture, round(1000 * frame.time))
"""


@dataclass(frozen=True)
class Cost:
    """What one program took."""

    cpu_s: float
    wall_s: float
    peak_mb: float

    def least(self, other: Cost | None) -> Cost:
        """Return the smaller of both, each quantity by itself."""
        if other is None:
            return self
        return Cost(
            min(self.cpu_s, other.cpu_s), min(self.wall_s, other.wall_s), min(self.peak_mb, other.peak_mb)
        )


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    value: float
    limit: float
    unit: str = ""
    detail: str = ""

    def __str__(self) -> str:
        verdict = "holds" if self.value <= self.limit else "FAILS"
        return f"{self.what:<52}{self.value:8.2f} {self.unit:<5} limit {self.limit:6.2f}  {verdict:<6} {self.detail}"


def cost(command: Sequence[object]) -> Cost:
    """Run a program to its end."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(each) for each in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise SystemExit(f"{command[:4]} ended with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024)


def ours(clip: Path, folder: Path, *options: str) -> list[object]:
    """Return the command of an analysis."""
    return [sys.executable, "-m", "formcheck", "analyze", clip, "-o", folder / "out", *options]


def bundle(size: str, given: Path | None, folder: Path) -> Path:
    """Return MediaPipe's bundle of one size: shipped, given, or built now."""
    name = f"pose_landmarker_{size}.task"
    for place in (models_folder(), given, folder):
        if place is not None and (place / name).is_file():
            return place / name
    build = [sys.executable, ROOT / "scripts" / "build_models", "--mediapipe", size, "--into", folder]
    subprocess.run([str(each) for each in build], check=True)
    return folder / name


def speed(clip: Path, bundles: Path | None, rounds: int, folder: Path) -> list[Row]:
    """Take turns with MediaPipe and return the ratios."""
    alone = [sys.executable, "-c", MEDIAPIPE_ALONE]
    programs = {
        "best": ours(clip, folder, "--model", "best", "--no-video"),
        "heavy": [*alone, bundle("heavy", bundles, folder), clip],
        "balanced": ours(clip, folder, "--model", "balanced", "--no-video"),
        "fast": ours(clip, folder, "--model", "fast", "--no-video"),
        "full": [*alone, bundle("full", bundles, folder), clip],
        "video": ours(clip, folder, "--model", "fast"),
        "help": [sys.executable, "-m", "formcheck", "--help"],
    }
    least: dict[str, Cost] = {}
    for _ in range(rounds):
        for name, command in programs.items():
            least[name] = cost(command).least(least.get(name))
    frames = describe(clip).frames
    drawn = 1000 * (least["video"].cpu_s - least["fast"].cpu_s) / frames

    def against(name: str, theirs: str) -> str:
        return f"{least[name].cpu_s:.1f} s against {least[theirs].cpu_s:.1f} s"

    def ratio(name: str, theirs: str) -> float:
        return least[name].cpu_s / least[theirs].cpu_s

    wall = least["best"].wall_s / least["heavy"].wall_s
    return [
        Row("processor, best / MediaPipe heavy", ratio("best", "heavy"), CPU_BEST, "", against("best", "heavy")),
        Row(
            "processor, balanced / MediaPipe heavy", ratio("balanced", "heavy"), CPU_BALANCED, "",
            against("balanced", "heavy"),
        ),
        Row("processor, fast / MediaPipe full", ratio("fast", "full"), CPU_FAST, "", against("fast", "full")),
        Row("wall, best / MediaPipe heavy", wall, WALL_BEST, "", f"load {os.getloadavg()[0]:.1f}"),
        Row("annotated video, processor per frame", drawn, VIDEO_MS, "ms"),
        Row("peak memory, best", least["best"].peak_mb, MEMORY_MB, "MB"),
        Row("formcheck --help, processor", least["help"].cpu_s, HELP_S, "s", f"wall {least['help'].wall_s:.2f} s"),
    ]  # fmt: skip


def start(clip: Path, rounds: int, folder: Path) -> list[Row]:
    """Return what an analysis of the clip's first second takes: mostly loading libraries and models."""
    second = beginning(clip, folder / f"second{clip.suffix}", 1.0)
    command = ours(second, folder, "--model", "fast", "--no-video")
    taken = min(cost(command).cpu_s for _ in range(rounds))
    return [Row("one second, fast, processor", taken, SECOND_S, "s", f"{describe(second).frames} frames")]


def beginning(source: Path, path: Path, seconds: float) -> Path:
    """Write a clip's first seconds without encoding them again."""
    with av.open(str(source)) as given, av.open(str(path), "w") as container:
        stream = given.streams.video[0]
        copy = container.add_stream_from_template(stream)
        for packet in given.demux(stream):
            if packet.dts is not None and packet.dts * stream.time_base < seconds:
                packet.stream = copy
                container.mux(packet)
    return path


def minute(clip: Path, path: Path) -> Path:
    """Write a minute of 1080p at 60 frames a second: the clip over and over, one picture held at a time.

    A program's peak memory is never told below that of the program that starts it.
    """
    told = describe(clip)
    scale, held = 1080 / min(told.width, told.height), max(1, round(60 / told.fps))
    width, height = (2 * round(side * scale / 2) for side in (told.width, told.height))
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=60, options={"preset": "ultrafast", "crf": "28"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for index, picture in zip(range(3600), _over_and_over(clip, held)):
            fresh = picture.reformat(width=width, height=height, format="yuv420p")
            fresh.pts, fresh.time_base = index, Fraction(1, 60)
            container.mux(stream.encode(fresh))
        container.mux(stream.encode(None))
    return path


def _over_and_over(clip: Path, held: int) -> Iterator[av.VideoFrame]:
    while True:
        with av.open(str(clip)) as container:
            for picture in container.decode(container.streams.video[0]):
                yield from [picture] * held


def over(source: Path, path: Path, times: int) -> Path:
    """Write a clip several times over without encoding it again."""
    length_s = describe(source).duration_s
    with av.open(str(path), "w") as container:
        copy = None
        for turn in range(times):
            with av.open(str(source)) as given:
                stream = given.streams.video[0]
                copy = copy or container.add_stream_from_template(stream)
                later = round(turn * length_s / stream.time_base)
                for packet in given.demux(stream):
                    if packet.dts is not None:
                        packet.pts, packet.dts, packet.stream = packet.pts + later, packet.dts + later, copy
                        container.mux(packet)
    return path


def memory(clip: Path, model: str, folder: Path) -> list[Row]:
    """Return peak memory of a minute, and how much more five minutes take."""
    once = minute(clip, folder / "minute.mp4")
    long = over(once, folder / "long.mp4", 5)
    peaks = [cost(ours(each, folder, "--model", model, "--no-video")).peak_mb for each in (once, long)]
    return [
        Row(f"peak memory, a minute of 1080p60, {model}", peaks[0], MEMORY_MB, "MB"),
        Row("what five minutes take more", peaks[1] - peaks[0], GROWTH_MB, "MB"),
    ]


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clip", nargs="?", type=Path, default=CLIP)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument(
        "--times", type=int, default=1, help="the clip so many times over: what starting costs counts less"
    )
    parser.add_argument("--bundles", type=Path, help="folder with MediaPipe bundles made before")
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--memory-model", default="best", choices=["best", "balanced", "fast"])
    options = parser.parse_args()
    told = describe(options.clip)
    print(
        f"{told.name}: {told.frames} frames, {told.width} x {told.height}, {told.fps:.4g} frames/s, {options.times} times over"
    )
    with tempfile.TemporaryDirectory() as folder:
        clip = options.clip
        if options.times > 1:
            clip = over(clip, Path(folder) / f"over{clip.suffix}", options.times)
        rows = speed(clip, options.bundles, options.rounds, Path(folder))
        rows += start(options.clip, options.rounds, Path(folder))
        if options.memory:
            rows += memory(options.clip, options.memory_model, Path(folder))
    for row in rows:
        print(row)
    sys.exit(any(row.value > row.limit for row in rows))


if __name__ == "__main__":
    main()
