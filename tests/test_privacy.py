"""Nothing leaves the machine, and no library leaves its own traces in the runner's home."""

import os
import subprocess
import sys

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
