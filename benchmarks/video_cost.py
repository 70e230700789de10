"""What writing the annotated video adds: CPU time for each frame, decoding, drawing and encoding together.

python benchmarks/video_cost.py VIDEO        720p; prints milliseconds and peak memory
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from formcheck.export.results import draw_video, look_through
from formcheck.pipeline import analyze
from formcheck.types import Analysis

ALLOWED_MS = 9.0  # CPU time a frame at 720p


def video_cost_ms(analysis: Analysis, video: str | Path) -> float:
    """Return the CPU time in ms a frame that results with the video cost more than without."""
    with_it, without = (
        _spent(lambda path: draw_video(analysis, video, path)),
        _spent(lambda path: look_through(analysis, video)),
    )
    return 1000 * (with_it - without) / analysis.clip.frames


def _spent(work) -> float:
    """Return the CPU time of all threads in s that a piece of work takes."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.process_time()
        work(Path(folder) / "annotated.mp4")
        return time.process_time() - began


def main() -> int:
    """Measure one clip; the exit code says whether it costs more than allowed."""
    video = Path(sys.argv[1])
    analysis = analyze(video, model="fast")
    if analysis.refusal:
        print(f"{video.name}: {analysis.refusal.reason}", file=sys.stderr)
        return 3
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cost = video_cost_ms(analysis, video)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    size = f"{analysis.clip.width}x{analysis.clip.height}, {analysis.clip.frames} frames"
    print(
        f"{video.name} ({size}): annotated video {cost:.1f} ms CPU a frame (allowed {ALLOWED_MS:.0f} at 720p)"
    )
    print(f"peak memory of the process grew by {grown:.0f} MB while drawing")
    return 0 if cost <= ALLOWED_MS else 1


if __name__ == "__main__":
    sys.exit(main())
