"""Words whose number varies within a release are axes."""

from __future__ import annotations

import pytest

from tagmatrix.imports.axes import find_axes


@pytest.mark.parametrize(
    ("variants", "axes"),
    [
        (["php8.4-fpm", "php8.3-fpm"], {"php": "php"}),
        (["php8.4-fpm"], {}),
        (["temurin-21", "temurin-17"], {"temurin": "temurin"}),
        (["version1", "version2"], {"version": "version_number"}),
        (["scala_2.12-java8", "scala_2.12-java11"], {"java": "java"}),
        (
            ["php8-node1", "php7-node1", "php8-node2", "php7-node2"],
            {"php": "php", "node": "node"},
        ),
        (["jdk21", "jdk17", "jre21", "jre17"], {"jdk": "jdk", "jre": "jdk"}),
        (["a1", "a2", "b8", "b9"], {"a": "a", "b": "b"}),
        (
            ["Java1", "Java2", "java1-x", "java2-x", "java1-Java1"],
            {"Java": "java", "java": "java_number"},
        ),
    ],
)
def test_axes(variants: list[str], axes: dict[str, str]) -> None:
    """Each word has the axis that it belongs to; words that appear together have their own."""
    assert find_axes(("1", tuple(variant.split("-"))) for variant in variants) == axes
