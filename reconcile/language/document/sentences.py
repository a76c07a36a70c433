"""A text with its sentences looked at once: times, acts of saying, quotations, doubts."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from reconcile.language.document.aliases import Aliases
from reconcile.language.document.attribution import SPEECH_WORDS, Speech, said_at_first, speeches_in
from reconcile.language.document.doubts import DoubtSpan, doubts_by_sentence, doubts_told
from reconcile.language.document.time_ranges import Time
from reconcile.language.document.times import times_in
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import BREAK, NUMBER, WORD, Tokens
from reconcile.values import Days

_LOOK_BACK, _REACH = 6, 80
_LONGEST_CLAIM = 8  # tokens
_QUOTES = frozenset('"“”')
_BARRIERS = bag("while whereas ;")
_INTERCEPT = re.compile(r"intercept|phone call|wiretap|purported recording", re.IGNORECASE)


class Scene(NamedTuple):
    """A sentence: number, tokens, their words, the times named in it and the acts of saying.

    The rules that need certain words look into `words` first: most sentences hold none of them.
    """

    number: int
    begin: int
    end: int
    words: frozenset[str]
    times: list[Time]
    speeches: list[Speech]


class Attribution(NamedTuple):
    """Who stands behind a number: a ledger id or words, the carriers, when it was said."""

    source: str | None = None
    text: str = ""
    via: tuple[str, ...] = ()
    said: Time | None = None
    guessed: bool = False
    intercepted: bool = False
    at_first: bool = False


NOBODY = Attribution()


class Document:
    """Sentences are looked at when first asked for, and once; `found` are their numbers."""

    # No dataclass: a factory like dict[int, Scene] takes ten times as long as {}.
    __slots__ = ("_doubted", "_opened", "_overheard", "_quotes", "_recorded", "_scenes",
                 "aliases", "found", "published", "tokens")  # fmt: skip

    def __init__(
        self, tokens: Tokens, aliases: Aliases, published: Days | None, found: list[Reading]
    ) -> None:
        self.tokens, self.aliases = tokens, aliases
        self.published, self.found = published, found
        self._scenes: dict[int, Scene] = {}
        self._quotes: list[int] | None = None
        self._opened: list[bool] = []
        self._doubted: dict[int, list[DoubtSpan]] | None = None
        self._overheard: bool | None = None
        self._recorded: frozenset[str] = frozenset()

    def scene_at(self, token: int) -> Scene:
        """The sentence that holds a token."""
        sentences = self.tokens.sentences
        return self.scene(bisect_right(sentences, token) - 1 if len(sentences) > 1 else 0)

    def scene(self, index: int) -> Scene:
        """The sentence of that number."""
        found = self._scenes.get(index)
        if found is None:
            found = self._scenes[index] = self._looked_at(index)
        return found

    def _looked_at(self, index: int) -> Scene:
        t = self.tokens
        begin = t.sentences[index]
        end = t.sentences[index + 1] if index + 1 < len(t.sentences) else t.count
        words = frozenset(t.low[begin:end])
        times = times_in(t, begin, end, self.published, words)
        speaks = not SPEECH_WORDS.isdisjoint(words)
        speeches = speeches_in(t, begin, end, self.aliases, times) if speaks else []
        return Scene(index, begin, end, words, times, speeches)

    def scene_around(self, character: int) -> Scene:
        """The sentence that holds a character of the text."""
        return self.scene_at(bisect_right(self.tokens.start, character) - 1)

    def opens_paragraph(self, index: int) -> bool:
        """Whether a sentence is the first of its paragraph."""
        begin = self.tokens.sentences[index]
        return begin == 0 or self.tokens.kind[begin - 1] == BREAK

    def context_start(self, index: int, sentences: int = 4) -> int:
        """The first token of the sentences that may explain this one."""
        return self.tokens.sentences[max(0, index - sentences)]

    # ------------------------------------------------------------ quotations

    def is_quoted(self, token: int) -> bool:
        """Whether a token stands inside quotation marks of its paragraph."""
        if self._quotes is None:
            low = self.tokens.low
            if _QUOTES.isdisjoint(low):
                self._quotes = []
                return False
            self._quotes = [i for i, word in enumerate(low) if word in _QUOTES or word == "\n"]
            self._opened = _parities(low, self._quotes)
        k = bisect_right(self._quotes, token) - 1
        return k >= 0 and self._opened[k]

    # ------------------------------------------------------------ speakers

    def attribution(self, token: int, scene: Scene) -> Attribution:
        """Who says what stands at `token` of that sentence."""
        if scene.speeches:
            found = self._in_sentence(scene, token)
            if found is not None:
                return found
        return self._carried_over(scene.number, token)

    def _in_sentence(self, scene: Scene, token: int) -> Attribution | None:
        governing = [
            s for s in scene.speeches if abs(s.verb - token) <= _REACH and self._governs(s, token)
        ]
        if not governing:
            return None
        main = self._main(governing, token)
        via = [self._name(s) for s in governing if s is not main and self._carries(s, main)]
        via = [*main.via, *(name for name in via if name)]
        said = main.said or next((s.said for s in governing if s.said), None)
        found = self._resolved(main, scene.number)._replace(
            via=tuple(dict.fromkeys(via)), said=said
        )
        return found._replace(at_first=said_at_first(self.tokens, main, token))

    def _governs(self, s: Speech, token: int) -> bool:
        """Whether an act of saying covers a token: said before it, or behind it at the end."""
        if s.first <= token < s.verb and s.kind == "says":
            return False
        low = self.tokens.low
        if s.verb < token:
            return not _BARRIERS & set(low[s.last : token])
        between = low[token : s.first]
        if len(between) > 60 or _BARRIERS & set(between):
            return False
        return s.kind != "says" or low[s.first - 1] in (",", "”", '"', "’", "'") or s.first == token

    def _main(self, governing: list[Speech], token: int) -> Speech:
        """The speaker nearest to the number; one that is cited goes before who cites him."""
        cited = [s for s in governing if s.kind == "citing"]
        if cited:
            return cited[-1]
        own = [s for s in governing if s.kind != "carried"] or governing
        own = [s for s in own if s.pronoun not in ("we", "i")] or own  # inside a quotation
        before = [s for s in own if s.verb < token]
        media = [s for s in before if self.aliases.kind(s.source) == "media"]
        near = [s for s in before if s not in media] or before
        if near and near[-1].kind == "according":
            near = self._according_next(own, token) or near
        return near[-1] if near else own[0]

    def _according_next(self, speeches: list[Speech], token: int) -> list[Speech]:
        """The second speaker of "57 according to the ministry and 90 according to the police"."""
        t = self.tokens
        behind = [s for s in speeches if s.kind == "according" and s.verb > token][:1]
        clause = [k for s in behind for k in range(token + 1, s.verb)]
        other = any(t.kind[k] == NUMBER or t.low[k] in (",", ";") for k in clause)
        return [] if other or len(clause) > _LONGEST_CLAIM else behind

    def _carries(self, s: Speech, main: Speech) -> bool:
        """Whether an act only passes on what the main one says."""
        if s.source is not None and s.source == main.source:
            return False
        media = self.aliases.kind(s.source) == "media"
        return s.kind == "carried" or media or (main.kind == "citing" and s.verb < main.verb)

    def _name(self, s: Speech) -> str:
        return s.source or s.text

    def _resolved(self, s: Speech, index: int) -> Attribution:
        """The speaker of an act; pronouns and short names through the sentences before."""
        if s.pronoun:
            earlier = self._subject_before(index, s) or self._earlier_speaker(index, s)
            if earlier is None:
                return NOBODY
            return earlier._replace(guessed=True)
        if s.source is None and _is_short(s.text):
            earlier = self._same_head(index, s)
            if earlier is not None:
                return earlier._replace(guessed=True)
        return Attribution(s.source, s.text, intercepted=self._intercepted(s, index))

    def _subject_before(self, index: int, s: Speech) -> Attribution | None:
        """ "The army has sent 600 men. It said ...": the subject of the sentence before."""
        if s.pronoun != "it" or not index or self.opens_paragraph(index):
            return None
        t, scene = self.tokens, self.scene(index - 1)
        k = scene.begin
        while k - scene.begin < 6 and t.kind[k] == WORD and t.low[k] not in _ACTING:
            k += 1
        if scene.speeches or k == scene.begin or t.low[k] not in _ACTING:
            return None
        found = self.aliases.find(t, scene.begin, k)
        return Attribution(found[0] if found else None, t.slice(scene.begin, k))

    def _earlier_speaker(self, index: int, s: Speech) -> Attribution | None:
        person = False
        for back in range(index, max(-1, index - _LOOK_BACK), -1):
            for other in reversed(self.scene(back).speeches):
                if other.verb >= s.verb or other.pronoun or not (other.source or other.text):
                    person = person or (other.verb < s.verb and other.pronoun in ("he", "she"))
                    continue
                if person and s.pronoun == "it":
                    person = False  # "Ms Ott said ... she said ... It said"
                    continue
                media = self.aliases.kind(other.source) == "media"
                if s.pronoun in ("he", "she") and (media or other.kind == "carried"):
                    continue
                short = other.source is None and _is_short(other.text)
                return (self._same_head(back, other) if short else None) or Attribution(
                    other.source, other.text, intercepted=self._intercepted(other, back)
                )
        return None

    def _same_head(self, index: int, s: Speech) -> Attribution | None:
        """ "the official", "the outlet": the last speaker named by that word."""
        head = s.text.split()[-1]
        if not head.islower() and not _is_surname(s.text):
            return None  # "the group Clean Coast" is a name of its own
        head, longer = head.lower(), len(s.text.split())
        for back in range(index - 1, max(-1, index - _LOOK_BACK), -1):
            for other in reversed(self.scene(back).speeches):
                words = other.text.lower().split()
                if head in words and (
                    s.text[0].islower() or s.text[:4] == "The " or len(words) > longer
                ):
                    return Attribution(
                        other.source, other.text, intercepted=self._intercepted(other, back)
                    )
        return None

    def _intercepted(self, s: Speech, index: int) -> bool:
        """Whether the speaker is overheard: said where he first speaks, or just before."""
        t = self.tokens
        if self._overheard is None:
            self._overheard = _INTERCEPT.search(t.text) is not None
        if not self._overheard:
            return False
        if _INTERCEPT.search(t.text, t.start[s.first], t.start[s.last]):
            return True
        first = index
        for back in range(index, max(-1, index - _LOOK_BACK), -1):
            if any(other.source == s.source and s.source for other in self.scene(back).speeches):
                first = back
        if self.aliases.kind(s.source) not in ("witness", ""):
            return False
        begin = t.sentences[max(0, first - 1)]
        return bool(_INTERCEPT.search(t.text, t.start[begin], t.start[self.scene(first).end]))

    def _carried_over(self, index: int, token: int) -> Attribution:
        """No speaker in the sentence: that of the quotation, or of the sentence before."""
        if index + 1 == len(self.tokens.sentences) == 1:
            return NOBODY
        if self.is_quoted(token):
            found = self._speaker_of_quote(index)
            if found is not None:
                return found
        if index and not self.opens_paragraph(index):
            scene = self.scene(index - 1)
            if scene.speeches:
                last = scene.speeches[-1]
                resolved = self._resolved(last, index - 1)
                return resolved._replace(guessed=True, said=last.said)
        return NOBODY

    def _speaker_of_quote(self, index: int) -> Attribution | None:
        """The act of saying that closes a quotation of several sentences."""
        following = index + 1
        while following < len(self.tokens.sentences) and following <= index + 3:
            if self.opens_paragraph(following):
                break
            scene = self.scene(following)
            if scene.speeches:
                said = scene.speeches[0]
                return self._resolved(said, following)._replace(said=said.said)
            following += 1
        return None

    # ------------------------------------------------------------ doubts

    def doubts(self, token: int, scene: Scene, *, intercepted: bool) -> set[str]:
        """The flags that doubts near a token, or about the recording it comes from, give it."""
        if self._doubted is None:
            doubts = doubts_told(self.tokens, [r.first for r in self.found])
            self._doubted = doubts_by_sentence(self.tokens, doubts) if doubts else {}
            self._recorded = frozenset(doubt.flag for doubt in doubts if doubt.of_recording)
        if not self._doubted:
            return set()
        found = set(self._recorded) if intercepted else set()
        for doubt in self._doubted.get(scene.number, ()):
            if doubt.first <= token < doubt.last:
                found |= {"denied", "disputed"} if doubt.own else {doubt.flag}
        return found


_ACTING = bag("""
    has have had runs disputes denies denied rejects rejected disputed issued published opened sent
    launched declared operates keeps plans wants
""")
_TITLED = bag("mr ms mrs dr prof col gen maj capt sgt lt rev sen gov pres adm judge bishop")


def _is_short(text: str) -> bool:
    return text.lower().startswith("the ") or _is_surname(text)


def _is_surname(text: str) -> bool:
    """ "Ms Anyango", "Kirby": who was named in full before."""
    words = text.replace(".", " ").split()
    titled = len(words) == 2 and words[0].lower() in _TITLED
    return bool(words) and words[-1][:1].isupper() and (len(words) == 1 or titled)


def _parities(low: list[str], places: list[int]) -> list[bool]:
    """Behind each quotation mark or line end: whether a quotation is open."""
    opened: list[bool] = []
    inside = False
    for place in places:
        inside = low[place] != "\n" and not inside
        opened.append(inside)
    return opened
