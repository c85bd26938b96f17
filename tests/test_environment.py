"""Tests of what a newcomer installs, and of what the project may hold and name."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from rattler import MatchSpec

LOCKED = re.compile(
    r"^(?P<name>[a-z0-9.-]+)==(?P<version>[^ ]+)(?P<marker> ; .+)? \\$", re.MULTILINE
)
HASHED = re.compile(r"( {4}--hash=sha256:[0-9a-f]{64}( \\)?\n)+")
HOST = re.compile(r"[a-z0-9-]\.(com|dev|io|net|org)\b")

# Written with classes of one letter, so that the patterns do not find themselves.
REGISTRIES = r"[p]ypi\.org|[p]ythonhosted|[a]naconda\.(org|com)|[n]pmjs|[d]eb\.debian"
MACHINE = r"(^|[^A-Za-z0-9.:/_-])/(work|root|home|Users)/[A-Za-z0-9_.-]|[.]library"

TOP_LEVEL = {
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "data",
    "environment.yml",
    "notebooks",
    "pyproject.toml",
    "requirements.lock",
    "src",
    "tests",
}
TARGETS = {
    "help",
    "report",
    "test",
    "growth",
    "test-browser",
    "test-engines",
    "test-faults",
    "validate",
    "peers",
    "data",
    "claims",
    "fuzz",
    "bench",
    "lab",
    "sample",
    "lint",
    "lock",
    "clean",
}


@pytest.fixture(scope="module")
def pyproject(root: Path) -> dict[str, Any]:
    """Return the contents of pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lock(root: Path) -> str:
    """Return the text of requirements.lock."""
    return (root / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def conda_specs(root: Path) -> list[Any]:
    """Return the dependencies of environment.yml: specs, then a mapping for pip."""
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    return environment["dependencies"]


@pytest.fixture(scope="module")
def git(root: Path) -> Path:
    """Return git's own path; skip where the project is not a clone."""
    found = shutil.which("git")
    if found is None or not (root / ".git").exists():
        pytest.skip("not a git clone, so nothing tells which files are the project's")
    return Path(found)


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Return the finished command, run in a folder."""
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def declared(pyproject: dict[str, Any]) -> list[Requirement]:
    """Return every requirement that pyproject.toml states: to build, to run, to test."""
    project = pyproject["project"]
    extras = project["optional-dependencies"].values()
    written = [*pyproject["build-system"]["requires"], *project["dependencies"]]
    return [Requirement(each) for each in [*written, *(name for extra in extras for name in extra)]]


def sources(root: Path) -> Iterator[str]:
    """Yield the code of each helper and of each notebook's code cells."""
    for path in sorted((root / "src").rglob("*.py")):
        yield path.read_text(encoding="utf-8")
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield "".join(cell["source"])


def imported(code: str) -> Iterator[str]:
    """Yield the top-level name of each module that some code imports."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield str(node.module).split(".")[0]


def test_every_import_is_declared(root: Path, pyproject: dict[str, Any]) -> None:
    """What helpers and notebooks import is Python's, the project's own or a dependency.

    Only collecting takes an extra.
    """
    homes = packages_distributions()
    modules = {name for code in sources(root) for name in imported(code)}
    foreign = modules - set(sys.stdlib_module_names) - {"helpers"}
    used = {canonicalize_name(homes.get(name, [name])[0]) for name in foreign}
    known = {Requirement(each).name for each in pyproject["project"]["dependencies"]}
    extra = pyproject["project"]["optional-dependencies"]["collect"]
    assert "pandas" in used
    assert {Requirement(each).name for each in extra} == used - known


def test_conda_environment_is_what_pyproject_says(root: Path, tmp_path: Path) -> None:
    """Written anew, environment.yml is the same to the letter; if not, run `make lock`."""
    shutil.copy(root / "pyproject.toml", tmp_path)
    run(sys.executable, "-m", "pyproject2conda", "project", folder=tmp_path).check_returncode()
    expected = (tmp_path / "environment.yml").read_text(encoding="utf-8")
    assert expected == (root / "environment.yml").read_text(encoding="utf-8")


def test_conda_environment_is_named_and_uses_one_channel(root: Path) -> None:
    """It is called quiet-audience, and takes packages from conda-forge alone."""
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    assert "quiet-audience" == environment["name"]
    assert ["conda-forge", "nodefaults"] == environment["channels"]


def test_conda_reads_every_spec(conda_specs: list[Any], pyproject: dict[str, Any]) -> None:
    """Conda's strict parser reads each spec, and finds each runtime dependency by name."""
    *specs, by_pip = conda_specs
    names = {MatchSpec(spec, strict=True).name.normalized for spec in specs}
    dependencies = map(Requirement, pyproject["project"]["dependencies"])
    assert {"python", "pip", *(each.name for each in dependencies)} == names
    assert {"pip": ["-e ."]} == by_pip


def test_lock_is_hashed(lock: str) -> None:
    """Every locked package is followed by the hashes of its files, and by nothing else."""
    packages = list(LOCKED.finditer(lock))
    assert lock.count("==") - lock.count(" == ") == len(packages)
    unhashed = [each["name"] for each in packages if not HASHED.match(lock, each.end() + 1)]
    assert [] == unhashed


def test_lock_names_no_place(lock: str) -> None:
    """The lock holds no address, no host, no path, no option that would name one."""
    assert "/" not in lock
    assert [] == HOST.findall(lock)
    assert [] == re.findall(r"^-.*", lock, re.MULTILINE)


def test_lock_satisfies_pyproject(lock: str, pyproject: dict[str, Any]) -> None:
    """Every stated requirement is locked, for every machine, at a version that satisfies it."""
    locked = {each["name"]: each["version"] for each in LOCKED.finditer(lock) if not each["marker"]}
    unmet = [
        str(each)
        for each in declared(pyproject)
        if not each.specifier.contains(Version(locked.get(canonicalize_name(each.name), "0")))
    ]
    assert [] == unmet


def test_make_helps_with_every_target(root: Path) -> None:
    """Plain `make` lists each target with what it does."""
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    listed = run("make", "--no-print-directory", folder=root).stdout.splitlines()
    words = [line.split(maxsplit=2) for line in listed]
    assert set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) == TARGETS
    assert sorted(TARGETS) == sorted(target for _, target, _ in words)
    assert {"make"} == {command for command, _, _ in words}


def test_top_level_is_the_users(root: Path, git: Path) -> None:
    """The top level holds what the architecture allows, and dot-files."""
    files = run(git, "ls-files", "-z", "--cached", "--others", "--exclude-standard", folder=root)
    top = {name.split("/")[0] for name in files.stdout.split("\0") if name}
    assert set() == {name for name in top if not name.startswith(".")} - TOP_LEVEL


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINE], ids=["registry", "machine"])
def test_no_file_names_a_registry_or_a_machine(root: Path, git: Path, pattern: str) -> None:
    """No text file of the project names a package registry's host or one machine's path."""
    search = ("grep", "--untracked", "--line-number", "-I", "--extended-regexp", pattern)
    assert "" == run(git, *search, folder=root).stdout


@pytest.mark.parametrize(
    "found",
    [
        "see https://" + "pypi" + ".org/simple",
        "files.python" + "hosted.org",
        "conda.ana" + "conda.org",
        "path = '/wo" + "rk/main'",
        "(/ho" + "me/ann/exports)",
        "/ro" + "ot/.pyenv",
        "../.lib" + "rary/env",
    ],
)
def test_forbidden_names_are_recognised(found: str) -> None:
    """The patterns find what they forbid."""
    assert re.search(f"{REGISTRIES}|{MACHINE}", found)


@pytest.mark.parametrize("harmless", ["https://example.org/home/ann", "a/work/b"])
def test_harmless_names_pass(harmless: str) -> None:
    """A path inside an address or a project is nobody's machine."""
    assert not re.search(f"{REGISTRIES}|{MACHINE}", harmless)
