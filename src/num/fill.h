/** Uniforms for vectors of lanes.
 *
 *  Included by kernel.c, once for each instruction set. A block of the generator has the uniforms of two
 *  neighbouring runs, so LANES blocks side by side fill two vectors: of one row, or, where a row is one
 *  vector, of two events. A round of the generator waits for the one before, six cycles of which each operation
 *  takes a half or less, so up to eight such sets of blocks go through the rounds in step. The operations are those of
 *  dtn_uniform, which does what is left: runs that begin with the second of a block, rows that end within a vector.
 */
#ifndef DTN_NUM_FILL_H
#define DTN_NUM_FILL_H

/** dtn_unit_from_word. */
static inline lanes unit_from_words(words word)
{
    const words k = word >> 11;
#if DTN_KERNEL_ISA == 4
    const lanes whole = (lanes)_mm512_cvtepu64_pd((__m512i)k); /* k < 2^53: exact */
#else
    const lanes low = (lanes)((k & UINT64_C(0xFFFFFFFF)) | UINT64_C(0x4330000000000000));
    const lanes high = (lanes)((k >> 32) | UINT64_C(0x4530000000000000));
    const lanes whole = (high - 0x1.00000001p84) + low;
#endif
    return least_of((whole + 0.5) * 0x1p-53, (lanes){0} + DTN_UNIFORM_MAX);
}

#if DTN_KERNEL_ISA == 4
#define ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#elif DTN_KERNEL_ISA == 2 || DTN_KERNEL_ISA == 3
#define ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#else
#define ZIP_LOW(a, b) __builtin_shufflevector(a, b, 0, 2)
#define ZIP_HIGH(a, b) __builtin_shufflevector(a, b, 1, 3)
#endif

enum { MOST_SETS = 8 };

/** Rotated by `bits`, a constant; where these are whole bytes AVX2 moves them. */
static inline __attribute__((always_inline)) words turned(words x, const int bits)
{
#if DTN_KERNEL_ISA == 3
    const __m128i two_bytes = _mm_set_epi64x(0x0D0C0B0A09080F0E, 0x0504030201000706);
    const __m128i three_bytes = _mm_set_epi64x(0x0C0B0A09080F0E0D, 0x0403020100070605);
    if (bits == 32)
        return (words)_mm256_shuffle_epi32((__m256i)x, 0xB1);
    if (bits == 16)
        return (words)_mm256_shuffle_epi8((__m256i)x, _mm256_broadcastsi128_si256(two_bytes));
    if (bits == 24)
        return (words)_mm256_shuffle_epi8((__m256i)x, _mm256_broadcastsi128_si256(three_bytes));
#endif
    return (x << bits) | (x >> (64 - bits));
}

#define EACH_SET for (int k = 0; k < n_set; k++)
#define FILL_ROUND(bits)                      \
    do {                                      \
        EACH_SET x0[k] += x1[k];              \
        EACH_SET x1[k] = turned(x1[k], bits); \
        EACH_SET x1[k] ^= x0[k];              \
    } while (0)
#define FILL_FOUR(b0, b1, b2, b3, add0, add1) \
    do {                                      \
        FILL_ROUND(b0);                       \
        FILL_ROUND(b1);                       \
        FILL_ROUND(b2);                       \
        FILL_ROUND(b3);                       \
        EACH_SET x0[k] += (add0);             \
        EACH_SET x1[k] += (add1);             \
    } while (0)

/** The uniforms of n_set (a constant) times LANES blocks, set k from the counters x0[k], x1[k], which are lost: those of
 *  its first LANES / 2 blocks to out + k pitch, the others `apart` behind. DTN_THREEFRY_20 in step. */
static inline __attribute__((always_inline)) void fill_sets(const int n_set, uint64_t seed,
                                                            uint64_t stream, words *x0, words *x1,
                                                            double *out, size_t pitch, size_t apart)
{
    const uint64_t k0 = seed, k1 = stream, k2 = DTN_THREEFRY_PARITY ^ k0 ^ k1;
    EACH_SET x0[k] += k0;
    EACH_SET x1[k] += k1;
    DTN_THREEFRY_20(FILL_FOUR);
    EACH_SET
    {
        const lanes u0 = unit_from_words(x0[k]), u1 = unit_from_words(x1[k]);
        const lanes a = ZIP_LOW(u0, u1), b = ZIP_HIGH(u0, u1);
        memcpy(out + k * pitch, &a, sizeof a);
        memcpy(out + k * pitch + apart, &b, sizeof b);
    }
}

/** Of LANES / 2 blocks. */
static inline void fill_one(uint64_t seed, uint64_t stream, words counter0, words counter1,
                            double *out)
{
#if DTN_KERNEL_ISA == 4 /* in registers of half the width */
    typedef uint64_t half __attribute__((vector_size(LANES / 2 * 8)));
    half x0 = __builtin_shufflevector(counter0, counter0, 0, 1, 2, 3);
    half x1 = __builtin_shufflevector(counter1, counter1, 0, 1, 2, 3);
    const uint64_t k0 = seed, k1 = stream, k2 = DTN_THREEFRY_PARITY ^ k0 ^ k1;
    x0 += k0;
    x1 += k1;
    DTN_THREEFRY_20(DTN_THREEFRY_FOUR);
    const lanes u = unit_from_words((words)__builtin_shufflevector(x0, x1, 0, 4, 1, 5, 2, 6, 3, 7));
    memcpy(out, &u, sizeof u);
#else
    double both[2 * LANES];
    fill_sets(1, seed, stream, &counter0, &counter1, both, 0, LANES);
    memcpy(out, both, LANES * sizeof *out);
#endif
}

/** n_set pairs of events from counter1 on, of the same LANES / 2 blocks: LANES of a row of n each. */
static inline __attribute__((always_inline)) void fill_pairs(const int n_set, size_t n,
                                                             uint64_t seed, uint64_t stream,
                                                             words block, words counter1,
                                                             double *out)
{
    words x0[MOST_SETS], x1[MOST_SETS];
    EACH_SET x0[k] = block;
    EACH_SET x1[k] = counter1 + ((uint64_t)k << 33);
    fill_sets(n_set, seed, stream, x0, x1, out, 2 * n, n);
}

/** Row k of fill_events has its last whole vector at out + k * n. Those of two events are made together. */
static void fill_last(size_t n, uint64_t seed, uint64_t stream, uint64_t run, uint64_t counter1,
                      uint32_t n_event, double *out)
{
    words turn = {0}, second = {0};
    for (int i = 0; i < LANES; i++) {
        turn[i] = (uint64_t)(i % (LANES / 2));
        second[i] = i < LANES / 2 ? 0 : UINT64_C(1) << 32;
    }
    const words block = run / 2 + turn;
    uint32_t k = 0;
    for (; k + 8 <= n_event; k += 8)
        fill_pairs(4, n, seed, stream, block, counter1 + ((uint64_t)k << 32) + second, out + k * n);
    for (; k + 2 <= n_event; k += 2)
        fill_pairs(1, n, seed, stream, block, counter1 + ((uint64_t)k << 32) + second, out + k * n);
    if (k < n_event)
        fill_one(seed, stream, block, counter1 + ((uint64_t)k << 32) + (words){0}, out + k * n);
}

/** n_set times 2 LANES runs from `run` on, an even one. */
static inline __attribute__((always_inline)) void fill_row(const int n_set, uint64_t seed,
                                                           uint64_t stream, uint64_t run,
                                                           uint64_t counter1, double *out)
{
    words x0[MOST_SETS], x1[MOST_SETS], turn = {0};
    for (int i = 0; i < LANES; i++)
        turn[i] = (uint64_t)i;
    EACH_SET x0[k] = run / 2 + (uint64_t)(k * LANES) + turn;
    EACH_SET x1[k] = counter1 + (words){0};
    fill_sets(n_set, seed, stream, x0, x1, out, 2 * LANES, LANES);
}

static void fill_events(size_t n, uint64_t seed, uint64_t stream, uint64_t run0, uint32_t step,
                        uint32_t event, uint32_t n_event, double *out)
{
    const int is_plain = run0 % 2 == 0 && run0 <= UINT64_MAX - n;
    const size_t whole = is_plain ? n / LANES * LANES : 0, even = whole / (2 * LANES) * (2 * LANES);
    const uint64_t counter1 = step | (uint64_t)event << 32;
    for (uint32_t k = 0; k < n_event; k++) {
        double *row = out + k * n;
        const uint64_t counter = counter1 + ((uint64_t)k << 32);
        size_t i = 0;
        for (; i + MOST_SETS * 2 * LANES <= even; i += MOST_SETS * 2 * LANES)
            fill_row(MOST_SETS, seed, stream, run0 + i, counter, row + i);
        for (; i < even; i += 2 * LANES)
            fill_row(1, seed, stream, run0 + i, counter, row + i);
        for (i = whole; i < n; i++)
            row[i] = dtn_uniform(seed, stream, run0 + i, step, event + k);
    }
    if (even < whole)
        fill_last(n, seed, stream, run0 + even, counter1, n_event, out + even);
}

static void fill_uniform(size_t n, uint64_t seed, uint64_t stream, uint64_t run0, uint32_t step,
                         uint32_t event, double *out)
{
    fill_events(n, seed, stream, run0, step, event, 1, out);
}

#endif
