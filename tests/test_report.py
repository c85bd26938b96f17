"""The page and its print: whole, self-contained, and deaf to what an export tries to say."""

import logging
import re
import sys
from collections import Counter
from html.parser import HTMLParser

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from helpers import report
from helpers.plots import canvas
from helpers.report import ReportError, printing
from helpers.report.pictures import DARK, small
from helpers.report.rows import rows
from opened import everything, laid_open, printed_words, read_aloud
from pages import DRAWING, HOSTILE, SVG, drawn, executed, hostile_cells, pictures, shown

CANARY = "zq7kanarie"
ELEMENTS = (
    "html head meta title style body header p bdi main h1 h2 h3 div figure img table caption "
    "thead tbody tr th td wbr footer"
)
ATTRIBUTES = (
    "lang charset name content http-equiv class tabindex aria-label src alt width height role "
    "scope data-head"
)


def page(tmp_path, *cells, author="Ines Quill", **parameters):
    """Publish these cells and return the page's text."""
    notebook = executed(tmp_path, *cells, author=author, **parameters)
    return report.publish(notebook, tmp_path / "out", pdf=False).read_text()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Return the folder of a page and a print made of all that an export could try."""
    folder = tmp_path_factory.mktemp("hostile")
    notebook = executed(folder, *hostile_cells(), author=" ".join(HOSTILE))
    return report.publish(notebook, folder / "out").parent


def test_the_page_holds_findings_and_no_code(tmp_path):
    """Prose, findings, figures and tables go over; code and untagged outputs do not."""
    table = "<table><caption>Cap</caption><tr><th>a</th></tr></table>"
    text = page(
        tmp_path,
        shown({"text/markdown": "A **finding**."}, "finding"),
        shown({"text/markdown": "An aside."}),
        shown({"text/html": table}, "table"),
    )
    assert "A <strong>finding</strong>." in text
    assert "<caption>Cap</caption>" in text
    assert "An aside" not in text
    assert "secret_code" not in text
    assert "<title>Ines Quill – Who reads?</title>" in text


class _Markup(HTMLParser):
    """Collects the elements of a page, as a browser finds them, and their attributes."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))


def test_nothing_is_loaded_and_nothing_runs(hostile):
    """No script, no handler, no address: whatever a name, a finding, a table or a figure says."""
    text = (hostile / report.PAGE).read_text()
    found = _Markup(text).elements
    assert set(ELEMENTS.split()) == {tag for tag, _ in found}
    assert set(ATTRIBUTES.split()) == {name for _, attributes in found for name in attributes}
    sources = [attributes["src"] for _, attributes in found if "src" in attributes]
    assert [True] == [source.startswith("data:image/svg+xml;base64,") for source in sources]
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in text
    assert "https:" not in pictures(text)
    assert "<script" not in pictures(text)


def test_a_link_and_a_picture_from_elsewhere_become_words(tmp_path):
    """Nothing on the page leads out of it."""
    text = page(tmp_path, new_markdown_cell(HOSTILE[2]))
    assert "<p>a link a picture</p>" in text
    assert "example.org" not in text


def test_one_first_heading_and_no_level_left_out(hostile, tmp_path):
    """A finding cannot bring a second title, nor a heading out of order."""
    text = (hostile / report.PAGE).read_text()
    assert ["h1", "h2", "h3"] == re.findall(r"<(h\d)>", text)
    notebook = executed(tmp_path, new_markdown_cell("## Section"))
    notebook.write_text(notebook.read_text().replace("# Who reads?", "no title"))
    untitled = report.publish(notebook, tmp_path / "out", pdf=False).read_text()
    assert ["h1", "h2"] == re.findall(r"<(h\d)>", untitled)


def test_a_table_says_what_heads_what(tmp_path):
    """Each column and each row has its header, and on a phone each cell names its column."""
    markup = (
        "<table class=x onclick=y><caption>C</caption><thead><tr><th>q</th><th>a&amp;b</th></tr>"
        "</thead><tr><td>one</td><td style=z>2<script>3</script></td></tr></table>"
    )
    text = page(tmp_path, shown({"text/html": markup}, "table"))
    assert '<th scope="col" role="columnheader">a&amp;b</th>' in text
    assert '<th scope="row" role="rowheader">one</th>' in text
    assert '<td role="cell" data-head="a&amp;b">23</td>' in text
    assert "onclick" not in text


def test_a_table_without_a_head_is_refused(tmp_path):
    """HTML that is no table is not passed through."""
    with pytest.raises(ReportError) as refusal:
        page(tmp_path, shown({"text/html": "<b>bold</b>"}, "table"))
    assert "05-publisher-report.ipynb has a table without a head: no page was made." == str(
        refusal.value
    )


def test_a_word_too_long_for_a_column_may_break():
    """Escaped signs stay whole, and words that fit are left alone."""
    found = rows(f"<table><tr><th>{'&amp;' * 30}</th></tr><tr><td>{'b' * 50}</td></tr></table>")
    assert ["&amp;" * 24 + "<wbr>" + "&amp;" * 6] == found.head
    assert [["b" * 24 + "<wbr>" + "b" * 24 + "<wbr>bb"]] == found.body


def test_a_figure_without_alternative_text_is_refused(tmp_path):
    """No page is made, and nothing is left behind."""
    with pytest.raises(ReportError) as refusal:
        page(tmp_path, drawn(alt=""))
    assert (
        "05-publisher-report.ipynb has a figure without alternative text: no page was made."
        == str(refusal.value)
    )
    assert not (tmp_path / "out").exists()


def test_a_figure_is_data_with_its_text_and_size(tmp_path):
    """A picture in a page runs nothing; its place is kept before it is drawn."""
    text = page(tmp_path, drawn(alt='Half "of" it.'))
    assert 'src="data:image/svg+xml;base64,' in text
    assert 'alt="Half &#34;of&#34; it." width="400" height="120"' in text


def test_a_picture_of_points_is_kept(tmp_path):
    """A notebook may draw PNG; it needs its text as much."""
    text = page(
        tmp_path,
        shown({"image/png": "iVBO\nRw0="}, "figure", metadata={"image/png": {"alt": "P."}}),
    )
    assert 'src="data:image/png;base64,iVBORw0=" alt="P."' in text


def test_a_drawing_is_made_small_and_loses_no_word():
    """Coordinates are cut to hundredths and metadata go; what is written stays."""
    svg = (
        '<?xml version="1.0"?><!-- c --><svg viewBox="0 0 9 9"><metadata>me</metadata>\n'
        '<g id="a_1"><path d="M 1.23456\n2"/></g>\n<text>p = 0.12345</text></svg>'
    )
    expected = '<svg viewBox="0 0 9 9"><g><path d="M 1.23 2"/></g><text>p = 0.12345</text></svg>'
    assert expected == small(svg)


def test_every_colour_of_the_house_has_one_for_dark_pages():
    """On a dark page a figure turns with it, and its letters stay legible (4.5 to 1)."""
    house = {canvas.VISIBLE, canvas.HIDDEN, canvas.NEUTRAL, canvas.PALE}
    assert {colour.lower() for colour in house} <= set(DARK)
    night = small(DRAWING.format(""))
    assert '[style*="fill: #0072b2"]{fill:#56b4e9!important}' in night
    letters = [DARK[colour.lower()] for colour in house - {canvas.PALE}]
    assert min(contrast(colour, DARK["#ffffff"]) for colour in letters) >= 4.5


def contrast(one, other):
    """Return the contrast of two colours (WCAG 2.2, 1.4.3)."""
    light = sorted(luminance(colour) for colour in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def luminance(colour):
    """Return the relative luminance of "#rrggbb"."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def test_a_notebook_that_was_not_executed_is_refused(tmp_path):
    """A page from a half-run notebook would be half a truth."""
    with pytest.raises(ReportError) as refusal:
        page(tmp_path, shown({"text/markdown": "x"}, "finding", count=None))
    assert (
        "05-publisher-report.ipynb was not executed to its end. Run it with papermill first."
        == str(refusal.value)
    )


def test_a_notebook_that_stopped_at_an_error_is_refused(tmp_path):
    """An error is a failure, not a paragraph."""
    error = new_output("error", ename="LoadError", evalue="no files", traceback=[])
    with pytest.raises(ReportError) as refusal:
        page(tmp_path, new_code_cell("load()", outputs=[error], execution_count=1))
    assert (
        "05-publisher-report.ipynb stopped at an error. Mend that first: no page was made."
        == str(refusal.value)
    )


def test_the_headline_is_read_back(tmp_path):
    """The command line prints the sentence that the page carries."""
    path = executed(tmp_path, shown({"text/markdown": "Few buy."}, "headline"))
    assert "Few buy." == report.headline(path)


def test_what_is_not_for_readers_stays_behind(tmp_path, caplog, capfd):
    """A canary in code, logs, other outputs, parameters or paths is in no page, print or log."""
    caplog.set_level(logging.DEBUG)
    log = new_output("stream", name="stderr", text=CANARY)
    cell = new_code_cell(f"# {CANARY}", outputs=[log], execution_count=1)
    aside = shown({"text/html": CANARY, "text/plain": CANARY})
    figure = drawn(f"<metadata>{CANARY}</metadata><!-- {CANARY} -->")
    notebook = executed(tmp_path, cell, aside, figure, source=f"/home/{CANARY}/exports")
    made = report.publish(notebook, tmp_path / "out")
    printed = (made.parent / report.PRINT).read_bytes()
    for said in (everything(made.read_bytes()), everything(printed)):
        assert CANARY not in said
        assert "/home" not in said
        assert str(tmp_path) not in said
    assert CANARY not in caplog.text + "".join(capfd.readouterr())


def test_the_print_is_made_of_the_page_alone(hostile):
    """The same page gives the same bytes: no date, no path, and nothing the page does not say."""
    text = (hostile / report.PAGE).read_text()
    assert (hostile / report.PRINT).read_bytes() == printing.printed(text)


def test_the_print_is_tagged_for_screen_readers(hostile):
    """What can be checked of PDF/UA-1: marked, titled, in English, with text for each figure."""
    pdf = laid_open((hostile / report.PRINT).read_bytes())
    assert b'pdfuaid:part="1"' in pdf or b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    for needed in (b"/Marked true", b"/DisplayDocTitle true", b"/Lang (en)", b"/StructTreeRoot"):
        assert needed in pdf
    kinds = (b"/H1", b"/H2", b"/H3", b"/Table", b"/TH", b"/TD", b"/Caption", b"/P", b"/Figure")
    assert [] == [kind for kind in kinds if not re.search(rb"/S " + kind + rb"\b", pdf)]
    assert len(re.findall(rb"/S /Figure\b", pdf)) == len(re.findall(rb"/Alt\b", pdf)) == 1


@pytest.fixture(scope="module")
def long_print():
    """Return the print of a page with a table of three pages, and a short one behind it."""
    body = "".join(
        f"<tr><th scope=row>row {place}</th><td>{place}</td></tr>" for place in range(120)
    )
    head = "<thead><tr><th scope=col>name</th><th scope=col>count</th></tr></thead>"
    tables = [f"<table><caption>{one}</caption>{head}{body}</table>" for one in "AB"]
    tables[1] = tables[1].replace(body, "<tr><th scope=row>last</th><td>1</td></tr>")
    style = "@page {size: A5; @bottom-right {content: counter(page)}}"
    title = f"<title>T</title><style>{style}</style>"
    page = f'<html lang="en">{title}<main><h1>T</h1>{"".join(tables)}</main>'
    return printing.printed(page)


def test_each_header_in_the_print_says_what_it_heads(long_print):
    """ISO 14289-1, 7.5: a header of a column or of a row, and no header without a scope."""
    scopes = Counter(scope for kind, scope in read_aloud(long_print) if kind == "TH")
    assert {"Column": 4, "Row": 121} == scopes


def test_a_table_over_pages_is_read_as_one(long_print):
    """Its head is drawn on each page and read once; the next table is another."""
    kinds = Counter(kind for kind, _ in read_aloud(long_print))
    pages = len(re.findall(rb"/Type /Page\b", laid_open(long_print)))
    assert pages >= 4
    assert (2, 2, 2) == (kinds["Table"], kinds["Caption"], kinds["THead"])
    assert 121 + 2 == kinds["TR"]
    assert pages <= printed_words(long_print).count("namecount")


def test_numbers_of_pages_are_furniture(long_print):
    """ISO 14289-1, 7.8: they are artifacts, and no element marks them."""
    pdf = laid_open(long_print)
    pages = len(re.findall(rb"/Type /Page\b", pdf))
    heads = 2 * (pages - 1)  # two cells on every page but the first
    assert pages + heads == len(re.findall(rb"/Artifact\s+<</Type /Pagination>>\s+BDC", pdf))
    assert pages + heads == pdf.count(b"null")


def test_the_print_runs_and_opens_nothing(hostile):
    """No script, no address, no attached file, no action when it is opened."""
    pdf = laid_open((hostile / report.PRINT).read_bytes())
    acts = (b"JavaScript", b"JS", b"URI", b"Launch", b"EmbeddedFile", b"OpenAction", b"AA")
    assert [] == [act for act in acts if re.search(rb"/" + act + rb"\b", pdf)]


@pytest.mark.parametrize("address", ["https://example.org/a.png", "file:///etc/hostname"])
def test_the_print_refuses_every_address(address):
    """Should a page ever ask for something outside itself, no print is made of it."""
    with pytest.raises(printing.FatalURLFetchingError) as refusal:
        printing.printed(f'<html lang="en"><title>T</title><img alt="a" src="{address}">')
    assert "The page asks for something outside itself." == str(refusal.value)


def test_a_print_that_lacks_a_figure_is_refused():
    """A picture that cannot be drawn is not left out in silence, and the page is not quoted."""
    broken = "data:image/svg+xml,%3Csvg"
    with pytest.raises(printing.PrintError) as refusal:
        printing.printed(f'<html lang="en"><title>T</title><img alt="a" src="{broken}">')
    assert (
        "The print lacks 1 part(s) of the page. "
        "Make the page without it: publish(…, pdf=False)." == str(refusal.value)
    )


def test_a_machine_that_cannot_print_still_makes_the_page(tmp_path, monkeypatch, caplog):
    """Without Pango the log says what is missing; an older print does not stay beside the page."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / report.PRINT).write_text("older")
    monkeypatch.setitem(sys.modules, "helpers.report.printing", Broken("printing"))
    made = report.publish(executed(tmp_path), tmp_path / "out")
    assert [made] == list((tmp_path / "out").iterdir())
    assert [
        "report.pdf was not made: the library Pango is missing. Install it (pango, libpango-1.0-0)."
    ] == caplog.messages


class Broken(type(sys)):
    """A module that fails as one does that needs Pango where there is none."""

    def __getattr__(self, name):
        raise OSError("cannot load library")


def test_the_page_is_small(hostile):
    """A page takes at most 150 KB; its furniture takes under 10."""
    assert (hostile / report.PAGE).stat().st_size < 20_000
    assert SVG in (hostile / report.PAGE).read_text()
