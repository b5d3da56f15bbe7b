"""Shapes of architectures: as keys, and in lists."""

from __future__ import annotations

import re
from typing import Any, Final

from tagmatrix.config.shapes import ListOf, Text
from tagmatrix.manifest import architecture_names
from tagmatrix.platforms import PLATFORMS

ARCHITECTURE: Final = Text(
    "an architecture of official-images",
    choices=tuple(sorted(architecture_names.ARCHITECTURES)),
    synonyms=architecture_names.OTHER_NAMES,
)
_OF_PLATFORM: Final = {"linux/arm64/v8": "arm64v8"} | {
    platform: architecture for architecture, platform in PLATFORMS.items()
}
_NAMED: Final = _OF_PLATFORM | {
    platform.removeprefix("linux/"): name for platform, name in _OF_PLATFORM.items()
}


class _OciOrOfficial(Text, frozen=True):
    """An architecture in a list, by official-images' name or by OCI's, such as linux/arm64."""

    def fits(self, text: str) -> bool:
        return text in self.choices or text in _NAMED

    def schema(self) -> dict[str, Any]:
        """Return the rule; an editor completes official-images' names."""
        platforms = "|".join(map(re.escape, sorted(_NAMED)))
        return {"anyOf": [super().schema(), {"type": "string", "pattern": f"^(?:{platforms})$"}]}


LISTED_ARCHITECTURE: Final = _OciOrOfficial(
    "an architecture of official-images or OCI, such as arm64v8 or linux/arm64",
    choices=ARCHITECTURE.choices,
    synonyms=architecture_names.OTHER_NAMES,
    build=lambda text: _NAMED.get(text, text),
)
ARCHITECTURE_LIST: Final = ListOf(
    LISTED_ARCHITECTURE, "architectures", needed="name one, or leave the key out"
)
