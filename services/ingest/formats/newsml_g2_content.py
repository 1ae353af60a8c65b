"""The contentSet of a NewsML-G2 item: the text in NITF, XHTML or plain, and the address of a picture."""

from lxml import etree

from services.ingest.formats.html_text import element_text, has_markup, html_text
from services.ingest.formats.json_values import is_web
from services.ingest.formats.nitf import read_nitf_element
from services.ingest.formats.reading import Found
from services.ingest.formats.xml_elements import LANGUAGE, Children, local

_HTML = frozenset("html body div section article main p span ul ol table blockquote h1 h2 h3 h4 h5 h6".split())
_FURNITURE = ("header", "footer", "nav")


def read_content(found: Found, content: Children) -> None:
    """Adds text, headings and picture to what is found already, and what NITF says beside them."""
    for element in content.few(found, "inlineXML"):
        _read_inline_xml(found, element, f"{content.place}/inlineXML")
    for element in content.few(found, "inlineData"):
        _read_inline_data(found, element, f"{content.place}/inlineData")
    _read_remote(found, content.few(found, "remoteContent"), f"{content.place}/remoteContent")
    content.lose_rest(found)


def _read_inline_xml(found: Found, inline: etree._Element, place: str) -> None:
    root = next(iter(inline), None)
    if root is None:
        _put_text(found, inline.text or "", place)
    elif "body" in found.values:
        found.lost(place, "another is used instead")
    elif local(root) == "nitf":
        found.put("language", inline.get(LANGUAGE), place)
        read_nitf_element(found, root, f"{place}/nitf")
    elif local(root).lower() in _HTML:
        found.put("language", root.get(LANGUAGE) or root.get("lang") or inline.get(LANGUAGE), place)
        _read_html(found, inline, place)
    else:
        found.lost(place, f"{local(root)[:60]} cannot be read, NITF and XHTML can")


def _read_html(found: Found, inline: etree._Element, place: str) -> None:
    """The text, without the header and the footer of a page, which repeat the metadata."""
    for body in inline.iterchildren("{*}html"):
        for furniture in body.iterfind("{*}body/*"):
            if local(furniture).lower() in _FURNITURE:
                found.lost(f"{place}/html/body/{local(furniture)}", "repeats what stands beside the text")
                furniture.tag = "nav"
    text = element_text(inline)
    found.put("body", text.text, place)
    found.put("headings", list(text.headings), place)
    found.put("image", text.image, place)


def _read_inline_data(found: Found, inline: etree._Element, place: str) -> None:
    kind = inline.get("contenttype", "text/plain").partition(";")[0].strip().lower()
    if inline.get("encoding") or inline.get("encodinguri") or not kind.startswith("text/"):
        found.lost(place, "is no text")
    elif "body" in found.values:
        found.lost(place, "another is used instead")
    else:
        _put_text(found, "".join(map(str, inline.itertext())), place)


def _put_text(found: Found, text: str, place: str) -> None:
    """A text that may be HTML, whatever its type says."""
    if not text.strip():
        return
    if not has_markup(text):
        found.put("body", text.strip(), place)
        return
    read = html_text(text)
    found.put("body", read.text, place)
    found.put("headings", list(read.headings), place)
    found.put("image", read.image, place)


def _read_remote(found: Found, renditions: list[etree._Element], place: str) -> None:
    """The picture in its rendition for the web, else in the first that has an address."""
    pictures = [one for one in renditions if is_web(one.get("href")) and _is_picture(one)]
    chosen = next((one for one in pictures if "web" in one.get("rendition", "").lower()), None)
    chosen = pictures[0] if chosen is None and pictures else chosen
    if chosen is not None and "image" not in found.values:
        found.put("image", chosen.get("href"), f"{place}/@href")
        renditions = [one for one in renditions if one is not chosen]
    if renditions:
        found.lost(place)


def _is_picture(remote: etree._Element) -> bool:
    kind = remote.get("contenttype", "").lower()
    return kind.startswith("image/") or (
        not kind and remote.get("rendition", "").lower().endswith((":web", ":preview"))
    )
