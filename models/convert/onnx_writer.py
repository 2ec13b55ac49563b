"""Collects ONNX nodes and constants and writes a checked model, the same bytes on every machine."""

import os
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 12
IR_VERSION = 7  # the format version that belongs to opset 12


class OnnxBuilder:
    """Nodes in the order of their creation; equal constants are stored once."""

    def __init__(self):
        self.nodes, self.initializers, self._constant_names = [], [], {}

    def add_node(self, op, inputs, **attributes) -> str:
        name = f"{op}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def add_constant(self, array) -> str:
        array = np.ascontiguousarray(array).reshape(np.shape(array))
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._constant_names:
            self._constant_names[key] = f"constant_{len(self._constant_names)}"
            self.initializers.append(numpy_helper.from_array(array, self._constant_names[key]))
        return self._constant_names[key]

    def rename(self, old_name, new_name):
        """Renames a tensor wherever it is made or used."""
        for node in self.nodes:
            node.input[:] = [new_name if name == old_name else name for name in node.input]
            node.output[:] = [new_name if name == old_name else name for name in node.output]

    def model(self, inputs, outputs) -> onnx.ModelProto:
        """`inputs` and `outputs` map names to shapes of integers and letters."""

        def declare(tensors):
            return [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in tensors.items()]

        graph = helper.make_graph(self.nodes, "graph", declare(inputs), declare(outputs), self.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        return model


def write_model(model, path: Path):
    """Checks the model and puts it in place in one step, so that no reader sees half a file."""
    onnx.checker.check_model(model)
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(model.SerializeToString(deterministic=True))
    os.replace(temporary, path)
