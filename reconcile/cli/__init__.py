"""The command line. Each command's module is loaded when the command is called."""

from __future__ import annotations

from reconcile.cli.command_group import main as main
