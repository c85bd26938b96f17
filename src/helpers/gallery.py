"""What a visitor sees first: the README's figures, and a page with one of each notebook.

All is made from the invented sample, from stored results and, for the hero figure, from
public data; nothing is typed.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import nbformat
import pandas as pd
from matplotlib.axes import Axes

from helpers import (
    claims,
    compare,
    display,
    lift,
    load,
    lurkers,
    measured,
    paths,
    plan,
    plots,
    segment,
)
from helpers.lift import Lift
from helpers.plots.claims import lift_by_likes
from helpers.plots.comparing import rankings
from helpers.report.pictures import small
from helpers.tables import Engagement

KEY = b"the sample's people are invented"
FIGURES = "notebooks/figures"
FIGURE = f"{FIGURES}/three-authors.svg"
HERO = f"{FIGURES}/lift-by-likes.svg"
PAGE = "notebooks/README.md"
CLAIMS = "08-test-the-claims"
COMPARED = "07-compare-authors"
BLOCK = re.compile(r"(<!-- figure: .*? -->\n).*?(<!-- /figure -->)", re.DOTALL)
HERO_BLOCK = re.compile(r"(<!-- hero: .*? -->\n).*?(<!-- /hero -->)", re.DOTALL)


class Shown(NamedTuple):
    """What one notebook shows: a sentence that was computed, and a figure."""

    sentence: str
    axes: Axes


def _authors(sample: Path) -> list[tuple[str, str, Engagement]]:
    """Return each invented author's name, zone and tables."""
    return [
        (
            author.author,
            author.timezone,
            load.load(
                sample / author.source, key=KEY, timezone=author.timezone, currency=author.currency
            ),
        )
        for author in pd.read_csv(sample / "authors.csv").itertuples()
    ]


def front(sample: str | Path) -> tuple[str, display.Figure]:
    """Return the sentence and the figure on what the invented authors' posting brings.

    Parameters
    ----------
    sample : path
        Folder with `authors.csv` and a folder of exports an author.
    """
    said, labels, results = [], [], []
    for author, zone, engagement in _authors(Path(sample)):
        depth = segment.depth(engagement)
        acts = depth.interactions + depth.engagements
        results.append(lift.choose(engagement, "sales", timezone=zone))
        said.append(f"{author} drew {acts:,} visible acts and {_brought(results[-1])}")
        labels.append(f"{author}, {acts:,} visible acts:\n{results[-1].verdict}")
    axes = plots.lifts(results, labels)
    sentence = f"Three invented authors, sales: {'; '.join(said)}."
    axes.set_label(sentence)
    return sentence, display.figure(axes)


def _brought(result: Lift) -> str:
    if result.verdict == "cannot tell":
        return "nobody can tell from the exports what posting brought"
    interval = f"× {result.ratio:.2f}, 95 % interval {result.low:.2f} to {result.high:.2f}"
    return f"had {'a' if result.verdict == 'lift' else 'no clear'} lift with posting ({interval})"


def _loaded(engagement: Engagement, _zone: str) -> Shown:
    return Shown(engagement.sentence, plots.holdings(engagement))


def _compared(engagement: Engagement, _zone: str) -> Shown:
    tracked = segment.tracking(engagement, "like", "reply")
    return Shown(tracked.sentence, plots.tracking([tracked]))


def _lifted(engagement: Engagement, zone: str) -> Shown:
    found = lift.choose(engagement, "sales", timezone=zone)
    return Shown(found.sentence, plots.history(found))


def _silent(engagement: Engagement, _zone: str) -> Shown:
    shares = lurkers.silent_share(engagement)
    return Shown(shares.sentence, plots.audience(shares))


def _bought(engagement: Engagement, _zone: str) -> Shown:
    bought = lurkers.who_bought(engagement)
    return Shown(bought.sentence, plots.bounds([lurkers.silent_share(engagement), bought]))


def _planned(engagement: Engagement, zone: str) -> Shown:
    table = plan.prospects(engagement, "sales", zone)
    return Shown(plan.sentence(table, "sales"), plots.power(table, "sales"))


def _trusted(_engagement: Engagement, _zone: str) -> Shown:
    table = measured.table("posts")
    return Shown(measured.sentence(table), plots.coverage(table, "posts"))


def _chosen(authors: list[tuple[str, str, Engagement]]) -> Shown:
    listed = [compare.Author(name, engagement, zone) for name, zone, engagement in authors]
    found = compare.standings(listed, "sales")
    choices = [compare.choice(found.likes, one, 1) for one in found.hidden[1:]]
    ranks = [compare.ranks(one) for one in (*found.visible, found.lift)]
    return Shown(compare.headline(choices), rankings(ranks[:2], ranks[2]))


SHOWN: dict[str, Callable[[Engagement, str], Shown]] = {
    "01-load-engagement": _loaded,
    "02-interaction-vs-engagement": _compared,
    "03-conversion-lift": _lifted,
    "04-lurker-audience": _silent,
    "05-publisher-report": _bought,
    "06-plan-a-posting-test": _planned,
    "09-trust-the-methods": _trusted,
}


def _title(root: Path, notebook: str) -> str:
    path = root / "notebooks" / f"{notebook}.ipynb"
    cells = nbformat.read(path, as_version=4).cells  # type: ignore[no-untyped-call]
    return str(cells[0].source).splitlines()[0].removeprefix("# ")


def _hero_sentence(root: Path) -> str:
    """Return what the README says below the figure of lift by likes."""
    block = HERO_BLOCK.search((root / "README.md").read_text(encoding="utf-8"))
    said = re.search(r"^\*(.+)\*$", block[0], re.MULTILINE) if block else None
    if said is None:
        raise ValueError(
            "README.md has no sentence in its block 'hero'. Run `python -m helpers.gallery` anew."
        )
    return said[1]


def _entry(root: Path, notebook: str, alt: str, sentence: str, figure: str) -> str:
    place = figure.removeprefix("notebooks/")
    head = f"## [{_title(root, notebook)}]({notebook}.ipynb)"
    return f"{head}\n\n{sentence}\n\n![{alt}]({place})\n"


def page(root: str | Path) -> None:
    """Write `notebooks/README.md`: each notebook's question, a sentence and a figure.

    The hero's figure must be there; it needs public data (see `hero`).
    """
    root = Path(root)
    authors, entries = _authors(root / "data" / "sample"), {}
    name, zone, engagement = authors[0]
    shown = {notebook: show(engagement, zone) for notebook, show in SHOWN.items()}
    for notebook, (sentence, axes) in (shown | {COMPARED: _chosen(authors)}).items():
        figure, place = display.figure(axes), f"{FIGURES}/{notebook[:2]}.svg"
        (root / place).write_text(small(figure.svg), encoding="utf-8")
        entries[notebook] = _entry(root, notebook, figure.alt, sentence, place)
    sentence = _hero_sentence(root)
    entries[CLAIMS] = _entry(root, CLAIMS, sentence, sentence, HERO)
    top = (
        "# What each notebook shows\n\n<!-- generated by `make sample` -->\n"
        f"Figures 01 to 06 are of {name}, an invented author, and 07 of three; 08 is of public "
        "data, 09 of simulated worlds.\n"
    )
    text = "\n".join([top, *(entries[notebook] for notebook in sorted(entries))])
    (root / PAGE).write_text(text, encoding="utf-8")


def _replaced(root: Path, block: re.Pattern[str], alt: str, place: str, sentence: str) -> None:
    readme = root / "README.md"
    body = f"![{alt}]({place})\n\n*{sentence}*\n"
    text = block.sub(lambda found: found[1] + body + found[2], readme.read_text(encoding="utf-8"))
    readme.write_text(text, encoding="utf-8")


def write(root: str | Path) -> None:
    """Put the sample's figure beside the notebooks, its sentence into the README, and the page."""
    root = Path(root)
    sentence, figure = front(root / "data" / "sample")
    (root / FIGURE).parent.mkdir(exist_ok=True)
    (root / FIGURE).write_text(figure.svg, encoding="utf-8")
    _replaced(root, BLOCK, figure.alt, FIGURE, sentence)
    page(root)


def hero(root: str | Path) -> None:
    """Put the figure of lift by likes into the README, from the public data of notebook 08.

    Raises
    ------
    PublicError
        If the data are not there.
    """
    root = Path(root)
    found = claims.lift_by_likes()
    figure = display.figure(lift_by_likes(found))
    (root / HERO).write_text(figure.svg, encoding="utf-8")
    _replaced(root, HERO_BLOCK, figure.alt, HERO, found.sentence)


if __name__ == "__main__":
    hero(paths.root())
    write(paths.root())
