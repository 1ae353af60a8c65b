"""Whether this machine's limits and clock are as needed: pure functions of what it says."""

from services.health.finding import Finding, bad, warn, well

NEEDED_MAPS = 262_144
_FILES_BESIDE = 256
_MOST_SKEW = 2.0


def judge_files(limit: int, at_once: int) -> Finding:
    """On how many files a process may open, when a service has so many connections at once."""
    needed = at_once + _FILES_BESIDE
    if limit < needed:
        return bad("limits", f"a process may open {limit:,} files, {needed:,} may be needed", f"ulimit -n {2 * needed}")
    return well("limits", f"a process may open {limit:,} files")


def judge_maps(maps: int | None) -> Finding | None:
    """On `vm.max_map_count` of a machine that OpenSearch runs on; None where it does not say."""
    if maps is None:
        return None
    if maps < NEEDED_MAPS:
        return warn(
            "limits",
            f"vm.max_map_count is {maps:,}: OpenSearch does not start beyond loopback",
            f"sysctl -w vm.max_map_count={NEEDED_MAPS}, and the same in /etc/sysctl.d",
        )
    return well("limits", f"vm.max_map_count is {maps:,}")


def judge_clock(server: str, theirs: float, before: float, after: float) -> Finding:
    """On a server's clock, asked between two instants of ours; all in seconds since 1970.

    What the answer took may have passed before or behind the look at the clock, and is no skew.
    """
    skew = theirs - (before + after) / 2
    sure = abs(skew) - (after - before) / 2
    if sure > _MOST_SKEW:
        return warn(
            "clock",
            f"the clock of {server} is {abs(skew):.1f} s {'ahead of' if skew > 0 else 'behind'} ours",
            "let all machines follow NTP: timedatectl set-ntp true",
        )
    return well("clock", f"ours and that of {server} agree")
