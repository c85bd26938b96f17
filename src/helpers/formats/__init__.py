"""Formats: what each platform's export looks like, read from the TOML files beside this one.

A *format* is one platform's export (one TOML file); a *layout* is one kind of
file in it. A layout is recognised by a *signature*: column names or JSON keys
that the file must show, and only where these cannot tell, a file name. *Rules*
set rows aside; *tables* say which column of which table is made from which
column of the file, and what several of them share stands in `common`; *totals*
are counted from a list of acts. A new platform is a new TOML file: every entry
is checked when this package is imported.
"""

import tomllib
from pathlib import Path

from helpers.formats.entries import FormatError, check, layout, suggestion
from helpers.formats.layouts import (
    Format,
)
from helpers.formats.shapes import FORMAT as SHAPE
from helpers.formats.shapes import ShapeError, shaped

__all__ = ["KNOWN", "FormatError", "parse", "suggestion"]

FOLDER = Path(__file__).parent
FORMAT = ("name", "title", "source", "traps", "file")
OWN = ("name", "file"), ("title", "source", "traps")


def parse(text: str, *, own: str = "") -> Format:
    """Return the format that a TOML text describes.

    Parameters
    ----------
    text : str
        TOML.
    own : str, optional
        The name of the file, if it is a user's, which may leave out source and traps.

    Raises
    ------
    FormatError
        Naming the layout and the entry that is missing, unknown or impossible.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FormatError(f"{own or 'format'}: not TOML: {error}.") from error
    name = str(content.get("name", own or "format"))
    try:
        content = shaped(content, SHAPE)
    except ShapeError as error:
        raise FormatError(f"{name}: {error}") from error
    check(content, own or name, *(OWN if own else (FORMAT,)))
    layouts = tuple(layout(section, name, is_own=bool(own)) for section in content["file"])
    known = content.get("title", name), content.get("source", own), tuple(content.get("traps", ()))
    return Format(name, *known, layouts)


KNOWN = tuple(parse(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml")))
