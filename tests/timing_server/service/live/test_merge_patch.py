from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timing_server.launcher.follow import merge_patch
from timing_server.service.live.merge_patch import difference as subject

LEAVES = st.booleans() | st.integers(-5, 5) | st.text(max_size=3) | st.floats(-2, 2)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.text("abc", max_size=2), JSON, max_size=4)


@given(DOCUMENTS, DOCUMENTS)
def test_the_patch_leads_from_one_document_to_the_other(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    """It should do so when a client applies it."""
    patch = subject(before, after)
    assert merge_patch(before, patch) == after
    assert bool(patch) == (before != after) or _differ_in_type(before, after)


def _differ_in_type(before: Any, after: Any) -> bool:
    """Whether documents that Python calls equal aren't the same JSON, as 1, 1.0 and true."""
    return repr(before) != repr(after)


@given(DOCUMENTS)
def test_nothing_changed_is_no_patch(document: dict[str, Any]) -> None:
    """It should be empty between equal documents."""
    assert subject(document, dict(document)) == {}


@pytest.mark.parametrize(
    ("before", "after", "patch"),
    [
        ({"a": 1}, {}, {"a": None}),
        ({}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, {"a": {"c": 3}}),
        ({"a": [1, 2]}, {"a": [1]}, {"a": [1]}),
        ({"a": {"b": 1}}, {"a": 1}, {"a": 1}),
        ({"a": 1}, {"a": True}, {"a": True}),
    ],
)
def test_patches_are_small(before: Any, after: Any, patch: Any) -> None:
    """It should name what changed and nothing else."""
    assert subject(before, after) == patch
