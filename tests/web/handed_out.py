"""Every English sentence that the telephone side can hand out, read out of its source. No module is run for it.

A sentence is what goes by a name of trouble (NAMES): an argument for a parameter so called, a keyword, something
assigned or returned under it. Behind it the source is followed through variables, conditions, tables and functions
to the strings themselves; what cannot be followed, such as the path in an f-string, becomes EXAMPLES or "x".
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMES = frozenset({"detail", "error", "failure", "reason", "refusal", "trouble", "why"})
# Under these names; in outreach `reason` and `why` are keys of tables, which have their own words.
SOURCES = {"modem": NAMES, "modem/audio": NAMES, "appliance/outreach": frozenset({"error"})}
# The surveys of `hotline modem probe` are printed in English for a technician; no page shows them.
NOT_ON_PAGES = frozenset({"modem/survey.py", "modem/probe.py"})
# Why a PDU cannot be read is kept beside it and shown on no page; where a bug is goes to the log; a class that hands
# on what it was given (`__init__`) is asked where it is made.
NOT_SHOWN = frozenset({"Undecodable", "where", "__init__"})
EXAMPLES = {
    "holders.said_of(path)": "ModemManager (process 812), minicom (process 9)",
    "others": "ModemManager (process 812)",
    "self._picture.now.state": "no_network",
    "self._program": "arecord",
    "command[0]": "aplay",
    "wanted.removeprefix('SIM ')": "PH-SIM PIN",
}
UNKNOWN = "x"
DEEPEST = 12  # steps that a string is followed

Function = ast.FunctionDef | ast.AsyncFunctionDef
Sample = str | None  # None: a string, but nobody knows which


@dataclass(frozen=True)
class Sentence:
    text: str
    place: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass
class Source:
    """One file, and where a name in it may come from."""

    path: str
    tree: ast.Module
    names: frozenset[str]
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for node in ast.walk(self.tree):
            self.parents.update(dict.fromkeys(ast.iter_child_nodes(node), node))

    def scope_of(self, node: ast.AST) -> ast.AST:
        """The function around it, else the module."""
        while not isinstance(node, Function | ast.Module):
            node = self.parents[node]
        return node


def sources(root: Path = ROOT) -> list[Source]:
    found = [_source(root, path, names) for folder, names in SOURCES.items() for path in (root / folder).glob("*.py")]
    return sorted((each for each in found if each.path not in NOT_ON_PAGES), key=lambda source: source.path)


def _source(root: Path, path: Path, names: frozenset[str]) -> Source:
    return Source(path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8")), names)


def sentences(root: Path = ROOT) -> list[Sentence]:
    """Each once, in the order of the source."""
    reader = _Reader(sources(root))
    found: dict[str, Sentence] = {}
    for source in reader.sources:
        for node in ast.walk(source.tree):
            for expression, at in reader.handed_out(source, node):
                for sample in reader.samples(source, expression, at):
                    if sample:
                        place = f"{source.path}:{expression.lineno}"
                        found.setdefault(sample, Sentence(sample, place))
    return list(found.values())


def reasons_of(error: str, folder: str, root: Path = ROOT) -> list[Sentence]:
    """What this error of the office is given as `reason`; UNKNOWN where the source does not tell."""
    reader = _Reader([_source(root, path, NAMES) for path in sorted((root / folder).rglob("*.py"))])
    found: dict[str, Sentence] = {}
    for source in reader.sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == error:
                for keyword in node.keywords:
                    if keyword.arg == "reason":
                        for sample in reader.samples(source, keyword.value):
                            text = sample or UNKNOWN
                            found.setdefault(text, Sentence(text, f"{source.path}:{node.lineno}"))
    return list(found.values())


class _Reader:
    def __init__(self, sources: list[Source]) -> None:
        self.sources = sources
        self._functions: dict[str, list[tuple[Source, Function]]] = {}
        self._classes: dict[str, tuple[Source, ast.ClassDef]] = {}
        self._constants: dict[str, list[tuple[Source, ast.expr]]] = {}
        for source in sources:
            for node in ast.walk(source.tree):
                if isinstance(node, Function):
                    self._functions.setdefault(node.name, []).append((source, node))
                elif isinstance(node, ast.ClassDef):
                    self._classes[node.name] = (source, node)
            for targets, value in _assignments(source.tree.body):
                for target in targets:
                    if isinstance(target, ast.Name):
                        self._constants.setdefault(target.id, []).append((source, value))

    # -- where sentences are handed out

    def handed_out(self, source: Source, node: ast.AST) -> Iterator[tuple[ast.expr, int | None]]:
        """Expressions that go by a name of trouble; with a number: that place of the tuple it is."""
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name not in NOT_SHOWN:
                parameters = self._parameters(name)
                yield from ((value, None) for place, value in enumerate(node.args)
                            if place in parameters and parameters[place] & source.names)  # fmt: skip
                yield from ((each.value, None) for each in node.keywords if each.arg in source.names)
            case ast.Assign() | ast.AnnAssign():
                for targets, value in _assignments([node]):
                    for target in targets:
                        yield from ((value, at) for name, at in _bound(target) if name.strip("_") in source.names)
            case ast.Return(value=ast.expr() as value):
                scope = source.scope_of(node)
                if isinstance(scope, Function) and scope.name.strip("_") in source.names:
                    yield value, None

    def _parameters(self, name: str) -> dict[int, set[str]]:
        """What the arguments of whatever is called so are called, by place."""
        made = [node for _, node in self._functions.get(name, [])]
        lists = [[each.arg for each in (*node.args.posonlyargs, *node.args.args)] for node in made]
        if name in self._classes:
            body = self._classes[name][1].body
            begins = [node for node in body if isinstance(node, Function) and node.name == "__init__"]
            fields = [each.target for each in body if isinstance(each, ast.AnnAssign)]
            lists += [[each.arg for each in node.args.args] for node in begins]
            lists += [] if begins else [[each.id for each in fields if isinstance(each, ast.Name)]]
        found: dict[int, set[str]] = {}
        for names in lists:
            for place, each in enumerate(names[1:] if names[:1] == ["self"] else names):
                found.setdefault(place, set()).add(each)
        return found

    # -- what the string may be

    def samples(self, source: Source, node: ast.expr, at: int | None = None, depth: int = 0) -> list[Sample]:
        """Every string that this expression may be, as far as the source tells; `at`: that place of the tuple it is."""
        if depth > DEEPEST:
            return [None]

        def follow(*nodes: ast.expr, at: int | None = at) -> list[Sample]:
            return [sample for each in nodes for sample in self.samples(source, each, at, depth + 1)]

        match node:
            case ast.Constant(value=value):
                return [value] if isinstance(value, str) else []
            case ast.JoinedStr(values=values):
                return self._filled(source, values, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return [f"{one or UNKNOWN}{two or UNKNOWN}" for one in follow(left) for two in follow(right)]
            case ast.IfExp(body=body, orelse=other):
                return follow(body, other)
            case ast.BoolOp(values=values) | ast.Dict(values=values):
                return follow(*values)
            case ast.NamedExpr(value=value):
                return follow(value)
            case ast.Tuple(elts=elements):
                return follow(elements[at], at=None) if at is not None and at < len(elements) else []
            case ast.Subscript(value=ast.Name() as table) if table.id.isupper():
                return follow(table)
            case ast.Call(func=ast.Attribute(attr="get", value=ast.Name() as table)):
                return follow(table, *node.args[1:])
        return self._elsewhere(source, node, at, depth)

    def _elsewhere(self, source: Source, node: ast.expr, at: int | None, depth: int) -> list[Sample]:
        """What a name or a function stands for."""
        match node:
            case ast.Name():
                return self._of_name(source, node, at, depth)
            case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=caught)]):
                return self._of_error(source, node, caught, depth)
            case ast.Call(func=ast.Name(id=name)) if name in self._functions and name not in NOT_SHOWN:
                return self._returned(name, at, depth)
        return [None]

    def _filled(self, source: Source, values: list[ast.expr], depth: int) -> list[Sample]:
        """An f-string, with each of what may stand in its gaps."""
        parts: list[list[str]] = []
        for value in values:
            if isinstance(value, ast.FormattedValue):
                inner = value.value
                parts.append([_example(inner) if each is None else each
                              for each in self.samples(source, inner, None, depth + 1) or [None]])  # fmt: skip
            else:
                assert isinstance(value, ast.Constant)
                parts.append([str(value.value)])
        return ["".join(choice) for choice in itertools.product(*parts)]

    def _returned(self, name: str, at: int | None, depth: int) -> list[Sample]:
        found: list[Sample] = []
        for source, function in self._functions[name]:
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None and source.scope_of(node) is function:
                    found += self.samples(source, node.value, at, depth + 1)
        return found or [None]

    def _of_name(self, source: Source, node: ast.Name, at: int | None, depth: int) -> list[Sample]:
        scope = source.scope_of(node)
        values: list[tuple[ast.expr, int | None]] = []
        for each in ast.walk(scope):
            if isinstance(each, ast.Assign | ast.AnnAssign | ast.NamedExpr):
                for targets, value in _assignments([each]):
                    values += [(value, place if place is not None else at) for target in targets
                               for name, place in _bound(target) if name == node.id]  # fmt: skip
            elif isinstance(each, ast.For):
                places = [place for name, place in _bound(each.target) if name == node.id]
                values += [(row, place) for place in places for row in self._rows(source, each.iter)]
        found = [sample for value, place in values for sample in self.samples(source, value, place, depth + 1)]
        if not values:
            here = [value for other, value in self._constants.get(node.id, []) if other is source]
            known = [(source, value) for value in here] or self._constants.get(node.id, [])
            found = [sample for other, value in known for sample in self.samples(other, value, at, depth + 1)]
        return found or [None]

    def _rows(self, source: Source, table: ast.expr) -> list[ast.expr]:
        if isinstance(table, ast.Name):
            known = [value for other, value in self._constants.get(table.id, []) if other is source]
            return [row for value in known if isinstance(value, ast.Tuple | ast.List) for row in value.elts]
        return []

    def _of_error(self, source: Source, node: ast.expr, caught: str, depth: int) -> list[Sample]:
        """`str(error)`: what the errors that may be caught there say of themselves."""
        found: list[Sample] = []
        for each in ast.walk(source.scope_of(node)):
            if isinstance(each, ast.ExceptHandler) and each.name == caught and each.type is not None:
                for kind in ast.walk(each.type):
                    if isinstance(kind, ast.Name) and kind.id in self._classes:
                        home, definition = self._classes[kind.id]
                        for call in ast.walk(definition):
                            if isinstance(call, ast.Call) and ast.unparse(call.func) == "super().__init__":
                                found += [sample for value in call.args
                                          for sample in self.samples(home, value, None, depth + 1)]  # fmt: skip
        return found or [None]


def _example(node: ast.expr) -> str:
    options = node.values if isinstance(node, ast.BoolOp) else [node]
    return next((EXAMPLES[text] for text in map(ast.unparse, options) if text in EXAMPLES), UNKNOWN)


def _assignments(nodes: Iterable[ast.AST]) -> Iterator[tuple[list[ast.expr], ast.expr]]:
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                yield targets, value
            case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
                yield [target], value


def _bound(target: ast.expr) -> Iterator[tuple[str, int | None]]:
    """The names that an assignment binds; with the place in the tuple, if it is one."""
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name, None
        case ast.Tuple(elts=elements):
            for place, element in enumerate(elements):
                yield from ((name, place) for name, _ in _bound(element))
