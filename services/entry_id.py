"""The id of an entry of a stream: milliseconds since 1970 and a number among those of the same millisecond (Redis)."""


def order(entry_id: str) -> tuple[int, int]:
    """Where an entry stands in its stream, to compare and sort by."""
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence or 0)


def added_at(entry_id: str) -> float:
    """When an entry was added, in seconds since 1970 by Redis' clock."""
    return order(entry_id)[0] / 1000
