"""Made-up frames, shaped as a run records them, for the tests of the figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mentalities_sim import figures

SESSIONS, EXCHANGES, WEEK_HOURS = 20, 60, 168.0
FEARS = (0.2, 0.5, 0.9)


def make_series(arm="titrated", replicate=0, fear=0.9, sessions=SESSIONS, seed=1, better=True):
    """Series of one therapy in session, weeks from 0, with a slow drift and noise."""
    rng = np.random.default_rng([seed, replicate])
    week = np.repeat(np.arange(sessions), EXCHANGES)
    exchange = np.tile(np.arange(EXCHANGES), sessions)
    drift = week / max(sessions - 1, 1) * (1 if better else -1)
    arc = np.sin(np.pi * exchange / EXCHANGES)

    def wander(base, slope, swing, noise):
        steps = rng.normal(0, noise, len(week))
        smooth = np.convolve(steps, np.ones(5) / 5, mode="same")
        return np.clip(base + slope * drift + swing * arc + smooth, 0, 1)

    switch = rng.random(len(week)) < 0.12
    mentality = np.zeros(len(week), dtype=int)
    for i in range(1, len(week)):
        tilt = week[i] / sessions
        shares = [0.15 + 0.4 * tilt, 0.05, 0.1 + 0.2 * tilt, 0.68 - 0.6 * tilt, 0.02]
        mentality[i] = rng.choice(5, p=shares) if switch[i] else mentality[i - 1]
    threat = wander(0.6, -0.35, 0.15, 0.12)
    return pd.DataFrame(
        {
            "arm": arm,
            "replicate": replicate,
            "fear": fear,
            "week": week,
            "exchange": exchange,
            "hours": week * WEEK_HOURS + exchange / 120,
            "phase": "exchange",
            "client_threat": threat,
            "client_drive": wander(0.4, 0.08, -0.05, 0.1),
            "client_soothing": wander(0.25, 0.3, 0.05, 0.1),
            "client_involuntary_subordination": np.clip(threat - 0.2, 0, 1),
            "client_mentality": mentality,
        }
    )


def make_events(series, seed=2, dropped_out=False):
    """Events that go with a series."""
    rng = np.random.default_rng(seed)
    rows = []

    def add(row, who, event, before, after):
        rows.append((row.arm, row.replicate, row.fear, row.hours, row.week, row.exchange, who,
                     event, float(before), float(after)))  # fmt: skip

    on, last = False, 0
    for row in series.itertuples():
        if row.client_mentality != last:
            add(row, "client", "mentality", last, row.client_mentality)
            last = row.client_mentality
        if rng.random() < 0.12 * row.client_threat:
            add(row, "client", "yielding", 0, 2)
        if rng.random() < 0.03:
            add(row, "client", "counter_bid", 0, 1)
        if rng.random() < 0.02 * row.client_threat:
            add(row, "world", "rupture", 0, 1)
        if rng.random() < 0.02:
            add(row, "client", "escaped", 0, 1)
        now = row.client_involuntary_subordination > (0.35 if on else 0.42)
        if now != on:
            add(row, "client", f"involuntary_subordination_{'on' if now else 'off'}", on, now)
            on = now
    if dropped_out:
        add(row, "world", "dropped_out", 0, 1)
    columns = ["arm", "replicate", "fear", "hours", "week", "exchange", "who", "event",
               "before", "after"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def make_outcomes(replicates=24, best=(0.8, 0.5, 0.3), titrated=-0.06, seed=3):
    """Outcomes with a known best dose per fear and a known gain of titration over it."""
    rng = np.random.default_rng(seed)
    rows = []
    names = ["fixed_low", "fixed_middle", "fixed_high", "fixed_best_for_everybody",
             "fixed_best_for_each_fear", "ramp", "titrated", "complementary",
             "complementary_floored", "expert", "yoked", "permuted"]  # fmt: skip
    doses = np.linspace(0, 1, 11)
    for fear, dose_best in zip(FEARS, best, strict=True):
        client = rng.normal(0, 0.06, replicates)
        floor = 0.1 + 0.3 * fear
        grid = {f"fixed_{round(100 * d):03d}": floor + 0.6 * (d - dose_best) ** 2 for d in doses}
        shifts = [0.1, 0.03, 0.12, 0.05, 0.0, -0.03, titrated, 0.15, 0.04, 0.2, 0.02, 0.0]
        others = {n: floor + s * (0.3 + fear) for n, s in zip(names, shifts, strict=True)}
        for arm, level in {**grid, **others}.items():
            left = np.clip(level + client + rng.normal(0, 0.03, replicates), 0, 1)
            for replicate, value in enumerate(left):
                rows.append((arm, replicate, fear, value, 0.15 + 0.6 * value, 0.4 + 0.05 * fear))
    columns = ["arm", "replicate", "fear", "fear_of_compassion", "symptoms", "mean_warmth_sent"]
    return pd.DataFrame(rows, columns=columns)


TURNS = [
    ("Let’s change focus for a sec. Take a moment and turn your attention inwards. What are "
     "you feeling right now in this moment?", 0.2, 0.6, 0.0, 0.3),
    ("Yeah, I can see you’re sitting with some painful feelings. Forget about the imagery for "
     "a bit, this is important. I am right here with you.", 0.2, 0.8, 0.0, 0.4),
    ("It is always your choice... but I see you here and I see the pain on your face", -0.2, 0.7,
     0.0, 0.9),
    ("OK, if you let the shame be there, maybe even welcome it. ‘Hello shame, welcome back!’",
     0.1, 0.5, 0.9, 0.3),
    ("OK, let it rest in you and grow... let it extend... see if it has any messages for you",
     0.4, 0.3, 0.1, 0.2),
    ("That is such a painful way to feel. I am right here with you in that.", 0.0, 0.9, 0.0, 0.4),
    ("I could imagine that it also feels pretty vulnerable to be this exposed in front of me",
     0.0, 0.6, 0.0, 0.4),
    ("OK, yeah. And how do you imagine that I experience you?", 0.2, 0.4, 0.0, 0.3),
    ("Is that what you would think of you or how you imagine that I think of you?", 0.3, 0.3, 0.0,
     0.3),
    ("Look at me for a sec. What I am about to say is what I honestly feel. I see someone who is "
     "fighting, fighting hard", 0.5, 1.0, 0.0, 0.1),
    ("And I know that having people get this close is really scary and difficult", 0.1, 0.9, 0.0,
     0.4),
    ("Can you let that in or is there a resistance? It makes sense if you did feel that way",
     0.0, 0.7, 0.0, 0.9),
    ("I am right here with you. These struggles are normal, they are human.", 0.1, 0.8, 0.0, 0.5),
    ("Yeah and can you give yourself that support with some warmth and caring?", 0.1, 0.7, 0.0,
     0.6),
    ("If you couldn't that would be OK too. Just let it sink in and savor it for a moment", 0.1,
     0.7, 0.1, 0.8),
    ("OK, so what would feel helpful to talk about?", -0.2, 0.5, 0.1, 1.0),
]  # fmt: skip


def make_dialogue(falling=True):
    """The turns of the worked dialogue (words from Cwinn et al. 2023, Table 1) and made-up rows."""
    keys = ("words", "dominance", "warmth", "playfulness", "freedom")
    turns = [dict(zip(keys, turn, strict=True)) | {"does": ""} for turn in TURNS]
    n = len(turns)
    fall = np.linspace(0, 1, n) if falling else np.linspace(1, 0, n)
    bump = 0.25 * np.exp(-(((np.arange(n) - 9) / 1.5) ** 2))
    series = pd.DataFrame(
        {
            "exchange": np.arange(n),
            "client_threat": 0.65 - 0.4 * fall + bump,
            "client_soothing": 0.2 + 0.4 * fall - bump / 3,
            "client_drive": 0.35 + 0.05 * np.sin(np.arange(n)),
            "client_involuntary_subordination": 0.5 - 0.3 * fall,
            "client_mentality": [3, 3, 3, 2, 2, 0, 0, 3, 3, 3, 3, 0, 0, 0, 1, 2],
        }
    )
    return turns, series


MATRIX = np.array([[480, 6, 14, 10, 0], [5, 60, 9, 2, 0], [11, 7, 120, 4, 0], [14, 1, 3, 400, 0], [0] * 5])


ABLATIONS = {"intact": 0.0, "random_referee": 0.2, "no_iss": 0.0, "winner_effect_only": 0.1,
             "loser_effect_only": -0.1}  # fmt: skip
"""Arms of a made-up experiment on societies, and how much each differs from the first."""


def make_groups(shifts=ABLATIONS, columns=("involuntary_subordination",), groups=24, noise=0.02, seed=4):
    """Outcomes of societies: what a group adds to every arm, the arm's shift, and noise."""
    rng = np.random.default_rng(seed)
    own = rng.normal(0.4, 0.1, (len(columns), groups))
    rows = []
    for arm, shift in shifts.items():
        values = own + shift + rng.normal(0, noise, own.shape)
        rows.append(pd.DataFrame(dict(zip(columns, values, strict=True))).assign(arm=arm))
    frame = pd.concat(rows).reset_index(names="replicate")
    return frame[["arm", "replicate", *columns]]


def make_course(shifts=ABLATIONS, drift=-0.2, groups=24, noise=0.02, seed=5):
    """Course of societies: all four measures drift by `drift` and the arm's shift from first to last."""
    rng = np.random.default_rng(seed)
    rows = []
    for arm, shift in shifts.items():
        for replicate in range(groups):
            for part in range(1, 11):
                level = 0.5 + (drift + shift) * (part - 1) / 9
                rows.append((arm, replicate, part, *(level + rng.normal(0, noise, 4))))
    measures = ["escalation", "upsets", "subordination", "threat"]
    return pd.DataFrame(rows, columns=["arm", "replicate", "part", *measures])


def make_stakes(slopes=(("intact", 0.3), ("no_iss", 0.3)), groups=20, noise=0.02, seed=6):
    """Outcomes of societies at five values of scarcity; escalation falls, the others rise by the slope."""
    names = figures.stakes.MEASURES
    parts = []
    for value in (0.1, 0.3, 0.5, 0.7, 0.9):
        shifts = {arm: slope * value for arm, slope in slopes}
        rows = make_groups(shifts, names, groups, noise, seed=int(seed + 100 * value))
        rows["escalation"] = 0.8 - rows["escalation"]
        parts.append(rows.assign(scarcity=value))
    frame = pd.concat(parts, ignore_index=True)
    return frame[["arm", "scarcity", "replicate", *names]]


def make_agents(arms=("intact", "no_iss"), groups=12, size=8, slope=0.04, seed=7):
    """People as runs of societies left them: identity n wins less the greater n, and feels more threat."""
    rng = np.random.default_rng(seed)
    rows = []
    for arm in arms:
        for replicate in range(groups):
            for person in range(size):
                threat, iss = np.clip(0.2 + slope * person + rng.normal(0, 0.03, 2), 0, 1)
                rows.append((arm, replicate, person, 100 - 9 * person, 40, 80.0 - 6 * person,
                             50 * threat, 50 * iss, 50.0))  # fmt: skip
    columns = ["arm", "replicate", "person", "contests_won", "contests_lost", "resources", "lived_threat",
               "lived_involuntary_subordination", "lived_moments"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


NAMES = ["trajectories", "session", "dose_response", "arms", "transitions", "ribbon", "ribbons",
         "dialogue", "hierarchy_over_time", "hierarchy_measures", "subordination", "stakes",
         "differences", "rank_profile"]  # fmt: skip


def draw_all():
    """Every figure once, by name."""
    series = make_series()
    events = make_events(series)
    several = pd.concat([make_series(replicate=r, sessions=20 if r != 2 else 9) for r in range(5)])
    outcomes = make_outcomes()
    turns, spoken = make_dialogue()
    return {
        "trajectories": figures.trajectories(series, events, "titrated", 0),
        "session": figures.within_session(series, events, "titrated", 0, 4),
        "dose_response": figures.dose_response(outcomes, resamples=400),
        "arms": figures.arm_differences(outcomes, resamples=400),
        "transitions": figures.transitions(MATRIX),
        "ribbon": figures.ribbon(series, "titrated", 0),
        "ribbons": figures.ribbon(several, "titrated", range(5)),
        "dialogue": figures.dialogue(turns, spoken),
        "hierarchy_over_time": figures.hierarchy_over_time(make_course(), resamples=200),
        "hierarchy_measures": figures.hierarchy_measures(
            make_groups(columns=figures.measures.MEASURES), size=10, resamples=200
        ),
        "subordination": figures.subordination(make_groups(columns=figures.adversity.MEASURES)),
        "stakes": figures.stakes_response(make_stakes(), resamples=200),
        "differences": figures.stakes_differences(make_stakes(), figures.stakes.MEASURES),
        "rank_profile": figures.rank_profile(make_agents(), resamples=200),
    }
