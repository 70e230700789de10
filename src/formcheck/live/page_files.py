"""Files of the live page, shared by the app and the standalone page."""

from __future__ import annotations

from pathlib import Path

ASSETS = Path(__file__).parent / "assets"
KINDS = {"live.js": "text/javascript", "trace.js": "text/javascript", "live.css": "text/css"}


def asset(name: str) -> str:
    """Return the text of one of the page's files."""
    return (ASSETS / name).read_text(encoding="utf-8")
