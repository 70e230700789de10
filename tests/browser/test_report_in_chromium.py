"""report.html as a reader with an aid meets it: axe-core, at both widths, light and dark."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from accessibility import grave_violations
from serving import IN_CHROMIUM, QUIET, chromium

sys.path.insert(0, str(Path(__file__).parents[1]))
import builders
from formcheck.draw import take_pictures
from formcheck.export.results import pictures
from formcheck.report import content, page

pytestmark = IN_CHROMIUM


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Return the address of a report with pictures, plots and tables."""
    made = builders.analysis()
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(
        page(content(made, pictures(take_pictures(made, builders.frames(made))))), encoding="utf-8"
    )
    return path.as_uri()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_report(playwright, report, width, scheme):
    browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=QUIET)
    try:
        shown = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 844})
        shown.goto(report)
        assert grave_violations(shown) == []
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        browser.close()
