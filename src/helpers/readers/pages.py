"""Pages: an HTML file as one record, its name and the number of its words."""

import html
import re
from pathlib import PurePosixPath

_HIDDEN = re.compile(r"(?is)<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)")
_INLINE = re.compile(
    r"(?i)</?(?:a|abbr|b|code|del|em|i|ins|mark|s|small|span|strong|sub|sup|u)\b[^<>]*>"
)
_TAG = re.compile(r"<[^<>]*>")


def words(page: str) -> int:
    """Return the number of words of an HTML page that a reader sees."""
    text = _TAG.sub(" ", _INLINE.sub("", _HIDDEN.sub(" ", page)))
    return len(html.unescape(text).split())


def records(name: str, page: str) -> list[dict[str, str]]:
    """Return the page's one record, without its text."""
    return [{"name": PurePosixPath(name).name, "words": str(words(page))}]
