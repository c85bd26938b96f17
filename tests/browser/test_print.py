"""The print before a checker of PDF/UA-1: outloud, where the machine has it."""

import json
import shutil
import subprocess

import pytest

from helpers.report import printing

SKIPPED = "TBL-013"  # it takes a table that goes on over two pages to stand beside the one above it


@pytest.fixture(scope="session")
def outloud():
    """Return the machine's outloud; skip where there is none."""
    found = shutil.which("outloud")
    if found is None:
        pytest.skip("no checker of PDF/UA: outloud is not installed (pipx install outloud==0.2.1)")
    return found


def findings(outloud, path):
    """Return what outloud finds in a PDF: a rule and its words."""
    command = [outloud, str(path), "--json", "-", "--skip", SKIPPED]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    (result,) = json.loads(run.stdout)["results"]
    return [f"{one['rule']}: {one['message']}" for one in result["findings"]]


def test_a_checker_of_pdf_ua_finds_nothing(outloud, sample_page, tmp_path):
    """No error and no warning, of conformance or of sense, where fonts have every sign."""
    path = tmp_path / "report.pdf"
    path.write_bytes(printing.printed(sample_page.read_text()))
    assert [] == findings(outloud, path)


def test_the_checker_finds_what_was_not_mended(outloud, sample_page, tmp_path, monkeypatch):
    """As WeasyPrint writes it, headers lack their scope and page numbers are read aloud."""
    monkeypatch.setattr(printing, "finish", lambda document, pdf: None)
    path = tmp_path / "report.pdf"
    path.write_bytes(printing.printed(sample_page.read_text()))
    rules = {finding.partition(":")[0] for finding in findings(outloud, path)}
    assert {"TBL-002", "PAG-001"} <= rules
