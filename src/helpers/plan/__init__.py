"""Planning a posting test: a calendar drawn by lot, and whether it would find anything.

`schedule` draws weeks with and without posts, `write` and `read` keep them as CSV and
iCalendar, `power` and `sentence` say beforehand how often such a test would find a lift, and
`holdout` how many readers a trial of a newsletter needs.
"""

from helpers.plan.files import read, write
from helpers.plan.holdout import holdout, holdouts
from helpers.plan.power import power, prospects
from helpers.plan.schedule import PlanError, blocks, schedule, summary
from helpers.plan.wording import sentence

__all__ = [
    "PlanError",
    "blocks",
    "holdout",
    "holdouts",
    "power",
    "prospects",
    "read",
    "schedule",
    "sentence",
    "summary",
    "write",
]
