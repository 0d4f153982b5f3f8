"""Compares what src/evaluation measures with the programs that publish these measures.

    python3 -m venv /tmp/evaluation
    /tmp/evaluation/bin/pip install whisper-normalizer==0.1.15 jiwer==4.0.0 OmniSTEval==0.1.10
    npm run build && /tmp/evaluation/bin/python tools/check_evaluation.py

1. normalizers: 100,000 random texts (--texts), all results equal to whisper-normalizer's
2. errors: 1,000 random pairs of texts (--pairs), all counts and rates of words and characters equal to jiwer's
3. lagging: ten real runs of the program over fixtures/ (--runs), AL, LAAL and YAAL, as short and as long recordings, equal
   to OmniSTEval's with the four decimals that it prints

The exit code is 1 where anything differs; the first differences are printed.
"""

import argparse
import json
import logging
import random
import subprocess
import sys
import unicodedata
from pathlib import Path

ROOT = Path(__file__).parent.parent
SHOWN = 5
CHARACTERS = 0x20000
PIECES = (
    "one two three nine ten eleven nineteen twenty thirty ninety hundred thousand million billion decillion o oh zero "
    "first second third fifth twelfth zeroth ones twos sixes twenties twentieth hundreds thousandth millions and a half "
    "point double triple minus negative plus positive pound pounds euro dollars dollar cent cents per percent 1 2 12 "
    "100 1,000 3.5 0.07 1.2.3 $20 £5 €3.50 ¢7 -4 +6 $ % 50% 1960s 274th 3rd 1st 5 s th rd colour grey theatre "
    "organisation aeroplane won't can't let's ain't y'all wanna gonna i'ma ma'am Mr. Mrs. st dr prof rev jr esq "
    "he'd been she's gone they'd done it's got don't we're I'll I've I'm 'tis ' um uh hmm mhm [noise] (laughs) <unk> "
    "( ) [ ] < > . , ! ? - — … “quoted” O'Neill café naïve straße Œuvre łódź ﬁne ½ ² ٣ ٣.٥ १२ ｆｕｌｌ 你好 ไทย हिन्दी "
    "\u200b \u00a0 \u2003 \u3000 \t \n \x1c \x85 İ Σ ΑΣ a1 1a b2b 10,000,000 12:30 http://x.y &amp; #1 № ™ ° ‰ ₹ ¥"
).split(" ")
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEF0123456789 .,'$%£€¢-()[]<>éßœ"


class Program:
    """The built program's answers."""

    def ask(self, requests):
        text = "\n".join(json.dumps(request) for request in requests) + "\n"
        answers = subprocess.run(
            ["node", str(ROOT / "tools/evaluation_answers.mjs")], input=text, capture_output=True, text=True, check=True
        )
        return [json.loads(line) for line in answers.stdout.splitlines()]


def characters_known_to_both(program):
    """Characters that both programs know and take for the same: they have different editions of Unicode."""
    [kinds] = program.ask([{"ask": "kinds", "count": CHARACTERS}])
    return [chr(code) for code, kind in enumerate(kinds) if kind == kind_of(chr(code))]


def kind_of(character):
    category = unicodedata.category(character)
    if category in ("Cs", "Cn"):
        return None
    return "n" if category == "Mn" else "s" if category[0] in "MSP" else "-"


def random_texts(count, random, characters):
    """Words that the rules are about, letters, and any characters."""
    for _ in range(count):
        kind = random.random()
        if kind < 0.7:
            pieces = [random.choice(PIECES) for _ in range(random.randint(0, 14))]
            yield random.choice([" ", " ", " ", "", "-"]).join(pieces)
        elif kind < 0.9:
            yield "".join(random.choice(LETTERS) for _ in range(random.randint(0, 40)))
        else:
            yield "".join(any_character(random, characters) for _ in range(random.randint(0, 20)))


def any_character(random, characters):
    return characters[random.randrange(random.choice([0x24F, 0x3000, len(characters)]))]


def check_normalizers(program, count):
    from whisper_normalizer.basic import BasicTextNormalizer
    from whisper_normalizer.english import EnglishTextNormalizer

    texts = list(random_texts(count, random.Random(1), characters_known_to_both(program)))
    differences = []
    for name, normalizer in (("english", EnglishTextNormalizer()), ("whisper-basic", BasicTextNormalizer())):
        answers = program.ask({"ask": "normalize", "name": name, "text": text} for text in texts)
        for text, answer in zip(texts, answers, strict=True):
            if normalizer(text) != answer:
                differences.append(f"{name} {text!r}: {normalizer(text)!r}, ours {answer!r}")
    return report(f"normalizers: {len(texts)} texts, two normalizers", differences)


def check_errors(program, count):
    import jiwer

    draw = random.Random(2)
    pairs = []
    for index in range(count):
        words = [draw.choice("the of and to in is it you that he".split()) for _ in range(draw.randint(1, 60))]
        if index < 3:
            words = [draw.choice(PIECES[:40]) for _ in range(2500)]
        heard = [draw.choice(PIECES[:20]) if draw.random() < 0.2 else word for word in words if draw.random() > 0.1]
        for _ in range(draw.randint(0, 5)):
            heard.insert(draw.randint(0, len(heard)), draw.choice(words))
        pairs.append((words, heard))
    differences = []
    requests = []
    for words, heard in pairs:
        requests.append({"ask": "errors", "said": words, "recognized": heard})
        if len(words) < 100:
            requests.append({"ask": "errors", "said": list(" ".join(words)), "recognized": list(" ".join(heard))})
    answers = iter(program.ask(requests))
    for words, heard in pairs:
        said, recognized = " ".join(words), " ".join(heard)
        measures = [("words", jiwer.process_words(said, recognized), next(answers))]
        if len(words) < 100:
            measures.append(("characters", jiwer.process_characters(said, recognized), next(answers)))
        for unit, theirs, ours in measures:
            expected = [theirs.hits, theirs.substitutions, theirs.deletions, theirs.insertions]
            found = [ours[key] for key in ("matches", "substitutions", "deletions", "insertions")]
            if expected != found:
                differences.append(f"{unit} {said[:60]!r} {recognized[:60]!r}: {expected}, ours {found}")
    return report(f"errors: {len(pairs)} pairs, words and characters", differences)


def real_runs(count):
    """What the program prints for recordings, with what is said in them: words with times in milliseconds."""
    recordings = sorted(ROOT.glob("fixtures/*.ref.json"))
    references = [(path, json.loads(path.read_text("utf-8"))) for path in recordings]
    english = [(path, reference) for path, reference in references if reference["language"] == "en"]
    settings = [["--min-chunk-size", "1"], ["--min-chunk-size", "0.5", "--policy", "alignatt"]]
    for index in range(count):
        path, reference = english[index % len(english)]
        arguments = [*settings[index // len(english) % 2], "--comp-unaware", "--quiet", "--no-live"]
        audio = str(path).replace(".ref.json", ".wav")
        done = subprocess.run(
            ["node", str(ROOT / "bin/asr-stream.js"), audio, *arguments], capture_output=True, text=True, check=True
        )
        words = []
        for line in done.stdout.splitlines():
            emitted, _, _, text = line.split(" ", 3)
            words += [{"text": word, "emittedMs": float(emitted)} for word in text.split()]
        yield path.stem, reference, words


def sentences_of(reference):
    sentences, open_words = [], []
    for word in reference["words"]:
        open_words.append(word)
        if word["word"][-1] in ".?!,;":
            sentences.append(open_words)
            open_words = []
    if open_words:
        sentences.append(open_words)
    return [
        {
            "text": " ".join(word["word"] for word in words),
            "offsetMs": words[0]["start"] * 1000,
            "durationMs": (words[-1]["end"] - words[0]["start"]) * 1000,
        }
        for words in sentences
    ]


def check_lagging(program, count):
    from omnisteval.alignment import Word
    from omnisteval.data import Instance, _add_time_to_recording_end_to_segmentation
    from omnisteval.resegment import resegment
    from omnisteval.scoring import evaluate_instances

    differences, compared = [], 0
    for name, reference, words in real_runs(count):
        text, duration = reference["text"], reference["duration"] * 1000
        sentences = sentences_of(reference)
        short = [
            Instance(
                prediction=" ".join(word["text"] for word in words),
                reference=text,
                source_length=duration,
                emission_cu=[word["emittedMs"] for word in words],
            )
        ]
        segmentation = _add_time_to_recording_end_to_segmentation(
            [{"wav": name, "offset": one["offsetMs"], "duration": one["durationMs"]} for one in sentences]
        )
        reference_words = [
            Word(unit, emission_cu=one["offsetMs"], seq_id=index)
            for index, one in enumerate(sentences)
            for unit in one["text"].lower().split()
        ]
        hypothesis = [Word(word["text"], emission_cu=word["emittedMs"]) for word in words]
        long, _ = resegment([reference_words], [hypothesis], segmentation, [one["text"] for one in sentences])
        ours = program.ask(
            [
                {"ask": "shortForm", "run": {"reference": text, "durationMs": duration, "words": words}},
                {"ask": "longForm", "run": {"sentences": sentences, "words": words}},
            ]
        )
        for instances, is_long, answer in ((short, False, ours[0]), (long, True, ours[1])):
            scores, _, _ = evaluate_instances(instances, compute_quality=False, is_longform=is_long)
            for key in ("al", "laal", "yaal"):
                expected = f"{scores[f'long_{key}' if is_long else key]:.4f}"
                found = "nan" if answer[key] is None else f"{answer[key]:.4f}"
                compared += 1
                if expected != found:
                    differences.append(f"{name} {'long' if is_long else 'short'} {key}: {expected}, ours {found}")
    return report(f"lagging: {count} runs, {compared} values", differences)


def report(what, differences):
    print(f"{what}: {'equal' if not differences else f'{len(differences)} differ'}")
    for difference in differences[:SHOWN]:
        print(f"  {difference}")
    return not differences


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=10)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    program = Program()
    checks = [
        check_normalizers(program, options.texts),
        check_errors(program, options.pairs),
        check_lagging(program, options.runs),
    ]
    sys.exit(0 if all(checks) else 1)


if __name__ == "__main__":
    main()
