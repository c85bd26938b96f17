"""`quiet-audience sample`: the bundled invented authors, written anew."""

from helpers.cli import speech
from helpers.cli.speech import Manner


def sample(quiet: speech.Quiet = False, json: speech.Json = False) -> None:
    """Write the bundled sample anew, byte for byte."""
    from helpers import codebook, front, gallery, paths, simulate

    manner, root = Manner("sample", quiet, json), paths.root()
    with speech.waiting(manner, "Writing three invented authors and what is drawn of them"):
        simulate.write_sample(root / "data" / "sample")
        codebook.write(root / "data" / "README.md")
        gallery.write(root)
    words = (
        "Three invented authors written to data/sample, their truth to data/README.md.\n"
        f"The README's figure written to {front.FIGURE}."
    )
    written = ["data/sample", "data/README.md", str(front.FIGURE)]
    speech.answer(manner, words, {"written": written})
