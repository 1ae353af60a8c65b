"""Why a draft is as it is: the reason for its id, title, dates, language, each tag and each removed line."""

from typing import Any

from schemas.article import Article, own_cluster
from services.ingest.draft import Burial, Draft
from services.ingest.formats.page_lines import left_out
from services.ingest.order import instant, microseconds
from services.ingest.posted import Item
from services.ingest.prepare import Prepared
from services.vocabulary.gazetteer import Gazetteer
from services.vocabulary.names import canonical_tag

_TOLD = ("subtitle", "authors", "source", "section", "image", "url")
_FLAGS = {
    "published-in-future": "later than now; it sorts as if published when accepted",
    "updated-in-future": "later than now; the version counts from its acceptance",
    "published-before-web": "a page cannot be from before 1990; it sorts as if published when accepted",
    "updated-before-published": "updated more than a day before it was published",
    "published-impossible": "before 1600 or more than a day ahead, so the page's date of publication is not used",
    "updated-impossible": "before 1600 or more than a day ahead, so the page's date of update is not used",
}
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
    removed = draft.removed if page is None else left_out(page, draft.title, draft.body)
    article = draft.article(revision, instant(now))
    return {
        "article": article.model_dump(mode="json", exclude_none=True),
        "explained": {
            "id": _id(draft),
            "title": _origin(item, "title", "the page's headline" if draft.from_page else "the text's first sentence"),
            **{name: _beside(draft, item, name) for name in _TOLD if getattr(draft, name)},
            "dates": {name: _origin(item, name, "the page's text") for name in _DATES if getattr(draft, name)},
            "date_flags": {flag: _FLAGS[flag] for flag in article.date_flags},
            "language": _language(draft, item),
            "tags": _tags(draft, gazetteer),
            "cluster": _cluster(article),
            "removed": [{"line": line, "reason": reason} for line, reason in removed.items()],
        },
    }


def _withdrawal(burial: Burial) -> dict[str, Any]:
    at = burial.at.isoformat() if burial.at else None
    return {"withdrawal": {"id": burial.id, "version": burial.number, "at": at}, "explained": {"id": "as it was named"}}


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


def _beside(draft: Draft, item: Item, name: str) -> str:
    is_credit = name == "source" and draft.is_credited
    return "credited in the text" if is_credit else _origin(item, name, "the page's text")


def _language(draft: Draft, item: Item) -> str:
    stated = getattr(item.content, "language", None)
    if draft.language_confidence is None:
        return _origin(item, "language", "as the article had it")
    if draft.language == "und":
        return "too little or mixed text to tell"
    told = f"recognized from the text with a confidence of {draft.language_confidence:.2f}"
    return f"{told}; {_origin(item, 'language', '')} says {stated}, which the text is not in" if stated else told


def _cluster(article: Article) -> str:
    if article.cluster_id == own_cluster(article.id):
        return "its own: no earlier text is known that says the same"
    return "that of an earlier text which says much the same"


def _tags(draft: Draft, gazetteer: Gazetteer) -> dict[str, str]:
    """The reason for each tag: the publisher's own word for it, or the name that stands in the text."""
    reasons: dict[str, str] = {}
    for what, label in draft.stated_labels():
        slug = canonical_tag(label, gazetteer.aliases, gazetteer.shorts)
        if slug in draft.tags:
            reasons.setdefault(slug, f"the publisher's {what} “{label}”")
    for auto in draft.auto_tags:
        place = f"“{auto.text}” at {auto.start} to {auto.end} of the {auto.field}"
        reasons.setdefault(auto.slug, f"{auto.kind}: {place} ({auto.rule}, score {auto.score:g})")
    return reasons
