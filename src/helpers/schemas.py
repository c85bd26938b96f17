"""The schemas of the seven tables: each column's type, meaning and unit.

A *table* is a data frame that satisfies one of the schemas below; a missing
table is an empty one. People appear only as keyed hashes.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache

import pandas as pd
import pandera.pandas as pa
import pyarrow

from helpers.sameness import MANY, all_differ, arrow, repeated

INSTANT = pd.DatetimeTZDtype("us", "UTC")
GRAINS = ("second", "minute", "day", "week", "month")
DAILY, COARSE = GRAINS[:3], GRAINS[3:]
POST_KINDS = ("post", "reply", "boost", "newsletter", "video")
UNITS = ("people", "acts", "views")
CONVERSION_KINDS = ("signup", "paid", "sale", "pages", "follow")


def _text(
    description: str,
    *,
    nullable: bool = False,
    unique: bool = False,
    checks: pa.Check | None = None,
) -> pa.Column:
    return pa.Column("str", checks, nullable=nullable, unique=unique, description=description)


def _choice(description: str, options: tuple[str, ...], *, nullable: bool = False) -> pa.Column:
    return _text(description, nullable=nullable, checks=pa.Check.isin(options))


def _instant(description: str, *, nullable: bool = False) -> pa.Column:
    return pa.Column(INSTANT, nullable=nullable, description=description)


def _whole(description: str, *, nullable: bool = False, signed: bool = False) -> pa.Column:
    checks = None if signed else pa.Check.ge(0)
    return pa.Column("Int64", checks, nullable=nullable, description=description)


_PERSON = "Keyed hash of the person; missing when the export names nobody"

COLUMNS: dict[str, dict[str, pa.Column]] = {
    "posts": {
        "post_id": _text("Identifier, unique across platforms", unique=True),
        "platform": _text("Where it was published"),
        "published_at": _instant("When, UTC; missing when the export has no date", nullable=True),
        "grain": _choice("How finely `published_at` is known", GRAINS, nullable=True),
        "kind": _choice("What sort of post", POST_KINDS),
        "words": _whole("Length, words", nullable=True),
    },
    "tallies": {
        "post_id": _text("Post the total belongs to"),
        "kind": _text("What was counted: reach, impression, view, like, reply, click, …"),
        "unit": _choice("What one of the count is: people, acts or views", UNITS),
        "count": _whole("Lifetime total at `as_of`; never summed over exports"),
        "as_of": _instant("When the platform stated it; missing when not stated", nullable=True),
    },
    "responses": {
        "response_id": _text("Identifier", unique=True),
        "post_id": _text("Post it responds to"),
        "person_id": _text(_PERSON),
        "kind": _text("What was done: like, boost, reply, quote, click, open; or delivery"),
        "occurred_at": _instant("When, UTC; missing when the export has no time", nullable=True),
        "words": _whole("Length of what was composed, words", nullable=True),
    },
    "conversions": {
        "conversion_id": _text("Identifier", unique=True),
        "occurred_at": _instant("When, UTC"),
        "grain": _choice("How finely `occurred_at` is known", GRAINS),
        "kind": _choice("What was gained", CONVERSION_KINDS),
        "quantity": _whole("Units; refunds and departures are negative", signed=True),
        "value": pa.Column("Float64", nullable=True, description="Money, in `currency`"),
        "currency": _text("ISO 4217 code of `value`", nullable=True),
        "channel": _text("Shop or list it happened in"),
        "referrer": _text("Host of the page the buyer came from", nullable=True),
        "utm_source": _text("Tagged link: source", nullable=True),
        "utm_medium": _text("Tagged link: medium", nullable=True),
        "utm_campaign": _text("Tagged link: campaign", nullable=True),
        "utm_term": _text("Tagged link: term", nullable=True),
        "utm_content": _text("Tagged link: content", nullable=True),
        "code": _text("Discount code used", nullable=True),
        "person_id": _text(_PERSON, nullable=True),
    },
    "audience": {
        "platform": _text("Where they follow, subscribe, read or visit"),
        "as_of": _instant("When it was counted, UTC; of a day's count the day"),
        "kind": _text("followers, subscribers, paid subscribers; a day's viewers, visitors, views"),
        "unit": _choice("What one of the count is: people, acts or views", UNITS),
        "count": _whole("How many"),
    },
    "causes": {
        "starts_on": _instant("First day it could matter, UTC midnight"),
        "ends_on": _instant("Last day it could matter, UTC midnight"),
        "label": _text("Launch, discount, advert, newsletter swap, holiday, …"),
    },
    "survey": {
        "answered_at": _instant("When, UTC", nullable=True),
        "person_id": _text(_PERSON, nullable=True),
        "answer": _text("The option ticked in answer to 'How did you hear of this?'"),
        "phantom": pa.Column(bool, description="Whether the option ticked cannot be true"),
    },
}
SCHEMAS: dict[str, pa.DataFrameSchema] = {
    name: pa.DataFrameSchema(columns, name=name, strict=True, coerce=True, ordered=True)
    for name, columns in COLUMNS.items()
}


class TableError(ValueError):
    """A table does not hold what its schema says."""


def empty(name: str) -> pd.DataFrame:
    """Return the named table with no rows.

    Parameters
    ----------
    name : str
        One of the seven keys of `SCHEMAS`.
    """
    return _template(name).copy()


@cache
def _template(name: str) -> pd.DataFrame:
    return SCHEMAS[name].validate(pd.DataFrame(columns=list(COLUMNS[name])))


def check(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` coerced to the named table's schema.

    Raises
    ------
    TableError
        Naming the table, the column, the check that failed and how many rows failed
        it. Values are not quoted: they may be personal.
    """
    if frame.empty and frame.dtypes.equals(_template(name).dtypes):
        return empty(name)
    checked = _checked_soon(name, frame) if len(frame) > MANY else None
    if checked is not None:
        return checked.reset_index(drop=True)
    try:
        return SCHEMAS[name].validate(frame, lazy=True).reset_index(drop=True)
    except pa.errors.SchemaErrors as error:
        refusal = _refusal(name, error.failure_cases, len(frame))
    raise refusal


def _checked_soon(name: str, frame: pd.DataFrame) -> pd.DataFrame | None:
    """Return a frame as `check` does if all is well, identifiers told apart meanwhile."""
    unique = [column for column, field in COLUMNS[name].items() if field.unique]
    with ThreadPoolExecutor() as pool, suppress(KeyError, pa.errors.SchemaErrors):
        differ = pool.map(_differ, [frame[column] for column in unique])
        checked = _with_repeats(name).validate(frame, lazy=True)
        return checked if all(differ) else None
    return None


@cache
def _with_repeats(name: str) -> pa.DataFrameSchema:
    unique = [column for column, field in COLUMNS[name].items() if field.unique]
    return SCHEMAS[name].update_columns({column: {"unique": False} for column in unique})


def _differ(texts: pd.Series) -> bool:
    """Tell whether all texts are there and different, sooner than pandas does."""
    with suppress(TypeError, ValueError):
        found = arrow(texts)
        if len(found) and str(found[0]).isdecimal():
            return all_differ(found.cast(pyarrow.uint64()).to_numpy())
        return found.null_count == 0 and not repeated(texts).any()
    return False


def _refusal(name: str, cases: pd.DataFrame, rows: int) -> TableError:
    """Say what failed; raised apart from pandera's own error, which quotes values."""
    first = cases.iloc[0]
    place = f"column {first['column']!r}" if first["column"] else "the columns"
    return TableError(
        f"Table {name!r}: {place} fails the check {first['check']!r} "
        f"({len(cases)} failure(s) in {rows} rows). "
        f"See the codebook in data/README.md for what each column must hold."
    )
