"""Helpers of Quiet Audience: what likes and follower counts miss about an author's readers."""
