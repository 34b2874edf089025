#!/usr/bin/env python3
"""Measures `booster bulk` beside wrk, curl --parallel, @servicestack/client and ajv, each figure beside its target.

Everything happens on 127.0.0.1. bench/README.md says how to run it and how to read it.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from measure import ROOT, TOKEN, Failed, adopt_orphans, certified, machine, output_of, tool

CLIENTS = Path(__file__).resolve().parent / "clients"
BUILT = ROOT / "target" / "bench"
"""What is installed and built for the benchmark."""

# The fields of every row; the last name tells the rows apart, and keeps them as long as each other.
FIELDS = {
    "canBeContactedByMaison": True,
    "clientType": "PRIVATE",
    "countryId": "ch",
    "title": "Mrs.",
    "firstName": "Ada",
    "lastName": "Byron",
    "languageId": "eng",
    "gender": "F",
    "birthDate": "1985-12-10",
    "contactByEmailFlag": True,
    "contactByPhoneFlag": False,
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
FIRST_CUSTOMER = 10_000_000

HEADERS = ["Accept: application/json", "Content-Type: application/json"]
WRK_SECONDS = 5
PATIENCE = 0.0
"""Seconds to wait before each run for others to be done."""


@dataclass(frozen=True)
class Setting:
    """How the requests are answered and how many are in flight."""

    milliseconds: int
    in_flight: int
    tls: bool
    rows: int

    def describe(self) -> str:
        return f"{self.milliseconds} ms, {self.in_flight} in flight{', https' if self.tls else ''}"


AT_ONCE = Setting(0, 32, False, 100_000)
AT_ONCE_TLS = Setting(0, 32, True, 100_000)
AFTER_20 = Setting(20, 32, False, 8_000)
AFTER_20_MANY = Setting(20, 128, False, 30_000)
SETTINGS = [AT_ONCE, AT_ONCE_TLS, AFTER_20, AFTER_20_MANY]
OF_SERVICESTACK = 10_000
"""Rows that are enough for a client that is slow."""


@dataclass(frozen=True)
class Ran:
    """What one process took."""

    seconds: float
    cpu: float
    """Seconds of all processors, of user and system."""
    peak: int
    """KiB."""
    output: str


@dataclass(frozen=True)
class Target:
    """A ratio of two figures, and what it has to be."""

    what: str
    ours: str
    other: str
    ratio: list[float]
    at_least: float | None = None
    at_most: float | None = None

    def line(self) -> list[str]:
        median = statistics.median(self.ratio)
        spread = f" ({min(self.ratio):.2f}–{max(self.ratio):.2f})" if len(self.ratio) > 1 else ""
        bound = f"≥ {self.at_least:g}" if self.at_least is not None else f"≤ {self.at_most:g}"
        verdict = "met" if self.is_met() else "**missed**"
        return [self.what, self.ours, self.other, f"{median:.2f}{spread}", bound, verdict]

    def is_met(self) -> bool:
        median = statistics.median(self.ratio)
        if self.at_least is not None:
            return round(median, 2) >= self.at_least
        return round(median, 2) <= self.at_most


# --- Processes --------------------------------------------------------------------------------------------------


def ran(argv: list[str], environment: dict[str, str], stdin: Path | None = None) -> Ran:
    """Runs a command to its end. A small shell starts it and ends, so that the memory that Linux counts is not that of
    this Python, as in measure.py."""
    wait_until_idle(PATIENCE)
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        files = [
            (os.POSIX_SPAWN_OPEN, 0, str(stdin or os.devnull), os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, output.fileno(), 1),
            (os.POSIX_SPAWN_DUP2, errors.fileno(), 2),
        ]
        # A command in the background has no standard input unless it is given one.
        shell = ["/bin/sh", "-c", '"$@" <&3 3<&- &', "sh", *argv]
        files.append((os.POSIX_SPAWN_DUP2, 0, 3))
        begin = time.perf_counter()
        pid = os.posix_spawn(shell[0], shell, environment, file_actions=files)
        os.waitpid(pid, 0)
        _, status, usage = os.wait4(-1, 0)
        elapsed = time.perf_counter() - begin
        output.seek(0)
        text = output.read().decode(errors="replace")
        code = os.waitstatus_to_exitcode(status)
        if code != 0:
            errors.seek(0)
            raise Failed(f"`{' '.join(argv)}` ended with {code}: {text}{errors.read().decode(errors='replace')}")
    return Ran(elapsed, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, text)


def wait_until_idle(patience: float) -> None:
    """Waits so many seconds at most until nearly nothing else runs."""

    def ticks() -> tuple[int, int]:
        words = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
        return int(words[3]) + int(words[4]), sum(map(int, words))

    end = time.monotonic() + patience
    while time.monotonic() < end:
        idle, every = ticks()
        time.sleep(0.5)
        idle, every = (now - before for now, before in zip(ticks(), (idle, every), strict=True))
        if idle >= 0.9 * every:
            return


class Server:
    """bench-server, one process for all settings."""

    def __init__(self, program: Path, folder: Path):
        milliseconds = sorted({setting.milliseconds for setting in SETTINGS})
        # The server is no orphan of ours to wait for, so it stays our child, and ends when its input does.
        self.process = subprocess.Popen(
            [program, folder / "host.pem", folder / "host.key", *map(str, milliseconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ports = {(time, tls): int(self.line()) for time in milliseconds for tls in (False, True)}

    def line(self) -> str:
        return self.process.stdout.readline()

    def address(self, setting: Setting) -> str:
        port = self.ports[setting.milliseconds, setting.tls]
        return f"http{'s' if setting.tls else ''}://127.0.0.1:{port}"

    def received(self) -> tuple[int, int]:
        """How many requests came since this was asked last, and how many bytes their bodies had."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        requests, size = self.line().split()
        return int(requests), int(size)

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()


# --- The rows ---------------------------------------------------------------------------------------------------


def last_name(number: int) -> str:
    letters = []
    for _ in range(5):
        number, letter = divmod(number, len(LETTERS))
        letters.append(LETTERS[letter])
    return "B" + "".join(letters)


def write_rows(path: Path, count: int) -> None:
    """As many rows as CSV or as JSON lines, each of another customer, in no order."""
    names = ["boosterCustomerId", *FIELDS]
    step = 7_919 if count % 7_919 else 7_907
    is_table = path.suffix == ".csv"
    with path.open("w") as file:
        if is_table:
            file.write(",".join(names) + "\n")
        for number in range(count):
            row = dict(FIELDS, lastName=last_name(number))
            values = [FIRST_CUSTOMER + number * step % count, *row.values()]
            if is_table:
                file.write(",".join(str(value).lower() if isinstance(value, bool) else str(value) for value in values))
            else:
                file.write("{" + ",".join(f'"{name}":{written(value)}' for name, value in zip(names, values)) + "}")
            file.write("\n")


def written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else f'"{value}"'


# --- The clients ------------------------------------------------------------------------------------------------


class Bench:
    """All that the runs have in common."""

    def __init__(self, options: argparse.Namespace, folder: Path, tools: dict[str, str]):
        self.options, self.folder, self.tools = options, folder, tools
        certified(folder)
        self.server = Server(build_server(), folder)
        self.environment = {"HOME": str(folder), "BOOSTER_TOKEN": TOKEN, "PATH": os.environ["PATH"]}
        self.body = folder / "body.json"
        row = folder / "row.jsonl"
        write_rows(row, 1)
        # As a file for one customer.
        to_send = [options.booster, "customer", "patch", "--from", str(row.rename(folder / "row.json"))]
        self.body.write_text(output_of([*to_send, "--dry-run=json"], self.environment))
        self.version = output_of([options.booster, "--version"]).split()[1]
        config = "".join(
            f'[profiles.{self.profile(setting)}]\nbase_url = "{self.server.address(setting)}"\n'
            f'auth = {{ kind = "bearer" }}\nca_file = "{folder}/ca.pem"\n'
            for setting in SETTINGS
        )
        (folder / "config.toml").write_text(config)
        self.ours = ["--config", str(folder / "config.toml")]

    @staticmethod
    def profile(setting: Setting) -> str:
        return f"after-{setting.milliseconds}-{setting.in_flight}{'-tls' if setting.tls else ''}"

    def rows(self, count: int, ending: str = "csv") -> Path:
        path = self.folder / f"rows-{count}.{ending}"
        if not path.exists():
            write_rows(path, count)
        return path

    def expect(self, who: str, count: int) -> None:
        """Two clients that do not do the same work cannot be compared."""
        requests, size = self.server.received()
        if requests < count or size != requests * self.body.stat().st_size:
            raise Failed(f"{who} sent {requests} requests with {size} bytes instead of {count}")

    def scaled(self, count: int) -> int:
        return max(int(count * self.options.scale), 100)

    def headers(self) -> list[str]:
        return [*HEADERS, f"User-Agent: booster/{self.version}", f"Authorization: Bearer {TOKEN}",
                "X-Request-Id: 20260101T000000000Z-aaaa-123456"]

    def booster(self, setting: Setting, program: str | None = None, rows: int | None = None) -> Ran:
        count = rows or self.scaled(setting.rows)
        home = Path(tempfile.mkdtemp(dir=self.folder))
        argv = [program or self.options.booster, "bulk", "patch", str(self.rows(count)), *self.ours]
        argv += ["--profile", self.profile(setting), "--concurrency", str(setting.in_flight)]
        # Whatever the whole process does counts: the check, the database, the tables of results.
        run = ran(argv, {**self.environment, "BOOSTER_HOME": str(home)})
        shutil.rmtree(home)
        self.expect("booster", count)
        return run

    def wrk(self, setting: Setting) -> float:
        """Requests a second."""
        argv = [self.tools["wrk"], "--threads", "1", "--connections", str(setting.in_flight)]
        argv += ["--duration", f"{WRK_SECONDS}s", "--script", str(CLIENTS / "patch.lua")]
        argv += [f"{self.server.address(setting)}/customer/{FIRST_CUSTOMER}", "--", str(self.body), *self.headers()]
        text = ran(argv, self.environment).output
        found = re.search(r"Requests/sec: +([0-9.]+)", text)
        if not found or "Socket errors" in text or "Non-2xx" in text:
            raise Failed(f"wrk says: {text}")
        # Those in flight at its end are no errors.
        self.expect("wrk", 1)
        return float(found[1])

    def curl(self, setting: Setting) -> Ran:
        count = self.scaled(setting.rows)
        config = self.folder / "curl.txt"
        address = self.server.address(setting)
        with config.open("w") as file:
            file.write(f'silent\nparallel\nparallel-max = {setting.in_flight}\nrequest = "PATCH"\n')
            file.write(f'data-binary = "@{self.body}"\ncacert = "{self.folder}/ca.pem"\n')
            file.writelines(f'header = "{header}"\n' for header in self.headers())
            file.writelines(f'url = "{address}/customer/{FIRST_CUSTOMER + id}"\n' for id in range(count))
        run = ran([self.tools["curl"], "--config", str(config)], self.environment)
        self.expect("curl", count)
        return run

    def servicestack(self, setting: Setting) -> Ran:
        count = self.scaled(OF_SERVICESTACK)
        argv = [self.tools["node"], str(BUILT / "clients" / "servicestack.js"), self.server.address(setting), TOKEN]
        argv += [str(setting.in_flight), str(FIRST_CUSTOMER), str(FIRST_CUSTOMER + count - 1)]
        run = ran(argv, {**self.environment, "NODE_EXTRA_CA_CERTS": f"{self.folder}/ca.pem"}, stdin=self.body)
        self.expect("@servicestack/client", count)
        return run

    def check(self, count: int, ending: str) -> Ran:
        return ran([self.options.booster, "bulk", "check", str(self.rows(count, ending)), *self.ours,
                    "--profile", self.profile(AT_ONCE)], self.environment)

    def ajv(self, count: int) -> Ran:
        schema = self.folder / "schema.json"
        if not schema.exists():
            schema.write_text(output_of([self.options.booster, "customer", "schema"], self.environment))
        rows = self.rows(count, "jsonl")
        run = ran([self.tools["node"], str(BUILT / "clients" / "ajv.js"), str(schema), str(rows)], self.environment)
        if int(run.output) != count:
            raise Failed(f"ajv finds {run.output.strip()} of {count} rows valid")
        return run


def build_server() -> Path:
    target = BUILT / "server"
    argv = ["cargo", "build", "--quiet", "--release", "--manifest-path", str(ROOT / "bench" / "server" / "Cargo.toml")]
    output_of([*argv, "--target-dir", str(target)])
    return target / "release" / "bench-server"


def install_clients() -> None:
    """The packages of package.json, into a folder that is not in the way."""
    clients = BUILT / "clients"
    shutil.copytree(CLIENTS, clients, dirs_exist_ok=True)
    if not (clients / "node_modules" / "ajv-formats").exists():
        output_of([tool("npm", "npm"), "install", "--silent", "--no-audit", "--no-fund"], folder=clients)


# --- Comparing --------------------------------------------------------------------------------------------------


def rates(count: int, runs: list[Ran]) -> list[float]:
    return [count / run.seconds for run in runs]


def ratios(ours: list[float], others: list[float]) -> list[float]:
    return [mine / its for mine, its in zip(ours, others, strict=True)]


def each_second(rate: list[float]) -> str:
    return f"{statistics.median(rate):,.0f}/s"


def of_sending(bench: Bench, setting: Setting) -> list[Target]:
    options = bench.options
    count = bench.scaled(setting.rows)
    is_at_once, at = setting.milliseconds == 0, setting.describe()
    ours, without, wrk, curl, servicestack = [], [], [], [], []
    bench.rows(count)
    for _ in range(options.rounds):
        ours.append(bench.booster(setting))
        wrk.append(bench.wrk(setting))
        if options.without_database and not setting.tls:
            without.append(bench.booster(setting, options.without_database))
        if is_at_once:
            curl.append(bench.curl(setting))
            servicestack.append(bench.servicestack(setting))
    rate = rates(count, ours)

    def beside(name: str, other: list[float], at_least: float) -> Target:
        what = f"rows a second, {at}, beside {name}"
        return Target(what, each_second(rate), each_second(other), ratios(rate, other), at_least=at_least)

    of_wrk = {AT_ONCE: 0.30, AT_ONCE_TLS: 0.40, AFTER_20: 0.95, AFTER_20_MANY: 0.85}
    found = [beside("wrk", wrk, of_wrk[setting])]
    if is_at_once:
        found.append(beside("curl --parallel", rates(count, curl), 2))
        found.append(beside("@servicestack/client", rates(bench.scaled(OF_SERVICESTACK), servicestack), 15))
        mine, its = ([run.cpu / count * 1e6 for run in runs] for runs in (ours, curl))
        cells = (f"{statistics.median(side):.0f} µs" for side in (mine, its))
        what = f"processor time a row, {at}, beside curl --parallel"
        found.append(Target(what, *cells, ratios(mine, its), at_most=0.60))
    if without:
        found.append(beside("itself without its database", rates(count, without), 0.85 if is_at_once else 0.97))
    if setting == AT_ONCE:
        found.append(of_peak(f"peak memory, {at}, {count:,} rows, beside 16 MiB", ours, 16 << 10, 1.0))
    return found


def of_peak(what: str, runs: list[Ran], other: int, at_most: float) -> Target:
    peaks = [run.peak for run in runs]
    mine = f"{statistics.median(peaks) / 1024:.1f} MiB"
    return Target(what, mine, f"{other / 1024:.1f} MiB", [peak / other for peak in peaks], at_most=at_most)


def of_checking(bench: Bench) -> list[Target]:
    count = bench.scaled(AT_ONCE.rows)
    lines, tables, ajv = [], [], []
    for ending in ("csv", "jsonl"):
        bench.rows(count, ending)
    for _ in range(bench.options.rounds):
        lines.append(bench.check(count, "jsonl"))
        tables.append(bench.check(count, "csv"))
        ajv.append(bench.ajv(count))
    of_lines, of_tables, of_ajv = (rates(count, runs) for runs in (lines, tables, ajv))
    return [
        Target("rows checked a second, JSON lines, beside ajv", each_second(of_lines), each_second(of_ajv),
               ratios(of_lines, of_ajv), at_least=4),
        Target("rows checked a second, CSV, beside JSON lines", each_second(of_tables), each_second(of_lines),
               ratios(of_tables, of_lines), at_least=0.5),
    ]


def of_memory(bench: Bench) -> list[Target]:
    """A million rows beside ten thousand."""
    few, many = bench.scaled(10_000), bench.scaled(1_000_000)
    found = []
    for what, measure in [
        ("peak memory, sending", lambda count: bench.booster(AT_ONCE, rows=count)),
        ("peak memory, checking CSV", lambda count: bench.check(count, "csv")),
        ("peak memory, checking JSON lines", lambda count: bench.check(count, "jsonl")),
    ]:
        of_few, of_many = measure(few), measure(many)
        found.append(of_peak(f"{what}: {many:,} rows beside {few:,}", [of_many], of_few.peak, 1.1))
    return found


# --- The table --------------------------------------------------------------------------------------------------


def table(targets: list[Target]) -> str:
    cells = [["", "booster", "other", "ratio", "target", ""], ["---", "---:", "---:", "---:", "---:", "---"]]
    cells += [target.line() for target in targets]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def main() -> int:
    default = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "booster"
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--booster", default=str(default), help="the program to measure (%(default)s)")
    parser.add_argument("--without-database", metavar="PROGRAM",
                        help="the same built with --features bench-without-database, to measure the database's share")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of all clients for each figure (%(default)s)")
    parser.add_argument("--scale", type=float, default=1.0, help="that many times the rows (%(default)s)")
    parser.add_argument("--calm", type=float, default=0.0, metavar="SECONDS",
                        help="wait that long at most before each run until nothing else runs (%(default)s)")
    parser.add_argument("--only", choices=["sending", "checking", "memory"], help="measure only this")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target is missed")
    options = parser.parse_args()
    global PATIENCE
    PATIENCE = options.calm

    # A signal becomes an exception, so that the server and the folder go away by the same road as always.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        options.booster = str(Path(options.booster).resolve())
        if not os.access(options.booster, os.X_OK):
            raise Failed(f"there is no {options.booster}: run `cargo build --release` first")
        packages = {"wrk": "wrk", "curl": "curl", "node": "nodejs", "openssl": "openssl"}
        tools = {name: tool(name, package) for name, package in packages.items()}
        before = os.getloadavg()[0]
        install_clients()
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="booster-bench-")))
            bench = Bench(options, folder, tools)
            stack.callback(bench.server.end)
            adopt_orphans()
            targets = []
            if options.only in (None, "checking"):
                targets += of_checking(bench)
            if options.only in (None, "sending"):
                for setting in SETTINGS:
                    targets += of_sending(bench, setting)
            if options.only in (None, "memory"):
                targets += of_memory(bench)
        versions = [output_of([options.booster, "--version"]).strip()]
        versions += [output_of([tools["curl"], "--version"]).split(" (")[0]]
        versions += [f"node {output_of([tools['node'], '--version']).strip()}"]
    except Failed as why:
        print(f"error: {why}", file=sys.stderr)
        return 2
    busy = f"{before:.1f} processes wanted to run before, {os.getloadavg()[2]:.1f} meanwhile"
    print(f"{machine()}; {options.rounds} rounds; {', '.join(versions)}; {busy}\n")
    print(table(targets))
    return 1 if options.check and not all(target.is_met() for target in targets) else 0


if __name__ == "__main__":
    sys.exit(main())
