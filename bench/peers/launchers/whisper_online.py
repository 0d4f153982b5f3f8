"""Runs whisper_online.py on the CPU, which it has no option for.

    python whisper_online.py FOLDER_OF_WHISPER_STREAMING THREADS ARGUMENTS...
"""

import runpy
import sys
from pathlib import Path

from measured import report_usage

report_usage("faster-whisper", "ctranslate2")

import faster_whisper  # noqa: E402

folder, threads, *arguments = sys.argv[1:]
on_gpu = faster_whisper.WhisperModel


def on_cpu(model: str, **options: object) -> object:
    return on_gpu(model, **{**options, "device": "cpu", "compute_type": "int8", "cpu_threads": int(threads)})


faster_whisper.WhisperModel = on_cpu
script = Path(folder) / "whisper_online.py"
sys.path[0] = folder
sys.argv = [str(script), *arguments]
runpy.run_path(str(script), run_name="__main__")
