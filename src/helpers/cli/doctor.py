"""`quiet-audience doctor`: what is installed, what is missing, and what to do."""

from dataclasses import asdict

from helpers.cli import speech
from helpers.cli.speech import Manner

STATES = {(True, True): "ok", (True, False): "ok", (False, True): "MISSING", (False, False): "less"}


def doctor(quiet: speech.Quiet = False, json: speech.Json = False) -> None:
    """Say what is installed, what is missing, and what to do.

    A line says "ok"; "MISSING", and the rest cannot work; or "less", and only what the
    line names cannot.
    """
    from helpers import machine

    manner = Manner("doctor", quiet, json)
    with (
        speech.refusing(manner, "Nothing was looked at.", FileNotFoundError),
        speech.waiting(manner, "Looking"),
    ):
        needs = machine.needs()
    states = [STATES[need.met, need.needed] for need in needs]
    said = [
        speech.lines(
            f"{state:<8} {need.name}: ", need.found + ("" if need.met else f". {need.to_do}")
        )
        for state, need in zip(states, needs, strict=True)
    ]
    missing = [
        f"{need.name}: {need.found}. {need.to_do}" for need in needs if not need.met and need.needed
    ]
    content = {
        "needs": [asdict(need) | {"state": s} for need, s in zip(needs, states, strict=True)]
    }
    speech.answer(manner, "\n".join(said), content, missing)
