"""The wheel works by itself: models inside, outside the checkout, without the network."""

import json
import subprocess
import sys
import tomllib
import venv
import zipfile

import pytest

from clips import ROOT, side_runner

MANIFEST = json.loads((ROOT / "models" / "MANIFEST.json").read_text())["models"]
SHIPPED = {name for name, entry in MANIFEST.items() if not entry.get("on_demand")}
FOLDER = {"MANIFEST.json", "README.md"}


def done(*command, cwd):
    """Run a command; its output if it went well."""
    found = subprocess.run([str(each) for each in command], cwd=cwd, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    done(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT, cwd=folder)
    return next(folder.glob("formcheck-*.whl"))


def test_the_wheel_takes_the_models_by_name():
    """A bundle made on demand, 30 MB, may lie in models/ where a wheel is built: it stays out."""
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]
    assert set(tool["wheel"]["force-include"]) == {f"models/{name}" for name in SHIPPED | FOLDER}
    assert set(tool["sdist"]["exclude"]) == {f"models/{name}" for name in MANIFEST if name not in SHIPPED}


@pytest.mark.slow
def test_everything_that_runs_is_inside(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    inside = {
        name.removeprefix("formcheck/models/") for name in names if name.startswith("formcheck/models/")
    }
    assert inside == SHIPPED | FOLDER
    data = [
        path.relative_to(ROOT / "src")
        for path in (ROOT / "src" / "formcheck").rglob("*")
        if path.suffix in (".toml", ".css", ".js", ".html", ".npz", ".json", ".svg", ".ttf")
    ]
    assert {str(path) for path in data} <= names
    assert any(name.endswith("licenses/NOTICE") for name in names)


@pytest.mark.slow
def test_an_empty_environment_measures_a_clip(wheel, tmp_path):
    clip = side_runner()
    venv.create(tmp_path / "empty", with_pip=True)
    python = tmp_path / "empty" / "bin" / "python"
    done(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    program = tmp_path / "empty" / "bin" / "formcheck"
    assert "checksums right" in done(program, "doctor", cwd=tmp_path)
    told = done(
        program, "analyze", clip, "-o", tmp_path / "out", "--model", "fast", "--no-video", "--json", cwd=tmp_path
    )  # fmt: skip
    assert json.loads(told)["measurements"]["cadence"]["value"] > 100
    where = done(python, "-c", "import formcheck; print(formcheck.__file__)", cwd=tmp_path)
    assert str(tmp_path) in where
