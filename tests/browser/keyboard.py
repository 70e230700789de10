"""What the keyboard alone can do on a page: where Tab leads, in which order, and whether it shows."""

from __future__ import annotations

from typing import Any

from design import WALK

MOST_PRESSES, MOST_CHOICES = 300, 20
BESIDE = "stNumberInputContainer", "stSelectbox", "stMultiSelect", "stDateInput", "stFileUploader"
"""Fields whose own keys do what their small buttons do: those need no place of their own."""

_TOOLS = f"""() => {{ {WALK}
  const controls = "button, a[href], select, summary, input:not([type=hidden]), textarea, audio[controls], video[controls], "
    + "[tabindex], [role=button], [role=tab], [role=slider], [role=combobox], [role=radio], [role=checkbox]";
  const label = (each) => each.closest("label") || each;
  const twin = (each) => each.type === "radio" && !each.checked
    && [...each.getRootNode().querySelectorAll("input[type=radio]")].some((other) => other.name === each.name && other.checked);
  const beside = {list(BESIDE)}.map((name) => `[data-testid=${{name}}]`).join();
  const host = (each) => each.getRootNode().host || each;
  const main = document.querySelector("[data-testid=stMain]"), header = document.querySelector("[data-testid=stHeader]");
  const deep = (each) => each.shadowRoot && each.shadowRoot.activeElement ? deep(each.shadowRoot.activeElement) : each;
  const marks = (part) => {{
    const style = getComputedStyle(part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  }};
  const visible = (each) => [each, each.closest("label, [data-baseweb], [data-testid=stNumberInputContainer]")]
    .some((part) => part && shown(part) && marks(part));
  const covered = (box) => deep(document.activeElement) !== main && main.contains(host(deep(document.activeElement)))
    && (box.bottom <= header.getBoundingClientRect().bottom + 2 || box.top >= innerHeight - 2);
  const wanted = everything(document.body).filter((each) => each.matches(controls) && shown(label(each)) && !each.disabled
    && !each.hidden && !each.closest("[inert], [aria-hidden=true]") && !twin(each));
  const reached = wanted.filter((each) => each.tabIndex >= 0);
  const group = (each) => each.closest("[role=radiogroup], [role=toolbar], [role=tablist]");
  return window.keyboard = {{
    named, reached, active: () => deep(document.activeElement),
    missed: wanted.filter((each) => each.tabIndex < 0 && !each.closest(beside) && !group(each)).map(named),
    place: () => {{
      const each = deep(document.activeElement);
      if (each === document.body) return null;
      const box = each.getBoundingClientRect(), down = each !== main && main.contains(host(each)) ? main.scrollTop : 0;
      return {{
        index: reached.indexOf(each), name: named(each), seen: visible(each), covered: covered(box),
        left: box.left, right: box.right, top: box.top + down, bottom: box.bottom + down,
        others: group(each) ? reached.filter((other) => group(other) === group(each)).length - 1 : 0,
      }};
    }},
  }}, window.keyboard.missed;
}}"""

_IN_ITS_GROUP = """each => Boolean(each.getRootNode().activeElement
  && each.closest("[role=radiogroup], [role=toolbar]").contains(each.getRootNode().activeElement))"""


def keyboard_faults(page: Any) -> list[str]:
    """Return what a user of the keyboard alone meets on a page, one line each; empty is good.

    From the top of the page Tab goes to its end, with the arrow keys through each group of choices, and
    Shift and Tab go back. Faults are elements that are never reached, that come in another order than
    on the page, that do not show that the keyboard is on them, or that lie behind the header then.
    """
    faults = [f"no place for Tab: {name}" for name in page.evaluate(_TOOLS)]
    page.evaluate("keyboard.reached[0].focus()")
    _walk(page, "Shift+Tab")  # to the very top
    there = _walk(page, "Tab")
    known = {place["index"] for place in there} - {-1}
    wanted = range(page.evaluate("window.keyboard.reached.length"))
    lost = [page.evaluate("k => keyboard.named(keyboard.reached[k])", k) for k in wanted if k not in known]
    back = _walk(page, "Shift+Tab")
    faults += [f"never reached: {name}" for name in lost] + _misplaced(there)
    faults += [f"focus not seen: {place['name']}" for place in there if not place["seen"]]
    faults += [f"behind the header: {place['name']}" for place in there + back if place["covered"]]
    missing = {place["name"] for place in there if not place["others"]} - {place["name"] for place in back}
    return faults + [f"not on the way back: {name}" for name in missing]


def _walk(page: Any, key: str) -> list[dict[str, Any]]:
    """Press Tab, or Shift and Tab, to the end of the page; return each place."""
    places: list[dict[str, Any]] = []
    for presses in range(MOST_PRESSES):
        page.keyboard.press(key)
        place = page.evaluate("keyboard.place()")
        if place is None and not places and presses < 2:
            continue  # the browser's own place between the page's end and its beginning
        if place is None or (
            places and place["name"] == places[0]["name"] and place["top"] == places[0]["top"]
        ):
            return places
        places.append(place)
        if key == "Tab":
            for arrow in ["ArrowLeft"] * place["others"] + ["ArrowRight"] * place["others"]:
                page.keyboard.press(arrow)
                places.append({**page.evaluate("keyboard.place()"), "by_arrow": True})
    raise AssertionError(f"Tab does not come to an end after {places[-1]['name']}.")


def _misplaced(places: list[dict[str, Any]]) -> list[str]:
    """Return the places that lie before the one before: above it and not in a column to its right."""
    found, by_tab = [], [place for place in places if "by_arrow" not in place]
    for before, after in zip(by_tab, by_tab[1:]):
        order = -1 < after["index"] < before["index"]
        above = after["bottom"] <= before["top"] and after["left"] < before["right"]
        if order or above:
            found.append(f"out of order: {after['name']} after {before['name']}")
    return found


def _tab_to(page: Any, target: Any) -> None:
    """Press Tab until the keyboard is on an element; an assertion fails where it never comes.

    Parameters
    ----------
    page : Playwright's page
    target : locator of the element
    """
    target.wait_for(state="attached")
    for _ in range(MOST_PRESSES):
        if on(target):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {target}.")


def on(target: Any) -> bool:
    """Return whether the keyboard is on an element."""
    return bool(target.evaluate("each => each.getRootNode().activeElement === each"))


def press(page: Any, target: Any, *keys: str) -> None:
    """Go to an element by Tab, and press keys there."""
    _tab_to(page, target)
    for key in keys:
        page.keyboard.press(key)


def arrow_to(page: Any, target: Any) -> None:
    """Choose one of a group: go to the group by Tab, on with the arrow keys, and press space there.

    Parameters
    ----------
    page : Playwright's page
    target : locator of the choice
    """
    target.wait_for(state="attached")
    for key in ["Tab"] * MOST_PRESSES:
        if target.evaluate(_IN_ITS_GROUP):
            break
        page.keyboard.press(key)
    for key in ["ArrowLeft"] * MOST_CHOICES + ["ArrowRight"] * MOST_CHOICES:
        if on(target):
            page.keyboard.press("Space")
            return
        page.keyboard.press(key)
    raise AssertionError(f"The arrow keys do not reach {target}.")
