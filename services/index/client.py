"""The connection to OpenSearch, the same for every process that has one."""

import ssl
from typing import Any

from opensearchpy import AsyncOpenSearch

from services.settings import ServerSettings


def build_client(settings: ServerSettings) -> AsyncOpenSearch:
    """A client that retries nothing by itself: what is sent again is decided item by item, elsewhere."""
    auth = None
    if settings.opensearch_user and settings.opensearch_password:
        auth = (settings.opensearch_user, settings.opensearch_password.get_secret_value())
    return AsyncOpenSearch(
        hosts=[settings.opensearch_url],
        http_auth=auth,
        http_compress=False,
        max_retries=0,
        retry_on_timeout=False,
        timeout=settings.opensearch_timeout.total_seconds(),
        pool_maxsize=16,
        **_tls(settings),
    )


def _tls(settings: ServerSettings) -> dict[str, Any]:
    if not settings.opensearch_url.startswith("https://"):
        return {}
    if settings.opensearch_verify_tls:
        return {"ssl_context": ssl.create_default_context(cafile=settings.opensearch_ca_file)}
    return {"verify_certs": False, "ssl_show_warn": False, "ssl_assert_hostname": False}
