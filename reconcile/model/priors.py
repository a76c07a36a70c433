"""The priors of the model: every number that is a judgement about the world, each with its reason.

They stand here and in no file of data: each is part of an equation of docs/model.md, whose table a
test compares with them, and whoever changes one changes the model for all ledgers. What a user may
state of a quantity (rate, reversion, retention, scale) is in the registry, and replaces them.
Settings of the solvers stand with the solvers.
"""

from __future__ import annotations

from reconcile.values import Grade

# --- paths: model/walks.py

# Of a stationary pace, the sd of its log: a factor of 3.3; its own uncertainty (log sd).
PACE_SD, PACE_LOG_SD = 1.2, 0.5
# Days after which the present pace says little about the pace to come: three weeks.
REVERSION = 21.0
# A level moves by 4 % per square root of a day: 90 % of levels by .4 % (displaced people, a
# reservoir) to 40 % (missing after a flood, homes without power). It hardly returns to a mean
# (three years).
LEVEL_STEP, LEVEL_LOG_SD, LEVEL_REVERSION = 0.04, 1.4, 1095.0
# Increments with the tails of t with 2.2 degrees of freedom: a leap of a factor of 100 a few times
# a year in a daily series. That is among claims, which are made where something happens. After the
# last claim of all nothing was noticed, and increments are normal: with the same tails there, 90 %
# intervals held .98 of the truths two weeks on in 64 worlds that are not the model's, with normal
# ones .91, at half the width.
LEAP_TAIL, AHEAD_TAIL = 0.45, 0.0
# 90 % of the prior of a mean pace or level lie within a factor of 700 either way of the centre.
MEAN_SD = {"log": 4.0, "logit": 2.5, "linear": 4.0}
# The past of a total without an epoch: 60 days at the usual pace, within a factor of 12 (90 %).
PAST_DAYS, PAST_SD, PAST_TAIL = 60.0, 1.5, 0.25
# Ratios of parts (wounded to killed) change slowly: within a factor of 1.3 of their mean.
RATIO_SD, RATIO_REVERSION = 0.3, 21.0
# The mean ratio itself is nearly unknown: 90 % within a factor of 60 either way of 1.
RATIO_MEAN_SD = 2.5
# The share that stays of all who arrived, where the registry says nothing: median and log sd.
RETENTION, FIRST_RETENTION = (0.9, 0.15), (1.0, 0.1)
# It changes by 3 % in a stationary way, over two months: units rotate, they do not vanish.
RETENTION_STEP, RETENTION_REVERSION = 0.03, 60.0

# --- sources: model/houses.py

# How far a source of each Admiralty grade lies off as a whole, in sds of the log, beside the others
# (the spread of all is learnt: KAPPA). F is the least known, not the worst.
GRADE_SPREAD: dict[Grade, float] = {"A": 0.1, "B": 0.2, "C": 0.35, "D": 0.5, "E": 0.8, "F": 0.5}
# The spread of all sources is kappa = KAPPA |H(z, KAPPA_TAIL)|: fitted to the spreads between
# sources of 14 public data sets.
KAPPA, KAPPA_TAIL = 0.8, 0.25
# Of all that sources get wrong this share of the variance is common to all of them. With .25 a
# factor of 1.5 common to all is held in .58 of 12 answers in place of .25, at the same score of 68
# worlds (+.03, se .02); but on the five documents the modes that are found then weigh the
# unsupported 500 so much that it moves the answer by a quarter.
COMMON = 0.15
# What "killed by 1 May" means is never quite the same to all: one percent stays between any count
# and the truth, however well the sources agree.
MEANING_SD = 0.01
# Agencies of one government share half of the variance of their house effects.
PARENT_SHARE = 0.5
# House effects have heavy tails: one source in a hundred lies off three times as far as its grade.
HOUSE_TAIL = 0.2
# A source leans a little differently on killed, wounded and the whole.
LEAN_SD = 0.2
# The habit of one-sided words: "at least 30" is said of about 34; its mean is uncertain.
SHIFTS = {"low": (-0.13, 0.2), "high": (0.04, 0.2)}
# What a source took back was off by a tenth as a rule, and now and then by far more.
CORRECTION_SD, CORRECTION_TAIL = 0.1, 0.5

# --- claims: model/observations.py

# Chance of a gross error by grade. Found: 1 % in official tables, 5 % in mixed media, 10 % in open
# edits.
GROSS: dict[Grade, float] = {"A": 0.02, "B": 0.03, "C": 0.05, "D": 0.15, "E": 0.3, "F": 0.06}
# Of gross errors: far off in any way, a digit too few or too many, or 0 for "no report".
GROSS_FAR, GROSS_TEN, GROSS_ZERO = 0.7, 0.15, 0.1
# Of a claim that its own reporter doubts: as likely as not.
GROSS_UNSUPPORTED = 0.5
# The usual error of a source about its own count, beside its house effect (the median of sigma_0):
# 2 % of a count; of a share 5 % of its odds; of a plain number a tenth of the unit of its scale.
USUAL_ERROR = {"log": 0.02, "logit": 0.05, "linear": 0.1}
# The normal of a source's errors is contaminated: one number in twelve has five times the usual
# error.
CONTAMINATED, CONTAMINATED_SCALE = 0.08, 5.0
# Sd of the log of a gross error: a digit too few or too many is 1.5 sds; unreliable sources invent.
WIDE, WIDE_UNRELIABLE = 1.5, 2.5
# "at least 30" is said of about 34: the sd of that habit around its uncertain mean.
ONE_SIDED_SD = 0.15
# Some speakers round: this share of numbers is said to two or three digits, the others as they are.
# A number with more digits was not rounded so. (One digit is rarer, and "about" says it.)
ROUNDED = {2: 0.1, 3: 0.1}
# The share of claims that copy: of odd numbers 0 (two trackers) to 31 % (historians, who copy)
# agree exactly. Median, and sd of the log odds; the mean is .02.
COPIES_MEDIAN, COPIES_LOG_SD = 0.00735, 1.5
# The share of claims that know the number to the digit: 3.6 to 50 %, as where a public register is.
# Median, and sd of the log odds; the mean is .2.
KNOWS_MEDIAN, KNOWS_LOG_SD = 0.161, 1.0

# --- streams: inference/stream_errors.py

# The sds of the log of a stream's error around that of all, and of its log odds of a gross error
# around its grade's, and the tail of both. Of the groups of sources of one war one tally is steady
# to .2 % while others scatter by 9 to 60 %, and of one tally's numbers for single days half are
# off: under a normal error and with fixed odds both were misread. Near the centre half a grade.
STREAM_LOG_SD, ODDS_SD, STREAM_TAIL = 0.5, 0.5, 0.25
# The days by which the time of a count varies, and the sd of their log.
LAG_DAYS, LAG_LOG_SD = 0.1, 0.8
# The variance of a day's count in squares of its mean, in bulletins of losses and of cases: .3 to
# 1. Inside a cell of several days the total grows evenly up to that.
DAY_SPREAD = 0.5
# Around the spread of the sources of all quantities of one system, that of each: a factor of 1.6.
ROOT_LOG_SD = 0.5

# --- events that are over: model/growth.py

# Median and log sd of the half-time in days and of the slope, from the tolls of 37 finished
# disasters as they were said on their first days (benchmarks/completeness.py).
HALF_TIME, GROWTH_SLOPE = (2.1, 1.5), (1.3, 0.36)

# --- truths that became known: model/truth.py

# Error of the truth that became known: what "killed by 1 May" means is never quite the same.
TRUTH_SD = 0.02
# The share of a house effect's variance that a source takes to all it speaks of: half, as little is
# known of it.
TRACK_COMMON = 0.5
# Error of a single claim about its source's house effect, on the log scale.
TRACK_CLAIM_SD = 0.25
# Log errors beyond this, a factor of 7, are slips: they teach as if they were so large.
TRACK_FAR = 2.0
