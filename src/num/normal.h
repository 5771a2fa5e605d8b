/** Standard normal quantiles for vectors of lanes: dtn_normal_quantile, operation by operation.
 *
 *  Included by kernel.c, once for each instruction set. AVX-512 has the 16 octaves of a coefficient in two
 *  registers and takes each lane's by a permutation; elsewhere each lane reads the row of its octave, two coefficients at a
 *  time, and the lanes' are put beside each other.
 */
#ifndef DTN_NUM_NORMAL_H
#define DTN_NUM_NORMAL_H

enum {
    NORMAL_SETS = 2
}; /* vectors that go through the terms in step: each waits long for itself */

#if DTN_KERNEL_ISA == 4 /* the permutation looks at the lowest four bits */
typedef __m512i octaves;
static inline octaves octaves_of(lanes v) { return _mm512_srli_epi64((__m512i)v, 52); }
static inline lanes normal_term(int k, octaves row)
{
    return (lanes)_mm512_permutex2var_pd(_mm512_loadu_pd(dtn_normal_terms[k]), row,
                                         _mm512_loadu_pd(dtn_normal_terms[k] + 8));
}
/** Coefficients of t^i above and below, for each lane those of its octave. */
static inline void normal_terms(octaves row, int i, lanes *above, lanes *below)
{
    *above = normal_term(i, row);
    *below = i > 0 ? normal_term(DTN_NORMAL_DEGREE + i, row) : (lanes){0} + 1.0;
}
static inline int is_far(lanes v)
{
    return _mm512_cmp_pd_mask((__m512d)v, _mm512_set1_pd(DTN_NORMAL_LEAST), _CMP_NGE_UQ) != 0;
}
#else
typedef struct octaves {
    const double *row[LANES];
} octaves;
static inline octaves octaves_of(lanes v)
{
    const words octave = (words)v >> 52 & 15;
    octaves o;
    for (int i = 0; i < LANES; i++)
        o.row[i] = dtn_normal_rows[octave[i]];
    return o;
}
static inline void normal_terms(octaves o, int i, lanes *above, lanes *below)
{
    const int at = 2 * (DTN_NORMAL_DEGREE - i);
#if DTN_KERNEL_ISA == 2 || DTN_KERNEL_ISA == 3 /* lanes 0 and 2, and 1 and 3, beside each other */
    const __m256d even = _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_load_pd(o.row[0] + at)),
                                              _mm_load_pd(o.row[2] + at), 1);
    const __m256d odd = _mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_load_pd(o.row[1] + at)),
                                             _mm_load_pd(o.row[3] + at), 1);
    *above = (lanes)_mm256_unpacklo_pd(even, odd);
    *below = (lanes)_mm256_unpackhi_pd(even, odd);
#else
    const lanes first = load_lanes(o.row[0] + at), second = load_lanes(o.row[1] + at);
    *above = __builtin_shufflevector(first, second, 0, 2);
    *below = __builtin_shufflevector(first, second, 1, 3);
#endif
}
static inline int is_far(lanes v) { return any(~(truth)(v >= DTN_NORMAL_LEAST)); }
#endif

/** Far tails, lane by lane. */
static __attribute__((noinline, cold)) lanes mend_far(lanes u, lanes v, lanes z)
{
    for (int i = 0; i < LANES; i++)
        if (!(v[i] >= DTN_NORMAL_LEAST))
            z[i] = dtn_normal_quantile(u[i]);
    return z;
}

static inline lanes normal_lanes(lanes u)
{
    const lanes p = least_of(u, 1.0 - u), v = p * (1.0 - p);
    const lanes t =
        (lanes)(((words)v & UINT64_C(0xFFFFFFFFFFFFF)) | UINT64_C(0x3FF0000000000000)) - 1.0;
    const octaves row = octaves_of(v);
    lanes above, below, a, b;
    normal_terms(row, DTN_NORMAL_DEGREE, &above, &below);
    for (int i = DTN_NORMAL_DEGREE - 1; i >= 0; i--) {
        normal_terms(row, i, &a, &b);
        above = above * t + a;
        below = below * t + b;
    }
    const lanes z = (u - 0.5) * above / below;
    return is_far(v) ? mend_far(u, v, z) : z;
}

static void map_normal_quantile(size_t n, const double *u, double *out)
{
    map_lanes(n, u, out, normal_lanes);
}

#endif
