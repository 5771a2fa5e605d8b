/* make train-parser: treebanks in, reader/weights/syntax.bin out.
 *
 * usage: train_parser [--epochs N] [--share K] [--quiet] [--vectors FILE] --out FILE --train FILE...
 *                     [--dev FILE]
 *
 * Adam on batches of about 600 words, the rate falling linearly to nothing. A batch is worked on in
 * two parts, each by a thread of its own with a gradient of its own, added in a fixed order:
 * same seed, same compiler, same bytes. --share K keeps every K-th sentence: what continuous
 * integration trains. The weights of the last epoch are written: nothing is chosen by the dev file,
 * which only gives the figures printed. A tenth of the sentences, others in each epoch, are made terse.
 */
#include "lemmas.h"
#include "net.h"
#include "terse.h"
#include "write.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { N_PART = 2, BATCH_WORDS = 600, POOL = 16 /* batches sorted by length together */ };

#define TERSE_SHARE 0.1f

typedef struct settings {
    const char *out, *train[8], *dev, *vectors;
    size_t n_train, share;
    uint32_t epochs;
    bool is_quiet;
} settings;

typedef struct adam {
    float *m, *v;
} adam;

typedef struct trainer {
    settings set;
    treebank bank;
    tree_list train, terse, dev; /* terse: [train.n], of no words where there is none */
    vector_table vectors;
    float_net net;
    net_gradient part[N_PART];
    net_work *work[N_PART];
    adam dense, words, affixes, map;
    uint64_t step, n_step;
    const tree_sentence **order; /* [train.n] */
    size_t *batch;               /* where batches begin in order, [n_batch + 1] */
    size_t n_batch;
    uint64_t chance;
} trainer;

static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* ---- Batches -------------------------------------------------------------------- */

static int by_length(const void *a, const void *b)
{
    const tree_sentence *x = *(const tree_sentence *const *)a,
                        *y = *(const tree_sentence *const *)b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static void shuffle_sentences(trainer *t)
{
    for (size_t i = 0; i < t->train.n; i++) {
        const bool is_terse = (float)(draw(&t->chance) >> 40) * 0x1p-24f < TERSE_SHARE;
        t->order[i] = is_terse && t->terse.items[i].n ? &t->terse.items[i] : &t->train.items[i];
    }
    for (size_t i = t->train.n; i-- > 1;) {
        const size_t k = draw(&t->chance) % (i + 1);
        const tree_sentence *other = t->order[i];
        t->order[i] = t->order[k];
        t->order[k] = other;
    }
}

static void make_batches(trainer *t)
{
    shuffle_sentences(t);
    t->n_batch = 0;
    for (size_t i = 0; i < t->train.n;) {
        size_t end = i, words = 0;
        while (end < t->train.n && words < (size_t)BATCH_WORDS * POOL)
            words += t->order[end++]->n;
        qsort(t->order + i, end - i, sizeof *t->order, by_length);
        for (size_t k = i; k < end;) {
            t->batch[t->n_batch++] = k;
            for (words = 0; k < end && words < BATCH_WORDS; k++)
                words += t->order[k]->n;
        }
        i = end;
    }
    t->batch[t->n_batch] = t->train.n;
}

typedef struct job {
    trainer *t;
    const tree_sentence **sentences;
    size_t n, part;
    uint64_t seed;
    float scale;
    net_sums sums;
} job;

static void *run_job(void *data)
{
    job *j = data;
    const net_dropout drop = {.input = 0.15f,
                              .recurrent = 0.2f,
                              .hidden = 0.33f,
                              .head = 0.33f,
                              .word = 0.25f,
                              .bare = 0.7f,
                              .strange = 0.6f};
    net_pass(&j->t->net, j->t->work[j->part], &j->t->bank, j->sentences, j->n, &drop, j->seed,
             j->scale, &j->t->part[j->part], &j->sums);
    return NULL;
}

/* ---- Adam --------------------------------------------------------------------------- */

typedef struct rate {
    float step, m_fix, v_fix;
} rate;

static void adam_row(float *w, float *g0, float *g1, float *m, float *v, size_t n, rate r)
{
    for (size_t i = 0; i < n; i++) {
        const float g = g0[i] + g1[i];
        m[i] = 0.9f * m[i] + 0.1f * g;
        v[i] = 0.98f * v[i] + 0.02f * g * g;
        w[i] -= r.step * (m[i] * r.m_fix) / (__builtin_sqrtf(v[i] * r.v_fix) + 1e-8f);
        g0[i] = g1[i] = 0;
    }
}

static void adam_table(float *w, adam a, size_t width, float *g0, float *g1, const uint32_t *rows,
                       size_t n, uint8_t *is, uint8_t *is_other, rate r)
{
    for (size_t i = 0; i < n; i++) {
        const size_t at = rows[i] * width;
        if (!is[rows[i]])
            continue; /* the other part's list had it too */
        is[rows[i]] = is_other[rows[i]] = 0;
        adam_row(w + at, g0 + at, g1 + at, a.m + at, a.v + at, width, r);
    }
}

static float power(double base, uint64_t n)
{
    double p = 1;
    for (; n; n >>= 1, base *= base)
        if (n & 1)
            p *= base;
    return (float)p;
}

static void update(trainer *t)
{
    net_gradient *a = &t->part[0], *b = &t->part[1];
    t->step++;
    const float left = 1 - (float)t->step / (float)t->n_step, begun = (float)t->step / 100;
    const rate r = {.step = 2e-3f * (begun < 1 ? begun : 1) * (left > 0 ? left : 0),
                    .m_fix = 1 / (1 - power(0.9, t->step)),
                    .v_fix = 1 / (1 - power(0.98, t->step))};
    adam_row((float *)t->net.w, (float *)a->w, (float *)b->w, t->dense.m, t->dense.v, N_DENSE, r);
    adam_row(t->net.map, a->map, b->map, t->map.m, t->map.v, (size_t)VECTOR_WIDTH * DTN_SYN_WORD,
             r);
    adam_table(t->net.words, t->words, DTN_SYN_WORD, a->words, b->words, a->touched_words,
               a->n_touched_word, a->is_word, b->is_word, r);
    adam_table(t->net.words, t->words, DTN_SYN_WORD, a->words, b->words, b->touched_words,
               b->n_touched_word, b->is_word, a->is_word, r);
    adam_table(t->net.affixes, t->affixes, DTN_SYN_AFFIX, a->affixes, b->affixes,
               a->touched_affixes, a->n_touched_affix, a->is_affix, b->is_affix, r);
    adam_table(t->net.affixes, t->affixes, DTN_SYN_AFFIX, a->affixes, b->affixes,
               b->touched_affixes, b->n_touched_affix, b->is_affix, a->is_affix, r);
    for (size_t p = 0; p < N_PART; p++)
        t->part[p].n_touched_word = t->part[p].n_touched_affix = 0;
    net_turn(&t->net);
}

/* ---- Epochs --------------------------------------------------------------------------- */

static void run_batch(trainer *t, size_t begin, size_t end, net_sums *sums)
{
    job jobs[N_PART];
    const tree_sentence **parted = malloc((end - begin) * sizeof *parted);
    if (!parted)
        abort();
    size_t n_word = 0, at = 0;
    for (size_t i = begin; i < end; i++)
        n_word += t->order[i]->n;
    for (size_t p = 0; p < N_PART; p++) {
        jobs[p] = (job){.t = t,
                        .sentences = parted + at,
                        .part = p,
                        .seed = draw(&t->chance),
                        .scale = 1 / (float)n_word};
        for (size_t i = begin + p; i < end; i += N_PART)
            parted[at++] = t->order[i];
        jobs[p].n = (size_t)(parted + at - jobs[p].sentences);
    }
    pthread_t thread;
    const bool is_two = pthread_create(&thread, NULL, run_job, &jobs[1]) == 0;
    run_job(&jobs[0]);
    if (is_two)
        pthread_join(thread, NULL);
    else
        run_job(&jobs[1]);
    update(t);
    for (size_t p = 0; p < N_PART; p++) {
        sums->loss += jobs[p].sums.loss;
        sums->n += jobs[p].sums.n;
    }
    free(parted);
}

static net_sums score(trainer *t, const tree_list *list)
{
    net_sums sums = {0};
    for (size_t i = 0; i < list->n; i++) {
        const tree_sentence *one = &list->items[i];
        net_pass(&t->net, t->work[0], &t->bank, &one, 1, NULL, 0, 0, NULL, &sums);
    }
    return sums;
}

static void run_epoch(trainer *t, uint32_t epoch)
{
    make_batches(t);
    if (t->n_step == 0)
        t->n_step = (uint64_t)t->n_batch * t->set.epochs;
    net_sums sums = {0};
    for (size_t left = t->n_batch; left > 0; left--) { /* batches in random order */
        const size_t i = draw(&t->chance) % t->n_batch;
        run_batch(t, t->batch[i], t->batch[i + 1], &sums);
    }
    if (t->set.is_quiet)
        return;
    fprintf(stderr, "epoch %2u of %u: loss %.4f a word", epoch + 1, t->set.epochs,
            sums.loss / (double)sums.n);
    if (t->dev.n) {
        const net_sums d = score(t, &t->dev);
        const double n = (double)d.n / 100;
        fprintf(stderr, "; dev UPOS %.2f XPOS %.2f UAS %.2f LAS %.2f", (double)d.n_upos / n,
                (double)d.n_xpos / n, (double)d.n_head / n, (double)d.n_labelled / n);
    }
    fprintf(stderr, "; %.0f s of processor time\n", (double)clock() / CLOCKS_PER_SEC);
}

static adam adam_new(size_t n)
{
    adam a = {calloc(n, sizeof(float)), calloc(n, sizeof(float))};
    if (!a.m || !a.v)
        abort();
    return a;
}

static void adam_free(adam a)
{
    free(a.m);
    free(a.v);
}

static void train(trainer *t)
{
    t->chance = 20261126;
    net_init(&t->net, t->bank.n_word, &t->vectors, 1);
    t->dense = adam_new(N_DENSE);
    t->words = adam_new(t->net.n_word * DTN_SYN_WORD);
    t->affixes = adam_new((size_t)DTN_SYN_BUCKETS * DTN_SYN_AFFIX);
    t->map = adam_new((size_t)VECTOR_WIDTH * DTN_SYN_WORD);
    for (size_t p = 0; p < N_PART; p++) {
        net_gradient_init(&t->part[p], &t->net);
        t->work[p] = net_work_new();
    }
    t->order = calloc(t->train.n + 1, sizeof *t->order);
    t->batch = calloc(t->train.n + 2, sizeof *t->batch);
    if (!t->order || !t->batch)
        abort();
    for (uint32_t e = 0; e < t->set.epochs; e++)
        run_epoch(t, e);
    free(t->order);
    free(t->batch);
    adam_free(t->dense);
    adam_free(t->words);
    adam_free(t->affixes);
    adam_free(t->map);
    for (size_t p = 0; p < N_PART; p++) {
        net_gradient_free(&t->part[p]);
        net_work_delete(t->work[p]);
    }
}

/* ---- Command line ---------------------------------------------------------------------- */

static bool read_settings(int n, char **args, settings *s)
{
    *s = (settings){.share = 1, .epochs = 20};
    for (int i = 1; i < n; i++) {
        const bool has_value = i + 1 < n;
        if (strcmp(args[i], "--quiet") == 0)
            s->is_quiet = true;
        else if (strcmp(args[i], "--epochs") == 0 && has_value)
            s->epochs = (uint32_t)atoi(args[++i]);
        else if (strcmp(args[i], "--share") == 0 && has_value)
            s->share = (size_t)atoi(args[++i]);
        else if (strcmp(args[i], "--vectors") == 0 && has_value)
            s->vectors = args[++i];
        else if (strcmp(args[i], "--out") == 0 && has_value)
            s->out = args[++i];
        else if (strcmp(args[i], "--dev") == 0 && has_value)
            s->dev = args[++i];
        else if (strcmp(args[i], "--train") == 0 && has_value && s->n_train < 8)
            s->train[s->n_train++] = args[++i];
        else
            return false;
    }
    return s->out && s->n_train && s->share >= 1 && s->epochs >= 1;
}

static void thin(tree_list *list, size_t share)
{
    size_t n = 0;
    for (size_t i = 0; i < list->n; i += share)
        list->items[n++] = list->items[i];
    list->n = n;
}

static void set_rows(const trainer *t, tree_list *list)
{
    treebank_rows(&t->bank, list);
    for (size_t i = 0; i < list->n; i++)
        for (uint32_t k = 0; k < list->items[i].n; k++) {
            tree_word *word = &list->items[i].words[k];
            word->vector = vectors_find(&t->vectors, word->features.word);
        }
}

int main(int n_args, char **args)
{
    static trainer t;
    if (!read_settings(n_args, args, &t.set)) {
        fprintf(
            stderr,
            "usage: train_parser [--epochs N] [--share K] [--quiet] [--vectors FILE] --out FILE "
            "--train FILE [--train FILE]... [--dev FILE]\n");
        return 2;
    }
    treebank_init(&t.bank);
    for (size_t i = 0; i < t.set.n_train; i++)
        if (!treebank_read(&t.bank, t.set.train[i], &t.train))
            return 4;
    thin(&t.train, t.set.share);
    if (!vectors_read(&t.bank, t.set.vectors, &t.vectors))
        return 4;
    treebank_count(&t.bank, &t.train, 2);
    set_rows(&t, &t.train);
    for (size_t i = 0; i < t.train.n; i++) {
        t.train.items[i].id = (uint32_t)(2 * i);
        DTN_PUSH(&t.bank.arena, t.terse.items, t.terse.n, t.terse.cap,
                 terse_make(&t.bank, &t.train.items[i]));
    }
    t.bank.is_frozen = true;
    if (t.set.dev && !treebank_read(&t.bank, t.set.dev, &t.dev))
        return 4;
    set_rows(&t, &t.dev);
    if (!t.set.is_quiet)
        fprintf(
            stderr,
            "%zu sentences, %zu words in the vocabulary, %zu tags, %zu relations, %d dense weights\n",
            t.train.n, t.bank.n_word, t.bank.n_tag, t.bank.relations.n, (int)N_DENSE);
    train(&t);
    lemma_table lemmas;
    lemmas_learn(&t.bank, &t.train, &lemmas);
    const bool is_written = write_weights(t.set.out, &t.net, &t.bank, &lemmas);
    net_free(&t.net);
    treebank_free(&t.bank);
    return is_written ? 0 : 4;
}
