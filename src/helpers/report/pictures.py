"""A figure as a picture inside the page: small, without metadata, legible on a dark page.

A picture is data in an `img`, where no browser runs a script or fetches a file.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from helpers.display import SVG, clean

PNG = "image/png"
FONTS = "font-family: 'DejaVu Sans', Verdana, sans-serif"  # Verdana is as wide
DARK = {
    "#ffffff": "#16191c",
    "#000000": "#e4e7ea",
    "#262626": "#e4e7ea",
    "#4d4d4d": "#b4bac0",
    "#c9cdd1": "#5b646c",
    "#0072b2": "#56b4e9",
    "#d55e00": "#f0904a",
}
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_LEFT_OUT = re.compile(
    r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<(metadata|script|foreignObject)\b.*?</\1>",
    re.DOTALL | re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"""\s(?:xlink:)?href=(["'])(?!#|data:image/).*?\1""")
PIXELS = 4 / 3  # of a point


@dataclass(frozen=True)
class Picture:
    """A picture as a `data:` address, the text that stands for it, and its size in pixels."""

    address: str
    alt: str
    width: int = 0
    height: int = 0


def picture(data: Mapping[str, Any], metadata: Mapping[str, Any]) -> Picture | None:
    """Return the picture among a cell's output, if there is one."""
    if SVG in data:
        drawing = small(data[SVG])
        size = _SIZE.search(drawing)
        width, height = [round(float(side) * PIXELS) for side in size.groups()] if size else (0, 0)
        image = base64.b64encode(drawing.encode()).decode()
        return Picture(f"data:{SVG};base64,{image}", _alt(metadata, SVG), width, height)
    if PNG in data:
        return Picture(f"data:{PNG};base64,{''.join(data[PNG].split())}", _alt(metadata, PNG))
    return None


def small(svg: str) -> str:
    """Return the same drawing in fewer bytes, with its colours on a dark page."""
    drawing = re.sub(r"<[^>]+>", _tag, _LEFT_OUT.sub("", svg))
    drawing = re.sub(r">\s+<", "><", drawing).strip()
    drawing = re.sub(r"font-family:[^;\"]*'DejaVu Sans'[^;\"]*", FONTS, drawing)
    return drawing.replace("</style>", f"{_night()}</style>", 1)


def _alt(metadata: Mapping[str, Any], kind: str) -> str:
    return clean(str(metadata.get(kind, {}).get("alt", "")))


def _tag(match: re.Match[str]) -> str:
    """Shorten one tag: no address, hundredths of a point, no names of groups."""
    tag = _ELSEWHERE.sub("", re.sub(r"\s+", " ", match[0]))
    tag = re.sub(r"^<image\b(?!.*href=)", "<g", tag)
    tag = re.sub(r"(\d\.\d\d)\d+", r"\1", tag)
    return re.sub(r'<g id="[^"]*"', "<g", tag)


def _night() -> str:
    """Return the style that a browser applies where a reader prefers dark pages."""
    turned = "".join(
        f'[style*="{paint}: {light}"]{{{paint}:{dark}!important}}'
        for light, dark in DARK.items()
        for paint in ("fill", "stroke")
    )
    return f"@media (prefers-color-scheme:dark){{text{{fill:{DARK['#000000']}}}{turned}}}"
