"""Reads a Hugging Face folder: model.safetensors, config.json, generation_config.json (alignment heads)."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np

from .checkpoint import Checkpoint

RENAMED = [
    ("self_attn_layer_norm", "attn_ln"),
    ("encoder_attn_layer_norm", "cross_attn_ln"),
    ("final_layer_norm", "mlp_ln"),
    ("encoder_attn", "cross_attn"),
    ("self_attn", "attn"),
    ("q_proj", "query"),
    ("k_proj", "key"),
    ("v_proj", "value"),
    ("out_proj", "out"),
    ("fc1", "mlp.0"),
    ("fc2", "mlp.2"),
    ("layers.", "blocks."),
    ("embed_tokens", "token_embedding"),
    ("embed_positions.weight", "positional_embedding"),
    ("encoder.layer_norm", "encoder.ln_post"),
    ("decoder.layer_norm", "decoder.ln"),
]


def read_huggingface(folder: Path) -> Checkpoint:
    from safetensors.numpy import load_file

    path = folder / "model.safetensors"
    config = json.loads((folder / "config.json").read_text())
    generation = folder / "generation_config.json"
    known = json.loads(generation.read_text()) if generation.exists() else {}
    layers = config["decoder_layers"]
    heads = [(layer, head) for layer, head in known.get("alignment_heads") or [] if layer < layers]
    return Checkpoint(
        weights={openai_name(name): array.astype(np.float32) for name, array in load_file(path).items() if "proj_out" not in name},
        heads=config["decoder_attention_heads"],
        alignment_heads=heads,
        source={"kind": "huggingface", "sha256": sha256(path.read_bytes()).hexdigest()},
    )


def openai_name(name: str) -> str:
    name = name.removeprefix("model.")
    for theirs, ours in RENAMED:
        name = name.replace(theirs, ours)
    return name
