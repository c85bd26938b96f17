"""The long run: `python -m fuzz --files 10000 [--format NAME] [--seed 1]`."""

import argparse
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed

from fuzz.campaign import Campaign, run
from fuzz.oracle import OUTCOMES
from fuzz.samples import all_samples

PART = 1_000


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parts(names: list[str], files: int, start: int) -> list[tuple[str, int, int]]:
    sizes = [min(PART, files - done) for done in range(0, files, PART)]
    return [(name, size, start + n) for n, size in enumerate(sizes) for name in names]


def _row(parts: list[Campaign]) -> str:
    counts, seconds = Counter[str](), sum(part.seconds for part in parts)
    for part in parts:
        counts += part.counts
    cells = "".join(f"{counts[outcome]:9,}" for outcome in OUTCOMES)
    files = counts.total()
    return f"{parts[0].format:24}{files:9,}{cells}{1000 * seconds / max(files, 1):10.1f}"


def main() -> int:
    """Damage FILES files of every FORMAT, print what became of them; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=main.__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--format", default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    names = [name for name in all_samples() if given.format in ("", name)]
    if not names:
        parser.error(f"no format {given.format!r}; known: {', '.join(all_samples())}")
    parts = _parts(names, given.files, given.seed)
    finished: dict[str, list[Campaign]] = {name: [] for name in names}
    findings: dict[str, str] = {}
    with ProcessPoolExecutor(given.workers) as pool:
        waiting = {pool.submit(run, *part): part for part in parts}
        for number, done in enumerate(as_completed(waiting), start=1):
            campaign = done.result()
            finished[campaign.format].append(campaign)
            for words, finding in campaign.findings.items():
                if words not in findings:
                    say(f"FOUND (seed {waiting[done][2]}) {finding}")
                findings.setdefault(words, finding)
            counts = ", ".join(f"{count:,} {name}" for name, count in campaign.counts.items())
            say(f"{number}/{len(parts)} {campaign.format}: {counts}")
    say(f"{'format':24}{'files':>9}" + "".join(f"{name:>9}" for name in OUTCOMES) + "   ms/file")
    for campaigns in finished.values():
        say(_row(campaigns))
    say(f"{len(findings)} finding(s)")
    return int(bool(findings))


if __name__ == "__main__":
    sys.exit(main())
