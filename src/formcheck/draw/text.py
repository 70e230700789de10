"""Text on images: rendered once with a TrueType font, then stamped.

The fonts of OpenCV have no degree sign, so DejaVu Sans is included in `fonts/`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from formcheck.draw.style import GROUND, INK, Colour

PLATE_OPACITY = 0.82
FONTS = Path(__file__).parent / "fonts"


@dataclass(frozen=True, eq=False)
class Plate:
    """An image with transparency, ready to be stamped."""

    colour: np.ndarray  # (h, w, 3) uint8, already multiplied by its opacity
    keep: np.ndarray  # (h, w, 3) uint8, 255 = background fully visible

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in px."""
        return self.colour.shape[1], self.colour.shape[0]


@dataclass(frozen=True)
class Box:
    """A rectangle in the image, px."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        """Return whether two rectangles overlap."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


def font_file(bold: bool = False) -> Path:
    """Return the path of DejaVu Sans."""
    return FONTS / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")


@lru_cache(maxsize=32)
def font(px: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return DejaVu Sans in letters `px` high."""
    return ImageFont.truetype(str(font_file(bold)), px)


def text_width(words: str, px: int, bold: bool = False) -> float:
    """Return the width of one line of text in px."""
    return font(px, bold).getlength(words)


def wrapped(words: str, px: int, width: int, bold: bool = False) -> str:
    """Return text broken into lines of at most `width` px and of similar length."""
    lines = max(1, -(-round(text_width(words, px, bold)) // max(1, width)))
    for count in range(lines, 5):
        broken = _even_lines(words.split(), count)
        if all(text_width(line, px, bold) <= width for line in broken):
            return "\n".join(broken)
    return "\n".join(_even_lines(words.split(), 5))


def _even_lines(words: list[str], count: int) -> list[str]:
    target = sum(len(word) + 1 for word in words) / count
    lines: list[str] = []
    line = ""
    for word in words:
        if line and len(lines) < count - 1 and len(line) + 0.5 * len(word) > target:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*lines, line]


@lru_cache(maxsize=512)
def plate(
    words: str,
    px: int,
    *,
    bold: bool = False,
    ink: Colour = INK,
    bar: Colour | None = None,
    opacity: float = PLATE_OPACITY,
) -> Plate:
    """Return text on a rounded dark plate; `bar` colours its left edge."""
    pad = round(0.45 * px)
    box = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox(
        (0, 0), words, font=font(px, bold), spacing=0.3 * px
    )
    lines = words.count("\n") + 1
    width = int(box[2]) + 2 * pad + (pad if bar else 0)
    height = round(lines * 1.25 * px + (lines - 1) * 0.05 * px) + pad
    picture = Image.new("RGBA", (width, height), (*GROUND, 0))
    pen = ImageDraw.Draw(picture)
    if opacity > 0:
        fill = (*GROUND, round(255 * opacity))
        pen.rounded_rectangle((0, 0, width - 1, height - 1), radius=0.35 * px + 2, fill=fill)
    if bar:
        pen.rounded_rectangle(
            (0.3 * pad, 0.5 * pad, 0.75 * pad, height - 0.5 * pad), radius=2, fill=(*bar, 255)
        )
    left = pad + (0.6 * pad if bar else 0)
    for line, text in enumerate(words.split("\n")):
        pen.text((left, 0.45 * pad + line * 1.3 * px), text, font=font(px, bold), fill=(*ink, 255))
    return _plate_of(np.asarray(picture))


def _plate_of(rgba: np.ndarray) -> Plate:
    alpha = rgba[..., 3:].astype(np.float32) / 255
    colour = (rgba[..., :3] * alpha).round().astype(np.uint8)
    keep = np.repeat((255 * (1 - alpha)).round().astype(np.uint8), 3, axis=2)
    return Plate(colour, keep)


def stamp(image: np.ndarray, piece: Plate, x: float, y: float) -> None:
    """Draw a plate with its top left corner at (x, y), shifted if needed to be inside the image."""
    width, height = piece.size
    left = int(min(max(round(x), 0), max(0, image.shape[1] - width)))
    top = int(min(max(round(y), 0), max(0, image.shape[0] - height)))
    below = image[top : top + height, left : left + width]
    rows, columns = below.shape[:2]
    kept = cv2.multiply(below, piece.keep[:rows, :columns], scale=1 / 255)
    cv2.add(kept, piece.colour[:rows, :columns], dst=kept)
    below[:] = kept
