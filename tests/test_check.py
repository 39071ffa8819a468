"""The check before compiling: each refused idiom says where and how else, the rest passes."""

from __future__ import annotations

import linecache
import pickle

import pytest
from check_cases import ALLOWED, REFUSED
from check_samples import PRELUDE, load, problems_of, scope, with_rule

from mentalities_sim.declare import State
from mentalities_sim.engine.check import (
    Problem,
    RuleError,
    Scope,
    check_class,
    check_rule,
    parse_rule,
)


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case, tmp_path):
    body, line, what, way_out = REFUSED[case]
    found = problems_of(tmp_path, body)
    assert any(
        where == line and rule == "Griever.rule" and what in said and way_out in way
        for where, rule, said, way in found
    ), found
    assert len(found) <= 2, found  # one cause, one line; two where a construct is refused twice over


@pytest.mark.parametrize("case", ALLOWED)
def test_allowed(case, tmp_path):
    assert problems_of(tmp_path, ALLOWED[case]) == []


@pytest.mark.parametrize(
    ("signature", "what", "way_out"),
    [
        ("self, *, pace=0.5", "the keyword-only parameter pace", "Leave out the *"),
        ("self, **more", "**more", "Name each parameter"),
        ("self, pace=[]", "a list built in a rule as a default", "tuple"),
        (
            "self, pace='slow'",
            "the string 'slow' costs seconds of compile time as a default",
            "IntEnum",
        ),
        ("me", "the first parameter is me", "Name it self"),
    ],
)
def test_refused_signatures(signature, what, way_out, tmp_path):
    found = problems_of(tmp_path, "return 1.0", signature=signature)
    assert [p[0] for p in found] == [0]
    assert what in found[0][2] and way_out in found[0][3]


def test_allowed_signature(tmp_path):
    signature = "self, x: float = 0.5, y=None, kind=Mentality.COMPETING, sure=True, *rest"
    assert problems_of(tmp_path, "return x", signature=signature) == []


def test_the_sentence_names_file_line_and_way_out(tmp_path):
    module = with_rule(tmp_path, "x = 1.0\nself.thraet = x")
    found = check_rule(module.Griever.rule, module.Griever, scope(module))
    line = module.Griever.rule.__code__.co_firstlineno + 2
    assert str(RuleError(found)) == (
        f"{module.__file__}:{line}: Griever.rule: there is no field self.thraet. "
        'Write self.threat, or run with engine="mesa".'
    )


def test_rule_error_sorts_drops_repeats_and_travels_between_processes():
    late, early = Problem("a.py", 9, "A.act", "b", "c"), Problem("a.py", 2, "A.act", "b", "c")
    error = pickle.loads(pickle.dumps(RuleError([late, early, late])))
    assert error.problems == (early, late)
    assert len(str(error).splitlines()) == 2


def test_helpers_are_checked_where_they_stand(tmp_path):
    module = with_rule(tmp_path, "return total(WEIGHTS)")
    (problem,) = check_rule(module.Griever.rule, module.Griever, scope(module))
    assert problem.rule == "total"
    assert problem.line == module.total.__code__.co_firstlineno + 1
    assert "sum()" in problem.what


def test_static_methods_and_properties_are_checked(tmp_path):
    module = load(
        tmp_path,
        PRELUDE
        + """
    @staticmethod
    def twice(x):
        return x ** 2
    @property
    def odd(self):
        return self.thraet
""",
    )
    own = scope(module)
    (static,) = check_rule(vars(module.Griever)["twice"].__func__, module.Griever, own)
    assert "**" in static.what
    (prop,) = check_rule(vars(module.Griever)["odd"].fget, module.Griever, own)
    assert "self.thraet" in prop.what


def test_decorators_are_refused(tmp_path):
    text = PRELUDE + "    def twice(f): return f\n    @twice\n    def rule(self): return 1.0\n"
    module = load(tmp_path, text)
    (problem,) = check_rule(module.Griever.rule, module.Griever, scope(module))
    assert "the decorator @twice" in problem.what


# -- the source ---------------------------------------------------------------------------------


def test_parse_rule_keeps_the_lines_of_the_file(tmp_path):
    module = with_rule(tmp_path, "x = 1.0\nreturn x")
    node, file = parse_rule(module.Griever.rule)
    assert file == module.__file__
    assert node.name == "rule"
    assert node.lineno == module.Griever.rule.__code__.co_firstlineno
    assert node.body[1].lineno == node.lineno + 2
    node.body.clear()
    assert len(parse_rule(module.Griever.rule)[0].body) == 2  # the caller's copy


def test_super_and_moved_lines_are_the_same_rule(tmp_path):
    module = load(tmp_path, PRELUDE)
    path = tmp_path / f"{module.__name__}.py"
    path.write_text("# a comment\n" + path.read_text())
    linecache.clearcache()
    node, _ = parse_rule(module.Griever.feel)
    assert node.lineno == module.Griever.feel.__code__.co_firstlineno + 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return 0.5 * x", "return 0.6 * x"),
        ("return 0.5 * x", "return 1 * x"),
        ("return 0.5 * x", "return half * x"),
        ("def half(x)", "def halve(x)"),
        ("return 0.5 * x", "return ("),
    ],
)
def test_source_edited_after_import_is_refused(old, new, tmp_path):
    module = load(tmp_path, PRELUDE)
    path = tmp_path / f"{module.__name__}.py"
    path.write_text(path.read_text().replace(old, new))
    linecache.clearcache()
    with pytest.raises(RuleError, match="its source was edited after it was loaded"):
        parse_rule(module.Person.half)
    (problem,) = check_rule(module.Person.half, module.Person, scope(module))
    assert "Restart Python" in problem.way_out


def test_an_edited_default_is_refused(tmp_path):
    module = load(tmp_path, PRELUDE)
    path = tmp_path / f"{module.__name__}.py"
    path.write_text(path.read_text().replace("pace: float = 0.5", "pace: float = 0.7"))
    linecache.clearcache()
    with pytest.raises(RuleError, match="edited"):
        parse_rule(module.Griever.feel)


def test_a_rule_without_source_is_refused():
    names: dict = {}
    exec("def rule(self):\n    return 1.0", names)
    with pytest.raises(RuleError, match="its source cannot be read"):
        parse_rule(names["rule"])


def test_a_lambda_is_refused():
    with pytest.raises(RuleError, match="a lambda cannot be a rule"):
        parse_rule(lambda self: 1.0)


def test_rules_with_asserts_in_test_modules_can_be_read():
    class Careful:
        def rule(self, x):
            assert x < 1.0  # pytest rewrites this line's bytecode
            return x

    assert parse_rule(Careful.rule)[0].name == "rule"
    assert check_rule(Careful.rule, Careful, Scope(Careful)) == []


# -- classes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "what", "way_out"),
    [
        (
            "random = State(0.1)",
            "State random has the name of something of Mesa's Agent",
            "own_random",
        ),
        ("step = Parameter(0.1)", "Parameter step has the name of something of Mesa's", "own_step"),
        ("from_dataframe = State(0.1)", "something of Mesa's Agent", "own_from_dataframe"),
        ("_threat = State(0.1)", "_threat starts with an underscore", "Name it threat"),
        ("feel = State(0.1)", "the State feel has the name of a rule of Person", "otherwise"),
        (
            "def threat(self): return 1.0",
            "the rule threat has the name of the State of Person",
            "other",
        ),
        ("x = State(0.1)\n    def x(self): return 1.0", None, None),
        (
            "x = 1\n    def own(self): return 1.0\n    own = State(0.1)",
            "own is both declared and a rule",
            "otherwise",
        ),
        ("threat = 0.5", "threat = 0.5 hides the State of Person", "Write threat = State(0.5"),
        ("rise = 0.5", "rise = 0.5 hides the Parameter of Person", "Write rise = Parameter(0.5"),
        ("bonds = State([])", "bonds has no fixed number", "Tie"),
        ("bonds = State(None)", "the default of bonds is a NoneType", "Tie"),
        ("bonds = State(lambda n: n)", "the default of bonds is a function", "Tie"),
        ("bonds = State('many')", "the default of bonds is a str", "Tie"),
        ("bonds = State(((0.1,), (0.1, 0.2)))", "bonds has no fixed number", "Tie"),
        ("bonds = State((0, 0.5))", "bonds mixes float and int", "0.0 for 0"),
    ],
)
def test_declarations_that_are_refused(body, what, way_out, tmp_path):
    module = load(tmp_path, f"{PRELUDE}\nclass Odd(Person):\n    {body}\n")
    found = check_class(module.Odd)
    if what is None:  # the rule came last and won: nothing is declared, nothing to refuse
        assert found == []
        return
    assert len(found) == 1, found
    assert what in found[0].what and way_out in found[0].way_out
    lines = (tmp_path / f"{module.__name__}.py").read_text().splitlines()
    name = found[0].rule.removeprefix("Odd.")
    assert name in lines[found[0].line - 1]


def test_keywords_are_refused():
    (problem,) = check_class(type("Odd", (), {"lambda": State(0.1)}))
    assert "Python does not allow" in problem.what


def test_names_of_mesas_model_are_refused_for_worlds(tmp_path):
    module = load(
        tmp_path,
        PRELUDE + "\nimport mesa\nclass World(mesa.Model):\n"
        "    agents = State(0.1)\n    time = State(0.1)\n"
        "    running = State(0.1)\n    pos = State(0.1)\n    agents_seen = Stream('free')\n",
    )
    found = check_class(module.World)
    assert [p.rule for p in found] == ["World.agents", "World.time", "World.running"]
    assert all("Mesa's Model" in p.what for p in found)


def test_sound_classes_pass(tmp_path):
    module = load(
        tmp_path,
        PRELUDE + "\nclass Sub(Griever):\n    threat = State(0.3)\n    rise = Parameter(0.1)\n",
    )
    for cls in (module.Person, module.Griever, module.Policy, module.Sub):
        assert check_class(cls) == []
