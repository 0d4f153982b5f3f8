#!/usr/bin/env python3
"""Makes the small multilingual Whisper that the tests use, with random weights in the layout of transformers.js.

    python tools/make_test_models.py test/fixtures-models

The graphs come from the exporter that real repositories on the Hugging Face Hub are made with, so that names, shapes
and branches are the real ones. The same seed gives the same files. tiny-multilingual gives its cross attentions ("timestamped");
tiny-multilingual-plain has a decoder without, all else being the same. Needs torch, transformers 4.57 and optimum-onnx 0.1;
no network.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import onnx
import torch
from optimum.exporters.onnx import main_export
from optimum.exporters.onnx.base import ConfigBehavior
from optimum.exporters.onnx.model_configs import WhisperOnnxConfig
from transformers import WhisperConfig, WhisperForConditionalGeneration
from transformers.models.whisper.tokenization_whisper import LANGUAGES

from whisper_export.vocabulary import byte_characters

SEED = 20261123
TASK = "automatic-speech-recognition"
MERGES = [("Ġ", "t"), ("h", "e"), ("Ġt", "he"), ("i", "n"), ("Ġ", "a"), ("e", "r"), ("o", "n"), ("Ġ", "s"), ("n", "d")]
TIMESTAMPS = 1501
STEERING = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]
SPECIAL = ["endoftext", "startoftranscript", *LANGUAGES, *STEERING]


class TimestampedConfig(WhisperOnnxConfig):
    """The decoder gives its cross attentions too, as in the repositories called "_timestamped"."""

    @property
    def outputs(self) -> dict[str, dict[int, str]]:
        outputs = super().outputs
        if self._behavior is ConfigBehavior.DECODER:
            axes = {0: "batch_size", 2: "decoder_sequence_length", 3: "encoder_sequence_length"}
            for layer in range(self._config.decoder_layers):
                outputs[f"cross_attentions.{layer}"] = axes
        return outputs


def main() -> None:
    root = Path(sys.argv[1])
    vocabulary = pieces()
    special = {name: len(vocabulary) + index for index, name in enumerate(SPECIAL)}
    config = model_config(len(vocabulary) + len(SPECIAL) + TIMESTAMPS, special)
    torch.manual_seed(SEED)
    model = WhisperForConditionalGeneration(config).eval()
    with tempfile.TemporaryDirectory() as work:
        checkpoint, whole, plain = (Path(work, name) for name in ("checkpoint", "whole", "plain"))
        model.save_pretrained(checkpoint)
        export(checkpoint, whole, config, timestamped=True)
        export(checkpoint, plain, config, timestamped=False)
        folder = root / "tiny-multilingual"
        copy_graphs(whole, folder, ["encoder_model", "decoder_model_merged"])
        copy_graphs(plain, root / "tiny-multilingual-plain", ["decoder_model_merged"])
        write_json(folder / "config.json", json.loads((checkpoint / "config.json").read_text()))
        write_json(folder / "generation_config.json", generation_settings(special))
        write_json(folder / "tokenizer.json", tokenizer(vocabulary, special))


def pieces() -> dict[str, int]:
    """A byte-level vocabulary: every byte, and a few merges."""
    return {piece: index for index, piece in enumerate([*byte_characters(), *(a + b for a, b in MERGES)])}


def model_config(size: int, special: dict[str, int]) -> WhisperConfig:
    end = special["endoftext"]
    return WhisperConfig(
        vocab_size=size,
        num_mel_bins=80,
        d_model=8,
        encoder_layers=2,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=16,
        decoder_ffn_dim=16,
        max_source_positions=1500,
        max_target_positions=448,
        init_std=0.6,
        decoder_start_token_id=special["startoftranscript"],
        bos_token_id=end,
        eos_token_id=end,
        pad_token_id=end,
        attn_implementation="eager",
    )


def generation_settings(special: dict[str, int]) -> dict[str, object]:
    return {
        "is_multilingual": True,
        "lang_to_id": {f"<|{code}|>": special[code] for code in LANGUAGES},
        "task_to_id": {"transcribe": special["transcribe"], "translate": special["translate"]},
        "no_timestamps_token_id": special["notimestamps"],
        "prev_sot_token_id": special["startofprev"],
        "alignment_heads": [[0, 1], [1, 0]],
        "max_initial_timestamp_index": 50,
        "suppress_tokens": [special[name] for name in ("startoftranscript", *STEERING[:-1])],
        "begin_suppress_tokens": [byte_characters().index("Ġ"), special["endoftext"]],
        "return_timestamps": False,
    }


def export(checkpoint: Path, out: Path, config: WhisperConfig, timestamped: bool) -> None:
    settings: dict[str, object] = {}
    if timestamped:
        whole = TimestampedConfig(config=config, task=TASK, use_past=True, use_past_in_inputs=False)
        settings = {
            "model_kwargs": {"output_attentions": True},
            "custom_onnx_configs": {
                "encoder_model": WhisperOnnxConfig(config=config, task=TASK).with_behavior("encoder"),
                "decoder_model": whole.with_behavior("decoder", use_past=True, use_past_in_inputs=False),
                "decoder_with_past_model": whole.with_behavior("decoder", use_past=True, use_past_in_inputs=True),
            },
        }
    main_export(str(checkpoint), out, task=f"{TASK}-with-past", library_name="transformers", do_validation=False, **settings)


def copy_graphs(exported: Path, folder: Path, names: list[str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "onnx").mkdir(parents=True)
    for name in names:
        slim(exported / f"{name}.onnx", folder / "onnx" / f"{name}.onnx")


def slim(source: Path, target: Path) -> None:
    """Without notes and inner shapes, which make half of a graph of this size."""
    model = onnx.load(source)
    strip(model.graph)
    target.write_bytes(model.SerializeToString(deterministic=True))


def strip(graph: onnx.GraphProto) -> None:
    del graph.value_info[:]
    for node in graph.node:
        node.doc_string = ""
        del node.metadata_props[:]
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                strip(attribute.g)


def tokenizer(vocabulary: dict[str, int], special: dict[str, int]) -> dict[str, object]:
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": id, "content": f"<|{name}|>", **flags} for name, id in special.items()],
        "normalizer": None,
        "pre_tokenizer": byte_level,
        "post_processor": None,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": False,
            "vocab": vocabulary,
            "merges": [f"{a} {b}" for a, b in MERGES],
        },
    }


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    # The exporter keeps names in sets; their order decides over the order in the files.
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
    main()
