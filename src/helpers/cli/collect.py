"""`quiet-audience collect`: what a platform shows without a token, saved as exports."""

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from helpers.cli import speech
from helpers.cli.speech import Manner


def collect(
    platform: Annotated[
        Literal["bluesky", "mastodon"], typer.Argument(help="Whom to ask; no token is needed.")
    ],
    account: Annotated[str, typer.Argument(help="A Bluesky handle, or a Mastodon name@server.")],
    out: Annotated[Path, typer.Option(help="Where the answers go, such as data/private/me.")],
    posts: Annotated[int, typer.Option(min=1, help="How many of the newest posts.")] = 200,
    server: Annotated[str, typer.Option(help="Another server, such as https://example.org.")] = "",
    quiet: speech.Quiet = False,
    json: speech.Json = False,
) -> None:
    """Save who reacted to an author's posts, as far as a platform shows it.

    Likes, boosts, quotes and replies are asked for politely, page by page. What was
    interrupted goes on where it stopped.
    """
    from helpers import collect as collecting
    from helpers import paths

    manner, folder = Manner("collect", quiet, json), paths.resolve(out)
    expected = (collecting.CollectError, OSError)
    with speech.refusing(manner, "Collecting stopped.", *expected, code=speech.FAILED):
        result = collecting.collect(
            platform, account, folder, posts=posts, server=server, progress=partial(_bar, manner)
        )
    content = {"account": account, "folder": folder, "sentence": result.sentence}
    content |= {"posts": result.posts, "answers": result.answers, "new": result.new}
    content |= {"missing": result.missing}
    speech.answer(manner, f"{account}: {result.sentence}\n  {folder}", content)


def _bar(manner: Manner, posts: list[Any]) -> Iterable[Any]:
    from tqdm import tqdm

    desc = "Who answered each post"
    return tqdm(posts, file=sys.stderr, unit="post", desc=desc, disable=manner.quiet)
