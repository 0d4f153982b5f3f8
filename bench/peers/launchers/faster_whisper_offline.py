"""Transcribes a file with faster-whisper in one go.

    python faster_whisper_offline.py MODEL_FOLDER AUDIO LANGUAGE THREADS BEAM_SIZE

Prints a line a segment: emission, begin and end in milliseconds, and the text. All text comes at the end of the audio.
"""

import sys

from measured import report_usage

report_usage("faster-whisper", "ctranslate2")

from faster_whisper import WhisperModel  # noqa: E402

folder, audio, language, threads, beam_size = sys.argv[1:]
model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=int(threads))
segments, info = model.transcribe(audio, language=language, beam_size=int(beam_size))
for segment in segments:
    print(f"{info.duration * 1000:.4f} {segment.start * 1000:.0f} {segment.end * 1000:.0f} {segment.text}", flush=True)
