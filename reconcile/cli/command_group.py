"""The group of commands: what there is, where it lives, and how its failures end.

Exit codes: 0 done, 1 the data are invalid (or can't answer), 2 usage or an unknown name.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from textwrap import wrap
from typing import Any

import click
from click.shell_completion import CompletionItem

from reconcile.cli.paths import near_paths
from reconcile.cli.streams import prepare, silence, visible
from reconcile.cli.terminal import print_json
from reconcile.errors import (
    DateError,
    LedgerError,
    OptionError,
    ReconcileError,
    UnknownNameError,
    near_misses,
)

COMMANDS = {
    "estimate": ("answer_commands", "What is known about a quantity at a date."),
    "combine": ("answer_commands", "A formula of quantities: sums, ratios, which is larger."),
    "timeline": ("answer_commands", "The estimate for each day, week or month."),
    "plot": ("plot_command", "Draw one of the figures into a file."),
    "explain": ("question_commands", "Why an answer is what it is, claim by claim."),
    "conflicts": ("falls_commands", "Which claims can't all be true, and by how much."),
    "revisions": ("question_commands", "How an answer moved as claims came in."),
    "sensitivity": ("question_commands", "What an answer depends on: sources, words, priors."),
    "diff": ("question_commands", "What changed between two ledgers, and what it did."),
    "report": ("report_command", "Write a page with answers, figures, claims and sources."),
    "batch": ("batch_command", "Answer every series of a large table."),
    "claims": ("ledger_commands", "List the claims of a ledger."),
    "sources": ("ledger_commands", "List the sources, their grades and house effects."),
    "origins": ("falls_commands", "Propose which claims repeat an earlier one."),
    "falls": ("falls_commands", "Classify the falls of totals, which can't fall."),
    "parse": ("text_commands", "Read one numeric expression."),
    "extract": ("text_commands", "Find the numeric claims in a text."),
    "audit": ("audit_commands", "Run every check of a ledger and propose edits."),
    "columns": ("audit_commands", "The table columns that are understood."),
    "validate": ("ledger_commands", "Check a ledger and name every problem."),
    "init": ("edit_commands", "Begin a ledger of your own, or take an example."),
    "add": ("edit_commands", "Add a claim to a ledger."),
    "edit": ("edit_commands", "Change a claim in its file."),
    "doctor": ("doctor_command", "What is installed, where data are, whether it works."),
    "completion": ("completion_command", "Completion script for bash, zsh or fish."),
}
"""Every command: the module of this package that holds it, and one line about it."""

_USAGE = (UnknownNameError, OptionError, DateError)
_INTERRUPTED = 130  # what a shell reports of a program ended by Ctrl-C
_PIPE_CLOSED = 141  # what a shell reports of a program ended by a closed pipe


class _Group(click.Group):
    """A group whose commands are imported on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the table, as a reader meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"reconcile.cli.{COMMANDS[cmd_name][0]}")
        return getattr(module, cmd_name.replace("-", "_"))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their lines, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """As click's, without loading every command: a shell waits for it."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [
            CompletionItem(name, help=line)
            for name, (_, line) in COMMANDS.items()
            if name.startswith(incomplete)
        ]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's, naming the commands nearest to one that is not there."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            ctx.fail(f"No such command {name!r}.{_meant(name)}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, and print what is still to be printed."""
        # Threads cost more than they give on matrices of this size; a user's own choice stays.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        result = super().invoke(ctx)
        sys.stdout.flush()
        return result

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the program: whatever ends it, it ends with a message and a code, no traceback."""
        prepare()
        if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]
            click.echo("error: the standard output is closed: nowhere to print to", err=True)
            sys.exit(1)
        options["standalone_mode"] = False
        options.setdefault("prog_name", "reconcile")
        words = (*args, options.get("args"))[0]
        words = [*(sys.argv[1:] if words is None else words)]
        options.setdefault("obj", words)  # what was typed, for commands that say how to go on
        as_json = "--json" in words
        code: Any = 0
        try:
            code = super().main(*args, **options)
        except click.ClickException as error:
            _refuse(error)
            code = error.exit_code
            if as_json:
                _print_error(error, error.format_message(), code)
        except (click.Abort, KeyboardInterrupt):
            click.echo("interrupted", err=True)
            code = _INTERRUPTED
        except BrokenPipeError:
            silence()
            code = _PIPE_CLOSED
        except Exception as error:
            code = _failure(error)
            if as_json:
                _print_error(error, str(error), code)
        sys.exit(code)


def _meant(name: str) -> str:
    """What a word in the place of a command may have been."""
    near = () if os.path.exists(name) else near_misses(name, COMMANDS)
    paths = (name,) if os.path.exists(name) else near_paths(name)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    if not paths:
        return hint
    return f"{hint} {paths[0]!r} is a file or folder: reconcile validate {paths[0]}"


def _print_error(error: Exception, message: str, code: int) -> None:
    """With --json the standard output holds JSON whatever happens."""
    told: dict[str, Any] = {"code": code, "kind": type(error).__name__, "message": message}
    if isinstance(error, LedgerError):
        told["problems"] = [asdict(problem) for problem in error.problems]
        told["answer"] = "\n".join(getattr(error, "__notes__", ()))
    with suppress(OSError):
        print_json({"error": told})


def _refuse(error: click.ClickException) -> None:
    """What is wrong with a command line: as click says it, in lines of 80 columns."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None or isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return
    click.echo(context.get_usage(), err=True)
    click.echo(f"Try '{context.command_path} --help' for help.\n", err=True)
    _tell(f"Error: {error.format_message()}")


def _failure(error: Exception) -> int:
    """The message of an error and its exit code."""
    if isinstance(error, ReconcileError):
        hint = ""
        if isinstance(error, UnknownNameError) and os.path.exists(error.name):
            hint = f"\n{error.name} is there as a file or folder: pass --ledger {error.name}"
        _tell(f"error: {error}{hint}")
        for note in getattr(error, "__notes__", ()):
            click.echo(visible(note), err=True)
        return 2 if isinstance(error, _USAGE) else 1
    if isinstance(error, OSError):  # a disk, a folder, a stream: the world's, and said so
        silence()
        where = f"{error.filename}: " if error.filename else ""
        _tell(f"error: {where}{error.strerror or error}")
        return 1
    if os.environ.get("RECONCILE_TRACEBACK"):
        raise error
    _tell(
        f"error: {type(error).__name__}: {error}\nThis is a fault of reconcile, not of yours. With "
        "RECONCILE_TRACEBACK=1 set it shows where; please report it."
    )
    return 1


def _tell(text: str) -> None:
    with suppress(OSError):  # where even stderr takes nothing, the code says it
        click.echo(_shown(visible(text)), err=True)


_MOST_LINES = 20  # of an error; all of its problems come with --json


def _shown(text: str) -> str:
    """A message wrapped at 80 columns and cut at 20 lines; each problem begins a line."""
    parts = [_wrapped(line) for line in text.split("\n")]
    lines = [line for part in parts for line in part]
    if len(lines) <= _MOST_LINES:
        return "\n".join(lines)
    kept: list[str] = []
    for part in parts:
        if len(kept) + len(part) >= _MOST_LINES:
            break
        kept += part
    return "\n".join([*kept, "  and more (all of them: reconcile validate PATH --json)"])


def _wrapped(line: str) -> list[str]:
    inner = "    " if line.startswith("  ") else ""
    return wrap(line, 80, subsequent_indent=inner, break_long_words=False, break_on_hyphens=False)


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
    epilog="Exit codes: 0 done, 1 the data are invalid, 2 wrong usage or an unknown name.",
)
@click.version_option(package_name="reconcile-claims", prog_name="reconcile")
def main() -> None:
    """Turn conflicting numeric claims into estimates with calibrated intervals.

    \b
    Examples:
      reconcile estimate casualties 2024-12-18
      reconcile timeline troops_deployed 2024-10-15 2024-12-31 --freq W
      reconcile init flood --example flood
      reconcile estimate flood_dead 2024-05-18 --ledger flood

    Without --ledger the bundled ledger is used: five news documents on North
    Korean troops in Russia's war against Ukraine, October 2024 to February 2025.
    """
