"""What the process used, told on file descriptor 3 when it ends, as bench/usage-hook.mjs does for Node."""

import atexit
import importlib.metadata
import json
import os
import resource
import sys


def report_usage(*packages: str) -> None:
    """Arranges the report; packages are named in it with their versions."""
    atexit.register(write_usage, packages)


def write_usage(packages: tuple[str, ...]) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    # macOS counts the largest resident set in bytes, others in KiB.
    unit = 1 if sys.platform == "darwin" else 1024
    versions = {package: importlib.metadata.version(package) for package in packages}
    report = {"cpuSec": used.ru_utime + used.ru_stime, "peakBytes": used.ru_maxrss * unit, "versions": versions}
    os.write(3, json.dumps(report).encode())
