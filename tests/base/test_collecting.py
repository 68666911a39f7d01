"""The garbage collector runs seldom inside a long work, and as before after it, however it ends."""

import gc

import pytest

from quannan.base.collecting import rarely_collected


def test_thresholds_are_raised_inside_and_put_back():
    before = gc.get_threshold()
    with rarely_collected():
        assert gc.get_threshold()[0] > before[0]
    assert gc.get_threshold() == before


def test_thresholds_are_put_back_after_an_error():
    before = gc.get_threshold()
    with pytest.raises(ZeroDivisionError), rarely_collected():
        raise ZeroDivisionError
    assert gc.get_threshold() == before
