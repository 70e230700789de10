"""How long the app takes from an upload's end to the first cue, against the command line.

    python benchmarks/app.py CLIP [--times 3]

Both with the default settings. The app is driven in Chromium; it needs the test extras.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
from serving import PATIENCE_MS, send, serve, visitor


def seconds_of_app(playwright, server, clip: Path) -> float:
    """Return the time from the end of the upload until the first cue is on the screen."""
    with visitor(playwright, server) as here:
        with here.page.expect_response(lambda answer: answer.url.endswith("/formcheck/upload")):
            send(here.page, clip)
        started = time.perf_counter()
        here.page.wait_for_selector(".result .action h2", timeout=PATIENCE_MS)
        return time.perf_counter() - started


def seconds_of_command(clip: Path) -> float:
    """Return the time of `formcheck analyze`."""
    with tempfile.TemporaryDirectory() as out:
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "formcheck", "analyze", str(clip), "-o", out],
            check=True,
            capture_output=True,
        )
        return time.perf_counter() - started


def main() -> None:
    """Take turns, and print each and the middle ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    ratios = []
    with serve() as server, sync_playwright() as playwright:
        for _ in range(asked.times):
            app, command = seconds_of_app(playwright, server, asked.clip), seconds_of_command(asked.clip)
            ratios.append(app / command)
            print(f"app {app:.1f} s, command line {command:.1f} s: {ratios[-1]:.2f}")
    print(f"median {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
