"""QR codes, for the screen and for the terminal."""

from __future__ import annotations

import cv2
import numpy as np

QUIET = 4  # modules of white around it, as ISO/IEC 18004 asks for
HALVES = " ▄▀█"  # of a line of text: nothing, lower half, upper half, both; printed in white


def qr_modules(text: str) -> np.ndarray:
    """Return the QR code of a text, (N, N) bool with its white margin; True = dark."""
    options = cv2.QRCodeEncoder.Params()
    options.correction_level = cv2.QRCODE_ENCODER_CORRECT_LEVEL_M
    dark = np.asarray(cv2.QRCodeEncoder.create(options).encode(text)) < 128
    rows, columns = np.flatnonzero(dark.any(1)), np.flatnonzero(dark.any(0))
    return np.pad(dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], QUIET)


def qr_svg(text: str, label: str) -> str:
    """Return the QR code of a text as a drawing, dark on white in every theme."""
    modules = qr_modules(text)
    size = len(modules)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, x in np.argwhere(modules).tolist())
    return (
        f'<svg class="qr" viewBox="0 0 {size} {size}" role="img" aria-label="{label}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}h-{size}z"/><path fill="#000" d="{path}"/></svg>'
    )


def qr_text(text: str) -> str:
    """Return the QR code of a text as lines of half blocks, to be printed in white on black."""
    light = ~qr_modules(text)
    light = np.vstack([light, np.zeros((len(light) % 2, light.shape[1]), bool)])
    upper, lower = light[::2].astype(int), light[1::2].astype(int)
    return "\n".join("".join(HALVES[2 * up + low] for up, low in zip(*rows)) for rows in zip(upper, lower))
