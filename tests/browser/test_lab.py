"""JupyterLab in a real browser: each notebook opens, runs to its end and shows its figures."""

import http.client
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("0[1-5]-*.ipynb"))
PLACE = "lab/workspaces/{0}/tree/notebooks/{0}.ipynb"
MINUTE = 60_000  # milliseconds
RUN = """async () => {
    const app = window.jupyterapp;
    await app.restored;
    const panel = app.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await app.commands.execute("notebook:run-all-cells");
    return [panel.context.path, panel.content.model.toJSON().cells];
}"""
REVEAL = """async (place) => {
    const content = window.jupyterapp.shell.currentWidget.content;
    content.activeCellIndex = place;
    await content.scrollToItem(place, "center");
}"""


@pytest.fixture(scope="module")
def lab(root, tmp_path_factory):
    """Return the form of a notebook's address in JupyterLab, in a copy of the project."""
    copy = tmp_path_factory.mktemp("lab")
    shutil.copy(root / "pyproject.toml", copy)
    for folder in ("notebooks", "src"):
        shutil.copytree(root / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(root / "data", copy / "data", ignore=shutil.ignore_patterns("private"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    command += ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url="]
    homes = ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    environment = os.environ | {name: str(copy / ".home") for name in homes}
    with (copy / "lab.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=copy, env=environment, stdout=log, stderr=log)
        try:
            yield wait(port, token)
        finally:
            server.terminate()
            server.wait(timeout=30)


def wait(port, token):
    """Return the form of a notebook's address, in a workspace of its own, once it answers."""
    for _ in range(120):
        server = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            server.request("GET", "/api/status", headers={"Authorization": f"token {token}"})
            if server.getresponse().status == http.HTTPStatus.OK:
                return f"http://127.0.0.1:{port}/{PLACE}?token={token}"
        except (ConnectionError, http.client.HTTPException):
            time.sleep(0.5)
        finally:
            server.close()
    return pytest.fail("JupyterLab did not answer within a minute")


@pytest.mark.kernel
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_opens_runs_all_and_shows_its_figures(browser, lab, notebook):
    """No cell ends in an error, every code cell ran, and every figure is drawn."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(lab.format(notebook.stem), timeout=MINUTE)
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell", state="attached", timeout=MINUTE)
    page.set_default_timeout(3 * MINUTE)
    path, cells = page.evaluate(RUN)
    assert f"notebooks/{notebook.name}" == path
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    outputs = [output for cell in code for output in cell["outputs"]]
    assert [] == [one.get("evalue", one) for one in outputs if "data" not in one]
    assert [] == [cell["id"] for cell in code if cell["execution_count"] is None]
    figures = [
        place
        for place, cell in enumerate(cells)
        if any("image/svg+xml" in output.get("data", {}) for output in cell.get("outputs", []))
    ]
    assert figures
    for place in figures:
        picture = page.locator(f".jp-Cell[data-windowed-list-index='{place}'] .jp-RenderedSVG img")
        for _ in range(60):  # cells above may still grow and push it out of sight
            page.evaluate(REVEAL, place)
            if picture.count():
                break
            page.wait_for_timeout(500)
        assert picture.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 100
    context.close()
