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

/** One round: add, rotate by `bits`, exclusive or. */
static inline void dtn_threefry_round(uint64_t x[2], int bits)
{
    x[0] += x[1];
    x[1] = (x[1] << bits) | (x[1] >> (64 - bits));
    x[1] ^= x[0];
}

/** Four rounds and the key injection that follows them. */
static inline void dtn_threefry_block(uint64_t x[2], int b0, int b1, int b2, int b3, uint64_t add0,
                                      uint64_t add1)
{
    dtn_threefry_round(x, b0);
    dtn_threefry_round(x, b1);
    dtn_threefry_round(x, b2);
    dtn_threefry_round(x, b3);
    x[0] += add0;
    x[1] += add1;
}

/** x holds the counter on entry and the random words on return. The rotations are the paper's
 *  table 4; the third key word is the parity constant of Threefish (Skein 1.3). */
static inline void dtn_threefry_20(uint64_t key0, uint64_t key1, uint64_t x[2])
{
    const uint64_t key2 = UINT64_C(0x1BD11BDAA9FC1A22) ^ key0 ^ key1;
    x[0] += key0;
    x[1] += key1;
    dtn_threefry_block(x, 16, 42, 12, 31, key1, key2 + 1);
    dtn_threefry_block(x, 16, 32, 24, 21, key2, key0 + 2);
    dtn_threefry_block(x, 16, 42, 12, 31, key0, key1 + 3);
    dtn_threefry_block(x, 16, 32, 24, 21, key1, key2 + 4);
    dtn_threefry_block(x, 16, 42, 12, 31, key2, key0 + 5);
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
