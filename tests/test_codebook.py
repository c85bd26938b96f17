"""The codebook: data/README.md says what is read and what each column means."""

from pathlib import Path

from helpers import codebook, formats
from helpers.schemas import COLUMNS


def test_is_fresh(root: Path) -> None:
    """data/README.md is what formats, schemas and the sample's truths say today."""
    assert codebook.text() == (root / "data" / "README.md").read_text("utf-8")


def test_leaves_another_readme_alone(tmp_path: Path) -> None:
    """A README that is not a codebook of this project is not touched."""
    readme = tmp_path / "README.md"
    readme.write_text("of another project")
    codebook.write(readme)
    assert "of another project" == readme.read_text()


def test_brings_a_stale_codebook_up_to_date(tmp_path: Path) -> None:
    """A codebook that says something else is written again."""
    readme = tmp_path / "README.md"
    readme.write_text(codebook.text().replace("Ines", "Xnes"), "utf-8")
    codebook.write(readme)
    assert codebook.text() == readme.read_text("utf-8")


def test_describes_every_column() -> None:
    """Every column of every table stands in the codebook with its description."""
    text = codebook.text()
    described = [
        (name, column)
        for name, columns in COLUMNS.items()
        for column, schema in columns.items()
        if f"| {column} |" in text and schema.description.partition(";")[0] in text
    ]
    assert sum(len(columns) for columns in COLUMNS.values()) == len(described)


def test_lists_every_kind_of_file_and_every_trap() -> None:
    """Each kind of file is a line of the table, each trap a sentence below it."""
    text = codebook.text()
    layouts = [layout for form in formats.KNOWN for layout in form.layouts]
    assert [] == [layout.title for layout in layouts if f"| {layout.title} |" not in text]
    assert [] == [trap for form in formats.KNOWN for trap in form.traps if trap not in text]
