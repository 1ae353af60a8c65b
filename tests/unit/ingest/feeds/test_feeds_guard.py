"""No connection is ever made to an address that is not public, however a feed's address leads there."""

import ssl
from ipaddress import ip_address

import httpcore
import pytest

from services.guard import AddressRefused, GuardedBackend, is_public, look_up
from services.ingest.feeds.fetch import Fetcher, FetchFailed
from services.ingest.feeds.settings import FeedSettings
from tests.unit.ingest.feeds.conftest import PUBLIC, Names, Network, redirect


@pytest.mark.parametrize(
    "address",
    [PUBLIC, "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"],
)
def test_an_address_on_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("100.64.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "203.0.113.1", "224.0.1.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff0e::1"),
        *("::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "::127.0.0.1", "::8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
        *("64:ff9b:1::808:808", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
        *("2001:db8::1", "3fff::1", "5f00::1", "100::1", "4000::1"),
    ],
)
def test_no_other_address_is(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://10.0.0.1/"),
        *("http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/", "http://[::]/", "http://[::ffff:127.0.0.1]/"),
        *("http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://127.1/"),
        *("http://[64:ff9b::7f00:1]/", "https://127.0.0.1/", "http://user:password@127.0.0.1/"),
    ],
)
async def test_an_address_that_leads_into_the_house_is_refused_and_nothing_is_connected(url: str) -> None:
    network = Network()
    fetcher = Fetcher(FeedSettings(), GuardedBackend(False, look_up, network))
    with pytest.raises(FetchFailed) as caught:
        await fetcher.get(url, {})
    assert network.connections == []
    assert "not a public address" in str(caught.value)
    assert "password" not in str(caught.value)
    await fetcher.aclose()


@pytest.mark.parametrize(
    "url", ["http://0177.0.0.1/", "http://①②⑦.⓪.⓪.①/", "http://localhost./", "http://127.0.0.1.:80/"]
)
async def test_an_odd_form_of_one_connects_to_nothing_either(url: str) -> None:
    network = Network()
    fetcher = Fetcher(FeedSettings(), GuardedBackend(False, look_up, network))
    with pytest.raises(FetchFailed):
        await fetcher.get(url, {})
    assert network.connections == []
    await fetcher.aclose()


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["10.0.0.1", PUBLIC], ["::1"], ["fe80::1%2"]]
)
async def test_a_name_with_any_address_in_the_house_is_refused(addresses: list[str]) -> None:
    network, names = Network(), Names(inside_example=addresses)
    with pytest.raises(AddressRefused):
        await GuardedBackend(False, names, network).connect_tcp("inside.example", 80)
    assert network.connections == []


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1:9200/", "http://inside.example/", "//[::1]/", "http://2130706433/"]
)
async def test_a_redirect_into_the_house_is_refused(target: str) -> None:
    network, names = Network(redirect(target)), Names(outside_example=[PUBLIC], inside_example=["127.0.0.1"])
    names.addresses |= {"127.0.0.1": ["127.0.0.1"], "::1": ["::1"], "2130706433": ["127.0.0.1"]}
    fetcher = Fetcher(FeedSettings(), GuardedBackend(False, names, network))
    with pytest.raises(FetchFailed, match="not a public address"):
        await fetcher.get("http://outside.example/feed", {})
    assert network.connections == [(PUBLIC, 80)]
    await fetcher.aclose()


async def test_a_hub_in_the_house_is_refused() -> None:
    network = Network()
    fetcher = Fetcher(FeedSettings(), GuardedBackend(False, look_up, network))
    with pytest.raises(FetchFailed, match="not a public address"):
        await fetcher.post("http://127.0.0.1:6379/", {"hub.mode": "subscribe"})
    assert network.connections == []
    await fetcher.aclose()


async def test_a_name_is_looked_up_once_and_connected_to_where_it_was_checked() -> None:
    network = Network()
    answers = iter([[PUBLIC], ["127.0.0.1"]])

    async def rebinding(host: str, port: int) -> list[str]:
        return next(answers)

    fetcher = Fetcher(FeedSettings(), GuardedBackend(False, rebinding, network))
    assert (await fetcher.get("http://rebinding.example:8080/", {})).body == b"ok"
    assert network.connections == [(PUBLIC, 8080)]
    with pytest.raises(FetchFailed, match="not a public address"):
        await fetcher.get("http://rebinding.example:8080/", {})
    assert len(network.connections) == 1
    await fetcher.aclose()


async def test_tls_goes_by_the_name_and_its_certificate_is_checked() -> None:
    network = Network()
    fetcher = Fetcher(FeedSettings(), GuardedBackend(False, Names(safe_example=[PUBLIC]), network))
    await fetcher.get("https://safe.example/", {})
    ((name, context),) = network.handshakes
    assert (network.connections, name) == ([(PUBLIC, 443)], "safe.example")
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    await fetcher.aclose()


async def test_of_several_addresses_the_next_is_tried_when_one_does_not_answer() -> None:
    network, names = Network(refusing=[PUBLIC]), Names(two_example=[PUBLIC, "8.8.8.8"])
    await GuardedBackend(False, names, network).connect_tcp("two.example", 80)
    assert network.connections == [(PUBLIC, 80), ("8.8.8.8", 80)]
    assert names.asked == ["two.example"]


@pytest.mark.parametrize("found", [[], ["not an address"]])
async def test_a_name_without_an_address_is_no_connection(found: list[str]) -> None:
    network = Network()
    for names in (Names(none_example=found), Names()):
        with pytest.raises(httpcore.ConnectError, match="no address"):
            await GuardedBackend(False, names, network).connect_tcp("none.example", 80)
    assert network.connections == []


async def test_the_setting_lifts_the_check_of_addresses_and_nothing_else() -> None:
    network = Network(redirect("file:///etc/passwd"))
    fetcher = Fetcher(FeedSettings(feeds_allow_private=True), GuardedBackend(True, look_up, network))
    with pytest.raises(FetchFailed, match="no web address"):
        await fetcher.get("http://127.0.0.1/", {})
    assert network.connections == [("127.0.0.1", 80)]
    await fetcher.aclose()


async def test_proxies_of_the_environment_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://proxy.example:3128")
    network, names = Network(), Names(outside_example=[PUBLIC])
    fetcher = Fetcher(FeedSettings(), GuardedBackend(False, names, network))
    await fetcher.get("http://outside.example/", {})
    assert names.asked == ["outside.example"]
    await fetcher.aclose()
