"""Runs simulstreaming_whisper.py with a .pt file that was made from other files of the same weights.

    python simulstreaming.py FOLDER_OF_SIMULSTREAMING THREADS MODEL_PT ARGUMENTS...

SimulStreaming loads only files whose checksum is that of the published one, and takes the alignment heads by the name of the
file: it has to be called as the published one is, tiny.en.pt.
"""

import runpy
import sys
from hashlib import sha256
from pathlib import Path

from measured import report_usage

report_usage("torch")

folder, threads, model, *arguments = sys.argv[1:]
sys.path[0] = folder

import torch  # noqa: E402
from simulstreaming.whisper.simul_whisper import whisper  # noqa: E402

torch.set_num_threads(int(threads))
path = Path(model).resolve()
# The part of the address before the last is what the file's checksum is compared with.
whisper._MODELS[path.stem] = f"file:///{sha256(path.read_bytes()).hexdigest()}/{path.name}"

script = Path(folder) / "simulstreaming_whisper.py"
sys.argv = [str(script), "--model_path", str(path), *arguments]
runpy.run_path(str(script), run_name="__main__")
