"""The index and its aliases, by the names that clients use."""

from dataclasses import dataclass

SCHEMA_VERSION = 2


@dataclass(frozen=True, slots=True)
class IndexNames:
    """Every name with the configured prefix in front.

    Readers use `articles`, which hides what is withdrawn or expired; writers use `articles-write`. Embargoed articles
    wait behind `articles-held`, outside both, because an alias filter does not keep anyone from reading by id.
    Every version stays behind `article-versions`, for its publisher. `search_template` is a stored script.
    """

    articles: str
    write: str
    held: str
    articles_index: str
    held_index: str
    versions: str
    versions_index: str
    search_template: str

    @classmethod
    def with_prefix(cls, prefix: str) -> "IndexNames":
        """The names for this prefix; the number at the end of an index counts its rebuilds."""
        return cls(
            articles=f"{prefix}articles",
            write=f"{prefix}articles-write",
            held=f"{prefix}articles-held",
            articles_index=f"{prefix}articles-v{SCHEMA_VERSION}-000001",
            held_index=f"{prefix}articles-held-v{SCHEMA_VERSION}-000001",
            versions=f"{prefix}article-versions",
            versions_index=f"{prefix}article-versions-v{SCHEMA_VERSION}-000001",
            search_template=f"{prefix}articles-search",
        )
