"""What a file says once all that is packed in it is laid open: for tests of what may leak."""

import base64
import binascii
import html
import re
import struct
import urllib.parse
import zlib

PNG = b"\x89PNG\r\n\x1a\n"
_PACKED = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_UTF16 = re.compile(rb"<feff((?:[0-9a-f]{4})+)>", re.IGNORECASE)
_MAPPED = re.compile(rb"<([0-9a-f]{4})> <((?:[0-9a-f]{4})+)>", re.IGNORECASE)
_DRAWN = re.compile(rb"\[([^\]]*)\]\s*TJ")
_OBJECT = re.compile(rb"(\d+) 0 obj\r?\n(.*?)\r?\nendobj", re.DOTALL)


def everything(content: bytes, depth: int = 3) -> str:
    """Return all that some bytes say: as they are, unescaped, unpacked and unpacked again."""
    text = content.decode("utf-8", "replace")
    said = [text, html.unescape(text), urllib.parse.unquote(text)]
    if content.startswith(b"%PDF"):
        said += [laid_open(content).decode("latin-1"), *strings(content), printed_words(content)]
    if content.startswith(PNG):
        said += chunks(content)
    if depth:
        said += [everything(one, depth - 1) for one in packed(content)]
    return "\n".join(said)


def packed(content: bytes) -> list[bytes]:
    """Return what stands in Base64, as pictures do; in a notebook in several lines."""
    found = []
    for run in _PACKED.findall(content.replace(b"\\n", b"")):
        try:
            found.append(base64.b64decode(run + b"=" * (-len(run) % 4)))
        except binascii.Error:
            continue
    return found


def chunks(picture: bytes) -> list[str]:
    """Return the texts that a PNG carries beside its picture, compressed or not."""
    place, said = len(PNG), []
    while place + 8 <= len(picture):
        length, kind = struct.unpack(">I4s", picture[place : place + 8])
        content = picture[place + 8 : place + 8 + length]
        if kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"):
            key, _, rest = content.partition(b"\0")
            said.append((key + b" " + rest).decode("latin-1"))
            said += [inflated(rest[skip:]).decode("latin-1") for skip in range(1, 5)]
        place += length + 12
    return said


def inflated(content: bytes) -> bytes:
    """Return compressed bytes laid open; none if they are something else."""
    try:
        return zlib.decompressobj().decompress(content)
    except zlib.error:
        return b""


def laid_open(pdf: bytes) -> bytes:
    """Return a PDF with what was compressed laid open behind it."""
    return pdf + b"\n".join(inflated(one) for one in _STREAM.findall(pdf))


def strings(pdf: bytes) -> list[str]:
    """Return a PDF's texts that are stored in UTF-16: titles, alternative texts, bookmarks."""
    return [
        bytes.fromhex(one.decode()).decode("utf-16-be") for one in _UTF16.findall(laid_open(pdf))
    ]


def printed_words(pdf: bytes) -> str:
    """Return the words that a PDF shows, read through the map of each of its fonts."""
    streams = [inflated(one) for one in _STREAM.findall(pdf)]
    maps = [dict(_MAPPED.findall(one)) for one in streams if b"beginbfchar" in one]
    drawn = [b"".join(re.findall(rb"<([^>]*)>", one)) for s in streams for one in _DRAWN.findall(s)]
    return "\n".join("".join(_word(one, known) for one in drawn) for known in maps)


def _word(glyphs: bytes, known: dict[bytes, bytes]) -> str:
    signs = [known.get(glyphs[at : at + 4], b"") for at in range(0, len(glyphs), 4)]
    return b"".join(bytes.fromhex(sign.decode()) for sign in signs).decode("utf-16-be", "replace")


def read_aloud(pdf: bytes) -> list[tuple[str, str]]:
    """Return what a screen reader meets, in its order: each element's kind, and its scope."""
    objects = _objects(pdf)
    (root,) = (one for one in objects.values() if b"/Type /StructTreeRoot" in one)
    return list(_walked(root, objects))


def _objects(pdf: bytes) -> dict[bytes, bytes]:
    """Return the content of each object by its number, those in object streams too."""
    found = dict(_OBJECT.findall(pdf))
    for content in list(found.values()):
        if b"/Type /ObjStm" in content:
            inside = inflated(_STREAM.findall(content)[0])
            first = int(re.findall(rb"/First (\d+)", content)[0])
            places = [int(one) for one in inside[:first].split()]
            ends = [*places[3::2], len(inside) - first]
            for number, start, end in zip(places[::2], places[1::2], ends, strict=True):
                found[str(number).encode()] = inside[first + start : first + end]
    return found


def _walked(element: bytes, objects: dict[bytes, bytes]):
    for kid in re.findall(rb"(\d+) 0 R", re.findall(rb"/K \[(.*?)\]", element)[0]):
        below = objects[kid]
        scope = re.findall(rb"/Scope /(\w+)", below)
        yield re.findall(rb"/S /(\w+)", below)[0].decode(), b"".join(scope).decode()
        yield from _walked(below, objects)
