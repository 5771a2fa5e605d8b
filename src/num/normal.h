/** Standard normal quantiles for vectors of lanes: dtn_normal_quantile, operation by operation.
 *
 *  Included by kernel.c, once for each instruction set. AVX-512 has the 16 octaves of a coefficient in two
 *  registers and takes each lane's by a permutation; elsewhere each lane reads the row of its octave, two coefficients at a
 *  time, and the lanes' are put beside each other.
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
/** The polynomials above and below, of each lane's octave. */
static inline void normal_sides(octaves row, lanes t, lanes *above, lanes *below)
{
    *above = normal_term(DTN_NORMAL_DEGREE, row);
    *below = normal_term(2 * DTN_NORMAL_DEGREE, row);
    for (int i = DTN_NORMAL_DEGREE - 1; i >= 0; i--) {
        *above = *above * t + normal_term(i, row);
        *below = *below * t + (i > 0 ? normal_term(DTN_NORMAL_DEGREE + i, row) : (lanes){0} + 1.0);
    }
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
/* Both polynomials of a lane go side by side, as their coefficients lie in the row; lanes 0 and 2, and 1 and 3, in a
 * vector of four. */
#if DTN_KERNEL_ISA == 2 || DTN_KERNEL_ISA == 3
static inline lanes terms_from(octaves o, int lane, int i)
{
    const int at = 2 * (DTN_NORMAL_DEGREE - i);
    return (lanes)_mm256_insertf128_pd(_mm256_castpd128_pd256(_mm_load_pd(o.row[lane] + at)),
                                       _mm_load_pd(o.row[lane + 2] + at), 1);
}
#define TWICE_EVEN(t) __builtin_shufflevector(t, t, 0, 0, 2, 2)
#define TWICE_ODD(t) __builtin_shufflevector(t, t, 1, 1, 3, 3)
#define FIRST_OF_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 4, 2, 6)
#define SECOND_OF_PAIRS(a, b) __builtin_shufflevector(a, b, 1, 5, 3, 7)
#else
static inline lanes terms_from(octaves o, int lane, int i)
{
    return load_lanes(o.row[lane] + 2 * (DTN_NORMAL_DEGREE - i));
}
#define TWICE_EVEN(t) __builtin_shufflevector(t, t, 0, 0)
#define TWICE_ODD(t) __builtin_shufflevector(t, t, 1, 1)
#define FIRST_OF_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 2)
#define SECOND_OF_PAIRS(a, b) __builtin_shufflevector(a, b, 1, 3)
#endif
static inline void normal_sides(octaves row, lanes t, lanes *above, lanes *below)
{
    const lanes t_even = TWICE_EVEN(t), t_odd = TWICE_ODD(t);
    lanes even = terms_from(row, 0, DTN_NORMAL_DEGREE), odd = terms_from(row, 1, DTN_NORMAL_DEGREE);
    for (int i = DTN_NORMAL_DEGREE - 1; i >= 0; i--) {
        even = even * t_even + terms_from(row, 0, i);
        odd = odd * t_odd + terms_from(row, 1, i);
    }
    *above = FIRST_OF_PAIRS(even, odd);
    *below = SECOND_OF_PAIRS(even, odd);
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

static inline lanes normal_v(lanes u)
{
    const lanes p = least_of(u, 1.0 - u);
    return p * (1.0 - p);
}

/** The place in the octave, from 0 to 1. */
static inline lanes normal_t(lanes v)
{
    return (lanes)(((words)v & UINT64_C(0xFFFFFFFFFFFFF)) | UINT64_C(0x3FF0000000000000)) - 1.0;
}

static inline lanes normal_of(lanes u, octaves row, lanes t)
{
    lanes above, below;
    normal_sides(row, t, &above, &below);
    return (u - 0.5) * above / below;
}

static inline lanes normal_lanes(lanes u)
{
    const lanes v = normal_v(u), z = normal_of(u, octaves_of(v), normal_t(v));
    return is_far(v) ? mend_far(u, v, z) : z;
}

/** Of n lanes up to BLOCK, a multiple of LANES: the octaves of all first, so that the polynomials do not wait. */
static void normal_block(size_t n, const double *u, double *out)
{
    lanes t[BLOCK / LANES];
    octaves row[BLOCK / LANES];
    int far = 0;
    for (size_t i = 0; i < n; i += LANES) {
        const lanes v = normal_v(load_lanes(u + i));
        t[i / LANES] = normal_t(v);
        row[i / LANES] = octaves_of(v);
        far |= is_far(v);
    }
    for (size_t i = 0; i < n; i += LANES) {
        const lanes x = load_lanes(u + i);
        lanes z = normal_of(x, row[i / LANES], t[i / LANES]);
        if (far)
            z = mend_far(x, normal_v(x), z);
        memcpy(out + i, &z, sizeof z);
    }
}

static void map_normal_quantile(size_t n, const double *u, double *out)
{
    size_t i = 0;
    for (; i + LANES <= n; i += BLOCK) {
        const size_t left = (n - i) / LANES * LANES;
        normal_block(left < BLOCK ? left : BLOCK, u + i, out + i);
    }
    i = n / LANES * LANES;
    map_lanes(n - i, u + i, out + i, normal_lanes);
}

#endif
