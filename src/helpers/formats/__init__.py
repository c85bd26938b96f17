"""Formats: what each platform's export looks like, read from the TOML files beside this one.

A *format* is one platform's export (one TOML file); a *layout* is one kind of
file in it. A layout is recognised by a *signature*: column names or JSON keys
that the file must show, and only where these cannot tell, a file name. *Rules*
set rows aside; *tables* say which column of which table is made from which
column of the file; *totals* are counted from a list of acts. A new platform is
a new TOML file: every entry is checked when this package is imported.
"""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from helpers import readers
from helpers.converters import CONVERTERS, ZONES
from helpers.formats.layouts import Column, Condition, Format, Layout, Rule, Signature, Table
from helpers.schemas import COLUMNS, UNITS

FOLDER = Path(__file__).parent
CONTAINERS = ("csv", "json", "page")
ROLES = ("whole", "stub", "fill")
TESTS = ("is", "is_not", "ends", "blank", "filled", "zero")
MADE_BY_MERGING = {"response_id", "conversion_id"}
FORMAT = ("name", "title", "source", "traps", "file")
LAYOUT = ("name", "title", "container", "signature")
LAYOUT_TAKES = (
    *("reader", "envelope", "descriptions", "name_keeps", "missing", "post_id"),
    *("set_aside", "table", "tallies", "totals"),
)
Section = Mapping[str, Any]


class FormatError(ValueError):
    """A format's TOML file says something that cannot be done."""


def _check(section: Section, place: str, needs: Iterable[str], takes: Iterable[str] = ()) -> None:
    absent = sorted(set(needs) - set(section))
    if absent:
        raise FormatError(f"{place}: entry {absent[0]!r} is missing.")
    unknown = sorted(set(section) - {*needs, *takes})
    if unknown:
        known = ", ".join(sorted({*needs, *takes}))
        raise FormatError(f"{place}: unknown entry {unknown[0]!r}. Known: {known}.")


def _one_of(value: Any, known: Collection[Any], what: str, place: str) -> Any:
    if value not in known:
        names = ", ".join(sorted(known))
        raise FormatError(f"{place}: unknown {what} {value!r}. Known: {names}.")
    return value


def _condition(section: Section, place: str) -> Condition:
    _check(section, place, ["column"], TESTS)
    tests = [test for test in TESTS if test in section]
    if len(tests) != 1:
        raise FormatError(f"{place}: a condition has one test of {', '.join(TESTS)}.")
    given = section[tests[0]]
    if given is not True and not (given and isinstance(given, list)):
        raise FormatError(f"{place}: test {tests[0]!r} takes a list of values, or true.")
    values = () if given is True else tuple(str(value).casefold() for value in given)
    return Condition(section["column"], tests[0], values)


def _conditions(sections: list[Section], place: str) -> tuple[Condition, ...]:
    return tuple(_condition(section, place) for section in sections)


def _rule(section: Section, place: str) -> Rule:
    _check(section, place, ["when", "reason"])
    return Rule(_conditions(section["when"], place), "|".join(section["reason"]))


def _column(section: Any, place: str) -> Column:
    if not isinstance(section, dict):
        return Column(constant=section)
    name = _one_of(section.get("convert", "text"), CONVERTERS, "converter", place)
    converter = CONVERTERS[name]
    options = {key: value for key, value in section.items() if key not in ("from", "convert")}
    _check(options, place, converter.options, converter.optional)
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


def _table(section: Section, post_id: Any, place: str) -> Table:
    _check(section, place, ["name", "columns"], ["role", "when", "returned"])
    name = _one_of(section["name"], COLUMNS, "table", place)
    role = _one_of(section.get("role", "whole"), ROLES, "role", place)
    given = dict(section["columns"])
    if post_id is not None and "post_id" in COLUMNS[name]:
        given = {"post_id": post_id, **given}
    needed = {column for column, schema in COLUMNS[name].items() if not schema.nullable}
    needed = {"post_id"} if role == "fill" else needed - MADE_BY_MERGING
    _check(given, f"{place}, table {name!r}", needed, COLUMNS[name])
    columns = {column: _column(value, f"{place}.{column}") for column, value in given.items()}
    for column, value in columns.items():
        _check_values(name, column, value, f"{place}.{column}")
    returned = tuple(_conditions(group, place) for group in section.get("returned", []))
    return Table(name, columns, _conditions(section.get("when", []), place), returned, role)


def _tally(section: Section, post_id: Any, place: str) -> Table:
    _check(section, place, ["from", "kind", "unit"])
    count = {"from": section["from"], "convert": "whole"}
    columns = {"kind": section["kind"], "unit": section["unit"], "count": count}
    return _table({"name": "tallies", "columns": columns}, post_id, place)


def _total(section: Section, place: str) -> tuple[str, str]:
    _check(section, place, ["kind", "unit"])
    return section["kind"], _one_of(section["unit"], UNITS, "unit", place)


def _signature(section: Section, place: str) -> Signature:
    _check(section, place, ["shows"], ["named"])
    return Signature(tuple(section["shows"]), section.get("named", "*"))


def _layout(section: Section, name: str) -> Layout:
    place = f"{name}.{section.get('name')}"
    _check(section, place, LAYOUT, LAYOUT_TAKES)
    post_id, reader = section.get("post_id"), section.get("reader")
    tables = [_table(table, post_id, place) for table in section.get("table", [])]
    tables += [_tally(tally, post_id, place) for tally in section.get("tallies", [])]
    return Layout(
        label=place,
        title=section["title"],
        container=_one_of(section["container"], CONTAINERS, "container", place),
        signatures=tuple(_signature(signature, place) for signature in section["signature"]),
        reader=reader and _one_of(reader, readers.NAMED, "reader", place),
        envelope=section.get("envelope", ""),
        descriptions=section.get("descriptions"),
        name_keeps=section.get("name_keeps", ".*"),
        missing=frozenset(text.casefold() for text in ("", *section.get("missing", []))),
        rules=tuple(_rule(rule, place) for rule in section.get("set_aside", [])),
        tables=tuple(tables),
        totals=tuple(_total(total, place) for total in section.get("totals", [])),
    )


def parse(text: str) -> Format:
    """Return the format that a TOML text describes.

    Raises
    ------
    FormatError
        Naming the layout and the entry that is missing, unknown or impossible.
    """
    content = tomllib.loads(text)
    name = content.get("name", "format")
    _check(content, name, FORMAT)
    layouts = tuple(_layout(section, name) for section in content["file"])
    return Format(name, content["title"], content["source"], tuple(content["traps"]), layouts)


KNOWN = tuple(parse(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml")))
