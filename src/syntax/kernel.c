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

#if DTN_KERNEL_ISA == 4
#include <immintrin.h>
typedef __m512i lanes;
enum { N_LANE = 16 };
static inline lanes load(const void *p) { return _mm512_loadu_si512(p); }
static inline void store(void *p, lanes v) { _mm512_storeu_si512(p, v); }
static inline lanes both(int32_t x) { return _mm512_set1_epi32(x); }
static inline lanes multiply_add(lanes s, lanes a, lanes b)
{
    return _mm512_add_epi32(s, _mm512_madd_epi16(a, b));
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

/* ---- Products ------------------------------------------------------------------- */

/* out = out + scale_a scale (a w) for ROWS rows and COLUMNS lanes of columns from j on. */
#define BLOCK(ROWS, COLUMNS)                                                 \
    for (; i + (ROWS) <= n_row; i += (ROWS)) {                               \
        lanes s[ROWS][COLUMNS];                                              \
        memset(s, 0, sizeof s);                                              \
        for (uint32_t k = 0; k < n_in; k += 2) {                             \
            const int16_t *w = m->w + (size_t)k * n_out + 2 * j;             \
            lanes b[COLUMNS];                                                \
            for (uint32_t q = 0; q < (COLUMNS); q++)                         \
                b[q] = load(w + (size_t)2 * N_LANE * q);                     \
            for (uint32_t r = 0; r < (ROWS); r++) {                          \
                int32_t pair;                                                \
                memcpy(&pair, a + (size_t)(i + r) * a_row + k, sizeof pair); \
                const lanes x = both(pair);                                  \
                for (uint32_t q = 0; q < (COLUMNS); q++)                     \
                    s[r][q] = multiply_add(s[r][q], x, b[q]);                \
            }                                                                \
        }                                                                    \
        for (uint32_t r = 0; r < (ROWS); r++) {                              \
            int32_t sum[(COLUMNS)*N_LANE];                                   \
            for (uint32_t q = 0; q < (COLUMNS); q++)                         \
                store(sum + (size_t)q * N_LANE, s[r][q]);                    \
            float *to = out + (size_t)(i + r) * n_out + j;                   \
            const float by = a_scale[(i + r) * has_scales];                  \
            for (uint32_t q = 0; q < (COLUMNS)*N_LANE; q++)                  \
                to[q] = to[q] + (float)sum[q] * (by * m->scale[j + q]);      \
        }                                                                    \
    }

/* out[n_row][n_out] += a[n_row][n_in] times the matrix. a_scale: what 1 of a row of a stands for, one
 * for each row if has_scales, else one for all. n_out is a multiple of 32. */
static void multiply(uint32_t n_row, uint32_t n_in, uint32_t n_out, const int16_t *a,
                     uint32_t a_row, const float *a_scale, uint32_t has_scales,
                     const dtn_syn_matrix *m, float *out)
{
    for (uint32_t j = 0; j < n_out; j += 2 * N_LANE) {
        uint32_t i = 0;
        BLOCK(4, 2)
        BLOCK(1, 2)
    }
}

/* The same for one row of gates: more columns at once, since each weight is used but once. */
static void multiply_state(const int16_t *a, float a_scale_value, const dtn_syn_matrix *m,
                           float *out)
{
    const uint32_t n_row = 1, n_in = DTN_SYN_H, n_out = DTN_SYN_GATES, a_row = 0, has_scales = 0;
    const float *a_scale = &a_scale_value;
    for (uint32_t j = 0; j < n_out; j += 8 * N_LANE) {
        uint32_t i = 0;
        BLOCK(1, 8)
    }
}

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

#define X_ONE 4096.0f  /* what 1 is in 16 bits: embeddings reach to 8 */
#define H_ONE 32000.0f /* states lie in -1 to 1 */

static void embed(const dtn_syn_weights *w, dtn_syn_work *k)
{
    for (uint32_t i = 0; i < k->n; i++) {
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
            k->x[(size_t)i * DTN_SYN_X + j] = narrow(y);
        }
    }
}

static void add_bias(float *rows, const float *bias, uint32_t n, uint32_t width)
{
    for (uint32_t i = 0; i < n; i++)
        memcpy(rows + (size_t)i * width, bias, width * sizeof(float));
}

/* One LSTM over the sentence; its states to out[n][DTN_SYN_OUT], 16 bits. */
static void run_lstm(dtn_syn_work *k, const int16_t *in, uint32_t n_in, float in_scale,
                     const dtn_syn_matrix *wx, const dtn_syn_matrix *wh, const float *bias,
                     bool is_back, int16_t *out)
{
    float c[DTN_SYN_H] = {0};
    const int16_t *last = NULL;
    add_bias(k->gates, bias, k->n, DTN_SYN_GATES);
    multiply(k->n, n_in, DTN_SYN_GATES, in, n_in, &in_scale, 0, wx, k->gates);
    for (uint32_t t = 0; t < k->n; t++) {
        const uint32_t row = is_back ? k->n - 1 - t : t;
        float *z = k->gates + (size_t)row * DTN_SYN_GATES;
        int16_t *h = out + (size_t)row * DTN_SYN_OUT;
        if (last)
            multiply_state(last, 1 / H_ONE, wh, z);
        for (uint32_t j = 0; j < DTN_SYN_H; j++) {
            const float f = dtn_syn_sigmoid(z[j]), o = dtn_syn_sigmoid(z[DTN_SYN_H + j]);
            const float u = dtn_syn_tanh(z[2 * DTN_SYN_H + j]);
            c[j] = f * c[j] + (1 - f) * u;
            h[j] = narrow(o * dtn_syn_tanh(c[j]) * H_ONE);
        }
        last = h;
    }
}

static void layer(const dtn_syn_work *k, const int16_t *in, const dtn_syn_matrix *m,
                  const float *bias, uint32_t width, float *out)
{
    static const float scale = 1 / H_ONE;
    if (bias)
        add_bias(out, bias, k->n, width);
    multiply(k->n, DTN_SYN_OUT, width, in, DTN_SYN_OUT, &scale, 0, m, out);
}

static void squash(float *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        rows[i] = dtn_syn_leaky(rows[i]);
}

/* scores[dependent][head] = pair . head + prior . head */
static void score_arcs(const dtn_syn_weights *w, dtn_syn_work *k)
{
    const uint32_t n = k->n, pad = k->n_pad;
    for (uint32_t j = 0; j < DTN_SYN_ARC; j++) {
        float *row = k->turned + (size_t)j * pad;
        row[0] = w->arc_root[j];
        for (uint32_t h = 0; h < n; h++)
            row[h + 1] = k->head[(size_t)h * DTN_SYN_ARC + j];
    }
    for (uint32_t i = 0; i < n; i++) {
        float *to = k->scores + (size_t)i * pad;
        const float *pair = k->pair + (size_t)i * DTN_SYN_ARC;
        for (uint32_t j = 0; j < DTN_SYN_ARC; j++) {
            const float x = pair[j] + w->arc_prior[j], *row = k->turned + (size_t)j * pad;
            for (uint32_t h = 0; h < pad; h++)
                to[h] = to[h] + x * row[h];
        }
    }
}

static void encode(const dtn_syn_weights *w, dtn_syn_work *k)
{
    float scales[DTN_SYNTAX_MAX_WORDS];
    embed(w, k);
    run_lstm(k, k->x, DTN_SYN_X, 1 / X_ONE, &w->wx00, &w->wh00, w->b00, false, k->out0);
    run_lstm(k, k->x, DTN_SYN_X, 1 / X_ONE, &w->wx01, &w->wh01, w->b01, true, k->out0 + DTN_SYN_H);
    layer(k, k->out0, &w->tag, w->tag_bias, DTN_SYN_TAGS, k->tags);
    run_lstm(k, k->out0, DTN_SYN_OUT, 1 / H_ONE, &w->wx10, &w->wh10, w->b10, false, k->out1);
    run_lstm(k, k->out0, DTN_SYN_OUT, 1 / H_ONE, &w->wx11, &w->wh11, w->b11, true,
             k->out1 + DTN_SYN_H);
    layer(k, k->out1, &w->arc_dep, w->arc_dep_bias, DTN_SYN_ARC, k->dep);
    layer(k, k->out1, &w->arc_head, w->arc_head_bias, DTN_SYN_ARC, k->head);
    squash(k->dep, (size_t)k->n * DTN_SYN_ARC);
    squash(k->head, (size_t)k->n * DTN_SYN_ARC);
    narrow_rows(k->dep, k->n, DTN_SYN_ARC, k->narrow, scales);
    multiply(k->n, DTN_SYN_ARC, DTN_SYN_ARC, k->narrow, DTN_SYN_ARC, scales, 1, &w->arc_pair,
             k->pair);
    score_arcs(w, k);
    layer(k, k->out1, &w->label_dep, w->label_bias, DTN_SYN_LABEL, k->label_dep);
    layer(k, k->out1, &w->label_head, NULL, DTN_SYN_LABEL, k->label_head);
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
    multiply(k->n, DTN_SYN_LABEL, DTN_SYN_RELATIONS, k->narrow, DTN_SYN_LABEL, scales, 1,
             &w->label_out, k->relations);
}

extern const dtn_syn_kernel DTN_SYN_KERNEL;
const dtn_syn_kernel DTN_SYN_KERNEL = {encode, relations};
