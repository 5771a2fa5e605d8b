/* The network of one instruction set.
 *
 * meson.build compiles this file once for each, as src/num does, with -DDTN_KERNEL_ISA= its number and
 * -DDTN_SYN_KERNEL= the table's name. Products are of integers (16 bits by 8, kept in 16, summed in 32), which
 * any order of adding leaves the same; what is left, scaling and squashing, is plain operations on
 * floats, element by element, without fused multiply-add. So every instruction set gives the
 * same bits, and the scalar one is what the others are tested against.
 *
 * No sum overflows: at most 256 products of 127 and 32,767 come to 2^30.
 */
#include "syntax/inner.h"

#include <string.h>

#if DTN_KERNEL_ISA == 4 || DTN_KERNEL_ISA == 5
#include <immintrin.h>
typedef __m512i lanes;
enum { N_LANE = 16 };
static inline lanes load(const void *p) { return _mm512_loadu_si512(p); }
static inline void store(void *p, lanes v) { _mm512_storeu_si512(p, v); }
static inline lanes both(int32_t x) { return _mm512_set1_epi32(x); }
static inline lanes multiply_add(lanes s, lanes a, lanes b)
{
#if DTN_KERNEL_ISA == 5
    return _mm512_dpwssd_epi32(s, a, b); /* both in one, without saturating */
#else
    return _mm512_add_epi32(s, _mm512_madd_epi16(a, b));
#endif
}
#elif DTN_KERNEL_ISA == 3
#include <immintrin.h>
typedef __m256i lanes;
enum { N_LANE = 8 };
static inline lanes load(const void *p) { return _mm256_loadu_si256((const __m256i *)p); }
static inline void store(void *p, lanes v) { _mm256_storeu_si256((__m256i *)p, v); }
static inline lanes both(int32_t x) { return _mm256_set1_epi32(x); }
static inline lanes multiply_add(lanes s, lanes a, lanes b)
{
    return _mm256_add_epi32(s, _mm256_madd_epi16(a, b));
}
#elif DTN_KERNEL_ISA == 1 || DTN_KERNEL_ISA == 2
#include <emmintrin.h>
typedef __m128i lanes;
enum { N_LANE = 4 };
static inline lanes load(const void *p) { return _mm_loadu_si128((const __m128i *)p); }
static inline void store(void *p, lanes v) { _mm_storeu_si128((__m128i *)p, v); }
static inline lanes both(int32_t x) { return _mm_set1_epi32(x); }
static inline lanes multiply_add(lanes s, lanes a, lanes b)
{
    return _mm_add_epi32(s, _mm_madd_epi16(a, b));
}
#else
typedef int32_t lanes;
typedef struct lanes_pair {
    int16_t of[2];
} lanes_pair;
enum { N_LANE = 1 };
static inline lanes load(const void *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}
static inline void store(void *p, lanes v) { memcpy(p, &v, sizeof v); }
static inline lanes both(int32_t x) { return x; }
static inline lanes multiply_add(lanes s, lanes a, lanes b)
{
    lanes_pair x, y;
    memcpy(&x, &a, sizeof x);
    memcpy(&y, &b, sizeof y);
    return s + x.of[0] * y.of[0] + x.of[1] * y.of[1];
}
#endif

#define X_ONE 4096.0f  /* what 1 is in 16 bits: embeddings reach to 8 */
#define H_ONE 32000.0f /* states lie in -1 to 1 */

/* ---- Products ------------------------------------------------------------------- */

/* Sums of ROWS rows of whole numbers with COLUMNS lanes of columns from j on; `row` says where row r of them begins. */
#define SUMS(ROWS, COLUMNS, row)                             \
    lanes s[ROWS][COLUMNS];                                  \
    memset(s, 0, sizeof s);                                  \
    for (uint32_t k = 0; k < n_in; k += 2) {                 \
        const int16_t *w = m->w + (size_t)k * n_out + 2 * j; \
        lanes b[COLUMNS];                                    \
        for (uint32_t q = 0; q < (COLUMNS); q++)             \
            b[q] = load(w + (size_t)2 * N_LANE * q);         \
        for (uint32_t r = 0; r < (ROWS); r++) {              \
            int32_t pair;                                    \
            memcpy(&pair, (row) + k, sizeof pair);           \
            const lanes x = both(pair);                      \
            for (uint32_t q = 0; q < (COLUMNS); q++)         \
                s[r][q] = multiply_add(s[r][q], x, b[q]);    \
        }                                                    \
    }

/* to = from + scale (sum of row r) */
#define SCALED(COLUMNS, to, from, by)                                     \
    do {                                                                  \
        int32_t sum[(COLUMNS)*N_LANE];                                    \
        for (uint32_t q = 0; q < (COLUMNS); q++)                          \
            store(sum + (size_t)q * N_LANE, s[r][q]);                     \
        for (uint32_t q = 0; q < (COLUMNS)*N_LANE; q++)                   \
            (to)[q] = (from)[q] + (float)sum[q] * ((by)*m->scale[j + q]); \
    } while (0)

#define BLOCK(ROWS, COLUMNS)                                        \
    for (; i + (ROWS) <= n_row; i += (ROWS)) {                      \
        SUMS(ROWS, COLUMNS, a + (size_t)(i + r) * n_in)             \
        for (uint32_t r = 0; r < (ROWS); r++) {                     \
            float *to = out + (size_t)(i + r) * out_row + j;        \
            SCALED(COLUMNS, to, to, a_scale[(i + r) * has_scales]); \
        }                                                           \
    }

/* out[n_row][out_row] += a[n_row][n_in] times the matrix, in its first n_out columns. a_scale: what 1 of a row of a
 * stands for, one for each row if has_scales, else one for all. n_out is a multiple of 32. */
static void multiply(uint32_t n_row, uint32_t n_in, uint32_t n_out, const int16_t *a,
                     const float *a_scale, uint32_t has_scales, const dtn_syn_matrix *m, float *out,
                     size_t out_row)
{
    for (uint32_t j = 0; j < n_out; j += 2 * N_LANE) {
        uint32_t i = 0;
        BLOCK(4, 2)
        BLOCK(1, 2)
    }
}

/* z = in + (states times the matrix), for one row of gates of each of ROWS sentences. */
#define STATES(ROWS, COLUMNS)                                                          \
    static void multiply_##ROWS(const int16_t *const *states, const dtn_syn_matrix *m, \
                                const float *const *in, float(*z)[DTN_SYN_GATES])      \
    {                                                                                  \
        const uint32_t n_in = DTN_SYN_H, n_out = DTN_SYN_GATES;                        \
        const float by = 1 / H_ONE;                                                    \
        for (uint32_t j = 0; j < n_out; j += (COLUMNS)*N_LANE) {                       \
            SUMS(ROWS, COLUMNS, states[r])                                             \
            for (uint32_t r = 0; r < (ROWS); r++)                                      \
                SCALED(COLUMNS, z[r] + j, in[r] + j, by);                              \
        }                                                                              \
    }
STATES(1, 8)
STATES(2, 4)
#if DTN_KERNEL_ISA >= 4 /* there are twice the registers */
STATES(3, 4)
STATES(4, 4)
#else
STATES(3, 2)
STATES(4, 2)
#endif

static inline int16_t narrow(float x) { return (int16_t)(int32_t)(x + (x < 0 ? -0.5f : 0.5f)); }

/* Rows of floats to 16 bits, each with the scale that its greatest element asks for. */
static void narrow_rows(const float *rows, uint32_t n, uint32_t width, int16_t *out, float *scales)
{
    for (uint32_t i = 0; i < n; i++) {
        const float *from = rows + (size_t)i * width;
        float most = 1e-6f;
        for (uint32_t j = 0; j < width; j++) {
            const float size = from[j] < 0 ? -from[j] : from[j];
            most = size > most ? size : most;
        }
        const float by = 32000.0f / most;
        for (uint32_t j = 0; j < width; j++)
            out[(size_t)i * width + j] = narrow(from[j] * by);
        scales[i] = most / 32000.0f;
    }
}

/* ---- Layers ---------------------------------------------------------------------- */

static void embed(const dtn_syn_weights *w, const dtn_syn_work *k, uint32_t i, int16_t *out)
{
    float x[DTN_SYN_X] = {0};
    const int8_t *e = w->words + (size_t)k->row[i] * DTN_SYN_WORD;
    for (uint32_t j = 0; j < DTN_SYN_WORD; j++)
        x[j] = (float)e[j] * w->word_scale[k->row[i]];
    for (uint32_t a = 0; a < DTN_SYN_N_AFFIX; a++) {
        const uint32_t row = k->words[i].affix[a];
        e = w->affixes + (size_t)row * DTN_SYN_AFFIX;
        for (uint32_t j = 0; j < DTN_SYN_AFFIX; j++)
            x[DTN_SYN_WORD + j] = x[DTN_SYN_WORD + j] + (float)e[j] * w->affix_scale[row];
    }
    for (uint32_t j = 0; j < DTN_SYN_X; j++) {
        float y = x[j] * X_ONE;
        y = y > 32000.0f ? 32000.0f : y;
        y = y < -32000.0f ? -32000.0f : y;
        out[j] = narrow(y);
    }
}

static void add_bias(float *rows, const float *bias, uint32_t n, uint32_t width)
{
    for (uint32_t i = 0; i < n; i++)
        memcpy(rows + (size_t)i * width, bias, width * sizeof(float));
}

/* The words that are not known yet. */
static void first_layer(const dtn_syn_weights *w, dtn_syn_work *k)
{
    static const float scale = 1 / X_ONE;
    uint32_t n = 0;
    for (uint32_t i = 0; i < k->n; i++) {
        if (k->known[i])
            continue;
        embed(w, k, i, k->x + (size_t)n * DTN_SYN_X);
        memcpy(k->first[n][0], w->b00, sizeof k->first[n][0]);
        memcpy(k->first[n][1], w->b01, sizeof k->first[n][1]);
        k->known[i] = (const dtn_syn_first *)&k->first[n++];
    }
    if (n == 0)
        return;
    multiply(n, DTN_SYN_X, DTN_SYN_GATES, k->x, &scale, 0, &w->wx00, k->first[0][0],
             (size_t)2 * DTN_SYN_GATES);
    multiply(n, DTN_SYN_X, DTN_SYN_GATES, k->x, &scale, 0, &w->wx01, k->first[0][1],
             (size_t)2 * DTN_SYN_GATES);
}

/* The second layer's sums in one direction, before the states. */
static void second_layer(dtn_syn_work *k, const dtn_syn_matrix *wx, const float *bias)
{
    static const float scale = 1 / H_ONE;
    add_bias(k->gates, bias, k->n, DTN_SYN_GATES);
    multiply(k->n, DTN_SYN_OUT, DTN_SYN_GATES, k->out0, &scale, 0, wx, k->gates, DTN_SYN_GATES);
}

static void next_state(const float *z, float *c, int16_t *h)
{
    for (uint32_t j = 0; j < DTN_SYN_H; j++) {
        const float f = dtn_syn_sigmoid(z[j]), o = dtn_syn_sigmoid(z[DTN_SYN_H + j]);
        const float u = dtn_syn_tanh(z[2 * DTN_SYN_H + j]);
        c[j] = f * c[j] + (1 - f) * u;
        h[j] = narrow(o * dtn_syn_tanh(c[j]) * H_ONE);
    }
}

/* One LSTM over each sentence of a group, all at the same word at a time: their states share the weights while these
 * are near. Its states to out0 or out1, 16 bits, on the right where it is_back. */
static void run_lstm(dtn_syn_work *ks, uint32_t n_work, const dtn_syn_matrix *wh, bool is_second,
                     bool is_back)
{
    float c[DTN_SYN_GROUP][DTN_SYN_H] = {0}, z[DTN_SYN_GROUP][DTN_SYN_GATES];
    const int16_t *last[DTN_SYN_GROUP];
    for (uint32_t t = 0;; t++) {
        uint32_t n = 0, group[DTN_SYN_GROUP];
        const float *in[DTN_SYN_GROUP];
        int16_t *h[DTN_SYN_GROUP];
        for (uint32_t g = 0; g < n_work; g++) {
            const dtn_syn_work *k = &ks[g];
            if (t >= k->n)
                continue;
            const uint32_t row = is_back ? k->n - 1 - t : t;
            in[n] = is_second ? k->gates + (size_t)row * DTN_SYN_GATES : (*k->known[row])[is_back];
            h[n] = (is_second ? k->out1 : k->out0) + (size_t)row * DTN_SYN_OUT +
                   (is_back ? DTN_SYN_H : 0);
            last[n] = is_back ? h[n] + DTN_SYN_OUT : h[n] - DTN_SYN_OUT;
            group[n++] = g;
        }
        if (n == 0)
            return;
        switch (t > 0 ? n : 0) { /* at the first word there is no state before */
        case 1: multiply_1(last, wh, in, z); break;
        case 2: multiply_2(last, wh, in, z); break;
        case 3: multiply_3(last, wh, in, z); break;
        case 4: multiply_4(last, wh, in, z); break;
        default: break;
        }
        for (uint32_t i = 0; i < n; i++)
            next_state(t > 0 ? z[i] : in[i], c[group[i]], h[i]);
    }
}

static void layer(const dtn_syn_work *k, const int16_t *in, const dtn_syn_matrix *m,
                  const float *bias, uint32_t width, float *out)
{
    static const float scale = 1 / H_ONE;
    if (bias)
        add_bias(out, bias, k->n, width);
    else
        memset(out, 0, (size_t)k->n * width * sizeof *out);
    multiply(k->n, DTN_SYN_OUT, width, in, &scale, 0, m, out, width);
}

static void squash(float *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        rows[i] = dtn_syn_leaky(rows[i]);
}

/* scores[dependent][head] = pair . head + prior . head, for `n_row` dependents from i on and sixteen heads from h on */
static inline void score_block(dtn_syn_work *k, uint32_t i, uint32_t n_row, uint32_t h)
{
    float s[4][16] = {0};
    for (uint32_t j = 0; j < DTN_SYN_ARC; j++) {
        const float *row = k->turned + (size_t)j * k->n_pad + h;
        for (uint32_t r = 0; r < n_row; r++) {
            const float x = k->pair[(size_t)(i + r) * DTN_SYN_ARC + j];
            for (uint32_t q = 0; q < 16; q++)
                s[r][q] = s[r][q] + x * row[q];
        }
    }
    for (uint32_t r = 0; r < n_row; r++)
        memcpy(k->scores + (size_t)(i + r) * k->n_pad + h, s[r], sizeof s[r]);
}

static void score_arcs(const dtn_syn_weights *w, dtn_syn_work *k)
{
    const uint32_t n = k->n, pad = k->n_pad;
    for (uint32_t j = 0; j < DTN_SYN_ARC; j++) {
        float *row = k->turned + (size_t)j * pad;
        row[0] = w->arc_root[j];
        for (uint32_t h = 0; h < n; h++)
            row[h + 1] = k->head[(size_t)h * DTN_SYN_ARC + j];
        memset(row + n + 1, 0, (pad - n - 1) * sizeof *row);
    }
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < DTN_SYN_ARC; j++)
            k->pair[(size_t)i * DTN_SYN_ARC + j] += w->arc_prior[j];
    for (uint32_t h = 0; h < pad; h += 16) {
        uint32_t i = 0;
        for (; i + 4 <= n; i += 4)
            score_block(k, i, 4, h);
        for (; i < n; i++)
            score_block(k, i, 1, h);
    }
}

static void find_arcs(const dtn_syn_weights *w, dtn_syn_work *k)
{
    float scales[DTN_SYNTAX_MAX_WORDS];
    layer(k, k->out1, &w->arc_dep, w->arc_dep_bias, DTN_SYN_ARC, k->dep);
    layer(k, k->out1, &w->arc_head, w->arc_head_bias, DTN_SYN_ARC, k->head);
    squash(k->dep, (size_t)k->n * DTN_SYN_ARC);
    squash(k->head, (size_t)k->n * DTN_SYN_ARC);
    narrow_rows(k->dep, k->n, DTN_SYN_ARC, k->narrow, scales);
    memset(k->pair, 0, (size_t)k->n * DTN_SYN_ARC * sizeof *k->pair);
    multiply(k->n, DTN_SYN_ARC, DTN_SYN_ARC, k->narrow, scales, 1, &w->arc_pair, k->pair,
             DTN_SYN_ARC);
    score_arcs(w, k);
}

static void encode(const dtn_syn_weights *w, dtn_syn_work *ks, uint32_t n)
{
    for (uint32_t g = 0; g < n; g++)
        first_layer(w, &ks[g]);
    run_lstm(ks, n, &w->wh00, false, false);
    run_lstm(ks, n, &w->wh01, false, true);
    for (uint32_t g = 0; g < n; g++) {
        layer(&ks[g], ks[g].out0, &w->tag, w->tag_bias, DTN_SYN_TAGS, ks[g].tags);
        second_layer(&ks[g], &w->wx10, w->b10);
    }
    run_lstm(ks, n, &w->wh10, true, false);
    for (uint32_t g = 0; g < n; g++)
        second_layer(&ks[g], &w->wx11, w->b11);
    run_lstm(ks, n, &w->wh11, true, true);
    for (uint32_t g = 0; g < n; g++) {
        dtn_syn_work *k = &ks[g];
        find_arcs(w, k);
        layer(k, k->out1, &w->label_dep, w->label_bias, DTN_SYN_LABEL, k->label_dep);
        layer(k, k->out1, &w->label_head, NULL, DTN_SYN_LABEL, k->label_head);
    }
}

static void relations(const dtn_syn_weights *w, dtn_syn_work *k)
{
    float scales[DTN_SYNTAX_MAX_WORDS];
    for (uint32_t i = 0; i < k->n; i++) {
        float *to = k->label_dep + (size_t)i * DTN_SYN_LABEL;
        const float *head =
            k->heads[i] ? k->label_head + (size_t)(k->heads[i] - 1) * DTN_SYN_LABEL : w->label_root;
        for (uint32_t j = 0; j < DTN_SYN_LABEL; j++)
            to[j] = to[j] + head[j];
    }
    squash(k->label_dep, (size_t)k->n * DTN_SYN_LABEL);
    narrow_rows(k->label_dep, k->n, DTN_SYN_LABEL, k->narrow, scales);
    add_bias(k->relations, w->label_out_bias, k->n, DTN_SYN_RELATIONS);
    multiply(k->n, DTN_SYN_LABEL, DTN_SYN_RELATIONS, k->narrow, scales, 1, &w->label_out,
             k->relations, DTN_SYN_RELATIONS);
}

extern const dtn_syn_kernel DTN_SYN_KERNEL;
const dtn_syn_kernel DTN_SYN_KERNEL = {encode, relations};
