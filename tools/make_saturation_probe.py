#!/usr/bin/env python3
"""Prints the graph of src/backends/onnx-whisper/saturation.ts: [1, 2] times two 8-bit weights of 127, which stand for 1.

Where the processor adds two products of 8-bit numbers in 16 bits, the sum of 255 * 127 and 255 * 127 is cut off at 32767.
"""

from base64 import b64encode

import numpy as np
from onnx import TensorProto
from whisper_export.graph import MICROSOFT, Graph

graph = Graph("probe")
x = graph.input("x", TensorProto.FLOAT, [1, 2])
weight = graph.constant(np.full((2, 1), 127, np.int8), "weight")
scale = graph.constant(np.array([1 / 127], np.float32), "scale")
graph.output(graph.node("DynamicQuantizeMatMul", [x, weight, scale], domain=MICROSOFT), "y", [1, 1])
print(b64encode(graph.model().SerializeToString(deterministic=True)).decode())
