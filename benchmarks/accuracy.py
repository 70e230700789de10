#!/usr/bin/env python3
"""How far FormCheck is off on rendered clips: `python benchmarks/accuracy.py [FOLDER] [--model best] [-o docs]`.

Measures every clip with its truth beside it (default: sample_videos), from the file to
the number, and prints each error with its interval and the criteria missed; with `-o`, writes
rendered.md there. The rest of the validation is `formcheck validate`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from formcheck.metrics import METRICS
from formcheck.validation.rendered import RenderedClip, run_rendered
from formcheck.validation.rendered_page import as_page

SAMPLES = Path(__file__).resolve().parents[1] / "sample_videos"


def main() -> None:
    """Print every rendered clip's errors."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path, default=SAMPLES)
    parser.add_argument("--model", default="best", choices=("best", "balanced", "fast"))
    parser.add_argument("-o", "--out", type=Path, help="folder for rendered.md")
    arguments = parser.parse_args()
    clips = run_rendered(arguments.folder, arguments.model)
    for clip in clips:
        show(clip)
    if arguments.out:
        given = f"{arguments.folder.name} " if arguments.folder != SAMPLES else ""
        command = f"python benchmarks/accuracy.py {given}--model {arguments.model} -o {arguments.out.name}"
        (arguments.out / "rendered.md").write_text(as_page(clips, command), encoding="utf-8")
    answers = [a for clip in clips for a in clip.answers if a.measured and np.isfinite(a.truth)]
    if answers:
        held = 100 * np.mean([a.held for a in answers])
        print(f"{held:.0f} % of {len(answers)} intervals hold the truth.")


def show(clip: RenderedClip) -> None:
    """Print one clip."""
    outcome = clip.refusal or "measured"
    print(
        f"\n{clip.name}: {clip.view}, {clip.fps:.0f} fps, {outcome}{'' if clip.fine else ' (NOT as it should)'}"
    )
    for a in clip.answers:
        if a.measured:
            half, mark = (a.high - a.low) / 2, " " if a.held else "!"
            print(
                f" {mark} {a.metric:24s} {a.value:8.2f} ± {half:6.2f}, true {a.truth:8.2f} {METRICS[a.metric].unit}"
            )
    print(f"  criteria missed: {', '.join(clip.missed()) or 'none'}")


if __name__ == "__main__":
    main()
