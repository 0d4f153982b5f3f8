"""Runs whisper_online_server.py on the CPU, which it has no option for, and with another number of beams.

    python whisper_online_server.py FOLDER_OF_WHISPER_STREAMING THREADS BEAM_SIZE ARGUMENTS...

It ends with what has started it, which holds its standard input.
"""

import os
import runpy
import sys
import threading
from pathlib import Path

import faster_whisper

folder, threads, beam_size, *arguments = sys.argv[1:]


class OnCpu(faster_whisper.WhisperModel):
    def __init__(self, model: str, **options: object) -> None:
        super().__init__(model, **{**options, "device": "cpu", "compute_type": "int8", "cpu_threads": int(threads)})

    def transcribe(self, audio: object, **options: object) -> object:
        return super().transcribe(audio, **{**options, "beam_size": int(beam_size)})


def end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
faster_whisper.WhisperModel = OnCpu
script = Path(folder) / "whisper_online_server.py"
sys.path[0] = folder
sys.argv = [str(script), *arguments]
runpy.run_path(str(script), run_name="__main__")
