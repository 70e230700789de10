"""HTML templates: text is escaped, markup of ours is not, nothing is left empty by mistake, no file is left over."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import formcheck
from formcheck.files.templates import filled
from formcheck.report.page import sheet_table
from formcheck.report.rows import BandBar
from formcheck.report.runs import Sheet
from formcheck.report.scorecard import band_bar

PACKAGE = Path(formcheck.__file__).parent
TEMPLATES = sorted(PACKAGE.rglob("templates/*.html"))
DRAWN_BY_CODE = {
    "draw/drills/animation.py", "report/drawings.py", "report/paper_svg.py", "report/speeds.py", "report/svg.py",
    "ui/parts/trend.py", "ui/qr.py",
}  # fmt: skip
"""Pictures whose every number is computed: the code would stand in the template."""
SVG = {
    "svg",
    "g",
    "path",
    "text",
    "tspan",
    "circle",
    "rect",
    "polyline",
    "polygon",
    "line",
    "animate",
    "title",
    "ellipse",
}
MOUNTS = {
    "ui/parts/look.py": '<div class="fc"></div>',
    "ui/parts/units.py": '<span hidden class="memory"></span>',
    "ui/result/component.py": '<div class="result fc"></div>',
}
"""One empty element each, which a script fills."""
HOSTILE = "<script>\"'&"
ESCAPED = "&lt;script&gt;&#34;&#39;&amp;"


def test_text_is_escaped_and_markup_of_ours_is_not():
    bar = BandBar((10.0, 60.0), (30.0, 30.2), 30.1)
    assert f'aria-label="{ESCAPED}"' in band_bar(bar, HOSTILE, "inside")
    text = filled("ui/templates/ready.html", drawing=band_bar(bar, "", "inside"), steps=((HOSTILE, "x"),))
    assert f"<b>{ESCAPED}</b>" in text and '<i class="dot inside"' in text


def test_a_value_that_is_not_given_is_an_error():
    with pytest.raises(UndefinedError, match="drawing"):
        filled("ui/templates/ready.html", steps=())


def test_a_short_interval_can_still_be_seen():
    drawn = band_bar(BandBar((10.0, 60.0), (30.0, 30.2), 30.1), "", "inside")
    assert 'class="interval" style="left:30.0%;width:0.8%"' in drawn
    assert 'class="band" style="left:10.0%;width:50.0%"' in drawn


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_every_template_is_used(path):
    others = [each for each in (*PACKAGE.rglob("*.py"), *TEMPLATES) if each != path]
    name = path.relative_to(PACKAGE).as_posix()
    assert any(name in each.read_text() for each in others)


def test_a_piece_may_stand_in_another_piece():
    """`part` marks what it made as markup, so that a template takes it as it is."""
    inner = sheet_table(Sheet("", ("<",), ()))
    assert "&lt;" in inner and "&amp;lt;" not in filled("ui/templates/ready.html", drawing=inner, steps=())


def tags_in(code: str) -> list[tuple[str, str]]:
    """Return every text of a program that holds an element, with the element's name; docstrings are no texts."""
    tree = ast.parse(code)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said
    ]
    return [(text, tag) for text in texts for tag in re.findall(r"</?([a-zA-Z][\w-]*)", text)]


def html_in(path: Path) -> list[str]:
    """Return the texts of a file that hold HTML which belongs into a template."""
    name = path.relative_to(PACKAGE).as_posix()
    drawn = SVG if name in DRAWN_BY_CODE else set()
    return [text for text, tag in tags_in(path.read_text()) if tag not in drawn and text != MOUNTS.get(name)]


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_html_is_written_in_templates(path):
    assert html_in(path) == []


@pytest.mark.parametrize("name", sorted(DRAWN_BY_CODE | set(MOUNTS)))
def test_no_exception_outlives_its_reason(name):
    assert tags_in((PACKAGE / name).read_text())


def test_html_in_code_is_found():
    assert [tag for _, tag in tags_in('"""Say <p>."""\ncard = f"<p>{words}</p>" + "a < b"')] == ["p", "p"]
