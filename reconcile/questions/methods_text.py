"""`methods_text`: the paragraph of a methods section that says how an answer was made."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from datetime import date

from reconcile.ledger import Ledger
from reconcile.values import Prior, Quantity
from reconcile.values.wording import counted, day_words, number_words

# 90 % of a normal lie within so many sd.
_Z90 = 1.6448536269514722
_MOST_QUANTITIES = 6  # named one by one; with more, counted
_PER_DAY = ("rate", "initial_rate")
_GRADES = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "cannot be judged",
}
_REFERENCES = (
    "Heitjan, D. F. (1989). Inference from grouped continuous data: a review. Statistical Science "
    "4(2), 164-179.",
    "Lange, K. L., Little, R. J. A., Taylor, J. M. G. (1989). Robust statistical modeling using "
    "the t distribution. Journal of the American Statistical Association 84(408), 881-896.",
    "Radford, B. J., et al. (2023). Estimating conflict losses and reporting biases. Proceedings "
    "of the National Academy of Sciences 120(34). doi:10.1073/pnas.2307372120",
    "Rue, H., Martino, S., Chopin, N. (2009). Approximate Bayesian inference for latent Gaussian "
    "models by using integrated nested Laplace approximations. Journal of the Royal Statistical "
    "Society B 71(2), 319-392.",
)


def methods_text(
    ledger: Ledger,
    quantities: Sequence[str] = (),
    *,
    as_of: date | None,
    level: float,
    convention: str,
    seed: int,
    prior_scale: float,
    version: str,
) -> str:
    """Data, model, priors that matter, versions and references, in paragraphs of plain text.

    `quantities` are those that the text is about; none: all that are claimed about. Raises
    `UnknownQuantityError`.
    """
    claimed = dict.fromkeys(claim.quantity for claim in ledger)
    about = [ledger.quantity(name) for name in (quantities or claimed)]
    parts = (
        _data(ledger, as_of),
        _model(about, level, convention),
        _priors(ledger, about, prior_scale),
        f"Software: reconcile {version}, seed {seed}; SHA-256 of the ledger {ledger.hash}.",
        "References\n" + "\n".join(f"- {line}" for line in _REFERENCES),
    )
    return "\n\n".join(parts)


def _data(ledger: Ledger, as_of: date | None) -> str:
    until = "" if as_of is None else f"; what became public after {day_words(as_of)} was left out"
    if not len(ledger):
        return f"Data. No claims{until}: every answer is the prior."
    said = [claim.public_on for claim in ledger]
    claims = counted(len(ledger), "claim")
    sources = counted(len({claim.source for claim in ledger}), "source")
    reports = {claim.report for claim in ledger if claim.report}
    repeats = len(ledger) - len(ledger.origins)
    again = f" ({repeats:,} of them repeat{'s' * (repeats == 1)} another)" if repeats else ""
    where = f" in {counted(len(reports), 'report')}" if reports else ""
    gone = sum(claim.status != "active" for claim in ledger)
    withdrawn = (
        f" {counted(gone, 'claim was', 'claims were')} withdrawn or corrected by then and left out."
        if gone
        else ""
    )
    truths = ledger.resolutions
    known = (
        f" {counted(len(truths), 'true value')} that became known: what they say of the sources "
        "is used."
        if truths
        else ""
    )
    return (
        f"Data. {claims}{again} by {sources}{where}, made public from {day_words(min(said))} "
        f"to {day_words(max(said))}{until}. Claims that repeat one origin count as one "
        f"observation.{withdrawn}{known}"
    )


def _model(about: Sequence[Quantity], level: float, convention: str) -> str:
    kinds = {quantity.kind for quantity in about}
    shapes = [text for kind, text in _SHAPES.items() if kind in kinds]
    if any(quantity.parts for quantity in about):
        shapes.append("the parts of a whole add up to it on every day")
    adds = any(quantity.scale != "log" for quantity in about)
    plus = " (on the linear and logit scales: plus it)" if adds else ""
    return (
        "Model. Every number is read as the interval of values that its words allow, vague words "
        f'("dozens") by the convention "{convention}"; its likelihood is the mass of that interval '
        "(Heitjan 1989). One Bayesian state-space model joins all quantities and sources "
        f"(compare Radford et al. 2023): {'; '.join(shapes)}. What a source says is the truth "
        f"times its house effect{plus} (a lasting bias, estimated for each source with a prior "
        "centred on none), with errors of Student's t distribution (Lange et al. 1989) and an "
        'allowance for gross errors; "at least" and "at most" bound the truth from one side. The '
        "posterior is found by Laplace approximations (in the manner of Rue et al. 2009). Medians "
        f"and equal-tailed {100 * level:.3g}% credible intervals are reported."
    )


_SHAPES = {
    "cumulative": "a total is the sum of daily rates that move as a mean-reverting walk on the "
    "log scale, so it never falls",
    "stock": "a level moves as a walk on the scale of its quantity",
    "constant": "a constant is one unknown number",
}


def _priors(ledger: Ledger, about: Sequence[Quantity], prior_scale: float) -> str:
    grades = Counter(ledger.sources[s].reliability for s in {claim.source for claim in ledger})
    counted = [f"{n} {letter} ({_GRADES[letter]})" for letter, n in sorted(grades.items())]
    graded = f": {', '.join(counted)}" if counted else ""
    told = [_prior_words(quantity) for quantity in about[:_MOST_QUANTITIES] if quantity.priors]
    more = len(about) - _MOST_QUANTITIES
    if more > 0:
        told.append(f"those of {more:,} more quantities are in the registry of the ledger")
    if not told:
        told = ["the quantities carry none of their own, so the defaults of the package apply"]
    wide = "" if prior_scale == 1 else f" The sd of every prior was multiplied by {prior_scale:g}."
    return (
        f"Priors. The spread of house effects goes by Admiralty grade{graded}. Priors of the "
        f"quantities, as a median with the range that holds 90%: {'; '.join(told)}.{wide}"
    )


def _prior_words(quantity: Quantity) -> str:
    told = ", ".join(_range_words(prior, quantity) for prior in quantity.priors)
    return f"{quantity.label or quantity.id}: {told}"


def _range_words(prior: Prior, quantity: Quantity) -> str:
    name = prior.name.replace("_", " ") + (" per day" if prior.name in _PER_DAY else "")
    step = _Z90 * prior.log_sd
    level = prior.name in ("level", "initial_level")
    if quantity.scale == "log" or not level:
        ends = (prior.median * math.exp(-step), prior.median * math.exp(step))
        middle = prior.median
    elif quantity.scale == "linear":
        middle, ends = prior.median, (prior.median - step, prior.median + step)
    else:
        middle, *ends = (_share(prior.median + move) for move in (0.0, -step, step))
    lower, upper = (number_words(end) for end in ends)
    return f"{name} {number_words(middle)} ({lower} to {upper})"


def _share(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
