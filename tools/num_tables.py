#!/usr/bin/env python3
"""Writes src/num/tables.h: constants of the incomplete gamma and beta functions and of the normal quantile.

Usage: python3 tools/num_tables.py | clang-format-14 > src/num/tables.h      (needs mpmath)

Every constant is computed here from its definition with 60 digits and rounded once:
- Temme's uniform expansion of the incomplete gamma functions, DLMF 8.12.7-8.12.12: the power series
  of c_k(eta), in rational arithmetic;
- zeta(k) - 1 for the series of log Gamma(1 + a), DLMF 5.7.3;
- Gauss-Legendre nodes and weights on (0, 1), DLMF 3.5(v);
- the normal quantile: rational functions that meet it at Chebyshev's points of an interval, see normal().
"""
from fractions import Fraction
import mpmath as mp

mp.mp.dps = 60
N_ORDER = 11    # c_0 .. c_10
N_POWER = 24    # powers of eta kept in c_0; c_k keeps N_POWER - 2 k
N_ZETA = 28     # zeta(2) - 1 .. zeta(29) - 1
N_NODE = 40     # even
N_OCTAVE = 16   # of the normal quantile; their exponents differ in the lowest four bits
DEGREE = 6      # of its numerators and denominators

def temme():
    n = N_POWER + 2 * N_ORDER + 4
    # mu(eta) from eta^2 / 2 = mu - log(1 + mu), that is mu mu' = eta (1 + mu); mu = sum m[i] eta^i
    m = [Fraction(0), Fraction(1)]
    for i in range(2, n + 2):
        # coefficient of eta^i in mu mu' - eta (1 + mu), unknown m[i]
        known = sum(m[j] * m[i + 1 - j] * (i + 1 - j) for j in range(2, i))
        m.append((m[i - 1] - known) / (i + 1))
    # 1 / mu = (1 / eta) sum r[i] eta^i
    s = m[1:]
    r = [Fraction(1)]
    for i in range(1, n):
        r.append(-sum(s[j] * r[i - j] for j in range(1, i + 1)))
    # Gamma*(a) = exp(sum B_2j / (2j (2j - 1) a^(2j - 1))) = sum g[k] a^-k
    log_g = [Fraction(0)] * (N_ORDER + 1)
    for j in range(1, N_ORDER + 1):
        if 2 * j - 1 <= N_ORDER:
            p, q = mp.bernfrac(2 * j)
            log_g[2 * j - 1] = Fraction(int(p), int(q)) / (2 * j * (2 * j - 1))
    g = [Fraction(1)]
    for k in range(1, N_ORDER + 1):
        g.append(sum(j * log_g[j] * g[k - j] for j in range(1, k + 1)) / k)
    rows = [[r[i + 1] for i in range(n - 1)]]
    for k in range(1, N_ORDER):
        last = rows[-1]
        sign = -1 if k % 2 else 1
        # (1/eta) c' + sign g_k / mu: the terms in 1/eta cancel
        assert last[1] + sign * g[k] == 0
        rows.append([(i + 2) * last[i + 2] + sign * g[k] * r[i + 1] for i in range(len(last) - 2)])
    return [row[:N_POWER - 2 * k] for k, row in enumerate(rows)]

def legendre_and_slope(x):
    """P_n(x) and P_n'(x) by the three-term recurrence, n = N_NODE."""
    before, now = mp.mpf(1), x
    for k in range(2, N_NODE + 1):
        before, now = now, ((2 * k - 1) * x * now - (k - 1) * before) / k
    return now, N_NODE * (x * now - before) / (x * x - 1)

def legendre():
    out = []
    for i in range(N_NODE // 2):
        x = mp.cos(mp.pi * (i + mp.mpf(3) / 4) / (N_NODE + mp.mpf(1) / 2))
        for _ in range(8):
            value, slope = legendre_and_slope(x)
            x -= value / slope
        _, slope = legendre_and_slope(x)
        out.append(((1 - x) / 2, 1 / ((1 - x * x) * slope ** 2)))
    assert abs(sum(w for _, w in out) * 2 - 1) < mp.mpf(10) ** -50
    return out

def normal_ratio(v):
    """z / q for v = p (1 - p), z the quantile of p, q = p - 1/2: a function of v, as both are odd in q."""
    q = -mp.sqrt(mp.mpf(1) / 4 - v)
    return mp.sqrt(2) * mp.erfinv(2 * q) / q if q else mp.sqrt(2 * mp.pi)

def normal():
    """For v in [1, 2) 2^e: normal_ratio = above(t) / below(t), t = 2^-e v - 1, below(0) = 1. It has
    no singularity but those at v <= 0, so that one octave is as good as another. v = 1/4 is alone in the last one."""
    octaves = []
    for e in range(-N_OCTAVE - 1, -2):
        n = 2 * DEGREE + 1
        left, right = mp.matrix(n, n), mp.matrix(n, 1)
        for i in range(n):
            t = (1 + mp.cos(mp.pi * (2 * i + 1) / (2 * n))) / 2
            right[i] = normal_ratio((1 + t) * mp.mpf(2) ** e)
            for j in range(DEGREE + 1):
                left[i, j] = t ** j
            for j in range(1, DEGREE + 1):
                left[i, DEGREE + j] = -right[i] * t ** j
        x = list(mp.lu_solve(left, right))
        octaves.append(x)
    octaves.append([mp.sqrt(2 * mp.pi)] + [mp.mpf(0)] * 2 * DEGREE)
    assert all(c >= 0 for row in octaves for c in row) # no cancellation in t >= 0
    # by the lowest four bits of the exponent as a double has it
    return [octaves[(i - (1023 - N_OCTAVE - 1)) % 16] for i in range(16)]

def number(x):
    if isinstance(x, Fraction):
        x = mp.mpf(x.numerator) / x.denominator
    return repr(float(x))

def lines(values, indent):
    text, out = '', []
    for v in values:
        item = number(v) + ','
        if len(text) + len(item) + 1 > 96 - len(indent):
            out.append(indent + text)
            text = ''
        text += (' ' if text else '') + item
    return '\n'.join(out + [indent + text])

print('''/** Constants of the incomplete gamma and beta functions and of the normal quantile. Written by
 *  tools/num_tables.py, which says where each comes from; do not edit. Inner header of src/num.
 */
#ifndef DTN_NUM_TABLES_H
#define DTN_NUM_TABLES_H
''')
print(f'enum {{ DTN_TEMME_ORDERS = {N_ORDER}, DTN_TEMME_POWERS = {N_POWER}, DTN_ZETAS = {N_ZETA}, '
      f'DTN_NODES = {N_NODE} }};\n')
print('/** Power series of c_k(eta), lowest power first; row k has DTN_TEMME_POWERS - 2 k terms. */')
print('static const double dtn_temme[DTN_TEMME_ORDERS][DTN_TEMME_POWERS] = {')
for row in temme():
    print('    {\n' + lines(row, '        ') + '\n    },')
print('};\n\n/** zeta(k) - 1 for k = 2, 3, ... */\nstatic const double dtn_zeta_minus_1[DTN_ZETAS] = {')
print(lines([mp.zeta(k + 2) - 1 for k in range(N_ZETA)], '    '))
print('};\n\n/** Gauss-Legendre on (0, 1): the nodes below 1/2; the others are 1 - node, same weight. */')
nodes = legendre()
print('static const double dtn_node[DTN_NODES / 2] = {\n' + lines([x for x, _ in nodes], '    ') + '\n};')
print('static const double dtn_weight[DTN_NODES / 2] = {\n' + lines([w for _, w in nodes], '    ') + '\n};')
print('\n/** The normal quantile (normal_core.h): the coefficients of each octave; t^0 ... above, then t^1 ... below. */')
print(f'enum {{ DTN_NORMAL_DEGREE = {DEGREE} }};')
print('static const double dtn_normal_terms[2 * DTN_NORMAL_DEGREE + 1][16] = {')
octaves = normal()
for term in zip(*octaves):
    print('    {\n' + lines(term, '        ') + '\n    },')
print('};')
print('\n/** The same by octaves: t^6 above and below, ... t^0 above and below, where that is 1; two more to fill a row. */')
print('static const _Alignas(64) double dtn_normal_rows[16][2 * DTN_NORMAL_DEGREE + 4] = {')
for x in octaves:
    row = [c for i in range(DEGREE, 0, -1) for c in (x[i], x[DEGREE + i])] + [x[0], 1, 0, 0]
    print('    {\n' + lines(row, '        ') + '\n    },')
print('};')
print('\n#endif')
