"""Validation: how often each method is right, in worlds whose truth is known."""

DESIGNS = ("schedule", "campaign", "panel", "posts", "trial")
