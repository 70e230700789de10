"""Nothing leaves the machine, and no library leaves its own traces in the runner's home."""

import os
import subprocess
import sys

from extras import needs_openvino

LOADS = """
import formcheck
from formcheck.weights import installed_models, session
session("contact.onnx")
session("blazepose_detector.onnx")
"""
SILENCED_BY = ("CI", "GITHUB_ACTIONS", "TF_BUILD", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS")


def run_at_home(code, home):
    """Run Python with an empty home, as on a runner's machine and not on a build server."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in SILENCED_BY and not name.startswith("XDG_")
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env={**kept, "HOME": str(home)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_models_run_without_an_identifier_for_the_machine(tmp_path):
    """ONNX Runtime 1.29 and later keep a device id and a queue of reports there, unless told not to."""
    run_at_home(LOADS, tmp_path)
    assert list(tmp_path.rglob("*")) == []


WATCHED = """
import sys

def note(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__":
        with open("asked", "a") as file:
            file.write(f"{event} {arguments[1:]}")
        raise OSError("the network is blocked")

sys.addaudithook(note)  # holds in forked processes too
from formcheck.pose.runtimes import on_openvino
on_openvino("blazepose_lite_maps.onnx", "fp32")
"""


@needs_openvino
def test_openvino_is_loaded_without_looking_up_its_statistics_host(tmp_path, monkeypatch):
    """Imported as it is, it makes an identifier of the machine and reports the import from a process of its own."""
    monkeypatch.chdir(tmp_path)
    run_at_home(WATCHED, tmp_path)
    assert list(tmp_path.rglob("*")) == []
