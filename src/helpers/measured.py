"""What was measured of the methods themselves, in worlds whose truth is known.

A *design* is one of `validate.DESIGNS`. A row is one cell of its worlds; where its
assumption *holds* it must be right, where that *fails* it must not call a lift.
"""

import importlib

import pandas as pd

from helpers.simulate import days
from helpers.validate import DESIGNS, engine
from helpers.wording import span

COLUMNS = {
    "truth": "true ratio",
    "coverage": "coverage",
    "false_alarm": "false alarms",
    "power": "lifts found",
    "cannot_tell": "cannot tell",
}
OTHERS = ("unseen", "shortest", "bounds", "compare", "peers")
LEAST, WIDEST, HUGE = 0.93, 1.5, 10.0
HOLDS, FAILS = "holds", "fails"


class StaleError(RuntimeError):
    """Stored figures were made by other code than the code that is here."""


def _stored(design: str) -> pd.DataFrame:
    if design not in (*DESIGNS, *OTHERS):
        raise ValueError(f"There is no design {design!r}. Name one of: {', '.join(DESIGNS)}.")
    path = engine.path(design)
    stored = pd.read_csv(path) if path.is_file() else pd.DataFrame({"code": []})
    modules = importlib.import_module(f"helpers.validate.{design}").CODE
    made = "peers" if design == "peers" else f"validate DESIGN={design}"
    if set(stored["code"]) != {engine.code(modules)}:
        raise StaleError(
            f"{engine.FOLDER}/{design}.csv is missing, or was made by other code than the code "
            f"that is here. Run `make {made}`, which takes a while, and look at the figures again."
        )
    return stored


def _world(name: pd.Series, trait: str) -> pd.Series:
    return name.map({world.name: getattr(world, trait) for world in days.WORLDS})


def table(design: str) -> pd.DataFrame:
    """Return how often a design was right, a row a simulated world.

    Returns
    -------
    DataFrame
        world, the conversions a day and the memory of its demand where it is a world of days,
        the other fields of the design's cells, assumption (holds or fails), true ratio,
        coverage, false alarms or lifts found, cannot tell.

    Raises
    ------
    ValueError
        If there is no such design.
    StaleError
        If there are no stored figures, or the method or the simulation changed since.
    """
    stored = _stored(design)
    fields = list(stored.columns[: stored.columns.get_loc("truth")])
    others = [name for name in fields if name not in ("world", "holds")]
    holds = stored["holds"] if "holds" in fields else pd.Series(True, stored.index)
    shown = stored[["world"]].assign(
        **{
            "conversions a day": _world(stored["world"], "per_day"),
            "memory of demand": _world(stored["world"], "memory"),
        }
    )
    shown = shown.dropna(axis="columns", how="all").join(stored[others])
    shown["assumption"] = holds.map({True: HOLDS, False: FAILS})
    return shown.join(stored[list(COLUMNS)].rename(columns=COLUMNS)).rename(
        columns=lambda name: name.replace("_", " ")
    )


def sentence(table: pd.DataFrame) -> str:
    """Say how often the interval held the truth and a lift was made up, at worst and best."""
    holds = table["assumption"] == HOLDS
    said = f"Where the assumption holds {_row(table[holds])}."
    if holds.all():
        return said
    return f"{said} Where it fails {_row(table[~holds])}."


def _row(table: pd.DataFrame) -> str:
    coverage, alarms = table["coverage"], table["false alarms"].dropna()
    return (
        f"({len(table)} cells of simulated worlds), the 95 % interval held the truth in "
        f"{span(coverage.min(), coverage.max(), 0)} of the draws, and a lift was declared "
        f"where there was none in {span(alarms.min(), alarms.max())}"
    )


def _readable(table: pd.DataFrame, *dropped: str) -> pd.DataFrame:
    kept = table.drop(columns=[name for name in dropped if name in table])
    return kept.dropna(axis="columns", how="all").rename(columns=lambda one: one.replace("_", " "))


def audiences() -> pd.DataFrame:
    """Return how often `lurkers.unseen` was right, a row a simulated audience."""
    return _readable(_stored("unseen"), "code")


def audiences_sentence(table: pd.DataFrame) -> str:
    """Say in how many audiences the interval held as it claims, and where it does not."""
    answered = table[table["refused"] < 0.5]
    held = answered["coverage"] >= LEAST
    worst = answered.loc[answered["coverage"].idxmin()]
    return (
        f"In {int(held.sum())} of {len(answered)} kinds of simulated audience that are answered, "
        f"the interval held the people who would react in at least {LEAST:.0%} of the runs; it did "
        f"worst, {worst['coverage']:.0%}, in {worst['world']!r}. In "
        f"{len(table) - len(answered)} kinds, most runs were refused."
    ).replace("%", " %")


def widths() -> pd.DataFrame:
    """Return how wide the intervals of `lurkers.unseen` are, and how short any could honestly be.

    Both are in widths of the true family's interval, had it been known to be true, and 10
    stands for more; a row each for the audiences that are answered and have a true family.
    """
    least, found = _stored("shortest"), _stored("unseen")
    shared = ["world", "people", "posts", "mean"]
    widths = found["width_of_model"].where(found["refused"] < 1 / 2)
    table = least[shared].assign(
        least=least["least"].clip(upper=HUGE), ours=widths, coverage=found["coverage"]
    )
    return _readable(table.dropna(subset="ours").reset_index(drop=True))


def widths_sentence(table: pd.DataFrame) -> str:
    """Say in how many audiences intervals are wide, and in how many of them they must be."""
    wide = table["ours"] > WIDEST
    forced = int((wide & (table["least"] > WIDEST)).sum())
    shorter = table.loc[table["ours"] < table["least"], "coverage"]
    said = (
        f"In {int(wide.sum())} of {len(table)} kinds of audience the interval is more than "
        f"{WIDEST} times as wide as one made by who knows which family is true. In {forced} of "
        f"them it must be so wide, as far as the normal approximation goes: any interval that "
        f"holds the truth in every audience of these families is, on average."
    )
    if shorter.empty:
        return said
    return (
        f"{said} In {len(shorter)} of all, ours is at the median shorter than such an interval is "
        f"on average: there it held the truth in {span(shorter.min(), shorter.max(), 0)} of the "
        f"draws, but cannot be relied on in every audience that these families allow."
    )


def bounds() -> pd.DataFrame:
    """Return how often each bound held the truth, a row a bound and a kind of world."""
    unasked = ("false_alarm", "power", "called_error", "coverage_error", "coverage_answered")
    return _readable(_stored("bounds"), "code", *unasked)


def bounds_sentence(table: pd.DataFrame) -> str:
    """Say in how many worlds the bounds held where their assumptions do."""
    held = table[table["holds"]]
    return (
        f"Where their assumptions hold, {held['bound'].nunique()} bounds held the truth in "
        f"{span(held['coverage'].min(), held['coverage'].max())} of {held['replicates'].max():,} "
        f"worlds each. Where one is broken the bound must be refused; where nothing in the exports "
        f"shows the break, the table says how often it misleads."
    )


def peers() -> pd.DataFrame:
    """Return our designs beside other packages on the same series, over all worlds."""
    table = _stored("peers")
    groups = table.groupby("method", sort=False)
    figures = ["coverage", "false_alarm", "power", "cannot_tell", "median_width", "seconds"]
    means = groups[figures].mean().assign(least_coverage=groups["coverage"].min())
    means.insert(0, "series", groups["replicates"].sum())
    return _readable(means.reset_index())


def peers_sentence(table: pd.DataFrame) -> str:
    """Say which methods covered as they claim, ours and others."""
    said = [
        f"{row['method']}: coverage {row['coverage']:.0%} on average and "
        f"{row['least coverage']:.0%} in the worst world".replace("%", " %")
        for _, row in table.iterrows()
    ]
    return f"On the same series, with defaults: {'; '.join(said)}."


def line() -> str:
    """Say which code the stored figures were made by."""
    hashes = [f"{name} {_stored(name)['code'].iloc[0]}" for name in (*DESIGNS, *OTHERS)]
    return f"Code of each table: {', '.join(hashes)}."
