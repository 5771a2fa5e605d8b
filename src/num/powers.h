/** Powers of several vectors in step, with the bits of SLEEF's (Sleef_cinz_pow*_u10avx512fnofma, SLEEF 3.5, N. Shibata and
 *  contributors, Boost Software License).
 *
 *  Included by kernel.c where there is AVX-512. A power is a chain of three hundred operations on pairs of doubles (a
 *  value and what its rounding lost), so a processor that does one after the other mostly waits. Here each operation
 *  is done for all vectors before the next one. Only where all bases are from 2^-500 to 2^500 and exponents from -2 to
 *  2, so that results are far from overflow and underflow; the library's function has the rest.
 *
 *  x = 2^e m, m from 3/4 to 3/2; log m = 2 artanh((m - 1) / (m + 1)); exp(y log x) by a polynomial, scaled by 2^q.
 */
#ifndef DTN_NUM_POWERS_H
#define DTN_NUM_POWERS_H

enum { POWERS = 3 }; /* vectors in step: more do not fit the registers */

#define EACH_POWER for (int v = 0; v < POWERS; v++)
typedef struct pairs {
    lanes x[POWERS], y[POWERS]; /* x + y */
} pairs;

#define POWER_LOG_TERMS                                                                          \
    {                                                                                            \
        0x1.a6dea6d1e9d11p-4, 0x1.e252ddf5f8d0ap-4, 0x1.110f384a1865cp-3, 0x1.3b13bb108efd1p-3,  \
            0x1.745d17248daf1p-3, 0x1.c71c71c76197fp-3, 0x1.24924924922p-2, 0x1.999999999999bp-2 \
    }
#define POWER_LOG_TOP 0x1.dc2ec09e714d3p-4
#define POWER_EXP_TERMS                                                                           \
    {                                                                                             \
        0x1.af559d51456b9p-26, 0x1.28a8f696db5adp-22, 0x1.71ddfd27d265ep-19,                      \
            0x1.a0199ec6c491bp-16, 0x1.a01a01ae0c33dp-13, 0x1.6c16c1828ec7bp-10,                  \
            0x1.111111110fb68p-7, 0x1.5555555550e9p-5, 0x1.5555555555558p-3, 0x1.0000000000009p-1 \
    }
#define POWER_LOG2 0x1.62e42fefa39efp-1
#define POWER_LOG2_REST 0x1.abc9e3b39803fp-56
#define POWER_THIRDS 0x1.5555555555555p-1
#define POWER_THIRDS_REST 0x1.5fp-55

/** Its first 26 bits. */
static inline lanes upper(lanes x) { return (lanes)((words)x & UINT64_C(0xfffffffff8000000)); }

static inline __attribute__((always_inline)) void split_all(const lanes *x, lanes *high, lanes *low)
{
    EACH_POWER high[v] = upper(x[v]);
    EACH_POWER low[v] = x[v] - high[v];
}

/** a b of pairs; by their halves. b_first: which half of the products in between is added first. */
static inline __attribute__((always_inline)) pairs times_pair(const pairs *a, const pairs *b,
                                                              int b_first)
{
    pairs r;
    lanes ah[POWERS], al[POWERS], bh[POWERS], bl[POWERS];
    split_all(a->x, ah, al);
    split_all(b->x, bh, bl);
    EACH_POWER r.x[v] = a->x[v] * b->x[v];
    EACH_POWER r.y[v] = ah[v] * bh[v] - r.x[v];
    EACH_POWER r.y[v] += b_first ? ah[v] * bl[v] : al[v] * bh[v];
    EACH_POWER r.y[v] += b_first ? al[v] * bh[v] : ah[v] * bl[v];
    EACH_POWER r.y[v] += al[v] * bl[v];
    return r;
}

/** a b, b single. */
static inline __attribute__((always_inline)) pairs times_single(const pairs *a, const lanes *b)
{
    pairs one, r;
    EACH_POWER one.x[v] = b[v];
    r = times_pair(a, &one, 0);
    EACH_POWER r.y[v] += a->y[v] * b[v];
    return r;
}

static inline __attribute__((always_inline)) pairs square_of(const pairs *a)
{
    pairs r;
    lanes high[POWERS], low[POWERS];
    split_all(a->x, high, low);
    EACH_POWER r.x[v] = a->x[v] * a->x[v];
    EACH_POWER r.y[v] = high[v] * high[v] - r.x[v];
    EACH_POWER r.y[v] += (high[v] + high[v]) * low[v];
    EACH_POWER r.y[v] += low[v] * low[v];
    EACH_POWER r.y[v] += a->x[v] * (a->y[v] + a->y[v]);
    return r;
}

/** a + b, |a| >= |b|. */
static inline __attribute__((always_inline)) pairs plus_pair(const pairs *a, const pairs *b)
{
    pairs r;
    EACH_POWER r.x[v] = a->x[v] + b->x[v];
    EACH_POWER r.y[v] = a->x[v] - r.x[v];
    EACH_POWER r.y[v] = b->x[v] + r.y[v];
    EACH_POWER r.y[v] += a->y[v];
    EACH_POWER r.y[v] += b->y[v];
    return r;
}

/** a + b of any sizes, singles. */
static inline __attribute__((always_inline)) pairs plus_single(const lanes *a, const lanes *b)
{
    pairs r;
    lanes t[POWERS];
    EACH_POWER r.x[v] = a[v] + b[v];
    EACH_POWER t[v] = r.x[v] - a[v];
    EACH_POWER r.y[v] = a[v] - (r.x[v] - t[v]);
    EACH_POWER r.y[v] = (b[v] - t[v]) + r.y[v];
    return r;
}

/** (m - 1) / (m + 1). */
static inline __attribute__((always_inline)) pairs ratio_of(const lanes *m)
{
    lanes one[POWERS], minus_one[POWERS], t[POWERS], th[POWERS], tl[POWERS], w[POWERS];
    lanes ah[POWERS], al[POWERS], bh[POWERS], bl[POWERS];
    pairs r;
    EACH_POWER one[v] = (lanes){0} + 1.0;
    EACH_POWER minus_one[v] = (lanes){0} - 1.0;
    const pairs a = plus_single(minus_one, m), b = plus_single(one, m);
    EACH_POWER t[v] = 1.0 / b.x[v];
    split_all(b.x, bh, bl);
    split_all(t, th, tl);
    split_all(a.x, ah, al);
    EACH_POWER r.x[v] = a.x[v] * t[v];
    EACH_POWER r.y[v] = ah[v] * th[v] - r.x[v];
    EACH_POWER r.y[v] += ah[v] * tl[v];
    EACH_POWER r.y[v] += al[v] * th[v];
    EACH_POWER r.y[v] += al[v] * tl[v];
    EACH_POWER w[v] = 1.0 - bh[v] * th[v];
    EACH_POWER w[v] -= bh[v] * tl[v];
    EACH_POWER w[v] -= bl[v] * th[v];
    EACH_POWER w[v] -= bl[v] * tl[v];
    EACH_POWER r.y[v] += r.x[v] * w[v];
    EACH_POWER r.y[v] = t[v] * (a.y[v] - r.x[v] * b.y[v]) + r.y[v];
    return r;
}

static inline __attribute__((always_inline)) void log_polynomial(const lanes *x2, lanes *t)
{
    static const double c[] = POWER_LOG_TERMS;
    lanes x4[POWERS], x8[POWERS], low[POWERS];
    EACH_POWER x4[v] = x2[v] * x2[v];
    EACH_POWER x8[v] = x4[v] * x4[v];
    EACH_POWER t[v] = x4[v] * (x2[v] * c[0] + c[1]) + (x2[v] * c[2] + c[3]);
    EACH_POWER low[v] = x4[v] * (x2[v] * c[4] + c[5]) + (x2[v] * c[6] + c[7]);
    EACH_POWER t[v] = x8[v] * t[v] + low[v];
    EACH_POWER t[v] = x8[v] * x8[v] * POWER_LOG_TOP + t[v];
}

/** c x, c a pair of constants. */
static inline __attribute__((always_inline)) pairs constant_times(double c, double rest,
                                                                  const lanes *x, int c_first)
{
    pairs k, one;
    EACH_POWER
    {
        k.x[v] = (lanes){0} + c;
        one.x[v] = x[v];
    }
    pairs r = times_pair(&one, &k, c_first);
    EACH_POWER r.y[v] += x[v] * rest;
    return r;
}

static inline __attribute__((always_inline)) pairs log_of_power(const lanes *d)
{
    lanes e[POWERS], m[POWERS], t[POWERS];
    EACH_POWER e[v] = (lanes)_mm512_getexp_pd((__m512d)(d[v] * 0x1.5555555555555p+0));
    EACH_POWER m[v] =
        (lanes)_mm512_getmant_pd((__m512d)d[v], _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_nan);
    const pairs x = ratio_of(m), x2 = square_of(&x);
    log_polynomial(x2.x, t);
    pairs s = constant_times(POWER_LOG2, POWER_LOG2_REST, e, 1), twice;
    EACH_POWER twice.x[v] = x.x[v] + x.x[v];
    EACH_POWER twice.y[v] = x.y[v] + x.y[v];
    s = plus_pair(&s, &twice);
    pairs x3 = times_pair(&x, &x2, 1);
    EACH_POWER x3.y[v] += x2.x[v] * x.y[v];
    EACH_POWER x3.y[v] += x.x[v] * x2.y[v];
    pairs third = constant_times(POWER_THIRDS, POWER_THIRDS_REST, x3.x, 0);
    EACH_POWER third.y[v] += x3.y[v] * POWER_THIRDS;
    s = plus_pair(&s, &third);
    pairs x5 = times_pair(&x2, &x3, 0);
    EACH_POWER x5.y[v] += x2.x[v] * x3.y[v];
    EACH_POWER x5.y[v] += x3.x[v] * x2.y[v];
    const pairs rest = times_single(&x5, t);
    return plus_pair(&s, &rest);
}

static inline __attribute__((always_inline)) void exp_polynomial(const lanes *x, lanes *u)
{
    static const double c[] = POWER_EXP_TERMS;
    lanes s2[POWERS], s4[POWERS], high[POWERS], low[POWERS];
    EACH_POWER s2[v] = x[v] * x[v];
    EACH_POWER s4[v] = s2[v] * s2[v];
    EACH_POWER u[v] = (x[v] * c[0] + c[1]) * (s4[v] * s4[v]);
    EACH_POWER high[v] = s2[v] * (x[v] * c[2] + c[3]) + (x[v] * c[4] + c[5]);
    EACH_POWER low[v] = s2[v] * (x[v] * c[6] + c[7]) + (x[v] * c[8] + c[9]);
    EACH_POWER u[v] += s4[v] * high[v] + low[v];
}

/** exp d, |d.x| up to 694. */
static inline __attribute__((always_inline)) void exp_of_power(const pairs *d, lanes *out)
{
    lanes q[POWERS], p[POWERS], u[POWERS];
    pairs s, t, one;
    EACH_POWER q[v] = (d->x[v] + d->y[v]) * 0x1.71547652b82fep+0;
    EACH_POWER q[v] = (lanes)_mm512_roundscale_pd((__m512d)q[v], 8);
    EACH_POWER p[v] = q[v] * -0x1.62e42fefa3p-1;
    s = plus_single(d->x, p);
    EACH_POWER s.y[v] += d->y[v];
    EACH_POWER p[v] = q[v] * -0x1.3de6af278ece6p-42;
    t = plus_single(s.x, p);
    EACH_POWER t.y[v] += s.y[v];
    EACH_POWER s.x[v] = t.x[v] + t.y[v];
    EACH_POWER s.y[v] = t.y[v] + (t.x[v] - s.x[v]);
    exp_polynomial(s.x, u);
    EACH_POWER
    {
        one.x[v] = (lanes){0} + 1.0;
        one.y[v] = (lanes){0};
    }
    EACH_POWER t.x[v] = one.x[v] + s.x[v];
    EACH_POWER t.y[v] = s.x[v] + (one.x[v] - t.x[v]);
    EACH_POWER t.y[v] += s.y[v];
    const pairs s2 = square_of(&s);
    const pairs rest = times_single(&s2, u);
    t = plus_pair(&t, &rest);
    EACH_POWER out[v] = (lanes)_mm512_scalef_pd((__m512d)(t.x[v] + t.y[v]), (__m512d)q[v]);
}

/** One vector each at x + LANES v and so on. */
static void pow_together(const double *x, const double *y, double *out)
{
    lanes base[POWERS], exponent[POWERS], power[POWERS];
    EACH_POWER base[v] = load_lanes(x + v * LANES);
    EACH_POWER exponent[v] = load_lanes(y + v * LANES);
    truth odd = {0}; /* known first: the processor should note no event for what is not taken */
    EACH_POWER odd |= ~((truth)(base[v] >= 0x1p-500) & (truth)(base[v] <= 0x1p500) &
                        (truth)(exponent[v] <= 2.0) & (truth)(exponent[v] >= -2.0));
    if (!any(odd)) {
        const pairs log = log_of_power(base), d = times_single(&log, exponent);
        exp_of_power(&d, power);
    }
    EACH_POWER
    {
        if (any(odd))
            power[v] = (lanes)FN(pow, u10)((vec)base[v], (vec)exponent[v]);
        memcpy(out + v * LANES, &power[v], sizeof power[v]);
    }
}

#endif
