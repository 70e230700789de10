"""BlazePose's TFLite graphs as ONNX: NCHW inside, pictures as bytes outside, unused heads left out.

General converters fail on these files (sparse weights in the detector, PAD in the
landmark nets), so the dozen operators they use are mapped here one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
HALF_FROM = 64  # arrays of more values are stored in 16 bits, as the TFLite files store them
OPERATORS = {code: name for name, code in vars(schema.BuiltinOperator).items() if not name.startswith("_")}
UNPACKING = ("DEQUANTIZE", "DENSIFY")


class Source:
    """A TFLite file: its operators, and every constant unpacked by running it once."""

    def __init__(self, path: Path):
        model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(path.read_bytes(), 0))
        self.graph = model.subgraphs[0]
        self.codes = [max(code.builtinCode, code.deprecatedBuiltinCode) for code in model.operatorCodes]
        self.buffers = model.buffers
        self.constants = self._constants(path)
        self.producer = {out: operator for operator in self.graph.operators for out in operator.outputs}

    def _constants(self, path: Path) -> dict[int, np.ndarray]:
        interpreter = Interpreter(
            str(path),
            experimental_preserve_all_tensors=True,
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        interpreter.allocate_tensors()
        entry = interpreter.get_input_details()[0]
        interpreter.set_tensor(entry["index"], np.zeros(entry["shape"], np.float32))
        interpreter.invoke()
        stored = [i for i, tensor in enumerate(self.graph.tensors) if self._stored(i) and not tensor.sparsity]
        unpacked = [
            operator.outputs[0]
            for operator in self.graph.operators
            if self.kind(operator) in UNPACKING and self._leads_to_stored(operator.inputs[0])
        ]
        values = {i: interpreter.get_tensor(i) for i in (*stored, *unpacked)}
        return {i: v.astype(np.float32) if v.dtype == np.float16 else v for i, v in values.items()}

    def _stored(self, tensor: int) -> bool:
        data = self.buffers[self.graph.tensors[tensor].buffer].data
        return data is not None and len(data) > 0

    def _leads_to_stored(self, tensor: int) -> bool:
        makers = {out: op for op in self.graph.operators for out in op.outputs}
        while tensor in makers and self.kind(makers[tensor]) in UNPACKING:
            tensor = makers[tensor].inputs[0]
        return self._stored(tensor)

    def kind(self, operator: Any) -> str:
        """Return the operator's name."""
        return OPERATORS[self.codes[operator.opcodeIndex]]

    def shape(self, tensor: int) -> list[int]:
        """Return a tensor's shape, NHWC."""
        return [int(length) for length in self.graph.tensors[tensor].shape]

    def output(self, name: str) -> int:
        """Return the graph output of this name."""
        return next(i for i in self.graph.outputs if self.graph.tensors[i].name.decode() == name)

    def needed(self, outputs: list[int]) -> list[Any]:
        """Return the operators the outputs hang on, in running order."""
        wanted: set[int] = set()
        open_ends = list(outputs)
        while open_ends:
            tensor = open_ends.pop()
            operator = self.producer.get(tensor)
            if operator is None or tensor in self.constants or id(operator) in wanted:
                continue
            wanted.add(id(operator))
            open_ends += [i for i in operator.inputs if i >= 0]
        return [operator for operator in self.graph.operators if id(operator) in wanted]


class Target:
    """The ONNX graph under construction."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []
        self.value: dict[int, str] = {}  # TFLite tensor -> ONNX name

    def node(self, kind: str, inputs: list[str], output: str = "", **options: Any) -> str:
        """Add a node; return its output's name."""
        output = output or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **options))
        return output

    def constant(self, values: np.ndarray) -> str:
        """Add a constant; large ones are kept in 16 bits and widened when loaded."""
        values = np.ascontiguousarray(values)
        name = f"w{len(self.weights)}"
        if values.dtype == np.float32 and values.size > HALF_FROM:
            self.weights.append(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
            return self.node("Cast", [f"{name}_half"], name, to=TensorProto.FLOAT)
        self.weights.append(numpy_helper.from_array(values, name))
        return name


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Return TFLite's SAME padding before and after one axis."""
    total = max((-(-size // stride) - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


def pads_of(options: Any, shape: list[int], kernel: tuple[int, int], dilation: tuple[int, int]) -> list[int]:
    """Return ONNX pads (top, left, bottom, right) of a window operator."""
    if options.padding != schema.Padding.SAME:
        return [0, 0, 0, 0]
    top, bottom = same_padding(shape[1], kernel[0], options.strideH, dilation[0])
    left, right = same_padding(shape[2], kernel[1], options.strideW, dilation[1])
    return [top, left, bottom, right]


class Conversion:
    """Maps operators one by one; each `_name` method returns the ONNX value it made."""

    def __init__(self, source: Source):
        self.source, self.target = source, Target()

    def add(self, operator: Any) -> None:
        """Convert one operator."""
        make = getattr(self, f"_{self.source.kind(operator).lower()}")
        self.target.value[operator.outputs[0]] = make(operator, operator.builtinOptions)

    def _in(self, operator: Any, index: int = 0) -> str:
        return self.target.value[operator.inputs[index]]

    def _activated(self, value: str, activation: int) -> str:
        kinds = schema.ActivationFunctionType
        if activation == kinds.RELU:
            return self.target.node("Relu", [value])
        if activation == kinds.RELU6:
            bounds = [self.target.constant(np.float32(bound)) for bound in (0, 6)]
            return self.target.node("Clip", [value, *bounds])
        if activation != kinds.NONE:
            raise ValueError(f"activation {activation} is not known here")
        return value

    def _convolution(self, operator: Any, options: Any, axes: tuple[int, ...], group: int) -> str:
        weights = self.source.constants[operator.inputs[1]].astype(np.float32)
        kernel = (int(weights.shape[1]), int(weights.shape[2]))
        dilation = (int(options.dilationHFactor), int(options.dilationWFactor))
        inputs = [self._in(operator), self.target.constant(weights.transpose(axes))]
        if len(operator.inputs) > 2 and operator.inputs[2] >= 0:
            inputs.append(self.target.constant(self.source.constants[operator.inputs[2]].astype(np.float32)))
        made = self.target.node(
            "Conv",
            inputs,
            kernel_shape=list(kernel),
            strides=[int(options.strideH), int(options.strideW)],
            dilations=list(dilation),
            pads=pads_of(options, self.source.shape(operator.inputs[0]), kernel, dilation),
            group=group,
        )
        return self._activated(made, options.fusedActivationFunction)

    def _conv_2d(self, operator: Any, options: Any) -> str:
        return self._convolution(operator, options, (0, 3, 1, 2), 1)

    def _depthwise_conv_2d(self, operator: Any, options: Any) -> str:
        channels = self.source.shape(operator.inputs[0])[3]
        return self._convolution(operator, options, (3, 0, 1, 2), channels)

    def _add(self, operator: Any, options: Any) -> str:
        terms = [self._term(operator, index) for index in (0, 1)]
        return self._activated(self.target.node("Add", terms), options.fusedActivationFunction)

    def _term(self, operator: Any, index: int) -> str:
        if operator.inputs[index] in self.target.value:
            return self._in(operator, index)
        values = self.source.constants[operator.inputs[index]]
        if values.ndim == 4:
            values = values.transpose(0, 3, 1, 2)
        elif values.ndim == 1 and len(self.source.shape(operator.outputs[0])) == 4:
            values = values.reshape(1, -1, 1, 1)
        return self.target.constant(values)

    def _pad(self, operator: Any, options: Any) -> str:
        pads = self.source.constants[operator.inputs[1]][[0, 3, 1, 2]]
        both = np.concatenate([pads[:, 0], pads[:, 1]]).astype(np.int64)
        return self.target.node("Pad", [self._in(operator), self.target.constant(both)])

    def _max_pool_2d(self, operator: Any, options: Any) -> str:
        kernel = (int(options.filterHeight), int(options.filterWidth))
        pads = pads_of(options, self.source.shape(operator.inputs[0]), kernel, (1, 1))
        strides = [int(options.strideH), int(options.strideW)]
        return self.target.node(
            "MaxPool", [self._in(operator)], kernel_shape=list(kernel), strides=strides, pads=pads
        )

    def _resize_bilinear(self, operator: Any, options: Any) -> str:
        before, after = self.source.shape(operator.inputs[0]), self.source.shape(operator.outputs[0])
        scale = np.array([1, 1, after[1] / before[1], after[2] / before[2]], np.float32)
        mode = "half_pixel" if options.halfPixelCenters else "asymmetric"
        return self.target.node(
            "Resize",
            [self._in(operator), "", self.target.constant(scale)],
            mode="linear",
            coordinate_transformation_mode="align_corners" if options.alignCorners else mode,
        )

    def _reshape(self, operator: Any, options: Any) -> str:
        value = self._in(operator)
        if len(self.source.shape(operator.inputs[0])) == 4:
            value = self.target.node("Transpose", [value], perm=[0, 2, 3, 1])
        shape = np.array([-1, *self.source.shape(operator.outputs[0])[1:]], np.int64)
        return self.target.node("Reshape", [value, self.target.constant(shape)])

    def _concatenation(self, operator: Any, options: Any) -> str:
        values = [self.target.value[i] for i in operator.inputs]
        return self.target.node("Concat", values, axis=int(options.axis))

    def _depth_to_space(self, operator: Any, options: Any) -> str:
        return self.target.node(
            "DepthToSpace", [self._in(operator)], blocksize=int(options.blockSize), mode="DCR"
        )

    def _logistic(self, operator: Any, options: Any) -> str:
        return self.target.node("Sigmoid", [self._in(operator)])


def convert(path: Path, outputs: Mapping[str, str], scale: float, offset: float) -> onnx.ModelProto:
    """Convert one file.

    Parameters
    ----------
    path : TFLite file
    outputs : new name of each output to keep → its name in the file
    scale, offset : what the net is fed is `pixel * scale + offset`

    Returns
    -------
    ModelProto with input `image` (N, H, W, 3) uint8 RGB and any batch size N
    """
    source = Source(path)
    conversion = Conversion(source)
    target = conversion.target
    ends = {name: source.output(old) for name, old in outputs.items()}
    entry = source.graph.inputs[0]
    target.value[entry] = _entry(target, scale, offset)
    for operator in source.needed(list(ends.values())):
        conversion.add(operator)
    gives = [_exit(target, source, name, tensor) for name, tensor in ends.items()]
    takes = helper.make_tensor_value_info("image", TensorProto.UINT8, ["N", *source.shape(entry)[1:]])
    graph = helper.make_graph(target.nodes, path.stem, [takes], gives, target.weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def _entry(target: Target, scale: float, offset: float) -> str:
    value = target.node("Cast", ["image"], to=TensorProto.FLOAT)
    value = target.node("Transpose", [value], perm=[0, 3, 1, 2])
    value = target.node("Mul", [value, target.constant(np.float32(scale))])
    return target.node("Add", [value, target.constant(np.float32(offset))]) if offset else value


def _exit(target: Target, source: Source, name: str, tensor: int) -> onnx.ValueInfoProto:
    target.node("Identity", [target.value[tensor]], name)
    shape = source.shape(tensor)
    shape = [shape[0], shape[3], shape[1], shape[2]] if len(shape) == 4 else shape
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", *shape[1:]])
