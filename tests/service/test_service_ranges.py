"""The `Range` header, in the words of RFC 9110."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualify.service.ranges import ByteRange, UnsatisfiableError, byte_range


@pytest.mark.parametrize(
    ("header", "size", "expected"),
    [
        ("bytes=0-0", 10, (0, 1)),
        ("bytes=2-5", 10, (2, 6)),
        ("bytes=9-", 10, (9, 10)),
        ("bytes=5-99", 10, (5, 10)),
        ("bytes=-3", 10, (7, 10)),
        ("bytes=-99", 10, (0, 10)),
        (None, 10, None),
        ("", 10, None),
        ("bytes=-", 10, None),
        ("bytes=5-2", 10, None),
        ("bytes=0-1, 4-5", 10, None),
        ("bytes=a-b", 10, None),
        ("octets=0-1", 10, None),
        ("bytes=\u0661-\u0662", 10, None),
    ],
)
def test_a_header_asks_for(header: str | None, size: int, expected: tuple[int, int] | None) -> None:
    assert byte_range(header, size) == expected


@pytest.mark.parametrize(
    ("header", "size"), [("bytes=10-", 10), ("bytes=10-12", 10), ("bytes=-0", 10), ("bytes=0-", 0)]
)
def test_a_range_outside_the_file_is_unsatisfiable(header: str, size: int) -> None:
    with pytest.raises(UnsatisfiableError):
        byte_range(header, size)


@given(header=st.text() | st.from_regex(r"bytes=[0-9]{0,20}-[0-9]{0,20}"), size=st.integers(0, 10**9))
def test_no_header_whatever_leads_outside_the_file(header: str, size: int) -> None:
    try:
        found = byte_range(header, size)
    except UnsatisfiableError:
        return
    assert found is None or (isinstance(found, ByteRange) and 0 <= found.start < found.end <= size)
