"""Every way to spoil the files of experiment_stand_ins.py, and sweeps: one mistake a line where it fits.

Each mistake: what to replace, by what; then the key, and words that must stand in the message,
in what was given, in what is allowed and in the nearest right name ("" for any).
"""
# ruff: noqa: E501
# fmt: off

from __future__ import annotations

from experiment_stand_ins import TURN

MISTAKES = {
    # name: (old, new, key, message, given, allowed, nearest)
    "unknown section": ("[world]", "[wordl]", "wordl", "not a name known", "2", "world", "world"),
    "unknown experiment key": ("seed = 7", "sede = 7", "experiment.sede", "not a name", "7", "seed", "seed"),
    "key of another section": (
        "seed = 7", "sessions = 7", "experiment.sessions", "not a name", "7", "title", "world.sessions",
    ),
    "unknown world key": ("sessions = 2", "sesions = 2", "world.sesions", "not a name", "2", "exchanges", "sessions"),
    "unknown world": ("sessions = 2", 'kind = "diad"', "world.kind", "not a known world", "diad", "dyad", "dyad"),
    "unknown client setting": (
        "threat = 0.2", "treat = 0.2", "client.treat", "not a setting of the client", "treat", "warmth_danger", "threat",
    ),
    "setting of the other person": (
        "threat = 0.2", "attunement_noise = 0.2", "client.attunement_noise", "not a setting", "attunement_noise",
        "threat", "therapist.attunement_noise",
    ),
    "setting that follows": (
        "threat = 0.2", "fear_of_compassion = 0.2", "client.fear_of_compassion", "cannot be set", "fear", "", "warmth_danger",
    ),
    "text for a number": ("threat = 0.2", 'threat = "low"', "client.threat", "must be a number", '"low"', "from 0 to 1", ""),
    "true for a number": ("threat = 0.2", "threat = true", "client.threat", "must be a number", "true", "from 0 to 1", ""),
    "number for true or false": ("threat = 0.2", "notices = 1", "client.notices", "true or false", "1", "true", ""),
    "fraction for a whole number": (
        "threat = 0.2", "delay = 1.5", "client.delay", "whole number", "1.5", "from 0 to 40, in exchanges", "",
    ),
    "out of bounds, with unit": (
        "threat = 0.2", "threat = 1.5", "client.threat", "out of bounds", "1.5",
        "a number from 0 to 1, in share of full threat (threat system)", "",
    ),
    "below a one-sided bound": ("threat = 0.2", "gap = -1", "client.gap", "out of bounds", "-1", "at least 0", ""),
    "not a number": ("threat = 0.2", "threat = nan", "client.threat", "finite", "nan", "from 0 to 1", ""),
    "infinite": ("threat = 0.2", "hours = inf", "client.hours", "finite", "inf", "a number, in hours", ""),
    "huge": ("threat = 0.2", "hours = 1" + "0" * 400, "client.hours", "too large", "1000", "2^63", ""),
    "wrong enum name": (
        "threat = 0.2", 'mood = "care_seking"', "client.mood", "not one of", "care_seking", "CALM (0)", "CARE_SEEKING",
    ),
    "wrong enum number": ("threat = 0.2", "mood = 9", "client.mood", "not one of", "9", "CALM (0)", ""),
    "vector too short": ("threat = 0.2", "habit = [0.1]", "client.habit", "must be a list", "[0.1]", "2 x 2", ""),
    "vector element out of bounds": (
        "{self = -0.5}", "[0, 7]", "client.power", "out of bounds", "7", "from -1 to 1", "",
    ),
    "unknown element": ("{self = -0.5}", "{self = 0, othr = 0}", "client.power.othr", "not a name", "0", "other", "other"),
    "value and mean": ("threat = 0.2", "threat = {value = 0.1, mean = 0.1}", "client.threat", "twice", "0.1", "either", ""),
    "unknown part of a setting": (
        "threat = 0.2", "threat = {mean = 0.1, spred = 0.1}", "client.threat.spred", "not a name", "0.1", "spread", "spread",
    ),
    "negative spread": (
        "threat = 0.2", "threat = {mean = 0.1, spread = -1}", "client.threat.spread", "out of bounds", "-1", "at least 0", "",
    ),
    "spread of a parameter": (
        'value = 0.1, why = "a tired one"', "value = 0.1, spread = 0.1", "therapist.attunement_noise.spread",
        "the same for everybody", "0.1", "value =", "",
    ),
    "section that is no table": (
        "[therapist]\n", "[other]\n", "other", "not a name known", "attunement_noise", "therapist", "",
    ),
    "no replicates": ("replicates = 4", "replicates = 0", "experiment.replicates", "out of bounds", "0", "from 1 to", ""),
    "one replicate with yoking": (
        "replicates = 4", "replicates = 1", "experiment.replicates", "another client's series", "1", "2 or more", "",
    ),
    "negative seed": ("seed = 7", "seed = -7", "experiment.seed", "out of bounds", "-7", "from 0", ""),
    "empty title": ('"Trial"', '" "', "experiment.title", "empty", '" "', "one word", ""),
    "title of another type": ('"Trial"', "3", "experiment.title", "must be a text", "3", "quotes", ""),
    "no title": ('title = "Trial"\n', "", "experiment.title", "missing", "seed", "title", ""),
    "empty list to sweep": ("[0.0, 1.0]", "[]", "sweep.client.raw_cue", "empty sweep", "[]", "one value", ""),
    "empty table to sweep": ("[0.0, 1.0]", "{}", "sweep.client.raw_cue", "empty sweep", "{}", "one value", ""),
    "swept value out of bounds": ("[0.0, 1.0]", "[0.0, 2.0]", "sweep.client.raw_cue", "out of bounds", "2.0", "from 0 to 1", ""),
    "same value swept twice": ("[0.0, 1.0]", "[0, 0.0]", "sweep.client.raw_cue", "twice", "0.0", "once", ""),
    "single value to sweep": ("[0.0, 1.0]", "0.5", "sweep.client.raw_cue", "what varies", "0.5", "fear = {of", ""),
    "unknown path to sweep": (
        '"client.raw_cue" =', '"client.raw_ceu" =', "sweep.client.raw_ceu", "not a setting", "raw_ceu", "raw_cue", "raw_cue",
    ),
    "path without a root": ('"client.raw_cue" =', "raw_cue =", "sweep.raw_cue", "not the path", "raw_cue", "client.<name>", "client.raw_cue"),
    "axis without of": (
        '"client.raw_cue" = [0.0, 1.0]', "fear = {values = [1]}", "sweep.fear", "lacks of", "values", "of =", "",
    ),
    "unknown key of an axis": (
        '"client.raw_cue" = [0.0, 1.0]', 'fear = {of = "client.raw_cue", value = [1], values = [1]}',
        "sweep.fear.value", "not a name", "[1]", "values", "values",
    ),
    "axis named as a column": (
        '"client.raw_cue" = [0.0, 1.0]', 'symptoms = {of = "client.raw_cue", values = [1]}',
        "sweep.symptoms", "second column", "symptoms", "a name", "symptoms_at_entry",
    ),
    "unknown design": ('"client.raw_cue" =', 'design = "gird"\n"client.raw_cue" =', "sweep.design", "not a design", "gird", "grid", "grid"),
    "no variants": (
        '[sweep.cut.variants]\nnone = {}\nunblocked = {"client.escape_blocks_learning" = 0.0}',
        "[sweep.cut.variants]", "sweep.cut.variants", "empty sweep", "{}", "one variant", "",
    ),
    "two axes set one thing": (
        '"client.escape_blocks_learning" = 0.0', '"client.raw_cue" = 0.5', "sweep.cut", "as does sweep.raw_cue",
        "client.raw_cue", "one axis", "",
    ),
    "swept and set": ("threat = 0.2", "raw_cue = 0.2", "client.raw_cue", "swept by sweep.raw_cue", "raw_cue", "sweep.raw_cue", ""),
    "swept and set by an arm": (
        "client.delay = 3", "client.raw_cue = 0.5", "arms.warm.client.raw_cue", "swept", "client.raw_cue", "either", "",
    ),
    "unknown policy": (
        'policy = "titrated"', 'policy = "titratd"', "arms.paced.policy", "not a known policy", "titratd", "replay", "titrated",
    ),
    "no policy": ('policy = "titrated"\n', "", "arms.paced", "neither policy nor best_of", "why", "titrated", ""),
    "unknown policy parameter": (
        'why = "the claim"', "ofset = 0.1", "arms.paced.ofset", "not known to policy titrated", "0.1", "offset", "offset",
    ),
    "parameter of another policy": (
        'why = "the claim"', "warmth = 0.1", "arms.paced.warmth", "not known to policy", "0.1", "offset", "policy 'fixed'",
    ),
    "policy parameter out of bounds": (
        "warmth = 0.0}", "warmth = -2}", "arms.cold.warmth", "out of bounds", "-2", "from -1 to 1, in circumplex (warmth sent)", "",
    ),
    "arm sets an unknown path": (
        "client.delay = 3", "client.dealy = 3", "arms.warm.client.dealy", "not a setting", "dealy", "delay", "delay",
    ),
    "arm sets the world": ("client.delay = 3", "world.sessions = 3", "arms.warm.world.sessions", "not the path", "world", "client.<name>", ""),
    "arm sets a path twice": (
        "client.delay = 3", '"client.delay" = 2, client.delay = 3', "arms.warm.client.delay", "twice", "delay", "once", "",
    ),
    "series of an unknown arm": (
        'series_of = "paced"', 'series_of = "paecd"', "arms.yoked.series_of", "not an arm", "paecd", "cold, warm", "paced",
    ),
    "series of a best-of arm": (
        'series_of = "paced"', 'series_of = "best"', "arms.yoked.series_of", "best-of", "best", "paced", "",
    ),
    "series of itself": (
        'series_of = "paced"', 'series_of = "yoked"', "arms.yoked.series_of", "circle", "yoked -> yoked", "of its own", "",
    ),
    "a ring of series": (
        'policy = "titrated"', 'policy = "replay"\nseries_of = "yoked"\nfrom = "own"', "arms.yoked.series_of",
        "circle", "yoked -> paced -> yoked", "of its own", "",
    ),
    "replay without a source": ('series_of = "paced"\n', "", "arms.yoked", "lacks series_of", "replay", "name of an arm", ""),
    "replay from nowhere": ('"another client"', '"another clinet"', "arms.yoked.from", "whose series", "clinet", "own", "another client"),
    "series_of without replay": ('why = "the claim"', 'series_of = "cold"', "arms.paced.series_of", "belongs to", "cold", "offset", ""),
    "best of no arm": ('["cold", "w*"]', '["fixed_*"]', "arms.best.best_of", "matches no arm", "fixed_*", "cold", ""),
    "best of a misspelt arm": ('["cold", "w*"]', '["clod"]', "arms.best.best_of", "matches no arm", "clod", "cold", "cold"),
    "best of itself": ('["cold", "w*"]', '["best"]', "arms.best.best_of", "chooses itself", "best", "cold", ""),
    "best of nothing": ('["cold", "w*"]', "[]", "arms.best.best_of", "empty", "[]", "patterns", ""),
    "best of a plain text": ('["cold", "w*"]', '"cold"', "arms.best.best_of", "must be a list", "cold", "list of words", ""),
    "best by what is not measured": ('by = "symptoms"', 'by = "threat"', "arms.best.by", "not a measured", "threat", "symptoms", ""),
    "best by nothing": ('by = "symptoms"\n', "", "arms.best", "lacks by", "best_of", "symptoms", ""),
    "best for each unknown axis": ('["cut"]', '["cutt"]', "arms.best.for_each", "not a swept axis", "cutt", "raw_cue", "cut"),
    "best in which direction": ('by = "symptoms"', 'by = "symptoms"\nchoose = "lower"', "arms.best.choose", "not one of", "lower", "highest", "lowest"),
    "best with a policy": ('by = "symptoms"', 'by = "symptoms"\npolicy = "fixed"', "arms.best.policy", "chooses among others", "fixed", "for_each", ""),
    "unusable arm name": ("[arms.paced]", '[arms."paced!"]', "arms.paced!", "not a usable name", "paced!", "letters", ""),
    "arm names alike": ("cold = {", "Warm = {policy = \"fixed\"}\ncold = {", "arms.warm", "capital letters", "warm", "of its own", ""),
    "arm that is no table": ("[arms]\n", "[arms]\nlazy = 1\n", "arms.lazy", "must be a table", "1", "arms.lazy", ""),
    "unknown outcome": ('["symptoms", "ruptures"]', '["symptoms", "rupture"]', "measures.outcomes", "not one of", "rupture", "threat", "ruptures"),
    "outcome twice": ('["symptoms", "ruptures"]', '["symptoms", "symptoms"]', "measures.outcomes", "twice", "symptoms", "once", ""),
    "no outcomes": ('["symptoms", "ruptures"]', "[]", "measures.outcomes", "empty", "[]", "symptoms", ""),
    "stride of nothing": ("stride = 2", "stride = 0", "measures.series.stride", "out of bounds", "0", "exchanges of 30 s", ""),
    "unknown part of series": ("stride = 2", "strid = 2", "measures.series.strid", "not a name", "2", "replicates", "stride"),
    "events of another type": ("events = false", 'events = "no"', "measures.events", "true or false", "no", "true", ""),
    "turns unspoken": ("[world]", "[[turns]]\n[world]", "turns", "never spoken", "1 turn", "scripted", ""),
}

TURN_MISTAKES = {
    "turn without warmth": ("warmth = 0.5\n", "", "turns.1", "lacks warmth", "words", "freedom", ""),
    "turn without coding": ('coding = "in a playful tone"\n', "", "turns.1", "lacks coding", "words", "coding", ""),
    "turn too playful": ("playfulness = 0.9", "playfulness = -0.1", "turns.1.playfulness", "out of bounds", "-0.1", "from 0 to 1", ""),
    "turn with a misspelt key": ("freedom =", "freedm =", "turns.1.freedm", "not a name", "0.7", "freedom", "freedom"),
    "turn that does the unknown": ('["plays"]', '["play"]', "turns.1.does", "not one of", "play", "savours", "plays"),
    "turn without words": ('"Hello shame!"', '""', "turns.1.words", "empty", '""', "word", ""),
    "turns too short": ("exchanges = 3", "exchanges = 2", "turns", "do not fill", "5 exchanges", "world.exchanges = 5", ""),
    "script without turns": (TURN + TURN, "", "arms.talk", "no turns", "[[turns]]", "[[turns]]", ""),
    "one table for turns": (TURN + TURN, TURN.replace("[[turns]]", "[turns]"), "turns", "must be a list", "words", "[[turns]]", ""),
}

# The `--set` text; then the key, and words in the message, given, allowed and nearest.
SET_MISTAKES = {
    "replicates": ("replicates", "not key.path=value", "replicates", "--set key.path=value", ""),
    "=3": ("=3", "not key.path=value", "=3", "--set", ""),
    "replicates=": ("replicates=", "no value", "replicates=", "--set", ""),
    "a..b=3": ("a..b=3", "not key.path=value", "a..b", "--set", ""),
    "clinet.threat=1": ("clinet.threat", "not a name known", "clinet", "client", "client"),
    "client.treat=1": ("client.treat", "not a setting", "treat", "threat", "threat"),
    "client=3": ("client", "whole section", "3", "a key in it", ""),
    "client.threat=[1,": ("client.threat", "cannot be read", "[1,", "a number", ""),
    "client.threat=0,5": ("client.threat", "cannot be read", "0,5", "a number", ""),
    "client.threat=1\nx=2": ("client.threat", "cannot be read", "1", "a number", ""),
    "client.threat=high": ("client.threat", "must be a number", '"high"', "from 0 to 1", ""),
    "client.threat=1e999": ("client.threat", "finite", "inf", "from 0 to 1", ""),
    "replicates.x=1": ("experiment.replicates.x", "plain value", "replicates", "replicates=", ""),
    "arms.pacde.offset=0.1": (
        "arms.pacde.offset",
        "the file does not have",
        "pacde",
        "cold",
        "paced",
    ),
    "sweep.raw=[1]": ("sweep.raw", "the file does not have", "raw", "cut", ""),
    "sweep.cut=unblock": ("sweep.cut", "picks a level", "unblock", "none", "unblocked"),
    "turns.3.warmth=1": ("turns.3.warmth", "no turn 3", "3", "no turn", ""),
    "client.raw_cue=1": ("client.raw_cue", "swept by", "raw_cue", "sweep.raw_cue", ""),
    "replicates=1": ("experiment.replicates", "at least 2", "1", "2 or more", ""),
}

# Designs: arms of policies that test_designs.py has, and pieces of sweeps that are sound.

ARMS = '[arms]\na = {policy = "paced"}\nb = {policy = "careful"}\n'
FEAR = 'fear = {of = "client.warmth_danger", range = [0.2, 0.8]}\n'
CUE = 'cue = {of = "client.raw_cue", range = [0.01, 1.0], scale = "log"}\n'
DELAY = 'delay = {of = "client.delay", range = [2, 5]}\n'
MOODS = 'mood = {of = "client.mood", values = ["calm", "care_seeking"]}\n'
CUT = 'cut = {variants = {none = {}, deaf = {"client.notices" = false}}}\n'
DRAWN = FEAR + CUE + DELAY + MOODS + CUT

LHS = 'design = "lhs"\npoints = 8\n'
DESIGN_MISTAKES = {  # the sweep, and words of the one problem it has
    "unknown design": ('design = "sobel"\npoints = 8\n' + FEAR, "sweep.design is not a design", "nearest: sobol"),
    "no points": ('design = "lhs"\n' + FEAR, "lacks points, which design lhs needs", "points = a whole number"),
    "points of a grid": ('points = 8\n"client.raw_cue" = [1]', "sweep.points is not for design grid", "lhs, sobol"),
    "points of a fraction": ('design = "lhs"\npoints = 8.5\n' + FEAR, "must be a whole number", "8.5"),
    "one point": ('design = "lhs"\npoints = 1\n' + FEAR, "out of bounds", "from 2 to"),
    "no power of two": ('design = "sobol"\npoints = 100\n' + FEAR, "power of two", "64 or 128"),
    "no power of two, saltelli": ('design = "saltelli"\npoints = 3\n' + FEAR, "power of two", "nearest: 2 or 4"),
    "an axis called points": (FEAR.replace("fear", "points").replace("range", "values"),
        "sweep.points is a word of its own", "another name"),
    "no axis": (LHS, "sweep is empty", "no axis"),
    "range in a grid": (FEAR, "sweep.fear.range is for designs that draw their points", "lhs, sobol, saltelli, morris"),
    "range of one": (LHS + FEAR.replace("0.2, ", ""), "must be two numbers", "[0.8]", "[low, high]"),
    "range upside down": (LHS + FEAR.replace("0.2", "0.9"), "must rise", "[0.9, 0.8]"),
    "range out of bounds": (LHS + FEAR.replace("0.8", "1.8"), "sweep.fear.range is out of bounds", "1.8",
        "from 0 to 1", "learned danger of warmth"),
    "range of words": (LHS + FEAR.replace("0.8", '"high"'), "must be a number", '"high"'),
    "range of a fraction": (LHS + DELAY.replace("5", "5.5"), "whole number", "5.5"),
    "range of an enum": (LHS + MOODS.replace('values = ["calm", "care_seeking"]', "range = [0, 1]"),
        "cannot be drawn from: client.mood is no number", "values = [...]"),
    "range of a vector": (LHS + 'p = {of = "client.power", range = [0, 1]}', "client.power is a list of numbers"),
    "range of a flag": (LHS + 'p = {of = "client.notices", range = [0, 1]}', "cannot be drawn from"),
    "log of nothing": (LHS + CUE.replace("0.01", "0"), "no logarithm", "low end above 0"),
    "unknown scale": (LHS + CUE.replace("log", "logg"), "sweep.cue.scale", "linear, log", "nearest: log"),
    "scale of values": (LHS + MOODS.replace("}", ', scale = "log"}'), "sweep.mood.scale is not a name known"),
    "range and values": (LHS + FEAR.replace("}", ", values = [1]}"), "has both values and a range"),
    "range of nothing": (LHS + "fear = {range = [0, 1]}", "sweep.fear lacks of"),
    "neither": (LHS + 'fear = {of = "client.raw_cue"}', "sweep.fear lacks values or range"),
    "unknown path": (LHS + 'f = {of = "client.raw_ceu", range = [0, 1]}', "not a setting of the client", "raw_cue"),
    "file of a grid": ('file = "p.csv"\n"client.raw_cue" = [1]', "sweep.file is not for design grid", "p.csv"),
    "zip of unequal axes": ('design = "zip"\n"client.raw_cue" = [0, 1]\n"client.delay" = [1, 2, 3]',
        "not equally long", "raw_cue has 2, delay has 3", "grid"),
    "zip of the same": ('design = "zip"\n"client.raw_cue" = [0, 1, 0]\n"client.delay" = [1, 1, 1]',
        "same levels at place 3 as at place 1", "raw_cue 0, delay 1"),
    "conditions of nothing": ('design = "conditions"', "sweep is empty"),
    "condition of numbers": ('design = "conditions"\ndeaf = 3', "sweep.deaf must be a table", "client.threat"),
    "path for a condition": ('design = "conditions"\n"client.raw_cue" = [1]', "has the name of a condition",
        '[sweep.<name>] "client.raw_cue"'),
    "wrong condition": ('design = "conditions"\ndeaf = {"client.raw_ceu" = 0}', "sweep.deaf.client.raw_ceu", "raw_cue"),
    "column of results": (LHS + FEAR.replace("fear", "run_id"), "would be a second column run_id"),
    "policy misspelt": ("policy.gian = [0.1]", "missing in a (policy paced), b (policy careful)",
        "offset, gain, settling", "nearest: policy.gain"),
    "policy out of the bounds of one": ("policy.gain = [0.01]", "out of bounds", "a number from 0.05 to 2"),
    "policy without a name": ('x = {of = "policy", values = [1]}', "not the path of a setting", "policy.<name>"),
}

# The arms, and words of the one problem when policy.gain is swept over them.
POLICY_MISTAKES = {
    "lacking": (
        '[arms]\na = {policy = "paced"}\nb = {policy = "fixed"}',
        "missing in b (policy fixed)",
        "nothing",
    ),
    "set by an arm": ('[arms]\na = {policy = "paced", gain = 0.1}', "arms.a.gain is swept by sweep.gain"),
    "replayed": (ARMS + 'r = {policy = "replay", series_of = "a", from = "own"}', "only replay", "arms r"),
}

TABLE = 'design = "table"\nfile = "points.csv"\n'
HEAD = "client.warmth_danger,policy.gain\n"
TABLE_MISTAKES = {  # the CSV, more of the sweep, and words of the one problem
    "out of bounds": (HEAD + "0.2,0.1\n1.2,0.1", "", "(points.csv, row 3, column client.warmth_danger) is out of bounds",
        "given: 1.2", "from 0 to 1"),
    "wrong number": (HEAD + "low,0.1", "", "row 2, column client.warmth_danger) must be a number", '"low"'),
    "not a number": (HEAD + "nan,0.1", "", "row 2, column client.warmth_danger) must be finite"),
    "no whole number": ("client.delay\n1.5", "", "row 2, column client.delay) must be a whole number"),
    "no mood": ("client.mood\ncalm\nclam", "", "row 3, column client.mood) is not one of its values", "nearest: CALM"),
    "no flag": ("client.notices\nperhaps", "", "row 2, column client.notices) must be true or false"),
    "missing cell": (HEAD + "0.2,0.1\n\n0.3, ", "", "row 4, column policy.gain) is missing"),
    "short row": (HEAD + "0.2", "", "row 2, column policy.gain) is missing"),
    "long row": (HEAD + "0.2,0.1,0.1", "", "row 2) has more cells than the header", "3 cells"),
    "unknown column": ("client.warmth_dagner\n0.2", "", "row 1, column 1) is not a setting", "nearest: warmth_danger"),
    "unknown name": ("raw_cue\n0.2", "", "row 1, column 1) is neither an axis", "nearest: client.raw_cue"),
    "misspelt axis": ("faer\n0.2", 'fear = {of = "client.raw_cue"}', "is neither an axis", "nearest: fear"),
    "duplicate column": (HEAD.replace("policy.gain", "client.warmth_danger") + "0.2,0.1", "",
        "row 1, column 2) varies client.warmth_danger a second time"),
    "a column by both its names": ("fear,client.raw_cue\n1,1", 'fear = {of = "client.raw_cue"}',
        "varies client.raw_cue a second time", "fear and client.raw_cue"),
    "duplicate row": (HEAD + "0.2,0.1\n0.3,0.1\n.20,0.1", "", "row 4) is the same point as row 2", "0.1"),
    "list of numbers": ("client.power\n0.2", "", "is a list of numbers: client.power"),
    "empty": ("\n", "", "sweep.file (points.csv) is empty", "a header of dotted paths"),
    "only a header": (HEAD, "", "has a header, but no points"),
    "semicolons": (HEAD.replace(",", ";") + "0,2;0,1", "", "row 1) separates its columns by ';'", "commas"),
    "axis without a column": (HEAD + "0.2,0.1", 'cue = {of = "client.raw_cue"}', "sweep.cue has no column in points.csv"),
    "axis with values": (HEAD + "0.2,0.1", FEAR, "sweep.fear gives values", "fear = {of"),
    "axis without of": (HEAD + "0.2,0.1", "fear = {}", "sweep.fear lacks of"),
    "axis with a strange key": (HEAD + "0.2,0.1", 'warmth = {of = "client.warmth_danger", unit = 3}', "sweep.warmth.unit"),
    "points": (HEAD + "0.2,0.1", "points = 8", "sweep.points is not for design table"),
}
