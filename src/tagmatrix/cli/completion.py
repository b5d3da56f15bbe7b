"""Print a script that completes commands, options, tags and other names in a shell.

For bash, write it to a file that bash loads:
  tagmatrix completion bash > ~/.local/share/bash-completion/completions/tagmatrix
For fish, write it to such a file as well:
  tagmatrix completion fish > ~/.config/fish/completions/tagmatrix.fish
For zsh, add this line to ~/.zshrc:
  source <(tagmatrix completion zsh)

With words, it prints the candidates for the last of them, as the script needs them.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from tagmatrix.cli.output import say

if TYPE_CHECKING:
    from pathlib import Path

# https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
_BASH: Final = """\
# Completion of tagmatrix, printed by "tagmatrix completion".
_tagmatrix() {
    local IFS=$'\\n'
    COMPREPLY=($(tagmatrix completion bash "${COMP_WORDS[@]:1:$COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _tagmatrix tagmatrix"""
# https://zsh.sourceforge.io/Doc/Release/Completion-System.html, "Use of compinit"
_ZSH: Final = f"autoload -U +X compinit bashcompinit && compinit && bashcompinit\n{_BASH}"
# https://fishshell.com/docs/current/cmds/complete.html
_FISH: Final = """\
# Completion of tagmatrix, printed by "tagmatrix completion".
function __tagmatrix
    set --local words (commandline --tokenize --cut-at-cursor --current-process)
    tagmatrix completion fish $words[2..] (commandline --current-token --cut-at-cursor) 2>/dev/null
end
complete --command tagmatrix --arguments '(__tagmatrix)'"""
SCRIPTS: Final = {"bash": _BASH, "fish": _FISH, "zsh": _ZSH}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("shell", choices=SCRIPTS, help="the shell")
    parser.add_argument(
        "words",
        metavar="WORD",
        nargs=argparse.REMAINDER,
        help="the words after `tagmatrix`, up to the cursor",
    )


def run(root: Path, args: argparse.Namespace) -> int:
    """Print the script, or the candidates."""
    if not args.words:
        say(SCRIPTS[args.shell])
        return 0
    from tagmatrix.cli.candidates import candidates  # noqa: PLC0415 (the script needs no image)

    if found := candidates(root, args.words):
        say("\n".join(found))
    return 0
