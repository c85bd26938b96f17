"""The front page: the README's figures and what is said below them.

The first is of public data, the second of the invented sample, the third of stored costs;
nothing is typed.
"""

import re
from pathlib import Path

import pandas as pd

from helpers import claims, costs, display, lift, load, plots, segment
from helpers.lift import Lift
from helpers.plots.claims import lift_by_likes
from helpers.plots.costs import growth
from helpers.tables import Engagement

KEY = b"the sample's people are invented"
FIGURES = "notebooks/figures"
FIGURE = f"{FIGURES}/three-authors.svg"
HERO = f"{FIGURES}/lift-by-likes.svg"
COSTS = f"{FIGURES}/costs.svg"
BLOCKS = {
    name: re.compile(rf"(<!-- {name}: .*? -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    for name in ("hero", "figure", "costs")
}


def authors(sample: Path) -> list[tuple[str, str, Engagement]]:
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


def invented(sample: str | Path) -> tuple[str, display.Figure]:
    """Return the sentence and the figure on what the invented authors' posting brings.

    Parameters
    ----------
    sample : path
        Folder with `authors.csv` and a folder of exports an author.
    """
    said, labels, results = [], [], []
    for author, zone, engagement in authors(Path(sample)):
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


def hero_sentence(root: Path) -> str:
    """Return what the README says below the figure of lift by likes."""
    block = BLOCKS["hero"].search((root / "README.md").read_text(encoding="utf-8"))
    said = re.search(r"^\*(.+)\*$", block[0], re.MULTILINE) if block else None
    if said is None:
        raise ValueError(
            "README.md has no sentence in its block 'hero'. Run `python -m helpers.gallery` anew."
        )
    return said[1]


def _put(root: Path, block: str, figure: display.Figure, place: str, sentence: str) -> None:
    (root / place).parent.mkdir(exist_ok=True)
    (root / place).write_text(figure.svg, encoding="utf-8")
    readme = root / "README.md"
    body = f"![{figure.alt}]({place})\n\n*{sentence}*\n"
    text = readme.read_text(encoding="utf-8")
    text = BLOCKS[block].sub(lambda found: found[1] + body + found[2], text)
    readme.write_text(text, encoding="utf-8")


def hero(root: str | Path) -> None:
    """Put the figure of lift by likes into the README, from the public data of notebook 08.

    Raises
    ------
    PublicError
        If the data are not there.
    """
    root = Path(root)
    found = claims.lift_by_likes()
    _put(root, "hero", display.figure(lift_by_likes(found)), HERO, found.sentence)


def write(root: str | Path) -> None:
    """Put the sample's figure and that of the stored costs beside the notebooks and in the README.

    Raises
    ------
    CostError
        If no costs are stored.
    """
    root = Path(root)
    sentence, figure = invented(root / "data" / "sample")
    _put(root, "figure", figure, FIGURE, sentence)
    found = costs.read(root)
    _put(root, "costs", display.figure(growth(found)), COSTS, found.sentence)
