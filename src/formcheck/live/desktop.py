"""The live screen in a desktop window."""

from __future__ import annotations

import os
import sys
import time

import cv2

from formcheck.errors import MissingLibrary
from formcheck.live.screen import Screen
from formcheck.live.session import LiveSession

TITLE = "FormCheck live"
QUIT_KEYS = {ord("q"), 27}  # q, escape
FULL_KEY = ord("f")
LINGER_S = 1.5  # display time of the last screen of a file


def show_window(session: LiveSession, *, fullscreen: bool = False) -> None:
    """Show a session until its source ends, the window is closed, or q is pressed.

    Raises
    ------
    MissingLibrary
        If there is no screen to open a window on.
    """
    _open(fullscreen)
    screen, number = Screen(), -1
    try:
        while not session.over and _is_open():
            view = session.next_view(number)
            if view.number != number:
                number = view.number
                image = screen.draw(view.picture, view.state, view.health, view.beat)
                cv2.imshow(TITLE, cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
            if _quits(cv2.waitKey(1) & 0xFF):
                return
        _linger(session.source.ends)
    finally:
        cv2.destroyAllWindows()


def _open(fullscreen: bool) -> None:
    on_x = sys.platform.startswith("linux")
    if on_x and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise MissingLibrary(
            "There is no screen here to open a window on. Use --no-window for a page instead."
        )
    try:
        cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO)
        cv2.resizeWindow(TITLE, 1280, 720)
        _fill(fullscreen)
    except cv2.error as error:
        raise MissingLibrary(
            "This OpenCV cannot open windows (a headless build). Use --no-window, or: pip install opencv-python"
        ) from error


def _fill(full: bool) -> None:
    mode = cv2.WINDOW_FULLSCREEN if full else cv2.WINDOW_NORMAL
    cv2.setWindowProperty(TITLE, cv2.WND_PROP_FULLSCREEN, mode)


def _is_open() -> bool:
    return cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) >= 1


def _quits(key: int) -> bool:
    if key == FULL_KEY:
        _fill(cv2.getWindowProperty(TITLE, cv2.WND_PROP_FULLSCREEN) != cv2.WINDOW_FULLSCREEN)
    return key in QUIT_KEYS


def _linger(wanted: bool) -> None:
    end = time.monotonic() + (LINGER_S if wanted else 0.0)
    while time.monotonic() < end and _is_open():
        cv2.waitKey(30)
