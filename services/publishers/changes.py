"""What the command line does to the registry: pure steps from one registry to the next.

Each raises ValueError, which pydantic's ValidationError is too, and then nothing has changed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.publishers.model import Key, Publisher, Registry


def add_publisher(registry: Registry, publisher: Publisher) -> Registry:
    """The registry with one more publisher."""
    if publisher.name in registry.by_name:
        raise ValueError(f"there is a publisher {publisher.name} already")
    return Registry(publishers=(*registry.publishers, publisher), operators=registry.operators)


def change_publisher(registry: Registry, name: str, **changes: Any) -> Registry:
    """The registry with other values in some fields of one publisher."""
    _require(registry, name)
    return _alter(registry, lambda one: _with(one, **changes) if one.name == name else one)


def add_key(registry: Registry, name: str | None, key: Key) -> Registry:
    """The registry with one more key of the publisher of this name, or of an operator for None."""
    if name is None:
        return Registry(publishers=registry.publishers, operators=(*registry.operators, key))
    return change_publisher(registry, name, keys=(*_require(registry, name).keys, key))


def revoke_key(registry: Registry, key_id: str, now: datetime) -> Registry:
    """The registry in which this key opens nothing from now on; revoked before, it stays revoked from then."""
    if key_id not in registry.by_key_id:
        raise ValueError(f"there is no key {key_id}")

    def revoked(keys: tuple[Key, ...]) -> tuple[Key, ...]:
        return tuple(
            key.model_copy(update={"revoked_at": key.revoked_at or now}) if key.id == key_id else key for key in keys
        )

    changed = _alter(registry, lambda one: _with(one, keys=revoked(one.keys)))
    return Registry(publishers=changed.publishers, operators=revoked(registry.operators))


def _require(registry: Registry, name: str) -> Publisher:
    if name not in registry.by_name:
        raise ValueError(f"there is no publisher {name}")
    return registry.by_name[name]


def _alter(registry: Registry, alter: Callable[[Publisher], Publisher]) -> Registry:
    return Registry(publishers=tuple(map(alter, registry.publishers)), operators=registry.operators)


def _with(publisher: Publisher, **changes: Any) -> Publisher:
    return Publisher(**{name: getattr(publisher, name) for name in Publisher.model_fields} | changes)
