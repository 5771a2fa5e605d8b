#!/usr/bin/env python3
"""Writes tests/unit/test_num_reference.h: values that the tests of src/num compare with.

Usage: python3 tools/num_reference.py | clang-format-14 > tests/unit/test_num_reference.h  (needs mpmath)

All are computed here with 40 digits by other methods than the program's: elementary functions by
mpmath; incomplete gamma and beta functions by their power series, or for parameters above 1e6 by
tanh-sinh quadrature of the density; quantiles by solving those for u. Numbers are written in
the shortest decimal form that reads back as the same double.
"""
import random
import textwrap
import mpmath as mp

mp.mp.dps = 40
random.seed(20261121)
EPS = mp.mpf(10) ** -38

def number(x):
    x = float(x)
    if x != x:
        return 'NAN'
    if abs(x) == float('inf'):
        return 'INFINITY' if x > 0 else '-INFINITY'
    return repr(x)

def power_series(first, ratio):
    """first (1 + r0 + r0 r1 + ...)"""
    total = term = mp.mpf(1)
    n = 0
    while term > total * EPS:
        term *= ratio(n)
        total += term
        n += 1
    return first * total

def gamma_lower_series(a, x):
    front = mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1))
    return power_series(front, lambda n: x / (a + 1 + n))

def gamma_tails(a, x):
    a, x = mp.mpf(a), mp.mpf(x)
    if a > 1e6:
        width = mp.sqrt(a)
        side = -1 if x < a else 1
        density = lambda s: mp.exp((a - 1) * mp.log1p((x - a + side * s * width) / a)
                                   - (x - a + side * s * width))
        scale = mp.exp((a - 1) * mp.log(a) - a - mp.loggamma(a)) * width
        tail = scale * mp.quad(density, list(range(0, 31, 2)))
        return (tail, 1 - tail) if side < 0 else (1 - tail, tail)
    with mp.workdps(60 if x < 3 * a + 100 else 40 + int(2 * x)):
        lower = gamma_lower_series(a, x)
        return lower, 1 - lower

def beta_lower_series(a, b, x):
    front = mp.exp(a * mp.log(x) + b * mp.log1p(-x) + mp.loggamma(a + b) - mp.loggamma(a + 1)
                   - mp.loggamma(b))
    return power_series(front, lambda n: (a + b + n) * x / (a + 1 + n))

def beta_tails(a, b, x):
    with mp.workdps(60):
        a, b, x = mp.mpf(a), mp.mpf(b), mp.mpf(x)
        if x <= 0.5:
            lower = beta_lower_series(a, b, x)
            return lower, 1 - lower
        upper = beta_lower_series(b, a, 1 - x)
        return 1 - upper, upper

def table(name, fields, rows):
    print(f'static const struct {{ double {fields}; }} {name}[] = {{')
    for row in rows:
        print(textwrap.fill('{' + ', '.join(number(v) for v in row) + '},', 100,
                            initial_indent='    ', subsequent_indent='     '))
    print('};\n')

def elementary():
    functions = [
        ('exp', mp.exp, [-745, -1.5, 1e-300, 1e-8, 0.3, 1, 10.25, 709]),
        ('expm1', mp.expm1, [-40, -1e-9, 1e-300, 0.2, 5]),
        ('log', mp.log, [5e-324, 1e-10, 0.999999, 1.0000001, 7, 1e300]),
        ('log1p', mp.log1p, [-0.9999, -1e-15, 1e-20, 0.5, 1e10, 1.5e308]),
        ('log10', mp.log10, [1e-320, 0.02, 3, 1e15]),
        ('sin', mp.sin, [-1e6, 1e-9, 0.7, 3.14159, 100, 1e15]),
        ('cos', mp.cos, [-1e6, 1e-9, 0.7, 1.5707963, 100, 1e15]),
        ('tan', mp.tan, [-1e6, 1e-9, 0.7, 1.57, 100]),
        ('asin', mp.asin, [-1, -0.3, 1e-9, 0.99999]),
        ('acos', mp.acos, [-1, -0.3, 1e-9, 0.99999]),
        ('atan', mp.atan, [-1e20, -0.3, 1e-9, 2]),
        ('sinh', mp.sinh, [-20, 1e-9, 0.5, 700]),
        ('cosh', mp.cosh, [-20, 1e-9, 0.5, 700]),
        ('tanh', mp.tanh, [-20, 1e-9, 0.5, 3]),
        ('lgamma', lambda x: mp.log(abs(mp.gamma(x))), [1e-300, 0.1, 1.5, 2.5, 100, 1e10, -0.5]),
    ]
    print('static const struct { double (*f)(double); double x, y; } reference_function[] = {')
    for name, f, xs in functions:
        for x in xs:
            print(f'    {{dtn_{name}, {number(x)}, {number(f(mp.mpf(x)))}}},')
    print('};\n')
    table('reference_pow', 'x, y, z', [(x, y, mp.mpf(x) ** mp.mpf(y)) for x, y in
          [(2, 0.5), (1e-300, 0.9), (1.0000001, 1e8), (10, -300), (7.5, 3), (0.3, 100.25)]])
    us = [mp.mpf(2) ** -54, mp.mpf(2) ** -53, 1e-12, 1e-11, 2e-11, 1e-5, 0.0749, 0.0751, 0.3, 0.499,
          0.5, 0.51, 0.9249, 0.9251, 0.999, 1 - 1e-10, 1 - 2.0 ** -53]
    table('reference_normal', 'u, z', [(float(u), mp.findroot(
          lambda z: mp.log(mp.ncdf(z) if u <= 0.5 else mp.ncdf(-z))
          - mp.log(mp.mpf(float(u)) if u <= 0.5 else 1 - mp.mpf(float(u))),
          mp.sqrt(2) * mp.erfinv(2 * mp.mpf(float(u)) - 1) if 1e-9 < u < 1 - 1e-9
          else (-1 if u < 0.5 else 1) * mp.sqrt(-2 * mp.log(min(u, 1 - mp.mpf(float(u))))) * 0.95))
          for u in us])

def incomplete():
    rows = []
    for a in [1e-3, 0.2, 1, 1.7, 7, 19.5, 20.5, 45, 99, 101, 3000, 2e5, 1e9, 1e12]:
        for z in [-5, -1.5, -0.01, 0.8, 4]:
            x = float(a + z * a ** 0.5 if a > 30 else a * mp.exp(z / (1 + a ** 0.5)))
            rows.append((a, x) + gamma_tails(a, x))
    table('reference_gamma', 'a, x, p, q', rows)
    rows = []
    pairs = [(a, b) for a in [1e-3, 0.4, 1, 5.5, 60, 1500, 2e4] for b in [2e-3, 0.7, 3, 250, 9e3]]
    for a, b in pairs + [(1.5e5, 2e5), (1.2e5, 1e6)]:
        z = random.uniform(-3, 3)
        mean, sd = a / (a + b), (a * b / (a + b + 1)) ** 0.5 / (a + b)
        x = min(max(mean + z * sd, mean / 3), (2 + mean) / 3)
        rows.append((a, b, x) + beta_tails(a, b, x))
    table('reference_beta', 'a, b, x, lower, upper', rows)

def solve(f, target, low, high):
    """log-scale bisection then secant on log(tail)"""
    g = lambda y: mp.log(f(mp.exp(y))) - mp.log(target)
    y0, y1 = mp.log(low), mp.log(high)
    for _ in range(30):
        y = (y0 + y1) / 2
        if (g(y) > 0) == (g(y1) > 0):
            y1 = y
        else:
            y0 = y
    return mp.exp(mp.findroot(g, (y0, y1), solver='secant', tol=1e-25))

def quantiles():
    rows = []
    for a in [0.02, 0.3, 1, 2.5, 30, 400]:
        for u in [2.0 ** -54, 1e-3, 0.4, 0.8, 1 - 1e-9, 1 - 2.0 ** -53]:
            k = 0 if u <= 0.5 else 1
            target = mp.mpf(u) if k == 0 else 1 - mp.mpf(u)
            low = mp.exp((mp.log(u) + mp.loggamma(1 + mp.mpf(a))) / a) / 2
            if low < mp.mpf(10) ** -300:
                continue
            rows.append((u, a, solve(lambda x: gamma_tails(a, x)[k], target, low,
                                     5 * a + 60)))
    table('reference_gamma_quantile', 'u, shape, x', rows)
    rows = []
    for a, b in [(0.1, 0.2), (1, 3), (2.5, 0.5), (40, 7), (300, 900)]:
        for u in [1e-9, 0.02, 0.5, 0.9]:
            rows.append((u, a, b, solve(lambda x: beta_tails(a, b, x)[0], mp.mpf(u),
                                        mp.mpf(10) ** -100 if a < 1 else mp.mpf(10) ** -12,
                                        1 - mp.mpf(10) ** -12)))
    table('reference_beta_quantile', 'u, a, b, x', rows)

def count(pmf0, ratio, u):
    """Smallest k with CDF(k) >= u, by summing."""
    k, p, total = 0, pmf0, pmf0
    while total < u:
        p *= ratio(k)
        k += 1
        total += p
    return k

def counts():
    us = [2.0 ** -54, 1e-6, 0.25, 0.5, 0.7, 0.9995, 1 - 1e-13, 1 - 2.0 ** -53]
    rows = []
    with mp.workdps(60):
        for m in [1e-4, 0.5, 1, 12.25, 59.5, 60.5, 100, 2000]:
            mean = mp.mpf(m)
            rows += [(0, u, m, 0, count(mp.exp(-mean), lambda k: mean / (k + 1), mp.mpf(u)))
                     for u in us]
        for n, p in [(1, 0.5), (5, 0.999), (30, 0.03), (1000, 0.19), (1000, 0.21), (1000, 0.85),
                     (20000, 0.5)]:
            q = mp.mpf(p)
            rows += [(1, u, n, p, count((1 - q) ** n, lambda k: (n - k) * q / ((k + 1) * (1 - q)),
                                        mp.mpf(u))) for u in us]
        for m, r in [(0.01, 0.1), (1, 0.5), (50, 3.5), (199, 0.2), (201, 2), (300, 40), (3000, 1e5)]:
            mean, size = mp.mpf(m), mp.mpf(r)
            rows += [(2, u, m, r, count((size / (size + mean)) ** size,
                      lambda k: (size + k) * mean / ((k + 1) * (size + mean)), mp.mpf(u)))
                     for u in us]
    table('reference_count', 'kind, u, a, b, k', rows)

print('''/* Values computed with 40 digits; written by tools/num_reference.py, which says how. */
#ifndef TEST_NUM_REFERENCE_H
#define TEST_NUM_REFERENCE_H

#include <math.h>

#include "num/num.h"
''')
import sys
parts = sys.argv[1:] or ['elementary', 'incomplete', 'quantiles', 'counts']
for part in parts:
    globals()[part]()
print('#endif')
