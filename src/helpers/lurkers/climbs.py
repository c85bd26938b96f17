"""Climbs: the top of a smooth function, from many starts at once, inside a box."""

from collections.abc import Callable

import numpy as np

from helpers.lurkers.rates import TINY, Array

STEPS = 60
NUDGE = 3e-4  # for differences: parameters are logarithms
DAMPING = np.array([1.0, 0.3, 0.05, 0.004])[:, None, None]


def climb(
    function: Callable[[Array], Array], start: Array, box: Array, gain: float
) -> tuple[Array, Array]:
    """Maximise from many starts (rows) by damped Newton steps, until none adds so much."""
    point, value = start, function(start)
    rows, size = start.shape
    eye = np.eye(size)
    both = [eye[i] + eye[j] for i, j in _pairs(size)]
    moves = NUDGE * np.vstack([eye, -eye, *both])[:, None, :]
    for _ in range(STEPS):
        step = _newton(function(point + moves) - value, point, box)
        tried = np.clip(point + DAMPING * step, box[:, 0], box[:, 1])
        values = function(tried)
        best, row = values.argmax(axis=0), np.arange(rows)
        added = np.maximum(values[best, row] - value, 0)
        point = np.where(added[:, None] > 0, tried[best, row], point)
        value = value + added
        if added.max() < gain:
            break
    return point, value


def _pairs(size: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(size) for j in range(i)]


def _newton(around: Array, point: Array, box: Array) -> Array:
    """Return steps uphill from differences: the Hessian made negative, 2 at most a step."""
    rows, size = point.shape
    plus, minus, both = around[:size], around[size : 2 * size], around[2 * size :]
    slope, bend = (plus - minus).T / 2 / NUDGE, np.zeros((rows, size, size))
    bend[:, range(size), range(size)] = (plus + minus).T
    for (i, j), pair in zip(_pairs(size), both, strict=True):
        bend[:, i, j] = bend[:, j, i] = pair - plus[i] - plus[j]
    held = ((point <= box[:, 0]) & (slope < 0)) | ((point >= box[:, 1]) & (slope > 0))
    bend = np.where(held[:, :, None] | held[:, None, :], -np.eye(size), bend / NUDGE**2)
    values, vectors = np.linalg.eigh(bend)
    steep = np.maximum(np.abs(values), 1e-6 * np.abs(values).max(axis=1, keepdims=True) + TINY)
    step = np.einsum("nij,nj,nkj,nk->ni", vectors, 1 / steep, vectors, np.where(held, 0, slope))
    return step * np.minimum(1, 2 / np.maximum(np.abs(step).max(axis=1, keepdims=True), TINY))
