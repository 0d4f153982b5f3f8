"""Answers the requests of child.ts: a line of JSON and raw samples on standard input, a line of JSON on standard output."""

import json
import os
import signal
import sys
import traceback

# Import this before anything else: what libraries print must not get between the answers.
answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
os.dup2(2, 1)
# Ctrl-C goes to all processes of a terminal; the program decides when this one ends.
signal.signal(signal.SIGINT, signal.SIG_IGN)


def serve(load):
    """Runs until standard input ends.

    `load(**setup)` gives a function of a request and its audio (bytes of float32 samples, 16 kHz) that gives an answer,
    and what is to be told about the model.
    """
    recognize = None
    while line := sys.stdin.buffer.readline():
        request = json.loads(line)
        audio = sys.stdin.buffer.read(4 * request["samples"])
        try:
            if "load" in request:
                recognize, answer = load(**request["load"])
            else:
                answer = recognize(request, audio)
            text = json.dumps({"id": request["id"], "answer": answer}, allow_nan=False)
        except Exception as error:
            traceback.print_exc()
            text = json.dumps({"id": request["id"], "error": f"{type(error).__name__}: {error}"})
        answers.write(text + "\n")
        answers.flush()


def segment(end, no_speech, words):
    """A segment as recognizer.ts wants it; words are (begin, end, text, probability)."""
    return {
        "end": float(end),
        "noSpeech": float(no_speech),
        "words": [
            {"begin": float(begin), "end": float(end), "text": text, "probability": float(probability)}
            for begin, end, text, probability in words
        ],
    }
