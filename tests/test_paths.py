"""Tests of `helpers.paths`."""

import stat
from pathlib import Path

import pytest

from helpers import paths

NAMED = '[project]\nname = "quiet-audience"\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small project of the same name, with the working folder deep inside it."""
    (tmp_path / "pyproject.toml").write_text(NAMED)
    inside = tmp_path / "notebooks" / "deep"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    return tmp_path


def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder, and keep the helpers in another, that no project holds."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(paths, "__file__", str(tmp_path / "elsewhere" / "paths.py"))


def test_root_is_found_upwards_from_the_working_folder(project: Path) -> None:
    """The root is the nearest folder above whose marker names the project."""
    assert project == paths.root()


def test_root_passes_by_other_projects(project: Path) -> None:
    """A marker that names another project, or is not even TOML, is passed by."""
    (project / "notebooks" / "pyproject.toml").write_bytes(b'[project\nname = "other" \xff')
    assert project == paths.root()


def test_root_is_found_from_the_helpers_own_place(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a folder outside the project, the root is the one the helpers lie in."""
    monkeypatch.chdir(tmp_path)
    assert root == paths.root()


def test_root_refuses_when_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a marker anywhere, the error names both places looked in and what to do."""
    outside(tmp_path, monkeypatch)
    with pytest.raises(FileNotFoundError) as caught:
        paths.root()
    expected = (
        "The Quiet Audience project was not found: no folder at or above "
        f"{tmp_path} or {tmp_path / 'elsewhere'} has a pyproject.toml that names "
        "quiet-audience. Start again from inside the project's folder."
    )
    assert expected == str(caught.value)


def test_resolve_keeps_an_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An absolute path is itself, even where no project is found."""
    outside(tmp_path, monkeypatch)
    assert tmp_path / "my exports" == paths.resolve(str(tmp_path / "my exports"))


def test_resolve_knows_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A leading tilde is the home folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert tmp_path / "exports" == paths.resolve("~/exports")


def test_resolve_prefers_the_working_folder(project: Path) -> None:
    """A relative path that exists in both places is the working folder's."""
    (project / "exports").mkdir()
    here = project / "notebooks" / "deep" / "exports"
    here.mkdir()
    assert here == paths.resolve("exports")


def test_resolve_falls_back_to_the_root(project: Path) -> None:
    """A relative path that is not in the working folder belongs to the root."""
    assert project / "data" / "sample" == paths.resolve(Path("data/sample"))


def test_private_is_made_for_its_owner_alone(project: Path) -> None:
    """The private folder is made once, with no permission for anybody else."""
    folder = paths.private()
    assert project / "data" / "private" == folder
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert folder == paths.private()
