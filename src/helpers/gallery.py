"""What a visitor sees first: the README's figure and its sentence, made from the sample."""

import re
from pathlib import Path

import pandas as pd

from helpers import display, lift, load, plots, segment
from helpers.lift import Lift

KEY = b"the sample's people are invented"
FIGURE = "notebooks/figures/three-authors.svg"
BLOCK = re.compile(r"(<!-- figure: .*? -->\n).*?(<!-- /figure -->)", re.DOTALL)


def front(sample: str | Path) -> tuple[str, display.Figure]:
    """Return the sentence and the figure on what the invented authors' posting brings.

    Parameters
    ----------
    sample : path
        Folder with `authors.csv` and a folder of exports an author.
    """
    sample = Path(sample)
    said, labels, results = [], [], []
    for author in pd.read_csv(sample / "authors.csv").itertuples():
        engagement = load.load(
            sample / author.source, key=KEY, timezone=author.timezone, currency=author.currency
        )
        depth = segment.depth(engagement)
        acts = depth.interactions + depth.engagements
        results.append(lift.choose(engagement, "sales", timezone=author.timezone))
        said.append(f"{author.author} drew {acts:,} visible acts and {_brought(results[-1])}")
        labels.append(f"{author.author}, {acts:,} visible acts:\n{results[-1].verdict}")
    axes = plots.lifts(results, labels)
    sentence = f"Three invented authors, sales: {'; '.join(said)}."
    axes.set_label(sentence)
    return sentence, display.figure(axes)


def write(root: str | Path) -> None:
    """Put the figure beside the notebooks and its sentence into the README."""
    root = Path(root)
    sentence, figure = front(root / "data" / "sample")
    (root / FIGURE).parent.mkdir(exist_ok=True)
    (root / FIGURE).write_text(figure.svg, encoding="utf-8")
    readme = root / "README.md"
    block = f"![{figure.alt}]({FIGURE})\n\n*{sentence}*\n"
    text = BLOCK.sub(lambda found: found[1] + block + found[2], readme.read_text(encoding="utf-8"))
    readme.write_text(text, encoding="utf-8")


def _brought(result: Lift) -> str:
    if result.verdict == "cannot tell":
        return "nobody can tell from the exports what posting brought"
    interval = f"× {result.ratio:.2f}, 95 % interval {result.low:.2f} to {result.high:.2f}"
    return f"had {'a' if result.verdict == 'lift' else 'no clear'} lift with posting ({interval})"
