"""What is shown: escaped, captioned, with alternative text, and no small counts of people."""

import re

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers import display


def test_a_figure_carries_its_alternative_text():
    """The SVG is followed by its alt text, in the metadata that the report reads."""
    axes = plt.subplots()[1]
    axes.set_label("Ten posts.")
    data, metadata = display.figure(axes)._repr_mimebundle_()
    assert "<svg" in data["image/svg+xml"]
    assert {"image/svg+xml": {"alt": "Ten posts."}} == metadata


def test_a_figure_without_alternative_text_is_refused():
    """Nobody gets a picture that some readers cannot read."""
    axes = plt.subplots()[1]
    with pytest.raises(ValueError, match="alternative text") as refusal:
        display.figure(axes)
    assert "This axis has no alternative text. Set it with axes.set_label(text)." == str(
        refusal.value
    )
    plt.close("all")


def test_the_same_figure_is_drawn_the_same():
    """No date and no random identifier: a report changes only when its data do."""
    drawn = []
    for _ in range(2):
        axes = plt.subplots()[1]
        axes.plot([1, 2, 3])
        axes.set_label("A line.")
        drawn.append(display.figure(axes).svg)
    assert drawn[0] == drawn[1]


def test_cells_and_caption_are_escaped():
    """A hostile export cannot put markup into a page."""
    hostile = "<script>alert(1)</script>"
    markup = display.table(pd.DataFrame({hostile: [hostile]}), hostile).markup
    assert "<script" not in markup
    assert 3 == markup.count("&lt;script&gt;")


def test_a_table_is_semantic():
    """Caption first, and every header says that it heads a column."""
    markup = display.table(pd.DataFrame({"two_words": [1], "b": [2]}), "What it is").markup
    assert "<caption>What it is</caption>" in markup
    assert 2 == markup.count('<th scope="col"') == markup.count("<th ") + markup.count("<th>")
    assert "two words" in markup


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0"), (1, "under 10"), (9, "under 10"), (10, "10"), (1234, "1,234")]
)
def test_counts_of_fewer_than_ten_people_are_suppressed(count, shown):
    """One to nine people are never told apart; nobody is nobody."""
    frame = pd.DataFrame({"people": [count, 3, 4, 5000]})
    assert f">{shown}</td>" in display.table(frame, "Readers", people=["people"]).markup


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([7, 33, 888], ["under 10", "withheld", "888"]),
        ([7, 8, 888], ["under 10", "under 10", "888"]),
        ([0, 33, 888], ["0", "33", "888"]),
        ([7], ["under 10"]),
    ],
)
def test_a_known_sum_does_not_give_a_small_count_away(counts, shown):
    """One suppressed count takes the next smallest with it."""
    markup = display.table(pd.DataFrame({"people": counts}), "Readers", people=["people"]).markup
    assert shown == re.findall("<td[^>]*>(.*)</td>", markup)


def test_missing_is_said_in_words():
    """A missing figure reads as not known, never as nan."""
    frame = pd.DataFrame({"share": [None, 0.5]})
    markup = display.table(frame, "Shares", formats={"share": ".0%"}).markup
    assert ["not known", "50%"] == re.findall("<td[^>]*>(.*)</td>", markup)


def test_outside_text_is_shown_as_it_is():
    """Markdown and HTML in a name lose their meaning, and the name its line breaks."""
    assert r"\# \[x\]\(javascript:1\) \<b\>" == display.plain("# [x](javascript:1)\n<b>")


def test_long_names_of_files_may_break_and_words_may_not() -> None:
    """A path takes a new line after its signs, so that the other columns keep their width."""
    name = "substack_2026-07-01.zip/email_list.quill.csv"
    markup = display.table(pd.DataFrame({"file": [name], "status": ["measured"]}), "Files").markup
    assert "substack_<wbr>2026-<wbr>07-<wbr>01.<wbr>zip/<wbr>email_<wbr>list.<wbr>quill" in markup
    assert ">measured<" in markup
    assert name == re.sub("<wbr>", "", re.findall("<td[^>]*>(.*)</td>", markup)[0])
