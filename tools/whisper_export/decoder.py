"""decoder.onnx: any number of tokens behind any number of past ones, in one graph without branches."""

import numpy as np
from onnx import ModelProto, TensorProto

from .checkpoint import Checkpoint
from .graph import MICROSOFT, Graph
from .layers import Layers
from .linear import Linear
from .vocabulary import Vocabulary

BLOCKED = np.float32(-1e9)


def decoder_model(checkpoint: Checkpoint, linear: Linear, vocabulary: Vocabulary) -> ModelProto:
    return Decoder(checkpoint, linear, vocabulary).model()


class Decoder:
    def __init__(self, checkpoint: Checkpoint, linear: Linear, vocabulary: Vocabulary) -> None:
        self.checkpoint = checkpoint
        self.dims = checkpoint.dims
        self.graph = Graph("whisper_decoder")
        self.layers = Layers(self.graph, checkpoint, linear)
        self.linear_form = linear
        self.vocabulary = vocabulary

    def model(self) -> ModelProto:
        graph, dims = self.graph, self.dims
        ids = graph.input("input_ids", TensorProto.INT64, [1, "tokens"])
        start = graph.input("logits_start", TensorProto.INT64, [1])
        self.declare_inputs()
        self.past = graph.size("past_key.0", 1)
        self.end = graph.node("Add", [self.past, graph.size(ids, 1)])
        mask = self.causal_mask()
        value = self.embedded(ids)
        followed = []
        for index in range(dims["textLayers"]):
            value = self.self_attention(value, index, mask)
            value, weights = self.cross_attention(value, index)
            followed += weights
            value = self.layers.mlp(value, f"decoder.blocks.{index}")
        wanted = graph.slice(value, start, graph.ints(np.iinfo(np.int64).max), 1)
        self.scores(self.layers.norm(wanted, "decoder.ln"))
        heads = len(self.checkpoint.followed_heads())
        alignment = graph.node("Concat", followed, axis=1) if len(followed) > 1 else followed[0]
        graph.output(alignment, "alignment", [1, heads, "tokens", "positions"])
        return graph.model()

    def scores(self, states: str) -> None:
        """What greedy decoding has to know of each row of logits, so that the rows themselves need not leave the graph:
        the two likeliest text tokens, the log of the sum over all text tokens, and the logits of end-of-text and of all
        tokens behind it, which the timestamp rules decide about. Text tokens that are never sampled do not count."""
        graph, tail = self.graph, self.vocabulary.special("endoftext")
        bias = np.zeros(self.dims["vocabulary"], np.float32)
        bias[tail:] = BLOCKED
        bias[[token for token in self.vocabulary.suppressed() if token < tail]] = BLOCKED
        text = self.linear_form.project(graph, states, self.table(), bias)
        best_logits, best = graph.top(text, 2)
        likeliest = graph.slice(best, graph.ints(0), graph.ints(1), 2)
        logarithm = graph.node("GatherElements", [graph.node("LogSoftmax", [text], axis=-1), likeliest], axis=2)
        logit = graph.slice(best_logits, graph.ints(0), graph.ints(1), 2)
        graph.output(graph.node("Sub", [logit, logarithm]), "text_log_sum", [1, "wanted", 1])
        graph.output(best_logits, "best_logits", [1, "wanted", 2])
        graph.output(graph.node("Cast", [best], to=TensorProto.INT32), "best", [1, "wanted", 2], TensorProto.INT32)
        others = self.linear_form.multiply(graph, states, "token_embedding.tail", self.table()[tail:], None)
        graph.output(others, "tail_logits", [1, "wanted", self.dims["vocabulary"] - tail])
        graph.output(text, "text_logits", [1, "wanted", self.dims["vocabulary"]])

    def table(self) -> np.ndarray:
        return self.checkpoint["decoder.token_embedding.weight"]

    def declare_inputs(self) -> None:
        width = self.dims["textState"] // self.dims["textHeads"]
        heads = self.dims["textHeads"]
        for index in range(self.dims["textLayers"]):
            for part in ("key", "value"):
                self.graph.input(f"past_{part}.{index}", TensorProto.FLOAT, [1, "past", self.dims["textState"]])
            self.graph.input(f"cross_key.{index}", TensorProto.FLOAT, [1, heads, "positions", width])
            self.graph.input(f"cross_value.{index}", TensorProto.FLOAT, [1, heads, "positions", width])

    def causal_mask(self) -> str:
        """[1, 1, tokens, past + tokens]: 0 up to the token itself, very low behind it."""
        graph = self.graph
        one = graph.constant(np.array(1, np.int64), "one")
        zero = graph.constant(np.array(0, np.int64), "zero")
        end = graph.scalar(self.end)
        rows = graph.node("Range", [graph.scalar(self.past), end, one])
        columns = graph.node("Range", [zero, end, one])
        later = graph.node("Greater", [columns, graph.node("Unsqueeze", [rows, graph.ints(1)])])
        blocked = graph.constant(np.array(BLOCKED), "blocked")
        mask = graph.node("Where", [later, blocked, graph.constant(np.array(0, np.float32), "free")])
        return graph.node("Unsqueeze", [mask, graph.ints(0, 1)])

    def embedded(self, ids: str) -> str:
        positions = self.graph.constant(self.checkpoint["decoder.positional_embedding"], "decoder.positions")
        own = self.graph.slice(positions, self.past, self.end, 0)
        return self.graph.node("Add", [self.linear_form.embed(self.graph, ids, self.table()), own])

    def self_attention(self, value: str, index: int, mask: str) -> str:
        graph, layers = self.graph, self.layers
        prefix = f"decoder.blocks.{index}.attn"
        normed = layers.norm(value, f"{prefix}_ln")
        names = [f"{prefix}.{part}" for part in ("query", "key", "value")]
        query, key, content = layers.linears(normed, names, f"{prefix}.qkv")
        key = graph.output(key, f"new_key.{index}", [1, "tokens", self.dims["textState"]])
        content = graph.output(content, f"new_value.{index}", [1, "tokens", self.dims["textState"]])
        keys = graph.node("Concat", [f"past_key.{index}", key], axis=1)
        contents = graph.node("Concat", [f"past_value.{index}", content], axis=1)
        attended = graph.node(
            "MultiHeadAttention",
            [query, keys, contents, "", "", mask],
            domain=MICROSOFT,
            num_heads=self.dims["textHeads"],
        )
        return layers.add(value, layers.linear(attended, f"{prefix}.out"))

    def cross_attention(self, value: str, index: int) -> tuple[str, list[str]]:
        """Gives the new value, and the attention [1, n, tokens, positions] of those alignment heads that are in this layer."""
        graph, layers = self.graph, self.layers
        prefix = f"decoder.blocks.{index}.cross_attn"
        followed = [head for layer, head in self.checkpoint.followed_heads() if layer == index]
        attend = self.visible_attention if followed else self.attention
        attended, weights = attend(layers.norm(value, f"{prefix}_ln"), index, f"{prefix}.query")
        value = layers.add(value, layers.linear(attended, f"{prefix}.out"))
        return value, [graph.node("Gather", [weights, graph.ints(*followed)], axis=1)] if followed else []

    def attention(self, value: str, index: int, name: str) -> tuple[str, str]:
        query = self.layers.linear(value, name)
        inputs = [query, f"cross_key.{index}", f"cross_value.{index}"]
        return self.graph.node("MultiHeadAttention", inputs, domain=MICROSOFT, num_heads=self.dims["textHeads"]), ""

    def visible_attention(self, value: str, index: int, name: str) -> tuple[str, str]:
        """Gives the weights [1, heads, tokens, positions] too, which the fused operator keeps to itself."""
        graph, layers = self.graph, self.layers
        query = layers.linear(value, name, (self.dims["textState"] // self.dims["textHeads"]) ** -0.5)
        rows = layers.heads_apart(query, [0, 2, 1, 3])
        scores = graph.node("FusedMatMul", [rows, f"cross_key.{index}"], domain=MICROSOFT, transB=1)
        weights = graph.node("Softmax", [scores], axis=-1)
        return layers.heads_together(graph.node("MatMul", [weights, f"cross_value.{index}"])), weights
