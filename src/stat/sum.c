/* Exactly rounded sums: Radford Neal's small superaccumulator (arXiv 1505.05571, 2015).
 *
 * A double is mantissa * 2^(e - 1075) with 53 mantissa bits and a biased exponent e of 11
 * bits. Chunk i of the accumulator counts units of 2^(32 i - 1075 + 1): the high 6 bits
 * of e choose chunk i, the low 5 say how far the mantissa is shifted within it; what
 * sticks out above 32 bits goes to chunk i + 1. A chunk has 64 bits, so some 2^10 additions fit
 * before carries must move up. Because all is integer arithmetic the total is
 * exact, and the same in any order of adding and merging.
 *
 *     chunk:   66 ... i+1         i          i-1 ... 0      value of a unit of chunk i:
 *                     [64 bits]   [64 bits]                 2^(32 i - 1074)
 *                  overlapping by 32 bits until carries are moved
 *
 * Infinities and NaN are counted beside the chunks: the sum of both infinities, and of any NaN,
 * is NaN. Not done: Neal's large accumulator.
 *
 * Many values are first summed without rounding in plain doubles (kernel.c): from each of 512 values
 * below 2^E what is a multiple of 2^(E-42) is split off; such parts add up exactly, in any order.
 * What is left goes through the same again, and what is left after three times, value by value into
 * the chunks.
 */
#include <math.h>
#include <string.h>

#include "stat/kernel.h"
#include "stat/stat.h"

#define N_CHUNK 67
/* One add puts less than 2^53 into a chunk: 2^9 of them, on top of a carried remainder
 * below 2^32, stay far below 2^63. Half is kept for merging two accumulators. */
#define ADDS_BETWEEN_CARRIES 500
#define MANTISSA_BITS 52
#define MANTISSA_MASK (((uint64_t)1 << MANTISSA_BITS) - 1)

void dtn_sum_init(dtn_sum *sum)
{
    memset(sum, 0, sizeof *sum);
    sum->adds_left = ADDS_BETWEEN_CARRIES;
}

/* Moves what exceeds 32 bits up. Every chunk but the last ends in [0, 2^32); the last holds the
 * sign: it is negative exactly when the sum is. */
static void move_carries(dtn_sum *sum)
{
    for (int i = 0; i < N_CHUNK - 1; i++) {
        int64_t carry = sum->chunk[i] >> 32; /* rounds down, for either sign */
        sum->chunk[i] -= carry * ((int64_t)1 << 32);
        sum->chunk[i + 1] += carry;
    }
    sum->adds_left = ADDS_BETWEEN_CARRIES;
}

static void add_special(dtn_sum *sum, double x)
{
    if (isnan(x))
        sum->n_nan |= 1;
    else if (x > 0)
        sum->n_pos_inf |= 1;
    else
        sum->n_neg_inf |= 1;
}

void dtn_sum_add(dtn_sum *sum, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    int exponent = (int)(bits >> MANTISSA_BITS & 0x7ff);
    uint64_t mantissa = bits & MANTISSA_MASK;
    if (exponent == 0x7ff) {
        add_special(sum, x);
        return;
    }
    if (exponent != 0) {
        mantissa |= (uint64_t)1 << MANTISSA_BITS;
        exponent--; /* subnormals and the lowest normals share the unit 2^-1074 */
    }
    if (sum->adds_left == 0)
        move_carries(sum);
    sum->adds_left--;
    int i = exponent >> 5, shift = exponent & 31;
    int64_t low = (int64_t)(mantissa << shift & 0xffffffff);
    int64_t high = (int64_t)(mantissa >> (32 - shift));
    sum->chunk[i] += bits >> 63 ? -low : low;
    sum->chunk[i + 1] += bits >> 63 ? -high : high;
}

#define BITS_OF_SPLIT 42 /* kernel.c: 52 less the headroom for so many values */
#define FEW 8            /* values that are not worth splitting */
/* Exponents far enough from the ends: no power of two overflows, no unit is lost. */
#define MOST_SPLIT 1000
#define LEAST_SPLIT (-850)

/* 2^e, of a normal exponent. */
static double power_of_two(int e)
{
    const uint64_t bits = (uint64_t)(e + 1023) << MANTISSA_BITS;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Least e with |x| < 2^e, of a normal x. */
static int exponent_above(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (int)(bits >> MANTISSA_BITS & 0x7ff) - 1022;
}

static void add_each(dtn_sum *sum, size_t n, const double *x)
{
    for (size_t i = 0; i < n; i++)
        dtn_sum_add(sum, x[i]);
}

/* Of finite values, none larger than `most`. */
static void add_bounded(const dtn_stat_kernel *kernel, dtn_sum *sum, size_t n, const double *x,
                        double most)
{
    double tops[DTN_SUM_SPLITS], parts[DTN_SUM_SPLITS], rest[DTN_SUM_BLOCK];
    const int exponent = exponent_above(most);
    if (most == 0)
        return;
    if (exponent > MOST_SPLIT || exponent < LEAST_SPLIT) {
        add_each(sum, n, x);
        return;
    }
    for (int i = 0; i < DTN_SUM_SPLITS; i++)
        tops[i] = power_of_two(exponent - i * BITS_OF_SPLIT);
    const bool is_left = kernel->split(n, x, tops, parts, rest);
    add_each(sum, DTN_SUM_SPLITS, parts);
    for (size_t i = 0; i < n && is_left; i++)
        if (rest[i] != 0)
            dtn_sum_add(sum, rest[i]);
}

static void add_block(const dtn_stat_kernel *kernel, dtn_sum *sum, size_t n, const double *x)
{
    double low, high;
    if (kernel->extent(n, x, &low, &high))
        add_bounded(kernel, sum, n, x, high > -low ? high : -low);
    else
        add_each(sum, n, x);
}

void dtn_sum_add_many(dtn_sum *sum, size_t n, const double *x)
{
    const dtn_stat_kernel *kernel = dtn_stat_kernel_best();
    for (size_t i = 0; i < n; i += DTN_SUM_BLOCK) {
        const size_t width = n - i < DTN_SUM_BLOCK ? n - i : DTN_SUM_BLOCK;
        if (width < FEW)
            add_each(sum, width, x + i);
        else
            add_block(kernel, sum, width, x + i);
    }
}

void dtn_sum_add_bounded(dtn_sum *sum, size_t n, const double *x, double most)
{
    const dtn_stat_kernel *kernel = dtn_stat_kernel_best();
    if (!(most < HUGE_VAL)) {
        dtn_sum_add_many(sum, n, x);
        return;
    }
    for (size_t i = 0; i < n; i += DTN_SUM_BLOCK)
        add_bounded(kernel, sum, n - i < DTN_SUM_BLOCK ? n - i : DTN_SUM_BLOCK, x + i, most);
}

void dtn_sum_merge(dtn_sum *into, const dtn_sum *from)
{
    dtn_sum other = *from;
    move_carries(&other);
    move_carries(into);
    for (int i = 0; i < N_CHUNK; i++)
        into->chunk[i] += other.chunk[i];
    into->n_pos_inf |= other.n_pos_inf;
    into->n_neg_inf |= other.n_neg_inf;
    into->n_nan |= other.n_nan;
    move_carries(into);
}

/* Bits [from, from+count) of the carried, non-negative accumulator; bits below 0 are 0. */
static uint64_t take_bits(const dtn_sum *sum, int from, int count)
{
    uint64_t out = 0;
    for (int k = 0; k < count; k++) {
        int at = from + k;
        if (at >= 0 && at < 32 * N_CHUNK)
            out |= (uint64_t)(sum->chunk[at >> 5] >> (at & 31) & 1) << k;
    }
    return out;
}

static int top_bit(const dtn_sum *sum)
{
    int i = N_CHUNK - 1;
    while (i >= 0 && sum->chunk[i] == 0)
        i--;
    return i < 0 ? -1 : 32 * i + 63 - __builtin_clzll((uint64_t)sum->chunk[i]);
}

static int any_bit_below(const dtn_sum *sum, int at)
{
    for (int i = 0; i < at >> 5; i++) {
        if (sum->chunk[i])
            return 1;
    }
    return at > 0 && (at & 31) && (sum->chunk[at >> 5] & (((int64_t)1 << (at & 31)) - 1)) != 0;
}

/* The magnitude, rounded to nearest even, as the bits of a double. */
static uint64_t round_magnitude(const dtn_sum *sum)
{
    int top = top_bit(sum);
    if (top <= MANTISSA_BITS) /* fits: subnormal, or the lowest normals; both are the plain bits */
        return take_bits(sum, 0, MANTISSA_BITS + 1);
    int low = top - MANTISSA_BITS;
    uint64_t mantissa = take_bits(sum, low, MANTISSA_BITS + 1);
    int half = (int)take_bits(sum, low - 1, 1);
    /* The leading one of the mantissa adds 1 to the exponent field; a carry adds one more. */
    uint64_t bits = ((uint64_t)low << MANTISSA_BITS) + mantissa;
    if (low >= 0x7ff)
        return (uint64_t)0x7ff << MANTISSA_BITS;
    if (half && ((mantissa & 1) || any_bit_below(sum, low - 1)))
        bits++;
    const uint64_t infinite = (uint64_t)0x7ff << MANTISSA_BITS;
    return bits < infinite ? bits : infinite;
}

double dtn_sum_get(const dtn_sum *sum)
{
    if (sum->n_nan || (sum->n_pos_inf && sum->n_neg_inf))
        return NAN;
    if (sum->n_pos_inf || sum->n_neg_inf)
        return sum->n_pos_inf ? INFINITY : -INFINITY;
    dtn_sum copy = *sum;
    move_carries(&copy);
    uint64_t sign = 0;
    if (copy.chunk[N_CHUNK - 1] < 0) {
        sign = (uint64_t)1 << 63;
        for (int i = 0; i < N_CHUNK; i++)
            copy.chunk[i] = -copy.chunk[i];
        move_carries(&copy);
    }
    uint64_t bits = sign | round_magnitude(&copy);
    double out;
    memcpy(&out, &bits, sizeof out);
    return out;
}
