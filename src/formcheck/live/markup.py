"""Markup and files of the live page, shared by the app and the standalone page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from formcheck.live.session import LiveView

ASSETS = Path(__file__).parent / "assets"

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
<style>body {{ margin: 0; background: #000; color: #f5f5f5; }} .live {{ height: 100vh; border-radius: 0; }}</style></head>
<body>{SCREEN}{WRONG}<script type="module">
import live from "./live.js";
live({{ parentElement: document.body, data: {{ picture: "picture.mjpg", events: "events" }} }});
</script></body></html>
"""


def asset(name: str) -> str:
    """Return the text of one of the page's files."""
    return (ASSETS / name).read_text(encoding="utf-8")


def view_json(view: LiveView) -> dict[str, Any]:
    """Return what the page shows besides the image."""
    return {**view.state.to_json(), "health": view.health.text, "dropped": view.health.dropped}


def event(view: LiveView) -> bytes:
    """Return a view as one server-sent event."""
    return f"data: {json.dumps(view_json(view), allow_nan=False)}\n\n".encode()


BOUNDARY = "formcheck-picture"
PICTURE_TYPE = f"multipart/x-mixed-replace; boundary={BOUNDARY}"


def part(jpeg: bytes) -> bytes:
    """Return one image of an image stream."""
    head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
    return head.encode() + jpeg + b"\r\n"
