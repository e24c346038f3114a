"""Peer of bench/dsa.ts: log subtraction and pyramid registration by difference-histogram energy in plain NumPy."""
import json, sys, time
import numpy as np

folder = sys.argv[1]
run = json.load(open(folder + "/run.json"))
count, size, repeat = run["count"], run["size"], run["repeat"]
frames = np.fromfile(folder + "/frames.u16", np.uint16).reshape(count, size, size)


def timed(work, per):
    best = float("inf")
    for _ in range(repeat):
        start = time.process_time()
        out = work()
        best = min(best, (time.process_time() - start) * 1000 / per)
    return best, out


def log(frame):
    return np.log(np.maximum(frame, 1).astype(np.float32))


mask = np.mean([log(frames[k]) for k in run["masks"]], axis=0, dtype=np.float32)


def subtract_all():
    return [np.clip(-1000 * (mask - log(frame)), -32767, 32767).astype(np.int16) for frame in frames]


subtract_ms, pictures = timed(subtract_all, count)


def halve(a):
    return (a[::2, ::2] + a[1::2, ::2] + a[::2, 1::2] + a[1::2, 1::2]) / 4


def energy(mask, live, x, y, width):
    """The mask moved by whole x, y; every pixel of the inner 84 %."""
    n = len(mask)
    m = int(0.08 * n)
    d = mask[m - y : n - m - y, m - x : n - m - x] - live[m : n - m, m : n - m]
    bins = np.clip(np.floor(d / width).astype(np.int64) + 2048, 0, 4095)
    h = np.bincount(bins.ravel(), minlength=4096) / d.size
    return float(h @ h)


def register(pyramid, frame):
    lives = [log(frame)]
    while len(lives) < len(pyramid):
        lives.insert(0, halve(lives[0]))
    x = y = 0
    for level, (m, l) in enumerate(zip(pyramid, lives)):
        if level:
            x, y = 2 * x, 2 * y
        width = max(0.002, 1.4826 * float(np.median(np.abs(np.diff(l[::4], 2, axis=1)))) / 6**0.5)
        r = 3 if level == 0 else 1
        _, x, y = max((energy(m, l, u, v, width), u, v) for v in range(y - r, y + r + 1) for u in range(x - r, x + r + 1))
    f = {(u, v): energy(m, l, x + u, y + v, width) ** -2 for u, v in [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]}

    def vertex(a, b, c):
        return (a - c) / (2 * (a - 2 * b + c)) if a - 2 * b + c > 0 else 0

    return x + vertex(f[-1, 0], f[0, 0], f[1, 0]), y + vertex(f[0, -1], f[0, 0], f[0, 1])


def register_all():
    pyramid = [mask]
    while len(pyramid) < 4:
        pyramid.insert(0, halve(pyramid[0]))
    return [register(pyramid, frame) for frame in frames[4:]]


repeat = 1
register_ms, shifts = timed(register_all, count - 4)
error = max(np.hypot(x - a, y - b) for (x, y), (a, b) in zip(shifts, run["moves"][4:]))
json.dump(
    {
        "numpy": np.__version__,
        "subtract_ms": subtract_ms,
        "register_ms": register_ms,
        "register_error_px": float(error),
        "sums": [float(p.mean()) for p in pictures],
    },
    sys.stdout,
)
