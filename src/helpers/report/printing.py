"""The page as a PDF that a screen reader can read (PDF/UA-1), laid out by WeasyPrint."""

import hashlib
import logging

import weasyprint  # type: ignore[import-untyped]
from weasyprint.urls import (  # type: ignore[import-untyped]
    FatalURLFetchingError,
    URLFetcher,
    URLFetcherResponse,
)

from helpers.report.tagging import finish

VARIANT = "pdf/ua-1"
PICTURES = "data:image/"
GLYPHLESS = (
    "The print shows %d signs as boxes: no font of this machine has them. "
    "Install a font of their script, such as one of Noto."
)

ALONE = "Make the page without it: publish(…, pdf=False)."


class PrintError(RuntimeError):
    """A page cannot be printed whole."""


class _Offline(URLFetcher):  # type: ignore[misc]
    """Opens the pictures that are inside the page, and refuses every other address."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if not url.startswith(PICTURES):
            raise FatalURLFetchingError("The page asks for something outside itself.")
        return super().fetch(url, headers)


def printed(page: str) -> bytes:
    """Return a page as a tagged PDF; the same page gives the same bytes.

    Raises
    ------
    PrintError
        If a figure could not be drawn.
    FatalURLFetchingError
        If the page asks for something outside itself.
    """
    name = hashlib.sha256(page.encode()).hexdigest()[:32].encode()
    said: list[logging.LogRecord] = []
    logger = logging.getLogger("weasyprint")  # its words would quote the page
    logger.addFilter(said.append)  # type: ignore[arg-type]
    try:
        document = weasyprint.HTML(string=page, url_fetcher=_Offline())
        pdf = bytes(document.write_pdf(finisher=finish, pdf_variant=VARIANT, pdf_identifier=name))
    finally:
        logger.removeFilter(said.append)  # type: ignore[arg-type]
    _judge(said)
    return pdf


def _judge(said: list[logging.LogRecord]) -> None:
    """Refuse a print that lacks something; say how many signs have no glyph."""
    failed = [record for record in said if record.levelno >= logging.ERROR]
    if failed:
        raise PrintError(f"The print lacks {len(failed)} part(s) of the page. {ALONE}")
    glyphless = sum(".notdef" in str(record.msg) for record in said)
    if glyphless:
        logging.getLogger(__name__).warning(GLYPHLESS, glyphless)
