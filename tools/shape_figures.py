#!/usr/bin/env python3
"""Figures on shape from a file of single events: dispersion of counts, tail of deaths per event.

Usage: shape_figures.py EVENTS.csv [--resamples N]

EVENTS.csv has UCDP GED's columns date_start, date_end, deaths_a, deaths_civilians (as in
events_afghanistan_2020.csv, UCDP GED 23.1). Printed, each with a 95 % interval over whole weeks drawn
anew (bootstrap, fixed seed), for validation.yaml to carry over with its source:

- size k of a negative binomial of daily counts within weeks, from events dated to one day:
  variance about the week's mean = mean + mean^2 / k (moments, the mean's square freed of its noise);
- size k of weekly counts about the line between their neighbours, from all events;
- sigma of deaths of the government side per event: a Poisson count whose mean is lognormal, given at
  least one death (maximum likelihood);
- the same of civilians; and the tail index alpha of civilians: the mean is Lomax.

They are priors on shape only: another war, another reporting.
"""
import csv
import datetime
import math
import random
import sys

MONDAY = datetime.date(2020, 1, 6)


def sizes(daily, weekly):
    """(k within weeks, k between weeks) from lists of weeks."""
    mean_square = excess = 0.0
    for week in daily:
        mean = sum(week) / 7
        variance = sum((x - mean) ** 2 for x in week) / 6
        mean_square += mean * mean - variance / 7
        excess += variance - mean
    within = mean_square / excess if excess > 0 else math.inf
    variance = sum((a - 2 * b + c) ** 2 / 6 for a, b, c in weekly) / len(weekly)
    mean = sum(b for _, b, _ in weekly) / len(weekly)
    square = sum(b * b for _, b, _ in weekly) / len(weekly) - variance
    return within, square / (variance - mean) if variance > mean else math.inf


def grid(density):
    """Points and weights over the logarithm of the mean, from e^-12 to e^12."""
    n, low, high = 240, -12.0, 12.0
    step = (high - low) / n
    points = [low + (i + 0.5) * step for i in range(n)]
    return [(math.exp(x), density(x) * step) for x in points]


def log_likelihood(counts, mixture):
    zero = sum(w * math.exp(-m) for m, w in mixture)
    total = 0.0
    for k, n in counts.items():
        lg = math.lgamma(k + 1)
        p = sum(w * math.exp(k * math.log(m) - m - lg) for m, w in mixture)
        total += n * math.log(max(p, 1e-300) / (1 - zero))
    return total


def lognormal(mu, sigma):
    return grid(lambda x: math.exp(-((x - mu) / sigma) ** 2 / 2) / (sigma * math.sqrt(2 * math.pi)))


def lomax(scale, alpha):
    return grid(lambda x: math.exp(x + math.log(alpha / scale)
                                   - (alpha + 1) * math.log1p(math.exp(x) / scale)))


def climb(fn, start, step):
    """Largest value by coordinate steps that halve."""
    at, best = list(start), fn(*start)
    while step > 0.005:
        moved = False
        for i in range(len(at)):
            for sign in (1, -1):
                tried = list(at)
                tried[i] += sign * step
                value = fn(*tried)
                if value > best:
                    at, best, moved = tried, value, True
        step = step if moved else step / 2
    return at


def tally(deaths):
    out = {}
    for k in deaths:
        if k > 0:
            out[k] = out.get(k, 0) + 1
    return out


def sigma_of(deaths):
    counts = tally(deaths)
    return math.exp(climb(lambda mu, s: log_likelihood(counts, lognormal(mu, math.exp(s))),
                          (0.0, 0.2), 0.4)[1])


def alpha_of(deaths):
    counts = tally(deaths)
    return math.exp(climb(lambda c, a: log_likelihood(counts, lomax(math.exp(c), math.exp(a))),
                          (0.5, 0.6), 0.4)[1])


def read(path):
    """week -> (daily counts of one-day events, all events, deaths of a, civilian deaths)"""
    weeks = {}
    with open(path, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            start = datetime.date.fromisoformat(row["date_start"])
            week = weeks.setdefault((start - MONDAY).days // 7, ([0] * 7, [0], [], []))
            week[1][0] += 1
            week[2].append(int(row["deaths_a"]))
            week[3].append(int(row["deaths_civilians"]))
            if row["date_end"] == row["date_start"]:
                week[0][start.weekday()] += 1
    whole = sorted(w for w in weeks if 0 <= w < 51)
    return weeks, whole


def figures(weeks, chosen):
    triples = [tuple(weeks[v][1][0] for v in (w - 1, w, w + 1)) for w in chosen
               if w - 1 in weeks and w + 1 in weeks and 0 < w < 50]
    within, between = sizes([weeks[w][0] for w in chosen], triples)
    of_a = [k for w in chosen for k in weeks[w][2]]
    civilians = [k for w in chosen for k in weeks[w][3]]
    return within, between, sigma_of(of_a), sigma_of(civilians), alpha_of(civilians)


NAMES = ("size of daily counts within weeks", "size of weekly counts", "sigma, deaths of the government side",
         "sigma, civilians", "tail index, civilians")


def main(args):
    if len(args) not in (1, 3):
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 2
    weeks, whole = read(args[0])
    n = int(args[2]) if len(args) == 3 else 200
    best = figures(weeks, whole)
    draw = random.Random(1)
    drawn = [figures(weeks, [draw.choice(whole) for _ in whole]) for _ in range(n)]
    for i, name in enumerate(NAMES):
        values = sorted(d[i] for d in drawn)
        low, high = (values[min(n - 1, int(q * n))] for q in (0.025, 0.975))
        print(f"{name}: {best[i]:.2f} ({low:.2f} to {high:.2f})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
