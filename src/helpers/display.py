"""What a notebook shows, and a report takes over: figures with alt text, captioned tables.

A *figure* is an SVG whose alternative text travels with it. A *table* is semantic
HTML; counts of people under `FEWEST` are suppressed in it.
"""

import html
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from helpers.wording import FEWEST

SVG = "image/svg+xml"
READABLE = 'style="text-align: left"'  # JupyterLab's own is the right
LONG_WORD = r"[^\s<>&]{25,}"
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~$-])")


@dataclass(frozen=True)
class Figure:
    """An SVG drawing and the text that stands for it."""

    svg: str
    alt: str

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        return {SVG: self.svg, "text/plain": self.alt}, {SVG: {"alt": self.alt}}


@dataclass(frozen=True)
class Table:
    """A captioned table as HTML, every cell escaped."""

    markup: str
    text: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self.markup, "text/plain": self.text}


def figure(axes: Axes) -> Figure:
    """Turn a drawn axis, labelled with its alternative text, into an SVG.

    Raises
    ------
    ValueError
        If the axis carries no alternative text, or belongs to no figure.
    """
    alt = str(axes.get_label())
    if not alt:
        raise ValueError("This axis has no alternative text. Set it with axes.set_label(text).")
    buffer = io.StringIO()
    drawing = axes.get_figure(root=True)
    if drawing is None:
        raise ValueError("This axis belongs to no figure. Draw it with a function of plots.")
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "quiet-audience"}):
        drawing.savefig(buffer, format="svg", bbox_inches="tight", metadata={"Date": None})
    plt.close(drawing)
    return Figure(buffer.getvalue(), alt)


def table(
    frame: pd.DataFrame,
    caption: str,
    *,
    formats: Mapping[str, str] | None = None,
    people: Sequence[str] = (),
    missing: str = "not known",
) -> Table:
    """Turn a frame into a captioned table.

    Parameters
    ----------
    frame : DataFrame
        What to show; the index is left out.
    caption : str
        What the table holds, with its unit.
    formats : mapping of str to str, optional
        Format specification of a column, such as ".1%".
    people : sequence of str
        Columns that count people: counts under ten are shown as "under 10", and where
        there is one such count, the next smallest is withheld too, so that a known sum
        does not give it away.
    missing : str
        What to show for a missing figure.
    """
    shown = frame.copy().astype("object")
    for column in frame.columns:
        rule = (formats or {}).get(column, "," if column in people else "")
        withheld = _withheld(frame[column]) if column in people else [""] * len(frame)
        shown[column] = [
            missing if pd.isna(value) else beside or format(value, rule)
            for value, beside in zip(frame[column], withheld, strict=True)
        ]
    shown.columns = [str(name).replace("_", " ") for name in shown.columns]
    body = shown.to_html(index=False, border=0, escape=True, classes="figures")
    body = body.replace(' style="text-align: right;"', "").replace("<td>", f"<td {READABLE}>")
    body = body.replace("<th>", f'<th scope="col" {READABLE}>')
    body = re.sub(LONG_WORD, lambda word: re.sub("(?<=[/_.,-])", "<wbr>", word[0]), body)
    top = f"<caption>{html.escape(caption)}</caption>"
    return Table(body.replace("<thead>", f"{top}\n  <thead>", 1), f"{caption}\n{shown}")


def _withheld(counts: pd.Series) -> list[str]:
    """Return what stands in the place of each count that must not be shown."""
    numbers = pd.to_numeric(counts).astype("float64")
    instead = pd.Series("", counts.index).mask(numbers.between(1, FEWEST - 1), f"under {FEWEST}")
    if (instead != "").sum() == 1 and (numbers >= FEWEST).any():
        instead[numbers[numbers >= FEWEST].idxmin()] = "withheld"
    return instead.to_list()


def clean(text: str) -> str:
    """Leave out the signs that control a terminal or turn what follows them round."""
    return UNSEEN.sub("", text)


def plain(text: str) -> str:
    """Escape text that came from outside so that Markdown shows it as it is."""
    return _MARKDOWN.sub(r"\\\1", " ".join(clean(text).split()))
