"""Compares how long two binaries take for one patch: the second may take 1.1 times as long as the first."""

import os
import subprocess
import sys
import time

PATCH = ["customer", "patch", "123", "--from", "examples/ada.toml", "--sandbox"]
ROUNDS = 60
LIMIT = 1.1


def run(binary):
    begun = time.perf_counter()
    subprocess.run([binary, *PATCH], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


def main():
    usual, other = sys.argv[1:]
    os.environ["BOOSTER_HOME"] = os.path.join(os.path.dirname(other), "speed")
    # One after the other, so that whatever else the machine does slows both down; the fastest is the least disturbed.
    times = {usual: [], other: []}
    for _ in range(ROUNDS):
        for binary in times:
            times[binary].append(run(binary))
    fastest = {binary: sorted(taken)[ROUNDS // 10] for binary, taken in times.items()}
    ratio = fastest[other] / fastest[usual]
    print(f"  speed: {fastest[other] * 1000:.1f} ms a patch, {ratio:.2f} times the usual build's")
    if ratio > LIMIT:
        sys.exit(f"FAILED: slower than {LIMIT} times the usual build")


main()
