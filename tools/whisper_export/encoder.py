"""encoder.onnx: log-mel features to the cross-attention keys and values of every decoder layer.

The graph computes a stretch of positions and takes the others from an earlier run: states of audio that lies some seconds
back hardly change when more audio comes. With no earlier run (empty inputs) it computes all.
"""

import numpy as np
from onnx import ModelProto, TensorProto

from .checkpoint import Checkpoint
from .graph import MICROSOFT, Graph
from .layers import Layers
from .linear import Linear

END = np.iinfo(np.int64).max


def encoder_model(checkpoint: Checkpoint, linear: Linear, debug_outputs: bool = False) -> ModelProto:
    return Encoder(checkpoint, linear).model(debug_outputs)


class Encoder:
    def __init__(self, checkpoint: Checkpoint, linear: Linear) -> None:
        self.checkpoint = checkpoint
        self.dims = checkpoint.dims
        self.graph = Graph("whisper_encoder")
        self.layers = Layers(self.graph, checkpoint, linear)

    def model(self, debug_outputs: bool) -> ModelProto:
        graph, dims = self.graph, self.dims
        features = graph.input("input_features", TensorProto.FLOAT, [1, dims["mels"], "frames"])
        self.skip = graph.input("skip", TensorProto.INT64, [1])
        self.first = graph.input("first", TensorProto.INT64, [1])
        self.count = graph.input("count", TensorProto.INT64, [1])
        self.behind = graph.node("Add", [self.first, self.count])
        value = self.positioned(convolved(self.layers, features))
        for index in range(dims["audioLayers"]):
            value = self.block(value, index)
        states = self.layers.norm(value, "encoder.ln_post")
        self.cross_outputs(states)
        if debug_outputs:
            graph.output(states, "encoder_states", [1, "computed", dims["audioState"]])
        return graph.model()

    def positioned(self, value: str) -> str:
        """The wanted positions, with their rows of the position table: windows of any length begin at position 0."""
        graph = self.graph
        end = graph.node("Add", [self.skip, self.count])
        wanted = graph.slice(value, self.skip, end, 1)
        table = graph.constant(self.checkpoint["encoder.positional_embedding"], "encoder.positions")
        return graph.node("Add", [wanted, graph.slice(table, self.first, self.behind, 0)])

    def block(self, value: str, index: int) -> str:
        graph, layers, prefix = self.graph, self.layers, f"encoder.blocks.{index}"
        state = self.dims["audioState"]
        normed = layers.norm(value, f"{prefix}.attn_ln")
        names = [f"{prefix}.attn.{part}" for part in ("query", "key", "value")]
        query, key, content = layers.linears(normed, names, f"{prefix}.attn.qkv")
        keys = self.completed(key, f"key.{index}", [1, "positions", state], 1)
        contents = self.completed(content, f"value.{index}", [1, "positions", state], 1)
        attended = graph.node(
            "MultiHeadAttention", [query, keys, contents], domain=MICROSOFT, num_heads=self.checkpoint.heads
        )
        return layers.mlp(layers.add(value, layers.linear(attended, f"{prefix}.attn.out")), prefix)

    def completed(self, new: str, name: str, shape: list, axis: int) -> str:
        """What was computed, in its place among what an earlier run gave; an output under the name."""
        graph = self.graph
        past_shape = ["past" if size == "positions" else size for size in shape]
        past = graph.input(f"past_{name}", TensorProto.FLOAT, past_shape)
        before = graph.slice(past, graph.ints(0), self.first, axis)
        after = graph.slice(past, self.behind, graph.ints(END), axis)
        whole = graph.node("Concat", [before, new, after], axis=axis)
        graph.output(whole, name, shape)
        return whole

    def cross_outputs(self, states: str) -> None:
        """Keys and values of all decoder layers in one multiplication."""
        dims, layers = self.dims, self.layers
        heads, width = dims["textHeads"], dims["textState"] // dims["textHeads"]
        names = [
            f"decoder.blocks.{index}.cross_attn.{part}" for index in range(dims["textLayers"]) for part in ("key", "value")
        ]
        parts = layers.linears(states, names, "cross_attn.kv")
        for index in range(dims["textLayers"]):
            key = layers.heads_apart(parts[2 * index], [0, 2, 3, 1])
            value = layers.heads_apart(parts[2 * index + 1], [0, 2, 1, 3])
            self.completed(key, f"cross_key.{index}", [1, heads, width, "positions"], 3)
            self.completed(value, f"cross_value.{index}", [1, heads, "positions", width], 2)


def convolved(layers: Layers, features: str) -> str:
    value = features
    for name, stride in (("encoder.conv1", 1), ("encoder.conv2", 2)):
        weight = layers.graph.constant(layers.checkpoint[f"{name}.weight"], f"{name}.weight")
        bias = layers.graph.constant(layers.checkpoint[f"{name}.bias"], f"{name}.bias")
        value = layers.gelu(layers.graph.node("Conv", [value, weight, bias], pads=[1, 1], strides=[stride], kernel_shape=[3]))
    return layers.graph.node("Transpose", [value], perm=[0, 2, 1])
