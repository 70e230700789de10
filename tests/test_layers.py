"""Imports point down: science knows nothing of video, models or screens."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "formcheck"
SCIENCE = ("scene", "motion", "biomechanics", "gait", "metrics", "overground", "coaching")
SCREENS = {"streamlit", "starlette", "uvicorn", "jinja2", "markupsafe", "plotly", "matplotlib"}
HEAVY = {"cv2", "av", "mediapipe", "onnxruntime", *SCREENS}
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "frame_rate", "skeleton", "models", "course"),
    ("types", "files", "weights", "marks"),
    ("video", "biomechanics", "synthetic", "scene", "motion", "pose", "gait"),
    ("mocap",),
    ("metrics",),
    ("overground",),
    ("coaching", "timebase", "wording"),
    ("draw", "report", "export", "merge"),
    ("history", "pipeline"),
    ("validation", "batch", "live"),
    ("ui", "cli"),
    ("__main__", "__init__"),
)
LAYER = {name: floor for floor, names in enumerate(FLOORS) for name in names}


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
    own = [name for name in imports_of(path) if name.startswith("formcheck.")]
    there = {name: name.split(".")[1] for name in own}
    up = [name for name in own if there[name] != here and LAYER.get(there[name], -1) > LAYER[here]]
    assert up == []


@pytest.mark.parametrize(
    "path", [path for path in FILES if module_of(path) in SCIENCE], ids=lambda path: path.stem
)
def test_science_needs_only_numpy_and_scipy(path):
    names = imports_of(path)
    assert not {name.split(".")[0] for name in names} & HEAVY
    assert not [name for name in names if name.startswith("formcheck.files.templates")]


def file_of(name: str) -> Path | None:
    """Return the file that an imported dotted name comes from, None = another package's."""
    parts = name.split(".")[1:] if name.startswith("formcheck.") else []
    for length in range(len(parts), 0, -1):
        place = PACKAGE.joinpath(*parts[:length])
        for file in (place.with_suffix(".py"), place / "__init__.py"):
            if file.exists():
                return file
    return None


def test_no_two_files_import_each_other():
    """Files form no import circle, not even through a type or an import inside a function."""
    uses = {path: {file_of(name) for name in imports_of(path)} - {None, path} for path in FILES}
    uses = {path: {other for other in others if other.name != "__init__.py"} for path, others in uses.items()}
    order = TopologicalSorter(uses)
    order.prepare()  # raises CycleError and names the circle


def named_types(path: Path) -> set[str]:
    """Return the names of the classes and of the public `Literal` and `Callable` types of a file."""
    body = ast.parse(path.read_text()).body
    classes = {node.name for node in body if isinstance(node, ast.ClassDef)}
    assigned = {
        ast.unparse(node.targets[0]): ast.unparse(node.value) for node in body if isinstance(node, ast.Assign)
    }
    return classes | {name for name, value in assigned.items() if value.startswith(("Literal[", "Callable["))}


def test_the_name_of_a_type_means_one_thing():
    """Whoever searches for a type finds one place."""
    places: dict[str, list[str]] = {}
    for path in FILES:
        for name in named_types(path):
            places.setdefault(name, []).append(str(path.relative_to(PACKAGE)))
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
