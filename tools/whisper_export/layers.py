"""What encoder and decoder have in common."""

import numpy as np

from .checkpoint import Checkpoint
from .graph import MICROSOFT, Graph
from .linear import Linear


class Layers:
    def __init__(self, graph: Graph, checkpoint: Checkpoint, linear: Linear) -> None:
        self.graph = graph
        self.checkpoint = checkpoint
        self.linear_form = linear

    def norm(self, value: str, name: str) -> str:
        weight = self.graph.constant(self.checkpoint[f"{name}.weight"], f"{name}.weight")
        bias = self.graph.constant(self.checkpoint[f"{name}.bias"], f"{name}.bias")
        return self.graph.node("LayerNormalization", [value, weight, bias], axis=-1, epsilon=1e-5)

    def gelu(self, value: str) -> str:
        return self.graph.node("Gelu", [value], domain=MICROSOFT)

    def add(self, one: str, other: str) -> str:
        return self.graph.node("Add", [one, other])

    def linear(self, value: str, name: str, scale: float = 1.0) -> str:
        weight, bias = self.parameters(name)
        return self.linear_form.multiply(self.graph, value, name, weight * np.float32(scale), bias * np.float32(scale))

    def linears(self, value: str, names: list[str], label: str) -> list[str]:
        """Several linear layers of one input as one multiplication."""
        parameters = [self.parameters(name) for name in names]
        weight = np.concatenate([weight for weight, _ in parameters])
        bias = np.concatenate([bias for _, bias in parameters])
        return self.graph.split(self.linear_form.multiply(self.graph, value, label, weight, bias), len(names), axis=2)

    def parameters(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """Weight and bias; the key layers of Whisper have no bias."""
        weight = self.checkpoint[f"{name}.weight"]
        return weight, self.checkpoint.weights.get(f"{name}.bias", np.zeros(weight.shape[0], np.float32))

    def mlp(self, value: str, prefix: str) -> str:
        hidden = self.gelu(self.linear(self.norm(value, f"{prefix}.mlp_ln"), f"{prefix}.mlp.0"))
        return self.add(value, self.linear(hidden, f"{prefix}.mlp.2"))

    def heads_apart(self, value: str, perm: list[int]) -> str:
        """[1, n, width] to [1, n, heads, head width], then permuted."""
        shape = self.graph.ints(0, 0, self.checkpoint.heads, -1)
        return self.graph.node("Transpose", [self.graph.node("Reshape", [value, shape])], perm=perm)

    def heads_together(self, value: str) -> str:
        """[1, heads, n, head width] to [1, n, width]."""
        rows = self.graph.node("Transpose", [value], perm=[0, 2, 1, 3])
        return self.graph.node("Reshape", [rows, self.graph.ints(0, 0, -1)])
