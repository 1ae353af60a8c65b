"""When what was written is made searchable: a pure decision."""

LONGEST_SECONDS = 5.0
_OF_LATENESS = 0.1


def may_wait(collected: int, in_hand: int, max_in_hand: int, late: float, since: float) -> bool:
    """Whether what was collected may wait for more to be made searchable with it.

    A refresh makes a part of the index, and many small parts cost what they are merged with. So what comes late anyway,
    by `late` seconds, waits up to a tenth of that longer, at most five seconds after the settling before (`since`);
    but not where nothing else is in hand, nor until the reader has to stop for it.
    """
    is_all = collected >= min(in_hand, max_in_hand // 2)
    return not is_all and since < min(LONGEST_SECONDS, _OF_LATENESS * late)
