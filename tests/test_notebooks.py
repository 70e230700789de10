"""The notebooks run from top to bottom, as a reader runs them in a checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clips import ROOT

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


def cells_of(path: Path) -> list[str]:
    """Return the code of a notebook, cell by cell."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def run(path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Run a notebook in the checkout's root; return the names it leaves."""
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for code in cells_of(path):
        exec(compile(code, path.name, "exec"), names)
    return names


def test_there_are_two_and_they_are_kept_without_results():
    """Results in a stored notebook grow old unnoticed."""
    assert [path.stem for path in NOTEBOOKS] == ["folder_of_clips", "one_clip"]
    cells = [cell for path in NOTEBOOKS for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


@pytest.mark.slow
def test_one_clip_gives_numbers_steps_and_a_class(monkeypatch):
    names = run(ROOT / "docs/notebooks/one_clip.ipynb", monkeypatch)
    assert names["numbers"].loc["cadence", "value"] == pytest.approx(163.2, abs=0.5)
    assert names["numbers"].loc["arm_crossover", "why_missing"]
    assert names["strike"].metric == "foot_strike"
    assert len(names["steps"]) > 10


@pytest.mark.slow
def test_a_folder_gives_one_table(monkeypatch):
    names = run(ROOT / "docs/notebooks/folder_of_clips.ipynb", monkeypatch)
    assert list(names["summary"]["state"]) == ["measured", "refused"]
    assert names["summary"].loc["treadmill_left.mp4", "cadence_value"] == pytest.approx(163.2, abs=0.5)
    assert set(names["steps"].reset_index()["side"]) == {"left", "right"}
