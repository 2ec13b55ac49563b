"""Lowers a TensorFlow graph (graph.Graph, N-H-W-C) to ONNX (N-C-H-W).

Shapes are tracked in TensorFlow's order all the way; a rank-4 value also knows whether its ONNX tensor is
stored channels first. Convolutions, pooling, PReLU and resizing want channels first; reshaping, matrix
products, gathering and transposing want TensorFlow's order; everything else takes what it gets and maps its
axes. A layout change is emitted once per value, and only where the two kinds meet.
"""

from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from .errors import ConversionError
from .onnx_writer import OnnxBuilder

TO_CHANNELS_FIRST = (0, 3, 1, 2)
TO_CHANNELS_LAST = (0, 2, 3, 1)

UNARY_OPS = {"Abs": "Abs", "Floor": "Floor", "Relu": "Relu", "Sigmoid": "Sigmoid"}
BINARY_OPS = {"Add": "Add", "Sub": "Sub", "Mul": "Mul", "Maximum": "Max", "Minimum": "Min"}
REDUCTIONS = {"Max": "ReduceMax", "Mean": "ReduceMean", "Min": "ReduceMin", "Prod": "ReduceProd", "Sum": "ReduceSum"}


@dataclass(frozen=True)
class Value:
    """A computed ONNX tensor: its name, its shape in TensorFlow's order, and how it is stored."""

    name: str
    shape: tuple
    channels_first: bool = False


def lower(graph, input_names, output_names, dynamic_axes):
    """Returns the ONNX model of `graph`.

    `input_names` and `output_names` are given to the inputs and outputs in their order; `dynamic_axes` maps an
    axis of the channels-first tensor (0 = batch) to the letter that stands for its size.
    """
    return _Lowering(graph).run(input_names, output_names, dynamic_axes)


class _Lowering:
    def __init__(self, graph):
        self.graph = graph
        self.builder = OnnxBuilder()
        self.values = {}  # TensorFlow name to Value
        self.relaid = {}  # (ONNX name, wanted layout) to Value

    def run(self, input_names, output_names, dynamic_axes):
        def declared(shape):
            return [dynamic_axes.get(axis, size) for axis, size in enumerate(shape)]

        inputs, outputs = {}, {}
        for (name, shape), public_name in zip(self.graph.inputs.items(), input_names):
            self.values[name] = Value(public_name, tuple(shape), channels_first=True)
            inputs[public_name] = declared([shape[axis] for axis in TO_CHANNELS_FIRST])
        for node in self.graph.topological_order():
            handler = getattr(self, f"lower_{node.op}", None) or self.generic_handler(node.op)
            self.values[node.name] = handler(node)
        for name, public_name in zip(self.graph.outputs, output_names):
            value = self.values[name]
            shape = value.shape
            if len(shape) == 4 and shape[1:3] == (1, 1):
                value = self.reshape(self.channels_last(value), (shape[0], shape[3]))
                shape = value.shape
            elif len(shape) == 4:
                value = self.channels_first(value)
                shape = [shape[axis] for axis in TO_CHANNELS_FIRST]
            self.builder.rename(value.name, public_name)
            outputs[public_name] = declared(shape)
        return self.builder.model(inputs, outputs)

    def generic_handler(self, op):
        if op in UNARY_OPS:
            return self.lower_unary
        if op in BINARY_OPS:
            return self.lower_binary
        if op in REDUCTIONS:
            return self.lower_reduction
        raise ConversionError(f"operator {op} is not supported")

    # ---- values, constants, layouts

    def emit(self, op, inputs, shape, channels_first=False, **attributes):
        return Value(self.builder.add_node(op, inputs, **attributes), tuple(shape), channels_first)

    def integers(self, numbers):
        return self.builder.add_constant(np.array(numbers, np.int64))

    def constant_integers(self, name):
        """A constant operand such as a shape or a list of axes, as a list of ints."""
        return [int(number) for number in np.atleast_1d(self.graph.constant(name))]

    def reshape(self, value, shape, channels_first=False):
        """Reinterprets the stored tensor; a first size that stays is written as 0, "as in the input"."""
        stored = [shape[axis] for axis in TO_CHANNELS_FIRST] if channels_first else list(shape)
        if stored[0] == value.shape[0]:
            stored[0] = 0
        return self.emit("Reshape", [value.name, self.integers(stored)], shape, channels_first)

    def change_layout(self, value, channels_first):
        key = (value.name, channels_first)
        if key not in self.relaid:
            _, height, width, channels = value.shape
            if channels == 1 or height == width == 1:  # the same bytes in both layouts
                self.relaid[key] = self.reshape(value, value.shape, channels_first)
            else:
                permutation = TO_CHANNELS_FIRST if channels_first else TO_CHANNELS_LAST
                self.relaid[key] = self.emit("Transpose", [value.name], value.shape, channels_first, perm=permutation)
        return self.relaid[key]

    def channels_first(self, value):
        if value.channels_first:
            return value
        if len(value.shape) != 4:
            raise ConversionError(f"a rank-{len(value.shape)} tensor is used where an image is needed")
        return self.change_layout(value, channels_first=True)

    def channels_last(self, value):
        return self.change_layout(value, channels_first=False) if value.channels_first else value

    def image(self, name):
        return self.channels_first(self.values[name])

    def plain(self, name):
        return self.channels_last(self.values[name])

    def plain_operand(self, name):
        """(ONNX name, shape) of a constant or a value in TensorFlow's order."""
        if name in self.graph.constants:
            array = self.graph.constants[name]
            return self.builder.add_constant(array), array.shape
        value = self.plain(name)
        return value.name, value.shape

    def aligned_operands(self, names):
        """ONNX names of operands in one common layout, their shapes, and whether it is channels first."""
        values = [self.values.get(name) for name in names]
        channels_first = any(value is not None and value.channels_first for value in values)
        operands, shapes = [], []
        for name, value in zip(names, values):
            if value is None:
                array = self.graph.constant(name)
                shapes.append(array.shape)
                if channels_first and array.size == 1:
                    array = array.reshape(())
                elif channels_first:
                    array = array.reshape((1,) * (4 - array.ndim) + array.shape).transpose(TO_CHANNELS_FIRST)
                operands.append(self.builder.add_constant(array))
            else:
                shapes.append(value.shape)
                operands.append((self.channels_first(value) if channels_first else value).name)
        return operands, shapes, channels_first

    @staticmethod
    def stored_axis(value_is_channels_first, axis):
        return TO_CHANNELS_FIRST.index(axis) if value_is_channels_first else axis

    # ---- convolution and pooling

    @staticmethod
    def window(node, value, kernel):
        """(strides, pads in ONNX's order top-left-bottom-right, output height and width)"""
        strides = node.attributes["strides"][1:3]
        if set(node.attributes.get("dilations", [1])) != {1}:
            raise ConversionError(f"'{node.name}': dilated windows are not supported")
        before, after, sizes = [], [], []
        for size, kernel_size, stride in zip(value.shape[1:3], kernel, strides):
            if node.attributes["padding"] == "SAME":  # an odd pad goes to the bottom and right
                output_size = -(-size // stride)
                pad = max((output_size - 1) * stride + kernel_size - size, 0)
            elif node.attributes["padding"] == "VALID":
                output_size = (size - kernel_size) // stride + 1
                pad = 0
            else:
                raise ConversionError(f"'{node.name}': padding {node.attributes['padding']} is not supported")
            before.append(pad // 2)
            after.append(pad - pad // 2)
            sizes.append(output_size)
        return strides, before + after, sizes

    def convolve(self, node, weights, group):
        """`weights` are in ONNX's order [out, in / group, height, width]."""
        image = self.image(node.inputs[0])
        kernel = weights.shape[2:]
        strides, pads, sizes = self.window(node, image, kernel)
        inputs = [image.name] + [self.builder.add_constant(array) for array in self.weights_and_bias(node, weights)]
        shape = (image.shape[0], *sizes, weights.shape[0])
        return self.emit("Conv", inputs, shape, True, kernel_shape=kernel, strides=strides, pads=pads, group=group)

    def weights_and_bias(self, node, weights):
        return [weights] + [self.graph.constant(name).reshape(-1) for name in node.inputs[2:3]]

    def lower_Conv2D(self, node):
        return self.convolve(node, self.graph.constant(node.inputs[1]).transpose(3, 2, 0, 1), group=1)

    def lower_DepthwiseConv2D(self, node):
        weights = self.graph.constant(node.inputs[1])
        if weights.shape[3] != 1:
            raise ConversionError(f"'{node.name}': a depth multiplier other than 1 is not supported")
        return self.convolve(node, weights.transpose(2, 3, 0, 1), group=weights.shape[2])

    def lower_TransposeConv2D(self, node):
        image = self.image(node.inputs[0])
        weights = self.graph.constant(node.inputs[1]).transpose(2, 3, 0, 1)  # [in, out, height, width]
        kernel, strides = weights.shape[2:], node.attributes["strides"][1:3]
        shape = tuple(node.attributes["output_shape"])
        if tuple(kernel) != tuple(strides) or any(
            size * stride != output_size for size, stride, output_size in zip(image.shape[1:3], strides, shape[1:3])
        ):
            raise ConversionError(f"'{node.name}': a transposed convolution with overlap is not supported")
        inputs = [image.name] + [self.builder.add_constant(array) for array in self.weights_and_bias(node, weights)]
        return self.emit("ConvTranspose", inputs, shape, True, kernel_shape=kernel, strides=strides)

    def lower_MaxPool(self, node):
        image = self.image(node.inputs[0])
        kernel = node.attributes["ksize"][1:3]
        strides, pads, sizes = self.window(node, image, kernel)
        shape = (image.shape[0], *sizes, image.shape[3])
        return self.emit("MaxPool", [image.name], shape, True, kernel_shape=kernel, strides=strides, pads=pads)

    def lower_AvgPool(self, node):
        """Only averages over the whole map occur; written so, they hold for every image size."""
        image = self.image(node.inputs[0])
        if tuple(node.attributes["ksize"][1:3]) != image.shape[1:3]:
            raise ConversionError(f"'{node.name}': only global average pooling is supported")
        return self.emit("GlobalAveragePool", [image.name], (image.shape[0], 1, 1, image.shape[3]), True)

    def lower_ResizeBilinear(self, node):
        """Written with scale factors, not sizes, so that it holds for every image size."""
        image = self.image(node.inputs[0])
        sizes = self.constant_integers(node.inputs[1])
        scales = [output_size / size for output_size, size in zip(sizes, image.shape[1:3])]
        if not node.attributes["half_pixel_centers"] or any(not scale.is_integer() for scale in scales):
            raise ConversionError(f"'{node.name}': only enlarging by integers with half-pixel centres is supported")
        no_region = self.builder.add_constant(np.zeros(0, np.float32))
        factors = self.builder.add_constant(np.array([1, 1, *scales], np.float32))
        shape = (image.shape[0], *sizes, image.shape[3])
        return self.emit(
            "Resize",
            [image.name, no_region, factors],
            shape,
            True,
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        )

    # ---- element by element

    def lower_unary(self, node):
        value = self.values[node.inputs[0]]
        return self.emit(UNARY_OPS[node.op], [value.name], value.shape, value.channels_first)

    def lower_binary(self, node):
        operands, shapes, channels_first = self.aligned_operands(node.inputs)
        return self.emit(BINARY_OPS[node.op], operands, np.broadcast_shapes(*shapes), channels_first)

    def lower_AddN(self, node):
        operands, shapes, channels_first = self.aligned_operands(node.inputs)
        return self.emit("Sum", operands, shapes[0], channels_first)

    def lower_Square(self, node):
        value = self.values[node.inputs[0]]
        return self.emit("Mul", [value.name, value.name], value.shape, value.channels_first)

    def lower_Rsqrt(self, node):
        value = self.values[node.inputs[0]]
        root = self.builder.add_node("Sqrt", [value.name])
        return self.emit("Reciprocal", [root], value.shape, value.channels_first)

    def lower_Prelu(self, node):
        image = self.image(node.inputs[0])
        slope = self.graph.constant(node.inputs[1]).reshape(-1, 1, 1)
        return self.emit("PRelu", [image.name, self.builder.add_constant(slope)], image.shape, True)

    def lower_HardSwish(self, node):
        value = self.values[node.inputs[0]]
        gate = self.builder.add_node("HardSigmoid", [value.name], alpha=1 / 6, beta=0.5)
        return self.emit("Mul", [value.name, gate], value.shape, value.channels_first)

    def lower_Cast(self, node):
        value = self.values[node.inputs[0]]
        if node.attributes["DstT"] != "DT_INT32":
            raise ConversionError(f"'{node.name}': only casts to int32 are supported")
        return self.emit("Cast", [value.name], value.shape, value.channels_first, to=TensorProto.INT32)

    # ---- along axes

    def lower_reduction(self, node):
        value = self.values[node.inputs[0]]
        if not node.attributes["keep_dims"]:
            raise ConversionError(f"'{node.name}': only reductions that keep the rank are supported")
        axes = {axis % len(value.shape) for axis in self.constant_integers(node.inputs[1])}
        shape = [1 if axis in axes else size for axis, size in enumerate(value.shape)]
        stored_axes = sorted(self.stored_axis(value.channels_first, axis) for axis in axes)
        return self.emit(REDUCTIONS[node.op], [value.name], shape, value.channels_first, axes=stored_axes, keepdims=1)

    def lower_Pad(self, node):
        value = self.values[node.inputs[0]]
        pads = self.graph.constant(node.inputs[1]).astype(np.int64)  # [axis, (before, after)]
        shape = [size + int(before + after) for size, (before, after) in zip(value.shape, pads)]
        if value.channels_first:
            pads = pads[list(TO_CHANNELS_FIRST)]
        return self.emit("Pad", [value.name, self.integers(pads.T.reshape(-1))], shape, value.channels_first)

    def lower_Concat(self, node):
        *names, axis_name = node.inputs
        operands, shapes, channels_first = self.aligned_operands(names)
        axis = self.constant_integers(axis_name)[0] % len(shapes[0])
        shape = list(shapes[0])
        shape[axis] = sum(other[axis] for other in shapes)
        return self.emit("Concat", operands, shape, channels_first, axis=self.stored_axis(channels_first, axis))

    def lower_StridedSlice(self, node):
        value = self.values[node.inputs[0]]
        begins, ends, strides = (self.constant_integers(name) for name in node.inputs[1:4])
        begin_mask, end_mask = node.attributes["begin_mask"], node.attributes["end_mask"]
        if any(node.attributes[f"{kind}_mask"] for kind in ("ellipsis", "new_axis", "shrink_axis")):
            raise ConversionError(f"'{node.name}': slices that change the rank are not supported")
        shape, starts, stops, steps, axes = list(value.shape), [], [], [], []
        for axis, (begin, end, stride) in enumerate(zip(begins, ends, strides)):
            begin = None if begin_mask >> axis & 1 else begin
            end = None if end_mask >> axis & 1 else end
            start, stop, step = slice(begin, end, stride).indices(value.shape[axis])
            if step < 1:
                raise ConversionError(f"'{node.name}': backward slices are not supported")
            shape[axis] = len(range(start, stop, step))
            if (start, stop, step) != (0, value.shape[axis], 1):
                starts.append(start)
                stops.append(stop)
                steps.append(step)
                axes.append(self.stored_axis(value.channels_first, axis))
        if not axes:
            return value
        inputs = [value.name] + [self.integers(numbers) for numbers in (starts, stops, axes, steps)]
        return self.emit("Slice", inputs, shape, value.channels_first)

    # ---- in TensorFlow's order only

    def lower_Reshape(self, node):
        value = self.plain(node.inputs[0])
        shape = self.constant_integers(node.inputs[1])
        if -1 in shape:
            shape[shape.index(-1)] = int(np.prod(value.shape)) // -int(np.prod(shape))
        return value if tuple(shape) == value.shape else self.reshape(value, shape)

    def lower_Transpose(self, node):
        value = self.plain(node.inputs[0])
        permutation = self.constant_integers(node.inputs[1])
        return self.emit("Transpose", [value.name], [value.shape[axis] for axis in permutation], perm=permutation)

    def lower_Gather(self, node):
        value = self.plain(node.inputs[0])
        indices = self.graph.constant(node.inputs[1])
        axis = self.constant_integers(node.inputs[2])[0]
        shape = value.shape[:axis] + indices.shape + value.shape[axis + 1 :]
        return self.emit("Gather", [value.name, self.builder.add_constant(indices)], shape, axis=axis)

    def lower_GatherNd(self, node):
        value, indices = self.plain(node.inputs[0]), self.plain(node.inputs[1])
        wide_indices = self.builder.add_node("Cast", [indices.name], to=TensorProto.INT64)
        shape = indices.shape[:-1] + value.shape[indices.shape[-1] :]
        return self.emit("GatherND", [value.name, wide_indices], shape)

    def lower_BatchMatMul(self, node):
        (left, left_shape), (right, right_shape) = (self.plain_operand(name) for name in node.inputs)
        if node.attributes["adj_x"]:
            raise ConversionError(f"'{node.name}': a transposed first factor is not supported")
        if node.attributes["adj_y"]:
            permutation = list(range(len(right_shape)))
            permutation[-2:] = permutation[:-3:-1]
            right = self.builder.add_node("Transpose", [right], perm=permutation)
            right_shape = [right_shape[axis] for axis in permutation]
        shape = np.broadcast_shapes(left_shape[:-2], tuple(right_shape[:-2])) + (left_shape[-2], right_shape[-1])
        return self.emit("MatMul", [left, right], shape)
