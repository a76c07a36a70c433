"""Installs what `make package` built as a stranger would: `python .ci/release_check.py dist`.

The wheel, for every Python from 3.11 to 3.14 that is on this machine, and the sdist, for this one,
go each into an environment of its own, without the constraints file and without the source in
sight; there the main question is answered and a ledger begun from an empty folder. With --oldest
the wheel is installed with the lowest versions that pyproject.toml allows, too.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
QUESTION = ["estimate", "casualties", "2024-12-18"]


def found_pythons() -> dict[str, str]:
    """The Pythons of this machine by version: on the path, and in pyenv."""
    found: dict[str, str] = {}
    for wanted in VERSIONS:
        places = [shutil.which(f"python{wanted}"), *_of_pyenv(wanted)]
        for place in filter(None, places):
            if _answers(place, wanted):
                found[wanted] = place
                break
    return found


def _of_pyenv(wanted: str) -> list[str]:
    """Those that pyenv holds: where $PYENV_ROOT says, else above its folder on the path."""
    shims = [Path(part) for part in os.environ["PATH"].split(os.pathsep) if part.endswith("/shims")]
    homes = [Path(os.environ["PYENV_ROOT"])] if "PYENV_ROOT" in os.environ else []
    homes += [shim.parent for shim in shims]
    found = (home.glob(f"versions/{wanted}.*/bin/python") for home in homes)
    return [str(path) for paths in found for path in sorted(paths)]


def _answers(place: str, wanted: str) -> bool:
    ask = [place, "-c", "import sys, venv; print('%d.%d' % sys.version_info[:2])"]
    ran = subprocess.run(ask, capture_output=True, text=True, check=False)
    return ran.returncode == 0 and ran.stdout.strip() == wanted


def lowest_requirements() -> list[str]:
    """The core requirements at the lowest versions that they allow."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [re.sub(r">=([\d.]+).*", r"~=\1.0", text) for text in project["dependencies"]]


def check(python: str, package: Path, extra: list[str], what: str) -> None:
    """Install `package` into an empty environment and ask from an empty folder."""
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        run([python, "-m", "venv", str(home / "env")], home)
        own = home / "env" / "bin"
        run([str(own / "python"), "-m", "pip", "install", "-q", str(package), *extra], home)
        installed = time.monotonic()
        (home / "empty").mkdir()
        answer = run([str(own / "reconcile"), *QUESTION], home / "empty")
        run([str(own / "reconcile"), "init", "flood", "--example", "flood"], home / "empty")
        run([str(own / "reconcile"), "validate", "flood"], home / "empty")
        run([str(own / "reconcile"), "doctor"], home / "empty")
    first = " ".join(answer.split("\n\n")[0].split())
    told = f"installed in {installed - start:.0f} s, asked in {time.monotonic() - installed:.0f} s"
    print(f"{what}: {told}\n  {first}", flush=True)


def run(command: list[str], folder: Path) -> str:
    """The output of a command in an environment that knows nothing of this checkout."""
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    ran = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    if ran.returncode:
        sys.exit(f"{' '.join(command)} failed ({ran.returncode}):\n{ran.stdout}{ran.stderr}")
    return ran.stdout


def main(folder: Path, oldest: bool) -> None:
    """Check all that was built."""
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    pythons = found_pythons()
    for version, python in pythons.items():
        check(python, wheel, [], f"wheel on Python {version}")
    check(sys.executable, sdist, [], "sdist on the Python of this environment")
    if oldest:
        version = min(pythons)
        check(pythons[version], wheel, lowest_requirements(), f"oldest packages, Python {version}")
    missing = [version for version in VERSIONS if version not in pythons]
    if missing:
        print(f"not checked, for they are not on this machine: Python {', '.join(missing)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), "--oldest" in sys.argv)
