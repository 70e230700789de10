"""What our own rules of design find on a page: small text, small targets, sideways scroll."""

from __future__ import annotations

from typing import Any

SMALLEST_TEXT_PX = 14
SMALLEST_TARGET_PX = 44

WALK = """
const everything = (root) => [...root.querySelectorAll("*")].flatMap((each) =>
  [each, ...(each.shadowRoot ? everything(each.shadowRoot) : [])]);
const shown = (each) => {
  const box = each.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && each.checkVisibility({ opacityProperty: true, visibilityProperty: true });
};
const named = (each) => {
  const words = (each.getAttribute("aria-label") || each.textContent || each.id || "").trim().slice(0, 40);
  return `${each.tagName.toLowerCase()}.${each.getAttribute("class") || ""} "${words}"`;
};
"""
_SMALL_TEXT = f"""() => {{ {WALK}
  const said = (each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const size = (each) => {{
    const drawn = each.ownerSVGElement, size = parseFloat(getComputedStyle(each).fontSize);
    return drawn ? size * drawn.getScreenCTM().a : size;
  }};
  return everything(document.body).filter((each) => !["SCRIPT", "STYLE", "TITLE", "OPTION"].includes(each.tagName)
    && said(each) && shown(each) && size(each) < {SMALLEST_TEXT_PX} - 0.05)
    .map((each) => `${{size(each).toFixed(1)}} px: ${{named(each)}}`);
}}"""
_SMALL_TARGETS = f"""() => {{ {WALK}
  const wanted = "button, a[href], select, summary, input:not([type=hidden]), textarea, [role=button], [role=tab]";
  const reach = (each) => each.closest("label") || each.closest("[data-testid=stNumberInputContainer], [data-baseweb], [data-testid=stMultiSelect] [role=group]") || each;
  const within = (each) => each.tagName === "A" && getComputedStyle(each).display === "inline";
  return everything(document.body).filter((each) => each.matches(wanted) && shown(each) && !each.disabled
    && !within(each) && each.tabIndex >= 0)
    .map((each) => [each, (each.tagName === "INPUT" ? reach(each) : each).getBoundingClientRect()])
    .filter(([each, box]) => Math.min(box.width, box.height) < {SMALLEST_TARGET_PX} - 0.5)
    .map(([each, box]) => `${{box.width.toFixed(0)}} x ${{box.height.toFixed(0)}} px: ${{named(each)}}`);
}}"""
_SIDEWAYS = """() => document.querySelector("[data-testid=stMain]").scrollWidth - window.innerWidth"""


def design_faults(page: Any) -> list[str]:
    """Return what is too small to read or to hit, and whether the page moves sideways, one line each.

    Links inside a sentence may be as small as the sentence.
    """
    sideways = page.evaluate(_SIDEWAYS)
    wide = [f"The page is {sideways} px wider than the window."] if sideways > 0 else []
    return [*wide, *page.evaluate(_SMALL_TEXT), *page.evaluate(_SMALL_TARGETS)]
