"""The trained nets as one ONNX file: weights halved to 16 bits, members side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from contact_training import ContactNet
from onnx import TensorProto, helper, numpy_helper

from formcheck.gait.net import CHANNELS

OPSET = 17


class _Graph:
    """Collects nodes and weights."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def add(self, kind: str, inputs: Sequence[str], output: str, **options: object) -> str:
        """Add a node; return its output's name."""
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **options))
        return output

    def weight(self, name: str, values: np.ndarray) -> str:
        """Store values in 16 bits, to be used in 32."""
        self.weights.append(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        return self.add("Cast", [f"{name}_half"], name, to=TensorProto.FLOAT)

    def conv(self, name: str, x: str, state: dict[str, np.ndarray], key: str, dilation: int = 1) -> str:
        """Add a convolution that keeps the length."""
        kernel = state[f"{key}.weight"]
        pad = dilation * (kernel.shape[2] // 2)
        inputs = [x, self.weight(f"{name}_w", kernel), self.weight(f"{name}_b", state[f"{key}.bias"])]
        return self.add("Conv", inputs, f"{name}_out", dilations=[dilation], pads=[pad, pad])


def write_onnx(nets: Sequence[ContactNet], dilations: Sequence[int], path: Path) -> None:
    """Write `motion` (2, CHANNELS, M) -> `contact` (members, 2, 5, M), checked."""
    graph = _Graph()
    graph.weights.append(numpy_helper.from_array(np.array([0], np.int64), "first"))
    members = [_member(graph, f"m{index}", net, dilations) for index, net in enumerate(nets)]
    graph.add("Concat", members, "contact", axis=0)
    takes = helper.make_tensor_value_info("motion", TensorProto.FLOAT, [2, CHANNELS, "samples"])
    gives = helper.make_tensor_value_info("contact", TensorProto.FLOAT, [len(nets), 2, 5, "samples"])
    made = helper.make_graph(graph.nodes, "contact", [takes], [gives], graph.weights)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString(deterministic=True))


def _member(graph: _Graph, name: str, net: ContactNet, dilations: Sequence[int]) -> str:
    state = {key: value.numpy() for key, value in net.state_dict().items()}
    x = graph.add("Relu", [graph.conv(f"{name}_in", "motion", state, "enter")], f"{name}_x")
    for index, dilation in enumerate(dilations):
        branch = graph.conv(f"{name}_{index}", x, state, f"layers.{index}", dilation)
        branch = graph.add("Relu", [branch], f"{name}_{index}_r")
        x = graph.add("Add", [x, branch], f"{name}_{index}_x")
    out = graph.conv(f"{name}_end", x, state, "leave")
    return graph.add("Unsqueeze", [out, "first"], f"{name}_u")
