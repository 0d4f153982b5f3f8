"""Writes a model folder: graphs, tokenizer and the manifest that the program reads."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

from onnx import ModelProto

from .checkpoint import Checkpoint
from .vocabulary import Vocabulary

ENGLISH_VOCABULARY = 51864
# Counts the changes that make better models of the same checkpoint. The program tells users of older int8 folders to convert
# again (src/backends/onnx-whisper/model/model-files.ts). Absent: 1. 2: rows scaled and columns smoothed in the encoder.
# 3: windows that go on when their front is cut off.
EXPORTER = 3


def write_folder(
    out: Path, name: str, precision: str, checkpoint: Checkpoint, models: dict[str, ModelProto], tokenizer: Path
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for file, model in models.items():
        (out / file).write_bytes(model.SerializeToString(deterministic=True))
    shutil.copyfile(tokenizer, out / "tokenizer.json")
    vocabulary = Vocabulary(tokenizer)
    manifest = {
        "format": "asr-stream-whisper",
        "version": 2,
        "exporter": EXPORTER,
        "name": name,
        "precision": precision,
        "multilingual": checkpoint.dims["vocabulary"] > ENGLISH_VOCABULARY,
        "dims": checkpoint.dims,
        "alignmentHeads": checkpoint.followed_heads(),
        "suppressTokens": vocabulary.suppressed(),
        "beginSuppressTokens": [*vocabulary.encode_symbol(" "), vocabulary.special("endoftext")],
        "files": {file: described(out / file) for file in [*models, "tokenizer.json"]},
        "source": checkpoint.source,
    }
    (out / "asr-stream.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n")


def described(path: Path) -> dict[str, object]:
    data = path.read_bytes()
    return {"bytes": len(data), "sha256": sha256(data).hexdigest()}
