"""What a reading means for people: pure functions from readings to findings.

The limits are those of the alert rules in deploy/prometheus/rules.yml, where these have one.
"""

from services.health.finding import Finding, bad, well
from services.health.judge_index import judge_index
from services.health.judge_redis import USUAL, Limits, judge_redis
from services.health.readings import Away, Reading, ServiceReading


def judge(reading: Reading, limits: Limits = USUAL) -> list[Finding]:
    """All findings, in the order of an article's way; those that are well too."""
    redis, index = reading.redis, reading.index
    found: list[Finding] = []
    if isinstance(redis, Away):
        found.append(judge_away("redis", "Redis", redis, "WIREDESK_REDIS_URL"))
    else:
        found += judge_redis(redis, limits)
    if isinstance(index, Away):
        found.append(judge_away("opensearch", "OpenSearch", index, "WIREDESK_OPENSEARCH_URL"))
    else:
        found += judge_index(index)
    return [*found, *map(_service, reading.services)]


def unreachable(reading: Reading) -> bool:
    """Whether one of the servers does not answer at all."""
    return any(isinstance(one, Away) and not one.answered for one in (reading.redis, reading.index))


def judge_away(part: str, name: str, away: Away, setting: str) -> Finding:
    """What to do about a server that does not tell; `setting` names the variable with its address."""
    if away.stranger:
        return bad(part, f"{name} does not know this user: {away.why}", f"mend user and password, see {setting}")
    if away.answered:
        return bad(part, f"{name} refuses to tell: {away.why}", "ask as a user with the rights for it: ops")
    if "certificate" in away.why.lower():
        return bad(
            part,
            f"the certificate of {name} is not believed: {away.why}",
            "WIREDESK_OPENSEARCH_CA_FILE has to be the authority's PEM, and the address one of the certificate's names",
        )
    return bad(part, f"{name} does not answer: {away.why}", f"start it, or mend {setting}")


def _service(one: ServiceReading) -> Finding:
    where = f"{one.service} at {one.address}"
    if not one.answers:
        return bad("services", f"{where} does not answer: {one.missing}", f"start {one.service}, or mend its address")
    if one.missing:
        return bad("services", f"{where} is not ready: {one.missing}", "mend what it names; it goes on by itself")
    return well("services", f"{where} is ready")
