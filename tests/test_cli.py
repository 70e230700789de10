"""The command line: light to start, exit codes, JSON and nothing else, missing libraries in words."""

import json
import subprocess
import sys

import pytest

from movies import even, movie
from terminals import ended, formcheck, started

HEAVY = (
    "cv2", "av", "onnxruntime", "mediapipe", "streamlit", "starlette", "uvicorn", "jinja2", "scipy", "plotly",
    "matplotlib", "numpy",
)  # fmt: skip


def strict(text):
    """Read JSON that every reader can read: no NaN."""

    def refuse(word):
        raise AssertionError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


def test_help_loads_nothing_heavy():
    ask = f"import sys, formcheck.cli.main as c; c.run(['--help']); print([m for m in {HEAVY} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", ["analyze", "batch", "live", "app", "compare", "models", "doctor"])
def test_every_command_explains_itself(capfd, command):
    said = formcheck(capfd, command, "--help")
    assert said.code == 0 and "Usage" in said.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyse",),
        ("analyze",),
        ("analyze", "run.mp4", "--height", "1.78"),
        ("analyze", "run.mp4", "--view", "above"),
        ("analyze", "run.mp4", "--capture-fps", "0"),
        ("analyze", "run.mp4", "--fly"),
    ],
)
def test_wrong_usage_is_told_and_is_two(capfd, arguments):
    said = formcheck(capfd, *arguments)
    assert said.code == 2 and said.sentences and not said.out and "Traceback" not in said.err


def test_an_unknown_back_end_is_wrong_usage(capfd, tmp_path):
    clip = movie(tmp_path / "run.mp4", even(5))
    said = formcheck(capfd, "analyze", clip, "-o", tmp_path / "out", "--backend", "openpose")
    assert said.code == 2 and "blazepose, mediapipe" in said.err and not (tmp_path / "out").exists()


def test_a_refused_clip_gives_json_and_nothing_else(capfd, tmp_path):
    clip = movie(tmp_path / "empty_room.mp4", even(60))
    said = formcheck(capfd, "analyze", clip, "-o", tmp_path / "out", "--json")
    told = strict(said.out)
    assert said.code == 3 and told["refusal"]["code"] == "no_person"
    assert told["measurements"]["cadence"]["value"] is None
    assert (tmp_path / "out" / "empty_room" / "analysis.json").read_text() == said.out


def test_a_refused_clip_says_why_and_how_to_film_it(capfd, tmp_path):
    said = formcheck(capfd, "analyze", movie(tmp_path / "room.mp4", even(60)), "-o", tmp_path / "out")
    assert said.code == 3 and "Not measured" in said.out and "How to film it" in said.out
    assert not (tmp_path / "out" / "room" / "annotated.mp4").exists()


def test_models_are_listed_with_their_licence(capfd):
    said = formcheck(capfd, "models")
    assert said.code == 0 and said.out.count("Apache-2.0") >= 5


def test_the_doctor_finds_this_machine_well(capfd):
    said = formcheck(capfd, "doctor")
    assert said.code == 0 and "checksums right" in said.out


@pytest.mark.parametrize(
    "module, shared",
    [("cv2", "libGL.so.1"), ("av", "libglib-2.0.so.0"), ("onnxruntime", "libgomp.so.1")],
)
def test_a_missing_system_library_gives_the_command_that_mends_it(tmp_path, module, shared):
    words = f"{shared}: cannot open shared object file: No such file or directory"
    (tmp_path / f"{module}.py").write_text(f"raise ImportError({words!r})")
    clip = movie(tmp_path / "run.mp4", even(5))
    said = ended(
        started("analyze", clip, "-o", tmp_path / "out", cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)})
    )
    assert said.code == 2 and len(said.sentences) == 1 and shared in said.err
    assert "apt-get install libgl1 libglib2.0-0 libegl1 libgles2" in said.err


def test_a_library_that_is_not_installed_is_named(tmp_path):
    (tmp_path / "cv2.py").write_text("raise ModuleNotFoundError(\"No module named 'cv2'\", name='cv2')")
    said = ended(started("analyze", "run.mp4", cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}))
    assert said.code == 2 and "pip install" in said.err and "Traceback" not in said.err


def test_from_python_too_a_missing_library_is_one_of_our_errors(tmp_path):
    (tmp_path / "cv2.py").write_text("raise ImportError('libGL.so.1: cannot open shared object file')")
    ask = "import formcheck\ntry:\n    formcheck.analyze\nexcept formcheck.FormCheckError as e:\n    print(e)"
    found = subprocess.run(
        [sys.executable, "-c", ask], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True
    )  # fmt: skip
    assert "apt-get install" in found.stdout and not found.stderr


def test_a_fault_of_ours_is_a_sentence_unless_the_traceback_is_asked_for(capfd, monkeypatch):
    def broken():
        raise IndexError("list index out of range")

    monkeypatch.setattr("formcheck.weights.installed_models", broken)
    said = formcheck(capfd, "models")
    assert said.code == 4 and len(said.sentences) == 1 and "unexpected fault" in said.err
    monkeypatch.setenv("FORMCHECK_TRACEBACK", "1")
    with pytest.raises(IndexError):
        formcheck(capfd, "models")
