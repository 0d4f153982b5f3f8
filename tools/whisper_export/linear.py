"""Linear layers, in float32 or with 8-bit weights."""

from typing import Protocol

import numpy as np

from .graph import MICROSOFT, Graph


class Linear(Protocol):
    """How matrices are stored and multiplied."""

    def multiply(self, graph: Graph, value: str, name: str, weight: np.ndarray, bias: np.ndarray | None) -> str:
        """value @ weight.T + bias, with weight [out, in]."""
        ...

    def embed(self, graph: Graph, ids: str, table: np.ndarray) -> str:
        """Rows of the token embedding: ids [1, q] to [1, q, width]."""
        ...

    def project(self, graph: Graph, value: str, table: np.ndarray, bias: np.ndarray) -> str:
        """Logits by the same table: [1, q, width] to [1, q, vocabulary], plus a bias for each token."""
        ...


class Float32:
    def multiply(self, graph: Graph, value: str, name: str, weight: np.ndarray, bias: np.ndarray | None) -> str:
        product = graph.node("MatMul", [value, graph.constant(weight.T, name)])
        return product if bias is None else graph.node("Add", [product, graph.constant(bias, f"{name}.bias")])

    def embed(self, graph: Graph, ids: str, table: np.ndarray) -> str:
        return graph.node("Gather", [graph.constant(table, "token_embedding"), ids], axis=0)

    def project(self, graph: Graph, value: str, table: np.ndarray, bias: np.ndarray) -> str:
        rows = graph.node("Squeeze", [value, graph.ints(0)])
        inputs = [rows, graph.constant(table, "token_embedding"), graph.constant(bias, "token_bias")]
        logits = graph.node("Gemm", inputs, transB=1)
        return graph.node("Unsqueeze", [logits, graph.ints(0)])


class Int8:
    """Symmetric int8 weights with a scale for every output; activations are quantized as they come, with one scale for all."""

    def multiply(self, graph: Graph, value: str, name: str, weight: np.ndarray, bias: np.ndarray | None) -> str:
        quantised, scales = per_row(weight)
        inputs = [value, graph.constant(quantised.T, name), graph.constant(scales, f"{name}.scale"), ""]
        if bias is not None:
            inputs.append(graph.constant(bias, f"{name}.bias"))
        return graph.node("DynamicQuantizeMatMul", inputs, domain=MICROSOFT)

    def embed(self, graph: Graph, ids: str, table: np.ndarray) -> str:
        weight, scales = self._table(graph, table)
        columns = graph.node("Gather", [weight, ids], axis=1)
        rows = graph.node("Transpose", [graph.node("Cast", [columns], to=1)], perm=[1, 2, 0])
        scale = graph.node("Unsqueeze", [graph.node("Gather", [scales, ids], axis=0), graph.ints(2)])
        return graph.node("Mul", [rows, scale])

    def project(self, graph: Graph, value: str, table: np.ndarray, bias: np.ndarray) -> str:
        weight, scales = self._table(graph, table)
        inputs = [value, weight, scales, "", graph.constant(bias, "token_bias")]
        return graph.node("DynamicQuantizeMatMul", inputs, domain=MICROSOFT)

    def _table(self, graph: Graph, table: np.ndarray) -> tuple[str, str]:
        """Embedding and projection share one matrix, [width, vocabulary]."""
        quantised, scales = per_row(table)
        return graph.constant(quantised.T, "token_embedding"), graph.constant(scales, "token_embedding.scale")


class ScaledInt8(Int8):
    """The same, with each row of the activations divided by its largest magnitude before the product and multiplied by it
    after, so that large rows do not hide the others."""

    def multiply(self, graph: Graph, value: str, name: str, weight: np.ndarray, bias: np.ndarray | None) -> str:
        if name.endswith(BEFORE_GELU):
            return super().multiply(graph, value, name, weight, bias)
        largest = self._largest(graph, value, name)
        product = super().multiply(graph, graph.node("Div", [value, largest]), name, weight, None)
        scaled = graph.node("Mul", [product, largest])
        return scaled if bias is None else graph.node("Add", [scaled, graph.constant(bias, f"{name}.bias")])

    def _largest(self, graph: Graph, value: str, name: str) -> str:
        """The largest magnitude of every row, [1, n, 1], but not less than a small number."""
        if name.endswith(AFTER_GELU):
            magnitudes, least = value, GELU_DEPTH
        else:
            magnitudes, least = graph.node("Abs", [value]), SMALLEST
        largest = graph.node("ReduceMax", [magnitudes, graph.ints(-1)], keepdims=1)
        return graph.node("Max", [largest, graph.constant(np.array(least, np.float32), f"least_{least}")])


class Blocks8:
    """8-bit weights with a scale for every block of inputs; activations are quantized row by row and block by block, so
    that a token's result does not depend on which tokens are computed beside it."""

    def __init__(self, block: int) -> None:
        self.block = block

    def multiply(self, graph: Graph, value: str, name: str, weight: np.ndarray, bias: np.ndarray | None) -> str:
        quantised, scales = self._constants(graph, name, weight)
        inputs = [value, quantised, scales]
        if bias is not None:
            inputs += ["", "", graph.constant(bias, f"{name}.bias")]
        return self._node(graph, inputs, weight.shape)

    def embed(self, graph: Graph, ids: str, table: np.ndarray) -> str:
        weight, scales = self._constants(graph, "token_embedding", table)
        rows = graph.node("Cast", [graph.node("Gather", [weight, ids], axis=0)], to=1)
        centred = graph.node("Sub", [rows, graph.constant(np.array(ZERO_POINT, np.float32), "zero_point")])
        scale = graph.node("Unsqueeze", [graph.node("Gather", [scales, ids], axis=0), graph.ints(-1)])
        return graph.node("Reshape", [graph.node("Mul", [centred, scale]), graph.ints(0, 0, -1)])

    def project(self, graph: Graph, value: str, table: np.ndarray, bias: np.ndarray) -> str:
        inputs = [value, *self._constants(graph, "token_embedding", table), "", "", graph.constant(bias, "token_bias")]
        return self._node(graph, inputs, table.shape)

    def _node(self, graph: Graph, inputs: list[str], shape: tuple[int, ...]) -> str:
        return graph.node(
            "MatMulNBits",
            inputs,
            domain=MICROSOFT,
            K=shape[1],
            N=shape[0],
            bits=8,
            block_size=self.block,
            accuracy_level=4,
        )

    def _constants(self, graph: Graph, name: str, weight: np.ndarray) -> tuple[str, str]:
        rows, columns = weight.shape
        quantised, scales = per_row(weight.reshape(-1, self.block))
        unsigned = (quantised.astype(np.int16) + ZERO_POINT).astype(np.uint8)
        return (
            graph.constant(unsigned.reshape(rows, columns // self.block, self.block), name),
            graph.constant(scales.reshape(rows, columns // self.block), f"{name}.scale"),
        )


ZERO_POINT = 128
# Rows of zeros are divided by this.
SMALLEST = 1e-6
# What this layer gives is so wide that scaling its rows takes more time than it gains.
BEFORE_GELU = ".mlp.0"
AFTER_GELU = ".mlp.2"
# No GELU is below minus this.
GELU_DEPTH = 0.17


def per_row(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """int8 values and a float32 scale a row, such that values * scale is nearest to the weight."""
    scales = np.maximum(np.abs(weight).max(axis=1), 1e-8).astype(np.float32) / np.float32(127)
    quantised = np.clip(np.rint(weight / scales[:, None]), -127, 127).astype(np.int8)
    return quantised, scales
