"""Lift from one campaign, or one hiatus: its days set against what the days before foretell.

A *hiatus* is a window without posts: there the counterfactual is what posting would have
brought.
"""

import pandas as pd

from helpers.lift import campaign_checks as questions
from helpers.lift import campaign_wording as wording
from helpers.lift import counterfactual
from helpers.lift.counterfactual import Effect
from helpers.lift.result import LEVEL, Check, Lift, check_table, no_estimate
from helpers.lift.window import Case, Day, case

METHOD = (
    "counterfactual by Poisson regression on weekday, known causes and controls; moving-block "
    "permutation of its residuals, refitted under each ratio asked about"
)


def _table(asked: Case, found: Effect) -> pd.DataFrame:
    table = asked.table[["date", asked.outcome]].assign(campaign=asked.inside.astype("int64"))
    return table.assign(fitted=found.means, without_campaign=found.without)


def _unanswered(asked: Case, checks: list[Check], *, hiatus: bool) -> Lift:
    failed = [check for check in checks if check.passed is False]
    return no_estimate(
        asked.outcome,
        method=METHOD,
        assumption=wording.ASSUMPTION,
        checks=checks,
        sentence=wording.unsettled(asked, failed, hiatus=hiatus),
        table=asked.table[["date", asked.outcome]],
    )


def _answered(asked: Case, found: Effect, checks: list[Check], *, hiatus: bool) -> Lift:
    counted, expected = (
        float(values[asked.inside].sum()) for values in (asked.days.counts, found.without)
    )
    told = wording.shown(found, counted, expected, hiatus=hiatus)
    described = wording.seen(asked, found, told, hiatus=hiatus)
    failed = [check for check in checks if check.passed is False]
    if failed:
        verdict = "cannot tell"
        sentence = wording.unsettled(asked, failed, described, hiatus=hiatus)
    else:
        verdict, sentence = wording.concluded(asked, told, found.p_value, described)
    return Lift(
        asked.outcome,
        *told.extra,
        *told.ratio,
        p_value=found.p_value,
        method=METHOD,
        assumption=wording.ASSUMPTION,
        checks=check_table(checks),
        verdict=verdict,
        sentence=sentence,
        table=_table(asked, found),
        detectable=told.detectable,
    )


def placebos(
    daily: pd.DataFrame,
    outcome: str,
    start: Day,
    end: Day | None = None,
    controls: tuple[str, ...] = (),
) -> pd.DataFrame:
    """Set windows before a campaign, in which nothing began, against the days around them.

    Arguments and errors are those of `from_campaign`.

    Returns
    -------
    DataFrame
        A row a window, the campaign's own last: start, end, the outcome (counted), without
        (counterfactual), ratio. Empty when the days allow no counterfactual.
    """
    asked = case(daily, outcome, start, end, controls)
    columns = ["start", "end", outcome, "without", "ratio"]
    if not all(check.passed for check in questions.enough(asked)):
        return pd.DataFrame(columns=columns)
    return counterfactual.placebos(asked, counterfactual.estimate(asked))


def from_campaign(
    daily: pd.DataFrame,
    outcome: str,
    start: Day,
    end: Day | None = None,
    controls: tuple[str, ...] = (),
    *,
    negative_controls: tuple[str, ...] = (),
    hiatus: bool = False,
) -> Lift:
    """Compare a campaign's days with what the days before it foretell.

    Parameters
    ----------
    daily : DataFrame
        A row a day in any order: date, the outcome (a count, or an amount of 0 or more) and
        `cause_…` columns (0/1). Posts, likes and replies are not read.
    start, end : str, date or Timestamp
        First and last day of the campaign; without `end`, to the last day. Days after it are
        not read: a campaign may still act on them.
    controls : tuple of str
        Columns that follow demand and that the campaign cannot move, such as visits from a
        search engine. Logs are taken of those that are never negative.
    negative_controls : tuple of str
        Columns (counts) that posting cannot move, to be tested like the outcome.
    hiatus : bool
        Whether the window is one without posts; the lift is then what the hiatus cost.

    Returns
    -------
    Lift
        ratio is counted ÷ foretold (for a hiatus foretold ÷ counted), over the window; extra
        is counted less counted ÷ ratio; `table` has the columns date, the outcome, campaign
        (0/1), fitted and without_campaign. Too few days or conversions, a known cause all
        through the window, drift that the controls do not tell of, or a negative control that
        moved give the verdict "cannot tell"; so does a rise beside no control of either kind.

    Raises
    ------
    LiftError
        If the daily table is malformed, or the campaign is not within it.

    Notes
    -----
    Chernozhukov, Wüthrich & Zhu 2021, moving blocks; drift by Kwiatkowski et al. 1992, and
    where it is found the interval holds what either blocks or steps accept, so it is wider.
    A cause that began with the campaign, that nobody recorded and that moves no control of
    either kind, cannot be told from it by any method on one series
    (`data/validation/campaign.csv` holds how often it misleads).
    """
    asked = case(daily, outcome, start, end, controls)
    beside = [case(daily, name, start, end, controls) for name in negative_controls]
    checks = questions.enough(asked)
    if not all(check.passed for check in checks):
        return _unanswered(asked, checks, hiatus=hiatus)
    found = counterfactual.estimate(asked)
    rose = found.p_value <= LEVEL and ((found.ratio < 1) if hiatus else (found.ratio > 1))
    if rose:
        checks.append(questions.told_apart(daily[[*controls, *negative_controls]]))
    if negative_controls and rose:
        held = case(daily, outcome, start, end, (*controls, *negative_controls))
        checks.append(questions.stands(held, hiatus=hiatus))
    checks += [
        questions.steady(found),
        *questions.unmoved(negative_controls, beside),
        questions.placebo(counterfactual.placebos(asked, found)),
    ]
    return _answered(asked, found, checks, hiatus=hiatus)
