"""How long each part of a training took."""

import time


def timed(what, seconds, work):
    began = time.perf_counter()
    result = work()
    seconds[what] = round(time.perf_counter() - began, 1)
    print(f"{what}: {seconds[what]} s", flush=True)
    return result
