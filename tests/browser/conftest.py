"""A browser of the machine, without a network; and the pages that it opens."""

import shutil

import papermill
import pytest
from playwright.sync_api import sync_playwright

from helpers import report
from helpers.batch import KERNEL
from pages import HOSTILE, executed, hostile_cells

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser():
    """Return the machine's Chromium, without a window; skip where there is none."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def sample_page(root, tmp_path_factory):
    """Return the page of an invented author."""
    folder = tmp_path_factory.mktemp("sample")
    notebook = folder / "05-publisher-report.ipynb"
    papermill.execute_notebook(
        str(root / "notebooks" / notebook.name),
        str(notebook),
        kernel_name="python3",
        progress_bar=False,
        config=KERNEL,
        cwd=str(root),
    )
    return report.publish(notebook, folder, pdf=False)


@pytest.fixture(scope="session")
def hostile_page(tmp_path_factory):
    """Return a page of all that an export could try to say."""
    folder = tmp_path_factory.mktemp("hostile")
    notebook = executed(folder, *hostile_cells(), author=" ".join(HOSTILE))
    return report.publish(notebook, folder, pdf=False)


@pytest.fixture(params=["sample", "hostile"])
def page_file(request):
    """Return each page in turn."""
    return request.getfixturevalue(f"{request.param}_page")
