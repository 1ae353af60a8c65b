"""Who says a field: the publisher who posted it, or a page of which it was read."""

from services.ingest.formats.reading import Found

PUBLISHER = "publisher"
_ORIGINS = {
    "/script/": "json-ld",
    "/itemscope": "microdata",
    "/meta/": "meta",
    "/html/": "html",
    "/time": "time",
    "/body": "text",
}
_PLACED = ("language", "published_at", "source", "updated_at")


def origin(place: str) -> str:
    """What stands at this place of a page, such as `json-ld`; `publisher` for every place that is not a page's."""
    return next((name for start, name in _ORIGINS.items() if place.startswith(start)), PUBLISHER)


def inferred(found: Found) -> tuple[str, ...]:
    """Which of language, dates and source a page says, not its publisher beside it."""
    return tuple(name for name in _PLACED if origin(found.places.get(name, "")) != PUBLISHER)
