"""Markup and files of the live page, shared by the app and the standalone page."""

from __future__ import annotations

from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
KINDS = {"live.js": "text/javascript", "live.css": "text/css"}
SOCKET = "watch"  # where the standalone page's WebSocket is

SCREEN = """
<div class="live" data-stage="connecting">
  <div class="stage"><img class="picture" alt="The camera's picture with the runner's skeleton"><p class="health"></p></div>
  <div class="side"><div class="numbers"></div><p class="note"></p></div>
  <p class="said" role="status" aria-live="polite"></p>
</div>
"""
WRONG = '<p class="wrong" role="alert" hidden></p>'
CONTROLS = """
<div class="controls">
  <button type="button" class="start">Start the camera</button>
  <button type="button" class="stop" hidden>Stop and measure the whole run</button>
  <button type="button" class="fill" hidden>Fill the screen</button>
</div>
"""

PAGE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>FormCheck live</title><link rel="stylesheet" href="live.css">
<style>
body {{ margin: 0; background: #000; color: #f5f5f5; height: 100vh; display: flex; flex-direction: column;
  font-family: system-ui, sans-serif; }}
.live {{ flex: 1; border-radius: 0; }}
.controls {{ padding: 12px; }}
</style></head>
<body>{SCREEN}{WRONG}{CONTROLS}<script type="module">
import live from "./live.js";
live({{ parentElement: document.body, data: {{ socket: "{SOCKET}" }} }});
</script></body></html>
"""


def asset(name: str) -> str:
    """Return the text of one of the page's files."""
    return (ASSETS / name).read_text(encoding="utf-8")
