"""Tests that cannot be passed by measuring nothing: rules for this folder, kept by reading it.

An assertion under an `if` says nothing where the condition fails, and nobody sees it. What
is expected to be missing belongs in a table; `pytest.skip` says aloud that a test was not run.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "tests").rglob("*.py"))
CI = (ROOT / ".ci" / "run").read_text()
SILENT = (ast.Return, ast.Continue)


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


NOT_IN_CI = {  # slow tests that .ci/run leaves out, and why
    "tests/test_live_session.py::test_the_window_shows_the_overlay": "needs a machine that does nothing else",
}


def test_ci_runs_every_slow_test_but_the_named_ones():
    (command,) = [
        line for line in CI.replace("\\\n", " ").splitlines() if '-m "slow and not browser"' in line
    ]
    left_out = re.findall(r"--deselect (\S+)", command)
    assert left_out == list(NOT_IN_CI)
    assert "tests/" not in re.sub(r"--deselect \S+", "", command)  # the whole folder, not a list of files


@pytest.mark.parametrize("name", NOT_IN_CI)
def test_what_ci_leaves_out_is_there(name):
    path, test = name.split("::")
    assert f"def {test}(" in (ROOT / path).read_text()
