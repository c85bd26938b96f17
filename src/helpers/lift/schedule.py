"""Lift from a posting calendar drawn by coins, the strongest test an author can make alone.

The arm of a block counts as it was drawn, whatever was posted (*intention to treat*), so
what the author did in a week cannot bend the answer; it can only thin it.
"""

import math

import numpy as np
import pandas as pd
from scipy import stats

from helpers.lift import blocks, wording
from helpers.lift import schedule_wording as words
from helpers.lift.blocks import Calendar
from helpers.lift.redraws import RETENTIONS, Redrawn, redraw
from helpers.lift.result import LEVEL, POWER_Z, Check, Lift, check_table, no_estimate

LEAST_PAIRS = 6  # the fewest whose coins can fall in so many ways that p reaches .05
LEAST_CONVERSIONS = 30
LEAST_DAYS_A_COLUMN = 5
UNFAIR = 0.001


def _needs(calendar: Calendar) -> list[Check]:
    """Ask whether there are pairs, days and conversions enough."""
    drawn = calendar.drawn
    counts = drawn.counts[drawn.kept]
    needs = (
        ("pairs of blocks", len(drawn.coins), LEAST_PAIRS),
        ("days", len(counts), LEAST_DAYS_A_COLUMN * drawn.calendar.shape[1]),
        ("conversions", int(counts.sum()), LEAST_CONVERSIONS),
    )
    judged = [
        Check(f"enough {name}", found, found >= least, f"{found:,} {name}; {least} are needed")
        for name, found, least in needs
    ]
    sorts = len(np.unique(counts))
    meaning = f"there are {sorts:,} different counts a day; 2 are needed"
    return [*judged, Check("conversions differ from day to day", sorts, sorts > 1, meaning)]


def _fair(calendar: Calendar) -> Check:
    """Ask whether the coins look fair: as often one way as the other, and not in turn."""
    coins = calendar.drawn.coins
    tosses = (coins > 0, coins[1:] == coins[:-1])
    p_value = min(float(stats.binomtest(int(t.sum()), len(t)).pvalue) for t in tosses if len(t))
    return Check(
        "arms were drawn by fair coins",
        p_value,
        p_value >= UNFAIR,
        f"{int(tosses[0].sum())} of {len(coins)} pairs began with the post block and "
        f"{int(tosses[1].sum())} of {len(coins) - 1} began like the pair before; fair coins "
        f"stray this far with p = {p_value:.2g}, and below {UNFAIR} they were not fair",
    )


def _followed(calendar: Calendar) -> Check:
    """Ask whether the arms were posted differently at all; how far they were is reported."""
    post, quiet = calendar.posted
    return Check(
        "the calendar was followed",
        post - quiet,
        None if post > quiet else False,
        f"{post:.0%} of post blocks and {quiet:.0%} of quiet blocks had a post",
    )


def _bounded(found: Redrawn) -> Check:
    """Ask whether re-draws reject any ratio on each side."""
    return Check(
        "the interval has two ends",
        float(found.low > 0) + float(math.isfinite(found.high)),
        found.low > 0 and math.isfinite(found.high),
        "some ratio is ruled out on each side; otherwise the days are too few or too uneven",
    )


def _lasting(found: Redrawn) -> Check:
    """Report how long what posting adds seems to last."""
    left = float(found.weights @ np.array(RETENTIONS))
    return Check(
        "share of a post's effect left a day later",
        left,
        None,
        f"about {left:.1f}, from {len(RETENTIONS)} that were tried; the interval allows for each",
    )


def _kept_ratio(calendar: Calendar, found: Redrawn) -> list[Check]:
    """Report the ratio had every block been kept (Wald 1940), where some were not."""
    post, quiet = calendar.posted
    if not 0 < post - quiet < 1:
        return []
    ends = [1 + (end - 1) / (post - quiet) for end in (found.ratio, found.low, found.high)]
    low, high = (wording.times(max(end, 0.0)) for end in ends[1:])
    meaning = f"{wording.interval(low, high)}, if a block's arm did nothing but through its posts"
    return [Check("ratio had every block been kept", max(ends[0], 0.0), None, meaning)]


def _extra(calendar: Calendar, found: Redrawn, ratio: float) -> float:
    """Return the conversions of the days as drawn that a ratio puts down to posting."""
    counts = calendar.drawn.counts[calendar.drawn.kept]
    if ratio == 0 or math.isinf(ratio):
        return float(counts.sum()) if ratio else -math.inf
    share = 1 - 1 / (1 + (ratio - 1) * found.exposures)
    return float(found.weights @ (share @ counts))


def _is_lift(found: Redrawn) -> bool:
    return found.p_value <= LEVEL and found.low > 1


def _unanswered(calendar: Calendar, outcome: str, found: list[Check]) -> Lift:
    failed = [check for check in found if check.passed is False]
    return no_estimate(
        outcome,
        method=words.METHOD,
        assumption=words.ASSUMPTION,
        checks=found,
        sentence=words.cannot_tell(calendar, outcome, failed),
        table=calendar.table,
    )


def from_schedule(
    daily: pd.DataFrame, schedule: pd.DataFrame, outcome: str, *, controls: tuple[str, ...] = ()
) -> Lift:
    """Compare blocks drawn to be posted in with blocks drawn to be quiet.

    Parameters
    ----------
    daily : DataFrame
        As `daily` returns it: a row a day in any order; date, posts (a count), the outcome
        (a count) and `cause_…` columns (0/1). Days outside the schedule are not read.
    schedule : DataFrame
        A row a day: date, block, pair, and arm, "post" or "quiet", as drawn. A pair has one
        block of each arm, of any length, and a fair coin decided which. Pairs are whole.
    controls : tuple of str
        Further numeric columns to hold fixed, which posting cannot have moved.

    Returns
    -------
    Lift
        ratio is the expected conversions of the scheduled days had every block been a post
        block, as this author keeps them, ÷ had every block been quiet, with what posts
        leave behind at its steady level. extra is what posting as it was drawn added to
        these days. p_value is for no effect on any day, exact by the coins alone.
        `table` has a row a block: pair, block, arm, starts_on, days, posts, the outcome.
        Too few pairs or conversions, coins that cannot have been fair, or arms posted alike
        give the verdict "cannot tell".

    Raises
    ------
    LiftError
        If either table is malformed, a pair is not whole, or the daily table lacks a day.

    Notes
    -----
    Randomisation inference: Fisher 1935, Rosenbaum 2002; for designs that switch over time
    and carry over, Bojinov, Simchi-Levi & Zhao 2023. Adjusting residuals that no coin
    changes costs no validity: Rosenbaum 2002, section 2. The interval takes the ratio to be
    the same on all days and the decay to be geometric; how far it holds when they are not
    is measured in `data/validation/schedule.csv`. An effect of which more than seven tenths
    is left a day later is understated, most in short blocks.
    """
    calendar = blocks.read(daily, schedule, outcome, controls)
    before = [*_needs(calendar), _fair(calendar), _followed(calendar)]
    if any(check.passed is False for check in before):
        return _unanswered(calendar, outcome, before)
    found = redraw(calendar.drawn)
    judged = [*before, _bounded(found), _lasting(found), *_kept_ratio(calendar, found)]
    failed = [check for check in judged if check.passed is False]
    extra = [_extra(calendar, found, end) for end in (found.ratio, found.low, found.high)]
    reach = stats.t.ppf(1 - LEVEL / 2, len(calendar.drawn.coins) - 1) + POWER_Z
    detectable = math.exp(min(reach * found.error, 700.0))
    said = words.answer(calendar, outcome, found, extra, detectable)
    if failed:
        said = words.cannot_tell(calendar, outcome, failed, words.unbounded(outcome, found))
    answered = "lift" if _is_lift(found) else "no clear lift"
    return Lift(
        outcome=outcome,
        extra=extra[0],
        extra_low=extra[1],
        extra_high=extra[2],
        ratio=found.ratio,
        low=found.low,
        high=found.high,
        p_value=found.p_value,
        method=words.METHOD,
        assumption=words.ASSUMPTION,
        checks=check_table(judged),
        verdict="cannot tell" if failed else answered,
        sentence=said + words.adherence(calendar),
        table=calendar.table,
        detectable=detectable,
    )
