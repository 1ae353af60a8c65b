"""Whether OpenSearch is as Wiredesk needs it, before a start: a pure function of a reading."""

from collections.abc import Iterator

from services.health.finding import Finding, bad, well
from services.health.judge_index import judge_cluster, judge_index
from services.health.readings import IndexReading

OLDEST = 3
TESTED = "3.8"


def judge_before(index: IndexReading) -> Iterator[Finding]:
    """Findings on the version and on everything that `wiredesk status` judges; that there is no index yet is well."""
    name, _, version = index.server.partition(" ")
    if name != "OpenSearch" or not version.split(".")[0].isdigit() or int(version.split(".")[0]) < OLDEST:
        yield bad("opensearch", f"{index.server} answers", f"OpenSearch {OLDEST}.0 is needed, {TESTED} is tested")
    else:
        yield well("opensearch", f"{index.server} answers")
    if any(index.aliases.values()):
        yield from judge_index(index)
    else:
        yield well("index", "there is none yet; the indexer makes it")
        yield from judge_cluster(index)
