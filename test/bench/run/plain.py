"""Calls the function of the benchmark in a plain Python loop and prints the minimum milliseconds of one call."""

import sys
import time

from inference import load, predict

ROUNDS, CALLS = 5, 2000

factor = load()
batch = [{"x": number} for number in range(int(sys.argv[1]))]
times = []
for _ in range(ROUNDS):
    start = time.perf_counter()
    for _ in range(CALLS):
        predict(factor, batch)
    times.append((time.perf_counter() - start) * 1000 / CALLS)
print(min(times))
