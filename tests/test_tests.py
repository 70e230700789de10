"""Tests that cannot be passed by measuring nothing: rules for this folder, kept by reading it.

An assertion under an `if` says nothing where the condition fails, and nobody sees it. What
is expected to be missing belongs in a table; `pytest.skip` says aloud that a test was not run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "tests").rglob("*.py"))
CI = (ROOT / ".ci" / "run").read_text()
SILENT = (ast.Return, ast.Continue, ast.Break)


def branches(tree: ast.AST) -> Iterator[ast.If]:
    """Yield every `if` statement."""
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.If))


def inside(branch: ast.If) -> Iterator[ast.AST]:
    """Yield what an `if` and its `else` run, functions that are only defined there left out."""
    waiting: list[ast.AST] = [*branch.body, *branch.orelse]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            yield node
            waiting.extend(ast.iter_child_nodes(node))


def assertions_that_may_not_run(source: str) -> list[int]:
    """Return the lines of assertions under an `if`."""
    found = {
        node.lineno
        for branch in branches(ast.parse(source))
        for node in inside(branch)
        if isinstance(node, ast.Assert)
    }
    return sorted(found)


def ways_out_of_a_test(source: str) -> list[int]:
    """Return the lines at which a test leaves itself, or a loop of it, under an `if`."""
    tests = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    return sorted(
        {
            node.lineno
            for test in tests
            for branch in branches(test)
            for node in inside(branch)
            if isinstance(node, SILENT)
        }
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_assertion_stands_under_an_if(path):
    assert assertions_that_may_not_run(path.read_text()) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_test_leaves_quietly_under_an_if(path):
    assert ways_out_of_a_test(path.read_text()) == []


@pytest.mark.parametrize(
    "source, assertions, ways_out",
    [
        ("def test_a():\n    if x:\n        assert y\n", [3], []),
        (
            "def test_a():\n    for x in z:\n        if x:\n            pass\n        else:\n            assert y\n",
            [6],
            [],
        ),
        ("def helper():\n    if x:\n        assert y\n        return z\n", [3], []),
        ("def test_a():\n    if x:\n        return\n    assert y\n", [], [3]),
        ("def test_a():\n    for x in z:\n        if x:\n            continue\n        assert y\n", [], [4]),
        ("def test_a():\n    if x:\n        pytest.skip('not here')\n    assert y if z else not y\n", [], []),
        ("if x:\n    def test_a():\n        assert y\n", [], []),
    ],
)
def test_the_rules_see_what_they_forbid(source, assertions, ways_out):
    assert assertions_that_may_not_run(source) == assertions
    assert ways_out_of_a_test(source) == ways_out


def is_slow(path: Path) -> bool:
    """Return whether a file marks tests as slow."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == "slow"
        for node in ast.walk(ast.parse(path.read_text()))
    )


BY_HAND = {
    "test_app_load.py"
}  # a 400 MB upload and fifty more into a browser: minutes of one core, and of disk


def test_ci_runs_the_slow_tests_of_every_file():
    slow = {path.name for path in FILES if is_slow(path)} - BY_HAND
    assert "test_validation.py" in slow
    assert {name for name in slow if f"tests/{name}" not in CI} == set()
