"""encoder.onnx: log-mel features to the cross-attention keys and values of every decoder layer.

The graph computes a stretch of positions. Its own keys and values it writes into what an earlier run gave: states of audio that
lies some seconds back hardly change when more audio comes. `past_key.0` and `key.0` are meant to be the same memory, and so on;
what lies there before the first run, which computes all positions, does not matter. Those of the decoder, which the encoder does
not read, come as the rows that were computed, for the caller to keep.

A row may lie elsewhere in that memory than in the 30 s that the model knows: `first` is where the stretch lies in the memory,
`position` where in the 30 s. So a window can go on when its front is cut off.
"""

import numpy as np
from onnx import ModelProto, TensorProto

from .checkpoint import Checkpoint
from .graph import MICROSOFT, Graph
from .layers import Layers
from .linear import Linear


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
        self.position = graph.input("position", TensorProto.INT64, [1])
        self.count = graph.input("count", TensorProto.INT64, [1])
        self.behind = graph.node("Add", [self.first, self.count])
        self.places = self.computed_places()
        value = self.positioned(convolved(self.layers, features))
        for index in range(dims["audioLayers"]):
            value = self.block(value, index)
        states = self.layers.norm(value, "encoder.ln_post")
        self.cross_outputs(states)
        if debug_outputs:
            graph.output(states, "encoder_states", [1, "computed", dims["audioState"]])
        return graph.model()

    def positioned(self, value: str) -> str:
        """The wanted positions, with their rows of the position table."""
        graph = self.graph
        end = graph.node("Add", [self.skip, self.count])
        wanted = graph.slice(value, self.skip, end, 1)
        table = graph.constant(self.checkpoint["encoder.positional_embedding"], "encoder.positions")
        behind = graph.node("Add", [self.position, self.count])
        return graph.node("Add", [wanted, graph.slice(table, self.position, behind, 0)])

    def block(self, value: str, index: int) -> str:
        graph, layers, prefix = self.graph, self.layers, f"encoder.blocks.{index}"
        normed = layers.norm(value, f"{prefix}.attn_ln")
        names = [f"{prefix}.attn.{part}" for part in ("query", "key", "value")]
        query, key, content = layers.linears(normed, names, f"{prefix}.attn.qkv")
        keys = self.completed(key, f"key.{index}")
        contents = self.completed(content, f"value.{index}")
        attended = graph.node(
            "MultiHeadAttention", [query, keys, contents], domain=MICROSOFT, num_heads=self.checkpoint.heads
        )
        return layers.mlp(layers.add(value, layers.linear(attended, f"{prefix}.attn.out")), prefix)

    def completed(self, new: str, name: str) -> str:
        """What was computed, [1, computed, state], in its place among what an earlier run gave; an output under the name."""
        shape = self.shape("positions")
        past = self.graph.input(f"past_{name}", TensorProto.FLOAT, shape)
        return self.graph.overwritten(past, self.places, self.layers.heads_apart(new, [0, 2, 1, 3]), name, shape)

    def shape(self, rows: str) -> list:
        return [1, self.checkpoint.heads, rows, self.dims["audioState"] // self.checkpoint.heads]

    def computed_places(self) -> str:
        """Indices of the computed rows of [1, heads, positions, width]: [1, heads, computed, 3]."""
        graph, heads = self.graph, self.checkpoint.heads
        shape = graph.node("Concat", [graph.ints(1, heads), self.count, graph.ints(1)], axis=0)
        rows = graph.node("Unsqueeze", [graph.range(self.first, self.behind), graph.ints(0, 1, 3)])
        numbers = graph.constant(np.arange(heads, dtype=np.int64).reshape(1, heads, 1, 1), "head_numbers")
        parts = [graph.node("Expand", [part, shape]) for part in (graph.ints(0), numbers, rows)]
        return graph.node("Concat", parts, axis=3)

    def cross_outputs(self, states: str) -> None:
        """Keys and values of all decoder layers in one multiplication."""
        wanted = [(index, part) for index in range(self.dims["textLayers"]) for part in ("key", "value")]
        names = [f"decoder.blocks.{index}.cross_attn.{part}" for index, part in wanted]
        for (index, part), value in zip(wanted, self.layers.linears(states, names, "cross_attn.kv")):
            self.graph.output(self.layers.heads_apart(value, [0, 2, 1, 3]), f"cross_{part}.{index}", self.shape("computed"))


def convolved(layers: Layers, features: str) -> str:
    value = features
    for name, stride in (("encoder.conv1", 1), ("encoder.conv2", 2)):
        weight = layers.graph.constant(layers.checkpoint[f"{name}.weight"], f"{name}.weight")
        bias = layers.graph.constant(layers.checkpoint[f"{name}.bias"], f"{name}.bias")
        value = layers.gelu(layers.graph.node("Conv", [value, weight, bias], pads=[1, 1], strides=[stride], kernel_shape=[3]))
    return layers.graph.node("Transpose", [value], perm=[0, 2, 1])
