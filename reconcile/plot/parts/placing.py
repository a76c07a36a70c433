"""Where labels go: near what they name, off the data, off each other, inside the canvas.

Pure geometry in pixels. Each label chooses among places around its anchor and over a lattice of
the whole room; places that touch an obstacle, another label or another label's leader are out;
the nearest of the rest wins. After a first greedy round each label is taken up and set down again
while that helps. This is done in several orders and the best arrangement is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.numerics.arrays import Array, Flags

ROUNDS = 3
ATTEMPTS = 5  # orders in which labels are set down, while one is left out
LATTICE = 22  # steps of the lattice along each side of the room
ASTRAY = 15.0  # the cost of a leader over another mark: worse than any way round, not than no label
LEADER = 5.0  # a label nearer to its mark needs no leader
LONG = 1.5  # times as high as wide: from here on a mark is a bar, not a marker
NO_BOXES: Array = np.zeros((0, 4))


@dataclass(frozen=True, slots=True)
class Label:
    """A label to place: the box (x0, y0, x1, y1) it names, and its own (width, height).

    It may come in several shapes, the one that reads best first.
    """

    anchor: tuple[float, float, float, float]
    shapes: tuple[tuple[float, float], ...]

    @property
    def unit(self) -> float:
        """What its distances are measured in: the height of its first shape."""
        return self.shapes[0][1]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a label went: the `box`, and its `leader` (x0, y0, x1, y1) from anchor to box.

    `shape` is the number of the shape it took, `gap` its distance from the anchor.
    """

    box: tuple[float, float, float, float]
    leader: tuple[float, float, float, float]
    gap: float
    cost: float
    shape: int


def place_labels(
    labels: Sequence[Label],
    room: tuple[float, float, float, float],
    obstacles: Array,
    soft: Array,
    reach: float,
    pad: float = 2.0,
    marks: Array = NO_BOXES,
    astray: float = ASTRAY,
) -> list[Place | None]:
    """A place for each label, most important first; None where no free place is within `reach`.

    `obstacles` (N, 4) must not be touched, `soft` (M, 4) are better left free; of the obstacles
    `marks` (L, 4) are what labels name: a leader that crosses another one than its own would seem
    to end there, which costs `astray` (infinity: never). Boxes are (x0, y0, x1, y1), all in
    pixels; `pad` is the air around a label.
    """
    choices = [
        _choices(label, room, obstacles, soft, reach, pad, (marks, astray)) for label in labels
    ]
    middles = [(box[0] + box[2], box[1] + box[3]) for box in (label.anchor for label in labels)]
    count = range(len(labels))
    orders = [
        list(count),
        sorted(count, key=lambda k: len(choices[k].boxes)),
        sorted(count, key=lambda k: middles[k]),
        sorted(count, key=lambda k: (-middles[k][1], middles[k][0])),
    ]
    best: list[Place | None] = [None] * len(labels)
    for attempt in range(ATTEMPTS):
        if attempt >= len(orders):
            break
        found = _arrange(choices, orders[attempt], pad)
        best = min(best, found, key=_regret)
        if None in found and None in best:  # who was left out goes first next time
            last = [k for k, place in enumerate(found) if place is None]
            again = last + [k for k in orders[attempt] if found[k] is not None]
            if again not in orders:
                orders.append(again)
    return best


def _regret(places: list[Place | None]) -> float:
    """What an arrangement costs; a label left out costs more, the more important it is."""
    missing = [1.0 + 1.0 / (1 + k) for k, place in enumerate(places) if place is None]
    return 40.0 * sum(missing) + sum(place.cost for place in places if place is not None)


def _arrange(choices: Sequence[_Choices], order: list[int], pad: float) -> list[Place | None]:
    """Set the labels down in `order`, then take each up again while that helps."""
    found: list[Place | None] = [None] * len(choices)
    for round_number in range(ROUNDS):
        before = list(found)
        for k in order:
            others = [place for j, place in enumerate(found) if place is not None and j != k]
            found[k] = _best(choices[k], others, pad)
        if round_number and found == before:
            break
    return found


@dataclass(frozen=True, eq=False)
class _Choices:
    """Places (K) of one label that touch no obstacle, with what each costs by itself."""

    boxes: Array
    leaders: Array
    gaps: Array
    cost: Array
    shapes: NDArray[np.int_]


def _choices(
    label: Label,
    room: tuple[float, float, float, float],
    obstacles: Array,
    soft: Array,
    reach: float,
    pad: float,
    named: tuple[Array, float],
) -> _Choices:
    """Places around the anchor and on the lattice, inside the room, off the obstacles."""
    found = [_within(_candidates(label.anchor, shape, room, pad), room) for shape in label.shapes]
    boxes = np.concatenate(found)
    shapes = np.repeat(np.arange(len(found)), [len(each) for each in found])
    apart = _gaps(boxes, label.anchor)
    near = (apart <= reach) & (apart >= 2 * pad - 1e-6)
    boxes, shapes = boxes[near], shapes[near]
    free = ~_overlap(boxes + pad * _OUTWARD, obstacles).any(axis=1)
    boxes, shapes = boxes[free], shapes[free]
    gaps, leaders = _gaps(boxes, label.anchor), _leaders(boxes, label.anchor)
    cost = gaps / label.unit + 2.0 * _share(boxes, soft) + _awry(boxes, label) + 0.7 * shapes
    cost += 0.5 * _crosses(leaders, _elsewhere(obstacles, label)).sum(axis=0)
    marks, astray = named
    others = marks[(marks != np.array(label.anchor)).any(axis=1)]
    over = _crosses(_clear_of(leaders, label.anchor), others).any(axis=0) & (gaps > LEADER)
    cost[over] += astray
    kept = np.isfinite(cost)
    return _Choices(boxes[kept], leaders[kept], gaps[kept], cost[kept], shapes[kept])


_OUTWARD = np.array([-1.0, -1.0, 1.0, 1.0])


def _candidates(
    anchor: tuple[float, float, float, float],
    shape: tuple[float, float],
    room: tuple[float, float, float, float],
    pad: float,
) -> Array:
    """Boxes (K, 4) of one shape worth looking at."""
    (x0, y0, x1, y1), (w, h), air = anchor, shape, 2 * pad
    near_x = [x0 - w - air, x0 - w / 2, x0, (x0 + x1 - w) / 2, x1 - w, x1 + air, x1 - w / 2]
    near_y = [y0 - h - air, y0, (y0 + y1 - h) / 2, y1 - h, y1 + air]
    grid_x = np.linspace(room[0], max(room[2] - w, room[0]), LATTICE)
    grid_y = np.linspace(room[1], max(room[3] - h, room[1]), LATTICE)
    corners = np.concatenate([_product(near_x, near_y), _product(grid_x, grid_y)])
    return np.concatenate([corners, corners + np.array([w, h])], axis=1)


def _within(boxes: Array, room: tuple[float, float, float, float]) -> Array:
    low, high = boxes[:, :2] >= room[:2], boxes[:, 2:] <= np.array(room[2:]) + 1e-6
    return boxes[low.all(axis=1) & high.all(axis=1)]


def _product(xs: Sequence[float] | Array, ys: Sequence[float] | Array) -> Array:
    return np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2).astype(float)


def _gaps(boxes: Array, anchor: tuple[float, float, float, float]) -> Array:
    """Distances between boxes (K, 4) and one box."""
    dx = np.maximum(np.maximum(anchor[0] - boxes[:, 2], boxes[:, 0] - anchor[2]), 0)
    dy = np.maximum(np.maximum(anchor[1] - boxes[:, 3], boxes[:, 1] - anchor[3]), 0)
    return np.hypot(dx, dy)


def _best(choices: _Choices, others: list[Place], pad: float) -> Place | None:
    """The cheapest place that no other label or leader is in the way of."""
    taken = np.array([place.box for place in others]).reshape(-1, 4)
    lines = np.array([place.leader for place in others]).reshape(-1, 4)
    grown = choices.boxes + pad * _OUTWARD
    free = ~_overlap(grown, taken).any(axis=1)
    free &= ~_crosses(lines, grown).any(axis=1)
    free &= ~_crosses(choices.leaders, taken).any(axis=0)
    free &= ~_meet(choices.leaders, lines).any(axis=1)
    if not free.any():
        return None
    winner = int(np.argmin(np.where(free, choices.cost, np.inf)))
    return Place(
        _four(choices.boxes[winner]),
        _four(choices.leaders[winner]),
        float(choices.gaps[winner]),
        float(choices.cost[winner]),
        int(choices.shapes[winner]),
    )


def _share(boxes: Array, soft: Array) -> Array:
    """The share of each box (K, 4) that lies on what is better left free: (K,)."""
    a, b = boxes[:, None, :], soft[None, :, :]
    wide = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    high = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    area = (np.maximum(wide, 0) * np.maximum(high, 0)).sum(axis=1)
    return area / ((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]))


def _awry(boxes: Array, label: Label) -> Array:
    """A small cost of where a label stands: right of its mark is best, then left, then above."""
    x0, y0, x1, y1 = label.anchor
    right, left = boxes[:, 0] >= x1, boxes[:, 2] <= x0
    middle = np.abs(boxes[:, 1] + boxes[:, 3] - y0 - y1) / 2
    slant = np.minimum(middle / label.unit, 1.0)
    return np.where(right, 0.0, np.where(left, 0.3, 0.5)) + 0.3 * slant


def _four(row: Array) -> tuple[float, float, float, float]:
    return (float(row[0]), float(row[1]), float(row[2]), float(row[3]))


def _elsewhere(obstacles: Array, label: Label) -> Array:
    """The obstacles that are not the label's own anchor."""
    own = np.array([label.anchor])
    return obstacles[~_overlap(own, obstacles)[0]] if len(obstacles) else obstacles


def _overlap(first: Array, second: Array) -> Flags:
    """Which boxes (K, 4) share area with which (N, 4): (K, N)."""
    a, b = first[:, None, :], second[None, :, :]
    return (
        (a[..., 0] < b[..., 2])
        & (b[..., 0] < a[..., 2])
        & (a[..., 1] < b[..., 3])
        & (b[..., 1] < a[..., 3])
    )


def _leaders(boxes: Array, anchor: tuple[float, float, float, float]) -> Array:
    """Segments from the anchor's long middle line, where its ink is, to each box: (K, 4).

    A marker alone has its ink in the middle: a line to its edge would end beside it.
    """
    wide, high = anchor[2] - anchor[0], anchor[3] - anchor[1]
    from_x = np.full(len(boxes), (anchor[0] + anchor[2]) / 2)
    from_y = np.full(len(boxes), (anchor[1] + anchor[3]) / 2)
    if high > LONG * wide:
        from_y = np.clip((boxes[:, 1] + boxes[:, 3]) / 2, anchor[1], anchor[3])
    elif wide > LONG * high:
        from_x = np.clip((boxes[:, 0] + boxes[:, 2]) / 2, anchor[0], anchor[2])
    to_x = np.clip(from_x, boxes[:, 0], boxes[:, 2])
    to_y = np.clip(from_y, boxes[:, 1], boxes[:, 3])
    return np.stack([from_x, from_y, to_x, to_y], axis=1)


def _clear_of(segments: Array, anchor: tuple[float, float, float, float]) -> Array:
    """What of segments (K, 4) that begin inside the anchor lies outside of it: (K, 4).

    Where marks overlap, another one may cover the start of a line but not what it runs over.
    """
    leave = np.clip(_stays(segments, np.array([anchor]))[1][0], 0.0, 1.0)[:, None]
    start, end = segments[:, :2], segments[:, 2:]
    return np.concatenate([start + leave * (end - start), end], axis=1)


def _crosses(segments: Array, boxes: Array) -> Flags:
    """Which boxes (K, 4) are cut by which segments (N, 4): (K, N)."""
    enter, leave = _stays(segments, boxes)
    return enter < leave


def _stays(segments: Array, boxes: Array) -> tuple[Array, Array]:
    """From which share of its length to which each segment (N, 4) is in each box (K, 4): (K, N).

    The slab method; where the first is not below the second, it is not in the box at all.
    """
    shape = (len(boxes), len(segments))
    enter, leave = np.zeros(shape), np.ones(shape)
    for side in (0, 1):
        start = segments[None, :, side]
        step = segments[None, :, side + 2] - start
        safe = np.where(np.abs(step) < 1e-9, 1e-9, step)
        first, second = (
            (boxes[:, None, side] - start) / safe,
            (boxes[:, None, side + 2] - start) / safe,
        )
        enter = np.maximum(enter, np.minimum(first, second))
        leave = np.minimum(leave, np.maximum(first, second))
    return enter, leave


def _meet(first: Array, second: Array) -> Flags:
    """Which segments (K, 4) cross which segments (N, 4): (K, N)."""
    if len(second) == 0:
        return np.zeros((len(first), 0), dtype=bool)
    p, q = first[:, None, :2], first[:, None, 2:]
    a, b = second[None, :, :2], second[None, :, 2:]
    return (_side(p, q, a) != _side(p, q, b)) & (_side(a, b, p) != _side(a, b, q))


def _side(p: Array, q: Array, point: Array) -> Flags:
    along, to = q - p, point - p
    return along[..., 0] * to[..., 1] - along[..., 1] * to[..., 0] > 0


def boxes_along(line: Array, width: float, step: float = 4.0) -> Array:
    """Small boxes (N, 4) that cover a polyline (T, 2) of that width, all in pixels."""
    line = line[np.isfinite(line).all(axis=1)]
    if len(line) < 2:
        return np.zeros((0, 4))
    lengths = np.r_[0.0, np.cumsum(np.hypot(*np.diff(line, axis=0).T))]
    at = np.linspace(0, lengths[-1], max(int(lengths[-1] / step), 2))
    x, y = np.interp(at, lengths, line[:, 0]), np.interp(at, lengths, line[:, 1])
    half = width / 2 + step / 2
    return np.stack([x - half, y - half, x + half, y + half], axis=1)
