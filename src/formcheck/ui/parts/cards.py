"""Cards side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from markupsafe import Markup

from formcheck.files.templates import part


def side_by_side(css: Literal["trends", "cues", "drills"], found: Iterable[Markup]) -> Markup:
    """Return cards in one element; its class says how they are laid out."""
    return part("ui/templates/cards.html", "cards", css, list(found))
