"""Writes test/examples/tiny-transducer: a streaming transducer in the layout of sherpa-onnx that hears loudness, not words.

Loud audio is "HELLO YOU HELLO YOU ...", a token each 40 ms; anything else is silence. Needs numpy and onnx.
"""

import pathlib

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(__file__).parent.parent / "test" / "examples" / "tiny-transducer"
TOKENS = ["<blk>", "▁HEL", "LO", "▁YOU"]
# Frames that the encoder sees at once, and how many it goes on by: four make an output.
SEEN_FRAMES, STEP_FRAMES, MELS = 9, 4, 80
STATE = 2
# Mean log-mel energy above which there is sound.
LOUD = -13.0
# What likes to follow a token: HEL LO YOU HEL LO YOU.
NEXT = [[0, 0.5, 0, 0], [0, -2, 1, 0], [0, -2, -1, 0.5], [0, 1, 0, 0]]


def save(name, nodes, inputs, outputs, constants, metadata):
    tensors = [numpy_helper.from_array(numpy.array(value), key) for key, value in constants.items()]
    graph = helper.make_graph(nodes, name, inputs, outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    helper.set_model_props(model, {key: str(value) for key, value in metadata.items()})
    onnx.checker.check_model(model)
    onnx.save(model, FOLDER / f"{name}.onnx")


def tensor(name, *shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def main():
    FOLDER.mkdir(exist_ok=True)
    size = len(TOKENS)
    save(
        "encoder-tiny",
        [
            helper.make_node("ReduceMean", ["x"], ["energy"], axes=[1, 2], keepdims=1),
            helper.make_node("Sub", ["energy", "loud"], ["above"]),
            helper.make_node("Mul", ["above", "heard"], ["encoder_out"]),
            helper.make_node("Identity", ["h"], ["next_h"]),
            helper.make_node("Identity", ["c"], ["next_c"]),
        ],
        [tensor("x", "N", SEEN_FRAMES, MELS), tensor("h", 1, "N", STATE), tensor("c", 1, "N", STATE)],
        [tensor("encoder_out", "N", 1, size), tensor("next_h", 1, "N", STATE), tensor("next_c", 1, "N", STATE)],
        {"loud": numpy.float32([LOUD]), "heard": numpy.float32([[[0, 1, 1, 1]]])},
        {
            "model_type": "lstm",
            "num_encoder_layers": 1,
            "T": SEEN_FRAMES,
            "decode_chunk_len": STEP_FRAMES,
            "rnn_hidden_size": STATE,
            "d_model": STATE,
        },
    )
    save(
        "decoder-tiny",
        [
            helper.make_node("Gather", ["y", "last"], ["token"], axis=1),
            helper.make_node("Gather", ["next", "token"], ["decoder_out"], axis=0),
        ],
        [tensor("y", "N", 2, kind=TensorProto.INT64)],
        [tensor("decoder_out", "N", size)],
        {"last": numpy.int64(1), "next": numpy.float32(NEXT)},
        {"vocab_size": size, "context_size": 2},
    )
    save(
        "joiner-tiny",
        [helper.make_node("Add", ["encoder_out", "decoder_out"], ["logit"])],
        [tensor("encoder_out", "N", size), tensor("decoder_out", "N", size)],
        [tensor("logit", "N", size)],
        {},
        {"joiner_dim": size},
    )
    lines = [f"{token} {index}\n" for index, token in enumerate(TOKENS)]
    (FOLDER / "tokens.txt").write_text("".join(lines), encoding="utf-8")


main()
