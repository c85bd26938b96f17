"""The tags of a print, which a screen reader follows: mended where WeasyPrint leaves gaps.

An *element* is a node of the tree of tags; what it shows on a page is *marked content*, which
has a number there. An *artifact* is furniture of a page and is not read aloud. Each header of a
table says what it heads (ISO 14289-1, 7.5), the numbers of pages are artifacts (7.8), and a
table that goes on over pages is one table, whose head is read once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Element = Any  # a dictionary of pydyf's
_PAGINATION = b"<</Type /Pagination>>"


@dataclass(frozen=True)
class _Tree:
    """The elements of a PDF, what they refer to, and which element marked each content."""

    objects: dict[bytes, Any]
    elements: list[Element]
    parents: list[Any]

    def kids(self, element: Element, kind: str = "") -> list[Element]:
        """Return the elements right below one, of a kind if one is named."""
        below = [self.objects[kid] for kid in element["K"] if not isinstance(kid, int)]
        return [one for one in below if one["S"] == kind or not kind]

    def marked(self, element: Element) -> Iterator[tuple[Any, int]]:
        """Yield the page and the number of all that an element and those below it mark."""
        for kid in element["K"]:
            if isinstance(kid, int):
                yield self.objects[element["Pg"]], kid
            else:
                yield from self.marked(self.objects[kid])


def finish(_: Any, pdf: Any) -> None:
    """Mend the tags of a PDF, before WeasyPrint writes it."""
    tree = _tree(pdf)
    for element in tree.elements:
        above = tree.objects[element["P"]]
        if element.reference not in above["K"]:
            _leave_out(element, tree)  # a box in a page's margin
    for table, more in _continued(tree):
        _join(table, more, tree)
    for table in tree.elements:
        if table["S"] == "/Table":
            _head(table, tree)


def _tree(pdf: Any) -> _Tree:
    objects = {one.reference: one for one in pdf.objects}
    found = [one for one in pdf.objects if isinstance(one, dict)]
    elements = [one for one in found if one.get("Type") == "/StructElem"]
    (root,) = (one for one in found if one.get("Type") == "/StructTreeRoot")
    return _Tree(objects, elements, objects[root["ParentTree"]]["Nums"])


def _leave_out(element: Element, tree: _Tree) -> None:
    """Make an artifact of all that an element marks."""
    for page, number in tree.marked(element):
        drawn = tree.objects[page["Contents"]].stream
        for place, item in enumerate(drawn):
            if isinstance(item, dict) and item.get("MCID") == number:
                drawn[place - 1 : place + 1] = "/Artifact", _PAGINATION
        tree.parents[2 * page["StructParents"] + 1][number] = "null"
    element["K"].clear()


def _continued(tree: _Tree) -> list[tuple[Element, Element]]:
    """Return each table with a part of it on a later page: uncaptioned, and first there."""
    (document,) = (one for one in tree.elements if one["S"] == "/Document")
    found, table = list[tuple[Element, Element]](), None
    for part in tree.kids(document, "/Part"):
        below = tree.kids(part) or [{"S": ""}]
        first, last = below[0], below[-1]
        goes_on = table and first["S"] == "/Table" and not tree.kids(first, "/Caption")
        if goes_on:
            found.append((table, first))
        if first is not last or not goes_on:
            table = last if last["S"] == "/Table" else None
    return found


def _join(table: Element, more: Element, tree: _Tree) -> None:
    """Move the rows of a table's later part to it, and leave out the head they stand below."""
    for head in tree.kids(more, "/THead"):
        _leave_out(head, tree)
    for body in tree.kids(more, "/TBody"):
        body["P"] = table.reference
        table["K"].append(body.reference)
        for row in tree.kids(body):
            for cell in tree.kids(row, "/TD"):
                cell["A"].pop("Headers", None)
    tree.objects[more["P"]]["K"].remove(more.reference)
    more["K"].clear()


def _head(table: Element, tree: _Tree) -> None:
    """Say of each header whether it heads a column or a row."""
    for kind, scope in (("/THead", "/Column"), ("/TBody", "/Row")):
        for group in tree.kids(table, kind):
            for row in tree.kids(group):
                for header in tree.kids(row, "/TH"):
                    header["A"]["Scope"] = scope
