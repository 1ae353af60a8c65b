"""NewsML-G2 (IPTC, all of 2.x): a newsItem, or a newsMessage with several."""

from collections import Counter

from lxml import etree

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats.json_values import complete, is_web
from services.ingest.formats.newsml_g2_content import read_content
from services.ingest.formats.newsml_g2_meta import read_content_meta, read_located, read_rights
from services.ingest.formats.newsml_g2_names import Names, asserted_names, code_and_scheme, last_part
from services.ingest.formats.reading import Found, refusal
from services.ingest.formats.xml import parse_xml
from services.ingest.formats.xml_elements import LANGUAGE, Children, local, offer, text_of

MAX_ITEMS = 2000
_SILENT = ("catalogRef", "catalog", "hopHistory")
_WITHDRAWN = frozenset({"canceled", "withheld"})
_OF_A_WITHDRAWAL = {"id": "id", "version": "version", "updated_at": "at", "editor_note": "correction"}


def read_newsml_g2(body: bytes, charset: str | None = None) -> list[Found | Rejected]:
    """Each newsItem of this document; one that is canceled or withheld is a withdrawal. Raises Rejected for other XML.

    Packages, concepts and the other items of G2 are no articles: each of a message is refused by itself.
    """
    root = parse_xml(body, charset)
    if local(root) == "newsItem":
        return [_read_item(root, "/newsItem")]
    if local(root) != "newsMessage":
        raise _no_article(root, f"/{local(root)[:60]}")
    items = [item for item_set in root.iterchildren("{*}itemSet") for item in item_set]
    if not items:
        raise refusal(Reason.INVALID_FIELD, "/newsMessage/itemSet", "has no items")
    if len(items) > MAX_ITEMS:
        raise refusal(Reason.TOO_LARGE, "", f"has {len(items)} items; at most {MAX_ITEMS} are taken in one body")
    counts, found = Counter[str](), []
    for item in items:
        name = local(item)[:60]
        found.append(_read_item(item, f"/newsMessage/itemSet/{name}/{counts[name]}"))
        counts[name] += 1
    return found


def _no_article(element: etree._Element, pointer: str) -> Rejected:
    return refusal(Reason.INVALID_FIELD, pointer, f"{local(element)[:60]} is no article; newsItem is")


def _read_item(item: etree._Element, pointer: str) -> Found | Rejected:
    if local(item) != "newsItem":
        return _no_article(item, pointer)
    found = Found(pointer)
    top = Children(item, "")
    meta = top.inside("itemMeta")
    _read_identity(found, item, meta)
    status = last_part(meta.first("pubStatus")) or "usable"
    if status in _WITHDRAWN:
        return _withdrawal(found)
    if status != "usable":
        return refusal(Reason.INVALID_FIELD, f"{pointer}/itemMeta/pubStatus", "is not usable, withheld or canceled")
    embargo = meta.first("embargoed")
    if embargo is not None and not text_of(embargo):
        return refusal(Reason.INVALID_FIELD, f"{pointer}/itemMeta/embargoed", "is embargoed, and not until when")
    _read_article(found, item, top, meta)
    return complete(found)


def _read_article(found: Found, item: etree._Element, top: Children, meta: Children) -> None:
    content = top.inside("contentMeta")
    spoken = content.first("language")
    language = (spoken is not None and spoken.get("tag")) or item.get(LANGUAGE) or ""
    names = Names(language, asserted_names(top.all("assert"), language))
    read_content_meta(found, content, names)
    _read_item_meta(found, meta, names)
    meta.put(found, "published_at", "firstCreated")
    content.put(found, "updated_at", "contentModified")
    rights = top.inside("rightsInfo")
    read_rights(found, rights, names)
    if len(top.all("rightsInfo")) > 1:
        found.lost("/rightsInfo", "of several the first is used")
    if top.all("assert"):
        found.lost("/assert", "only the names in it are used")
    read_content(found, top.inside("contentSet"))
    read_located(found, content, names)
    found.put("language", item.get(LANGUAGE), "/@xml:lang")
    top.all(*_SILENT)
    for part in (meta, content, top):
        part.lose_rest(found)


def _read_identity(found: Found, item: etree._Element, meta: Children) -> None:
    """What names this version of the item, and what is told of it to editors."""
    found.put("id", item.get("guid", "").strip(), "/@guid")
    found.put("version", item.get("version", "").strip(), "/@version")
    meta.put(found, "updated_at", "versionCreated")
    notes = [text_of(one) for one in meta.few(found, "edNote")]
    found.put("editor_note", "\n".join(filter(None, notes)), f"{meta.place}/edNote")


def _withdrawal(found: Found) -> Found | Rejected:
    """The same item taken back; the note to editors is the reason in words."""
    if "id" not in found.values:
        return refusal(Reason.INVALID_FIELD, f"{found.pointer}/@guid", "names no article to withdraw")
    return Found(
        found.pointer,
        {_OF_A_WITHDRAWAL[name]: value for name, value in found.values.items()},
        "withdrawal",
        {_OF_A_WITHDRAWAL[name]: place for name, place in found.places.items()},
        found.warnings,
    )


def _read_item_meta(found: Found, meta: Children, names: Names) -> None:
    meta.all("itemClass")
    meta.put(found, "embargoed_until", "embargoed")
    meta.put(found, "expires_at", "expires")
    _read_signals(found, meta)
    _read_links(found, meta)
    providers = [names.of(one) or code_and_scheme(one)[0] or "" for one in meta.all("provider")]
    if "source" not in found.values:
        found.put("source", next(filter(None, providers), ""), f"{meta.place}/provider")
    if "title" not in found.values:
        meta.put(found, "title", "title")


def _read_signals(found: Found, meta: Children) -> None:
    """A correction is worded by the notes about it, else by all notes to editors, else by the signal's own name."""
    notes = [one for one in meta.few(found, "edNote") if "correction" in last_part(one, "role", "roleuri")]
    words = "\n".join(filter(None, map(text_of, notes)))
    signals = [last_part(one) for one in meta.few(found, "signal")]
    if "correction" in signals:
        words = words or found.values.get("editor_note", "correction")
    found.put("correction", words or ("update" if "update" in signals else ""), f"{meta.place}/signal")
    if any(signal not in ("correction", "update") for signal in signals):
        found.lost(f"{meta.place}/signal", "is no signal of a correction or an update")


def _read_links(found: Found, meta: Children) -> None:
    links = meta.few(found, "link")
    canonical = [one for one in links if last_part(one, "rel", "reluri") == "canonical" and is_web(one.get("href"))]
    offer(found, "url", [one.get("href", "") for one in canonical], f"{meta.place}/link/@href")
    if len(links) > len(canonical):
        found.lost(f"{meta.place}/link", "is not the canonical address")
    if is_web(found.values.get("id")):
        found.put("url", found.values["id"], "/@guid")
