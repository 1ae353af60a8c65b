"""`python -m services.ingest`"""

import gc
import logging
import sys

DEFAULT_PORT = 8000


def main() -> int:
    """Reads the settings and serves until told to stop."""
    # Worker processes import this module too, and need none of these.
    from services.ingest.app import build_app  # noqa: PLC0415
    from services.ingest.settings import IngestSettings  # noqa: PLC0415
    from services.logs import configure  # noqa: PLC0415
    from services.serve import listen, serve  # noqa: PLC0415
    from services.tracing import exporting  # noqa: PLC0415

    settings = IngestSettings()
    configure("ingest", settings.log_level, settings.log_articles)
    logging.getLogger(__name__).info("settings", extra={"settings": settings.redacted()})
    # tables and modules stay for good: looking through them for garbage takes a twentieth of the time
    with exporting("ingest") as traces:
        return serve(
            lambda _: build_app(settings, gc.freeze, traces),
            listen(settings.ingest_host, settings.ingest_port, DEFAULT_PORT),
        )


if __name__ == "__main__":
    sys.exit(main())
