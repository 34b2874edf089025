"""Kills a bulk run again and again, goes on with it to its end, and counts at the service: every row arrives, and again
arrive only rows that were in flight at a kill."""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BOOSTER = sys.argv[1:]
RUNS, KILLS, ROWS, CONCURRENCY = 5, 3, 200, 4
PATIENCE = 120


class Service(ThreadingHTTPServer):
    """Holds customers, and calls `on_patch` with the number of each patch before it is answered."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.records = {number: {"boosterCustomerId": number} for number in range(1, ROWS + 1)}
        self.patched = []
        self.on_patch = lambda count: None
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def customer(self):
        return int(self.path.rsplit("/", 1)[1])

    def do_GET(self):
        with self.server.lock:
            self.answer(self.server.records[self.customer()])

    def do_PATCH(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.records[self.customer()].update(body)
            self.server.patched.append(self.customer())
            count = len(self.server.patched)
        self.server.on_patch(count)
        self.answer({})

    def answer(self, body):
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass  # The client was killed.


def killed(words, after):
    """Runs booster until so many patches have come, and kills it; gives whether it was still there to be killed."""
    process = subprocess.Popen([*BOOSTER, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    service.on_patch = lambda count: process.kill() if count == after else None
    return process.wait(PATIENCE) != 0


def ended(words):
    service.on_patch = lambda count: None
    ran = subprocess.run([*BOOSTER, *words], capture_output=True, text=True, timeout=PATIENCE)
    if ran.returncode != 0:
        sys.exit(f"{words} ended with {ran.returncode}: {ran.stdout}{ran.stderr}")
    return json.loads(ran.stdout)


os.chdir(tempfile.mkdtemp())
with open("t.csv", "w") as table:
    table.write("boosterCustomerId,firstName\n")
    table.writelines(f"{number},Name{number}\n" for number in range(1, ROWS + 1))
kills = repeated = 0
for trial in range(RUNS):
    service = Service()
    options = ["--base-url", f"http://127.0.0.1:{service.server_port}", "--concurrency", str(CONCURRENCY), "-o", "json"]
    words = ["bulk", "patch", "t.csv", "--unchecked", "--run", f"run-{os.getpid()}-{trial}", *options]
    own = sum(killed(words, after) for after in sorted(random.sample(range(1, ROWS), KILLS)))
    counts = ended(words)["counts"]
    again = len(service.patched) - len(set(service.patched))
    if counts["done"] != ROWS or len(set(service.patched)) != ROWS:
        sys.exit(f"of {ROWS} rows {len(set(service.patched))} arrived, and {counts} are told")
    if again > own * CONCURRENCY:
        sys.exit(f"{again} rows arrived again after {own} kills with {CONCURRENCY} in flight")
    kills, repeated = kills + own, repeated + again
    service.shutdown()
print(f"  kills: {kills} in {RUNS} runs of {ROWS} rows; lost none, {repeated} of those in flight arrived again")
