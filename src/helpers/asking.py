"""Asking: which column of a survey asks how people heard of an author.

A layout of surveys has *questions*: wordings that the question may have. The column
that asks it is renamed `ASKED`, the name by which layouts know it.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from helpers.converters import OWN_WORDS, LoadError
from helpers.formats.layouts import Layout
from helpers.formats.recognition import find
from helpers.readers.cells import Records

ASKED = "How did you hear of this?"
WORDY = 3
NAMELESS = r"\s*(?:\(\d+\))?"
_HINT = "; pass question='…'"
NOT_ASKED = (
    f"row of a survey: no column asks how people heard of this{_HINT}"
    f"|rows of a survey: no column asks how people heard of this{_HINT}"
)
AMBIGUOUS = (
    f"row of a survey: several columns ask how people heard of this{_HINT}"
    f"|rows of a survey: several columns ask how people heard of this{_HINT}"
)
SPREAD = (
    "row of a survey: the question allows several answers, which are spread over columns"
    "|rows of a survey: the question allows several answers, which are spread over columns"
)


def asked(layout: Layout, question: str | None) -> Layout:
    """Return the layout that looks for a question as it was passed, or as it is often put."""
    if not layout.questions:
        return layout
    wordings = (f"*{question.strip()}*",) if question else layout.questions
    signatures = [
        replace(one, shows=tuple(wording if name == ASKED else name for name in one.shows))
        for one in layout.signatures
        for wording in wordings
    ]
    return replace(layout, questions=wordings, signatures=tuple(dict.fromkeys(signatures)))


def named(records: Records, layout: Layout) -> Records:
    """Return a survey's records with the column that asks the question named `ASKED`.

    Where none does, or several do, every record is set aside.
    """
    if not layout.questions:
        return records
    names = [name for name in records.rows if not name.startswith(("above:", "label:"))]
    found = [name for name in names if any(find([name], want) for want in layout.questions)]
    rows = records.rows.drop(columns=[name for name in names if name == ASKED and found != [name]])
    if len(found) != 1:
        reason = AMBIGUOUS if found else NOT_ASKED
        return replace(records, rows=rows, reasons=records.reasons.fillna(reason))
    rows = rows.rename(columns={found[0]: ASKED})
    records = replace(records, rows=rows)
    return _of_one_answer(records, layout.answers_below) if layout.answers_below else records


def _of_one_answer(records: Records, below: tuple[str, ...]) -> Records:
    """Return records whose second header says `below` a question that it takes one answer.

    What stands in the nameless column to its right are people's own words.
    """
    rows = records.rows
    if len(rows) and not rows.iloc[0, 0] and rows[ASKED].iloc[0].strip() not in below:
        return replace(records, reasons=records.reasons.fillna(SPREAD))
    beside = rows.columns[list(rows).index(ASKED) + 1 :][:1]
    if not any(re.fullmatch(NAMELESS, name) for name in beside):
        return records
    is_own = (rows[ASKED].str.strip() == "") & (rows[beside[0]].str.strip() != "")
    return replace(records, rows=rows.assign(**{ASKED: rows[ASKED].mask(is_own, OWN_WORDS)}))


def questions(names: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of a survey that look like questions."""
    return tuple(name for name in names if "?" in name or name.count(" ") >= WORDY)


def check(question: str | None, surveys: dict[str, tuple[str, ...]], *, is_asked: bool) -> None:
    """Refuse a question that no survey asks; `surveys` are what they do ask, by file.

    Raises
    ------
    LoadError
        Naming the questions that were found.
    """
    if question is None or is_asked:
        return
    if not surveys:
        raise LoadError(
            f"question={question!r} was passed, but no file is a survey of Google Forms, "
            f"SurveyMonkey or Qualtrics. Put the survey's export into the folder."
        )
    found = "; ".join(f"{file!r}: {', '.join(map(repr, names))}" for file, names in surveys.items())
    raise LoadError(
        f"question={question!r}: no survey, or more than one column of it, asks this. "
        f"Pass the wording of one question, or a part of it that no other has. Found: {found}."
    )
