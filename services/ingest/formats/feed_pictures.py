"""Pictures of feed items: Media RSS, enclosures and Atom's links to them."""

import re

from lxml import etree

from services.ingest.formats.feed_texts import address
from services.ingest.formats.reading import Found
from services.ingest.formats.xml_elements import Children, local, offer, text_of

_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:\?|\Z)", re.IGNORECASE)


def read_pictures(found: Found, item: Children, base: str) -> None:
    """The first picture, else the first thumbnail; what stands inside media:content is not used but for these."""
    contents, enclosures = item.all("media:content"), item.all("enclosure")
    thumbnails = [*item.all("media:thumbnail"), *(inner for one in contents for inner in one.iter("{*}thumbnail"))]
    linked = [one for one in item.all("link") if one.get("rel") == "enclosure"]
    for place, elements in (("/media:content", contents), ("/enclosure", enclosures), ("/link", linked)):
        offer(found, "image", [_address(one, base) for one in elements if is_picture(one)], place)
    if "image" not in found.values:
        offer(found, "image", [_address(one, base) for one in thumbnails], "/media:thumbnail")
    for name in sorted({local(inner) for one in contents for inner in one.iterdescendants()} - {"thumbnail"}):
        found.lost(f"/media:content/{name}")
    for place, elements in (("/media:content", contents), ("/enclosure", enclosures)):
        if not all(is_picture(one) for one in elements):
            found.lost(place, "is no picture")


def _address(element: etree._Element, base: str) -> str:
    return address(element, element.get("url") or element.get("href") or text_of(element), base)


def is_picture(element: etree._Element) -> bool:
    kind = (element.get("type") or element.get("medium") or "").lower()
    name = element.get("url") or element.get("href") or ""
    return kind.startswith("image") if kind else _PICTURE.search(name) is not None
