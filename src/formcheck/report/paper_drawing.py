"""The drawing of how to film, for the PDF: the SVG of the page with its classes replaced by colours."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from formcheck.report.drawings import SETUPS, panels
from formcheck.report.ink import COLOURS, GROUND, INK, LINE, Colour, faint

if TYPE_CHECKING:
    from formcheck.report.sheets import Paper

GAP = 2.0  # mm between the two panels
LETTERS = 19.0  # letter height in units of the drawing, as on the page
POINTS_PER_MM = 72 / 25.4
WORDS = re.compile(r'<text x="([-\d.]+)" y="([-\d.]+)" text-anchor="(\w+)">([^<]*)</text>')


def film_drawing(sheets: Paper, view: str, width: float) -> None:
    """Draw how to film a view, `width` mm wide, at the pen position; the pen moves below it."""
    found = panels(SETUPS[view])
    boxes = [[float(part) for part in box.split()] for box, _ in found]
    scale = (width - GAP) / sum(box[2] for box in boxes)  # mm per unit of the drawing
    height = scale * max(box[3] for box in boxes)
    sheets.make_room(height)
    left, top = sheets.get_x(), sheets.get_y()
    x = left
    for (box, svg), (x0, y0, wide, high) in zip(found, boxes):
        shapes = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{_coloured(WORDS.sub("", svg))}</svg>'
        )
        alt = SETUPS[view].alt if x == left else None  # describes both panels
        sheets.image(BytesIO(shapes.encode()), x, top, scale * wide, scale * high, alt_text=alt)
        for across, down, anchor, words in WORDS.findall(svg):
            _write(
                sheets,
                words,
                anchor,
                x + scale * (float(across) - x0),
                top + scale * (float(down) - y0),
                scale,
            )
        x += scale * wide + GAP
    sheets.set_xy(left, top + height + GAP)


def _write(sheets: Paper, words: str, anchor: str, x: float, y: float, scale: float) -> None:
    sheets.letters(LETTERS * scale * POINTS_PER_MM)
    sheets.text(x - (0.5 * sheets.get_string_width(words) if anchor == "middle" else 0.0), y, words)


def _coloured(svg: str) -> str:
    """Return shapes with the styles that the style sheet of the page assigns to their classes."""
    return re.sub(r'class="(\w+)"', lambda found: LOOKS[found[1]], svg)


def _line(colour: Colour, width: float) -> str:
    return f'fill="none" stroke="{_hex(colour)}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"'


def _area(colour: Colour) -> str:
    return f'fill="{_hex(colour)}" stroke="none"'


def _framed(colour: Colour, width: float) -> str:
    return f'fill="{_hex(GROUND)}" stroke="{_hex(colour)}" stroke-width="{width}"'


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)


LOOKS = {
    "near": _line(COLOURS["near"], 8), "far": _line(COLOURS["far"], 8), "trunk": _line(INK, 8),
    "way": _line(INK, 3), "ground": _line(LINE, 3),
    "head": _area(INK), "phone": _area(INK), "body": _area(COLOURS["near"]), "cone": _area(faint(COLOURS["far"], 0.2)),
    "lane": _framed(LINE, 2), "screen": _framed(INK, 4),
}  # fmt: skip
