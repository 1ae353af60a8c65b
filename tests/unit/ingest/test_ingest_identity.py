"""Ids, canonical addresses and content hashes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.identity import MAX_ID_BYTES, article_id, canonical_in_full, canonical_url, content_hashes


@pytest.mark.parametrize(
    "parameter",
    [
        *("utm_source=x", "utm_medium=mail", "utm_campaign=a%20b", "utm_term=", "utm_content=1", "utm_id=1"),
        *("gclid=1", "fbclid=IwAR", "msclkid=1", "yclid=1", "twclid=1", "ttclid=1", "igshid=1", "mc_cid=1", "mc_eid=1"),
        *("mkt_tok=1", "_hsenc=1", "_hsmi=1", "ref_src=twsrc", "ref=home", "cmpid=1", "ocid=1", "smid=tw", "spm=1.2"),
        *("UTM_Source=x", "utm_whatever=1", "mtm_cid=1", "pk_campaign=1", "srsltid=1", "gad_source=1"),
        *("at_medium=1", "xtor=1", "_ga=1", "_gl=1", "wt.mc_id=1", "dclid=1", "gbraid=1", "wbraid=1"),
    ],
)
def test_tracking_parameters_are_no_part_of_an_address(parameter: str) -> None:
    bare = "https://e.example/a?id=7"
    assert canonical_url(f"https://e.example/a?{parameter}&id=7") == bare
    assert canonical_url(f"https://e.example/a?id=7&{parameter}") == bare
    assert canonical_url(f"https://e.example/a?{parameter}") == "https://e.example/a"


@pytest.mark.parametrize(
    "parameter", ["id=7", "page=2", "reference=4", "p=12345", "q=a%20b", "source=rss", "lang=fr", "utm=1", "empty="]
)
def test_parameters_with_a_meaning_are_kept(parameter: str) -> None:
    name, _, value = parameter.partition("=")
    assert canonical_url(f"https://e.example/a?{parameter}&utm_source=x") == (
        f"https://e.example/a?{name}={value.replace('%20', '+')}"
    )


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://e.example", "https://e.example/"),
        ("  https://e.example/a\n", "https://e.example/a"),
        ("https://e.example/a#part", "https://e.example/a"),
        ("https://e.example/a?b=2&a=1", "https://e.example/a?a=1&b=2"),
        ("https://e.example/a?b=2&b=1&b=2", "https://e.example/a?b=1&b=2&b=2"),
        ("HTTPS://E.Example/A", "https://e.example/A"),
        ("https://e.example:443/a", "https://e.example/a"),
        ("http://e.example:80/a", "http://e.example/a"),
        ("http://e.example:/a", "http://e.example/a"),
        ("http://e.example:443/a", "http://e.example:443/a"),
        ("https://e.example:80/a", "https://e.example:80/a"),
        ("https://e.example:8443/a", "https://e.example:8443/a"),
        ("https://user:pass@e.example:443/a", "https://user:pass@e.example/a"),
        ("http://[2001:db8::1]:80/a", "http://[2001:db8::1]/a"),
        ("https://e.example/ä", "https://e.example/%C3%A4"),
        ("https://e.example/a b", "https://e.example/a%20b"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    ],
)
def test_an_address_has_one_canonical_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_http_and_https_stay_different(scheme: str) -> None:
    assert canonical_url(f"{scheme}://e.example/a").startswith(f"{scheme}://")


@pytest.mark.parametrize(
    "url",
    [
        *("", "   ", "e.example/a", "//e.example/a", "/a", "ftp://e.example/a", "javascript:alert(1)", "file:///etc"),
        *("mailto:a@e.example", "https://", "https:///a", "http://[2001:db8::1", "https://e.example:99999/"),
        *("https://e.example:port/", "urn:isbn:1", "data:text/html,x"),
    ],
)
def test_what_is_no_web_address_is_a_value_error(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical_url(url)


@pytest.mark.parametrize(
    "own", ["42", "a-b_c~d.e", "2026/01/31/ferry", "guid:1;v=2", "https://e.example/?a=1#b", "%41"]
)
def test_an_own_id_that_is_safe_stays_readable(own: str) -> None:
    assert article_id("quay", own, "https://e.example/", "text") == (f"quay:{own}", None)


@pytest.mark.parametrize(
    "own", ["two words", "日本", "é", 'a"b', "a\\b", "a<b>", "a\nb", "a{b}", "a|b", "a^b", "x" * 196, "x" * 1000]
)
def test_an_own_id_that_is_unsafe_or_long_is_hashed_and_kept_beside(own: str) -> None:
    hashed, external = article_id("quay", own, "https://e.example/", "text")
    assert external == own
    assert hashed.startswith("quay:h-")
    assert hashed.isascii()
    assert len(hashed) <= MAX_ID_BYTES


def test_the_whole_id_may_have_200_bytes() -> None:
    fits = "x" * (MAX_ID_BYTES - len("quay:"))
    assert article_id("quay", fits, None, "text") == (f"quay:{fits}", None)
    assert article_id("quay", fits + "x", None, "text")[1] == fits + "x"


def test_without_an_own_id_the_address_counts_and_not_the_content() -> None:
    one, external = article_id("quay", None, "https://e.example/a", "text")
    assert one.startswith("quay:u-")
    assert external is None
    assert article_id("quay", None, "https://e.example/a", "other text") == (one, None)
    assert article_id("quay", None, "https://e.example/b", "text") != (one, None)


@pytest.mark.parametrize("url", [None, ""])
def test_without_an_address_the_content_counts(url: str | None) -> None:
    one, external = article_id("quay", None, url, "text")
    assert one.startswith("quay:c-")
    assert external is None
    assert article_id("quay", None, url, "text")[0] == one
    assert article_id("quay", None, url, "other text")[0] != one


@pytest.mark.parametrize(
    ("own", "url"), [("42", None), ("two words", None), (None, "https://e.example/a"), (None, None)]
)
def test_two_publishers_never_share_an_article(own: str | None, url: str | None) -> None:
    assert article_id("quay", own, url, "text")[0] != article_id("port", own, url, "text")[0]


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8"), min_size=1))
def test_different_own_ids_are_different_articles(one: str, other: str) -> None:
    same = article_id("quay", one, None, "")[0] == article_id("quay", other, None, "")[0]
    assert same == (one == other)


def test_a_content_hash_is_the_same_in_every_process() -> None:
    assert content_hashes({"title": "Rope", "summary": None})[0] == "7b0e90c620c48181adea94db3e2f56d1"


@pytest.mark.parametrize(
    "other",
    [
        {"title": "ab", "body": "c"},
        {"title": "a", "body": "bc", "summary": None},
        {"title": "a", "body": ("bc",)},
        {"title": "a', 'bc"},
    ],
)
def test_different_content_has_a_different_hash(other: dict[str, object]) -> None:
    assert content_hashes({"title": "a", "body": "bc"})[0] != content_hashes(other)[0]


@given(
    st.from_regex(
        r"https?://[a-z0-9-]{1,9}(\.[a-z0-9-]{1,5}){1,2}(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,5}){0,3}/?"
        r"(\?([A-Za-z0-9._-]{1,6}|utm_source|fbclid|UTM_ID)=[A-Za-z0-9._-]{1,4}"
        r"(&([A-Za-z0-9._-]{1,6}|gclid)=[A-Za-z0-9._-]{1,4}){0,3})?(#[A-Za-z0-9_-]{0,4})?",
        fullmatch=True,
        alphabet=st.characters(codec="ascii"),
    )
)
def test_a_plain_address_is_the_same_by_the_short_way(url: str) -> None:
    try:
        whole = canonical_in_full(url)
    except ValueError:
        return
    assert canonical_url(url) == whole
