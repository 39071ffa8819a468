"""Python that a rule may not use at all, wherever it stands and whatever it is used on."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Iterator

Found = tuple[int, str, str]

# Agree to the last bit between CPython and Numba (0 of 10^6 arguments differ).
MATH_FLOAT = frozenset(
    "acos acosh asin asinh atan atan2 atanh copysign cos cosh degrees erf erfc exp exp2 expm1 fabs "
    "log log10 log1p log2 nextafter pow radians sin sinh sqrt tan tanh".split()
)
MATH_INT = frozenset({"ceil", "floor", "trunc"})
MATH_BOOL = frozenset({"isfinite", "isinf", "isnan"})
MATH_NUMBERS = frozenset({"e", "inf", "nan", "pi", "tau"})
MATH = MATH_FLOAT | MATH_INT | MATH_BOOL | MATH_NUMBERS
MATH_WAYS = {
    "hypot": "Write math.sqrt(a * a + b * b)",
    "fmod": "Write a % b",
    "remainder": "Write a % b",
    "lgamma": "Compute it outside of the rules and pass it in as a Parameter",
    "gamma": "Compute it outside of the rules and pass it in as a Parameter",
    "fsum": "Add up in a loop",
    "dist": "Write math.sqrt(a * a + b * b)",
    "prod": "Multiply in a loop",
    "isclose": "Compare abs(a - b) with a number",
    "cbrt": "Write math.pow(x, 1 / 3)",
}

BUILTINS = frozenset("abs bool divmod enumerate float int len max min range round zip".split())
BUILTIN_WAYS = {
    "sum": "Add up in a loop",
    "pow": "Write math.pow(x, y), or x * x",
    "any": "Use a loop",
    "all": "Use a loop",
    "sorted": "Find what is needed in a loop",
    "reversed": "Write range(n - 1, -1, -1)",
    "map": "Use a loop",
    "filter": "Use a loop",
    "print": 'Record it: State(…, event="change") gives a row of its own',
    "setattr": "Write self.field = …",
    "getattr": "Write self.field",
    "hasattr": "Declare the field as State, with a default",
    "isinstance": "Override the rule in a subclass, or compare an int field such as self.kind",
    "issubclass": "Override the rule in a subclass, or compare an int field such as self.kind",
    "type": "Override the rule in a subclass, or compare an int field such as self.kind",
    "list": "Declare a vector as State((0.0, 0.0)) and write its elements",
    "dict": "Use an IntEnum and a vector field",
    "set": "Write a tuple",
    "tuple": "Write the tuple out: (a, b)",
    "str": "Use an int or an IntEnum",
    "super": "Write super().rule(…)",
}


def refused_builtin(name: str) -> tuple[str, str]:
    """Say why a built-in function is refused, and what to write for it.

    Example:
        >>> refused_builtin("sum")
        ('sum() differs between the engines in the last bit', 'Add up in a loop')
    """
    if name in ("sum", "pow"):
        what = f"{name}() differs between the engines in the last bit"
    else:
        what = f"{name}() is not for rules"
    return what, BUILTIN_WAYS.get(name, "Write it with numbers, comparisons and loops")


def idioms(definition: ast.FunctionDef) -> Iterator[Found]:
    """Yield line, what and way out for every refused construct in a definition.

    Example:
        >>> tree = ast.parse("def f(x):\\n    return [y for y in x]").body[0]
        >>> next(idioms(tree))
        (2, 'a list comprehension', 'Use a loop')
    """
    yield from _signature(definition, inner=False)
    for statement in definition.body:
        yield from _walk(statement, statement.lineno)


def _walk(node: ast.AST, line: int) -> Iterator[Found]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring, or `...`
    line = getattr(node, "lineno", line)  # operators have none of their own
    found = _refused(node)
    if found is not None:
        yield (line, *found)
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_comment"):
            continue
        if name == "msg" and isinstance(node, ast.Assert) and isinstance(value, ast.Constant):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not (isinstance(node, ast.Raise) and _plain_raise(child)):
                yield from _walk(child, line)


def _refused(node: ast.AST) -> tuple[str, str] | None:
    answer = _TABLE.get(type(node))
    if answer is not None:
        return answer
    chosen = _CHOOSERS.get(type(node))
    return chosen(node) if chosen else None


_TABLE: dict[type[ast.AST], tuple[str, str]] = {
    ast.ListComp: ("a list comprehension", "Use a loop"),
    ast.SetComp: ("a set comprehension", "Use a loop"),
    ast.DictComp: ("a dict comprehension", "Use a loop"),
    ast.GeneratorExp: ("a generator expression", "Use a loop"),
    ast.NamedExpr: ("a walrus :=", "Assign on a line of its own first"),
    ast.Dict: ("a dict", "Use an IntEnum and a vector field"),
    ast.Set: ("a set", "Write a tuple"),
    ast.JoinedStr: ("an f-string", "Use numbers; describe what happened outside of the rules"),
    ast.Try: ("try/except", "Test for the case with if beforehand"),
    ast.With: ("a with block", "Do it outside of the rules"),
    ast.AsyncWith: ("a with block", "Do it outside of the rules"),
    ast.AsyncFor: ("async", "Use a plain loop"),
    ast.AsyncFunctionDef: ("async def", "Write a plain def"),
    ast.Await: ("await", "Write a plain rule"),
    ast.Yield: ("yield", "Return a value, or loop inside of the rule"),
    ast.YieldFrom: ("yield", "Return a value, or loop inside of the rule"),
    ast.Delete: ("del", "Leave it, or set it to a number that means none"),
    ast.Global: ("global", "Declare it as State"),
    ast.Nonlocal: ("nonlocal", "Return the value"),
    ast.ClassDef: ("a class inside a rule", "Move it to the top of the module"),
    ast.Import: ("an import inside a rule", "Move it to the top of the module"),
    ast.ImportFrom: ("an import inside a rule", "Move it to the top of the module"),
    ast.MatMult: ("the @ operator", "Write the loops"),
    ast.Invert: ("~", "Write not"),
    ast.MatchSequence: ("a match on a sequence", "Match on one integer"),
    ast.MatchMapping: ("a match on a dict", "Match on one integer"),
    ast.MatchClass: ("a match on a class", "Match on one integer"),
    ast.MatchStar: ("a match on a sequence", "Match on one integer"),
    ast.MatchSingleton: ("a match on None or a bool", "Write if/else"),
    getattr(ast, "TryStar", ast.Try): ("try/except", "Test for the case with if beforehand"),
}


def _list(node: ast.List) -> tuple[str, str] | None:
    if isinstance(node.ctx, ast.Store):
        return None
    return (
        "a list built in a rule",
        "Write a tuple, or declare a vector as State and write its elements",
    )


def _constant(node: ast.Constant) -> tuple[str, str] | None:
    if isinstance(node.value, (str, bytes)):
        return (
            f"the string {node.value!r} costs seconds of compile time",
            "Use an int or an IntEnum",
        )
    if isinstance(node.value, complex):
        return "a complex number", "Use two floats"
    return None


def _power(node: ast.BinOp | ast.AugAssign) -> tuple[str, str] | None:
    if not isinstance(node.op, ast.Pow):
        return None
    left = ast.unparse(node.left if isinstance(node, ast.BinOp) else node.target)
    right = ast.unparse(node.right if isinstance(node, ast.BinOp) else node.value)
    if not left.isidentifier() and not left.replace(".", "").replace("_", "").isalnum():
        left = "x"
    ways = {
        "2": f"Write {left} * {left}",
        "3": f"Write {left} * {left} * {left}",
        "0.5": f"Write math.sqrt({left})",
    }
    return (
        "** differs between the engines in the last bit",
        ways.get(right, f"Write math.pow({left}, {right})"),
    )


def _call(node: ast.Call) -> tuple[str, str] | None:
    if any(keyword.arg is None for keyword in node.keywords):
        return "**arguments in a call", "Name each argument"
    return None


def _raise(node: ast.Raise) -> tuple[str, str] | None:
    if node.cause is not None:
        return "raise … from", "Write raise alone"
    if node.exc is not None and not _plain_raise(node.exc):
        return "a raise that builds its message", "Raise a built-in exception with a plain message"
    return None


def _plain_raise(node: ast.AST) -> bool:
    """A built-in exception, alone or with constants."""
    if isinstance(node, ast.Call):
        return (
            not node.keywords
            and all(isinstance(a, ast.Constant) for a in node.args)
            and _plain_raise(node.func)
        )
    found = getattr(builtins, node.id, None) if isinstance(node, ast.Name) else None
    return isinstance(found, type) and issubclass(found, BaseException)


def _comparison(node: ast.Compare) -> tuple[str, str] | None:
    sides = [node.left, *node.comparators]
    for operator, one, other in zip(node.ops, sides, sides[1:], strict=False):
        if isinstance(operator, (ast.Is, ast.IsNot)) and not any(
            isinstance(side, ast.Constant) and side.value is None for side in (one, other)
        ):
            return "is, which asks whether two objects are the same", "Write =="
    return None


def _assignment(node: ast.Starred) -> tuple[str, str] | None:
    if isinstance(node.ctx, ast.Store):
        return "a starred name in an unpacking", "Name each item"
    return None


def _signature(node: ast.FunctionDef, inner: bool = True) -> Iterator[Found]:
    arguments = node.args
    if arguments.kwonlyargs:
        name = arguments.kwonlyargs[0].arg
        yield node.lineno, f"the keyword-only parameter {name}", "Leave out the * before it"
    if arguments.kwarg is not None:
        yield node.lineno, f"**{arguments.kwarg.arg}", "Name each parameter"
    for default in (*arguments.defaults, *filter(None, arguments.kw_defaults)):
        for part in ast.walk(default):
            refused = _refused(part)
            if refused is not None:
                yield (default.lineno, f"{refused[0]} as a default", refused[1])
    for decorator in node.decorator_list:
        name = ast.unparse(decorator).split(".")[-1]
        if inner or name not in ("property", "staticmethod", "override", "final"):
            yield decorator.lineno, f"the decorator @{ast.unparse(decorator)}", _decorator_way(name)


def _decorator_way(name: str) -> str:
    if name == "classmethod":
        return "Write @staticmethod"
    return "Leave it out; @property and @staticmethod are understood"


def _inner(node: ast.FunctionDef) -> tuple[str, str] | None:
    for _, what, way_out in _signature(node):
        return what, way_out
    return None


_CHOOSERS: dict[type[ast.AST], Callable[..., tuple[str, str] | None]] = {
    ast.List: _list,
    ast.Constant: _constant,
    ast.BinOp: _power,
    ast.AugAssign: _power,
    ast.Call: _call,
    ast.Raise: _raise,
    ast.Compare: _comparison,
    ast.Starred: _assignment,
    ast.FunctionDef: _inner,
}
