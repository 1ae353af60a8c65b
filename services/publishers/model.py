"""What the file of publishers holds."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from schemas.article import CANARY_PUBLISHER
from services.publishers.hosts import covers, domain

_NOT_NAMES = frozenset(("urn", "tag", "http", "https", "operator", CANARY_PUBLISHER))
_MOST_TOLD = 5


def _not_a_scheme(name: str) -> str:
    """The name; ValueError where an article's id would look like an address with it."""
    if name in _NOT_NAMES:
        raise ValueError(f"{name} cannot be a publisher's name")
    return name


PublisherName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$"), AfterValidator(_not_a_scheme)]
Domain = Annotated[str, AfterValidator(domain)]
Label = Annotated[str, Field(max_length=100)]


class Rate(BaseModel):
    """At most this many articles within this many seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    articles: int = Field(ge=1, le=1_000_000_000)
    seconds: int = Field(ge=1, le=31_536_000)


class Key(BaseModel):
    """A key, known by its hash; its signing secret stands here in clear, because HMAC needs it so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9]{12}$")
    hash: str = Field(pattern=r"^[0-9a-f]{64}$", repr=False)
    domains: tuple[Domain, ...] = ()
    signing_secret: str | None = Field(None, min_length=16, repr=False)
    label: Label = ""
    created_at: AwareDatetime | None = None
    revoked_at: AwareDatetime | None = None
    expires_at: AwareDatetime | None = None

    def why_not(self, now: datetime) -> str | None:
        """Why the key opens nothing at this instant, or None."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else None


class Publisher(BaseModel):
    """Who posts. `domains` bind it to addresses within them; without any it is bound to none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: PublisherName
    domains: tuple[Domain, ...] = ()
    disabled: bool = False
    automatic_tags: bool = True
    rate: Rate | None = None
    created_at: AwareDatetime | None = None
    keys: tuple[Key, ...] = ()

    @model_validator(mode="after")
    def _keys_are_narrower(self) -> "Publisher":
        for key in self.keys:
            outside = [name for name in key.domains if self.domains and not covers(self.domains, name)]
            if outside and key.revoked_at is None:
                raise ValueError(f"key {key.id} is bound to {outside[0]}, which is not within the publisher's domains")
        return self


class Registry(BaseModel):
    """All publishers, and the operators' keys, which read everything and post nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    publishers: tuple[Publisher, ...] = ()
    operators: tuple[Key, ...] = ()

    @model_validator(mode="after")
    def _names_and_ids_are_unique(self) -> "Registry":
        for what, names in (
            ("publisher", [publisher.name for publisher in self.publishers]),
            ("key", [key.id for key, _ in self.all_keys()]),
        ):
            if twice := [name for name, count in Counter(names).items() if count > 1]:
                raise ValueError(f"{what} {twice[0]} stands here twice")
        return self

    def all_keys(self) -> Iterator[tuple[Key, Publisher | None]]:
        """Each key with its publisher, None for an operator's."""
        yield from ((key, publisher) for publisher in self.publishers for key in publisher.keys)
        yield from ((key, None) for key in self.operators)

    @cached_property
    def by_name(self) -> Mapping[str, Publisher]:
        """The publishers by their names."""
        return {publisher.name: publisher for publisher in self.publishers}

    @cached_property
    def by_key_id(self) -> Mapping[str, tuple[Key, Publisher | None]]:
        """Each key, with its publisher, by its id."""
        return {key.id: (key, publisher) for key, publisher in self.all_keys()}

    @cached_property
    def owners_by_domain(self) -> Mapping[str, frozenset[str]]:
        """The names of the publishers that registered a domain, by the domain."""
        owners: dict[str, frozenset[str]] = {}
        for publisher in self.publishers:
            for name in publisher.domains:
                owners[name] = owners.get(name, frozenset()) | {publisher.name}
        return owners

    def owners(self, host: str) -> frozenset[str]:
        """The names of the publishers that registered the host or a domain above it."""
        labels = host.split(".")
        above = (".".join(labels[number:]) for number in range(len(labels)))
        return frozenset().union(*(self.owners_by_domain.get(name, ()) for name in above))


def complaint(error: ValidationError) -> str:
    """What is wrong, each thing with the JSON pointer to it, and nothing of the values, some of which are secret."""
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    told = []
    for one in errors[:_MOST_TOLD]:
        pointer = "".join(f"/{step}" for step in one["loc"])
        words = "is not a field here" if one["type"] == "extra_forbidden" else one["msg"].removeprefix("Value error, ")
        told.append(f"{pointer}: {words}" if pointer else words)
    return "; ".join(told)
