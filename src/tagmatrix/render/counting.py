"""Statements and filters that count the work of a template, added to what Jinja2 parsed."""

from __future__ import annotations

from typing import Final

import jinja2
from jinja2 import nodes

SPENT: Final = "tagmatrix_spent"
WEIGHED: Final = "tagmatrix_weighed"
JOINED: Final = "tagmatrix_joined"
"""The names of the filters: steps of work, the weight of a value, and joined operands."""


def count(node: nodes.Node) -> int:
    """Add statements and filters that count what takes time, in one walk; return its outputs."""
    if isinstance(node, nodes.ScopedEvalContextModifier):
        message = "`autoescape` is for HTML, and templates write Dockerfiles and Markdown"
        raise jinja2.TemplateSyntaxError(message, node.lineno)
    outputs = int(isinstance(node, nodes.Output))
    for field in node.fields:
        value = getattr(node, field, None)
        if isinstance(value, nodes.Node):
            outputs += count(value)
            if isinstance(value, nodes.Concat):
                setattr(node, field, _without_concat(value))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, nodes.Node):
                    outputs += count(item)
                    if isinstance(item, nodes.Concat):
                        value[index] = _without_concat(item)
    _weigh(node)
    if isinstance(node, (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block)):
        counting = nodes.ExprStmt(_filtered(SPENT, nodes.Const(1 + outputs)))
        node.body.insert(0, counting.set_lineno(node.lineno))
    return outputs


def _weigh(node: nodes.Node) -> None:
    """Add filters to what a node compares, copies, looks up or loops over."""
    if isinstance(node, nodes.For):
        node.iter = _filtered(WEIGHED, node.iter)
    elif isinstance(node, nodes.Compare):
        node.expr = _filtered(WEIGHED, node.expr)
        for operand in node.ops:
            operand.expr = _filtered(WEIGHED, operand.expr)
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice):
        node.node = _filtered(WEIGHED, node.node)
    elif isinstance(node, nodes.Pair):
        node.key = _filtered(WEIGHED, node.key)


def _filtered(name: str, node: nodes.Node) -> nodes.Expr:
    """Return an expression with a filter; a constant as it is, for it has the source's length."""
    if isinstance(node, nodes.Const) and name == WEIGHED:
        return node
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _without_concat(node: nodes.Concat) -> nodes.Expr:
    """Return a filter that joins the operands of `~`."""
    return _filtered(JOINED, nodes.List(node.nodes, lineno=node.lineno))
