"""encoder.onnx: log-mel features to the cross-attention keys and values of every decoder layer."""

from onnx import ModelProto, TensorProto

from .checkpoint import Checkpoint
from .graph import MICROSOFT, Graph
from .layers import Layers
from .linear import Linear


def encoder_model(checkpoint: Checkpoint, linear: Linear, debug_outputs: bool = False) -> ModelProto:
    graph = Graph("whisper_encoder")
    layers = Layers(graph, checkpoint, linear)
    dims = checkpoint.dims
    features = graph.input("input_features", TensorProto.FLOAT, [1, dims["mels"], "frames"])
    value = positioned(graph, checkpoint, convolved(layers, features))
    for index in range(dims["audioLayers"]):
        value = block(layers, value, f"encoder.blocks.{index}")
    states = layers.norm(value, "encoder.ln_post")
    cross_outputs(layers, states)
    if debug_outputs:
        graph.output(states, "encoder_states", [1, "positions", dims["audioState"]])
    return graph.model()


def convolved(layers: Layers, features: str) -> str:
    value = features
    for name, stride in (("encoder.conv1", 1), ("encoder.conv2", 2)):
        weight = layers.graph.constant(layers.checkpoint[f"{name}.weight"], f"{name}.weight")
        bias = layers.graph.constant(layers.checkpoint[f"{name}.bias"], f"{name}.bias")
        value = layers.gelu(layers.graph.node("Conv", [value, weight, bias], pads=[1, 1], strides=[stride], kernel_shape=[3]))
    return layers.graph.node("Transpose", [value], perm=[0, 2, 1])


def positioned(graph: Graph, checkpoint: Checkpoint, value: str) -> str:
    """Adds the first rows of the position table: windows of any length begin at position 0."""
    table = graph.constant(checkpoint["encoder.positional_embedding"], "encoder.positions")
    return graph.node("Add", [value, graph.slice(table, graph.ints(0), graph.size(value, 1), 0)])


def block(layers: Layers, value: str, prefix: str) -> str:
    normed = layers.norm(value, f"{prefix}.attn_ln")
    names = [f"{prefix}.attn.{part}" for part in ("query", "key", "value")]
    query, key, content = layers.linears(normed, names, f"{prefix}.attn.qkv")
    attended = layers.graph.node(
        "MultiHeadAttention", [query, key, content], domain=MICROSOFT, num_heads=layers.checkpoint.heads
    )
    return layers.mlp(layers.add(value, layers.linear(attended, f"{prefix}.attn.out")), prefix)


def cross_outputs(layers: Layers, states: str) -> None:
    """Keys and values of all decoder layers in one multiplication."""
    dims = layers.checkpoint.dims
    width = dims["textState"] // dims["textHeads"]
    names = [
        f"decoder.blocks.{index}.cross_attn.{part}" for index in range(dims["textLayers"]) for part in ("key", "value")
    ]
    parts = layers.linears(states, names, "cross_attn.kv")
    for index in range(dims["textLayers"]):
        key = layers.heads_apart(parts[2 * index], [0, 2, 3, 1])
        value = layers.heads_apart(parts[2 * index + 1], [0, 2, 1, 3])
        layers.graph.output(key, f"cross_key.{index}", [1, dims["textHeads"], width, "positions"])
        layers.graph.output(value, f"cross_value.{index}", [1, dims["textHeads"], "positions", width])
