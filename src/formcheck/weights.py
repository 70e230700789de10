"""The model files: where they are, whether they match the manifest, and how to run them.

models/MANIFEST.json lists each file with its SHA-256, licence and origin. A file that
differs from its entry is not used.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from formcheck.errors import BrokenModel, MissingLibrary

FORMAT, VERSION = "formcheck-models", 1
AGAIN = "Install FormCheck again."


@dataclass(frozen=True)
class InstalledModel:
    """A model file that exists and matches the manifest."""

    name: str
    path: Path
    size_bytes: int
    sha256: str
    licence: str
    source: str


def models_folder() -> Path:
    """Return the folder of the models: inside the installed package or in the repository.

    Raises
    ------
    BrokenModel
        If neither exists.
    """
    here = Path(__file__).resolve()
    for folder in (here.parent / "models", here.parents[2] / "models"):
        if (folder / "MANIFEST.json").is_file():
            return folder
    raise BrokenModel(f"The folder of the models is missing. {AGAIN}")


@lru_cache(maxsize=1)
def manifest() -> dict[str, dict[str, Any]]:
    """Return the manifest's entries, keyed by file name.

    Raises
    ------
    BrokenModel
        If it cannot be read or has an unsupported format or version.
    """
    path = models_folder() / "MANIFEST.json"
    try:
        found = json.loads(path.read_text())
        if (found["format"], found["version"]) != (FORMAT, VERSION):
            raise BrokenModel(f"The models belong to another version of FormCheck. {AGAIN}")
        return dict(found["models"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenModel(f"The list of the models cannot be read. {AGAIN}") from error


@lru_cache(maxsize=16)
def installed_model(name: str) -> InstalledModel:
    """Return one model file; its checksum is verified once per process.

    Raises
    ------
    BrokenModel
        If it is missing, unknown, or differs from the manifest.
    """
    entry = manifest().get(name)
    path = models_folder() / name
    if entry is None or not path.is_file():
        raise BrokenModel(f"The model {name} is missing. {AGAIN}")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != entry["sha256"]:
        raise BrokenModel(f"The model {name} is damaged: its checksum is wrong. {AGAIN}")
    return InstalledModel(name, path, len(data), entry["sha256"], entry["licence"], entry["source"])


def is_there(name: str) -> bool:
    """Return whether a model's file exists; the large MediaPipe bundles are built only on demand."""
    return (models_folder() / name).is_file()


def installed_models() -> tuple[InstalledModel, ...]:
    """Return every model in the manifest, each verified; those built on demand only where they exist.

    Raises
    ------
    BrokenModel
        If one is missing or damaged.
    """
    wanted = [name for name, entry in manifest().items() if not entry.get("on_demand") or is_there(name)]
    return tuple(installed_model(name) for name in wanted)


def arrays(name: str) -> dict[str, np.ndarray]:
    """Return the arrays of a shipped `.npz` file.

    Raises
    ------
    BrokenModel
        If it is missing or damaged.
    """
    path = installed_model(name).path
    try:
        with np.load(path, allow_pickle=False) as found:
            return {key: found[key] for key in found.files}
    except (OSError, ValueError, BadZipFile) as error:
        raise BrokenModel(f"{path.name} cannot be read. {AGAIN}") from error


@lru_cache(maxsize=8)
def session(name: str) -> Any:
    """Return an ONNX Runtime session of a shipped model, on one thread; threads may share it.

    Several callers with one thread each are faster than one call with several threads, and
    stay fast when another program occupies the second core.
    """
    return open_session(installed_model(name).path)


def open_session(path: Path) -> Any:
    """Open any ONNX file on the CPU.

    Raises
    ------
    BrokenModel
        If it cannot be loaded.
    MissingLibrary
        If ONNX Runtime cannot be imported.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingLibrary.because("ONNX Runtime", error) from error
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise BrokenModel(f"{path.name} cannot be loaded as an ONNX model.") from error
