"""Reads a TensorFlow.js graph model (model.json + weight shards) into a graph.Graph."""

import base64
import json
from pathlib import Path

import numpy as np

from .errors import ConversionError
from .graph import Graph, Node

RENAMED_OPS = {
    "AddV2": "Add",
    "BatchMatMulV2": "BatchMatMul",
    "ConcatV2": "Concat",
    "DepthwiseConv2dNative": "DepthwiseConv2D",
    "GatherV2": "Gather",
    "_FusedConv2D": "Conv2D",
}
STORED_TYPES = {"float32": np.float32, "float16": np.float16, "int32": np.int32}


def read_tfjs(path: Path, outputs) -> Graph:
    """Reads the part of the model that `outputs` (names of the model's signature) may need."""
    model = json.loads(path.read_text(encoding="utf-8"))
    weights = _read_weights(model["weightsManifest"], path.parent)
    raw_nodes = {node["name"]: node for node in model["modelTopology"]["node"]}

    def resolve(reference):
        """The tensor name behind a reference "name:0", looking through Identity."""
        name, _, port = reference.partition(":")
        if port not in ("", "0"):
            raise ConversionError(f"tensor reference '{reference}': only output 0 is supported")
        if name in raw_nodes and raw_nodes[name]["op"] == "Identity":
            return resolve(raw_nodes[name]["input"][0])
        return name

    graph = Graph(inputs={}, outputs=[resolve(name) for name in outputs], nodes={}, constants={})
    for name, raw in raw_nodes.items():
        attributes = {key: _attribute(value) for key, value in raw.get("attr", {}).items()}
        inputs = [resolve(ref) for ref in raw.get("input", []) if not ref.startswith("^")]
        if raw["op"] == "Const":
            graph.constants[name] = weights[name]
        elif raw["op"] == "Placeholder":
            sizes = raw["attr"]["shape"]["shape"]["dim"]
            graph.inputs[name] = [max(1, int(size["size"])) for size in sizes]
        elif raw["op"] != "Identity":
            op = RENAMED_OPS.get(raw["op"], raw["op"])
            _add_node(graph, Node(name, op, inputs, attributes))
    return graph


def _read_weights(manifest, folder):
    weights = {}
    for group in manifest:
        data = b"".join((folder / shard).read_bytes() for shard in group["paths"])
        offset = 0
        for entry in group["weights"]:
            stored = entry.get("quantization", {}).get("dtype", entry["dtype"])
            if stored not in STORED_TYPES:
                raise ConversionError(f"weight '{entry['name']}' is stored as {stored}")
            dtype = np.dtype(STORED_TYPES[stored]).newbyteorder("<")
            count = int(np.prod(entry["shape"]))
            array = np.frombuffer(data, dtype, count, offset).reshape(entry["shape"])
            weights[entry["name"]] = array.astype(STORED_TYPES[entry["dtype"]])
            offset += count * dtype.itemsize
    return weights


def _attribute(value):
    """A TensorFlow attribute as a plain Python value; None for the kinds nobody reads here."""
    if "s" in value:
        return base64.b64decode(value["s"]).decode()
    if "i" in value:
        return int(value["i"])
    if "b" in value:
        return bool(value["b"])
    if "type" in value:
        return value["type"]
    if "list" in value:
        items = value["list"]
        return [int(i) for i in items.get("i", [])] or [base64.b64decode(s).decode() for s in items.get("s", [])]
    return None


def _add_node(graph, node):
    """Adds the node; a convolution's fused activation becomes a node that takes over its name."""
    fused = node.attributes.pop("fused_ops", None) or []
    activation = fused[1:] if fused[:1] == ["BiasAdd"] else fused
    if activation:
        if activation != ["Relu"]:
            raise ConversionError(f"'{node.name}' has the unknown fused operators {fused}")
        graph.nodes[node.name] = Node(node.name, "Relu", [f"{node.name}/linear"])
        node.name = f"{node.name}/linear"
    graph.nodes[node.name] = node
