"""The README's figures and the page of the notebooks: made from what there is, and no older."""

import re
from pathlib import Path

import numpy as np
import pytest

from helpers import costs, front, gallery


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """Return a folder with the sample, the notebooks and a README whose figure is stale."""
    (tmp_path / "notebooks" / "figures").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sample").symlink_to(root / "data" / "sample")
    for notebook in (root / "notebooks").glob("*.ipynb"):
        (tmp_path / "notebooks" / notebook.name).symlink_to(notebook)
    (tmp_path / costs.STORED).symlink_to(root / costs.STORED)
    readme = (root / "README.md").read_text(encoding="utf-8")
    for block in ("figure", "costs"):
        readme = front.BLOCKS[block].sub(r"\1stale\n\2", readme)
    (tmp_path / "README.md").write_text(readme, encoding="utf-8")
    return tmp_path


def alike(one: str, other: str) -> bool:
    """Tell whether two drawings are the same to a tenth of a point."""
    number = r"-?\d+\.\d+"
    places = [[float(found) for found in re.findall(number, svg)] for svg in (one, other)]
    same = re.sub(number, "", one) == re.sub(number, "", other)
    return same and bool(np.allclose(*places, rtol=0, atol=0.1))


def test_the_readme_and_the_gallery_are_not_stale(root: Path, copy: Path) -> None:
    """Sentences and figures are those that the sample and the stored results give today."""
    gallery.write(copy)
    for name in ("README.md", gallery.PAGE):
        assert (root / name).read_bytes() == (copy / name).read_bytes(), name
    for figure in (copy / front.FIGURES).glob("*.svg"):
        assert alike((root / front.FIGURES / figure.name).read_text(), figure.read_text())


def test_every_notebook_is_in_the_gallery(root: Path) -> None:
    """Each has its question, a sentence, and a figure that is there and is small."""
    page = (root / gallery.PAGE).read_text(encoding="utf-8")
    linked = re.findall(
        r"^## \[(.+\?)\]\((.+)\)\n\n(.+\.)\n\n!\[.+\.\]\((.+)\)$", page, re.MULTILINE
    )
    there = sorted(path.name for path in (root / "notebooks").glob("[0-9]*.ipynb"))
    assert there == [name for _, name, _, _ in linked]
    for *_, figure in linked:
        assert (root / "notebooks" / figure).stat().st_size < 80_000


def test_the_hero_is_made_from_public_data(
    root: Path, copy: Path, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The figure of lift by likes and its sentence are those that the data give."""
    monkeypatch.setenv("QUIET_AUDIENCE_PUBLIC", str(shared_data / "public"))
    readme = (root / "README.md").read_text(encoding="utf-8")
    stale = front.BLOCKS["hero"].sub(r"\1stale\n\2", readme)
    (copy / "README.md").write_text(stale, encoding="utf-8")
    front.hero(copy)
    assert readme == (copy / "README.md").read_text(encoding="utf-8")
    assert (root / front.HERO).read_bytes() == (copy / front.HERO).read_bytes()
