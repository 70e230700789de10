"""What runs the landmark nets: ONNX Runtime in float32, or OpenVINO in bfloat16.

A bfloat16 has the range of a float32 and 8 significant bits. Processors that multiply them natively
(AVX512-BF16, AMX) run the nets in about 0.6 of the time; the feet move by a few tenths of a pixel of the
crop (docs/pose.md). OpenVINO is the extra `openvino`: without it, or on another processor, everything is
float32, and so it is unless asked for otherwise.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from formcheck import weights
from formcheck.errors import BrokenModel, MissingLibrary, UsageError
from formcheck.types import PRECISION_OPTIONS, PrecisionOption

Precision = Literal["fp32", "bf16"]
IN_RECORDS: dict[Precision, str] = {"fp32": "float32", "bf16": "bfloat16"}
OPENVINO_NAMES: dict[Precision, str] = {"fp32": "f32", "bf16": "bf16"}
MOST_AT_ONCE = 8  # calls of one net


@dataclass(frozen=True, eq=False)
class ReadyNet:
    """A net that is ready to run; threads may share it."""

    inputs: tuple[str, ...]
    run: Callable[[Sequence[str], Mapping[str, np.ndarray]], list[np.ndarray]]
    """Called with names of outputs and inputs by name, returns the outputs."""


def precision_of(option: PrecisionOption) -> Precision:
    """Return the precision to compute in: with "auto" bfloat16 wherever that is possible.

    Raises
    ------
    UsageError
        If there is no such option, or bfloat16 is asked for on a processor without it.
    MissingLibrary
        If bfloat16 is asked for and OpenVINO cannot be loaded.
    """
    UsageError.unless_one_of("precision", option, PRECISION_OPTIONS)
    if option == "fp32":
        return "fp32"
    try:
        native = "BF16" in _openvino_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    except MissingLibrary:
        if option == "auto":
            return "fp32"
        raise
    if option == "bf16" and not native:
        raise UsageError(
            "This machine's processor cannot multiply in bfloat16 (AVX512-BF16 or AMX). Choose --precision fp32."
        )
    return "bf16" if native else "fp32"


def opened(file: str, precision: Precision) -> ReadyNet:
    """Return a shipped net in one precision.

    Raises
    ------
    BrokenModel, MissingLibrary
    """
    return on_openvino(file, precision) if precision == "bf16" else _on_onnx_runtime(file)


def _on_onnx_runtime(file: str) -> ReadyNet:
    session = weights.session(file)
    return ReadyNet(tuple(each.name for each in session.get_inputs()), session.run)


@lru_cache(maxsize=8)
def on_openvino(file: str, precision: Precision) -> ReadyNet:
    """Return a shipped net on OpenVINO; each call of it uses one thread, as on ONNX Runtime.

    Raises
    ------
    BrokenModel, MissingLibrary
    """
    core, at_once = _openvino_core(), min(MOST_AT_ONCE, os.cpu_count() or 1)
    settings = {
        "INFERENCE_PRECISION_HINT": OPENVINO_NAMES[precision],
        "NUM_STREAMS": at_once,
        "INFERENCE_NUM_THREADS": at_once,
        "ENABLE_CPU_PINNING": False,  # other programs use the cores too
    }
    try:
        compiled = core.compile_model(str(weights.installed_model(file).path), "CPU", settings)
    except RuntimeError as error:
        raise BrokenModel(f"{file} cannot be loaded by OpenVINO. Choose --precision fp32.") from error
    return ReadyNet(tuple(each.any_name for each in compiled.inputs), _Requests(compiled).run)


class _Requests:
    """The inference requests of one net, one for each thread that calls it."""

    def __init__(self, compiled: Any):
        self._compiled, self._of_thread = compiled, threading.local()

    def run(self, outputs: Sequence[str], inputs: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        """Return copies of the outputs: the next call overwrites the request's own."""
        if not hasattr(self._of_thread, "request"):
            self._of_thread.request = self._compiled.create_infer_request()
        request = self._of_thread.request
        request.infer(dict(inputs))
        return [request.get_tensor(name).data.copy() for name in outputs]


@lru_cache(maxsize=1)
def _openvino_core() -> Any:
    """Load OpenVINO without its usage statistics, which it would report at every import.

    Raises
    ------
    MissingLibrary
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # importing it fails from now on
    try:
        from openvino import Core

        return Core()
    except (ImportError, OSError) as error:
        raise MissingLibrary(
            f"bfloat16 takes OpenVINO, which cannot be loaded ({error}): pip install 'formcheck[openvino]', or choose --precision fp32."
        ) from error
