"""A table read out of HTML: its caption, its head and its cells, as text and nothing else."""

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import zip_longest

TWO_LINES = 200  # letters
CELLS = ("caption", "th", "td")
_LONG = re.compile(r"((?:&[^;\s]+;|[^\s&]){24})(?=\S)")  # a name that would push a column aside


@dataclass(frozen=True)
class Rows:
    """A table's caption, the names of its columns, and its cells; escaped for HTML."""

    caption: str
    head: list[str]
    body: list[list[str]] = field(default_factory=list)

    @property
    def broad(self) -> bool:
        """Whether the longest cells of its columns, side by side, take more than a line or two."""
        columns = zip_longest(self.head, *self.body, fillvalue="")
        return sum(max(map(len, column)) for column in columns) > TWO_LINES


class _Reader(HTMLParser):
    """Collects the text of captions and cells; of markup only the hint where to break a word."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[list[str]] = [[]]
        self.caption: list[str] = []
        self.cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.lines.append([])
        if tag in CELLS:
            self.cell = []
        if tag in ("wbr", "br") and self.cell is not None:
            self.cell.append(f"<{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in CELLS and self.cell is not None:
            said = "".join(self.cell).strip()
            (self.caption if tag == "caption" else self.lines[-1]).append(said)
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(_LONG.sub(r"\1<wbr>", html.escape(data)))


def rows(markup: str) -> Rows:
    """Read the table in this HTML; what is not text in a caption or a cell is left behind."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    head, *body = [line for line in reader.lines if line] or [[]]
    return Rows(" ".join(reader.caption), head, body)
