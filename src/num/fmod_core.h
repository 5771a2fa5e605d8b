/** The exact remainder where SLEEF's gives up: quotients beyond about 2^1000, subnormal divisors.
 *
 *  Long division on the significands, eleven bits a step, as IEEE 754 defines the result: exact,
 *  sign of x. Inner header of src/num, shared by the scalar function and the vector kernels.
 */
#ifndef DTN_NUM_FMOD_CORE_H
#define DTN_NUM_FMOD_CORE_H

#include <stdint.h>
#include <string.h>

/** Splits a positive finite x into m * 2^e with an integer m < 2^53; returns m. */
static inline uint64_t dtn_significand(double x, int *e)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    const int biased = (int)(bits >> 52);
    const uint64_t fraction = bits & UINT64_C(0xFFFFFFFFFFFFF);
    *e = biased == 0 ? -1074 : biased - 1075;
    return biased == 0 ? fraction : fraction | UINT64_C(0x10000000000000);
}

/** m * 2^e for m < 2^53, exact wherever the result is a double; e at least -1074. */
static inline double dtn_scale(uint64_t m, int e)
{
    double x = (double)m;
    for (; e > 1000; e -= 1000) {
        x *= 0x1p1000;
    }
    for (; e < -1000; e += 1000) {
        x *= 0x1p-1000;
    }
    const uint64_t bits = (uint64_t)(e + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return x * power;
}

static inline double dtn_fmod_exact(double x, double y)
{
    const double ax = __builtin_fabs(x), ay = __builtin_fabs(y);
    if (!(ax < __builtin_inf()) || y != y || ay == 0.0) {
        return __builtin_nan("");
    }
    if (ax < ay) {
        return x;
    }
    int ex, ey;
    uint64_t rest = dtn_significand(ax, &ex);
    const uint64_t divisor = dtn_significand(ay, &ey);
    rest %= divisor;
    for (int left = ex - ey; left > 0 && rest != 0;) {
        const int step = left < 11 ? left : 11;
        rest = (rest << step) % divisor;
        left -= step;
    }
    const double r = dtn_scale(rest, ey);
    return x < 0.0 || (x == 0.0 && 1.0 / x < 0.0) ? -r : r;
}

#endif
