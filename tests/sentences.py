"""What the program says: the sentences in its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SENTENCE = re.compile(r"[A-Z][^{};]* [a-z][^{};]*[.?:]")  # prose, not a format or a file
CODE = re.compile(r"[_/\\=<>{}#@|]|\b\w+\.\w+\b|--\w")  # what is typed, not read


def sentences_of(path: Path) -> Iterator[str]:
    """Yield the sentences in a module's code, without docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield from (part for part in SENTENCE.findall(node.value) if not CODE.search(part))
