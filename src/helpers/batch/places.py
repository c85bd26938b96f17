"""Places: the paths of this machine that an executed notebook holds, made names.

papermill notes where a notebook came from, where it went and what it was given, and a
warning quotes the file that it is about. A page's folder is passed on: a *place* in it is
the name of a file, or a path from the project's root.
"""

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers import paths
from helpers.batch import folder

KEPT = ("default_parameters", "duration", "end_time", "exception", "parameters", "start_time")
_END = r"(?![\w.-])"
_START = r"(?<![\w./+:-])"  # within an address or a picture's bytes it is no path


def _names(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return the name that stands for each path: of what was given, then of the machine."""
    given = [value for value in parameters.values() if isinstance(value, str)]
    named = {path: Path(path).name for path in given if Path(path).is_absolute()}
    named |= {path.replace("\\", r"\\"): name for path, name in named.items()}  # as code writes it
    named |= {f"{paths.root()}/": "", f"{Path.home()}/": "~/", f"{tempfile.gettempdir()}/": ""}
    longest_first = sorted(named, key=len, reverse=True)
    return {path: named[path] for path in longest_first if path.strip("/")}


def _without(value: Any, names: Mapping[str, str]) -> Any:
    """Return whatever a notebook holds with names for paths in all its texts."""
    if isinstance(value, str):
        for path, name in names.items():
            if path in value:
                end = "" if path.endswith("/") else _END
                plain = name.replace("\\", r"\\")
                value = re.sub(_START + re.escape(path) + end, plain, value)
        return value
    if isinstance(value, list):
        return [_without(one, names) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, names) for key, one in value.items()}
    return value


def named(text: str, parameters: Mapping[str, Any]) -> str:
    """Return a text with names for paths."""
    return str(_without(text, _names(parameters)))


def clean(notebook: Path, parameters: Mapping[str, Any]) -> None:
    """Rewrite an executed notebook so that it does not say where on a machine anything is."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    noted = content["metadata"].get("papermill", {})
    content["metadata"]["papermill"] = {name: noted[name] for name in KEPT if name in noted}
    cleaned = _without(content, _names(parameters))
    folder.write(notebook, json.dumps(cleaned, indent=1, ensure_ascii=False) + "\n")
