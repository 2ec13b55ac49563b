"""What both readers (tfjs.py, tflite.py) produce and lower.py consumes: a TensorFlow graph.

Tensors are in TensorFlow's order (N, H, W, C), convolution filters are [height, width, in, out]
([height, width, channels, 1] for depthwise ones), operators bear TensorFlow's names without version
suffixes ("Add", not "AddV2"), every node has one output and fused activations are nodes of their own.
"""

from dataclasses import dataclass, field

import numpy as np

from .errors import ConversionError


@dataclass
class Node:
    """One operator; `name` is also the name of its only output."""

    name: str
    op: str
    inputs: list
    attributes: dict = field(default_factory=dict)


@dataclass
class Graph:
    """Nodes, constants and inputs share one name space; `inputs` maps a name to its shape."""

    inputs: dict
    outputs: list
    nodes: dict
    constants: dict

    def constant(self, name) -> np.ndarray:
        if name not in self.constants:
            raise ConversionError(f"tensor '{name}' should be constant but is computed")
        return self.constants[name]

    def topological_order(self):
        """The nodes which the outputs need, every node after its inputs."""
        order, done = [], set()
        pending = [(name, False) for name in reversed(self.outputs)]
        while pending:
            name, inputs_done = pending.pop()
            if name in done or name in self.constants or name in self.inputs:
                continue
            if name not in self.nodes:
                raise ConversionError(f"no tensor is called '{name}'")
            node = self.nodes[name]
            if inputs_done:
                done.add(name)
                order.append(node)
            else:
                pending.append((name, True))
                pending.extend((source, False) for source in reversed(node.inputs))
        return order


def fuse_prelu(graph):
    """Replaces Relu(x) + a * (x - |x|), MobileFaceNet's spelling, by Prelu(x, 2a)."""

    def producer(name, op):
        node = graph.nodes.get(name)
        return node if node and node.op == op else None

    for node in list(graph.nodes.values()):
        if node.op != "Add":
            continue
        relu, scaled = producer(node.inputs[0], "Relu"), producer(node.inputs[1], "Mul")
        if not relu or not scaled or scaled.inputs[0] not in graph.constants:
            continue
        source = relu.inputs[0]
        difference = producer(scaled.inputs[1], "Sub")
        if not difference or difference.inputs[0] != source:
            continue
        magnitude = producer(difference.inputs[1], "Abs")
        if not magnitude or magnitude.inputs[0] != source:
            continue
        slope = f"{node.name}/slope"
        graph.constants[slope] = 2 * graph.constants[scaled.inputs[0]]
        graph.nodes[node.name] = Node(node.name, "Prelu", [source, slope])
