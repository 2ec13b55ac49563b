"""Converts the pinned npm packages' networks to float32 ONNX; run as `python3 -m convert`."""
