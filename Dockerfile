# One image for both services; the command says which. Three stages, so that new code ships as a small layer.

FROM python:3.11.14-slim-bookworm AS dependencies
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/venv
COPY requirements/services.lock /build/requirements/services.lock
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /opt/venv/bin/python install --require-hashes -r /build/requirements/services.lock
# What no service loads: OpenSearch over gRPC, the names of months in 900 locales, 500 languages of programs, sources of
# compiled modules.
RUN cd /opt/venv/lib/python3.11/site-packages \
 && pip --python /opt/venv/bin/python uninstall --quiet --yes grpcio opensearch-protobufs \
 && find babel/locale-data -name '*.dat' ! -name root.dat ! -name 'en*.dat' -delete \
 && find pygments/lexers -type f ! -name '__init__*' ! -name '_mapping*' ! -name 'python*' ! -name 'special*' -delete \
 && find . \( -name '*.c' -o -name '*.h' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.pyi' \) -delete

FROM dependencies AS package
WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY services services
RUN --mount=type=cache,target=/root/.cache/pip \
    pip wheel --no-deps --wheel-dir dist . \
 && pip --python /opt/venv/bin/python install --no-deps --no-index --root /package dist/*.whl

FROM python:3.11.14-slim-bookworm
LABEL org.opencontainers.image.title="Wiredesk" org.opencontainers.image.licenses="Apache-2.0"
# Answers to batches are spooled, publishers and feeds registered here: a volume takes over the directory's owner when it
# is first mounted.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin wiredesk \
 && install -d -o wiredesk -g wiredesk -m 0700 /var/lib/wiredesk/spool /var/lib/wiredesk/registry \
    /var/lib/wiredesk/archive /var/lib/wiredesk/backups
COPY --from=dependencies /opt/venv /opt/venv
COPY --from=package /package/opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    WIREDESK_SPOOL_DIR=/var/lib/wiredesk/spool
USER 10001:10001
EXPOSE 8000 8001
CMD ["python", "-m", "services.ingest"]
