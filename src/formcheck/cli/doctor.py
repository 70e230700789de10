"""What works on this machine: libraries, models, back-ends."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from formcheck.errors import SYSTEM_LIBRARIES, FormCheckError

NEEDED = {
    "av": "av",
    "cv2": "opencv-python",
    "onnxruntime": "onnxruntime",
    "scipy": "scipy",
    "streamlit": "streamlit",
}
OPTIONAL = {
    "mediapipe": ("mediapipe", "the second back-end"),
    "distributed": ("distributed", "batch on a cluster: pip install 'formcheck[cluster]'"),
    "fitdecode": ("fitdecode", "a watch's FIT files: pip install 'formcheck[watch]'"),
    "pyarrow": ("pyarrow", "Parquet export: pip install 'formcheck[parquet]'"),
}  # fmt: skip


@dataclass(frozen=True)
class Check:
    """One item that was checked."""

    name: str
    fine: bool
    needed: bool
    message: str


def examine() -> tuple[Check, ...]:
    """Check every library and every model file by loading it."""
    needed = [_library(module, package, "", True) for module, package in NEEDED.items()]
    optional = [_library(module, *about, False) for module, about in OPTIONAL.items()]
    return (*needed, _models(), *optional, _bfloat16())


def _library(module: str, package: str, use: str, needed: bool) -> Check:
    try:
        importlib.import_module(module)
        return Check(package, True, needed, version(package))
    except (ImportError, OSError, PackageNotFoundError) as error:
        system = ".so" in str(error)
        advice = SYSTEM_LIBRARIES if system else use or f"pip install {package}"
        return Check(package, False, needed, f"not usable ({error}); {advice}")


def _bfloat16() -> Check:
    """Say whether the nets can run in bfloat16 here; loaded as an analysis does, without usage statistics."""
    from formcheck.pose.runtimes import precision_of

    try:
        precision_of("bf16")
    except FormCheckError as error:
        return Check("bfloat16", False, False, str(error))
    return Check("bfloat16", True, False, f"possible with --precision bf16, openvino {version('openvino')}")


def _models() -> Check:
    from formcheck.weights import installed_models

    try:
        found = installed_models()
    except FormCheckError as error:
        return Check("models", False, True, str(error))
    return Check("models", bool(found), True, f"{len(found)} files, checksums right")
