"""Bench of the unseen audience: `lurkers.unseen` beside what others offer, in one run.

Ours reads a frequency table, so ten million people cost what ten thousand do. copia's
jackknife and scikit-bio's Chao1 with a zero-truncated negative binomial of statsmodels read a
number a person, and answer less: no check, no refusal. `python -m helpers.bench_unseen`
prints a table; what the others need is installed in an environment of their own.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import lurkers
from helpers.validate import audiences, peers
from helpers.validate.audiences import Audience

PEOPLE, THEIRS = (10_000, 100_000, 10_000_000), 100_000
REPEATS, POSTS, MEAN, SPREAD = 5, 60, 1.5, 1.0
NEEDS = ("copia==0.1.4", "scikit-bio==0.7.2", "statsmodels==0.14.6")
RIVALS = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
from copia.richness import jackknife
from skbio.diversity.alpha import chao1
from statsmodels.discrete.truncated_model import TruncatedLFNegativeBinomialP

counts = np.load(sys.argv[1])
ones = np.ones((len(counts), 1))
def chao_and_fit(counts):
    chao1(counts)
    TruncatedLFNegativeBinomialP(counts, ones).fit(disp=0)
def spent(way, repeats):
    began = []
    for _ in range(repeats):
        start = time.process_time()
        way(counts)
        began.append(time.process_time() - start)
    return min(began)
print(json.dumps([
    spent(lambda x: jackknife(x, CI=True), int(sys.argv[2])),
    spent(chao_and_fit, int(sys.argv[2])),
]))
"""


def table(people: int) -> dict[int, int]:
    """Draw how many people were seen once, twice, …, of so many who would react."""
    audience = Audience("bench", audiences.GAMMA, people, POSTS, MEAN, SPREAD)
    return audiences.draw(audience, np.random.default_rng(1))[0]


def ours(frequencies: dict[int, int]) -> float:
    """Return the seconds of CPU of the quickest of several runs."""
    spent = []
    for _ in range(REPEATS):
        began = time.process_time()
        lurkers.unseen(frequencies)
        spent.append(time.process_time() - began)
    return min(spent)


def theirs(frequencies: dict[int, int]) -> tuple[float, float]:
    """Return the seconds of CPU of copia's jackknife, and of scikit-bio with statsmodels."""
    python = peers.environment("unseen", NEEDS)
    each = np.repeat(list(frequencies), list(frequencies.values()))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "counts.npy")
        np.save(path, each)
        command = [str(python), "-c", RIVALS, str(path), str(REPEATS)]
        jackknife, fitted = json.loads(subprocess.check_output(command))
    return float(jackknife), float(fitted)


def measured() -> pd.DataFrame:
    """Return a row a size of audience: people seen, seconds of CPU of each way."""
    rows = []
    for people in PEOPLE:
        frequencies = table(people)
        others = theirs(frequencies) if people <= THEIRS else (float("nan"),) * 2
        rows.append((people, sum(frequencies.values()), ours(frequencies), *others))
    columns = ["people", "seen", "unseen CPU s", "jackknife CPU s", "Chao1, truncated fit CPU s"]
    return pd.DataFrame(rows, columns=columns)


def main() -> None:
    """Print the table."""
    sys.stdout.write(measured().round(4).to_string(index=False, na_rep="–") + "\n")


if __name__ == "__main__":
    main()
