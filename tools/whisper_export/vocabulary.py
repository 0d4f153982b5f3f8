"""Ids of tokens by their text, and the tokens that are never sampled."""

import json
from pathlib import Path

# Symbols that are not spoken, and the openings of notes; they are never sampled.
NON_SPEECH_SYMBOLS = (
    list("\"#()*+/:;<=>@[\\]^_`{|}~「」『』")
    + "<< >> <<< >>> -- --- -( -[ (' (\" (( )) ((( ))) [[ ]] {{ }} ♪♪ ♪♪♪".split()
    + list("♩♪♫♬♭♮♯")
)
NEVER_SAMPLED = ["startoftranscript", "translate", "transcribe", "startoflm", "startofprev", "nospeech", "nocaptions"]


class Vocabulary:
    """Ids by text: enough of the tokenizer to find symbols, which are single tokens or begin with one."""

    def __init__(self, path: Path) -> None:
        description = json.loads(path.read_text(encoding="utf-8"))
        self.ids: dict[str, int] = description["model"]["vocab"]
        self.ids = self.ids | {token["content"]: token["id"] for token in description["added_tokens"]}
        self.merges = {tuple(m.split(" ") if isinstance(m, str) else m): i for i, m in enumerate(description["model"]["merges"])}
        self.characters = byte_characters()

    def special(self, name: str) -> int:
        return self.ids[f"<|{name}|>"]

    def suppressed(self) -> list[int]:
        """Ref: openai-whisper tokenizer.py non_speech_tokens and decoding.py _get_suppress_tokens."""
        found = {self.encode_symbol(" -")[0], self.encode_symbol(" '")[0]}
        for symbol in NON_SPEECH_SYMBOLS:
            for tokens in (self.encode_symbol(symbol), self.encode_symbol(f" {symbol}")):
                if len(tokens) == 1 or symbol in "♩♪♫♬♭♮♯":
                    found.add(tokens[0])
        return sorted(found | {self.ids[f"<|{name}|>"] for name in NEVER_SAMPLED if f"<|{name}|>" in self.ids})

    def encode_symbol(self, text: str) -> list[int]:
        """Byte-pair encoding of a text that is one word to the tokenizer."""
        parts = [self.characters[byte] for byte in text.encode("utf-8")]
        while True:
            pairs = [(self.merges.get((a, b)), i) for i, (a, b) in enumerate(zip(parts, parts[1:]))]
            known = [pair for pair in pairs if pair[0] is not None]
            if not known:
                return [self.ids[part] for part in parts]
            _, at = min(known)
            parts[at : at + 2] = [parts[at] + parts[at + 1]]


def byte_characters() -> list[str]:
    """The character of every byte in a byte-level vocabulary (GPT-2)."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    mapped = {byte: chr(byte) for byte in printable} | {byte: chr(256 + i) for i, byte in enumerate(others)}
    return [mapped[byte] for byte in range(256)]
