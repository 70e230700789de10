"""Sentences used by more than one page of the app."""

from __future__ import annotations

import re

MARKDOWN = re.compile(r"[\\`*_{}\[\]()#+\-.!|<>$:~]")


def left_words(left_s: float | None) -> str:
    """Return the remaining time in words."""
    if left_s is None:
        return "estimating the time left"
    if left_s < 5:
        return "a few seconds left"
    if left_s < 90:
        return f"about {5 * round(left_s / 5):.0f} s left"
    return f"about {left_s / 60:.0f} min left"


def plain(words: str) -> str:
    """Return text that Streamlit's Markdown shows unchanged: no links, pictures or code in it."""
    return MARKDOWN.sub(r"\\\g<0>", words)
