#!/usr/bin/env python3
"""Makes fixtures/ from packages of the registries: audio at 16 kHz, text, and word times by forced alignment.

    apt-get download pocketsphinx-testdata && dpkg -x pocketsphinx-testdata*.deb testdata
    npm pack nodejs-whisper@0.3.1 && tar xzf nodejs-whisper-0.3.1.tgz
    pip download --no-deps moonshine-voice==0.1.5 && unzip -d moonshine moonshine_voice-*.whl
    pip install pocketsphinx==5.1.1 && apt-get install sox
    python tools/make_fixtures.py testdata package moonshine fixtures
"""

import json
import re
import subprocess
import sys
import wave
from pathlib import Path

from pocketsphinx import Decoder

LIBRIVOX = "usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-0{}.wav"
AUSTEN = {
    "870": "and mister john dashwood had then leisure to consider how much there might be prudently in his power to do for them",
    "880": "he was not an ill disposed young man",
    "890": "unless to be rather cold hearted and rather selfish is to be ill disposed",
    "920": "had he married a more amiable woman he might have been made still more respectable than he was",
    "930": "he might even have been made amiable himself",
}
JFK = (
    "And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country."
)
TWO_CITIES = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness, "
    "it was the epoch of belief, it was the epoch of incredulity, it was the season of Light, it was the season of "
    "Darkness, it was the spring of hope, it was the winter of despair, we had everything before us, we had nothing "
    "before us, we were all going direct to Heaven, we were all going direct the other way, in short, the period was "
    "so far like the present period, that some of its noisiest authorities insisted on its being received, for good "
    "or for evil, in the superlative degree of comparison only."
)
# Words that the dictionary of the aligner lacks.
PRONUNCIATIONS = {
    "dashwood": "D AE SH W UH D",
    "incredulity": "IH N K R AH D UW L AH T IY",
    "noisiest": "N OY Z IY AH S T",
}


def main() -> None:
    testdata, package, moonshine, out = map(Path, sys.argv[1:5])
    for number, text in AUSTEN.items():
        source = "LibriVox, J. Austen, Sense and Sensibility, chapter 1 (Debian pocketsphinx-testdata)"
        make(testdata / LIBRIVOX.format(number), out, f"austen_{number}", text, source, "Public domain")
    jfk = package / "cpp/whisper.cpp/bindings/go/samples/jfk.wav"
    make(jfk, out, "jfk", JFK, "J. F. Kennedy, inaugural address, 1961 (npm nodejs-whisper)", "Public domain")
    cities = moonshine / "moonshine_voice/assets/two_cities.wav"
    make(cities, out, "two_cities", TWO_CITIES, "C. Dickens, A Tale of Two Cities (PyPI moonshine-voice)", "MIT")


def make(audio: Path, out: Path, name: str, text: str, source: str, license: str) -> None:
    target = out / f"{name}.wav"
    convert = ["sox", "-D", str(audio), "-b", "16", "-e", "signed-integer", str(target), "remix", "-", "rate", "-h", "16000"]
    subprocess.run(convert, check=True)
    with wave.open(str(target)) as file:
        samples = file.readframes(file.getnframes())
        duration = file.getnframes() / 16000
    reference = {
        "text": text,
        "language": "en",
        "duration": round(duration, 3),
        "words": aligned(text, samples),
        "source": source,
        "license": license,
        "reference": "exact text; word times by forced alignment (PocketSphinx 5, English)",
    }
    (out / f"{name}.ref.json").write_text(json.dumps(reference, ensure_ascii=False, indent=1) + "\n")


def aligned(text: str, samples: bytes) -> list[dict[str, object]]:
    decoder = Decoder(samprate=16000, bestpath=False, loglevel="FATAL")
    for word, phones in PRONUNCIATIONS.items():
        if decoder.lookup_word(word) is None:
            decoder.add_word(word, phones)
    written = text.split()
    decoder.set_align_text(" ".join(re.sub(r"[^a-z']", "", word.lower()) for word in written))
    decoder.start_utt()
    decoder.process_raw(samples, full_utt=True)
    decoder.end_utt()
    said = [seg for seg in decoder.seg() if not re.match(r"[<(\[]", seg.word)]
    if len(said) != len(written):
        raise SystemExit(f"{len(said)} words aligned of {len(written)}: {text}")
    return [
        {"word": word, "start": round(seg.start_frame / 100, 2), "end": round((seg.end_frame + 1) / 100, 2)}
        for word, seg in zip(written, said)
    ]


if __name__ == "__main__":
    main()
