"""Sitemaps: what they tell of addresses."""

import json
from pathlib import Path

import pytest

from schemas.reasons import Reason
from services.errors import Rejected
from services.ingest.formats import sitemap
from services.ingest.formats.reading import Found
from services.ingest.formats.sitemap import read_sitemap

SAMPLES = Path(__file__).parents[3] / "fixtures" / "formats" / "sitemap"
NAMES = sorted(path.stem for path in SAMPLES.glob("*.xml"))


def urlset(*urls: str) -> list[Found | Rejected]:
    inside = "".join(f"<url>{url}</url>" for url in urls)
    return read_sitemap(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inside}</urlset>'.encode())


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_gives_the_values_that_stand_beside_it(name: str) -> None:
    expected = json.loads((SAMPLES / f"{name}.expected.json").read_text())["items"]
    found = [one for one in read_sitemap((SAMPLES / f"{name}.xml").read_bytes()) if isinstance(one, Found)]
    lost = [sorted(warning.pointer for warning in one.warnings) for one in found]
    assert [
        {"kind": one.kind, "values": one.values, "lost": names} for one, names in zip(found, lost, strict=True)
    ] == expected


@pytest.mark.parametrize(
    "url", ["", "<loc/>", "<loc>/1</loc>", "<loc>ftp://a.example/</loc>", "<lastmod>2026-01-01</lastmod>"]
)
def test_an_entry_without_an_address_spoils_no_other(url: str) -> None:
    good, bad, other = urlset("<loc>https://a.example/1</loc>", url, "<loc>https://a.example/2</loc>")
    assert isinstance(good, Found)
    assert isinstance(other, Found)
    assert isinstance(bad, Rejected)
    assert bad.reason is Reason.INVALID_FIELD
    assert [one.pointer for one in bad.errors] == ["/urlset/url/1/loc"]


def test_what_is_meant_for_crawlers_is_no_loss() -> None:
    (found,) = urlset("<loc>https://a.example/</loc><changefreq>daily</changefreq><priority>1</priority><x/>")
    assert isinstance(found, Found)
    assert [warning.pointer for warning in found.warnings] == ["/urlset/url/0/x"]


@pytest.mark.parametrize(
    ("body", "pointer", "words"),
    [
        ("<sitemapindex/>", "/sitemapindex", "post those"),
        ("<urlset/>", "/urlset", "has no items"),
        ("<rss/>", "/rss", "expected urlset"),
    ],
)
def test_what_lists_no_addresses_is_refused(body: str, pointer: str, words: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_sitemap(body.encode())
    assert caught.value.reason is Reason.INVALID_FIELD
    assert [one.pointer for one in caught.value.errors] == [pointer]
    assert words in caught.value.detail


def test_a_sitemap_has_at_most_fifty_thousand_addresses() -> None:
    assert len(urlset(*["<loc>https://a.example/</loc>"] * sitemap.MAX_URLS)) == 50_000
    with pytest.raises(Rejected) as caught:
        urlset(*[""] * (sitemap.MAX_URLS + 1))
    assert caught.value.reason is Reason.TOO_LARGE
    assert "50000" in caught.value.detail
