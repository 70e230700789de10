"""The wheel works by itself: models inside, outside the checkout, without the network."""

import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from clips import ROOT, side_runner

MANIFEST = json.loads((ROOT / "models" / "MANIFEST.json").read_text())["models"]
SHIPPED = {name for name, entry in MANIFEST.items() if not entry.get("on_demand")}
FOLDER = {"MANIFEST.json", "README.md"}
PYTHONS = ("3.11", "3.12", "3.13")


def done(*command, cwd):
    """Run a command; its output if it went well."""
    found = subprocess.run([str(each) for each in command], cwd=cwd, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout


def interpreter(version):
    """The interpreter of this version, on the PATH or kept by pyenv; None if the machine has none."""
    on_path = shutil.which(f"python{version}")
    kept = sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    works = (
        each
        for each in (on_path, *kept)
        if each and not subprocess.run([each, "-c", ""], capture_output=True).returncode
    )
    return next(works, None)


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


def test_the_versions_tried_are_those_that_the_package_allows():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    allowed = SpecifierSet(project["requires-python"])
    assert [each for each in (f"3.{minor}" for minor in range(30)) if each in allowed] == list(PYTHONS)


@pytest.mark.slow
@pytest.mark.parametrize("version", PYTHONS)
def test_an_empty_environment_measures_a_clip(wheel, tmp_path, version):
    base = interpreter(version)
    if base is None:
        pytest.skip(f"Python {version} is not on this machine.")
    clip = side_runner()
    done(base, "-m", "venv", tmp_path / "empty", cwd=tmp_path)
    python = tmp_path / "empty" / "bin" / "python"
    done(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    program = tmp_path / "empty" / "bin" / "formcheck"
    assert "checksums right" in done(program, "doctor", cwd=tmp_path)
    told = done(
        program, "analyze", clip, "-o", tmp_path / "out", "--model", "fast", "--no-video", "--json", cwd=tmp_path
    )  # fmt: skip
    assert json.loads(told)["measurements"]["cadence"]["value"] > 100
    about = done(python, "-c", "import sys, formcheck; print(sys.version, formcheck.__file__)", cwd=tmp_path)
    assert about.startswith(f"{version}.") and str(tmp_path) in about
