"""Variables that must have a value, as in `${NAME:?}`, and have none where they are used.

https://docs.docker.com/reference/dockerfile/#environment-replacement
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from tagmatrix.dockerfile.docker_rules import DockerfileFinding, expanded_texts, must_have_values
from tagmatrix.dockerfile.image_names import SCRATCH
from tagmatrix.dockerfile.operators import UnsetError
from tagmatrix.dockerfile.parse import DEFAULT_ESCAPE
from tagmatrix.dockerfile.stages import argument_values, stages, used
from tagmatrix.dockerfile.word_expansion import Style, check, expand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tagmatrix.dockerfile.instructions import Instruction
    from tagmatrix.dockerfile.outline import Outline

_LONGEST: Final = 4 << 10
_PATH: Final = {"PATH": "/bin"}
"""BuildKit sets it if the base image does not."""


class UnsetVariable(NamedTuple):
    """A variable without a value that must have one.

    `certain` is False if the base image, which is unknown here, may set it.
    """

    finding: DockerfileFinding
    certain: bool


def unset_variables(found: Outline, architecture: str) -> Iterator[UnsetVariable]:
    """Yield the variables without a value in the stages that the last one needs.

    Raises DockerfileError for a default of an ARG that BuildKit refuses.
    """
    given = argument_values(found, architecture)
    own = stages(found, architecture)
    needed = used(own)
    environments: list[_Environment] = []
    for number, stage in enumerate(own):
        if stage.parent is None:
            environment = _Environment(
                _PATH, frozenset(), found.escape, complete=stage.base == SCRATCH
            )
        else:
            environment = environments[stage.parent].copy()
        environments.append(environment)
        for instruction in (part for each in stage.instructions for part in _parts(each)):
            if number in needed:
                yield from environment.unset(instruction)
            environment.apply(instruction, given)


def _parts(instruction: Instruction) -> tuple[Instruction, ...]:
    """Return an ARG with several names as one for each, which sees those before it."""
    if instruction.keyword != "ARG":
        return (instruction,)
    return tuple([instruction._replace(arguments=(word,)) for word in instruction.arguments])


class _Environment(Mapping[str, str]):
    """The values of variables as far as they are known, at a place in a stage.

    `missing` has the names that were looked up and are not known.
    """

    def __init__(
        self, values: Mapping[str, str], arguments: frozenset[str], escape: str, *, complete: bool
    ) -> None:
        self._values = dict(values)
        self._arguments = set(arguments)  # those of ARG without a value
        self._complete = complete  # whether no base image may have others
        self._escape = escape
        self.missing: set[str] = set()

    def copy(self) -> _Environment:
        """Return another environment with the same values."""
        arguments = frozenset(self._arguments)
        return _Environment(self._values, arguments, self._escape, complete=self._complete)

    def __getitem__(self, name: str) -> str:
        if name not in self._values:
            self.missing.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def unset(self, instruction: Instruction) -> Iterator[UnsetVariable]:
        """Yield the variables of an instruction that must have a value and have none."""
        for what, text, is_content in expanded_texts(instruction):
            if not must_have_values(text):
                continue
            style = Style(
                escape=DEFAULT_ESCAPE if is_content else self._escape, plain_quotes=is_content
            )
            try:
                check(text, style.escape, plain_quotes=is_content)
            except ValueError:
                continue  # it is reported as such
            try:
                expand(text, self, style)
            except UnsetError as error:
                reason, certain = self._judged(error)
            except ValueError as error:
                reason, certain = str(error), True
            else:
                continue
            finding = DockerfileFinding(instruction.line, f"{what}: {reason}")
            yield UnsetVariable(finding=finding, certain=certain)

    def _judged(self, error: UnsetError) -> tuple[str, bool]:
        """Return what to say of a variable without a value, and whether it is certain."""
        name = error.name
        if name in self._arguments:
            return f"{error}; give ARG {name} a default", True
        if self._complete or name in self._values:
            return str(error), True
        return f"nothing above sets {name}, and the base image may not set it either", False

    def apply(self, instruction: Instruction, given: Mapping[str, str]) -> None:
        """Take the values that ENV and ARG set; `given` are those before the first stage."""
        words = instruction.arguments
        if instruction.keyword == "ENV":
            pairs = zip(words[::2], words[1::2], strict=False)
            found = [(self._value(name), self._value(value)) for name, value in pairs]
            for name, value in found:
                self._set(name, value)
        elif instruction.keyword == "ARG":
            for name, equals, default in (word.partition("=") for word in words):
                if equals:
                    self._set(self._value(name), self._value(default))
                elif name in given:
                    self._set(name, given[name])
                elif name not in self._values:
                    self._arguments.add(name)

    def _set(self, name: str | None, value: str | None) -> None:
        if name is None:
            return
        self._arguments.discard(name)
        if value is None:
            self._values.pop(name, None)
        else:
            self._values[name] = value[:_LONGEST]

    def _value(self, text: str) -> str | None:
        """Return a text without variables; None if one of them is not known."""
        self.missing.clear()
        try:
            found = expand(text, self, Style(escape=self._escape))
        except ValueError:
            return None
        return None if self.missing and not self._complete else found
