"""A4 sheets for the printed report: page format, fonts, paragraphs and blocks."""

from __future__ import annotations

from fpdf import FPDF
from fpdf.fonts import TTFFont

from formcheck.draw.text import font_file
from formcheck.report.ink import INK, QUIET

MARGIN, WIDTH = 15.0, 180.0  # mm


class Paper(FPDF):
    """A4 pages in the report's typeface, with clip name and page number in the footer."""

    def __init__(self, name: str):
        super().__init__(format="A4")
        self.add_font("dejavu", "", str(font_file()))
        self.add_font("dejavu", "B", str(font_file(bold=True)))
        letters = self.fonts["dejavu"]
        known = letters.cmap if isinstance(letters, TTFFont) else {}
        self.name = "".join(sign if ord(sign) in known else "□" for sign in name)
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(True, 18)
        self.set_title(f"{self.name} · FormCheck")
        self.add_page()

    def footer(self) -> None:
        """Write the clip name and the page number at the bottom of every page."""
        self.set_y(-12)
        self.letters(7.5, QUIET)
        self.cell(WIDTH - 20, 5, self.name[:90])
        self.cell(20, 5, f"{self.page_no()} / {{nb}}", align="R")

    def letters(self, size: float, colour: tuple[int, int, int] = INK, bold: bool = False) -> None:
        """Set the size (pt), colour and weight of the following text."""
        self.set_font("dejavu", "B" if bold else "", size)
        self.set_text_color(*colour)

    def say(self, words: str, size: float = 10, colour: tuple[int, int, int] = INK, bold: bool = False,
            width: float = WIDTH, after: float = 1.5) -> None:  # fmt: skip
        """Write a paragraph at the pen position; the pen moves below it, to the same left edge."""
        left = self.get_x()
        self.letters(size, colour, bold)
        self.multi_cell(width, 0.46 * size, words, align="L", new_x="LEFT", new_y="NEXT")
        self.set_xy(left, self.get_y() + after)

    def heading(self, words: str, room: float = 40) -> None:
        """Write a heading that is never alone at the bottom of a page."""
        self.make_room(room)
        self.set_xy(MARGIN, self.get_y() + 4)
        self.say(words, 14, bold=True, after=2)

    def make_room(self, height: float) -> None:
        """Start a new page unless at least `height` mm are left."""
        if self.get_y() + height > self.page_break_trigger:
            self.add_page()

    def block(
        self, x: float, y: float, width: float, height: float, colour: tuple[int, int, int], round: float = 0
    ) -> None:
        """Draw a filled block."""
        self.set_fill_color(*colour)
        self.rect(x, y, width, height, "F", round_corners=round > 0, corner_radius=round)
