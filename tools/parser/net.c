/* The network in floats, forwards and backwards.
 *
 * Sentences of a pass are laid one after the other, a row a word, so that everything but the
 * LSTMs' recurrence is a product of large matrices; the recurrence walks all sentences at once,
 * longest first, those still running being the first rows of its state. Written for one purpose:
 * there is no graph, each layer has its own few lines back.
 *
 * LSTM with the input gate coupled to the forget gate (Greff et al. 2017), biaffine heads (Dozat
 * and Manning 2017), relations by one hidden layer over dependent and head (Kiperwasser and
 * Goldberg 2016), tags from the first layer (Soegaard and Goldberg 2016).
 */
#include "net.h"

#include "gemm.h"

#include <stdlib.h>

enum {
    X = DTN_SYN_X,
    H = DTN_SYN_H,
    G = DTN_SYN_GATES,
    O = DTN_SYN_OUT,
    A = DTN_SYN_ARC,
    L = DTN_SYN_LABEL,
    R = DTN_SYN_RELATIONS,
    T = DTN_SYN_TAGS,
    V = VECTOR_WIDTH
};

static void *need(size_t n)
{
    void *p = aligned_alloc(64, (n + 63) / 64 * 64 + 64);
    if (!p)
        abort(); /* a tool for the developer's desk */
    memset(p, 0, n);
    return p;
}

/* ---- Chance: SplitMix64 ----------------------------------------------------- */

static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static float uniform(uint64_t *state) { return (float)(draw(state) >> 40) * 0x1p-24f; }

/* ---- Weights ------------------------------------------------------------------ */

static void fill(float *w, size_t n, float half_width, uint64_t *state)
{
    for (size_t i = 0; i < n; i++)
        w[i] = (2 * uniform(state) - 1) * half_width;
}

void net_init(float_net *net, size_t n_word, const vector_table *vectors, uint64_t seed)
{
    net->n_word = n_word + 1;
    net->base = (uint32_t)n_word;
    net->vectors = vectors;
    net->map = need((size_t)V * DTN_SYN_WORD * sizeof(float));
    net->w = need(sizeof *net->w);
    net->turned = need(sizeof *net->turned);
    net->words = need(net->n_word * DTN_SYN_WORD * sizeof(float));
    net->affixes = need((size_t)DTN_SYN_BUCKETS * DTN_SYN_AFFIX * sizeof(float));
    net_dense *w = net->w;
#define MATRIX(name, rows, columns) \
    fill(w->name, (rows) * (columns), 2.4f / __builtin_sqrtf((rows) + (columns)), &seed);
    DTN_SYN_MATRICES(MATRIX)
#undef MATRIX
    fill(net->words, net->n_word * DTN_SYN_WORD, 0.2f, &seed);
    fill(net->affixes, (size_t)DTN_SYN_BUCKETS * DTN_SYN_AFFIX, 0.1f, &seed);
    fill(net->map, (size_t)V * DTN_SYN_WORD, 0.1f, &seed);
    fill(w->arc_root, A, 0.5f, &seed);
    fill(w->label_root, L, 0.5f, &seed);
    for (size_t i = 0; i < H; i++)
        w->b00[i] = w->b01[i] = w->b10[i] = w->b11[i] = 1;
    net_turn(net);
}

void net_free(float_net *net)
{
    free(net->w);
    free(net->turned);
    free(net->words);
    free(net->affixes);
    free(net->map);
}

static void turn(const float *from, float *to, size_t rows, size_t columns)
{
    for (size_t i = 0; i < rows; i += 16)
        for (size_t j = 0; j < columns; j++)
            for (size_t k = i; k < i + 16; k++)
                to[j * rows + k] = from[k * columns + j];
}

void net_turn(float_net *net)
{
#define MATRIX(name, rows, columns) turn(net->w->name, net->turned->name, rows, columns);
    DTN_SYN_MATRICES(MATRIX)
#undef MATRIX
}

void net_gradient_init(net_gradient *g, const float_net *net)
{
    memset(g, 0, sizeof *g);
    g->w = need(sizeof *g->w);
    g->words = need(net->n_word * DTN_SYN_WORD * sizeof(float));
    g->affixes = need((size_t)DTN_SYN_BUCKETS * DTN_SYN_AFFIX * sizeof(float));
    g->map = need((size_t)V * DTN_SYN_WORD * sizeof(float));
    g->touched_words = need(net->n_word * sizeof(uint32_t));
    g->touched_affixes = need(DTN_SYN_BUCKETS * sizeof(uint32_t));
    g->is_word = need(net->n_word);
    g->is_affix = need(DTN_SYN_BUCKETS);
}

void net_gradient_free(net_gradient *g)
{
    free(g->w);
    free(g->words);
    free(g->affixes);
    free(g->map);
    free(g->touched_words);
    free(g->touched_affixes);
    free(g->is_word);
    free(g->is_affix);
}

/* ---- Work space ----------------------------------------------------------------- */

/* Rows of a pass, [n_row][width]. The formatter takes the list for a nested expression, differently
 * each time. */
/* clang-format off */
#define WORK_ARRAYS(ARRAY)                                                                        \
    ARRAY(vector, V) ARRAY(x, X) ARRAY(dx, X) ARRAY(out0, O) ARRAY(out1, O) ARRAY(dout0, O) ARRAY(dout1, O)        \
    ARRAY(gate0, G) ARRAY(gate1, G) ARRAY(gate2, G) ARRAY(gate3, G) ARRAY(cell0, H)               \
    ARRAY(cell1, H) ARRAY(cell2, H) ARRAY(cell3, H) ARRAY(tanh0, H) ARRAY(tanh1, H)               \
    ARRAY(tanh2, H) ARRAY(tanh3, H) ARRAY(last0, H) ARRAY(last1, H) ARRAY(last2, H)               \
    ARRAY(last3, H) ARRAY(tag, T) ARRAY(dep, A) ARRAY(head, A) ARRAY(pair, A) ARRAY(ddep, A)      \
    ARRAY(dhead, A) ARRAY(dpair, A) ARRAY(ldep, L) ARRAY(lhead, L) ARRAY(dldep, L)                \
    ARRAY(dlhead, L) ARRAY(hidden, L) ARRAY(dhidden, L) ARRAY(label, R) ARRAY(mdep, A)            \
    ARRAY(mhead, A)
/* clang-format on */

struct net_work {
#define ARRAY(name, width) float *name;
    WORK_ARRAYS(ARRAY)
#undef ARRAY
    float *state_h, *state_c, *step, *mask_h; /* [n_sentence] rows of H, H, G, H */
    float *mask_out0, *mask_out1, *mask_x;    /* [n_sentence] */
    float *scores, *turned;                   /* one sentence's: [n][n_pad], [A][n_pad] */
    size_t cap_row, cap_sentence, *offset;
    uint32_t *row; /* of words, after word dropout */
    bool *is_out;
    bool *is_bare, *is_strange; /* without its vector; as nothing that was ever written */
};

net_work *net_work_new(void)
{
    net_work *k = need(sizeof *k);
    k->scores = need(sizeof(float) * (DTN_SYNTAX_MAX_WORDS + 1) * (DTN_SYNTAX_MAX_WORDS + 40));
    k->turned = need(sizeof(float) * A * (DTN_SYNTAX_MAX_WORDS + 40));
    return k;
}

static void work_free_rows(net_work *k)
{
#define ARRAY(name, width) free(k->name);
    WORK_ARRAYS(ARRAY)
#undef ARRAY
    free(k->row);
    free(k->is_out);
    free(k->is_bare);
    free(k->is_strange);
}

static void work_free_sentences(net_work *k)
{
    free(k->state_h);
    free(k->state_c);
    free(k->step);
    free(k->mask_h);
    free(k->mask_out0);
    free(k->mask_out1);
    free(k->mask_x);
    free(k->offset);
}

void net_work_delete(net_work *k)
{
    work_free_rows(k);
    work_free_sentences(k);
    free(k->scores);
    free(k->turned);
    free(k);
}

static void work_fit(net_work *k, size_t n_row, size_t n_sentence)
{
    if (n_row > k->cap_row) {
        work_free_rows(k);
        n_row += n_row / 4;
#define ARRAY(name, width) k->name = need(n_row * (width) * sizeof(float));
        WORK_ARRAYS(ARRAY)
#undef ARRAY
        k->row = need(n_row * sizeof *k->row);
        k->is_out = need(n_row);
        k->is_bare = need(n_row);
        k->is_strange = need(n_row);
        k->cap_row = n_row;
    }
    if (n_sentence > k->cap_sentence) {
        work_free_sentences(k);
        k->state_h = need(n_sentence * H * sizeof(float));
        k->state_c = need(n_sentence * H * sizeof(float));
        k->step = need(n_sentence * G * sizeof(float));
        k->mask_h = need(n_sentence * 4 * H * sizeof(float));
        k->mask_out0 = need(n_sentence * O * sizeof(float));
        k->mask_out1 = need(n_sentence * O * sizeof(float));
        k->mask_x = need(n_sentence * X * sizeof(float));
        k->offset = need((n_sentence + 1) * sizeof(size_t));
        k->cap_sentence = n_sentence;
    }
}

static void draw_mask(float *mask, size_t n, float p, uint64_t *state)
{
    const float keep = 1 / (1 - p);
    for (size_t i = 0; i < n; i++)
        mask[i] = p > 0 && uniform(state) < p ? 0 : keep;
}

/* ---- Layers ------------------------------------------------------------------------ */

typedef struct pass {
    const float_net *net;
    net_work *k;
    const tree_sentence *const *sentences;
    size_t n, n_row;
    net_gradient *g; /* NULL: forward alone */
} pass;

typedef struct lstm { /* one layer, one direction */
    const float *in, *wx, *wh, *bias, *wx_turned, *wh_turned, *mask_h;
    float *gate, *cell, *tanh, *last, *out, *din, *dout, *dwx, *dwh, *dbias;
    size_t n_in;
    bool is_back;
} lstm;

static void bias_rows(float *rows, const float *bias, size_t n, size_t width)
{
    for (size_t i = 0; i < n; i++)
        memcpy(rows + i * width, bias, width * sizeof(float));
}

static void bias_back(float *dbias, const float *drows, size_t n, size_t width)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < width; j++)
            dbias[j] += drows[i * width + j];
}

static size_t row_at(const pass *p, size_t s, size_t t, bool is_back)
{
    return p->k->offset[s] + (is_back ? p->sentences[s]->n - 1 - t : t);
}

static size_t running(const pass *p, size_t t)
{
    size_t m = 0;
    while (m < p->n && p->sentences[m]->n > t)
        m++;
    return m;
}

static void lstm_forward(const pass *p, const lstm *l)
{
    net_work *k = p->k;
    bias_rows(l->gate, l->bias, p->n_row, G);
    gemm(p->n_row, G, l->n_in, l->in, l->n_in, 1, l->wx, G, l->gate, G);
    memset(k->state_h, 0, p->n * H * sizeof(float));
    memset(k->state_c, 0, p->n * H * sizeof(float));
    for (size_t t = 0; t < p->sentences[0]->n; t++) {
        const size_t m = running(p, t);
        for (size_t s = 0; s < m; s++) {
            const size_t row = row_at(p, s, t, l->is_back);
            memcpy(k->step + s * G, l->gate + row * G, G * sizeof(float));
            for (size_t j = 0; j < H && p->g; j++)
                k->state_h[s * H + j] *= l->mask_h[s * H + j];
            memcpy(l->last + row * H, k->state_h + s * H, H * sizeof(float));
        }
        gemm(m, G, H, k->state_h, H, 1, l->wh, G, k->step, G);
        for (size_t s = 0; s < m; s++) {
            const size_t row = row_at(p, s, t, l->is_back);
            float *g = l->gate + row * G, *c = l->cell + row * H, *th = l->tanh + row * H;
            float *h = l->out + row * O, *hs = k->state_h + s * H, *cs = k->state_c + s * H;
            const float *z = k->step + s * G;
            for (size_t j = 0; j < H; j++) {
                const float f = dtn_syn_sigmoid(z[j]), o = dtn_syn_sigmoid(z[H + j]);
                const float u = dtn_syn_tanh(z[2 * H + j]);
                g[j] = f;
                g[H + j] = o;
                g[2 * H + j] = u;
                c[j] = cs[j] = f * cs[j] + (1 - f) * u;
                th[j] = dtn_syn_tanh(c[j]);
                h[j] = hs[j] = o * th[j];
            }
        }
    }
}

/* Back through time; gates' places take the gradients of what came before the squashing. */
static void lstm_back(const pass *p, const lstm *l)
{
    net_work *k = p->k;
    memset(k->state_h, 0, p->n * H * sizeof(float)); /* gradients of h and c from the later step */
    memset(k->state_c, 0, p->n * H * sizeof(float));
    for (size_t t = p->sentences[0]->n; t-- > 0;) {
        const size_t m = running(p, t);
        for (size_t s = 0; s < m; s++) {
            const size_t row = row_at(p, s, t, l->is_back);
            float *g = l->gate + row * G, *dh = k->state_h + s * H, *dc = k->state_c + s * H;
            const float *th = l->tanh + row * H, *dout = l->dout + row * O;
            const float *before = t > 0 ? l->cell + row_at(p, s, t - 1, l->is_back) * H : NULL;
            for (size_t j = 0; j < H; j++) {
                const float f = g[j], o = g[H + j], u = g[2 * H + j], h = dout[j] + dh[j];
                const float c = dc[j] + h * o * (1 - th[j] * th[j]), old = before ? before[j] : 0;
                g[j] = c * (old - u) * f * (1 - f);
                g[H + j] = h * th[j] * o * (1 - o);
                g[2 * H + j] = c * (1 - f) * (1 - u * u);
                dc[j] = c * f;
                dh[j] = 0;
            }
            memcpy(k->step + s * G, g, G * sizeof(float));
        }
        gemm(m, H, G, k->step, G, 1, l->wh_turned, H, k->state_h, H);
        for (size_t s = 0; s < m; s++)
            for (size_t j = 0; j < H; j++)
                k->state_h[s * H + j] *= l->mask_h[s * H + j];
    }
    gemm(H, G, p->n_row, l->last, 1, H, l->gate, G, l->dwh, G);
    gemm(l->n_in, G, p->n_row, l->in, 1, l->n_in, l->gate, G, l->dwx, G);
    bias_back(l->dbias, l->gate, p->n_row, G);
    gemm(p->n_row, l->n_in, G, l->gate, G, 1, l->wx_turned, l->n_in, l->din, l->n_in);
}

static void lstms(const pass *p, lstm out[4])
{
    net_work *k = p->k;
    const net_dense *w = p->net->w, *t = p->net->turned;
    net_dense *d = p->g ? p->g->w : NULL;
#define LSTM(i, name, input, dinput, output, doutput, width, half) \
    out[i] = (lstm){.in = (input),                                 \
                    .wx = w->wx##name,                             \
                    .wh = w->wh##name,                             \
                    .bias = w->b##name,                            \
                    .wx_turned = t->wx##name,                      \
                    .wh_turned = t->wh##name,                      \
                    .mask_h = k->mask_h + (i)*p->n * H,            \
                    .gate = k->gate##i,                            \
                    .cell = k->cell##i,                            \
                    .tanh = k->tanh##i,                            \
                    .last = k->last##i,                            \
                    .out = (output) + (half)*H,                    \
                    .din = (dinput),                               \
                    .dout = (doutput) + (half)*H,                  \
                    .dwx = d ? d->wx##name : NULL,                 \
                    .dwh = d ? d->wh##name : NULL,                 \
                    .dbias = d ? d->b##name : NULL,                \
                    .n_in = (width),                               \
                    .is_back = (half) == 1}
    LSTM(0, 00, k->x, k->dx, k->out0, k->dout0, X, 0);
    LSTM(1, 01, k->x, k->dx, k->out0, k->dout0, X, 1);
    LSTM(2, 10, k->out0, k->dout0, k->out1, k->dout1, O, 0);
    LSTM(3, 11, k->out0, k->dout0, k->out1, k->dout1, O, 1);
}

static void mask_rows(const pass *p, float *rows, const float *masks, size_t width)
{
    for (size_t s = 0; s < p->n; s++)
        for (size_t i = p->k->offset[s]; i < p->k->offset[s + 1]; i++)
            for (size_t j = 0; j < width; j++)
                rows[i * width + j] *= masks[s * width + j];
}

/* Whether a word's feature is left out: itself where it has no row, what is long of it where it is strange. */
static bool is_left_out(const net_work *k, size_t row, size_t feature)
{
    return (feature == 1 && k->is_out[row]) ||
           (k->is_strange[row] && ((feature >= 2 && feature <= 4) || feature >= 8));
}

static void embed(const pass *p)
{
    const vector_table *vectors = p->net->vectors;
    for (size_t s = 0; s < p->n; s++) {
        for (size_t i = 0; i < p->sentences[s]->n; i++) {
            const size_t row = p->k->offset[s] + i;
            const tree_word *word = &p->sentences[s]->words[i];
            float *x = p->k->x + row * X;
            memcpy(x, p->net->words + (size_t)p->k->row[row] * DTN_SYN_WORD,
                   DTN_SYN_WORD * sizeof(float));
            memset(x + DTN_SYN_WORD, 0, DTN_SYN_AFFIX * sizeof(float));
            for (size_t a = 0; a < DTN_SYN_N_AFFIX; a++) {
                if (is_left_out(p->k, row, a))
                    continue;
                const float *e = p->net->affixes + (size_t)word->features.affix[a] * DTN_SYN_AFFIX;
                for (size_t j = 0; j < DTN_SYN_AFFIX; j++)
                    x[DTN_SYN_WORD + j] += e[j];
            }
            const uint32_t vector = p->k->is_bare[row] ? 0 : word->vector;
            memcpy(p->k->vector + row * V, vectors->rows + (size_t)vector * V, V * sizeof(float));
        }
    }
    gemm(p->n_row, DTN_SYN_WORD, V, p->k->vector, V, 1, p->net->map, DTN_SYN_WORD, p->k->x, X);
}

static float *touch(float *table, uint32_t row, size_t width, uint8_t *is, uint32_t *list,
                    size_t *n)
{
    if (!is[row]) {
        is[row] = 1;
        list[(*n)++] = row;
    }
    return table + row * width;
}

static void embed_back(const pass *p)
{
    net_gradient *g = p->g;
    gemm(V, DTN_SYN_WORD, p->n_row, p->k->vector, 1, V, p->k->dx, X, g->map, DTN_SYN_WORD);
    for (size_t s = 0; s < p->n; s++) {
        for (size_t i = 0; i < p->sentences[s]->n; i++) {
            const size_t row = p->k->offset[s] + i;
            const tree_word *word = &p->sentences[s]->words[i];
            const float *dx = p->k->dx + row * X;
            float *e = touch(g->words, p->k->row[row], DTN_SYN_WORD, g->is_word, g->touched_words,
                             &g->n_touched_word);
            for (size_t j = 0; j < DTN_SYN_WORD; j++)
                e[j] += dx[j];
            for (size_t a = 0; a < DTN_SYN_N_AFFIX; a++) {
                if (is_left_out(p->k, row, a))
                    continue;
                e = touch(g->affixes, word->features.affix[a], DTN_SYN_AFFIX, g->is_affix,
                          g->touched_affixes, &g->n_touched_affix);
                for (size_t j = 0; j < DTN_SYN_AFFIX; j++)
                    e[j] += dx[DTN_SYN_WORD + j];
            }
        }
    }
}

/* ---- Losses -------------------------------------------------------------------------- */

/* e^x by powers of two and a Taylor polynomial. */
static float exponential(float x)
{
    if (x < -80)
        return 0;
    const float t = x * 1.44269504f;
    const int whole = (int)(t < 0 ? t - 0.5f : t + 0.5f);
    const float f = (t - (float)whole) * 0.69314718f;
    const float y =
        1 +
        f * (1 + f * (1.0f / 2 + f * (1.0f / 6 + f * (1.0f / 24 + f * (1.0f / 120 + f / 720)))));
    const union {
        int i;
        float f;
    } power = {.i = (whole + 127) << 23};
    return y * power.f;
}

/* Cross entropy of a row of n scores; the row becomes its gradient times scale. Returns the loss. */
static double softmax_loss(float *z, size_t n, size_t gold, float scale)
{
    float most = z[0], sum = 0;
    for (size_t i = 1; i < n; i++)
        most = z[i] > most ? z[i] : most;
    for (size_t i = 0; i < n; i++)
        sum += z[i] = exponential(z[i] - most);
    for (size_t i = 0; i < n; i++)
        z[i] /= sum;
    const double loss = -__builtin_log((double)z[gold] + 1e-30);
    for (size_t i = 0; i < n; i++)
        z[i] *= scale;
    z[gold] -= scale;
    return loss;
}

static size_t greatest(const float *z, size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (z[i] > z[best])
            best = i;
    return best;
}

static void tag_loss(const pass *p, const treebank *bank, float scale, net_sums *sums)
{
    const net_dense *w = p->net->w;
    net_work *k = p->k;
    bias_rows(k->tag, w->tag_bias, p->n_row, T);
    gemm(p->n_row, T, O, k->out0, O, 1, w->tag, T, k->tag, T);
    for (size_t s = 0; s < p->n; s++) {
        for (size_t i = 0; i < p->sentences[s]->n; i++) {
            const tree_word *word = &p->sentences[s]->words[i];
            float *z = k->tag + (k->offset[s] + i) * T;
            const size_t best = greatest(z, bank->n_tag);
            sums->n_upos += bank->tag_upos[best] == word->upos;
            sums->n_xpos += bank->tag_xpos[best] == word->xpos;
            if (p->g) {
                sums->loss += softmax_loss(z, bank->n_tag, word->tag, scale);
                memset(z + bank->n_tag, 0, (T - bank->n_tag) * sizeof(float));
            }
        }
    }
    if (!p->g)
        return;
    gemm(O, T, p->n_row, k->out0, 1, O, k->tag, T, p->g->w->tag, T);
    bias_back(p->g->w->tag_bias, k->tag, p->n_row, T);
    gemm(p->n_row, O, T, k->tag, T, 1, p->net->turned->tag, O, k->dout0, O);
}

/* rows = leaky(in W + b), with dropout by a mask for each element in training. */
static void layer(const pass *p, const float *w, const float *bias, float *rows, size_t width)
{
    bias_rows(rows, bias, p->n_row, width);
    gemm(p->n_row, width, O, p->k->out1, O, 1, w, width, rows, width);
}

static void squash(const pass *p, float *rows, float *mask, size_t width, float drop,
                   uint64_t *state)
{
    if (p->g)
        draw_mask(mask, p->n_row * width, drop, state);
    for (size_t i = 0; i < p->n_row * width; i++)
        rows[i] = dtn_syn_leaky(rows[i]) * (p->g ? mask[i] : 1);
}

static void squash_back(const pass *p, const float *rows, const float *mask, float *drows,
                        size_t width)
{
    for (size_t i = 0; i < p->n_row * width; i++)
        drows[i] *= mask[i] * (rows[i] > 0 ? 1 : 0.1f);
}

static void layer_back(const pass *p, const float *turned, float *drows, float *dw, float *dbias,
                       size_t width)
{
    gemm(O, width, p->n_row, p->k->out1, 1, O, drows, width, dw, width);
    bias_back(dbias, drows, p->n_row, width);
    gemm(p->n_row, O, width, drows, width, 1, turned, O, p->k->dout1, O);
}

/* Scores of one sentence: [n][n_pad], column 0 the root, column h the word h. */
static size_t arc_scores(const pass *p, size_t s)
{
    net_work *k = p->k;
    const net_dense *w = p->net->w;
    const size_t n = p->sentences[s]->n, n_pad = (n + 1 + 31) / 32 * 32, at = k->offset[s];
    float prior[DTN_SYNTAX_MAX_WORDS + 40] = {0};
    for (size_t j = 0; j < A; j++) {
        float *row = k->turned + j * n_pad;
        memset(row, 0, n_pad * sizeof(float));
        row[0] = w->arc_root[j];
        for (size_t h = 0; h < n; h++)
            row[h + 1] = k->head[(at + h) * A + j];
        for (size_t h = 0; h <= n; h++)
            prior[h] += w->arc_prior[j] * row[h];
    }
    bias_rows(k->scores, prior, n, n_pad);
    gemm(n, n_pad, A, k->pair + at * A, A, 1, k->turned, n_pad, k->scores, n_pad);
    return n_pad;
}

static void arc_scores_back(const pass *p, size_t s, size_t n_pad)
{
    net_work *k = p->k;
    net_dense *d = p->g->w;
    const net_dense *w = p->net->w;
    const size_t n = p->sentences[s]->n, at = k->offset[s];
    const float *pair = k->pair + at * A, *head = k->head + at * A;
    float *dhead = k->dhead + at * A, *dpair = k->dpair + at * A;
    gemm(1, A, n, k->scores, 1, n_pad, pair, A, d->arc_root, A);
    gemm(n, A, n, k->scores + 1, 1, n_pad, pair, A, dhead, A);
    gemm(n, A, n, k->scores + 1, n_pad, 1, head, A, dpair, A);
    for (size_t i = 0; i < n; i++) {
        const float *z = k->scores + i * n_pad;
        for (size_t j = 0; j < A; j++)
            dpair[i * A + j] += z[0] * w->arc_root[j];
        for (size_t h = 0; h <= n; h++)
            for (size_t j = 0; j < A; j++) {
                const float *row = h ? head + (h - 1) * A : w->arc_root;
                d->arc_prior[j] += z[h] * row[j];
                if (h)
                    dhead[(h - 1) * A + j] += z[h] * w->arc_prior[j];
                else
                    d->arc_root[j] += z[h] * w->arc_prior[j];
            }
    }
}

/* Heads; in training the gold head is what relations are learned on, else the best one. */
static void head_loss(const pass *p, float scale, net_sums *sums, uint16_t *heads)
{
    net_work *k = p->k;
    memset(k->pair, 0, p->n_row * A * sizeof(float));
    gemm(p->n_row, A, A, k->dep, A, 1, p->net->w->arc_pair, A, k->pair, A);
    for (size_t s = 0; s < p->n; s++) {
        const size_t n = p->sentences[s]->n, n_pad = arc_scores(p, s);
        for (size_t i = 0; i < n; i++) {
            float *z = k->scores + i * n_pad;
            const size_t gold = p->sentences[s]->words[i].head;
            z[i + 1] = -1e9f; /* not its own head */
            const size_t best = greatest(z, n + 1);
            sums->n_head += best == gold;
            heads[k->offset[s] + i] = (uint16_t)(p->g ? gold : best);
            if (p->g) {
                sums->loss += softmax_loss(z, n + 1, gold, scale);
                memset(z + n + 1, 0, (n_pad - n - 1) * sizeof(float));
            }
        }
        if (p->g)
            arc_scores_back(p, s, n_pad);
    }
    if (!p->g)
        return;
    gemm(A, A, p->n_row, k->dep, 1, A, k->dpair, A, p->g->w->arc_pair, A);
    gemm(p->n_row, A, A, k->dpair, A, 1, p->net->turned->arc_pair, A, k->ddep, A);
}

static void relation_loss(const pass *p, const treebank *bank, const uint16_t *heads, float scale,
                          net_sums *sums, float drop, uint64_t *state)
{
    net_work *k = p->k;
    const net_dense *w = p->net->w;
    for (size_t s = 0; s < p->n; s++)
        for (size_t i = k->offset[s]; i < k->offset[s + 1]; i++) {
            const float *head =
                heads[i] ? k->lhead + (k->offset[s] + heads[i] - 1) * L : w->label_root;
            for (size_t j = 0; j < L; j++)
                k->hidden[i * L + j] = k->ldep[i * L + j] + head[j];
        }
    squash(p, k->hidden, k->mdep, L, drop, state);
    bias_rows(k->label, w->label_out_bias, p->n_row, R);
    gemm(p->n_row, R, L, k->hidden, L, 1, w->label_out, R, k->label, R);
    for (size_t s = 0; s < p->n; s++)
        for (size_t i = 0; i < p->sentences[s]->n; i++) {
            const tree_word *word = &p->sentences[s]->words[i];
            const size_t row = k->offset[s] + i;
            float *z = k->label + row * R;
            const size_t best = greatest(z, bank->relations.n);
            sums->n_labelled += heads[row] == word->head && best == word->relation;
            if (p->g) {
                sums->loss += softmax_loss(z, bank->relations.n, word->relation, scale);
                memset(z + bank->relations.n, 0, (R - bank->relations.n) * sizeof(float));
            }
        }
    if (!p->g)
        return;
    net_dense *d = p->g->w;
    gemm(L, R, p->n_row, k->hidden, 1, L, k->label, R, d->label_out, R);
    bias_back(d->label_out_bias, k->label, p->n_row, R);
    memset(k->dhidden, 0, p->n_row * L * sizeof(float));
    gemm(p->n_row, L, R, k->label, R, 1, p->net->turned->label_out, L, k->dhidden, L);
    squash_back(p, k->hidden, k->mdep, k->dhidden, L);
    memcpy(k->dldep, k->dhidden, p->n_row * L * sizeof(float));
    memset(k->dlhead, 0, p->n_row * L * sizeof(float));
    for (size_t s = 0; s < p->n; s++)
        for (size_t i = k->offset[s]; i < k->offset[s + 1]; i++) {
            float *to = heads[i] ? k->dlhead + (k->offset[s] + heads[i] - 1) * L : d->label_root;
            for (size_t j = 0; j < L; j++)
                to[j] += k->dhidden[i * L + j];
        }
}

/* ---- The pass --------------------------------------------------------------------------- */

/* Words that no list has are rare ones, and most of them name things. */
static float bare_rate(const treebank *bank, const net_dropout *drop, const tree_word *word,
                       float count)
{
    const char *upos = bank->upos.items[bank->tag_upos[word->tag]];
    const bool is_name = strcmp(upos, "NOUN") == 0 || strcmp(upos, "PROPN") == 0;
    return (is_name ? drop->bare : drop->bare / 3) * 8 / (8 + count);
}

static void begin(const pass *p, const treebank *bank, const net_dropout *drop, uint64_t *state)
{
    net_work *k = p->k;
    for (size_t s = 0; s < p->n; s++)
        for (size_t i = 0; i < p->sentences[s]->n; i++) {
            const size_t row = k->offset[s] + i;
            const tree_word *word = &p->sentences[s]->words[i];
            k->row[row] = word->row == 0 && word->vector ? p->net->base : word->row;
            k->is_out[row] = k->is_bare[row] = k->is_strange[row] = false;
            if (!p->g)
                continue;
            const float count = (float)bank->count[word->row];
            const float out = drop->word / (drop->word + count) + 0.04f;
            k->is_out[row] = uniform(state) < out;
            k->is_bare[row] = k->is_out[row] && uniform(state) < bare_rate(bank, drop, word, count);
            k->is_strange[row] = k->is_bare[row] && uniform(state) < drop->strange;
            if (k->is_out[row])
                k->row[row] = k->is_bare[row] || !word->vector ? 0 : p->net->base;
        }
    if (!p->g)
        return;
    draw_mask(k->mask_x, p->n * X, drop->input, state);
    draw_mask(k->mask_out0, p->n * O, drop->hidden, state);
    draw_mask(k->mask_out1, p->n * O, drop->hidden, state);
    draw_mask(k->mask_h, p->n * 4 * H, drop->recurrent, state);
}

static void clear_gradients(const pass *p)
{
    net_work *k = p->k;
    memset(k->dx, 0, p->n_row * X * sizeof(float));
    memset(k->dout0, 0, p->n_row * O * sizeof(float));
    memset(k->dout1, 0, p->n_row * O * sizeof(float));
    memset(k->ddep, 0, p->n_row * A * sizeof(float));
    memset(k->dhead, 0, p->n_row * A * sizeof(float));
    memset(k->dpair, 0, p->n_row * A * sizeof(float));
}

static void heads_and_relations(const pass *p, const treebank *bank, const net_dropout *drop,
                                uint64_t *state, float scale, net_sums *sums)
{
    net_work *k = p->k;
    const net_dense *w = p->net->w, *t = p->net->turned;
    uint16_t *heads = need(p->n_row * sizeof *heads);
    layer(p, w->arc_dep, w->arc_dep_bias, k->dep, A);
    layer(p, w->arc_head, w->arc_head_bias, k->head, A);
    squash(p, k->dep, k->mdep, A, drop ? drop->head : 0, state);
    squash(p, k->head, k->mhead, A, drop ? drop->head : 0, state);
    head_loss(p, scale, sums, heads);
    if (p->g) {
        net_dense *d = p->g->w;
        squash_back(p, k->dep, k->mdep, k->ddep, A);
        squash_back(p, k->head, k->mhead, k->dhead, A);
        layer_back(p, t->arc_dep, k->ddep, d->arc_dep, d->arc_dep_bias, A);
        layer_back(p, t->arc_head, k->dhead, d->arc_head, d->arc_head_bias, A);
    }
    layer(p, w->label_dep, w->label_bias, k->ldep, L);
    memset(k->lhead, 0, p->n_row * L * sizeof(float));
    gemm(p->n_row, L, O, k->out1, O, 1, w->label_head, L, k->lhead, L);
    relation_loss(p, bank, heads, scale, sums, drop ? drop->head : 0, state);
    if (p->g) {
        net_dense *d = p->g->w;
        layer_back(p, t->label_dep, k->dldep, d->label_dep, d->label_bias, L);
        gemm(O, L, p->n_row, k->out1, 1, O, k->dlhead, L, d->label_head, L);
        gemm(p->n_row, O, L, k->dlhead, L, 1, t->label_head, O, k->dout1, O);
    }
    free(heads);
}

void net_pass(const float_net *net, net_work *k, const treebank *bank,
              const tree_sentence *const *sentences, size_t n, const net_dropout *drop,
              uint64_t seed, float scale, net_gradient *gradient, net_sums *sums)
{
    pass p = {.net = net, .k = k, .sentences = sentences, .n = n, .g = gradient};
    for (size_t s = 0; s < n; s++)
        p.n_row += sentences[s]->n;
    if (n == 0)
        return;
    work_fit(k, p.n_row, n);
    k->offset[0] = 0;
    for (size_t s = 0; s < n; s++)
        k->offset[s + 1] = k->offset[s] + sentences[s]->n;
    sums->n += p.n_row;
    begin(&p, bank, drop, &seed);
    if (gradient)
        clear_gradients(&p);
    lstm l[4];
    lstms(&p, l);
    embed(&p);
    if (gradient)
        mask_rows(&p, k->x, k->mask_x, X);
    lstm_forward(&p, &l[0]);
    lstm_forward(&p, &l[1]);
    if (gradient)
        mask_rows(&p, k->out0, k->mask_out0, O);
    tag_loss(&p, bank, scale, sums);
    lstm_forward(&p, &l[2]);
    lstm_forward(&p, &l[3]);
    if (gradient)
        mask_rows(&p, k->out1, k->mask_out1, O);
    heads_and_relations(&p, bank, drop, &seed, scale, sums);
    if (!gradient)
        return;
    mask_rows(&p, k->dout1, k->mask_out1, O);
    lstm_back(&p, &l[2]);
    lstm_back(&p, &l[3]);
    mask_rows(&p, k->dout0, k->mask_out0, O);
    lstm_back(&p, &l[0]);
    lstm_back(&p, &l[1]);
    mask_rows(&p, k->dx, k->mask_x, X);
    embed_back(&p);
}
