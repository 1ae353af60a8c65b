"""Who is to be told what of one change: a pure decision on what is known now, whatever the change said."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from schemas.alerts import AlertKind, Told, ToldAlert, ToldArticle, alert_event
from services.alerts.alert import Alert

_TOLD = ("id", "publisher", "version", "title", "url", "published_at", "source", "language", "tags", "summary")
_MOST_SUMMARY_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What the index has of an article: as readers find it, or that it was withdrawn; neither where it is hidden."""

    document: dict[str, Any] | None = None
    tombstone: dict[str, Any] | None = None

    @property
    def revision(self) -> int:
        """The revision of what was seen; 0 where it is hidden."""
        return int((self.document or self.tombstone or {}).get("revision", 0))


@dataclass(frozen=True, slots=True)
class Marks:
    """Who was told of an article up to which revision, and the newest revision that was looked at."""

    newest: int = 0
    told: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one alert. `replaces` says that what still waits to be told of the article is not to be told."""

    alert_id: str
    article_id: str
    id: str
    kind: AlertKind
    body: bytes
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What to write for one change. `newest` is None where nothing needs to be remembered."""

    entry_id: str
    article_id: str
    before: Marks
    newest: int | None = None
    marks: Mapping[str, int] = field(default_factory=dict)
    forget: bool = False
    deliveries: tuple[Delivery, ...] = ()


def decide(
    entry_id: str,
    article_id: str,
    seen: Seen,
    before: Marks,
    matching: Mapping[str, Alert],
    followed: Mapping[str, Alert],
    now: datetime,
) -> Decision:
    """Tells those who match it and were not told, and those who were told of an older revision.

    `matching` are the alerts whose query matches the article now, `followed` those among `before` that there still are.
    """
    revision = seen.revision
    if not revision or revision < before.newest:
        return Decision(entry_id, article_id, before)
    if seen.tombstone is not None:
        return _withdrawn(entry_id, article_id, seen.tombstone, before, followed, now)
    article = seen.document or {}
    told: dict[str, Delivery] = {}
    for alert_id, alert in followed.items():
        if before.told[alert_id] < revision:
            matches = None if alert.broken else alert_id in matching
            told[alert_id] = _delivery("corrected", alert, article, matches, now)
    for alert_id, alert in matching.items():
        if alert_id not in before.told and not alert.paused:
            told[alert_id] = _delivery("matched", alert, article, True, now)
    is_remembered = bool(told or before.newest or article.get("supersedes") is not None)
    return Decision(
        entry_id,
        article_id,
        before,
        revision if is_remembered else None,
        dict.fromkeys(told, revision),
        deliveries=tuple(told.values()),
    )


def _withdrawn(
    entry_id: str,
    article_id: str,
    tombstone: dict[str, Any],
    before: Marks,
    followed: Mapping[str, Alert],
    now: datetime,
) -> Decision:
    named = {name: tombstone[name] for name in ("id", "publisher", "version")}
    deliveries = tuple(
        _delivery("withdrawn", alert, {**named, "revision": tombstone["revision"]}, False, now)
        for alert in followed.values()
    )
    return Decision(entry_id, article_id, before, int(tombstone["revision"]), forget=True, deliveries=deliveries)


def _delivery(
    kind: AlertKind, alert: Alert, article: Mapping[str, Any], matches: bool | None, now: datetime
) -> Delivery:
    told = Told(
        alert=ToldAlert(id=alert.id, name=alert.name, query=alert.line),
        article=told_article(article),
        matches=matches,
    )
    event = alert_event(kind, told, int(article["revision"]), now)
    body = event.model_dump_json(exclude_none=True).encode()
    return Delivery(alert.id, told.article.id, event.id, kind, body, replaces=kind == "withdrawn")


def told_article(document: Mapping[str, Any]) -> ToldArticle:
    """What a target is told of a document."""
    fields = {name: document[name] for name in _TOLD if name in document}
    if summary := fields.get("summary"):
        fields["summary"] = summary[:_MOST_SUMMARY_CHARACTERS]
    return ToldArticle.model_validate(fields)
