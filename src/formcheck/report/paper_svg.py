"""The page's drawings and plots on paper: the same SVG, its classes replaced by colours, its words written in the sheet's font."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from formcheck.report.drawings import SETUPS, panels
from formcheck.report.ink import COLOURS, GROUND, INK, LINE, QUIET, Colour, faint

if TYPE_CHECKING:
    from formcheck.report.sheets import Paper

GAP = 2.0  # mm between the two panels of a drawing
POINTS_PER_MM = 72 / 25.4
NAMESPACE = "http://www.w3.org/2000/svg"
Attributes = Mapping[str, str]


@dataclass(frozen=True)
class Style:
    """What the page's style sheet says about one kind of SVG."""

    letters: float  # letter height in units of the SVG
    ink: Colour  # of its words
    looks: Mapping[str, Attributes]  # by class


def place_svg(
    sheets: Paper, svg: str, style: Style, x: float, y: float, width: float, alt: str = ""
) -> float:
    """Place an SVG on the sheet, in mm; return its height.

    fpdf2 draws the shapes. It would write words in one of its own fonts, so they are taken out and written here.
    """
    root = ElementTree.fromstring(svg)
    left, top, wide, high = (float(part) for part in root.attrib["viewBox"].split())
    scale = width / wide  # mm per unit
    words = root.findall("text")
    for each in words:
        root.remove(each)
    for each in root.iter():
        each.attrib.update(style.looks.get(each.attrib.pop("class", ""), {}))
    root.set("xmlns", NAMESPACE)
    alt = alt or root.attrib.get("aria-label", "")
    shapes = BytesIO(ElementTree.tostring(root))
    sheets.image(shapes, x, y, width, scale * high, alt_text=alt or None)
    for each in words:
        sheets.letters(style.letters * scale * POINTS_PER_MM, style.ink, bold=each.get("class") == "name")
        _write(sheets, each, x - scale * left, y - scale * top, scale)
    return scale * high


def _write(sheets: Paper, text: ElementTree.Element, x: float, y: float, scale: float) -> None:
    """Write the words of one text element; (x, y) is where the SVG's origin lies."""
    words = text.text or ""
    before = {"middle": 0.5, "end": 1.0}.get(text.get("text-anchor", ""), 0.0)
    across = x + scale * float(text.attrib["x"]) - before * sheets.get_string_width(words)
    sheets.text(across, y + scale * float(text.attrib["y"]), words)


def film_drawing(sheets: Paper, view: str, width: float) -> None:
    """Draw how to film a view, `width` mm wide, at the pen position; the pen moves below it."""
    found = panels(SETUPS[view])
    boxes = [[float(part) for part in box.split()] for box, _ in found]
    scale = (width - GAP) / sum(box[2] for box in boxes)  # mm per unit of the drawing
    height = scale * max(box[3] for box in boxes)
    sheets.make_room(height)
    left, top = sheets.get_x(), sheets.get_y()
    x, alt = left, SETUPS[view].alt  # describes both panels
    for (box, svg), (_, _, wide, _) in zip(found, boxes):
        place_svg(sheets, f'<svg viewBox="{box}">{svg}</svg>', DRAWING, x, top, scale * wide, alt)
        x, alt = x + scale * wide + GAP, ""
    sheets.set_xy(left, top + height + GAP)


def _line(colour: Colour, width: float) -> Attributes:
    return {
        "fill": "none", "stroke": _hex(colour), "stroke-width": f"{width}",
        "stroke-linecap": "round", "stroke-linejoin": "round",
    }  # fmt: skip


def _area(colour: Colour, opacity: float = 1.0) -> Attributes:
    return {"fill": _hex(colour), "stroke": "none", "fill-opacity": f"{opacity}"}


def _framed(colour: Colour, width: float) -> Attributes:
    return {"fill": _hex(GROUND), "stroke": _hex(colour), "stroke-width": f"{width}"}


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)


DRAWING = Style(19.0, INK, {
    "near": _line(COLOURS["near"], 8), "far": _line(COLOURS["far"], 8), "trunk": _line(INK, 8),
    "way": _line(INK, 3), "ground": _line(LINE, 3),
    "head": _area(INK), "phone": _area(INK), "body": _area(COLOURS["near"]), "cone": _area(faint(COLOURS["far"], 0.2)),
    "lane": _framed(LINE, 2), "screen": _framed(INK, 4),
})  # fmt: skip
_LEGS = {name: COLOURS[name] for name in ("near", "far", "both")}
PLOT = Style(12.0, QUIET, {
    "axis": _line(LINE, 1), "middle": _line(INK, 1.5), "range": _area(COLOURS["inside"], 0.16),
    **{name: _area(colour) for name, colour in _LEGS.items()},
    **{f"{name} beyond": _line(colour, 1.5) for name, colour in _LEGS.items()},
    **{f"{name} faint": _area(colour, 0.38) for name, colour in _LEGS.items()},
    **{f"{name} spread": _area(colour, 0.25) for name, colour in _LEGS.items()},
    **{f"{name} line": _line(colour, 3) for name, colour in _LEGS.items()},
})  # fmt: skip
