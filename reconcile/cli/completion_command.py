"""The command `completion`: what a shell needs to complete commands, options and files."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from reconcile.cli import options
from reconcile.cli.sections import command
from reconcile.cli.terminal import print_json

_VARIABLE = "_RECONCILE_COMPLETE"
_SHELLS = ("bash", "zsh", "fish")
_PLACES = {
    "bash": "~/.reconcile-complete.bash",
    "zsh": "~/.reconcile-complete.zsh",
    "fish": "~/.config/fish/completions/reconcile.fish",
}


@command
@click.argument("shell", type=click.Choice(_SHELLS), required=False)
@options.json_output
@options.example(
    "reconcile completion bash > " + _PLACES["bash"],
    "reconcile completion zsh > " + _PLACES["zsh"],
    "reconcile completion fish > " + _PLACES["fish"],
)
def completion(shell: str | None, as_json: bool) -> None:
    """Print the completion script of SHELL (default: the shell you run).

    Write it to the file of the example. fish loads that file by itself; for bash and zsh, add
    "source FILE" to ~/.bashrc or ~/.zshrc.
    """
    chosen = shell or Path(os.environ.get("SHELL", "")).name
    if chosen not in _SHELLS:
        raise click.UsageError(f"expected a shell of {', '.join(_SHELLS)}, got {chosen!r}")
    made = get_completion_class(chosen)
    assert made is not None  # click knows these three
    script = made(click.Command("reconcile"), {}, "reconcile", _VARIABLE).source()
    if as_json:
        print_json({"shell": chosen, "place": _PLACES[chosen], "script": script})
        return
    click.echo(script)
