"""Reads the truth of a rendered clip. Unlike rendering, this needs no extra library."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

FORMAT, VERSION = "formcheck-truth", 1


def read_truth(path: Path) -> dict[str, Any]:
    """Return the content of a truth file.

    Raises
    ------
    ValueError
        If the file has another format or version.
    """
    found: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    if found.get("format") != FORMAT or found.get("version") != VERSION:
        raise ValueError(f"{path.name} is not a {FORMAT} file of version {VERSION}.")
    return found
