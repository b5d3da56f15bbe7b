"""Print a script that completes commands, options and tags in bash or zsh.

For bash, write it to a file that bash loads:
  tagmatrix completion bash > ~/.local/share/bash-completion/completions/tagmatrix
For zsh, add this line to ~/.zshrc:
  source <(tagmatrix completion zsh)
"""

from __future__ import annotations

import argparse
import importlib
from typing import TYPE_CHECKING, Final

from tagmatrix import cli
from tagmatrix.cli import common_options
from tagmatrix.cli.output import say

if TYPE_CHECKING:
    from pathlib import Path

# https://zsh.sourceforge.io/Doc/Release/Completion-System.html, "Use of compinit"
_ZSH: Final = "autoload -U +X compinit bashcompinit && compinit && bashcompinit\n"
# https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
_SCRIPT: Final = """\
# Completion of tagmatrix, printed by "tagmatrix completion".
_tagmatrix() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" command="" words="" i
    local -a root=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "${{COMP_WORDS[i]}}" in
            -C) root=(-C "${{COMP_WORDS[i + 1]}}"); ((i++)) ;;
            -*) ;;
            *) command="${{COMP_WORDS[i]}}"; break ;;
        esac
    done
    if [[ "${{COMP_WORDS[COMP_CWORD - 1]}}" == -C && -z "$command" ]]; then
        COMPREPLY=($(compgen -d -- "$word"))
        return
    fi
    case "$command" in
        "") words="{commands} -C --quiet --debug --help --version" ;;
{cases}
    esac
    if [[ "$command" == show && "$word" != -* ]]; then
        words="$(tagmatrix "${{root[@]}}" tags --format tsv 2>/dev/null | sed 1d | cut -f1)"
    fi
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o default -F _tagmatrix tagmatrix
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("shell", choices=("bash", "zsh"))


def run(root: Path, args: argparse.Namespace) -> int:  # noqa: ARG001 (unused: it needs no image)
    """Print the script."""
    cases = "\n".join(f'        {name}) words="{_completions(name)}" ;;' for name in cli.COMMANDS)
    script = _SCRIPT.format(commands=" ".join(cli.COMMANDS), cases=cases)
    say(((_ZSH if args.shell == "zsh" else "") + script).rstrip("\n"))
    return 0


def _completions(command: str) -> str:
    """Return a command's options, and the choices of its arguments."""
    parser = argparse.ArgumentParser()
    importlib.import_module(f"tagmatrix.cli.{command}").add_arguments(parser)
    common_options.add_arguments(parser)
    words: list[str] = []
    for action in parser._actions:  # noqa: SLF001 (argparse has no public way)
        words += action.option_strings
        if not action.option_strings:
            words += [str(choice) for choice in action.choices or ()]
    return " ".join(words)
