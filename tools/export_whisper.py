#!/usr/bin/env python3
"""Exports a Whisper checkpoint to a model folder of asr-stream.

    python tools/export_whisper.py SOURCE --name tiny.en --precision int8 --out models/whisper-tiny.en

SOURCE is a CTranslate2 folder (model.bin), a Hugging Face folder (model.safetensors) or an OpenAI .pt file. Needs numpy and
onnx (tools/requirements.txt), for Hugging Face also safetensors, for .pt also torch. No GPU, no network.
"""

import argparse
from pathlib import Path

from whisper_export.checkpoint import Checkpoint
from whisper_export.ctranslate2 import read_ctranslate2
from whisper_export.decoder import decoder_model
from whisper_export.encoder import encoder_model
from whisper_export.folder import write_folder
from whisper_export.huggingface import read_huggingface
from whisper_export.linear import Blocks8, Float32, Int8, ScaledInt8
from whisper_export.openai_pt import read_openai
from whisper_export.smoothing import smoothed
from whisper_export.vocabulary import Vocabulary

# Encoder and decoder. In a decoder of blocks a token's result does not depend on the tokens beside it, so that checking
# a draft gives just what decoding token by token gives.
PRECISIONS = {"fp32": (Float32(), Float32()), "int8": (ScaledInt8(), Blocks8(128))}


def main() -> None:
    arguments = parse_arguments()
    tell(f"reading {arguments.source}")
    checkpoint = read(arguments.source)
    if arguments.package:
        checkpoint.source["package"] = arguments.package
    tokenizer = arguments.tokenizer or arguments.source / "tokenizer.json"
    if not tokenizer.is_file():
        raise SystemExit(f"{tokenizer} is missing: give the tokenizer.json of the model with --tokenizer")
    encoder, decoder = PRECISIONS[arguments.precision]
    if arguments.one_scale and arguments.precision == "int8":
        encoder = Int8()
    source = smoothed(checkpoint) if isinstance(encoder, ScaledInt8) else checkpoint
    tell("building the graphs")
    models = {
        "encoder.onnx": encoder_model(source, encoder, arguments.debug_outputs),
        "decoder.onnx": decoder_model(checkpoint, decoder, Vocabulary(tokenizer)),
    }
    tell(f"writing {arguments.out}")
    write_folder(arguments.out, arguments.name, arguments.precision, checkpoint, models, tokenizer)


def tell(stage: str) -> None:
    print(stage, flush=True)


def read(source: Path) -> Checkpoint:
    if source.suffix == ".pt":
        return read_openai(source)
    if (source / "model.bin").is_file():
        return read_ctranslate2(source)
    if (source / "model.safetensors").is_file():
        return read_huggingface(source)
    raise SystemExit(f"{source}: neither a .pt file nor a folder with model.bin or model.safetensors")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Exports a Whisper checkpoint to a model folder of asr-stream.")
    parser.add_argument("source", type=Path, help="CTranslate2 folder, Hugging Face folder or OpenAI .pt file")
    parser.add_argument("--name", required=True, help="name of the model, as tiny.en")
    parser.add_argument("--precision", choices=PRECISIONS, default="int8")
    parser.add_argument("--one-scale", action="store_true", help="int8 without scaled rows in the encoder: for tiny models")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--tokenizer", type=Path, help="tokenizer.json, if it is not in the source folder")
    parser.add_argument("--package", help="name of the package that the weights come from, for the record")
    parser.add_argument("--debug-outputs", action="store_true", help="the encoder gives its states too (for tests)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
