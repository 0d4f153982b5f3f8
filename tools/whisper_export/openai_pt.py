"""Reads an OpenAI .pt file. Needs PyTorch (`pip install torch`), which nothing else here does."""

import base64
import gzip
from hashlib import sha256
from pathlib import Path

import numpy as np

from .checkpoint import Checkpoint


def read_openai(path: Path) -> Checkpoint:
    try:
        import torch
    except ImportError:
        raise SystemExit("reading a .pt file needs PyTorch: pip install torch") from None
    loaded = torch.load(path, map_location="cpu", weights_only=True)
    weights = {name: tensor.float().numpy() for name, tensor in loaded["model_state_dict"].items()}
    return Checkpoint(
        weights=weights,
        heads=loaded["dims"]["n_text_head"],
        alignment_heads=packed_heads(loaded.get("alignment_heads"), loaded["dims"]),
        source={"kind": "openai", "sha256": sha256(path.read_bytes()).hexdigest()},
    )


def packed_heads(packed: bytes | None, dims: dict[str, int]) -> list[tuple[int, int]]:
    """Alignment heads as openai-whisper packs them: gzip of one boolean a head, in base 85."""
    if packed is None:
        return []
    flags = np.frombuffer(gzip.decompress(base64.b85decode(packed)), dtype=bool)
    flags = flags.reshape(dims["n_text_layer"], dims["n_text_head"])
    return [(int(layer), int(head)) for layer, head in zip(*np.nonzero(flags))]
