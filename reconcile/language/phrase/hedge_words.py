"""The words around a number that bound or blur it, as tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

Trie = dict[str, Any]

# kind: phrases. The kinds below, above, below_to and above_from are one-sided approximations:
# below is open at the number ("nearly"), below_to reaches it ("close to"); above is open at the
# number ("just over"), above_from starts at it ("barely", "-odd").
_BEFORE = """
at_least: at least; t least; nothing below; nothing under; no smaller than; at the very least
at_least: at the very least ,; at a minimum; at minimum
at_least: at least ,
at_least: a minimum of; minimum of; the minimum of; as few as; as little as; as low as; a floor of
at_least: >=; ≥; > =; at least or equal to; no fewer; no lower; starting at; not below; not under
at_least: no fewer than; no less than; not fewer than; not less than; nothing less than; minimum
at_least: at least some; not short of; min; min .; = >; never fewer than; at least equal to
more_than: more than; over; breached; breaching; cleared; rose above; well past; above
more_than: greater than; bigger than; larger than; higher than
more_than: in excess of; past
more_than: upwards of; upward of; north of; topped; topping; tops; top; exceed; exceeds; exceeded
more_than: exceeding; surpass; surpasses; surpassed; surpassing; >; beyond; passed; crossed
more_than: older than
more_than: longer than; heavier than; taller than; faster than; farther than; further than
more_than: better than
more_than: deeper than; wider than; excess of; to excess of; eclipsed; eclipsing; outnumbering
more_than: rose past; climbed past; soared past; surged past; went past; shot past; pushed past
more_than: grew past; jumped past; climbs past; rises past; rising past; climbing past; get past
more_than: passing; crossing; overtook; worse than; stronger than; an excess of; passes; crosses
at_most: up to; anything up to; nothing over; nothing above; as many as; as much as; as high as
at_most: as large as; as big as; as long as; at most
at_most: at the most; at the very most; no more than; not more than; no greater than
at_most: no higher than
at_most: a maximum of; the maximum of; maximum of; a max of; max; max .; maximum
at_most: capped at; limited to
at_most: <=; ≤; < =; a ceiling of; an upper limit of; up to but not exceeding; at best; upto
at_most: upper limit of; restricted to; no larger than; no longer than; not exceeding
at_most: not to exceed
at_most: confined to; not over; not above; at max; a cap of; no bigger than; up to a maximum of
at_most: up to as many as; never more than; up to some; = <; a limit of; up to and including
less_than: fewer than; less than; under; below; smaller than; lower than; south of; <; sub -; sub
less_than: not even; shorter than; younger than; lighter than; fell short of; falling short of
less_than: nowhere near; nothing like; falls short of; fall short of; cheaper than; slower than
less_than: beneath; closer than; inside of
approx: about; around; est .; est; more like; to the tune of; on average about; roughly
approx: approximately; approx
approx: approx .; some; circa; c .; ca .; ca; ~; ≈; ∼
approx: an estimated; estimated; the estimated; estimated at; estimates of; an estimate of
approx: circa .
approx: in the region of; in the neighbourhood of; in the neighborhood of; on the order of
approx: in the order of; of the order of; in the vicinity of; in the ballpark of; in the realm of
approx: something like; somewhere around; somewhere near; more or less; give or take
approx: anywhere near
approx: an approximate; approximate; in the range of; estimated to be; a rough; about some
approx: something around; or about; or around; just about; in the area of; within the region of
approx: in and around; hovering around; hovering at; ≃; ≅; ~ =; a ballpark
approx: an average of about; at around; at about; or roughly; or some
approx: or approximately
below: nearly; almost; pushing; not far off; not far short of; not far from; a whisker under
below: approaching; shy of; just shy of; not quite; verging on; nearing
below: getting on for
below: short of; just short of; close on; practically; virtually; as good as; the best part of
below: well - nigh
below: the better part of; a little under; a little less than; a little below; bordering on
below: nigh on
below: a bit under; a bit less than; a shade under; little less than; just about under
below: near enough
below_to: close to; near to; closer to; next to; near; coming close to; nearer
above: a little over; a little more than; a little above; a bit over; a bit more than
above: a shade over; not many more than
above: little more than; little over; not much more than; a touch over; a fraction over
above: a shade more than
above_from: a good; a solid; barely; scarcely; hardly; only just
exact: exactly; precisely; equal to; equals; equaling to; equalling; equaling; a total of; =
exact: equal
exact: numbering; totaling; totalling; totalled; totaled; a mere; all; an average of; a combined
"""
_BEHIND = """
approx: ( est ); ( approx ); ( approx . ); ( circa ); ( roughly ); ( about ); ( or so )
approx: or so; est; est .; approx; approx .; ( approx ); ( approx . ); ( approximately ); ( est . )
approx: ( estimated ); ( estimate ); or thereabouts; give or take; more or less; - ish; ish
approx: or around that
approx: approximately
at_most: ( max ); ( max . ); ( maximum ); ( at most ); ( or fewer ); ( or less )
approx: , give or take; , more or less; , or so; , or thereabouts; , roughly; , approximately
approx: or something like that; or near that; or there about; or there abouts
approx: on average or so
at_least: upwards; upward; and upward; ( + ); ( or more ); ( plus ); ( and counting )
at_least: ( and rising ); ( minimum ); ( min ); ( min . ); ( at least ); ( and more ); - or - more
at_least: or more; or greater; or higher; or above; or over; +; - plus; plus; and counting
at_least: and rising
at_least: and climbing; and growing; and up; and more; and above; and over; at least; at a minimum
at_least: at the very least; at minimum; or older; or longer; or better; if not more; and beyond
at_least: , at least; , at the very least; , at a minimum; , or more; , minimum; , and counting
at_least: minimum; or even more; or upwards; and upwards; and upward; or up; or larger; or bigger
at_least: or possibly more; or perhaps more; or maybe more; , if not more; or more than
at_least: or many more
at_least: or more than that; and possibly more; and perhaps more; , possibly more; , perhaps more
at_most: or fewer; or less; or under; or below; at most; at the most; tops; max; maximum; or lower
at_most: , at most; , at the most; , tops; , or fewer; , or less; , max
at_most: or smaller; or younger; or shorter; if that; at the very most; at the outside; at best
at_most: or even less; or even fewer; and under; and below; or fewer still; or less than
above_from: - odd; odd; - some; - some odd; and change; and some; - and - change
exact: - strong; strong; exactly
closed: or equal; or equal to; or equal than; or equals; or equal to it
"""


@cache
def hedge_tries() -> tuple[Trie, Trie]:
    """The tables as tries: the one before the number is read backwards, from the number out."""
    return _trie(_rows(_BEFORE), backwards=True), _trie(_rows(_BEHIND), backwards=False)


def _rows(table: str) -> Iterable[tuple[str, list[str]]]:
    for line in table.strip().splitlines():
        kind, _, phrases = line.partition(":")
        for phrase in phrases.split(";"):
            if phrase.strip():
                yield kind, phrase.split()


def _trie(rows: Iterable[tuple[str, list[str]]], *, backwards: bool) -> Trie:
    root: Trie = {}
    for kind, words in rows:
        node = root
        for word in reversed(words) if backwards else words:
            node = node.setdefault(word, {})
        node[""] = kind
    return root
