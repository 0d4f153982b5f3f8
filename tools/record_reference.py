"""Records what the classes of ufal/whisper_streaming do, for test/vectors/recorded.

usage: python3 tools/record_reference.py CHECKOUT test/vectors/recorded [--tries 3000]

CHECKOUT is a clone of https://github.com/ufal/whisper_streaming (MIT). Cases are drawn at random from a fixed seed. Of all that are
drawn, those are kept in which the reference goes a way through its code that no case before went: a step from one line to another that
is new, or is taken a new number of times (once, twice, a few times, often). Nothing but Python is needed: audio is silence, so that
numpy and torch are stood in for by sequences that know their length alone.
"""

import argparse
import importlib
import json
import random
import sys
import types
from pathlib import Path

RATE = 16_000
WORDS = " And so my fellow Americans ask not what your country can do for you the the no no 12 mundo день 日".split()
SUITES = {
    "hypothesis_buffer": "Times in seconds. insert(words, offset): words are [begin, end, text] relative to offset. State after every step.",
    "online_processor": "What the recognizer was asked and answered, call by call; what each update gave. Sentences end behind . ? and !",
    "fixed_vad_iterator": "The speech probability of each window of 512 samples; what each chunk of samples gave.",
    "vac": "As fixed_vad_iterator and online_processor. Steps at which something happened; `after` counts those without before it.",
    "output_format": "What is printed for an update.",
}


class Silence:
    """Samples of which nothing but the number matters."""

    def __init__(self, count=0):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, part):
        return Silence(len(range(self.count)[part]))

    def dim(self):
        return 1


class Scores:
    """Gives a speech probability for each window in turn, as a model would."""

    def __init__(self, probabilities):
        self.probabilities = probabilities
        self.reset_states()

    def reset_states(self):
        self.next = 0

    def __call__(self, window, rate):
        value = self.probabilities[self.next]
        self.next += 1
        return types.SimpleNamespace(item=lambda: value)


def import_reference(checkout):
    numpy = types.ModuleType("numpy")
    numpy.float32 = float
    numpy.array = lambda values, dtype=None: Silence(len(values))
    numpy.append = lambda a, b: Silence(len(a) + len(b))
    torch = types.ModuleType("torch")
    torch.no_grad = lambda: lambda function: function
    torch.is_tensor = lambda value: True
    torch.hub = types.SimpleNamespace(load=None)
    sys.modules.update(numpy=numpy, torch=torch, librosa=types.ModuleType("librosa"), soundfile=types.ModuleType("soundfile"))
    sys.path.insert(0, str(checkout))
    return importlib.import_module("whisper_online"), importlib.import_module("silero_vad_iterator"), torch


class Ways:
    """Which steps from line to line the reference has taken so far, and how often in a case."""

    def __init__(self, checkout):
        self.folder = str(checkout)
        self.seen = set()

    def are_new(self, run):
        """Runs a case. Gives what it gave, if it went a new way, else None."""
        counts = {}
        last = None

        def trace(frame, event, _argument):
            nonlocal last
            if not frame.f_code.co_filename.startswith(self.folder):
                return None
            here = (frame.f_code.co_name, frame.f_lineno)
            counts[(last, here)] = counts.get((last, here), 0) + 1
            last = here
            return trace

        sys.settrace(trace)
        try:
            recorded = run()
        finally:
            sys.settrace(None)
        new = {(way, "once" if n == 1 else "twice" if n == 2 else "few" if n < 6 else "often") for way, n in counts.items()}
        if new <= self.seen:
            return None
        self.seen |= new
        return recorded


def talk(dice, count, separator):
    """Words one after the other, some of them twice, some of them the end of a sentence."""
    at, said = dice.uniform(0, 0.5), []
    for _ in range(count):
        text = dice.choice(WORDS) if not said or dice.random() > 0.15 else said[-1][2].strip().rstrip(".?!")
        text += dice.choice(".?!") if dice.random() < 0.15 else ""
        length = dice.uniform(0.1, 0.6)
        said.append([round(at, 2), round(at + length, 2), text if separator == " " else " " + text])
        at += length + (dice.uniform(0.8, 3) if dice.random() < 0.08 else dice.uniform(0, 0.15))
    return said


def heard(dice, said, begin, end, separator):
    """What a recognizer makes of the audio from begin to end: times that move a little, and an end that is not sure yet."""
    words = [[round(b - begin + dice.choice([0, 0, 0.05, -0.05]), 2), round(e - begin, 2), t] for b, e, t in said if b >= begin - 0.3 and e <= end]
    for index in range(max(0, len(words) - dice.choice([0, 1, 1, 2, 3])), len(words)):
        if dice.random() < 0.5:
            words[index][2] = ("" if separator == " " else " ") + dice.choice(WORDS)
    if words and dice.random() < 0.1:
        words.pop(dice.randrange(len(words)))
    return [] if dice.random() < 0.05 else words


def hypothesis_buffer(dice, reference, _vad, _torch):
    buffer = reference.HypothesisBuffer()
    said = talk(dice, dice.randint(1, 14), "")
    steps = []

    def step(op, *args):
        if op == "setLastCommittedTime":
            buffer.last_commited_time = args[0]
            returns = None
        elif op == "insert":
            returns = buffer.insert([tuple(word) for word in args[0]], args[1])
        else:
            returns = {"flush": buffer.flush, "popCommitted": buffer.pop_commited, "complete": buffer.complete}[op](*args)
        state = {"committedInBuffer": buffer.commited_in_buffer, "buffer": buffer.buffer, "new": buffer.new}
        times = {"lastCommittedTime": buffer.last_commited_time, "lastCommittedWord": buffer.last_commited_word}
        steps.append(copied({"op": op, "args": args, "returns": returns, **state, **times}))

    offset = dice.choice([0, 0, 2.5, 11.25])
    if offset and dice.random() < 0.7:
        step("setLastCommittedTime", offset)
    end = 0.0
    for _ in range(dice.randint(1, 6)):
        end += dice.uniform(0.4, 2.5)
        begin = offset if dice.random() < 0.6 else round(max(offset, buffer.last_commited_time - dice.uniform(0, 1.5)), 2)
        step("insert", heard(dice, said, begin - offset, end, ""), begin)
        step("flush")
        if dice.random() < 0.3:
            step("popCommitted", round(buffer.last_commited_time - dice.uniform(-0.2, 1.5), 2))
    if dice.random() < 0.5:
        step("complete")
    return {"steps": steps}


class Scripted:
    """A recognizer that hears what is said, now and then wrongly, and remembers what it was asked."""

    def __init__(self, dice, said, separator):
        self.sep = separator
        self.dice, self.said, self.asked = dice, said, None

    def transcribe(self, audio, init_prompt=""):
        begin, end = self.processor.buffer_time_offset, self.processor.buffer_time_offset + len(audio) / RATE
        words = heard(self.dice, self.said, begin, end, self.sep)
        ends = [e for _, e, t in words if t[-1] in ".?!" or self.dice.random() < 0.25]
        if words and (not ends or ends[-1] != words[-1][1]):
            ends.append(words[-1][1])
        self.asked = {"samples": len(audio), "prompt": init_prompt, "words": words, "segmentEnds": ends}
        return self.asked

    def ts_words(self, result):
        return [tuple(word) for word in result["words"]]

    def segments_end_ts(self, result):
        return list(result["segmentEnds"])


class Sentences:
    def split(self, text):
        sentences = [""]
        for word in text.split():
            sentences[-1] = f"{sentences[-1]} {word}".strip()
            if word[-1] in ".?!":
                sentences.append("")
        return [sentence for sentence in sentences if sentence]


def online_processor(dice, reference, _vad, _torch):
    separator = dice.choice(["", "", " "])
    trimming = (dice.choice(["segment", "segment", "sentence"]), dice.choice([2, 3, 5, 8]))
    offset = dice.choice([None, None, 0.0, 7.5])
    said = [[b + (offset or 0), e + (offset or 0), t] for b, e, t in talk(dice, dice.choice([4, 12, 30, 90]), separator)]
    asr = Scripted(dice, said, separator)
    processor = asr.processor = reference.OnlineASRProcessor(asr, Sentences(), trimming)
    if offset is not None:
        processor.init(offset)
    steps = []
    least = 1.0 if len(said) < 40 else 2.5
    for _ in range(dice.randint(2, 14)):
        samples = int(dice.uniform(0.3, least + 1) * RATE)
        processor.insert_audio_chunk(Silence(samples))
        returns = processor.process_iter()
        state = {"bufferTimeOffset": processor.buffer_time_offset, "bufferSamples": len(processor.audio_buffer)}
        recorded = {"insertSamples": samples, "transcribe": asr.asked, "returns": returns, **state}
        steps.append(copied({**recorded, "committedWords": len(processor.commited)}))
    finish = {"returns": processor.finish(), "bufferTimeOffset": processor.buffer_time_offset}
    settings = {"separator": separator, "bufferTrimming": trimming, "initOffset": offset}
    return copied({**settings, "steps": steps, "finish": finish})


def probabilities(dice, count):
    values, speech = [], dice.random() < 0.3
    while len(values) < count:
        low, high = (0.36, 1) if speech else (0, 0.55)
        values += [round(dice.uniform(low, high), 2) for _ in range(dice.choice([1, 4, 14, 15, 16, 17, 30]))]
        speech = not speech
    return values[:count]


def fixed_vad_iterator(dice, _reference, vad, _torch):
    values = probabilities(dice, dice.randint(5, 90))
    iterator = vad.FixedVADIterator(Scores(values))
    chunks, left = [], len(values) * 512
    size = dice.choice([512, 640, 4000, 16_000])
    while left > 0:
        samples = min(left, size)
        left -= samples
        chunks.append([samples, iterator(Silence(samples))])
    return copied({"probabilities": values, "chunks": chunks})


def vac(dice, reference, _vad, torch):
    separator, seconds, trimming = "", dice.choice([0.5, 1.0]), ("segment", dice.choice([3, 15]))
    values = probabilities(dice, dice.randint(40, 160))
    total, size = len(values) * 512, dice.choice([640, 1600, 8000, 16_000])
    torch.hub.load = lambda **_: (Scores(values), None)
    asr = Scripted(dice, talk(dice, 12, separator), separator)
    processor = reference.VACOnlineASRProcessor(seconds, asr, None, trimming, logfile=types.SimpleNamespace(write=lambda text: None))
    asr.processor = processor.online
    steps, after, left, before = [], 0, total, None
    while left > 0:
        samples = min(left, size)
        left -= samples
        asr.asked = None
        processor.insert_audio_chunk(Silence(samples))
        returns = processor.process_iter()
        now = (processor.status, processor.online.buffer_time_offset)
        if asr.asked is None and returns[0] is None and now == before:
            after += 1
            continue
        buffers = {"vacBufferSamples": len(processor.audio_buffer), "vacBufferOffset": processor.buffer_offset}
        online = {"onlineBufferSamples": len(processor.online.audio_buffer), "onlineBufferTimeOffset": processor.online.buffer_time_offset}
        recorded = {"after": after, "insertSamples": samples, "returns": returns, "status": processor.status, **buffers, **online}
        steps.append(copied({**recorded, **({} if asr.asked is None else {"transcribe": asr.asked})}))
        after, before = 0, now
    ending = {"stepsAfterLast": after, "finish": {"returns": processor.finish()}}
    settings = {"separator": separator, "minChunkSize": seconds, "bufferTrimming": trimming, "probabilities": values}
    return copied({**settings, "chunkSamples": size, "totalSamples": total, "steps": steps, **ending})


def output_format(dice, *_):
    """Times whose milliseconds lie near the middle of two numbers, and some that are long."""
    begin = dice.choice([0.0005, 0.0015, 1.0025, dice.uniform(0, 10_000), round(dice.uniform(0, 60), 4)])
    end, now = begin + dice.choice([0, 0.0005, 0.31, dice.uniform(0, 5)]), dice.choice([begin, 0.00003125, dice.uniform(0, 1e5)])
    text = dice.choice(["", " word", "a  b ", " день"])
    return {"now": now, "begin": begin, "end": end, "text": text, "line": "%1.4f %1.0f %1.0f %s" % (now * 1000, begin * 1000, end * 1000, text)}


def copied(value):
    return json.loads(json.dumps(value))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tries", type=int, default=3000, help="cases to draw for each suite")
    options = parser.parse_args()
    checkout = options.checkout.resolve()
    parts = import_reference(checkout)
    options.folder.mkdir(parents=True, exist_ok=True)
    for suite, about in SUITES.items():
        ways, kept = Ways(checkout), []
        for number in range(options.tries):
            record = lambda: globals()[suite](random.Random(f"{suite} {number}"), *parts)
            # The lines of the output are made here: every one of a few is kept.
            case = (record() if number < 60 else None) if suite == "output_format" else ways.are_new(record)
            if case is not None:
                kept.append(case if suite == "output_format" else {"name": f"recorded {number}", **case})
        lines = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in kept)
        text = '{"suite":%s,"about":%s,"cases":[\n%s\n]}\n' % (json.dumps(suite), json.dumps(about), lines)
        (options.folder / f"{suite}.json").write_text(text, encoding="utf-8")
        print(f"{suite}: {len(kept)} of {options.tries} cases")


if __name__ == "__main__":
    main()
