"""Where labels go: laws of the placer, on anchors that hypothesis chooses."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.plot.parts.fan import spread_out
from reconcile.plot.parts.placing import Label, boxes_along, place_labels
from reconcile.plot.parts.rows import pack_lanes

ROOM = (0.0, 0.0, 400.0, 300.0)
NOTHING = np.zeros((0, 4))

corner = st.tuples(st.floats(0, 390), st.floats(0, 290))
anchors = st.lists(
    st.builds(
        lambda at, w, h: (at[0], at[1], at[0] + w, at[1] + h),
        corner,
        st.floats(2, 10),
        st.floats(2, 60),
    ),
    min_size=1,
    max_size=9,
)
sizes = st.tuples(st.floats(15, 120), st.floats(8, 30))


def touch(a, b) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def cut(line, box) -> bool:
    """Whether a segment passes through the inside of a box, by many points along it."""
    t = np.linspace(0, 1, 400)[:, None]
    points = np.array(line[:2]) * (1 - t) + np.array(line[2:]) * t
    inside = (points > np.array(box[:2]) + 0.5) & (points < np.array(box[2:]) - 0.5)
    return bool(inside.all(axis=1).any())


@settings(max_examples=40, deadline=None)
@given(anchors, sizes)
def test_labels_are_free_of_each_other_of_obstacles_and_of_leaders(found, size) -> None:
    labels = [Label(anchor, (size, (0.6 * size[0], 1.5 * size[1]))) for anchor in found]
    places = place_labels(labels, ROOM, np.array(found), NOTHING, reach=200.0)
    put = [place for place in places if place is not None]
    for place in put:
        assert place.box[0] >= ROOM[0]
        assert place.box[1] >= ROOM[1]
        assert place.box[2] <= ROOM[2] + 1e-6
        assert place.box[3] <= ROOM[3] + 1e-6
        assert place.gap <= 200.0
        assert not any(touch(place.box, anchor) for anchor in found)
    for one, other in combinations(put, 2):
        assert not touch(one.box, other.box)
        assert not cut(one.leader, other.box)
        assert not cut(other.leader, one.box)


def test_a_lone_label_stands_right_of_its_mark() -> None:
    [place] = place_labels(
        [Label((100, 100, 106, 120), ((50, 20),))], ROOM, NOTHING, NOTHING, 200.0
    )
    assert place is not None
    assert place.box[0] == pytest.approx(106 + 4)
    assert (place.box[1] + place.box[3]) / 2 == pytest.approx(110)


def test_a_narrow_shape_is_taken_where_the_wide_one_has_no_room() -> None:
    label = Label((100, 100, 106, 120), ((90, 20), (50, 34)))
    own = np.array([label.anchor], dtype=float)
    near = place_labels([label], ROOM, own, NOTHING, 200.0)[0]
    tight = place_labels([label], (40.0, 80.0, 170.0, 140.0), own, NOTHING, 200.0)[0]
    assert near is not None
    assert tight is not None
    assert (near.shape, tight.shape) == (0, 1)
    assert tight.box[2] - tight.box[0] == pytest.approx(50)


def test_what_is_better_left_free_is_left_free_where_that_is_near() -> None:
    label = Label((100, 100, 106, 120), ((50, 20),))
    soft = np.array([[106.0, 0.0, 400.0, 300.0]])
    [place] = place_labels([label], ROOM, NOTHING, soft, 200.0)
    assert place is not None
    assert not touch(place.box, soft[0])


def test_a_label_without_room_is_left_out_and_the_important_one_stays() -> None:
    narrow = (0.0, 0.0, 60.0, 24.0)
    labels = [Label((28, 0, 32, 4), ((50, 18),)), Label((28, 0, 32, 4), ((50, 18),))]
    places = place_labels(labels, narrow, np.array([[28.0, 0.0, 32.0, 4.0]]), NOTHING, 100.0, 0.5)
    assert places[0] is not None
    assert places[1] is None


def test_an_order_that_seems_unlucky_does_not_lose_a_label() -> None:
    """The first label could take the only place that the second has; it has others."""
    wall = np.array([[0.0, 40.0, 340.0, 300.0], [0.0, 0.0, 150.0, 40.0]])
    labels = [Label((150, 10, 154, 20), ((60, 16),)), Label((330, 30, 334, 38), ((60, 16),))]
    places = place_labels(labels, ROOM, wall, NOTHING, 250.0)
    assert all(place is not None for place in places)


def test_the_same_input_gives_the_same_places() -> None:
    rng = np.random.default_rng(8)
    at = rng.uniform(20, 280, (12, 2))
    labels = [Label((x, y, x + 5, y + 9), ((60, 18),)) for x, y in at]
    obstacles = np.c_[at, at + np.array([5, 9])]
    first = place_labels(labels, ROOM, obstacles, NOTHING, 150.0)
    assert first == place_labels(labels, ROOM, obstacles, NOTHING, 150.0)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=8, unique=True), st.floats(0.5, 20))
def test_spread_labels_keep_their_order_and_their_distance(wanted, gap) -> None:
    placed = spread_out(np.array(wanted), gap)
    order = np.argsort(wanted)
    assert (np.diff(placed[order]) >= gap - 1e-6).all()
    if len(wanted) > 1 and np.diff(np.sort(wanted)).min() >= gap:
        assert np.allclose(placed, wanted)


def test_spreading_is_the_least_squares_answer() -> None:
    """Oracle: a quadratic program solved by a general solver."""
    from scipy.optimize import minimize

    wanted, gap = np.array([0.0, 1.0, 1.5, 9.0, 9.2, 30.0]), 4.0
    solved = minimize(
        lambda x: ((x - wanted) ** 2).sum(),
        wanted + gap * np.arange(6),
        constraints={"type": "ineq", "fun": lambda x: np.diff(x) - gap},
        options={"ftol": 1e-12},
    )
    assert np.allclose(spread_out(wanted, gap), solved.x, atol=1e-4)


def test_boxes_cover_a_line() -> None:
    line = np.array([[0.0, 0.0], [30.0, 40.0], [60.0, 0.0]])
    covered = boxes_along(line, 2.0)
    for t in np.linspace(0, 1, 50):
        point = line[0] * (1 - t) + line[1] * t
        assert any((box[:2] <= point).all() and (point <= box[2:]).all() for box in covered)
    broken = boxes_along(np.array([[0.0, np.nan], [1.0, np.nan]]), 2.0)
    assert broken.shape == (0, 4)


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 20)), max_size=25))
def test_lanes_hold_no_overlapping_spans_while_there_are_enough(pairs) -> None:
    spans = [(start, start + length) for start, length in sorted(pairs)]
    lanes = pack_lanes(spans, most=len(spans) + 1)
    for (one, a), (other, b) in combinations(zip(spans, lanes, strict=True), 2):
        assert a != b or one[1] < other[0] or other[1] < one[0]
    assert max(pack_lanes(spans, most=3), default=0) < 3
