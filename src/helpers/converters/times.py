"""Times: cells as moments in UTC, whoever's clock they were read from."""

from contextlib import suppress

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers import instants
from helpers.converters.setting import LoadError, Options, Setting
from helpers.schemas import INSTANT

PLAUSIBLE = (pd.Timestamp("1970-01-01", tz="UTC"), pd.Timestamp("2100-01-01", tz="UTC"))
ZONES = ("stated", "UTC", "parameter", "either")
_ZONED = r"(?:Z|[+-]\d\d:?\d\d)$"
_NOT_LOCAL = rf":.*{_ZONED}|[T :]\d[\d:.,]*\s?(?:Z|[+-]\d[\d:]*)$"  # pandas takes +2 for an offset
_NTH_DAY = r"^([0-9]{8})\|([0-9]{1,4})\|$"


def _instant(cells: pd.Series, options: Options, setting: Setting) -> pd.Series:
    """Return instants in UTC from text in one of the options' `formats` (see `instants`).

    `zone` says whose clock it is: `stated` (each value names its own offset), `UTC`, or
    `parameter` (the file does not say) or `either` (values that name none are local).
    """
    quick = _iso(cells, options)
    if quick is not None:
        return quick
    if options["zone"] == "either":
        is_stated = instants.tidied(cells).str.contains(":.*" + _ZONED, na=False)
        parts = {"stated": cells[is_stated], "parameter": cells[~is_stated]}
        found = [_instant(part, {**options, "zone": zone}, setting) for zone, part in parts.items()]
        return pd.concat(found).reindex(cells.index)
    naive = options["zone"] == "parameter"
    if naive and setting.timezone is None and cells.notna().any():
        raise LoadError(
            f"{setting.file!r}: the times in column {cells.name!r} name no time zone. "
            f"Pass the zone that the account reports in, e.g. timezone='Europe/Paris'."
        )
    cells = instants.tidied(cells)
    if options["zone"] == "stated":
        cells = cells.where(cells.str.contains(_ZONED, na=False))
    if naive:
        cells = cells.mask(cells.str.contains(_NOT_LOCAL, na=False))
    times = pd.Series(pd.NaT, index=cells.index, dtype=instants.NAIVE if naive else INSTANT)
    for form in options["formats"]:
        if times.notna().all():
            break
        times = times.fillna(_parsed(cells, form, setting, naive=naive))
    if "since" in options:
        times = times.where(times >= pd.Timestamp(options["since"], tz=None if naive else "UTC"))
    times = times + pd.Timedelta(options.get("plus_days", 0), "D")
    return instants.in_utc(times, setting.timezone or "UTC") if naive else times


def plausible(cells: pd.Series, options: Options, setting: Setting) -> pd.Series:
    """Return instants of years in which there may be exports; others are slips of the pen."""
    times = _instant(cells, options, setting)
    return times.where(times.between(*PLAUSIBLE))


def _iso(cells: pd.Series, options: Options) -> pd.Series | None:
    """Return the instants of cells of which each states its zone in ISO 8601; else nothing."""
    is_plain = options["zone"] != "parameter" and not {"since", "plus_days"} & set(options)
    if instants.ISO_8601 not in options["formats"] or not is_plain:
        return None
    texts = pa.array(cells, pa.large_string())
    if not pc.all(pc.ends_with(texts, "Z")).as_py():
        if cells.str[-3].isin(["+", "-"]).any():  # Arrow takes +05 for an offset
            return None
        texts = pa.array(cells.str.replace(" UTC", "Z", regex=False))
    with suppress(pa.ArrowInvalid):
        times = texts.cast(pa.timestamp("us", "UTC"))
        return pd.Series(times.to_pandas().array, index=cells.index, dtype=INSTANT)
    return None


def _parsed(cells: pd.Series, form: str, setting: Setting, *, naive: bool) -> pd.Series:
    try:
        return instants.parsed(
            cells, form, naive=naive, given=setting.dates, export=setting.exported
        )
    except instants.AmbiguousError as error:
        raise LoadError(
            f"{setting.file!r}: the dates in column {cells.name!r} may be day before month or "
            f"month before day. Pass the order, dates='day first' or dates='month first'."
        ) from error


def nth_day(cells: pd.Series, _options: Options, _setting: Setting) -> pd.Series:
    """Return the days that a first day and a number of days after it mean, `20260501|0003|`."""
    parts = cells.str.extract(_NTH_DAY)
    first = pd.to_datetime(parts[0], format="%Y%m%d", errors="coerce", utc=True)
    days = (first + pd.to_timedelta(pd.to_numeric(parts[1]), unit="D")).astype(INSTANT)
    return days.where(days.between(*PLAUSIBLE))


def as_of(cells: pd.Series, _options: Options, setting: Setting) -> pd.Series:
    """Return the day of the export, as the file's name states it."""
    return pd.Series(setting.exported, index=cells.index, dtype=INSTANT)
