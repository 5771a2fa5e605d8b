"""Write the models that `make bench` generates.

usage: bench_models.py FOLDER

    lookups.mdl     190 variables, 52 of them through tables of 5 to 15 points, 400 steps: the make-up
                    of the field's world models, with numbers that mean nothing
    subscripts.mdl  19,000 equations and one, over 20 regions and 25 ages, 1460 steps
    chance.mdl      30 draws a step: normal, Poisson, negative binomial, sums of marks

The same text each time; a constant of each may be varied.
"""

import pathlib
import random
import sys

TIMES = """INITIAL TIME = 0 ~ Year ~ |
FINAL TIME = {final} ~ Year ~ |
TIME STEP = {step} ~ Year ~ |
SAVEPER = {save} ~ Year ~ |
"""


def lookups():
    """20 stocks that relax towards products of table functions of one another."""
    rng = random.Random(3)
    lines = ["{UTF-8}", "pace = 1 ~ ~ |"]
    for i in range(20):
        lines.append(f"level {i} = INTEG(gain {i} - loss {i}, {1 + i / 20:g}) ~ ~ |")
        lines.append(f"loss {i} = pace * level {i} / life {i} ~ ~ |")
        lines.append(f"life {i} = MAX(2, base life {i} * effect {i}) ~ ~ |")
        lines.append(f"base life {i} = {5 + i} ~ ~ |")
        lines.append(f"gain {i} = pace * wanted {i} / base life {i} ~ ~ |")
        lines.append(f"wanted {i} = MIN(4, effect {20 + i} * share {i} + {0.2 + i / 50:g}) ~ ~ |")
        lines.append(f"share {i} = level {i} / (level {(i + 3) % 20} + level {(i + 7) % 20} + 0.1)"
                     " ~ ~ |")
    for i in range(52):
        n, y = rng.randint(5, 15), rng.random() + 0.5
        points = []
        for k in range(n):
            points.append(f"({4 * k / (n - 1):.3g},{y:.4g})")
            y = min(2.0, max(0.2, y + rng.uniform(-0.3, 0.3)))
        if i < 40:
            source = f"level {(i * 7 + 1) % 20}"
        else:
            source = f"share {i % 20}"
            lines.append(f"told {i} = IF THEN ELSE(effect {i} > 1, effect {i} * 0.5, "
                         f"level {i % 20} / (1 + effect {i})) ~ ~ |")
        lines.append(f"effect {i} = WITH LOOKUP({source}, ([(0,0)-(4,2)],{','.join(points)})) ~ ~ |")
    return "\n".join(lines) + "\n" + TIMES.format(final=200, step=0.5, save=10)


def subscripts():
    """38 equations for each of 20 x 25 elements and a sum."""
    regions = ",".join(f"r{i}" for i in range(20))
    ages = ",".join(f"a{i}" for i in range(25))
    lines = ["{UTF-8}", f"region: {regions} ~ ~ |", f"age: {ages} ~ ~ |",
             "older: (a1-a24) -> younger ~ ~ |", "younger: (a0-a23) ~ ~ |",
             "pace = 0.01 ~ ~ |", "first age = 0.3 ~ ~ |",
             "all = SUM(people 0[region!,age!]) ~ ~ |"]
    for k in range(6):
        at = "[region,age]"
        lines += [
            f"people {k}{at} = INTEG(in {k}{at} - out {k}{at}, {10 + k}) ~ ~ |",
            f"in {k}[region,a0] = people {k}[region,a24] * pace + first age ~ ~ |",
            f"in {k}[region,older] = people {k}[region,younger] * pace ~ ~ |",
            f"out {k}{at} = people {k}{at} * pace + pressure {k}{at} * pace ~ ~ |",
            f"pressure {k}{at} = MAX(0, people {k}{at} - room {k}{at}) ~ ~ |",
            f"room {k}{at} = 12 + people {(k + 1) % 6}{at} * 0.1 ~ ~ |",
            f"share {k}{at} = people {k}{at} / (people {k}{at} + room {k}{at}) ~ ~ |",
        ]
    lines.append("weight[region,age] = share 0[region,age] * share 1[region,age] ~ ~ |")
    lines.append("told[region,age] = IF THEN ELSE(weight[region,age] > 0.3, weight[region,age], 0.3)"
                 " ~ ~ |")
    return "\n".join(lines) + "\n" + TIMES.format(final=365, step=0.25, save=73)


def chance():
    """Ten groups with three draws a step each."""
    lines = ["{UTF-8}", "rate = 1.5 ~ ~ |"]
    for i in range(10):
        lines += [
            f"level {i} = INTEG(came {i} - level {i} / 8, 4) ~ ~ |",
            f"came {i} = RANDOM POISSON(0, 1000000, rate + level {i} / 10, 0, 1, 0) ~ ~ |",
            f"noise {i} = RANDOM NORMAL(-5, 5, 0, 1, 0) ~ ~ |",
            f"seen {i} = INTEG(noise {i} + spread {i} - seen {i}, 0) ~ ~ |",
            f"spread {i} = RANDOM UNIFORM(0, 1, 0) * level {i} ~ ~ |",
        ]
    return "\n".join(lines) + "\n" + TIMES.format(final=200, step=1, save=10)


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for make in (lookups, subscripts, chance):
        (folder / f"{make.__name__}.mdl").write_text(make())
    return 0


if __name__ == "__main__":
    sys.exit(main())
