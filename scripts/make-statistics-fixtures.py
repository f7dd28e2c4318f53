"""Writes what scipy says of fifty generated pairs of samples: `python scripts/make-statistics-fixtures.py > test/fixtures/statistics/scipy.json`.

Needs scipy and numpy, which the project itself does not. The same seed gives the same file with the same versions of both.
"""
import json
import sys

import numpy
import scipy
from scipy import stats

RANDOM = numpy.random.default_rng(20260630)
# So that the ends of scipy's own distribution of medians are known far better than those of 2,000 resamples.
RESAMPLES = 40_000
# Where the ends of an interval of 95 % out of 2,000 resamples lie: the 2.5th percentile of a sample of 2,000, give or take four of its standard deviations.
SPREAD = 4 * (0.025 * 0.975 / 2000) ** 0.5
SHARES = [0.025 - SPREAD, 0.025, 0.025 + SPREAD, 0.975 - SPREAD, 0.975, 0.975 + SPREAD]


def draw(kind, size, shift):
    if kind == "durations":
        return numpy.round(RANDOM.lognormal(6 + shift, 1.1, size), 3)
    if kind == "normal":
        return numpy.round(RANDOM.normal(10 + 3 * shift, 2, size), 4)
    if kind == "counts":
        return RANDOM.poisson(6 * (1 + shift), size).astype(float)
    if kind == "rates":
        return numpy.where(RANDOM.random(size) < 0.6 - shift, 0.0, numpy.round(RANDOM.random(size), 2))
    if kind == "same":
        return numpy.full(size, 3.0)
    raise ValueError(kind)


def plan():
    sizes = [(1, 1), (1, 5), (2, 2), (3, 4), (5, 5), (8, 8), (4, 60), (8, 120), (9, 9), (12, 15), (8, 9), (30, 25), (60, 90), (150, 40)]
    for kind in ("durations", "normal", "counts", "rates"):
        for index, size in enumerate(sizes if kind != "rates" else sizes[7:]):
            yield kind, size, (0, 0.15, 0.5)[index % 3]
    yield "same", (10, 12), 0


def median_difference(a, b, axis):
    return numpy.median(b, axis=axis) - numpy.median(a, axis=axis)


def answer(kind, size, shift):
    a, b = draw(kind, size[0], 0), draw(kind, size[1], shift)
    test = stats.mannwhitneyu(a, b, alternative="two-sided", method="auto")
    case = {"kind": kind, "a": a.tolist(), "b": b.tolist(), "u": float(test.statistic), "p": float(test.pvalue)}
    case["quantiles"] = {name: [float(numpy.quantile(values, share)) for share in (0.05, 0.5, 0.95)] for name, values in (("a", a), ("b", b))}
    case["means"] = [float(a.mean()), float(b.mean())]
    if min(size) >= 2:
        result = stats.bootstrap((a, b), median_difference, n_resamples=RESAMPLES, batch=2000, method="percentile", rng=numpy.random.default_rng(1))
        case["interval"] = [float(result.confidence_interval.low), float(result.confidence_interval.high)]
        case["ends"] = [float(value) for value in numpy.quantile(result.bootstrap_distribution, SHARES)]
    return case


cases = [answer(*one) for one in plan()]
extremes = [{"z": z, "p": float(stats.norm.sf(z))} for z in (-38.0, -6.5, -2.0, -0.3, 0.0, 0.7, 1.96, 2.8, 2.9, 4.0, 8.0, 20.0, 37.0)]
json.dump({"scipy": scipy.__version__, "numpy": numpy.__version__, "cases": cases, "tails": extremes}, sys.stdout, separators=(",", ":"))
