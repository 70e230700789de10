"""What axe-core, a checker of web pages for people with disabilities, finds on a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

GRAVE = ("serious", "critical")


def grave_violations(page: Any, within: str | None = None) -> list[str]:
    """Return what hinders some people from using a page, one line for each element.

    Parameters
    ----------
    page : Playwright's page, at rest
    within : CSS selector of the part to look at; None = the whole page
    """
    found = Axe().run(page, context=within).response["violations"]
    return [
        f"{rule['id']}: {rule['help']}, at {node['target']}: {node['html'][:120]}"
        for rule in found
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]
