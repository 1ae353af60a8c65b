"""What processes take of the machine, and waiting for them."""

import os

import httpx
import pytest

from benchmarks.processes import Service, until


def test_a_process_has_never_had_less_than_it_has() -> None:
    own = Service("", os.getpid())
    now = own.resident_bytes()
    assert own.peak_bytes() > 0.9 * now > 9_000_000  # Linux counts in batches


def test_work_takes_processor_time() -> None:
    own = Service("", os.getpid())
    before = own.cpu_seconds()
    while own.cpu_seconds() < before + 0.02:
        sum(range(100_000))
    assert own.cpu_seconds() > before


def test_what_never_comes_ends_the_waiting() -> None:
    with pytest.raises(RuntimeError):
        until(lambda: False, 0.01, pause=0.001)


def test_a_server_that_is_not_there_yet_may_come() -> None:
    answers = iter([httpx.ConnectError("not yet"), None])

    def is_there() -> bool:
        if problem := next(answers):
            raise problem
        return True

    until(is_there, 5, pause=0.001)
