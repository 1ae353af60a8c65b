"""Whose address is it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publishers.hosts import covers, domain, host_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("quay.example", "quay.example"),
        ("Quay.EXAMPLE", "quay.example"),
        (" quay.example. ", "quay.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("xn--strae-oqa.example", "xn--strae-oqa.example"),
        ("例え.example", "xn--r8jz45g.example"),
        ("ｑuay。example", "quay.example"),
        ("localhost", "localhost"),
    ],
)
def test_a_domain_is_kept_in_lower_case_and_ascii(text: str, name: str) -> None:
    assert domain(text) == name


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", ".", "a..b", "*.quay.example", "https://quay.example", "quay.example/news", "quay.example:443"),
        *("me@quay.example", "quay example", "-quay.example", "a" * 64 + ".example", "xn--a.example", "a_b.example"),
    ],
)
def test_what_is_no_host_name_is_no_domain(text: str) -> None:
    with pytest.raises(ValueError, match="host name"):
        domain(text)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://quay.example/a", "quay.example"),
        ("HTTPS://Quay.Example", "quay.example"),
        ("https://quay.example.:443/a?b#c", "quay.example"),
        ("https://quay.example?a=https://port.example/", "quay.example"),
        ("https://quay.example#@port.example/", "quay.example"),
        ("https://user:word@quay.example:8443/", "quay.example"),
        ("https://port.example@quay.example/", "quay.example"),
        ("https://port.example:80@quay.example/", "quay.example"),
        ("https://quay.example\\@port.example/", "quay.example"),
        ("https:\\\\quay.example\\a", "quay.example"),
        ("https:///quay.example/", "quay.example"),
        ("https:quay.example/", "quay.example"),
        (" \x00https://quay.example/ ", "quay.example"),
        ("ht\ntps://qu\tay.example/", "quay.example"),
        ("https://quay%2Eexample/", "quay.example"),
        ("https://ｑｕａｙ。example/", "quay.example"),
        ("https://qu\u00aday.example/", "quay.example"),
        ("https://straße.example/", "xn--strae-oqa.example"),
        ("https://XN--STRAE-OQA.example/", "xn--strae-oqa.example"),
        ("https://☕.quay.example/", "xn--53h.quay.example"),
        ("https://a_b.quay.example/", "a_b.quay.example"),
        ("https://[::1]/", "[::1]"),
        ("//quay.example/", None),
        ("/quay.example", None),
        ("https://", None),
        ("", None),
        ("https://" + "a." * 2000, None),
    ],
)
def test_the_host_is_the_one_that_a_browser_would_ask(url: str, host: str | None) -> None:
    assert host_of(url) == host


@given(st.text())
def test_any_text_at_all_has_a_host_in_ascii_or_none(text: str) -> None:
    for url in (text, f"https://{text}/"):
        host = host_of(url)
        assert host is None or (host.isascii() and host == host.lower())


@pytest.mark.parametrize("host", ["quay.example", "www.quay.example", "a.b.quay.example"])
def test_a_domain_covers_itself_and_what_is_within_it(host: str) -> None:
    assert covers(("port.example", "quay.example"), host)


@pytest.mark.parametrize("host", ["example", "bigquay.example", "quay.example.port.example", "quay", "", "uay.example"])
def test_a_domain_covers_nothing_else(host: str) -> None:
    assert not covers(("quay.example",), host)
    assert not covers((), host)
