"""What is imported is declared, what is declared is imported, and the bounds are those that were tested."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
MODULE = {  # where a package's module has another name
    "fpdf2": "fpdf",
    "opencv-python": "cv2",
    "pillow": "PIL",
    "pyspellchecker": "spellchecker",
}
# run, never imported
TOOLS = {"mypy", "ruff", "pytest-timeout", "pytest-xdist", "mkdocs-material", "mkdocstrings"}
LOADED_BY_OTHERS = {"websockets"}  # by uvicorn, for every page of a live session
OWN_ENVIRONMENT = {"anny"}  # scripts/bake_body says how to make one


def requirements(texts):
    """Return requirements by package, without FormCheck's own extras."""
    found = (Requirement(text) for text in texts)
    return {each.name: each for each in found if each.name != "formcheck"}


NEEDED = requirements(PROJECT["dependencies"])
EXTRAS = requirements(text for texts in PROJECT["optional-dependencies"].values() for text in texts)
DECLARED = {**EXTRAS, **NEEDED}


def imported(*folders):
    """Return the top-level modules that the Python files in these folders import."""
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    python = [path for path in files if path.suffix == ".py" or b"env python" in path.read_bytes()[:40]]
    own = {path.stem for path in python if "src" not in path.parts}
    names = set()
    for path in python:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                names.add(node.module.split(".")[0])
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.importorskip":
                names.add(ast.literal_eval(node.args[0]).split(".")[0])
    return names - set(sys.stdlib_module_names) - own - {"formcheck"}


def modules(packages):
    return {MODULE.get(name, name.replace("-", "_")) for name in packages}


def test_the_package_imports_only_what_it_declares():
    extras = {"cluster", "parquet", "watch", "https", "openvino", "render"}
    optional = [text for extra in extras for text in PROJECT["optional-dependencies"][extra]]
    assert imported("src") <= modules(NEEDED) | modules(requirements(optional))


def test_every_import_is_declared():
    found = imported("src", "tests", "scripts", "benchmarks") - OWN_ENVIRONMENT
    assert found - {"packaging"} <= modules(DECLARED)  # packaging comes with pytest


def test_what_is_needed_is_imported_by_the_package():
    assert modules(set(NEEDED) - LOADED_BY_OTHERS) <= imported("src")


def test_every_extra_is_imported_somewhere():
    assert modules(set(EXTRAS) - TOOLS) <= imported("src", "tests", "scripts", "benchmarks")


@pytest.mark.parametrize("name", DECLARED)
def test_every_requirement_has_both_ends(name):
    kinds = {each.operator for each in DECLARED[name].specifier}
    assert kinds == {"=="} or kinds == {">=", "<"}


def pinned(file):
    """Return the versions of a constraints file by package."""
    lines = (ROOT / "constraints" / file).read_text().splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pairs}


def test_the_oldest_set_is_what_the_lower_bounds_say():
    oldest = pinned("oldest.txt")
    for name, requirement in NEEDED.items():
        (bound,) = (each.version for each in requirement.specifier if each.operator == ">=")
        assert oldest[name] == bound


def test_the_tested_versions_lie_within_the_bounds():
    tested = pinned("tested.txt")
    assert set(NEEDED) <= set(tested)
    for name in set(DECLARED) & set(tested):
        assert DECLARED[name].specifier.contains(tested[name]), name
