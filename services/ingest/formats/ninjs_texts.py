"""Headlines, texts and pictures of ninjs: 1.x has a key for each rendition (`body_html`), 2.x and 3.x a list."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from services.ingest.formats.html_text import has_markup
from services.ingest.formats.json_values import entries, is_web, only, plain, put_html, take, text
from services.ingest.formats.reading import Found, escape


class Rendition(NamedTuple):
    """One wording of a headline, a description or a body. `role` is `html`, `main` and so on, `kind` its media type."""

    place: str
    role: str
    kind: str
    value: str


_OF_A_RENDITION = "value role contentType contenttype charCount charcount wordCount wordcount".split()
_SUBTITLES = frozenset("sub subtitle subheadline subhead secondary deck extended alternative".split())
_BEST_DESCRIPTIONS = ("text", "", "main", "summary", "abstract", "teaser", "short", "caption")
_BEST_HEADLINES = ("", "main", "text", "headline", "simple")
_PICTURES = frozenset({"picture", "graphic"})
_PICTURE_ENDS = (".jpg", ".jpeg", ".png", ".webp", ".gif")
_MOST_RENDITIONS = 50


def put_headlines(found: Found, item: Mapping[str, Any]) -> None:
    """The title and the subtitle; `title`, a name for the newsroom, only where there is no headline."""
    for one in _by_role(_renditions(found, item, "headline", "headlines"), _BEST_HEADLINES):
        native = "subtitle" if one.role in _SUBTITLES else "title"
        value = " ".join(plain(one.value).split())
        if found.values.get(native, value) != value:
            found.lost(one.place, "another is used instead")
        found.put(native, value, one.place)
    take(found, "title", item, "title")


def put_summary(found: Found, item: Mapping[str, Any]) -> None:
    """The plainest description."""
    for one in _by_role(_renditions(found, item, "description", "descriptions"), _BEST_DESCRIPTIONS):
        value = one.value if one.kind == "text/plain" else plain(one.value)
        if found.values.get("summary", value) != value:
            found.lost(one.place, "another is used instead")
        found.put("summary", value, one.place)


def put_body(found: Found, item: Mapping[str, Any]) -> None:
    """The richest rendition that holds text: HTML, else plain text, else some other XML; the longer of two alike."""
    bodies = _renditions(found, item, "body", "bodies")
    for one in sorted(bodies, key=lambda one: (-_richness(one), -len(one.value))):
        if "body" in found.values:
            found.lost(one.place, "another rendition is used instead")
        elif _richness(one) == 1:
            found.put("body", one.value, one.place)
        else:
            put_html(found, one.value, one.place)


def put_image(found: Found, item: Mapping[str, Any]) -> None:
    """The item's own picture, else that of its first association that has one."""
    address = _rendition(item.get("renditions"))
    found.put("image", address, "/renditions")
    if item.get("renditions") and not address:
        found.lost("/renditions", "holds no picture with an http address, so it is not used")
    elif address and len(item["renditions"]) > 1:
        found.lost("/renditions", "of these only the widest picture's address is used")
    for place, one in _associations(found, item.get("associations")):
        address = _picture(one) if "image" not in found.values else None
        found.put("image", address, place)
        if address:
            found.lost(place, "of this only its picture's address can be used")
        elif one:
            found.lost(place)


def _renditions(found: Found, item: Mapping[str, Any], name: str, names: str) -> list[Rendition]:
    read = []
    for key, value in item.items():
        if key == name or key.startswith(name + "_"):
            words = text(found, value, place := "/" + escape(key))
            read += [Rendition(place, key[len(name) + 1 :].lower(), "", words)] if words else []
    for place, one in entries(found, item.get(names), f"/{names}"):
        words = text(found, one.get("value") if isinstance(one, Mapping) else one, place)
        if isinstance(one, Mapping):
            only(found, one, place, *_OF_A_RENDITION)
        kind, role = (_word(one, *keys) for keys in (("contentType", "contenttype"), ("role",)))
        read += [Rendition(place, role, kind, words)] if words else []
    return read


def _by_role(renditions: list[Rendition], best: tuple[str, ...]) -> list[Rendition]:
    return sorted(renditions, key=lambda one: best.index(one.role) if one.role in best else len(best))


def _richness(one: Rendition) -> int:
    told = f"{one.role[:40]} {one.kind[:80]}".lower()
    if "html" in told:
        return 2
    if "xml" in told or "nitf" in told:
        return 0
    return 2 if "plain" not in told and one.role != "text" and has_markup(one.value) else 1


def _associations(found: Found, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping) and "uri" not in value:
        return [(f"/associations/{escape(name)}", one) for name, one in value.items()]
    return entries(found, value, "/associations")


def _picture(item: Any) -> str | None:
    if not isinstance(item, Mapping) or str(item.get("type", "picture")) not in _PICTURES:
        return None
    if address := _rendition(item.get("renditions")):
        return address
    own = (str(item.get(key)) for key in ("href", "url", "uri", "guid"))
    return next((one for one in own if is_web(one) and one.lower().endswith(_PICTURE_ENDS)), None)


def _rendition(renditions: Any) -> str | None:
    """The address of the widest picture among these."""
    listed = list(renditions.values()) if isinstance(renditions, Mapping) else renditions
    pictures = [one for one in (listed if isinstance(listed, list) else [])[:_MOST_RENDITIONS] if _is_picture(one)]
    widths = [one["width"] if isinstance(one.get("width"), int | float) else 0 for one in pictures]
    return str(pictures[widths.index(max(widths))]["href"]) if pictures else None


def _is_picture(one: Any) -> bool:
    if not isinstance(one, Mapping) or not is_web(one.get("href")):
        return False
    kind = _word(one, "contentType", "contenttype", "mimetype", "mimeType")
    return kind.startswith("image/") if kind else one["href"].lower().endswith(_PICTURE_ENDS)


def _word(one: Any, *keys: str) -> str:
    said = [one.get(key) for key in keys] if isinstance(one, Mapping) else []
    return next((word.strip().lower() for word in said if isinstance(word, str)), "")
