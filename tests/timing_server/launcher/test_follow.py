"""Merge patches as the launcher, and tests, apply them."""

from typing import Any

import pytest

from tests.rfc_7396 import RFC_CASES
from timing_server.launcher.follow import merge_patch


@pytest.mark.parametrize(
    ("document", "patch", "result"),
    RFC_CASES,
)
def test_patches_apply_as_the_standard_says(document: Any, patch: Any, result: Any) -> None:
    """It should pass the examples of RFC 7396, appendix A."""
    assert merge_patch(document, patch) == result
