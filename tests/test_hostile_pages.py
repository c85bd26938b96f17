"""Hostile names and titles through pages, prints, logs and lists: nothing runs or leads out."""

import json
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import exports
from helpers import batch, report, spreadsheets
from helpers.batch import BatchError
from opened import everything, laid_open, packed, printed_words

HOSTILE = (
    "<script>alert(1)</script>",
    "</style></title><svg/onload=alert(1)>",
    "]]>--><script src=//example.net/x.js></script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    '<a href="javascript:alert(1)">a</a> javascript:alert(1)',
    "[a](javascript:alert(1)) [b](https://example.net/b) <https://example.net/c>",
    "![d](https://example.net/d.png) ![e][f]\n\n[f]: https://example.net/f.png",
    "<base href=//example.net><meta http-equiv=refresh content='0;url=//example.net'>",
    "<style>@import url(//example.net/x.css); body {background: url(//example.net/y)}</style>",
    "<iframe src=//example.net></iframe><object data=x><embed src=x>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;script&#62;",
    "{{ 7 * 7191 }} {% raw %} {# gone #} ${7*7191}",
    "$(touch pwned) `touch pwned` ; touch pwned | cat",
    "$\\frac{1}{$ $$x$$ \\(y\\) \\href{javascript:alert(1)}{z}",
    "\u202eturned round\u2066 \u200f and more",
    "a\x00b\x07\x1b[2J\x9b2K",
    "שלום مرحبا 👩‍👩‍👧 😀 Ω",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|'x'",
    "z" * 5000,
)
NUMBER = 7191
NAME = " ".join(HOSTILE)
NOTEBOOK = "05-publisher-report"
FIRST = 'author: str = "A"  # name\nsource: str = "."  # folder'
IMPORTS = """
import json
from pathlib import Path

from IPython.display import Markdown
from matplotlib import pyplot as plt
import pandas as pd

from helpers import capability, display, load, paths, receipts

engagement = load.load(paths.resolve(source), key=b"k" * 32, timezone="UTC", currency="EUR")
words = json.loads(Path(source).with_name("words.json").read_text())
"""
CELLS = (
    ("headline", "Markdown(display.plain(author))"),
    ("finding", 'Markdown("- " + "\\n- ".join(display.plain(one) for one in words))'),
    ("table", "display.table(receipts.readable(engagement.receipt), display.plain(words[0]))"),
    ("table", 'display.table(engagement.causes, "Causes")'),
    ("table", 'display.table(capability.needs(engagement), "Methods")'),
    (
        "table",
        'display.table(pd.DataFrame({words[1]: words, "=n": range(len(words))}), words[3])',
    ),
    (
        "figure",
        (
            "axes = plt.subplots()[1]\naxes.set_label(' '.join(words))\n"
            "_ = axes.set_title(display.clean(words[0]).replace('$', '\\\\$'))\n"
            "_ = axes.set_yticks(range(9), [one.replace('$', '\\\\$') for one in words[:9]])\n"
            "display.figure(axes)"
        ),
    ),
    ("provenance", "Markdown(display.plain(author))"),
)


class _Markup(HTMLParser):
    """Collects elements, their attributes and whatever is text, as a browser would."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.texts = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.texts.append(data)


def folder_of_exports(folder):
    """Write exports whose names, titles, labels, codes and file names are all hostile."""
    folder.mkdir()
    rows = [
        exports.instagram_row(
            str(place), Description=said.replace("\x00", ""), Likes="1", Reach="9"
        )
        for place, said in enumerate(HOSTILE)
    ]
    sold = [
        {"Purchase ID": f"p{n}", "Item Name": said, "Discount Code": said, "UTM Source": said}
        for n, said in enumerate(one.replace("\x00", "") for one in HOSTILE)
    ]
    exports.gumroad(folder, *sold)
    for place, said in enumerate(HOSTILE):
        name = said.replace("/", "∕").replace("\x00", "").encode()[:120].decode(errors="ignore")
        exports.instagram(folder, rows[place], name=f"{name}.csv")
    known = pd.DataFrame({"starts_on": "2026-01-01", "ends_on": "2026-01-02", "label": HOSTILE})
    (folder / "causes.csv").write_text(spreadsheets.csv_text(known).replace("\x00", ""))
    return folder


def notebook(folder):
    """Write a notebook that shows what comes from outside as the project's notebooks do."""
    cells = [
        new_code_cell(FIRST, metadata={"tags": ["parameters"]}),
        new_markdown_cell("# Who reads?"),
        new_code_cell(IMPORTS),
        new_code_cell('if author == "Failing":\n    raise ValueError(" ".join(words))'),
        *(new_code_cell(code, metadata={"tags": [tag]}) for tag, code in CELLS),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / f"{NOTEBOOK}.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return what a batch leaves of an author with a hostile name, and of one who failed."""
    folder = tmp_path_factory.mktemp("hostile")
    source = folder_of_exports(folder / "in")
    (folder / "words.json").write_text(json.dumps(HOSTILE))
    table = pd.DataFrame({"author": [NAME, "Failing"], "source": [str(source)] * 2})
    results = batch.run(table, [notebook(folder)], folder / "out", workers=1)
    (place,) = (path for path in (folder / "out").iterdir() if path.is_dir())
    text = (place / report.PAGE).read_text(encoding="utf-8")
    index = (folder / "out" / "index.html").read_text(encoding="utf-8")
    return SimpleNamespace(
        folder=folder, out=folder / "out", place=place, results=results, page=text, index=index
    )


pytestmark = pytest.mark.kernel


def test_the_page_and_the_failure_are_both_there(made):
    """A hostile name makes a page; a hostile reason is named; nothing was run by a shell."""
    assert ["done", "failed"] == made.results["status"].to_list(), made.results["reason"].to_list()
    assert [] == list(made.folder.rglob("pwned"))
    assert len(made.place.name.encode()) <= 100


@pytest.mark.parametrize("which", ["page", "index"])
def test_no_element_comes_from_outside(made, which):
    """Elements and attributes are the template's own; none of them runs or leads out."""
    found = _Markup(getattr(made, which)).elements
    own = "html head meta title style body header p bdi main h1 h2 ul li div figure img table "
    own += "caption thead tbody tr th td wbr footer a"
    assert set() == {tag for tag, _ in found} - set(own.split())
    assert [] == [name for _, given in found for name in given if name.startswith("on")]
    places = [given[name] for _, given in found for name in ("src", "href") if name in given]
    allowed = r"data:image/svg\+xml;base64,[\w+/=]+|[\w%.~-]+(/report\.html)?"
    assert [] == [place for place in places if not re.fullmatch(allowed, place)]
    assert 1 == sum(tag == "h1" for tag, _ in found)
    assert 0 == sum(tag == "a" for tag, _ in found) or which == "index"
    metas = [given for tag, given in found if tag == "meta" and "http-equiv" in given]
    assert ["Content-Security-Policy"] == [given["http-equiv"] for given in metas]


@pytest.mark.parametrize("which", ["page", "index"])
def test_the_page_is_whole_and_says_it_all(made, which):
    """The document reaches its end, and what was said stands in it as text, once and in full."""
    text = getattr(made, which)
    assert text.rstrip().endswith("</body>\n</html>")
    said = "".join(_Markup(text).texts)
    for one in ("<script>alert(1)</script>", "$(touch pwned)", "{{ 7 * 7191 }}", "z" * 5000):
        assert one in said, one
    assert str(7 * NUMBER) not in said


def test_nothing_on_the_page_turns_or_commands(made):
    """No sign that controls a terminal, and none that turns what follows it round."""
    for path in (made.place / report.PAGE, made.out / "index.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text), path.name
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", text), path.name


def test_a_drawing_runs_nothing_and_asks_for_nothing(made):
    """In the picture what is hostile is text; it has no script, handler, address or import."""
    (drawing,) = [one.decode() for one in packed(made.page.encode()) if b"<svg" in one]
    found = _Markup(drawing).elements
    assert set() == {tag for tag, _ in found} & {"script", "image", "a", "iframe", "foreignobject"}
    assert [] == [name for _, given in found for name in given if name.startswith("on")]
    links = [given[name] for _, given in found for name in given if name.endswith("href")]
    assert [] == [link for link in links if not link.startswith("#")]
    styles = re.findall(r"<style[^>]*>(.*?)</style>", drawing, re.DOTALL)
    assert [] == [one for one in styles if "@import" in one or "url(" in one.replace("url(#", "")]
    assert "alert(1)" in drawing


def test_the_print_says_it_and_does_nothing(made):
    """No script, no address, no action; the words are there to be read."""
    pdf = (made.place / report.PRINT).read_bytes()
    opened = laid_open(pdf)
    acts = (
        b"JavaScript",
        b"JS",
        b"URI",
        b"Launch",
        b"EmbeddedFile",
        b"OpenAction",
        b"AA",
        b"GoToR",
    )
    assert [] == [act for act in acts if re.search(rb"/" + act + rb"\b", opened)]
    words = printed_words(pdf).replace("\n", "")
    assert "<script>alert(1)</script>" in words
    assert words.count("z") >= 5000
    assert pdf.rstrip().endswith(b"%%EOF")


def test_lists_and_logs_hold_it_as_text(made):
    """The manifest is JSON, the log has one line a row, and neither commands a terminal."""
    manifest = json.loads((made.out / "manifest.json").read_text(encoding="utf-8"))
    assert [NAME, "Failing"] == [one["author"] for one in manifest["authors"]]
    assert "ValueError: <script>" in manifest["authors"][1]["reason"]
    for log in made.out.glob("*.log"):
        lines = log.read_text(encoding="utf-8").splitlines()
        assert 1 == len(lines), log.name
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", lines[0]), log.name


def test_a_table_for_spreadsheets_runs_nothing(made):
    """Whatever is hostile goes into a cell of text."""
    table = pd.DataFrame({one: [one] for one in HOSTILE})
    for cell in spreadsheets.csv_text(table).splitlines():
        assert not re.match(r"\s*[=+@]", cell)
    assert "'=cmd|" in everything(spreadsheets.csv_text(table).encode())


def test_long_names_that_differ_only_at_their_end_are_two_folders(made):
    """A folder's name is cut; two authors still never share one."""
    source = [str(made.folder / "in")] * 2
    table = pd.DataFrame({"author": ["w" * 4000 + "a", "w" * 4000 + "b"], "source": source})
    slugs = [one.slug for one in batch.tasks(table, [made.folder / f"{NOTEBOOK}.ipynb"])]
    assert 2 == len(set(slugs))
    assert {100} == {len(slug) for slug in slugs}


@pytest.mark.parametrize("name", ["", "😀", "../..", "\u202e"])
def test_a_name_without_a_letter_is_refused(made, name):
    """No folder can be named by it, and none outside is touched."""
    table = pd.DataFrame({"author": [name], "source": [str(made.folder / "in")]})
    with pytest.raises(BatchError) as refusal:
        batch.tasks(table, [made.folder / f"{NOTEBOOK}.ipynb"])
    assert f"The author {name!r} has no letter or digit to name a folder by." == str(refusal.value)
