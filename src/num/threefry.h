/** Threefry-2x64-20 and the map from a 64-bit word to a uniform: one source for the scalar
 *  functions and for every vector kernel, so that all give the same bits.
 *
 *  Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
 *  Inner header of src/num; plain C loops over these functions vectorise in gcc and clang.
 */
#ifndef DTN_NUM_THREEFRY_H
#define DTN_NUM_THREEFRY_H

#include <stdint.h>
#include <string.h>

/** The largest uniform handed out: the largest double below 1. */
#define DTN_UNIFORM_MAX 0x1.fffffffffffffp-1

/** One round: add, rotate by `bits`, exclusive or. The words may be vectors of the compiler. */
#define DTN_THREEFRY_ROUND(x0, x1, bits)                   \
    do {                                                   \
        (x0) += (x1);                                      \
        (x1) = ((x1) << (bits)) | ((x1) >> (64 - (bits))); \
        (x1) ^= (x0);                                      \
    } while (0)

/** Four rounds of variables x0 and x1, and the key injection that follows them. */
#define DTN_THREEFRY_FOUR(b0, b1, b2, b3, add0, add1) \
    do {                                              \
        DTN_THREEFRY_ROUND(x0, x1, b0);               \
        DTN_THREEFRY_ROUND(x0, x1, b1);               \
        DTN_THREEFRY_ROUND(x0, x1, b2);               \
        DTN_THREEFRY_ROUND(x0, x1, b3);               \
        x0 += (add0);                                 \
        x1 += (add1);                                 \
    } while (0)

/** The third key word is this, exclusive or both others: the parity constant of Threefish (Skein 1.3). */
#define DTN_THREEFRY_PARITY UINT64_C(0x1BD11BDAA9FC1A22)

/** The twenty rounds, in fours: four rotations, and what is added behind them of key words k0, k1 and k2. The rotations
 *  are the paper's table 4. */
#define DTN_THREEFRY_20(four)             \
    do {                                  \
        four(16, 42, 12, 31, k1, k2 + 1); \
        four(16, 32, 24, 21, k2, k0 + 2); \
        four(16, 42, 12, 31, k0, k1 + 3); \
        four(16, 32, 24, 21, k1, k2 + 4); \
        four(16, 42, 12, 31, k2, k0 + 5); \
    } while (0)

/** x holds the counter on entry and the random words then. */
static inline void dtn_threefry_20(uint64_t key0, uint64_t key1, uint64_t x[2])
{
    const uint64_t k0 = key0, k1 = key1, k2 = DTN_THREEFRY_PARITY ^ k0 ^ k1;
    uint64_t x0 = x[0] + k0, x1 = x[1] + k1;
    DTN_THREEFRY_20(DTN_THREEFRY_FOUR);
    x[0] = x0;
    x[1] = x1;
}

/** (word >> 11 + 0.5) * 2^-53, at most 1 - 2^-53.
 *  Above 2^52 the half is rounded to even; the very last word would round to 1 and is held
 *  below it. The integer becomes a double in two halves through exponents of 2^52 and 2^84,
 *  which is exact and vectorises where the machine cannot convert 64-bit integers. */
static inline double dtn_unit_from_word(uint64_t word)
{
    const uint64_t k = word >> 11;
    const uint64_t low_bits = (k & UINT64_C(0xFFFFFFFF)) | UINT64_C(0x4330000000000000);
    const uint64_t high_bits = (k >> 32) | UINT64_C(0x4530000000000000);
    double low, high;
    memcpy(&low, &low_bits, sizeof low);
    memcpy(&high, &high_bits, sizeof high);
    const double u = ((high - 0x1.00000001p84) + low + 0.5) * 0x1p-53;
    return u < DTN_UNIFORM_MAX ? u : DTN_UNIFORM_MAX;
}

#endif
