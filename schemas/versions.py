"""An entry of the index `article-versions`: one version of an article, kept after newer ones have come."""

import hashlib
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from schemas.article import MAX_ID_BYTES, Article, Tombstone

Kind = Literal["published", "corrected", "withdrawn"]


def kind_of(data: Article | Tombstone) -> Kind:
    """What this version did: the first publishes, later ones correct, a tombstone withdraws."""
    if isinstance(data, Tombstone):
        return "withdrawn"
    return "published" if data.supersedes is None else "corrected"


def version_id(article_id: str, revision: int) -> str:
    """The entry's `_id`: `id@revision`, hashed where that is longer than OpenSearch takes."""
    plain = f"{article_id}@{revision}"
    return plain if len(plain.encode()) <= MAX_ID_BYTES else hashlib.sha256(plain.encode()).hexdigest()


class VersionEntry(BaseModel):
    """What became of an article at one moment. `article` is the whole of it, absent from withdrawals."""

    model_config = ConfigDict(frozen=True)

    id: str
    publisher: str
    version: int
    revision: int
    kind: Kind
    supersedes: int | None = None
    changed: tuple[str, ...] = ()
    correction: str | None = None
    accepted_at: AwareDatetime
    withdrawn_at: AwareDatetime | None = None
    article: Article | None = None


def version_entry(data: Article | Tombstone) -> VersionEntry:
    """The entry for this version."""
    article = data if isinstance(data, Article) else None
    return VersionEntry(
        id=data.id,
        publisher=data.publisher,
        version=data.version,
        revision=data.revision,
        kind=kind_of(data),
        supersedes=data.supersedes,
        changed=article.changed if article else (),
        correction=article.correction if article else None,
        accepted_at=data.accepted_at,
        withdrawn_at=data.withdrawn_at if isinstance(data, Tombstone) else None,
        article=article,
    )
