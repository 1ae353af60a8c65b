"""Why a draft is as it is: the reason for its id, title, dates, language, each tag and each removed line."""

from typing import Any

from services.ingest.draft import Burial, Draft
from services.ingest.order import instant, microseconds
from services.ingest.posted import Item
from services.ingest.prepare import Prepared
from services.ingest.text import clean_line
from services.vocabulary.gazetteer import Gazetteer
from services.vocabulary.names import canonical_tag

_DATES = ("published_at", "updated_at", "embargoed_until", "expires_at")


def explained(
    prepared: Prepared, item: Item, format_name: str, page: str | None, gazetteer: Gazetteer, now: int
) -> dict[str, Any]:
    """What would become of an item if it were accepted now (µs since 1970): a document, a withdrawal, or a hint.

    `page` is the whole text of an HTML page, of which the lines that are not in the article are told too.
    """
    warnings = list(item.warnings)
    told: dict[str, Any] = {"hint": {"id": prepared.hint_id}}
    for work in prepared.work[:1]:
        warnings += work.warnings
        told = _withdrawal(work) if isinstance(work, Burial) else _article(work, item, page, gazetteer, now)
        told["explained"]["format"] = format_name
    return {**told, "warnings": [warning.model_dump() for warning in warnings]}


def _article(draft: Draft, item: Item, page: str | None, gazetteer: Gazetteer, now: int) -> dict[str, Any]:
    revision = max(1, min(microseconds(draft.updated_at), now)) if draft.updated_at else now
    removed = draft.removed if page is None else _left_out(page, draft)
    return {
        "article": draft.article(revision, instant(now)).model_dump(mode="json", exclude_none=True),
        "explained": {
            "id": _id(draft),
            "title": _origin(item, "title", "the page's headline" if draft.from_page else "the text's first sentence"),
            "dates": {name: _origin(item, name, "the page's text") for name in _DATES if getattr(draft, name)},
            "language": _language(draft, item),
            "tags": _tags(draft, gazetteer),
            "removed": [{"line": line, "reason": reason} for line, reason in removed.items()],
        },
    }


def _withdrawal(burial: Burial) -> dict[str, Any]:
    at = burial.at.isoformat() if burial.at else None
    return {"withdrawal": {"id": burial.id, "version": burial.number, "at": at}, "explained": {"id": "as it was named"}}


def _left_out(page: str, draft: Draft) -> dict[str, str]:
    """The page's lines that stand neither in title nor in body."""
    kept = {draft.title, *draft.body.split("\n")}
    lines = (clean_line(line) for line in page.split("\n"))
    return {line: "outside the article's text" for line in lines if line and line not in kept}


def _id(draft: Draft) -> str:
    own = draft.external_id or draft.own_id
    if draft.external_id:
        return f"a hash of the publisher's own id {own}, which is too long or not safe in an address"
    if own:
        return "the publisher's own id"
    return f"a hash of the address {draft.url}" if draft.url else "a hash of title and text"


def _origin(item: Item, name: str, otherwise: str) -> str:
    """Where a field was read: a place in the body, a query parameter, or what else it was made of."""
    if name in item.places:
        return item.places[name]
    stated = getattr(item.content, name, None)
    return f"/{name}" if stated not in (None, "", ()) else otherwise


def _language(draft: Draft, item: Item) -> str:
    if getattr(item.content, "language", None):
        return _origin(item, "language", "")
    return "too little or mixed text to tell" if draft.language == "und" else "recognized from the text"


def _tags(draft: Draft, gazetteer: Gazetteer) -> dict[str, str]:
    """The reason for each tag: the publisher's own word for it, or the name that stands in the text."""
    reasons: dict[str, str] = {}
    for what, label in draft.stated_labels():
        slug = canonical_tag(label, gazetteer.aliases, gazetteer.shorts)
        if slug in draft.tags:
            reasons.setdefault(slug, f"the publisher's {what} “{label}”")
    for auto in draft.auto_tags:
        place = f"“{auto.text}” at {auto.start} to {auto.end} of the {auto.field}"
        reasons.setdefault(auto.slug, f"{auto.kind}: {place} ({auto.rule})")
    return reasons
