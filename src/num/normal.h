/** Standard normal quantiles for vectors of lanes: dtn_normal_quantile, operation by operation.
 *
 *  Included by kernel.c, once for each instruction set. AVX-512 has the 16 octaves of a coefficient in two
 *  registers and takes each lane's by a permutation; elsewhere lanes read their own.
 */
#ifndef DTN_NUM_NORMAL_H
#define DTN_NUM_NORMAL_H

#if DTN_KERNEL_ISA == 4 /* the permutation looks at the lowest four bits */
typedef __m512i octaves;
static inline octaves octaves_of(lanes v) { return _mm512_srli_epi64((__m512i)v, 52); }
static inline lanes normal_term(int k, octaves row)
{
    return (lanes)_mm512_permutex2var_pd(_mm512_loadu_pd(dtn_normal_terms[k]), row,
                                         _mm512_loadu_pd(dtn_normal_terms[k] + 8));
}
static inline int is_far(lanes v)
{
    return _mm512_cmp_pd_mask((__m512d)v, _mm512_set1_pd(DTN_NORMAL_LEAST), _CMP_NGE_UQ) != 0;
}
#else
typedef struct octaves {
    uint64_t row[LANES];
} octaves;
static inline octaves octaves_of(lanes v)
{
    octaves o;
    memcpy(&o, &v, sizeof o);
    for (int i = 0; i < LANES; i++)
        o.row[i] = o.row[i] >> 52 & 15;
    return o;
}
static inline lanes normal_term(int k, octaves o)
{
    lanes term = {0};
    for (int i = 0; i < LANES; i++)
        term[i] = dtn_normal_terms[k][o.row[i]];
    return term;
}
static inline int is_far(lanes v) { return any(~(truth)(v >= DTN_NORMAL_LEAST)); }
#endif

static inline lanes normal_lanes(lanes u)
{
    const lanes q = u - 0.5, p = least_of(u, 1.0 - u), v = p * (1.0 - p);
    const octaves row = octaves_of(v);
    const lanes t =
        (lanes)(((words)v & UINT64_C(0xFFFFFFFFFFFFF)) | UINT64_C(0x3FF0000000000000)) - 1.0;
    lanes above = normal_term(DTN_NORMAL_DEGREE, row);
    lanes below = normal_term(2 * DTN_NORMAL_DEGREE, row);
    for (int i = DTN_NORMAL_DEGREE - 1; i >= 0; i--)
        above = above * t + normal_term(i, row);
    for (int i = 2 * DTN_NORMAL_DEGREE - 1; i > DTN_NORMAL_DEGREE; i--)
        below = below * t + normal_term(i, row);
    lanes z = q * above / (below * t + 1.0);
    if (is_far(v))
        REST(~(truth)(v >= DTN_NORMAL_LEAST), z, dtn_normal_quantile(u[i]));
    return z;
}

static void map_normal_quantile(size_t n, const double *u, double *out)
{
    map_lanes(n, u, out, normal_lanes);
}

#endif
