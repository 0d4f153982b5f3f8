"""What every reader gives: the weights of a Whisper model under OpenAI's names, and what else has to be known."""

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Checkpoint:
    """A Whisper model.

    weights: float32 arrays under the names of openai-whisper, as "decoder.blocks.0.attn.query.weight" [out, in].
    heads: attention heads of every layer, the same in encoder and decoder.
    alignment_heads: (layer, head) of the cross-attention heads that follow the audio; empty when not known.
    """

    weights: dict[str, np.ndarray]
    heads: int
    alignment_heads: list[tuple[int, int]]
    source: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> np.ndarray:
        return self.weights[name]

    @property
    def dims(self) -> dict[str, int]:
        """Sizes, under the names of the manifest."""
        return {
            "mels": self["encoder.conv1.weight"].shape[1],
            "audioContext": self["encoder.positional_embedding"].shape[0],
            "audioState": self["encoder.positional_embedding"].shape[1],
            "audioHeads": self.heads,
            "audioLayers": self._layers("encoder"),
            "textContext": self["decoder.positional_embedding"].shape[0],
            "textState": self["decoder.positional_embedding"].shape[1],
            "textHeads": self.heads,
            "textLayers": self._layers("decoder"),
            "vocabulary": self["decoder.token_embedding.weight"].shape[0],
        }

    def followed_heads(self) -> list[tuple[int, int]]:
        """The alignment heads; where none are known, all heads of the upper half of the decoder (as openai-whisper)."""
        if self.alignment_heads:
            return sorted(self.alignment_heads)
        layers = self._layers("decoder")
        return [(layer, head) for layer in range(layers // 2, layers) for head in range(self.heads)]

    def _layers(self, side: str) -> int:
        return 1 + max(int(name.split(".")[2]) for name in self.weights if name.startswith(f"{side}.blocks."))
