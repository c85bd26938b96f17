"""Entries: what a format's TOML file may say, checked entry by entry."""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from helpers import readers
from helpers.converters import CONVERTERS, ZONES
from helpers.formats.layouts import (
    PAIRED,
    Column,
    Condition,
    Group,
    Layout,
    Rule,
    Signature,
    Table,
)
from helpers.schemas import COLUMNS, UNITS

CONTAINERS = ("table", "json", "page")
ROLES = ("whole", "stub", "fill", "timed")
TESTS = ("is", "is_not", "matches", "blank", "filled", "zero", *PAIRED)
MADE_BY_MERGING = {"response_id", "conversion_id"}
LAYOUT = ("name", "title", "container", "signature")
LAYOUT_TAKES = (
    *("reader", "rows", "descriptions", "mended", "pairs", "name_keeps", "missing", "post_id"),
    *("common", "group", "set_aside", "table", "tallies", "totals", "alias", "yields_to"),
    *("questions", "answers_below"),
)
Section = Mapping[str, Any]


class FormatError(ValueError):
    """A format's TOML file says something that cannot be done."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return a suggestion of the known name that was meant, if one is like it."""
    close = difflib.get_close_matches(str(name).casefold(), sorted(known), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def check(section: Section, place: str, needs: Iterable[str], takes: Iterable[str] = ()) -> None:
    """Refuse a section that lacks an entry, or has one that nobody knows."""
    known = {*needs, *takes}
    unknown = sorted(set(section) - known)
    absent = sorted(set(needs) - set(section))
    if absent:
        meant = [name for name in unknown if absent[0] in suggestion(name, known)]
        wrong = f" Did you mean it by {meant[0]!r}?" if meant else ""
        raise FormatError(f"{place}: entry {absent[0]!r} is missing.{wrong}")
    if unknown:
        guess = suggestion(unknown[0], known)
        names = ", ".join(sorted(known))
        raise FormatError(f"{place}: unknown entry {unknown[0]!r}.{guess} Known: {names}.")


def _one_of(value: Any, known: Collection[Any], what: str, place: str) -> Any:
    if value not in known:
        names, guess = ", ".join(sorted(known)), suggestion(value, known)
        raise FormatError(f"{place}: unknown {what} {value!r}.{guess} Known: {names}.")
    return value


def _condition(section: Section, place: str) -> Condition:
    check(section, place, ["column"], TESTS)
    tests = [test for test in TESTS if test in section]
    if len(tests) != 1:
        raise FormatError(f"{place}: a condition has one test of {', '.join(TESTS)}.")
    given = section[tests[0]]
    if given is not True and not (given and isinstance(given, list)):
        raise FormatError(f"{place}: test {tests[0]!r} takes a list of values, or true.")
    values = () if given is True else tuple(map(str, given))
    if tests[0] == "matches":
        _pattern("|".join(values), place)
    elif tests[0] not in PAIRED:
        values = tuple(value.casefold() for value in values)
    return Condition(section["column"], tests[0], values)


def _conditions(sections: list[Section], place: str) -> tuple[Condition, ...]:
    return tuple(_condition(section, place) for section in sections)


def _rule(section: Section, place: str) -> Rule:
    check(section, place, ["when", "reason"])
    if not section["reason"]:
        raise FormatError(f"{place}: entry 'reason' is empty.")
    one, many = [*section["reason"], *section["reason"]][:2]
    return Rule(_conditions(section["when"], place), f"{one}|{many}")


def _pattern(text: str | None, place: str) -> None:
    try:
        re.compile(text or "")
    except re.error as error:
        raise FormatError(f"{place}: {text!r} is no regular expression ({error}).") from error


def _column(section: Any, place: str) -> Column:
    if not isinstance(section, dict):
        return Column(constant=section)
    name = _one_of(section.get("convert", "text"), CONVERTERS, "converter", place)
    converter = CONVERTERS[name]
    options = {key: value for key, value in section.items() if key not in ("from", "convert")}
    check(options, place, converter.options, (*converter.optional, "match"))
    for pattern in (options.get("match"), options.get("needs")):
        _pattern(pattern, place)
    _one_of(options.get("zone", ZONES[0]), ZONES, "zone", place)
    names = section.get("from", [])
    return Column(tuple([names] if isinstance(names, str) else names), name, options)


def _check_values(table: str, name: str, column: Column, place: str) -> None:
    """Refuse a constant or a choice that the table's column cannot hold."""
    values = [*column.options.get("choices", {}).values(), column.options.get("otherwise")]
    values = [value for value in (*values, column.constant) if value is not None]
    for check in COLUMNS[table][name].checks:
        for value in values if "allowed_values" in check.statistics else ():
            _one_of(value, check.statistics["allowed_values"], f"{table}.{name}", place)


def _table(section: Section, common: Section, place: str) -> Table:
    check(section, place, ["name", "columns"], ["role", "when", "returned", "refund"])
    name = _one_of(section["name"], COLUMNS, "table", place)
    role = _one_of(section.get("role", "whole"), ROLES, "role", place)
    given = {column: common[column] for column in common if column in COLUMNS[name]}
    given |= section["columns"]
    needed = {column for column, schema in COLUMNS[name].items() if not schema.nullable}
    needed = {"post_id"} if role == "fill" else needed - MADE_BY_MERGING
    check(given, f"{place}, table {name!r}", needed, COLUMNS[name])
    columns = {column: _column(value, f"{place}.{column}") for column, value in given.items()}
    for column, value in columns.items():
        _check_values(name, column, value, f"{place}.{column}")
    returned = tuple(_conditions(group, place) for group in section.get("returned", []))
    refund = _column(section["refund"], place) if "refund" in section else None
    when = _conditions(section.get("when", []), place)
    return Table(name, columns, when, returned, role, refund)


def _tally(section: Section, common: Section, place: str) -> Table:
    check(section, place, ["from", "kind", "unit"], ["match", "as_of"])
    match = {"match": section["match"]} if "match" in section else {}
    count = {"from": section["from"], "convert": "whole", **match}
    columns = {"kind": section["kind"], "unit": section["unit"], "count": count}
    columns |= {"as_of": section["as_of"]} if "as_of" in section else {}
    return _table({"name": "tallies", "columns": columns}, common, place)


def _total(section: Section, place: str) -> tuple[str, str]:
    check(section, place, ["kind", "unit"])
    return section["kind"], _one_of(section["unit"], UNITS, "unit", place)


def _signature(section: Section, place: str) -> Signature:
    needs = ["shows"] if "shows" in section or "named" not in section else []
    check(section, place, needs, ["shows", "named"])
    return Signature(tuple(section.get("shows", ())), section.get("named", "*"))


def _group(section: Section, place: str) -> Group:
    check(section, place, ["by"], ["sums"])
    return Group(section["by"], tuple(section.get("sums", ())))


def _how(section: Section, place: str) -> readers.How:
    reader = section.get("reader")
    return readers.How(
        reader=reader and _one_of(reader, readers.NAMED, "reader", place),
        rows=section.get("rows", ""),
        descriptions=section.get("descriptions"),
        mended=section.get("mended", False),
    )


def _alias(section: Section, place: str) -> tuple[Column, Column]:
    check(section, f"{place}, alias", ["other", "person"])
    other, person = (_column(section[name], place) for name in ("other", "person"))
    return other, person


def layout(section: Section, name: str, *, is_own: bool) -> Layout:
    """Return a kind of file as its section describes it."""
    if is_own:
        container = "json" if "rows" in section else "table"
        section = {"name": "file", "title": name, "container": container, **section}
    if section.get("signature") == []:
        raise FormatError(f"{name}: entry 'signature' is empty.")
    place = f"{name}.{section.get('name')}"
    check(section, place, LAYOUT, LAYOUT_TAKES)
    common = {"post_id": section["post_id"]} if "post_id" in section else {}
    common |= section.get("common", {})
    tables = [_table(table, common, place) for table in section.get("table", [])]
    tables += [_tally(tally, common, place) for tally in section.get("tallies", [])]
    return Layout(
        label=place,
        title=section["title"],
        container=_one_of(section["container"], CONTAINERS, "container", place),
        signatures=tuple(_signature(signature, place) for signature in section["signature"]),
        how=_how(section, place),
        is_pairs=section.get("pairs", False),
        name_keeps=section.get("name_keeps", ".*"),
        missing=frozenset(text.casefold() for text in ("", *section.get("missing", []))),
        group=_group(section["group"], place) if "group" in section else None,
        rules=tuple(_rule(rule, place) for rule in section.get("set_aside", [])),
        tables=tuple(tables),
        totals=tuple(_total(total, place) for total in section.get("totals", [])),
        alias=_alias(section["alias"], place) if "alias" in section else None,
        yields_to=tuple(section.get("yields_to", ())),
        questions=tuple(section.get("questions", ())),
        answers_below=tuple(section.get("answers_below", ())),
        is_own=is_own,
    )
