/* Loops over many values for one instruction set.
 *
 * meson.build compiles this file once for each, with -DDTN_KERNEL_WIDTH= doubles in a vector and
 * -DDTN_KERNEL_TABLE= the table's name. Vectors are the compiler's, so there is one text for all. Every
 * result is exact or a comparison: no width can change one.
 *
 * Splitting is the extraction of Rump, Ogita and Oishi (2008, "Accurate floating-point summation", part
 * I): adding a large power of two and taking it off again keeps of x what is a multiple of that power's
 * last place, and leaves the rest without error. 2^HEADROOM covers the number of values, so that sums of
 * such parts are exact too. tests/unit/test_stat.c compares with plain loops.
 */
#include "stat/kernel.h"

#include <string.h>

enum { WIDTH = DTN_KERNEL_WIDTH };
typedef double vec __attribute__((vector_size(WIDTH * sizeof(double)), aligned(8), may_alias));
typedef int64_t bits __attribute__((vector_size(WIDTH * sizeof(double)), aligned(8), may_alias));
typedef int32_t places32 __attribute__((vector_size(WIDTH * sizeof(int32_t))));
typedef uint16_t places16
    __attribute__((vector_size(WIDTH * sizeof(uint16_t)), aligned(2), may_alias));

#define HEADROOM 10 /* 2^HEADROOM >= DTN_SUM_BLOCK + 2 */

static const vec *at(const double *x) { return (const vec *)(const void *)x; }

static bool extent(size_t n, const double *x, double *low, double *high)
{
    double least = x[0], most = x[0], not_finite = 0;
    size_t i = 0;
    if (n >= WIDTH) {
        vec l = *at(x), h = l, zero = l - l; /* NOLINT(misc-redundant-expression) */
        for (i = WIDTH; i + WIDTH <= n; i += WIDTH) {
            const vec v = *at(x + i);
            const bits less = v<l, more = v> h;
            l = (vec)((less & (bits)v) | (~less & (bits)l));
            h = (vec)((more & (bits)v) | (~more & (bits)h));
            zero += v - v; /* NaN for what is not finite; NOLINT(misc-redundant-expression) */
        }
        for (int k = 0; k < WIDTH; k++) {
            least = l[k] < least ? l[k] : least;
            most = h[k] > most ? h[k] : most;
            not_finite += zero[k];
        }
    }
    for (; i < n; i++) {
        least = x[i] < least ? x[i] : least;
        most = x[i] > most ? x[i] : most;
        not_finite += x[i] - x[i];
    }
    *low = least;
    *high = most;
    return not_finite == 0;
}

static bool split(size_t n, const double *x, const double tops[DTN_SUM_SPLITS],
                  double parts[DTN_SUM_SPLITS], double *rest)
{
    const vec zero = {0};
    const vec s0 = zero + tops[0] * (1 << HEADROOM), s1 = zero + tops[1] * (1 << HEADROOM),
              s2 = zero + tops[2] * (1 << HEADROOM);
    vec a0 = zero, a1 = zero, a2 = zero;
    bits any = {0};
    for (size_t i = 0; i < n; i += WIDTH) {
        vec v = zero;
        if (n - i >= WIDTH)
            v = *at(x + i);
        else
            memcpy(&v, x + i, (n - i) * sizeof *x);
        vec part = (s0 + v) - s0;
        a0 += part;
        v -= part;
        part = (s1 + v) - s1;
        a1 += part;
        v -= part;
        part = (s2 + v) - s2;
        a2 += part;
        v -= part;
        any |= (bits)v << 1; /* -0 is nothing */
        memcpy(rest + i, &v, sizeof v);
    }
    int64_t all = 0;
    parts[0] = parts[1] = parts[2] = 0;
    for (int k = 0; k < WIDTH; k++) {
        parts[0] += a0[k];
        parts[1] += a1[k];
        parts[2] += a2[k];
        all |= any[k];
    }
    return all != 0;
}

static bool places(size_t n, const double *x, double low, double scale, uint16_t *out)
{
    bits differs = {0};
    bool is_exact = true;
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        const vec v = *at(x + i);
        const places32 p = __builtin_convertvector((v - low) * scale, places32);
        differs |= __builtin_convertvector(p, vec) + low != v;
        *(places16 *)(void *)(out + i) = __builtin_convertvector(p, places16);
    }
    for (int k = 0; k < WIDTH; k++)
        is_exact = is_exact && differs[k] == 0;
    for (; i < n; i++) {
        const int32_t p = (int32_t)((x[i] - low) * scale);
        out[i] = (uint16_t)p;
        is_exact = is_exact && p + low == x[i];
    }
    return is_exact;
}

static void bit_places(size_t n, const double *x, uint64_t low, int shift, uint16_t *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint16_t)((dtn_order_of(x[i]) - low) >> shift);
}

typedef uint32_t row
    __attribute__((vector_size(DTN_RANKINGS * sizeof(uint32_t)), aligned(4), may_alias));

static void add_rows(size_t n, const uint32_t *rows, const uint16_t *group, uint32_t *sums)
{
    for (size_t i = 0; i < n; i++) {
        row *to = (row *)(void *)(sums + (size_t)group[i] * DTN_RANKINGS);
        *to += *(const row *)(const void *)(rows + i * DTN_RANKINGS);
    }
}

const dtn_stat_kernel DTN_KERNEL_TABLE = {extent, split, places, bit_places, add_rows};
