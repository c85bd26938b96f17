"""The README's figure: made from the sample, and no older than it."""

from helpers import gallery


def test_the_readme_is_not_stale(root, tmp_path):
    """The sentence and the figure in the README are those that the sample gives today."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sample").symlink_to(root / "data" / "sample")
    readme = (root / "README.md").read_text(encoding="utf-8")
    (tmp_path / "README.md").write_text(gallery.BLOCK.sub(r"\1stale\n\2", readme), encoding="utf-8")
    gallery.write(tmp_path)
    assert readme == (tmp_path / "README.md").read_text(encoding="utf-8")
    assert (root / gallery.FIGURE).read_bytes() == (tmp_path / gallery.FIGURE).read_bytes()
