"""Find the source of a loaded rule, and make sure that it is the one that is loaded."""

from __future__ import annotations
import __future__

import ast
import functools
import linecache
import operator
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import CodeType, FunctionType
from typing import Any
from weakref import WeakKeyDictionary

from .report import Problem, RuleError

_FUTURES = functools.reduce(
    lambda bits, name: bits | getattr(__future__, name).compiler_flag,
    __future__.all_feature_names,
    0,
)

# of every function once read: the lines of its file, what was loaded, and its tree
_FOUND: WeakKeyDictionary[FunctionType, tuple[list[str], tuple[Any, ...], ast.FunctionDef]] = (
    WeakKeyDictionary()
)
_ASKED: ContextVar[tuple[dict[FunctionType, None], ...]] = ContextVar("_ASKED", default=())


@contextmanager
def noted() -> Iterator[dict[FunctionType, None]]:
    """Note every function whose source is asked for meanwhile, in order, the refused ones too.

    Example:
        >>> with noted() as asked:
        ...     node, file = read_rule(plain_function)
        >>> [function.__name__ for function in asked]
        ['plain_function']
    """
    asked: dict[FunctionType, None] = {}
    before = _ASKED.set((*_ASKED.get(), asked))
    try:
        yield asked
    finally:
        _ASKED.reset(before)


def parse_rule(function: Any) -> tuple[ast.FunctionDef, str]:
    """Return the syntax tree of a rule, with the line numbers of its file, and the file.

    Raises RuleError when the source cannot be read (`python -c`, `exec`) or is no longer what
    was loaded: the compiled engine would then run another rule than Mesa does. Lines may have
    moved; the rule itself may not have changed. The tree is the caller's to change.

    Example:
        >>> node, file = parse_rule(plain_function)
        >>> node.name, file.endswith("source.py")
        ('plain_function', True)
    """
    node, file = read_rule(function)
    return _copied(node), file


def read_rule(function: Any) -> tuple[ast.FunctionDef, str]:
    """Return the same as `parse_rule`, but the tree is shared by all who ask: only read it.

    Example:
        >>> read_rule(plain_function)[0] is read_rule(plain_function)[0]
        True
    """
    function = plain_function(function)
    for asked in _ASKED.get():
        asked[function] = None
    code = function.__code__
    file, rule = code.co_filename, _label(function)

    def refuse(what: str, way_out: str, line: int = code.co_firstlineno) -> RuleError:
        return RuleError([Problem(file, line, rule, what, way_out)])

    if function.__name__ == "<lambda>":
        raise refuse("a lambda cannot be a rule", "Write it with def")
    linecache.checkcache(file)
    lines = linecache.getlines(file, function.__globals__)
    loaded = (code, function.__defaults__)
    known = _FOUND.get(function)
    # as long as nobody edits the file, its lines are the same list
    if known is not None and known[0] is lines and all(map(operator.is_, known[1], loaded)):
        return known[2], file
    text = "".join(lines)
    if not text:
        raise refuse(
            "its source cannot be read (python -c and exec keep none)",
            "Write the class in a .py file or a notebook cell",
        )
    edited = refuse(
        "its source was edited after it was loaded",
        "Restart Python, or run the notebook cell again",
    )
    try:
        definitions = _definitions(text, file, code.co_flags & _FUTURES)
    except SyntaxError as error:
        raise edited from error
    same_name = [(n, c) for n, c in definitions if _name(c) == _name(code)]
    same_code = [n for n, c in same_name if _same(c, code)]
    if not same_code and any("@py" in name for name in (*code.co_varnames, *code.co_names)):
        # pytest rewrites `assert` in test modules; the code cannot be compared there.
        same_code = [n for n, c in same_name if c.co_firstlineno == code.co_firstlineno]
    if not same_code:
        raise edited
    node: Any = min(same_code, key=lambda n: abs(_first_line(n) - code.co_firstlineno))
    if not _same_defaults(node, function):
        raise edited
    if not isinstance(node, ast.FunctionDef):
        raise refuse("async def cannot be a rule", "Write a plain def", node.lineno)
    _FOUND[function] = (lines, loaded, node)
    return node, file


def plain_function(function: Any) -> FunctionType:
    """Return the Python function inside a staticmethod, property or bound method.

    Example:
        >>> plain_function(staticmethod(parse_rule)) is parse_rule
        True
    """
    if isinstance(function, property):
        function = function.fget
    function = getattr(function, "__func__", function)
    if not isinstance(function, FunctionType):
        raise TypeError(f"{function!r} is not a Python function")
    return function


def _copied(part: Any) -> Any:
    """A tree of its own; copy.deepcopy does the same in ten times the time."""
    if isinstance(part, ast.AST):
        new = type(part)()
        new.__dict__.update({name: _copied(value) for name, value in vars(part).items()})
        return new
    return [_copied(item) for item in part] if isinstance(part, list) else part


def _label(function: FunctionType) -> str:
    return ".".join(function.__qualname__.split("<locals>.")[-1].split(".")[-2:])


def _name(code: CodeType) -> str:
    return code.co_qualname


def _first_line(node: Any) -> int:
    return int(min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]))


@functools.lru_cache(maxsize=64)
def _definitions(text: str, file: str, flags: int) -> list[tuple[ast.AST, CodeType]]:
    """Every def of a file with its compiled code, paired by order of appearance."""
    if not file.endswith(".py"):
        flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # notebook cells may await at the top level
    tree = compile(text, file, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    module = compile(text, file, "exec", flags, dont_inherit=True)
    nodes: dict[tuple[str, int], ast.AST] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            nodes[node.name, _first_line(node)] = node
    found: list[tuple[ast.AST, CodeType]] = []
    waiting = [module]
    while waiting:
        for const in waiting.pop().co_consts:
            if isinstance(const, CodeType):
                waiting.append(const)
                node_or_none = nodes.get((const.co_name, const.co_firstlineno))
                if node_or_none is not None:
                    found.append((node_or_none, const))
    return found


def _same(one: CodeType, other: CodeType) -> bool:
    return (
        one.co_code == other.co_code
        and one.co_names == other.co_names
        and one.co_varnames == other.co_varnames
        and one.co_freevars == other.co_freevars
        and one.co_cellvars == other.co_cellvars
        and one.co_argcount == other.co_argcount
        and one.co_kwonlyargcount == other.co_kwonlyargcount
        and _same_constant(one.co_consts, other.co_consts)
    )


def _same_constant(one: Any, other: Any) -> bool:
    # 1 == 1.0 == True and 0.0 == -0.0 in Python, but not to a compiler.
    if type(one) is not type(other):
        return False
    if isinstance(one, CodeType):
        return _same(one, other)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_same_constant, one, other))
    return bool(one == other) and (isinstance(one, frozenset) or repr(one) == repr(other))


def _same_defaults(node: Any, function: FunctionType) -> bool:
    """Compare literal defaults: they are kept outside the rule's own bytecode."""
    loaded = function.__defaults__ or ()
    if len(loaded) != len(node.args.defaults):
        return False
    for source, value in zip(node.args.defaults, loaded, strict=True):
        try:
            literal = ast.literal_eval(source)
        except ValueError:
            continue
        if not _same_constant(literal, value):
            return False
    return True
