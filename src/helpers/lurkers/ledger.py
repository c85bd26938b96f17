"""Every question about an unseen audience, with what these exports can say to it.

The questions stand in `ledger.toml`, each with what would settle it and roughly at what cost.
"""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import pandas as pd

from helpers import lift
from helpers.ladder import Ladder
from helpers.lift.result import unit_name
from helpers.lurkers import questions
from helpers.lurkers.bought import who_bought
from helpers.lurkers.bounds import Bounds
from helpers.lurkers.letters import silent_readers
from helpers.lurkers.questions import Answer
from helpers.lurkers.silent import silent_share
from helpers.tables import Engagement

FILE = "ledger.toml"
COLUMNS = ("question", "answer", "low", "high", "status", "what_would_settle_it", "cost")
OUTCOMES = ("signups", "sales")


@cache
def _asked() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("helpers.lurkers") / FILE).read_text(encoding="utf-8"))


def _unanswerable() -> dict[str, Answer]:
    """Return what no export can say."""
    return {
        "never_react": questions.unknown("Reactions carry no trace of people who never react."),
        "checked": questions.unknown("Nobody has checked a sample of followers by hand."),
        "follows": questions.unknown(
            "No shop names the account behind an address, and nobody here tries to find it."
        ),
        "private": questions.unknown(
            "Messages between people are theirs: no platform counts them and no link shows them."
        ),
    }


def _answers(engagement: Engagement, ladder: Ladder | None) -> dict[str, Answer]:
    """Answer every question that is asked once."""
    share = silent_share(engagement, ladder)
    window = silent_share(engagement, ladder, window=("", ""))
    return _unanswerable() | {
        "list": questions.audience(engagement),
        "followers": questions.followers(engagement),
        "reached": questions.reached(engagement, ladder),
        "silent": questions.of_bounds(share),
        "window": questions.of_bounds(window),
        "per_act": questions.per_act(engagement, ladder),
        "composed": questions.composed(engagement, ladder),
        "seen": questions.named(engagement, ladder),
        "coverage": questions.completeness(engagement, ladder),
        "would_react": questions.would_react(engagement, ladder),
        "letters": questions.of_bounds(silent_readers(engagement, ladder)),
        "likes": questions.likes(engagement),
        "bought": questions.of_bounds(who_bought(engagement, ladder)),
        "two_lists": questions.on_two_lists(engagement, ladder),
        "heard": questions.heard(engagement),
        "friend": questions.friend(engagement),
    }


def _row(key: str, answer: Answer, outcome: str = "") -> dict[str, object]:
    asked = _asked()[key]
    question = asked["question"].format(unit=unit_name(outcome) if outcome else "")
    row = (question, *answer, asked["settle"], asked["cost"])
    return dict(zip(COLUMNS, row, strict=True))


def _settled(row: dict[str, object], given: dict[str, Bounds]) -> dict[str, object]:
    """Return the row with the answer that was found outside the exports, where one was."""
    if row["question"] not in given:
        return row
    found = given[str(row["question"])]
    answer = questions.of_bounds(found)._asdict()
    return row | answer | {"what_would_settle_it": found.settle}


def ledger(
    engagement: Engagement,
    ladder: Ladder | None = None,
    *,
    lifts: Sequence[lift.Lift] | None = None,
    timezone: str = "UTC",
    settled: Sequence[Bounds] = (),
) -> pd.DataFrame:
    """List every question the project asks, the answer, and how it is known.

    Parameters
    ----------
    engagement : Engagement
        The author's tables.
    ladder : Ladder, optional
        The rung of each kind of act; the shipped ladder when not given.
    lifts : sequence of Lift, optional
        Lifts already estimated; when not given, the strongest design the data allow is
        used for each of `OUTCOMES`.
    timezone : str
        Zone of the author's days, where lifts are still to be estimated.
    settled : sequence of Bounds, optional
        Answers found with more than the exports (`hand_checked`, `heard_from`, `who_bought` with
        codes, `silent_share` with reach over the window): they replace the answer to their
        question.

    Returns
    -------
    DataFrame
        A row a question: answer in words; low and high, its ends in the unit the answer
        names; status, one of `STATUSES`; what would settle it; and what that costs, roughly.
    """
    if lifts is None:
        lifts = [lift.choose(engagement, outcome, timezone=timezone) for outcome in OUTCOMES]
    answers, rows = _answers(engagement, ladder), []
    for key in _asked():
        if key == "lift":
            rows += [_row(key, questions.lifted(one), one.outcome) for one in lifts]
        elif key == "traced":
            found = {name: questions.traced(engagement, name) for name in OUTCOMES}
            rows += [_row(key, answer, name) for name, answer in found.items()]
        else:
            rows.append(_row(key, answers[key]))
    given = {one.question: one for one in settled}
    return pd.DataFrame([_settled(row, given) for row in rows], columns=list(COLUMNS))
