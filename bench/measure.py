#!/usr/bin/env python3
"""Measures the whole process of one command: booster beside curl and ripgrep, each figure beside its target.

Everything happens on 127.0.0.1. bench/README.md says how to run it and how to read it.
"""

import argparse
import contextlib
import ctypes
import os
import platform
import select
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The targets, as ratios of booster to the other side; the size in bytes.
TIME_OF_CURL = 0.40
TIME_OF_CURL_TLS = 0.50
PEAK_OF_CURL = 0.75
START_OF_RG = 1.20
LARGEST_BINARY = 7 << 20

CUSTOMER = 123
TOKEN = "bench-token"
WARM_UP = 10
"""Runs of each side that are not counted: they fill the page cache."""
PATIENCE = 10.0
"""Seconds after which the server gives a silent client up."""
ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nVary: Accept\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
)
"""What a real host answers to a patch."""


class Failed(Exception):
    """Why nothing can be measured."""


@dataclass(frozen=True)
class Side:
    """A command to measure, and the exit code that shows that it did its work."""

    argv: list[str]
    environment: dict[str, str]
    exit_code: int = 0


@dataclass(frozen=True)
class Row:
    """A line of the closing table. `is_met` is None where nothing could be measured."""

    what: str
    ours: str
    other: str
    ratio: str
    target: str
    is_met: bool | None


# --- The server -------------------------------------------------------------------------------------------------


# The header that names the run.
RUN = "X-Request-Id"


def listener() -> socket.socket:
    server = socket.create_server(("127.0.0.1", 0), backlog=16)
    server.settimeout(PATIENCE)
    return server


def exchange(server: socket.socket, tls: ssl.SSLContext | None) -> bytes:
    """Answers one request, waits until the client hangs up, and returns the request."""
    client, _ = server.accept()
    client.settimeout(PATIENCE)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with tls.wrap_socket(client, server_side=True) if tls else client as stream:
        request = bytearray()
        while not is_whole(request):
            received = stream.recv(1 << 16)
            if not received:
                raise Failed(f"a client hung up in the middle of its request: {bytes(request)!r}")
            request += received
        stream.sendall(ANSWER)
        # Whoever closes first keeps the port for a minute; let that be the client.
        with contextlib.suppress(OSError):
            while stream.recv(1 << 16):
                pass
    return bytes(request)


def is_whole(request: bytes) -> bool:
    head, end, body = bytes(request).partition(b"\r\n\r\n")
    if not end:
        return False
    lengths = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return len(body) >= int(lengths[0]) if lengths else True


@contextlib.contextmanager
def serving(listeners: list[tuple[socket.socket, ssl.SSLContext | None]]):
    """Serves in a process of its own, so that it never competes with the measuring one. One client at a time: that
    is all that comes, and nothing is quicker. The process ends with us, even if we are killed, since then the pipe
    between us closes."""
    lifeline, ours = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(ours)
        # A signal meant for all of us is the measuring process's to answer.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        while True:
            ready, _, _ = select.select([lifeline, *(server for server, _ in listeners)], [], [])
            if lifeline in ready:
                os._exit(0)
            for server, tls in listeners:
                if server in ready:
                    # What goes wrong here shows at the client, whose exit code is looked at.
                    with contextlib.suppress(OSError, Failed):
                        exchange(server, tls)
    os.close(lifeline)
    try:
        yield
    finally:
        os.close(ours)
        os.waitpid(pid, 0)


# --- Running a command ------------------------------------------------------------------------------------------

QUIET = [
    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
]


def seconds(side: Side) -> float:
    """The time from before the process exists until it is gone."""
    begin = time.perf_counter()
    pid = os.posix_spawn(side.argv[0], side.argv, side.environment, file_actions=QUIET)
    _, status = os.waitpid(pid, 0)
    elapsed = time.perf_counter() - begin
    expect(side, status)
    return elapsed


def peak(side: Side) -> int:
    """The most memory that the process held at once, in KiB.

    Linux counts what the process was before it became the command, and that would be this Python, which is larger
    than the command. So a small shell starts it in the background and ends, and the orphan comes to us."""
    shell = ["/bin/sh", "-c", '"$@" &', "sh", *side.argv]
    pid = os.posix_spawn(shell[0], shell, side.environment, file_actions=QUIET)
    os.waitpid(pid, 0)
    orphan, status, usage = os.wait4(-1, 0)
    expect(side, status)
    assert orphan != pid
    return usage.ru_maxrss


def adopt_orphans() -> None:
    pr_set_child_subreaper = 36
    if ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0) != 0:
        raise Failed("the system does not let us adopt orphans, so peak memory cannot be measured")


def output_of(argv: list[str], environment: dict[str, str] | None = None, folder: Path | None = None) -> str:
    """What a command prints that only prepares, and is not measured."""
    ended = subprocess.run(argv, env=environment, cwd=folder, capture_output=True, text=True)
    if ended.returncode != 0:
        raise Failed(f"`{' '.join(argv)}` ended with {ended.returncode}: {ended.stderr.strip()}")
    return ended.stdout


def expect(side: Side, status: int) -> None:
    code = os.waitstatus_to_exitcode(status)
    if code != side.exit_code:
        raise Failed(f"`{' '.join(side.argv)}` ended with {code} instead of {side.exit_code}")


# --- Comparing --------------------------------------------------------------------------------------------------


def compare(what: str, measure, unit: tuple[float, str], pairs: int, ours: Side, other: Side, target: float) -> Row:
    """Runs the two sides in turn, so that whatever else the machine does falls upon both."""
    for _ in range(WARM_UP):
        measure(ours), measure(other)
    measured = [(measure(ours), measure(other)) for _ in range(pairs)]
    ratios = [a / b for a, b in measured]
    ratio, tenths = statistics.median(ratios), statistics.quantiles(ratios, n=10)
    scale, name = unit
    mine, its = (statistics.median(side) * scale for side in zip(*measured, strict=True))
    return Row(
        what,
        f"{mine:.2f} {name}",
        f"{its:.2f} {name}",
        f"{ratio:.2f} ({tenths[0]:.2f}–{tenths[-1]:.2f})",
        f"≤ {target:.2f}",
        ratio <= target,
    )


MILLISECONDS = (1e3, "ms")
MEBIBYTES = (1 / 1024, "MiB")


def of_patches(booster: str, curl: str, folder: Path, pairs: int) -> list[Row]:
    body = folder / "body.json"
    example = ROOT / "examples" / "ada.toml"
    to_send = [booster, "customer", "patch", str(CUSTOMER), "--from", str(example), "--dry-run=json"]
    body.write_text(output_of(to_send, {"HOME": str(folder)}))
    plain, encrypted, tls = listener(), listener(), certified(folder)
    addresses = {
        "plain": f"http://127.0.0.1:{plain.getsockname()[1]}",
        "tls": f"https://127.0.0.1:{encrypted.getsockname()[1]}",
    }
    config = folder / "config.toml"
    config.write_text(
        "".join(
            f'[profiles.{name}]\nbase_url = "{url}"\nauth = {{ kind = "bearer" }}\n'
            + (f'ca_file = "{folder}/ca.pem"\n' if name == "tls" else "")
            for name, url in addresses.items()
        )
    )
    version = output_of([booster, "--version"]).split()[1]

    def ours(profile: str) -> Side:
        argv = [booster, "customer", "patch", str(CUSTOMER), "--from", str(body)]
        argv += ["--config", str(config), "--profile", profile]
        return Side(argv, {"HOME": str(folder), "BOOSTER_TOKEN": TOKEN})

    def curls(profile: str) -> Side:
        argv = [curl, "--silent", "--request", "PATCH", f"{addresses[profile]}/customer/{CUSTOMER}"]
        for header in [
            "Accept: application/json",
            "Content-Type: application/json",
            f"User-Agent: booster/{version}",
            f"{RUN}: 20260101T000000000Z-aaaa",
            f"Authorization: Bearer {TOKEN}",
        ]:
            argv += ["--header", header]
        argv += ["--data-binary", f"@{body}"]
        argv += ["--cacert", f"{folder}/ca.pem"] if profile == "tls" else []
        return Side(argv, {"HOME": str(folder)})

    both_send_the_same(ours("plain"), curls("plain"), plain, None)
    both_send_the_same(ours("tls"), curls("tls"), encrypted, tls)
    with serving([(plain, None), (encrypted, tls)]):
        return [
            compare("one PATCH", seconds, MILLISECONDS, pairs, ours("plain"), curls("plain"), TIME_OF_CURL),
            compare("one PATCH, https", seconds, MILLISECONDS, pairs, ours("tls"), curls("tls"), TIME_OF_CURL_TLS),
            compare("its peak memory", peak, MEBIBYTES, pairs, ours("plain"), curls("plain"), PEAK_OF_CURL),
            compare("its peak memory, https", peak, MEBIBYTES, pairs, ours("tls"), curls("tls"), PEAK_OF_CURL),
        ]


def both_send_the_same(ours: Side, other: Side, server: socket.socket, tls: ssl.SSLContext | None) -> None:
    """Two sides that do not do the same work cannot be compared."""

    def request_of(side: Side) -> tuple[bytes, list[bytes], bytes]:
        pid = os.posix_spawn(side.argv[0], side.argv, side.environment, file_actions=QUIET)
        try:
            request = exchange(server, tls)
        finally:
            _, status = os.waitpid(pid, 0)
        expect(side, status)
        head, _, body = request.partition(b"\r\n\r\n")
        line, *headers = head.split(b"\r\n")
        # Each run has a name of its own, of one length.
        named = [RUN.encode() if header.startswith(RUN.encode()) else header for header in headers]
        return line, sorted(named), body

    mine, its = request_of(ours), request_of(other)
    if mine != its:
        raise Failed(f"the two sides do not send the same request:\n{mine}\n{its}")


def certified(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate for 127.0.0.1 by an authority of our own in ca.pem."""
    (folder / "openssl.cnf").write_text(
        "[req]\ndistinguished_name = name\nprompt = no\n[name]\nCN = bench\n"
        "[authority]\nbasicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign\n"
        "[host]\nbasicConstraints = CA:FALSE\nsubjectAltName = IP:127.0.0.1\nextendedKeyUsage = serverAuth\n"
    )
    new_key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config openssl.cnf"
    for command in [
        f"req -x509 {new_key} -extensions authority -days 2 -keyout ca.key -out ca.pem",
        f"req {new_key} -subj /CN=127.0.0.1 -keyout host.key -out host.csr",
        "x509 -req -in host.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile openssl.cnf"
        " -extensions host -out host.pem",
    ]:
        output_of(["openssl", *command.split()], folder=folder)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "host.pem", folder / "host.key")
    return tls


def of_start_up(booster: str, folder: Path, pairs: int) -> list[Row]:
    commands = {
        "--version": Side([booster, "--version"], {"HOME": str(folder)}),
        "--help": Side([booster, "--help"], {"HOME": str(folder)}),
        "a refused command line": Side(
            [booster, "customer", "patch", str(CUSTOMER), "--frist-name", "Ada"], {"HOME": str(folder)}, exit_code=2
        ),
    }
    rg = shutil.which("rg")
    if rg is None:
        print("rg is missing (Debian package ripgrep): start-up is not measured", file=sys.stderr)
        return [Row(f"start: {what}", "", "", "", f"≤ {START_OF_RG:.2f}", None) for what in commands]
    other = Side([rg, "--version"], {"HOME": str(folder)})
    return [
        compare(f"start: {what}", seconds, MILLISECONDS, pairs, ours, other, START_OF_RG)
        for what, ours in commands.items()
    ]


def of_binary(booster: str) -> Row:
    size = Path(booster).stat().st_size
    mebibytes = f"{size / (1 << 20):.2f} MiB"
    return Row("stripped binary", mebibytes, "", "", f"≤ {LARGEST_BINARY >> 20} MiB", size <= LARGEST_BINARY)


# --- The table --------------------------------------------------------------------------------------------------


def table(rows: list[Row]) -> str:
    def verdict(row: Row) -> str:
        return {True: "met", False: "MISSED", None: "not measured"}[row.is_met]

    cells = [["", "booster", "other", "ratio (p10–p90)", "target", ""]]
    cells += [[row.what, row.ours, row.other, row.ratio, row.target, verdict(row)] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells]
    return "\n".join(line.rstrip() for line in lines)


def machine() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return f"{line.partition(':')[2].strip()}, {os.cpu_count()} cores"
    return f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"


def tool(name: str, package: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise Failed(f"{name} is missing (Debian package {package})")
    return path


def main() -> int:
    default = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "booster"
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--booster", default=str(default), help="the program to measure (%(default)s)")
    parser.add_argument("--pairs", type=int, default=200, help="pairs of runs for each figure (%(default)s)")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target is missed")
    options = parser.parse_args()
    if options.pairs < 2:
        parser.error("a median with a spread needs 2 pairs at least")

    # A signal becomes an exception, so that the server and the folder go away by the same road as always.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        booster = str(Path(options.booster).resolve())
        if not os.access(booster, os.X_OK):
            raise Failed(f"there is no {booster}: run `cargo build --release` first")
        curl = tool("curl", "curl")
        tool("openssl", "openssl")
        adopt_orphans()
        with tempfile.TemporaryDirectory(prefix="booster-bench-") as folder:
            # As an installation does: the file that the linker wrote starts more slowly than a copy of it.
            installed = shutil.copy(booster, folder)
            rows = of_patches(installed, curl, Path(folder), options.pairs)
            rows += of_start_up(installed, Path(folder), options.pairs)
        rows.append(of_binary(booster))
        beside = [
            output_of([program, "--version"]).splitlines()[0] for program in ("curl", "rg") if shutil.which(program)
        ]
        ours = output_of([booster, "--version"]).strip()
    except Failed as why:
        print(f"error: {why}", file=sys.stderr)
        return 2
    print(f"{machine()}; {options.pairs} pairs a figure")
    print("\n  beside ".join([ours, *beside]))
    print(f"\n{table(rows)}")
    return 1 if options.check and not all(row.is_met for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
