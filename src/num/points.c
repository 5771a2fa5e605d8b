/* Points of a design, each made from its number alone. */
#include "num/points.h"

#include "num/num.h"
#include "num/sobol_numbers.h"
#include "num/threefry.h"

/* ---- Sobol' -------------------------------------------------------------------------- */

uint32_t dtn_sobol_dims(void) { return DTN_SOBOL_DIMS; }

static uint32_t degree_of(uint32_t polynomial)
{
    uint32_t degree = 0;
    while (polynomial >> (degree + 1))
        degree++;
    return degree;
}

/* m_k = 2 a_1 m_(k-1) ^ 4 a_2 m_(k-2) ^ ... ^ 2^s m_(k-s) ^ m_(k-s) for k beyond the initial numbers; a direction is m_k
 * with its binary point before it (Bratley and Fox, ACM Trans. Math. Softw. 14, 1988). */
void dtn_sobol_directions(uint32_t dim, uint64_t out[DTN_SOBOL_BITS])
{
    const uint16_t *numbers = sobol_numbers;
    for (uint32_t d = 1; d < dim; d++)
        numbers += 1 + degree_of(*numbers);
    const uint32_t polynomial = dim ? *numbers : 1, s = degree_of(polynomial);
    for (uint32_t k = 0; k < DTN_SOBOL_BITS; k++) {
        if (k < s || dim == 0) {
            out[k] = (uint64_t)(dim ? numbers[1 + k] : 1) << (63 - k);
            continue;
        }
        out[k] = out[k - s] ^ out[k - s] >> s;
        for (uint32_t i = 1; i < s; i++)
            if (polynomial >> (s - i) & 1)
                out[k] ^= out[k - i];
    }
}

/* Words of the generator that no draw takes: its step and event are the largest there are. */
static void own_words(const dtn_points *p, uint64_t stream, uint64_t number, uint64_t out[2])
{
    out[0] = number;
    out[1] = UINT64_MAX;
    dtn_threefry_20(p->seed, stream, out);
}

static double sobol_at(const dtn_points *p, uint64_t stream, uint32_t dim, uint64_t point)
{
    const uint64_t *direction = p->directions + (uint64_t)dim * DTN_SOBOL_BITS;
    uint64_t word[2];
    own_words(p, stream, 0, word);
    for (uint32_t k = 0; k < DTN_SOBOL_BITS && point >> k; k++)
        if (point >> k & 1)
            word[0] ^= direction[k];
    return dtn_unit_from_word(word[0]);
}

/* ---- Latin hypercube ------------------------------------------------------------------- */

enum { ROUNDS = 6 };

static uint64_t mix(uint64_t z) /* the last steps of MurmurHash3 */
{
    z = (z ^ z >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
    z = (z ^ z >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
    return z ^ z >> 33;
}

/* A permutation of [0, n) with the stream's keys: a Feistel network over the next power of four, gone through again where
 * it leads outside of n (Black and Rogaway, CT-RSA 2002). */
static uint64_t place_of(const dtn_points *p, uint64_t stream, uint64_t i)
{
    uint64_t key[ROUNDS];
    uint32_t half = 1;
    while (half < 32 && (UINT64_C(1) << 2 * half) < p->n)
        half++;
    const uint64_t mask = (UINT64_C(1) << half) - 1;
    for (uint64_t k = 0; k < ROUNDS; k += 2)
        own_words(p, stream, k / 2, key + k);
    do {
        uint64_t left = i >> half, right = i & mask;
        for (int k = 0; k < ROUNDS; k++) {
            const uint64_t next = (left ^ mix(right + key[k])) & mask;
            left = right;
            right = next;
        }
        i = left << half | right;
    } while (i >= p->n);
    return i;
}

static double latin_at(const dtn_points *p, uint64_t stream, uint64_t point)
{
    const double within = dtn_uniform(p->seed, stream, point, 0, 0);
    const double u = ((double)place_of(p, stream, point) + within) / (double)p->n;
    return u < DTN_UNIFORM_MAX ? u : DTN_UNIFORM_MAX;
}

double dtn_points_at(const dtn_points *points, uint64_t stream, uint32_t dim, uint64_t run)
{
    const uint64_t point = points->repeat > 1 ? run / points->repeat : run;
    switch (points->kind) {
    case DTN_POINTS_LATIN: return latin_at(points, stream, point % points->n);
    case DTN_POINTS_SOBOL:
        return sobol_at(points, stream, dim, point & ((UINT64_C(1) << DTN_SOBOL_BITS) - 1));
    case DTN_POINTS_RANDOM: break;
    }
    return dtn_uniform(points->seed, stream, point, 0, 0);
}
