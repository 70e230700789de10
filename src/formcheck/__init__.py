"""FormCheck measures running form from ordinary video, with its own uncertainty.

>>> import formcheck
>>> analysis = formcheck.analyze("run.mp4", formcheck.Runner(height_m=1.78))  # doctest: +SKIP
>>> analysis.measurements["cadence"].value  # doctest: +SKIP
"""

import os
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from formcheck.errors import FormCheckError, MissingLibrary

if TYPE_CHECKING:
    from formcheck.pipeline import analyze
    from formcheck.types import Analysis, Measurement, Runner

os.environ["ORT_DISABLE_TELEMETRY"] = (
    "1"  # ONNX Runtime reads it when first loaded, and reports home without it
)

try:
    __version__ = version("formcheck")
except PackageNotFoundError:  # a source tree on the path, not installed
    __version__ = "0+source"

__all__ = ["Analysis", "FormCheckError", "Measurement", "Runner", "__version__", "analyze"]


def __getattr__(name: str) -> Any:
    """Load the pipeline and the nouns, and with them the heavy libraries, when first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'formcheck' has no attribute {name!r}")
    try:
        return getattr(import_module("formcheck.pipeline" if name == "analyze" else "formcheck.types"), name)
    except ImportError as error:
        raise MissingLibrary.because(error.name or "A library", error) from error
