"""Imports point down: science knows nothing of video, models or screens."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "formcheck"
SCIENCE = ("scene", "motion", "biomechanics", "gait", "metrics", "coaching")
HEAVY = {"cv2", "av", "mediapipe", "onnxruntime", "streamlit", "plotly", "matplotlib"}
LAYER = {
    "errors": 0, "skeleton": 0, "models": 0, "files": 1, "weights": 1, "types": 1, "words": 5,
    "scene": 2,
    "motion": 2, "biomechanics": 2, "pose": 2, "video": 2, "synthetic": 2,     "recordings": 3, "marker_tables": 2,
    "gait": 2, "metrics": 4, "coaching": 5,
    "draw": 6, "report": 6, "export": 6, "merge": 6, "cli_export": 9, "cli_plan": 9, "cli_history": 9,
    "history": 7, "pipeline": 7, "validation": 8, "batch_jobs": 8, "batch_rows": 8, "batch_page": 8, "batch_table": 8, "batch_run": 8, "cluster": 8, "cli_batch": 9, "cli_merge": 9, "cli_options": 8, "cli_live": 9, "cli_training": 9, "terminal": 8, "doctor": 8, "batch": 8, "live": 8,     "ui": 9, "cli": 9, "__main__": 10, "__init__": 10,
}  # fmt: skip


def imports_of(path: Path) -> set[str]:
    """Return the dotted names a file imports, at any depth."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def module_of(path: Path) -> str:
    """Return the top-level module a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


FILES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path):
    here = module_of(path)
    for name in imports_of(path):
        if name.startswith("formcheck."):
            there = name.split(".")[1]
            assert here == there or LAYER.get(there, -1) <= LAYER[here], f"{here} imports {name}"


@pytest.mark.parametrize(
    "path", [path for path in FILES if module_of(path) in SCIENCE], ids=lambda path: path.stem
)
def test_science_needs_only_numpy_and_scipy(path):
    assert not {name.split(".")[0] for name in imports_of(path)} & HEAVY
