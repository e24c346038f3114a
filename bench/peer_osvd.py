#!/usr/bin/env python3
"""Peer of bench/perfusion.ts: oSVD (Wu 2003, doi:10.1002/mrm.10522) in dense, vectorised NumPy.

One pseudo-inverse of the block-circulant matrix per truncation level, applied as a matrix product to all voxels that
no earlier level accepted. One thread, CPU time.
Usage: peer_osvd.py DIR   reads DIR/case.json {n, voxels, dt, repeat}, DIR/curves.f32 [voxels][n], DIR/aif.f64 [n];
writes DIR/flow.f32, DIR/index.i32, DIR/level.i32 and prints {"cpu_s", "numpy"} as JSON.
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

LEVELS = np.arange(1, 20) * 0.05
LIMIT = 0.035
BLOCK = 32768


def circulant(aif, dt):
    n = len(aif)
    column = np.zeros(2 * n)
    column[0] = aif[0]
    column[1:n - 1] = (aif[:-2] + 4 * aif[1:-1] + aif[2:]) / 6
    column[n - 1] = (aif[-2] + 4 * aif[-1]) / 6
    column[n] = aif[-1] / 6
    index = np.arange(2 * n)
    return dt * column[(index[:, None] - index[None, :]) % (2 * n)]


def osvd(curves, aif, dt):
    n = len(aif)
    length = 2 * n
    u, s, vt = np.linalg.svd(circulant(aif, dt))
    inverses = [((vt.T * np.where(s >= level * s[0], 1 / s, 0)) @ u.T[:, :n]).astype(np.float32) for level in LEVELS]
    voxels = len(curves)
    flow = np.zeros(voxels, np.float32)
    where = np.zeros(voxels, np.int32)
    accepted = np.zeros(voxels, np.int32)
    for start in range(0, voxels, BLOCK):
        left = np.arange(start, min(voxels, start + BLOCK))
        c = np.ascontiguousarray(curves[left].T)
        for j, inverse in enumerate(inverses):
            k = inverse @ c
            bend = np.abs(k[2:] - 2 * k[1:-1] + k[:-2]).sum(0)
            ok = bend / (length * np.maximum(k.max(0), 1e-12)) < LIMIT
            if j == len(inverses) - 1:
                ok[:] = True
            chosen = left[ok]
            flow[chosen] = k[:, ok].max(0)
            where[chosen] = k[:, ok].argmax(0)
            accepted[chosen] = j
            if ok.all():
                break
            left = left[~ok]
            c = np.ascontiguousarray(c[:, ~ok])
    return flow, where, accepted


def main():
    folder = sys.argv[1]
    case = json.load(open(os.path.join(folder, "case.json")))
    curves = np.fromfile(os.path.join(folder, "curves.f32"), np.float32).reshape(case["voxels"], case["n"])
    aif = np.fromfile(os.path.join(folder, "aif.f64"), np.float64)
    best = float("inf")
    for _ in range(case["repeat"]):
        start = time.process_time()
        flow, where, accepted = osvd(curves, aif, case["dt"])
        best = min(best, time.process_time() - start)
    flow.tofile(os.path.join(folder, "flow.f32"))
    where.tofile(os.path.join(folder, "index.i32"))
    accepted.tofile(os.path.join(folder, "level.i32"))
    print(json.dumps({"cpu_s": best, "numpy": np.__version__}))


if __name__ == "__main__":
    main()
