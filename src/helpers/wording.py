"""How figures are written in sentences, the same everywhere.

Counts of fewer than `FEWEST` people are not written: they might tell who.
"""

FEWEST = 10
WHOLE = 100


def percent(share: float, digits: int = 0) -> str:
    """Write a share in per cent: 0.878 with one digit is "87.8 %"."""
    return f"{100 * share:.{digits}f} %"


def few_or_many(figure: float) -> str:
    """Write a figure to a tenth below 100, and whole from there on."""
    return f"{figure:,.{0 if round(figure, 1) >= WHOLE else 1}f}"


def span(low: float, high: float, digits: int = 1) -> str:
    """Write two shares as one figure where they read alike, else "12.0 % to 15.5 %"."""
    first, last = percent(low, digits), percent(high, digits)
    return first if first == last else f"{first} to {last}"
