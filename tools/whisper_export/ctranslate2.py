"""Reads a CTranslate2 folder: model.bin and config.json (alignment heads)."""

import json
import struct
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import numpy as np

from .checkpoint import Checkpoint

TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
NORM = {"gamma": "weight", "beta": "bias"}


def read_ctranslate2(folder: Path) -> Checkpoint:
    path = folder / "model.bin"
    variables = read_variables(path)
    config = json.loads((folder / "config.json").read_text())
    return Checkpoint(
        weights=renamed(variables),
        heads=int(variables["encoder/num_heads"]),
        alignment_heads=[(layer, head) for layer, head in config.get("alignment_heads", [])],
        source={"kind": "ctranslate2", "sha256": sha256(path.read_bytes()).hexdigest()},
    )


def read_variables(path: Path) -> dict[str, np.ndarray]:
    """All variables of a model.bin by name. Quantized models are refused: their weights are not exact."""
    with path.open("rb") as file:
        number(file, "<I")
        text(file)
        number(file, "<I")
        return dict(variable(file) for _ in range(number(file, "<I")))


def variable(file: BinaryIO) -> tuple[str, np.ndarray]:
    name = text(file)
    rank = number(file, "<B")
    shape = struct.unpack(f"<{rank}I", file.read(4 * rank))
    kind = number(file, "<B")
    data = file.read(number(file, "<I"))
    if kind == 1 and len(data) > 1 and rank == 2:
        raise SystemExit(f"{name} is quantised to int8: export from a float16 or float32 model")
    return name, np.frombuffer(data, TYPES[kind]).reshape(shape)


def text(file: BinaryIO) -> str:
    return file.read(number(file, "<H"))[:-1].decode()


def number(file: BinaryIO, form: str) -> int:
    return struct.unpack(form, file.read(struct.calcsize(form)))[0]


def renamed(variables: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """CTranslate2 stacks Q, K, V of self-attention and K, V of cross-attention in one linear layer."""
    weights: dict[str, np.ndarray] = {}
    for name, value in variables.items():
        array = value.astype(np.float32)
        parts = name.split("/")
        if value.ndim == 0 or name == "decoder/alignment_heads":
            continue
        match parts:
            case [side, ("conv1" | "conv2") as conv, kind]:
                weights[f"{side}.{conv}.{kind}"] = array
            case [side, "position_encodings", _]:
                weights[f"{side}.positional_embedding"] = array
            case ["decoder", "embeddings", _]:
                weights["decoder.token_embedding.weight"] = array
            case [side, "layer_norm", kind]:
                last = "ln_post" if side == "encoder" else "ln"
                weights[f"{side}.{last}.{NORM[kind]}"] = array
            case [side, layer, *rest]:
                weights.update(block(f"{side}.blocks.{layer.removeprefix('layer_')}", rest, array))
    return weights


def block(prefix: str, rest: list[str], array: np.ndarray) -> dict[str, np.ndarray]:
    match rest:
        case ["self_attention", "linear_0", kind]:
            return stacked(f"{prefix}.attn", ["query", "key", "value"], kind, array)
        case ["self_attention", "linear_1", kind]:
            return {f"{prefix}.attn.out.{kind}": array}
        case ["attention", "linear_0", kind]:
            return {f"{prefix}.cross_attn.query.{kind}": array}
        case ["attention", "linear_1", kind]:
            return stacked(f"{prefix}.cross_attn", ["key", "value"], kind, array)
        case ["attention", "linear_2", kind]:
            return {f"{prefix}.cross_attn.out.{kind}": array}
        case ["ffn", "linear_0", kind]:
            return {f"{prefix}.mlp.0.{kind}": array}
        case ["ffn", "linear_1", kind]:
            return {f"{prefix}.mlp.2.{kind}": array}
        case [("self_attention" | "attention" | "ffn") as room, "layer_norm", kind]:
            norm = {"self_attention": "attn_ln", "attention": "cross_attn_ln", "ffn": "mlp_ln"}[room]
            return {f"{prefix}.{norm}.{NORM[kind]}": array}
    raise SystemExit(f"unknown variable {prefix} {'/'.join(rest)}")


def stacked(prefix: str, names: list[str], kind: str, array: np.ndarray) -> dict[str, np.ndarray]:
    parts = np.split(array, len(names))
    return {f"{prefix}.{name}.{kind}": part for name, part in zip(names, parts)}
