"""The small changes mutmut does not make: a row less in a table of a module, and another answer from a property.

mutmut changes the bodies of plain functions only. Here each module-level set, list or dictionary loses each of its
members once; and in each decorated function (the properties) every answer becomes None, every comparison its
opposite, every ``and`` an ``or``, and every ``not`` goes.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

Table = ast.Set | ast.List | ast.Dict
OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}


def rest(source: str) -> Iterator[tuple[str, str]]:
    """Each change in words, and the whole module with it."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    for place in _in_tables(tree, nodes):
        yield from _changed(tree, nodes, place)
    for place in _in_decorated(tree, nodes):
        yield from _changed(tree, nodes, place)


def _in_tables(tree: ast.Module, nodes: list[ast.AST]) -> Iterator[int]:
    named = [each.value for each in tree.body if isinstance(each, ast.Assign | ast.AnnAssign) and each.value]
    inside = {id(node) for value in named for node in ast.walk(value)}
    return (at for at, node in enumerate(nodes) if id(node) in inside and isinstance(node, Table))


def _in_decorated(tree: ast.Module, nodes: list[ast.AST]) -> Iterator[int]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.decorator_list]
    inside = {id(node) for each in functions for part in each.body for node in ast.walk(part)}
    return (at for at, node in enumerate(nodes) if id(node) in inside and not isinstance(node, Table))


def _changed(tree: ast.Module, nodes: list[ast.AST], place: int) -> Iterator[tuple[str, str]]:
    """Every change of one node, each in a copy of the whole."""
    node = nodes[place]
    for number in range(_ways(node)):
        whole = copy.deepcopy(tree)
        what = _change(list(ast.walk(whole))[place], number)
        yield f"line {getattr(node, 'lineno', 0)}: {what}", ast.unparse(whole)


def _ways(node: ast.AST) -> int:
    match node:
        case ast.Set(elts=members) | ast.List(elts=members) | ast.Dict(values=members):
            return len(members)
        case ast.Return(value=ast.expr()) | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return 1
        case ast.Compare(ops=[operator]) if type(operator) in OPPOSITE:
            return 1
        case _:
            return 0


def _change(node: ast.AST, number: int) -> str:
    """Change the node where it stands; in words."""
    before = ast.unparse(node)
    match node:
        case ast.Dict():
            node.values.pop(number)
            key = node.keys.pop(number)
            return f"without {ast.unparse(key) if key else '**'}"
        case ast.Set() | ast.List():
            return f"without {ast.unparse(node.elts.pop(number))}"
        case ast.Return():
            node.value = ast.Constant(None)
        case ast.BoolOp():
            node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        case ast.UnaryOp():
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
        case ast.Compare():
            node.ops = [OPPOSITE[type(node.ops[0])]()]
    return f"{before} → {ast.unparse(node)}"
