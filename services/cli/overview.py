"""How a reading looks in a terminal of 80 columns: what needs a person first, in words and in colour."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from services.health.figures import POSTED, VERDICTS, Rates, at_most, by_label
from services.health.finding import Finding, Level, pressing, worst
from services.health.judge_redis import age
from services.health.readings import Away, IndexReading, Reading, RedisReading

STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.BAD: "bold red"}
_MOST_PUBLISHERS = 10


def overview(reading: Reading, findings: Sequence[Finding], changed: Rates | None = None) -> RenderableType:
    """What needs a person, the figures, and the publishers; `changed` adds rates."""
    needed = pressing(findings)
    parts = [told(needed)] if needed else []
    parts += [Text(""), figures(reading, changed), Text(""), publishers(reading, changed)]
    return Group(summary(findings), *parts)


def summary(findings: Sequence[Finding]) -> Text:
    """One line that says whether a person is needed."""
    level, needed = worst(findings), len(pressing(findings))
    words = {
        Level.OK: "all is well",
        Level.WARN: f"{needed} to look at",
        Level.BAD: f"a person is needed now: {needed} to look at",
    }
    return Text(f"Wiredesk: {words[level]}", style=STYLES[level])


def told(findings: Iterable[Finding]) -> RenderableType:
    """Each finding with its level in words, and below it what to do."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for one in findings:
        what = Text(one.what, style=STYLES[one.level])
        what.append(f"\n→ {one.do}" if one.do else "", style="default")
        table.add_row(Text(one.level.value, style=STYLES[one.level]), one.part, what)
    return table


def figures(reading: Reading, changed: Rates | None) -> RenderableType:
    """Flow, lag, verdicts, dead letters, index, disk and memory, a line each; what did not answer is left out."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    rows = {} if isinstance(reading.redis, Away) else _of_redis(reading.redis, changed)
    rows |= _of_services(reading, changed)
    rows |= {} if isinstance(reading.index, Away) else _of_index(reading.index)
    for name, value in rows.items():
        table.add_row(name, Text(value))
    return table


def _of_redis(redis: RedisReading, changed: Rates | None) -> dict[str, str]:
    newest = "no article yet" if redis.newest is None else f"newest article {age(redis.newest)} ago"
    flow = [f"{redis.added:,} accepted", newest]
    if changed and changed.accepted is not None:
        settled = "unknown" if changed.settled is None else f"{changed.settled:,.1f}"
        flow.insert(0, f"{changed.accepted:,.1f}/s in, {settled}/s done")
    memory = f"{size(redis.memory)} of {size(redis.memory_limit) if redis.memory_limit else 'no limit'}"
    rows = {"flow": ", ".join(flow)}
    if redis.indexer:
        lag = "unknown" if redis.indexer.lag is None else f"{redis.indexer.lag:,}"
        rows["lag"] = f"{lag} not read, {redis.indexer.pending:,} in hand, oldest {age(redis.indexer.oldest)}"
    rows["dead letters"] = f"{redis.dead.kept:,}" + (f", {size(redis.dead.size)}" if redis.dead.kept else "")
    rows["redis"] = f"{redis.server}, {memory}, {redis.policy}, {'append-only' if redis.appends else 'no append-only'}"
    return rows


def _of_services(reading: Reading, changed: Rates | None) -> dict[str, str]:
    rows = {}
    verdicts = by_label(reading.services, VERDICTS, "verdict")
    if verdicts:
        per_second = changed.verdicts if changed else {}
        rows["verdicts"] = ", ".join(
            f"{name} {count:,.0f}" + (f" ({per_second[name]:,.1f}/s)" if name in per_second else "")
            for name, count in verdicts.items()
        )
    half, most = at_most(reading.services, 0.5), at_most(reading.services, 0.99)
    if half is not None and most is not None:
        rows["searchable"] = f"half within {half:g} s, 99 % within {most:g} s of 202"
    return rows


def _of_index(index: IndexReading) -> dict[str, str]:
    bytes_of_all = sum(one.size for one in index.indices)
    found = "no index" if index.documents is None else f"{index.documents:,} documents, {size(bytes_of_all)}"
    disks = (f"{size(disk.free)} of {size(disk.total)} free on {disk.node}" for disk in index.disks)
    return {"index": f"{found}, {index.server}, {index.health}", "disk": ", ".join(disks)}


def publishers(reading: Reading, changed: Rates | None) -> RenderableType:
    """The publishers whose newest articles took longest to get into the index, the slowest first."""
    slowest = () if isinstance(reading.index, Away) else reading.index.delays
    if not slowest:
        return Text("")
    posted: Mapping[str, float] = by_label(reading.services, POSTED, "publisher")
    sampled = sum(one.articles for one in slowest)
    table = Table(box=None, pad_edge=False, title=f"Slowest publishers, of the {sampled} newest articles")
    table.title_justify = "left"
    table.add_column("publisher", overflow="ellipsis", no_wrap=True, max_width=24)
    columns = ("newest", "articles", "median s", "slowest s", *(("posted",) if posted else ()))
    for name in (*columns, *(("per s",) if changed else ())):
        table.add_column(name, justify="right", no_wrap=True)
    for one in slowest[:_MOST_PUBLISHERS]:
        cells = [one.publisher, f"{one.newest:%d %b %H:%M}", f"{one.articles}", f"{one.median:.1f}"]
        cells += [f"{one.slowest:.1f}", *([f"{posted.get(one.publisher, 0):,.0f}"] if posted else [])]
        table.add_row(*cells, *([f"{changed.publishers.get(one.publisher, 0):,.1f}"] if changed else []))
    return table


def size(count: float) -> str:
    """Bytes for people, in powers of ten."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
