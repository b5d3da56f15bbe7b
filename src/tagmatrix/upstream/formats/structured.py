"""Read JSON, YAML, TOML and XML. Numbers that versions may be stay texts: 3.10 is not 3.1."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from typing import TYPE_CHECKING, Any, Final

import yaml

from tagmatrix.web.answers import UnreadableError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SHOWN: Final = 40
"""How much of another document a message shows."""


def _begins(body: bytes) -> str:
    return f"it begins with {body[:_SHOWN].decode(errors='replace').strip()!r}"


def read_json(body: bytes) -> Any:  # noqa: ANN401 (whatever JSON holds)
    """Return the value of a JSON body."""
    try:
        return json.loads(body, parse_float=str)
    except (ValueError, RecursionError):
        raise UnreadableError(f"not JSON: {_begins(body)}") from None


class _Loader(yaml.BaseLoader):
    """Reads all scalars as texts, and refuses aliases, which can make small documents huge."""

    def compose_node(self, parent: Any, index: Any) -> Any:  # noqa: ANN401 (as in PyYAML)
        if self.check_event(yaml.AliasEvent):
            raise UnreadableError("the YAML has an alias (*name), which is not read")
        return super().compose_node(parent, index)


def read_yaml(body: bytes) -> Any:  # noqa: ANN401 (whatever YAML holds)
    """Return the value of a YAML body: lists, mappings and texts."""
    try:
        value = yaml.load(body, _Loader)  # noqa: S506 (a BaseLoader, which makes texts only)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, UnreadableError) else f"not YAML: {_begins(body)}"
        raise UnreadableError(why) from None
    if not isinstance(value, list | dict):
        raise UnreadableError(f"not a YAML list or mapping: {_begins(body)}")
    return value


def read_toml(body: bytes) -> Any:  # noqa: ANN401 (whatever TOML holds)
    """Return the value of a TOML body; its dates and times are texts, as in the other kinds."""
    try:
        return _with_texts(tomllib.loads(body.decode(), parse_float=str))
    except (ValueError, RecursionError):
        raise UnreadableError(f"not TOML: {_begins(body)}") from None


def _with_texts(value: Any) -> Any:  # noqa: ANN401 (a value of TOML)
    if isinstance(value, dict):
        return {key: _with_texts(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_texts(each) for each in value]
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def read_xml(body: bytes) -> Any:  # noqa: ANN401 (lists, mappings and texts)
    """Return the root of an XML body: elements are lists by name, attributes begin with @.

    An element that has only a text is that text. Namespaces are left out.
    """
    from defusedxml import ElementTree  # noqa: PLC0415 (only for XML)
    from defusedxml.common import DefusedXmlException  # noqa: PLC0415 (rare)

    try:
        return _element(ElementTree.fromstring(body))
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        # LookupError: an encoding that Python does not have
        raise UnreadableError(f"not XML, or XML with entities: {_begins(body)}") from None


def _element(element: Element) -> Any:  # noqa: ANN401 (mappings and texts)
    text = (element.text or "").strip()
    if not len(element) and not element.attrib:
        return text
    value: dict[str, Any] = {f"@{_local(key)}": each for key, each in element.attrib.items()}
    for child in element:
        if isinstance(child.tag, str):
            value.setdefault(_local(child.tag), []).append(_element(child))
    if text:
        value["text"] = text
    return value


def _local(name: str) -> str:
    return name.rpartition("}")[2]
