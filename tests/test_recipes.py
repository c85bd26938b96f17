"""Recipes of the README for running notebooks elsewhere: they parse, and name what there is."""

import ast
import csv
import json
import re
import sys
from types import ModuleType

import papermill
import pytest

PUBLISHED = "05-publisher-report.ipynb"


@pytest.fixture(scope="module")
def readme(root):
    """Return the text of the README."""
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def known(root):
    """Return the parameters of notebook 05."""
    return papermill.inspect_notebook(str(root / "notebooks" / PUBLISHED))


def fenced(readme, language, marker):
    """Return the one block of a language that holds a marker."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    (block,) = (one for one in blocks if marker in one)
    return block


class Scope:
    """A DAG or an operator that keeps what it was given."""

    made: list["Scope"] = []  # noqa: RUF012 - emptied by each test

    def __init__(self, *names, **given):
        self.names, self.given = names, given
        self.made.append(self)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


def test_the_recipe_for_airflow_makes_a_task_an_author(readme, known, tmp_path, monkeypatch):
    """Run against stand-ins for Airflow: each row of authors.csv is a task with its parameters."""
    rows = [
        {"author": "Ines Quill", "source": "quiet", "timezone": "Europe/Paris"},
        {"author": "Marek Holloway", "source": "mixed", "timezone": "UTC"},
    ]
    with (tmp_path / "authors.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    operator = "airflow.providers.papermill.operators.papermill"
    folders = operator.split(".")
    for depth in range(len(folders)):
        name = ".".join(folders[: depth + 1])
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "airflow.sdk", ModuleType("airflow.sdk"))
    sys.modules["airflow.sdk"].DAG = Scope
    sys.modules[operator].PapermillOperator = Scope
    monkeypatch.setattr(Scope, "made", [])
    recipe = fenced(readme, "python", "recipe: airflow")
    ast.parse(recipe)
    exec(recipe.replace("/srv/quiet-audience", str(tmp_path)), {})  # noqa: S102
    dag, *tasks = Scope.made
    assert ("quiet_audience",) == dag.names
    assert [{**row, "source": str(tmp_path / row["source"])} for row in rows] == [
        task.given["parameters"] for task in tasks
    ]
    assert {"task_id", "input_nb", "output_nb", "parameters", "kernel_name"} == set(tasks[0].given)
    assert str(tmp_path / "notebooks" / PUBLISHED) == tasks[0].given["input_nb"]
    assert str(tmp_path / "reports" / "1-{{ ds }}.ipynb") == tasks[1].given["output_nb"]
    assert set(tasks[0].given["parameters"]) <= set(known)


def test_the_job_for_jupyter_scheduler_names_what_there_is(readme, root, known):
    """The notebook is there, and so are the parameters; the schedule is five fields of cron."""
    job = json.loads(fenced(readme, "json", "runtime_environment_name"))
    assert (root / job["input_uri"]).is_file()
    assert set(job["parameters"]) <= set(known)
    assert 5 == len(job["schedule"].split())
