"""Makes the inputs of the encoder's matrices easy to round to 8 bits, without any change of what the encoder computes.

After Xiao et al. 2022, "SmoothQuant": some columns of what a LayerNorm gives are much larger than the others, so that rounding
takes most of its error from them. They are divided by a number for each column, which is folded into the LayerNorm, and the
matrices after it are multiplied by it. The sizes of the columns are not measured on audio, but taken from the LayerNorm itself.
"""

from dataclasses import replace

import numpy as np

from .checkpoint import Checkpoint

# Deviations from the mean that a normalized value reaches now and then.
REACH = 4
# Columns that nothing uses would be divided by zero.
SMALLEST = 1e-5


def smoothed(checkpoint: Checkpoint) -> Checkpoint:
    """The same model, with every LayerNorm of the encoder and the matrices after it changed. The states that the encoder ends
    with are others; the cross-attention keys and values made of them are the same."""
    weights = dict(checkpoint.weights)
    for norm, readers in norms(checkpoint.dims):
        matrices = [f"{reader}.weight" for reader in readers]
        divisors = column_divisors(weights, norm, matrices)
        for name in (f"{norm}.weight", f"{norm}.bias"):
            weights[name] = (weights[name] / divisors).astype(np.float32)
        for name in matrices:
            weights[name] = (weights[name] * divisors).astype(np.float32)
    return replace(checkpoint, weights=weights)


def norms(dims: dict[str, int]) -> list[tuple[str, list[str]]]:
    """Every LayerNorm of the encoder, and the linear layers that read what it gives."""
    found = []
    for prefix in (f"encoder.blocks.{index}" for index in range(dims["audioLayers"])):
        found.append((f"{prefix}.attn_ln", [f"{prefix}.attn.{part}" for part in ("query", "key", "value")]))
        found.append((f"{prefix}.mlp_ln", [f"{prefix}.mlp.0"]))
    cross = [f"decoder.blocks.{index}.cross_attn.{part}" for index in range(dims["textLayers"]) for part in ("key", "value")]
    return [*found, ("encoder.ln_post", cross)]


def column_divisors(weights: dict[str, np.ndarray], norm: str, matrices: list[str]) -> np.ndarray:
    """The size of a column to the power of 3/4, over that of its weights to the power of 1/4: most of the differences go from
    the values into the weights, which have a scale for each output. Square roots are the same on every machine."""
    values = REACH * np.abs(weights[f"{norm}.weight"].astype(np.float64)) + np.abs(weights[f"{norm}.bias"].astype(np.float64))
    values = np.maximum(values, SMALLEST)
    largest = np.max([np.abs(weights[name]).max(axis=0) for name in matrices], axis=0).astype(np.float64)
    return np.sqrt(np.sqrt(values * values * values / np.maximum(largest, SMALLEST)))
