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
 * Many values are first summed without rounding in plain doubles (Rump, Ogita and Oishi 2008,
 * "Accurate floating-point summation", part I): from each of 512 values no larger than 2^E what is a
 * multiple of 2^(E-43) is split off; such parts add up exactly, in any order. What is left goes
 * through the same again, and what is left after three times, value by value into the chunks.
 */
#include <math.h>
#include <string.h>

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

#define BLOCK 512           /* values that are split together */
#define HEADROOM 10         /* 2^HEADROOM >= BLOCK + 2 */
#define SPLITS 3            /* 42 bits each: then little is left of most values */
#define SMALLEST_SPLIT -900 /* exponents far from the end, where no unit is lost */
enum { LANES = 2, VECTORS = 4, CHAINS = VECTORS * LANES }; /* sums side by side */
typedef double pair __attribute__((vector_size(LANES * sizeof(double)), aligned(8), may_alias));
typedef int64_t truth __attribute__((vector_size(LANES * sizeof(double)), aligned(8)));

static double power_of_two(int exponent)
{
    uint64_t bits = (uint64_t)(exponent + 1023) << MANTISSA_BITS;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The bits of all |x| together, by or: 0 only if all are. n is a multiple of CHAINS. */
static uint64_t bits_of_all(size_t n, const double *x)
{
    truth all = {0};
    uint64_t bits = 0;
    for (size_t i = 0; i < n; i += LANES)
        all |= (truth) * (const pair *)(const void *)(x + i);
    for (int k = 0; k < LANES; k++)
        bits |= (uint64_t)all[k];
    return bits & ~(UINT64_C(1) << 63);
}

/* The largest |x|. */
static double largest(size_t n, const double *x)
{
    const truth sign = {INT64_MIN, INT64_MIN};
    pair most[VECTORS] = {{0}};
    for (size_t i = 0; i < n; i += CHAINS)
        for (int k = 0; k < VECTORS; k++) {
            const pair v = *(const pair *)(const void *)(x + i + (size_t)k * LANES);
            const pair size = (pair)((truth)v & ~sign);
            const truth more = size > most[k];
            most[k] = (pair)((more & (truth)size) | (~more & (truth)most[k]));
        }
    double top = 0;
    for (int k = 0; k < CHAINS; k++)
        top = most[k / LANES][k % LANES] > top ? most[k / LANES][k % LANES] : top;
    return top;
}

/* Least E with x < 2^E, of a normal x > 0. */
static int exponent_above(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (int)(bits >> MANTISSA_BITS) - 1022;
}

/* Sum of the parts of x[n] that are multiples of 2^(E-43), into parts[CHAINS]; x keeps the rest.
 * Is there a rest? */
static int split(size_t n, double *x, int exponent, double *parts)
{
    const double sigma = power_of_two(exponent + HEADROOM);
    pair sum[VECTORS] = {{0}};
    for (size_t i = 0; i < n; i += CHAINS)
        for (int k = 0; k < VECTORS; k++) {
            pair *at = (pair *)(void *)(x + i + (size_t)k * LANES);
            const pair v = *at, part = (sigma + v) - sigma;
            sum[k] += part;
            *at = v - part;
        }
    for (int k = 0; k < CHAINS; k++)
        parts[k] = sum[k / LANES][k % LANES];
    return bits_of_all(n, x) != 0;
}

/* A NaN would hide in comparisons. */
static int is_number(size_t n, const double *x)
{
    truth all = {-1, -1};
    for (size_t i = 0; i < n; i += LANES) {
        const pair v = *(const pair *)(const void *)(x + i);
        all &= (truth)(v == v);
    }
    return (all[0] & all[1]) != 0;
}

static void add_block(dtn_sum *sum, size_t n, double *x)
{
    double parts[CHAINS];
    int left = 1;
    for (int i = 0; i < SPLITS && left; i++) {
        const double most = largest(n, x);
        const int exponent = exponent_above(most);
        if (most == 0)
            return;
        if (exponent > 1000 || exponent < SMALLEST_SPLIT) /* infinities too */
            break;
        left = split(n, x, exponent, parts);
        for (int k = 0; k < CHAINS; k++)
            dtn_sum_add(sum, parts[k]);
    }
    for (size_t i = 0; i < n && left; i++)
        dtn_sum_add(sum, x[i]);
}

void dtn_sum_add_many(dtn_sum *sum, size_t n, const double *x)
{
    for (size_t i = 0; i < n; i += BLOCK) {
        const size_t width = n - i < BLOCK ? n - i : BLOCK;
        double part[BLOCK];
        memcpy(part, x + i, width * sizeof *part);
        size_t padded = width;
        for (; padded % CHAINS; padded++)
            part[padded] = 0;
        if (width >= CHAINS && is_number(padded, part)) {
            add_block(sum, padded, part);
            continue;
        }
        for (size_t k = 0; k < width; k++)
            dtn_sum_add(sum, part[k]);
    }
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
