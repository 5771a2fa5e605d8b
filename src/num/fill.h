/** Uniforms for vectors of lanes.
 *
 *  Included by kernel.c, once for each instruction set. A block of the generator has the uniforms of two
 *  neighbouring runs, so LANES blocks side by side fill two vectors: of one row, or, where a row is one
 *  vector, of two events. The operations are those of dtn_uniform, which does what is left: runs that begin with
 *  the second of a block, rows that end within a vector.
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

/** The uniforms of LANES blocks: those of the first LANES / 2 to `low`, the others to `high`. */
static inline void fill_two(uint64_t seed, uint64_t stream, words counter0, words counter1,
                            double *low, double *high)
{
    DTN_THREEFRY_20(seed, stream, counter0, counter1);
    const lanes u0 = unit_from_words(counter0), u1 = unit_from_words(counter1);
    const lanes a = ZIP_LOW(u0, u1), b = ZIP_HIGH(u0, u1);
    memcpy(low, &a, sizeof a);
    memcpy(high, &b, sizeof b);
}

/** Of LANES / 2 blocks. */
static inline void fill_one(uint64_t seed, uint64_t stream, words counter0, words counter1,
                            double *out)
{
#if DTN_KERNEL_ISA == 4 /* in registers of half the width */
    typedef uint64_t half __attribute__((vector_size(LANES / 2 * 8)));
    half x0 = __builtin_shufflevector(counter0, counter0, 0, 1, 2, 3);
    half x1 = __builtin_shufflevector(counter1, counter1, 0, 1, 2, 3);
    DTN_THREEFRY_20(seed, stream, x0, x1);
    const lanes u = unit_from_words((words)__builtin_shufflevector(x0, x1, 0, 4, 1, 5, 2, 6, 3, 7));
    memcpy(out, &u, sizeof u);
#else
    double idle[LANES];
    fill_two(seed, stream, counter0, counter1, out, idle);
#endif
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
    for (; k + 1 < n_event; k += 2, out += 2 * n, counter1 += UINT64_C(2) << 32)
        fill_two(seed, stream, block, counter1 + second, out, out + n);
    if (k < n_event)
        fill_one(seed, stream, block, counter1 + second, out);
}

static void fill_events(size_t n, uint64_t seed, uint64_t stream, uint64_t run0, uint32_t step,
                        uint32_t event, uint32_t n_event, double *out)
{
    const int is_plain = run0 % 2 == 0 && run0 <= UINT64_MAX - n;
    const size_t whole = is_plain ? n / LANES * LANES : 0, even = whole / (2 * LANES) * (2 * LANES);
    const uint64_t counter1 = step | (uint64_t)event << 32;
    words turn = {0};
    for (int i = 0; i < LANES; i++)
        turn[i] = (uint64_t)i;
    for (uint32_t k = 0; k < n_event; k++) {
        double *row = out + k * n;
        for (size_t i = 0; i < even; i += 2 * LANES)
            fill_two(seed, stream, (run0 + i) / 2 + turn,
                     counter1 + ((uint64_t)k << 32) + (words){0}, row + i, row + i + LANES);
        for (size_t i = whole; i < n; i++)
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
