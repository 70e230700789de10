"""The bar under a video: previous frame, play, next frame, speed."""

from __future__ import annotations

SPEEDS = {"1": "1×", "0.5": "½×", "0.25": "¼×", "0.1": "⅒×"}


def play_bar(*speeds: str, usual: str = "1", more: str = "") -> str:
    """Return the bar with these of the `SPEEDS`; `more` is inserted before the position display."""
    offered = "".join(
        f'<option value="{speed}"{" selected" if speed == usual else ""}>{SPEEDS[speed]}</option>'
        for speed in speeds
    )
    return f"""<div class="bar">
  <button type="button" class="back" aria-label="One frame back">◂</button>
  <button type="button" class="play" aria-label="Play">▶</button>
  <button type="button" class="next" aria-label="One frame on">▸</button>
  <select class="speed" aria-label="Speed">{offered}</select>
  {more}<span class="told" aria-live="off"></span>
</div>"""
