"""Who asks, and what is theirs."""

import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from schemas.reasons import Reason
from schemas.receipt import FieldError
from services.errors import Rejected
from services.publishers.hosts import covers, host_of
from services.publishers.keys import hashed, key_id
from services.publishers.model import Key, Publisher, Rate, Registry

log = logging.getLogger(__name__)

_NO_HASH = "-" * 64
ENVIRONMENT = "environment"
"""What stands for the id of the key that came with the settings."""
FEEDS = "feeds"
"""What stands for the id of a key where a followed feed posts."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose key a request carries: a publisher's, or an operator's where `publisher` is None.

    `domains` are those that every address it posts is within; none at all bind it to none.
    """

    publisher: str | None
    key_id: str
    domains: tuple[str, ...] = ()
    automatic_tags: bool = True
    rate: Rate | None = None
    signing_secret: str | None = field(default=None, repr=False)

    @property
    def operator(self) -> bool:
        """Whether it reads everything, may withdraw anything, and posts nothing."""
        return self.publisher is None

    def may_read(self, publisher: str) -> bool:
        """Whether it may see what this publisher posted."""
        return self.operator or self.publisher == publisher

    def may_write(self, publisher: str) -> bool:
        """Whether it may post, correct and withdraw as this publisher."""
        return self.publisher == publisher

    def writes_as(self) -> str:
        """The publisher that it posts as. Raises Rejected for an operator."""
        if self.publisher is None:
            raise Rejected(Reason.FORBIDDEN, "an operator's key reads everything and posts nothing")
        return self.publisher


@dataclass(frozen=True, slots=True)
class OwnKey:
    """The key that came with the settings, by its hash, and whose it is."""

    publisher: str
    hash: str


class Publishers:
    """The known keys: those of the registry, and the settings' own. Without one, nobody is let in."""

    def __init__(
        self,
        registry: Callable[[], Registry],
        own_key: OwnKey | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._read = registry
        self._own_key = own_key
        self._clock = clock
        self._was_read = registry()
        self._registry = _with_own(self._was_read, own_key)

    def __len__(self) -> int:
        """How many keys post at this moment."""
        now, registry = self._clock(), self.registry
        keys = [key for one in registry.publishers if not one.disabled for key in one.keys]
        own = self._own_key is not None and not registry.by_name[self._own_key.publisher].disabled
        return sum(key.why_not(now) is None for key in keys) + own

    @property
    def registry(self) -> Registry:
        """Everything registered at this moment, with the publisher of the settings' own key."""
        read = self._read()
        if read is not self._was_read:
            self._was_read = read
            self._registry = _with_own(read, self._own_key)
        return self._registry

    def caller(self, name: str) -> Caller:
        """What this publisher's own feeds post as, without a key. Raises Rejected where it may not post."""
        publisher = self.registry.by_name.get(name)
        if publisher is None or publisher.disabled:
            raise Rejected(Reason.FORBIDDEN, f"{name} is no publisher that may post")
        return Caller(name, FEEDS, publisher.domains, publisher.automatic_tags)

    def authenticate(self, authorization: str | None) -> Caller:
        """Whose key the header `Authorization: Bearer KEY` carries (RFC 6750).

        Raises Rejected, in the same words for a key that is unknown and one that is no longer good; the log tells them
        apart. Either costs the same two comparisons, each in constant time.
        """
        scheme, _, text = (authorization or "").partition(" ")
        text = text.strip()
        if scheme.lower() != "bearer" or not text:
            raise Rejected(Reason.UNAUTHORIZED, "expected the header Authorization: Bearer KEY")
        registry, offered = self.registry, hashed(text)
        key, publisher = registry.by_key_id.get(key_id(text) or "", (None, None))
        is_key = hmac.compare_digest(key.hash if key else _NO_HASH, offered)
        is_own = hmac.compare_digest(self._own_key.hash if self._own_key else _NO_HASH, offered)
        if is_own and self._own_key is not None:
            key, publisher = None, registry.by_name[self._own_key.publisher]
        elif not is_key:
            raise _refused("unknown", key)
        if why_not := _why_not(key, publisher, self._clock()):
            raise _refused(why_not, key)
        return _caller(key, publisher)


def _with_own(registry: Registry, own_key: OwnKey | None) -> Registry:
    if own_key is None or own_key.publisher in registry.by_name:
        return registry
    own = Publisher.model_construct(name=own_key.publisher)
    return Registry.model_construct(publishers=(*registry.publishers, own), operators=registry.operators)


def _caller(key: Key | None, publisher: Publisher | None) -> Caller:
    identity, signing_secret = (key.id, key.signing_secret) if key else (ENVIRONMENT, None)
    if publisher is None:
        return Caller(None, identity, signing_secret=signing_secret)
    domains = key.domains if key and key.domains else publisher.domains
    return Caller(publisher.name, identity, domains, publisher.automatic_tags, publisher.rate, signing_secret)


def _why_not(key: Key | None, publisher: Publisher | None, now: datetime) -> str | None:
    if publisher is not None and publisher.disabled:
        return f"{publisher.name} is disabled"
    return key.why_not(now) if key else None


def _refused(cause: str, key: Key | None) -> Rejected:
    log.info("a key was refused", extra={"cause": cause, "key_id": key.id if key else None})
    return Rejected(Reason.UNAUTHORIZED, "this key is not known here, or no longer good")


def check_foreign(caller: Caller, own_id: str | None, url: str | None, registry: Registry) -> str | None:
    """The caller's own id of the article, without its own name before it: an answer's `id` can be posted back.

    Raises Rejected for an operator, for an id that begins with another publisher's name, and for an address that is
    outside the caller's domains, or within another publisher's and not its own.
    """
    name = caller.writes_as()
    before, colon, rest = (own_id or "").partition(":")
    if colon and before != name and before in registry.by_name:
        raise _forbidden("/id", f"{before} is another publisher; its articles are not yours to post")
    if url is not None:
        _check_host(caller, name, host_of(url), registry)
    return rest if rest and before == name else own_id


def _check_host(caller: Caller, name: str, host: str | None, registry: Registry) -> None:
    if caller.domains and (host is None or not covers(caller.domains, host)):
        raise _forbidden("/url", f"{host or 'this address'} is not within your domains, {', '.join(caller.domains)}")
    if host and not caller.domains and registry.owners(host) - {name}:
        raise _forbidden("/url", f"{host} is another publisher's domain")


def foreign(article_id: str) -> Rejected:
    """What is told of an article that is another publisher's."""
    return Rejected(Reason.FORBIDDEN, f"{article_id} is another publisher's article")


def _forbidden(pointer: str, detail: str) -> Rejected:
    return Rejected(Reason.FORBIDDEN, detail, (FieldError(pointer=pointer, detail=detail),))
