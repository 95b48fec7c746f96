"""How many examples dear properties are tried with: a share of what the profile says."""

from hypothesis import settings

#: What the profile of this run says.
EXAMPLES = settings().max_examples


def share_of_examples(part: float) -> int:
    """Return so great a part of the profile's examples, and never none."""
    return max(2, round(EXAMPLES * part))
