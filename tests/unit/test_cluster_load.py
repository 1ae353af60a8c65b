from tests.cluster.load import Gap, longest_gap


def test_the_longest_time_without_an_answer_reaches_to_both_ends() -> None:
    assert longest_gap([], 0.0, 30.0) == Gap(30.0, 0.0)
    assert longest_gap([4.0, 5.0, 6.0], 0.0, 30.0) == Gap(24.0, 6.0)
    assert longest_gap([12.0, 13.0, 29.0], 0.0, 30.0) == Gap(16.0, 13.0)
    assert longest_gap([13.0, -5.0, 12.0, 25.0, 99.0], 0.0, 30.0) == Gap(12.0, 13.0)
