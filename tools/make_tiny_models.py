#!/usr/bin/env python3
"""Writes the models that the tests of the backend `transformers` run, in the layout of transformers.js.

Nothing in them is trained. The graphs are written by hand and have the inputs and outputs of the exported models, and
they behave: what they "recognize" follows from how loud the audio is and where, so that tests can tell what must come.

wav2vec2   says the letter whose tone sounds, one tone a letter; silence is the space between words
moonshine  says a word for every half second of loud audio
whisper    says a word for every loud second, in English, or in German when the audio is high

    python tools/make_tiny_models.py test/vectors/transformers
"""

import json
import sys
from pathlib import Path

import numpy as np
from onnx import TensorProto
from whisper_export.graph import Graph

FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
RATE = 16_000
NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
ZAHLEN = "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split()


def write(folder: Path, graphs: dict[str, Graph], files: dict[str, dict]) -> None:
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    for name, graph in graphs.items():
        (folder / "onnx" / f"{name}.onnx").write_bytes(graph.model().SerializeToString(deterministic=True))
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def added(tokens: dict[str, int]) -> list[dict]:
    flags = dict.fromkeys(["single_word", "lstrip", "rstrip", "normalized"], False)
    return [{"id": number, "content": text, **flags, "special": True} for text, number in tokens.items()]


def numbers(graph: Graph, *values: float, kind: type = np.float32) -> str:
    return graph.constant(np.array(values, kind))


# Wav2Vec2 with a CTC head: a bank of filters as its convolution, as long and as far apart as the real ones together.

LETTERS = "HELOWRDAI"
FRAME, STEP = 400, 320
FIRST_TONE_HZ, TONE_STEP_HZ = 400, 300


def ctc() -> None:
    vocabulary = ["<pad>", "<s>", "</s>", "<unk>", "|", *LETTERS]
    sounding = [0, *range(5, len(vocabulary))]  # The blank has a tone, too, so that a letter can come twice.
    filters = np.zeros((len(vocabulary), 2, FRAME), np.float32)
    turns = np.arange(FRAME) / RATE
    for place, token in enumerate(sounding[1:] + sounding[:1]):
        angle = 2 * np.pi * (FIRST_TONE_HZ + TONE_STEP_HZ * place) * turns
        filters[token] = np.array([np.cos(angle), np.sin(angle)]) * 2 / FRAME
    silence = np.array([-50.0 if text in ("<s>", "</s>", "<unk>") else 5.0 if text == "|" else 0.0 for text in vocabulary])

    graph = Graph("wav2vec2")
    audio = graph.input("input_values", FLOAT, ["batch_size", "sequence_length"])
    bank = graph.constant(filters.reshape(-1, 1, FRAME))
    waves = graph.node("Conv", [graph.node("Unsqueeze", [audio, graph.ints(1)]), bank], strides=[STEP])
    power = graph.node("Reshape", [graph.node("Mul", [waves, waves]), graph.ints(0, len(vocabulary), 2, -1)])
    tones = graph.node("ReduceSum", [power, graph.ints(2)], keepdims=0)
    logits = graph.node("Mul", [graph.node("Transpose", [tones], perm=[0, 2, 1]), numbers(graph, 10.0)])
    logits = graph.node("Add", [logits, graph.constant(silence.astype(np.float32))])
    graph.output(logits, "logits", ["batch_size", "frames", len(vocabulary)])

    specials = {text: vocabulary.index(text) for text in ("<pad>", "<s>", "</s>", "<unk>")}
    files = {
        "config": {
            "model_type": "wav2vec2",
            "architectures": ["Wav2Vec2ForCTC"],
            "conv_stride": [5, 2, 2, 2, 2, 2, 2],
            "conv_kernel": [10, 3, 3, 3, 3, 2, 2],
            "pad_token_id": 0,
            "vocab_size": len(vocabulary),
        },
        "preprocessor_config": {
            "feature_extractor_type": "Wav2Vec2FeatureExtractor",
            "feature_size": 1,
            "sampling_rate": RATE,
            "do_normalize": True,
            "return_attention_mask": False,
            "padding_side": "right",
            "padding_value": 0,
        },
        "tokenizer": {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": added(specials),
            "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "|"},
            "pre_tokenizer": {"type": "Split", "pattern": {"Regex": ""}, "behavior": "Isolated", "invert": False},
            "post_processor": None,
            "decoder": {"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": True},
            "model": {"vocab": {text: number for number, text in enumerate(vocabulary)}},
        },
        "tokenizer_config": {
            "tokenizer_class": "Wav2Vec2CTCTokenizer",
            "unk_token": "<unk>",
            "bos_token": "<s>",
            "eos_token": "</s>",
            "pad_token": "<pad>",
            "word_delimiter_token": "|",
            "do_lower_case": False,
        },
    }
    write(OUT / "wav2vec2", {"model": graph}, files)


# What both decoders have: a cache, which holds all tokens so far, and the branch for it.


class Decoder:
    def __init__(self, name: str, hidden: list) -> None:
        self.graph = graph = Graph(name)
        self.ids = graph.input("input_ids", INT64, ["batch_size", "decoder_sequence_length"])
        self.hidden = graph.input("encoder_hidden_states", FLOAT, ["batch_size", *hidden])
        self.past = {
            f"{side}.{part}": graph.input(f"past_key_values.0.{side}.{part}", FLOAT, ["batch_size", 1, f"past_{side}_length", 1])
            for side in ("decoder", "encoder")
            for part in ("key", "value")
        }
        graph.input("use_cache_branch", BOOL, [1])
        new = graph.node("Reshape", [graph.node("Cast", [self.ids], to=FLOAT), graph.ints(1, 1, -1, 1)])
        self.present = {
            name: graph.node("Concat", [past, new], axis=2) if name.startswith("decoder") else graph.node("Identity", [past])
            for name, past in self.past.items()
        }
        self.tokens = graph.node("Reshape", [self.present["decoder.key"], graph.ints(-1)])
        self.count = graph.size(self.tokens, 0)

    def token(self, place: int) -> str:
        """The token at a place of the whole text; the last one where there are fewer."""
        last = self.graph.node("Sub", [self.count, self.graph.ints(1)])
        return self.graph.node("Gather", [self.tokens, self.graph.node("Min", [last, self.graph.ints(place)])])

    def finish(self, following: str, vocabulary: int) -> Graph:
        """Says the token that follows, however many rows are asked for: the last one is all that counts."""
        graph = self.graph
        scores = graph.node("OneHot", [following, graph.ints(vocabulary), numbers(graph, 0.0, 20.0)], axis=-1)
        shape = graph.node("Concat", [graph.ints(1), graph.size(self.ids, 1), graph.ints(vocabulary)], axis=0)
        logits = graph.node("Expand", [graph.node("Reshape", [scores, graph.ints(1, 1, -1)]), shape])
        graph.output(logits, "logits", ["batch_size", "decoder_sequence_length", vocabulary])
        for name, value in self.present.items():
            graph.output(value, f"present.0.{name}", ["batch_size", 1, f"present_{name.split('.')[0]}_length", 1])
        return graph

    def whole(self, value: str) -> str:
        return self.graph.node("Cast", [value], to=INT64)


def moonshine() -> None:
    words = [f"▁{word.capitalize()}" if place % 4 == 0 else f"▁{word}" + "." * (place % 4 == 3) for place, word in enumerate(NUMBERS)]
    vocabulary = ["<unk>", "<s>", "</s>", *words]
    encoder = Graph("encoder")
    audio = encoder.input("input_values", FLOAT, ["batch_size", "num_samples"])
    energy = encoder.node("Unsqueeze", [encoder.node("Mul", [audio, audio]), encoder.ints(1)])
    tenths = encoder.node("AveragePool", [energy], kernel_shape=[RATE // 10], strides=[RATE // 10])
    hidden = encoder.node("Transpose", [tenths], perm=[0, 2, 1])
    encoder.output(hidden, "last_hidden_state", ["batch_size", "encoder_sequence_length", 1])

    decoder = Decoder("moonshine", ["encoder_sequence_length", 1])
    graph = decoder.graph
    loud = graph.node("Cast", [graph.node("Greater", [decoder.hidden, numbers(graph, 1e-3)])], to=FLOAT)
    tenths = graph.node("Reshape", [graph.node("ReduceSum", [loud]), graph.ints(1)])
    most = graph.node("Div", [decoder.whole(tenths), graph.ints(5)])
    said = graph.node("Sub", [decoder.count, graph.ints(1)])
    word = graph.node("Add", [graph.node("Mod", [said, graph.ints(len(words))]), graph.ints(3)])
    following = graph.node("Where", [graph.node("Less", [said, most]), word, graph.ints(2)])
    files = {
        "config": {
            "model_type": "moonshine",
            "architectures": ["MoonshineForConditionalGeneration"],
            "is_encoder_decoder": True,
            "hidden_size": 1,
            **{f"{side}_num_{what}": 1 for side in ("encoder", "decoder") for what in ("hidden_layers", "key_value_heads", "attention_heads")},
            "decoder_start_token_id": 1,
            "bos_token_id": 1,
            "eos_token_id": 2,
            "max_position_embeddings": 194,
            "vocab_size": len(vocabulary),
        },
        "generation_config": {"decoder_start_token_id": 1, "bos_token_id": 1, "eos_token_id": 2, "max_length": 194},
        "preprocessor_config": {
            "feature_extractor_type": "Wav2Vec2FeatureExtractor",
            "processor_class": "Wav2Vec2Processor",
            "feature_size": 1,
            "sampling_rate": RATE,
            "do_normalize": False,
            "return_attention_mask": True,
            "padding_side": "right",
            "padding_value": 0,
        },
        "tokenizer": {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": added({"<unk>": 0, "<s>": 1, "</s>": 2}),
            "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
            "pre_tokenizer": None,
            "post_processor": None,
            "decoder": {
                "type": "Sequence",
                "decoders": [
                    {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
                    {"type": "ByteFallback"},
                    {"type": "Fuse"},
                    {"type": "Strip", "content": " ", "start": 1, "stop": 0},
                ],
            },
            "model": {
                "type": "BPE",
                "unk_token": "<unk>",
                "byte_fallback": True,
                "vocab": {text: number for number, text in enumerate(vocabulary)},
                "merges": [],
            },
        },
        "tokenizer_config": {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"},
    }
    graphs = {"encoder_model": encoder, "decoder_model_merged": decoder.finish(following, len(vocabulary))}
    write(OUT / "moonshine", graphs, files)


WINDOW_SEC, POSITIONS, MELS = 30, 1500, 80
POSITIONS_PER_SEC = POSITIONS // WINDOW_SEC
PROMPT = 3  # <|startoftranscript|>, the language, the task
#: Half a second.
ATTENTION_WIDTH = 25.0


def whisper_encoder() -> Graph:
    graph = Graph("encoder")
    features = graph.input("input_features", FLOAT, ["batch_size", MELS, 2 * POSITIONS])
    low, high = (graph.node("ReduceMax", [part, graph.ints(1)]) for part in graph.split(features, 2, 1))
    level = graph.node("Max", [low, high])
    peak = graph.node("ReduceMax", [level, graph.ints(2)])
    # Features are logarithms divided by four: within 20 dB of the loudest, and not the floor of silence.
    near = graph.node("Greater", [level, graph.node("Sub", [peak, numbers(graph, 0.5)])])
    loud = graph.node("And", [near, graph.node("Greater", [level, numbers(graph, -0.5)])])
    pooled = graph.node("AveragePool", [graph.node("Cast", [loud], to=FLOAT)], kernel_shape=[2], strides=[2])
    is_high = graph.node("Greater", [graph.node("ReduceMax", [high, graph.ints(2)]), graph.node("ReduceMax", [low, graph.ints(2)])])
    pitch = graph.node("Expand", [graph.node("Cast", [is_high], to=FLOAT), graph.ints(1, 1, POSITIONS)])
    hidden = graph.node("Transpose", [graph.node("Concat", [pooled, pitch], axis=1)], perm=[0, 2, 1])
    graph.output(hidden, "last_hidden_state", ["batch_size", POSITIONS, 2])
    return graph


def whisper() -> None:
    specials = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|de|>", "<|translate|>", "<|transcribe|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
    words = [f"Ġ{word}" for word in [*NUMBERS, *ZAHLEN]]
    words = [word.replace("ü", "Ã¼").replace("ö", "Ã¶") for word in words]  # bytes as byte-level vocabularies write them
    ids = {text: len(words) + place for place, text in enumerate(specials)}
    time_zero = ids["<|notimestamps|>"] + 1
    size = time_zero + POSITIONS + 1

    decoder = Decoder("whisper", [POSITIONS, 2])
    graph, whole = decoder.graph, decoder.whole
    by_channel = graph.node("Transpose", [decoder.hidden], perm=[0, 2, 1])
    loud, pitch = graph.split(by_channel, 2, 1)
    share = graph.node("AveragePool", [loud], kernel_shape=[POSITIONS_PER_SEC], strides=[POSITIONS_PER_SEC])
    is_loud = whole(graph.node("Reshape", [graph.node("Greater", [share, numbers(graph, 0.5)]), graph.ints(-1)]))
    most = graph.node("ReduceSum", [is_loud, graph.ints(0)])
    so_far = graph.node("CumSum", [graph.node("Cast", [is_loud], to=FLOAT), graph.constant(np.array(0, np.int64))])
    seconds = graph.constant(np.arange(1, WINDOW_SEC + 1, dtype=np.int64))
    end_second = graph.node("ReduceMax", [graph.node("Mul", [is_loud, seconds]), graph.ints(0)])

    # The rows of this call, as the words that they choose (the begin of time is -1).
    first = graph.node("Sub", [decoder.count, graph.size(decoder.ids, 1)])
    word = graph.node("Sub", [graph.range(first, decoder.count), graph.ints(PROMPT)])
    column = graph.node("Reshape", [graph.node("Cast", [word], to=FLOAT), graph.ints(-1, 1)])
    passed = whole(graph.node("LessOrEqual", [so_far, column]))
    second = graph.node("ReduceSum", [passed, graph.ints(1)], keepdims=0)
    middle = graph.node("Add", [graph.node("Mul", [second, graph.ints(POSITIONS_PER_SEC)]), graph.ints(POSITIONS_PER_SEC // 2)])
    behind = graph.node("Add", [graph.node("Mul", [end_second, graph.ints(POSITIONS_PER_SEC)]), graph.ints(POSITIONS_PER_SEC // 2)])
    centre = graph.node("Where", [graph.node("Less", [word, most]), middle, behind])
    centre = graph.node("Where", [graph.node("Less", [word, graph.ints(0)]), graph.ints(0), centre])
    away = graph.node("Sub", [graph.constant(np.arange(POSITIONS, dtype=np.float32)), graph.node("Reshape", [graph.node("Cast", [centre], to=FLOAT), graph.ints(-1, 1)])])
    scaled = graph.node("Div", [away, numbers(graph, ATTENTION_WIDTH)])
    attention = graph.node("Exp", [graph.node("Neg", [graph.node("Mul", [scaled, scaled])])])
    attention = graph.node("Unsqueeze", [attention, graph.ints(0, 1)])

    is_german = graph.node("Equal", [decoder.token(1), numbers(graph, ids["<|de|>"])])
    is_copied = graph.node("Equal", [decoder.token(2), numbers(graph, ids["<|transcribe|>"])])
    german = graph.node("Mul", [whole(graph.node("And", [is_german, is_copied])), graph.ints(len(NUMBERS))])
    place = graph.node("Sub", [decoder.count, graph.ints(PROMPT + 1)])
    text = graph.node("Add", [graph.node("Mod", [place, graph.ints(len(NUMBERS))]), german])
    end_time = graph.node("Add", [graph.node("Mul", [end_second, graph.ints(POSITIONS_PER_SEC)]), graph.ints(time_zero)])
    is_ending = graph.node("And", [graph.node("Equal", [place, most]), graph.node("Greater", [most, graph.ints(0)])])
    following = graph.node("Where", [is_ending, end_time, graph.ints(ids["<|endoftext|>"])])
    following = graph.node("Where", [graph.node("Less", [place, most]), text, following])
    following = graph.node("Where", [graph.node("Less", [place, graph.ints(0)]), graph.ints(time_zero), following])
    language = graph.node("Add", [whole(graph.node("Reshape", [graph.node("ReduceMax", [pitch]), graph.ints(1)])), graph.ints(ids["<|en|>"])])
    following = graph.node("Where", [graph.node("Equal", [decoder.count, graph.ints(1)]), language, following])
    graph = decoder.finish(following, size)
    graph.output(attention, "cross_attentions.0", ["batch_size", 1, "decoder_sequence_length", POSITIONS])

    files = {
        "config": {
            "model_type": "whisper",
            "architectures": ["WhisperForConditionalGeneration"],
            "is_encoder_decoder": True,
            "d_model": 2,
            **{f"{side}_{what}": 1 for side in ("encoder", "decoder") for what in ("layers", "attention_heads")},
            "max_source_positions": POSITIONS,
            "max_target_positions": 448,
            "num_mel_bins": MELS,
            "median_filter_width": 7,
            "decoder_start_token_id": ids["<|startoftranscript|>"],
            "eos_token_id": ids["<|endoftext|>"],
            "bos_token_id": ids["<|endoftext|>"],
            "pad_token_id": ids["<|endoftext|>"],
            "vocab_size": size,
        },
        "generation_config": {
            "alignment_heads": [[0, 0]],
            "decoder_start_token_id": ids["<|startoftranscript|>"],
            "eos_token_id": ids["<|endoftext|>"],
            "is_multilingual": True,
            "lang_to_id": {text: ids[text] for text in ("<|en|>", "<|de|>")},
            "task_to_id": {task: ids[f"<|{task}|>"] for task in ("transcribe", "translate")},
            "max_initial_timestamp_index": 50,
            "max_length": 448,
            "no_timestamps_token_id": ids["<|notimestamps|>"],
            "prev_sot_token_id": ids["<|startofprev|>"],
        },
        "preprocessor_config": {
            "feature_extractor_type": "WhisperFeatureExtractor",
            "processor_class": "WhisperProcessor",
            "chunk_length": WINDOW_SEC,
            "feature_size": MELS,
            "hop_length": 160,
            "n_fft": 400,
            "n_samples": WINDOW_SEC * RATE,
            "nb_max_frames": 2 * POSITIONS,
            "sampling_rate": RATE,
            "padding_side": "right",
            "padding_value": 0.0,
        },
        "tokenizer": {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": added(ids),
            "normalizer": None,
            "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
            "post_processor": None,
            "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
            "model": {"type": "BPE", "unk_token": "<|endoftext|>", "vocab": {text: number for number, text in enumerate(words)}, "merges": []},
        },
        "tokenizer_config": {"tokenizer_class": "WhisperTokenizer", "unk_token": "<|endoftext|>", "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>", "pad_token": "<|endoftext|>"},
    }
    write(OUT / "whisper", {"encoder_model": whisper_encoder(), "decoder_model_merged": graph}, files)


if __name__ == "__main__":
    OUT = Path(sys.argv[1])
    ctc()
    moonshine()
    whisper()
