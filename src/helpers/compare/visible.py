"""What anyone can see of an author: how many follow, and how many likes a post draws."""

import numpy as np

from helpers.lurkers import questions
from helpers.tables import Engagement


def followers(engagement: Engagement) -> float:
    """Return the followers of the last counts, summed over platforms; missing without counts.

    Who follows on two platforms counts twice, as in the sum that a publisher would make.
    """
    return float(questions.followers(engagement).high)


def likes(engagement: Engagement) -> float:
    """Return likes a post, over posts whose likes are known; missing where none are.

    A total that a platform states comes before likes that are listed by name.
    """
    stated = engagement.tallies[engagement.tallies["kind"] == "like"]
    stated = stated.sort_values(["as_of", "count"], na_position="first")
    counted = stated.drop_duplicates("post_id", keep="last").set_index("post_id")["count"]
    named = engagement.responses.loc[engagement.responses["kind"] == "like", "post_id"]
    each = counted.astype("float64").combine_first(named.value_counts().astype("float64"))
    return float(each.mean()) if len(each) else np.nan
