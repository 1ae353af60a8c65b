"""Whatever the bytes: the readers of XML find something or refuse it, and raise nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import Rejected
from services.ingest.formats.feed import read_feed
from services.ingest.formats.newsml_g2 import read_newsml_g2
from services.ingest.formats.nitf import read_nitf
from services.ingest.formats.reading import Found
from services.ingest.formats.sitemap import read_sitemap
from services.ingest.formats.xml import root_name

Reader = Callable[[bytes], list[Found | Rejected]]
SAMPLES = Path(__file__).parents[3] / "fixtures" / "formats"
READERS: dict[str, Reader] = {
    "rss": lambda body: read_feed(body, None),
    "atom": lambda body: read_feed(body, None),
    "newsml-g2": read_newsml_g2,
    "nitf": read_nitf,
    "sitemap": read_sitemap,
}
BODIES = {kind: [path.read_bytes() for path in sorted((SAMPLES / kind).glob("*.xml"))] for kind in READERS}
ODD = (
    *("<![CDATA[", "]]>", "<!--", "-->", "<", ">", "&", "&nbsp;", "&#0;", "&#xD800;", "\x00", "\ufeff", "'", '"'),
    *("<?x y?>", "<!DOCTYPE x>", "xmlns=''", " xml:base='http://[::1'", "type='xhtml'", "mode='base64'", "href=''"),
    *("http://[::1", "0000-00-00", "99999999999999999999", ":", "<item>", "</item>", "<url/>", "<newsItem/>", "<p>"),
)


@st.composite
def mutations(draw: st.DrawFn, bodies: list[bytes]) -> bytes:
    """A sample that was cut, doubled in parts, flipped in single bits, renamed, or mixed with odd pieces."""
    body = bytearray(draw(st.sampled_from(bodies)))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, max(0, len(body) - 1)))
        end = at + draw(st.integers(1, 200))
        match draw(st.sampled_from(["cut", "end", "double", "flip", "insert", "replace", "rename"])):
            case "cut":
                del body[at:end]
            case "end":
                del body[at:]
            case "double":
                body[at:at] = body[at:end]
            case "flip" if body:
                body[at] ^= 1 << draw(st.integers(0, 7))
            case "insert":
                body[at:at] = draw(st.sampled_from(ODD)).encode()
            case "replace":
                body[at:end] = draw(st.sampled_from(ODD)).encode()
            case "rename":
                names = st.sampled_from(["item", "entry", "title", "nitf", "p", "headline", "url", "x:y"])
                body = bytearray(body.replace(draw(names).encode(), draw(names).encode()))
    return bytes(body)


def assert_found_or_refused(read: Reader, body: bytes) -> None:
    try:
        items = read(body)
    except Rejected as error:
        items = [error]
    assert items
    for one in items:
        assert isinstance(one, Found | Rejected)
        pointers = [said.pointer for said in (one.warnings if isinstance(one, Found) else one.errors)]
        assert all(pointer == "" or pointer.startswith("/") for pointer in pointers)


@pytest.mark.parametrize("kind", READERS)
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_a_spoilt_sample_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    assert_found_or_refused(READERS[kind], data.draw(mutations(BODIES[kind])))


@pytest.mark.parametrize("kind", READERS)
@settings(deadline=None, max_examples=100)
@given(body=st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_refused(kind: str, body: bytes) -> None:
    assert_found_or_refused(READERS[kind], body)


@settings(deadline=None, max_examples=100)
@given(body=st.binary(max_size=100) | mutations([body for bodies in BODIES.values() for body in bodies]))
def test_any_bytes_have_a_root_or_are_refused(body: bytes) -> None:
    try:
        name = root_name(body)
    except Rejected as error:
        name = error.reason
    assert name
    assert ":" not in name


@pytest.mark.parametrize("kind", READERS)
def test_one_format_is_no_other(kind: str) -> None:
    for other, read in READERS.items():
        if {kind, other} == {"rss", "atom"}:
            continue
        for body in BODIES[kind] if kind != other else []:
            assert_found_or_refused(read, body)
