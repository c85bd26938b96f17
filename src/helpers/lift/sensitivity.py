"""How strong a cause that nobody recorded must be to explain an association away.

Two scales: the *E-value* needs nothing but the interval; the *pull* of a cause is how far
leaving it out would move the estimate, and is set beside the pull of the strongest cause
that is known. Neither is judged: nobody can say how strong an unknown cause is.
"""

import math

import numpy as np

from helpers.lift.regression import Array, decaying
from helpers.lift.result import Check
from helpers.lift.series import Series
from helpers.lift.shifts import Null

RETENTION = 0.5
SAME = 1 - 1e-9
NOTHING = "the interval holds no difference, so nothing is left to explain away"


def _limit(low: float, high: float) -> float:
    """Return the end of an interval of log ratios that is nearest to none."""
    return 0.0 if low <= 0 <= high else min(low, high, key=abs)


def e_value(ratio: float) -> float:
    """Return how strong an unmeasured cause must be to explain a ratio away.

    Source: VanderWeele & Ding 2017, the E-value of a rate ratio.
    """
    ratio = max(ratio, 1 / ratio)
    return ratio + math.sqrt(ratio * (ratio - 1))


def unmeasured(low: float, high: float) -> Check:
    """Report the E-value of the limit of a log ratio nearest to none."""
    limit = _limit(low, high)
    value = e_value(math.exp(limit))
    meaning = (
        f"a cause nobody recorded would have to multiply both posting and conversions by "
        f"{value:.2f} to bring the interval to no difference"
        if limit
        else NOTHING
    )
    return Check("strength of an unmeasured cause (E-value)", value, None, meaning)


def _left(columns: Array, values: Array) -> float:
    """Return the sum of squares that columns leave of values."""
    rest = values - columns @ np.linalg.lstsq(columns, values)[0]
    return float(rest @ rest)


def _causes(series: Series, controls: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Tell which columns of the calendar belong to which known cause."""
    calendar = series.calendar
    causes = {"the weekday": np.arange(1, 7), "the season": np.arange(7, calendar.shape[1])}
    names = [name for name in series.table.columns if str(name).startswith("cause_")]
    for name in (*names, *controls):
        values = series.table[name].to_numpy("float64")
        if values.std() > 0:
            alike = [abs(np.corrcoef(values, one)[0, 1]) > SAME for one in calendar[:, 7:].T]
            causes[str(name)] = 7 + np.flatnonzero(alike)
            causes["the season"] = np.setdiff1d(causes["the season"], causes[str(name)])
    return {name: places for name, places in causes.items() if len(places)}


def _pull(columns: Array, places: np.ndarray, posting: Array, counts: Array) -> float:
    """Return by how much leaving columns out moves an estimate, in error of one day.

    Source: Cinelli & Hazlett 2020, eq. 12: the square root of R² (counts) × R² (posting) ÷
    (1 - R² (posting)), each partial to the other columns.
    """
    others = np.delete(columns, places, axis=1)
    of_posting = 1 - _left(columns, posting) / _left(others, posting)
    both, alone = (np.column_stack([one, posting]) for one in (columns, others))
    of_counts = 1 - _left(both, counts) / _left(alone, counts)
    return math.sqrt(max(of_counts, 0) * max(of_posting, 0) / max(1 - of_posting, 1e-12))


def beside_known(
    series: Series, null: Null, low: float, high: float, controls: tuple[str, ...]
) -> Check:
    """Report how many times as hard as the strongest known cause an unknown one must pull."""
    title = "strength of an unmeasured cause beside the strongest that is known"
    limit, root = _limit(low, high), np.sqrt(null.weights)
    stock = decaying(series.posting, RETENTION)[series.kept]
    columns = null.columns * root[:, None]
    posting, counts = root * stock, null.residuals / root
    pulls = {
        name: _pull(columns, places, posting, counts + columns @ _given(null))
        for name, places in _causes(series, controls).items()
    }
    name = max(pulls, key=lambda one: pulls[one])
    spread = _left(np.column_stack([columns, posting]), counts) / _left(columns, posting)
    needed = abs(limit) / stock.mean() / math.sqrt(spread)
    value = needed / max(pulls[name], 1e-12)
    meaning = (
        f"a cause nobody recorded would have to pull {value:.1f} times as hard as {name}, the "
        f"strongest that is known, to bring the interval to no difference"
        if limit
        else NOTHING
    )
    return Check(title, value, None, meaning)


def _given(null: Null) -> Array:
    """Return the coefficients of what is held fixed."""
    return np.asarray(np.linalg.lstsq(null.columns, np.log(null.weights))[0], dtype=np.float64)
