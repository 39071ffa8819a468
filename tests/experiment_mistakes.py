"""Every way to spoil the files of experiment_stand_ins.py: one mistake a line where it fits.

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
