"""A small writer of ONNX graphs: every method adds nodes and gives the name of their output."""

import numpy as np
from onnx import ModelProto, TensorProto, ValueInfoProto, checker, helper, numpy_helper

OPSET = 20
MICROSOFT = "com.microsoft"


class Graph:
    def __init__(self, name: str) -> None:
        self.name = name
        self.nodes: list = []
        self.initializers: dict[str, TensorProto] = {}
        self.inputs: list[ValueInfoProto] = []
        self.outputs: list[ValueInfoProto] = []
        self._count = 0

    def input(self, name: str, kind: int, shape: list) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, value: str, name: str, shape: list, kind: int = TensorProto.FLOAT) -> str:
        """Makes a computed value an output; gives its name from now on."""
        for node in self.nodes:
            node.output[:] = [name if one == value else one for one in node.output]
            node.input[:] = [name if one == value else one for one in node.input]
        self.outputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def overwritten(self, whole: str, places: str, rows: str, name: str, shape: list) -> str:
        """`whole` with rows replaced, as an output. Where the caller gives both the same memory, only those rows are
        written."""
        return self.output(self.node("ScatterND", [whole, places, rows]), name, shape)

    def constant(self, array: np.ndarray, name: str | None = None) -> str:
        """An initializer; equal names are one initializer."""
        name = name or self._fresh("const")
        if name not in self.initializers:
            self.initializers[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def ints(self, *values: int) -> str:
        return self.constant(np.array(values, np.int64), "ints_" + "_".join(str(v) for v in values).replace("-", "m"))

    def node(self, kind: str, inputs: list[str], outputs: list[str] | None = None, domain: str = "", **attributes) -> str:
        outputs = outputs or [self._fresh(kind)]
        self.nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, name=self._fresh("node"), **attributes))
        return outputs[0]

    def split(self, value: str, parts: int, axis: int) -> list[str]:
        outputs = [self._fresh("split") for _ in range(parts)]
        self.node("Split", [value], outputs=outputs, axis=axis, num_outputs=parts)
        return outputs

    def top(self, value: str, count: int) -> list[str]:
        """The largest values along the last axis, in order, and where they are."""
        outputs = [self._fresh("top"), self._fresh("top_at")]
        self.node("TopK", [value, self.ints(count)], outputs=outputs, axis=-1)
        return outputs

    def size(self, value: str, axis: int) -> str:
        """The length of one axis, as a vector of one element."""
        return self.node("Shape", [value], start=axis, end=axis + 1)

    def slice(self, value: str, start: str, end: str, axis: int) -> str:
        return self.node("Slice", [value, start, end, self.ints(axis)])

    def range(self, start: str, end: str) -> str:
        """The numbers from one vector of one element to before another."""
        one = self.constant(np.array(1, np.int64), "one")
        return self.node("Range", [self.scalar(start), self.scalar(end), one])

    def scalar(self, vector: str) -> str:
        return self.node("Squeeze", [vector, self.ints(0)])

    def model(self) -> ModelProto:
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, list(self.initializers.values()))
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="asr-stream")
        checker.check_model(model)
        return model

    def _fresh(self, stem: str) -> str:
        self._count += 1
        return f"{stem}_{self._count}"
