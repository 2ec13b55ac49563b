"""Reads a TensorFlow Lite model (float32 or float16 weights) into a graph.Graph.

The file is a flatbuffer; field numbers are those of TensorFlow's schema.fbs. Tensors are named
"t<index>" because the names in the file need not be unique.
"""

import struct
from pathlib import Path

import numpy as np

from .errors import ConversionError
from .graph import Graph, Node, fuse_prelu

BUILTIN_OPS = {
    0: "Add",
    1: "AvgPool",
    2: "Concat",
    3: "Conv2D",
    4: "DepthwiseConv2D",
    6: "Dequantize",
    14: "Sigmoid",
    17: "MaxPool",
    18: "Mul",
    19: "Relu",
    22: "Reshape",
    23: "ResizeBilinear",
    32: "Custom",
    34: "Pad",
    40: "Mean",
    41: "Sub",
    101: "Abs",
    117: "HardSwish",
}
TRANSPOSED_CONVOLUTION = "Convolution2DTransposeBias"  # MediaPipe's custom operator
TENSOR_TYPES = {0: "<f4", 1: "<f2", 2: "<i4"}
PADDINGS = {0: "SAME", 1: "VALID"}
# The options field that holds the fused activation, by operator.
ACTIVATION_FIELD = {
    "Add": 0,
    "AvgPool": 5,
    "Concat": 1,
    "Conv2D": 3,
    "DepthwiseConv2D": 4,
    "MaxPool": 5,
    "Mul": 0,
    "Sub": 0,
}


class Table:
    """A flatbuffer table; fields are read by their number in the schema."""

    def __init__(self, data, position):
        self.data, self.position = data, position

    @classmethod
    def root(cls, data):
        return cls(data, struct.unpack_from("<I", data, 0)[0])

    def _field(self, number):
        vtable = self.position - struct.unpack_from("<i", self.data, self.position)[0]
        size = struct.unpack_from("<H", self.data, vtable)[0]
        entry = 4 + 2 * number
        offset = struct.unpack_from("<H", self.data, vtable + entry)[0] if entry < size else 0
        return self.position + offset if offset else None

    def _follow(self, position):
        return position + struct.unpack_from("<I", self.data, position)[0]

    def _vector(self, number):
        """(position of the first element, element count)"""
        field = self._field(number)
        if field is None:
            return 0, 0
        vector = self._follow(field)
        return vector + 4, struct.unpack_from("<I", self.data, vector)[0]

    def number(self, number, kind, default=0):
        """A scalar; `kind` is a struct format character such as 'b', 'i', 'I'."""
        field = self._field(number)
        return default if field is None else struct.unpack_from("<" + kind, self.data, field)[0]

    def table(self, number):
        field = self._field(number)
        return None if field is None else Table(self.data, self._follow(field))

    def tables(self, number):
        start, count = self._vector(number)
        return [Table(self.data, self._follow(start + 4 * i)) for i in range(count)]

    def integers(self, number):
        start, count = self._vector(number)
        return list(struct.unpack_from(f"<{count}i", self.data, start))

    def bytes(self, number):
        start, count = self._vector(number)
        return self.data[start : start + count]


def read_tflite(path: Path) -> Graph:
    """Reads the model's only subgraph; its inputs and outputs are those of the file."""
    data = path.read_bytes()
    if data[4:8] != b"TFL3":
        raise ConversionError("this is not a TensorFlow Lite file")
    model = Table.root(data)
    op_codes = [_op_name(code) for code in model.tables(1)]
    subgraph = model.tables(2)[0]
    tensors = subgraph.tables(0)
    shapes = {f"t{i}": tensor.integers(0) for i, tensor in enumerate(tensors)}
    graph = Graph(
        inputs={f"t{i}": shapes[f"t{i}"] for i in subgraph.integers(1)},
        outputs=[f"t{i}" for i in subgraph.integers(2)],
        nodes={},
        constants=_read_constants(tensors, model.tables(4)),
    )
    for operator in subgraph.tables(3):
        name = f"t{operator.integers(2)[0]}"
        inputs = [f"t{i}" for i in operator.integers(1) if i >= 0]
        op = op_codes[operator.number(0, "I")]
        if op == "Dequantize":
            graph.constants[name] = graph.constant(inputs[0]).astype(np.float32)
        else:
            _add_node(graph, Node(name, op, inputs), operator, shapes)
    fuse_prelu(graph)
    return graph


def _op_name(code):
    # Files older than schema version 3a keep the code in field 0 (a byte), newer ones in field 3.
    builtin = code.number(3, "i") or code.number(0, "b")
    name = BUILTIN_OPS.get(builtin)
    if name == "Custom":
        name = code.bytes(1).decode()
    if name is None:
        raise ConversionError(f"built-in operator {builtin} is not supported")
    return name


def _read_constants(tensors, buffers):
    constants = {}
    for index, tensor in enumerate(tensors):
        data = buffers[tensor.number(2, "I")].bytes(0)
        if not data:
            continue
        kind = tensor.number(1, "b")
        if kind not in TENSOR_TYPES:
            raise ConversionError(f"tensor {index} has the unsupported type {kind}")
        array = np.frombuffer(data, TENSOR_TYPES[kind]).reshape(tensor.integers(0))
        constants[f"t{index}"] = array.astype(array.dtype.newbyteorder("="))
    return constants


def _add_node(graph, node, operator, shapes):
    """Adds the node with TensorFlow's attributes, filters reordered, its activation split off."""
    options, op = operator.table(4), node.op
    if op == "Conv2D":
        _set_window(node, options, padding=0, stride=1, dilation=4)
        _reorder_filter(graph, node, (1, 2, 3, 0))  # OHWI to HWIO
    elif op == "DepthwiseConv2D":
        _set_window(node, options, padding=0, stride=1, dilation=5)
        _reorder_filter(graph, node, (1, 2, 3, 0))  # 1HWC to HWC1
    elif op == TRANSPOSED_CONVOLUTION:
        _, stride_x, stride_y = struct.unpack_from("<3i", operator.bytes(5), 0)
        node.op = "TransposeConv2D"
        node.attributes = {"strides": [1, stride_y, stride_x, 1], "output_shape": shapes[node.name]}
        _reorder_filter(graph, node, (1, 2, 3, 0))  # OHWI to HWIO
    elif op in ("AvgPool", "MaxPool"):
        _set_window(node, options, padding=0, stride=1)
        node.attributes["ksize"] = [1, options.number(4, "i"), options.number(3, "i"), 1]
    elif op == "Concat":
        graph.constants[f"{node.name}/axis"] = np.int32(options.number(0, "i"))
        node.inputs.append(f"{node.name}/axis")
    elif op == "Reshape" and len(node.inputs) == 1:  # the shape is either an operand or an option
        graph.constants[f"{node.name}/shape"] = np.array(options.integers(0), np.int32)
        node.inputs.append(f"{node.name}/shape")
    elif op == "Mean":
        node.attributes = {"keep_dims": bool(options.number(0, "b"))}
    elif op == "ResizeBilinear":
        node.attributes = {"half_pixel_centers": bool(options.number(3, "b"))}

    activation = options.number(ACTIVATION_FIELD[op], "b") if options and op in ACTIVATION_FIELD else 0
    if activation not in (0, 1):
        raise ConversionError(f"operator {op} has the unsupported activation {activation}")
    if activation == 1:
        graph.nodes[node.name] = Node(node.name, "Relu", [f"{node.name}/linear"])
        node.name = f"{node.name}/linear"
    graph.nodes[node.name] = node


def _set_window(node, options, padding, stride, dilation=None):
    """Sets padding, strides and dilations; the arguments are field numbers (width, then height)."""
    node.attributes = {
        "padding": PADDINGS[options.number(padding, "b")],
        "strides": [1, options.number(stride + 1, "i"), options.number(stride, "i"), 1],
    }
    if dilation is not None:
        node.attributes["dilations"] = [1, options.number(dilation + 1, "i", 1), options.number(dilation, "i", 1), 1]


def _reorder_filter(graph, node, permutation):
    name = f"{node.inputs[1]}/hwio"
    graph.constants[name] = graph.constant(node.inputs[1]).transpose(permutation)
    node.inputs[1] = name
