/* make train-parser: treebanks in (CoNLL-U), reader/weights/syntax.bin out. Not installed.
 *
 *   train_parser OUT EPOCHS SHARE DEV TREEBANK...    every SHARE-th sentence is kept
 *
 * Averaged perceptrons. The tagger first; then the parser on the tagger's own tags with a dynamic
 * oracle (Goldberg and Nivre 2013): it goes on from its own mistakes, and learns the cheapest
 * action from there. Sentences in an order of a fixed generator, so the same input gives the
 * same bytes. Weights are rounded to bytes, the largest of each table to 127. DEV gives the figures
 * that are printed, nothing else.
 */
#include "syntax/inner.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_NAMES 256
#define MAX_LINE 65536

typedef struct sentence {
    dtn_node *nodes; /* with the tagger's tags */
    uint32_t n;
    uint32_t *class_, *head, *relation; /* gold */
} sentence;

typedef struct bank {
    sentence *items;
    size_t n, cap;
} bank;

typedef struct model {
    float *w, *total; /* [DTN_SYNTAX_SIZE] */
    double step;
} model;

typedef struct lemma_entry {
    char *key, *value;
    uint32_t n; /* votes: the commonest stays (Boyer and Moore) */
} lemma_entry;

static dtn_arena arena;
static dtn_syntax syntax; /* names as they come up */
static dtn_map lemma_map;
static lemma_entry *lemmas;
static size_t n_lemma, cap_lemma;

/* ---- Treebanks ------------------------------------------------------------------------------ */

static uint32_t class_of(const char *upos, const char *xpos)
{
    for (uint32_t c = 0; c < syntax.n_class; c++)
        if (strcmp(syntax.upos[c], upos) == 0 && strcmp(syntax.xpos[c], xpos) == 0)
            return c;
    if (syntax.n_class == DTN_SYNTAX_MAX_CLASS)
        return 0; /* rarer than all before; the first class is as good as any */
    const uint32_t c = syntax.n_class++;
    syntax.upos[c] = dtn_arena_strdup(&arena, upos);
    syntax.xpos[c] = dtn_arena_strdup(&arena, xpos);
    for (syntax.upos_id[c] = 0; strcmp(syntax.upos[syntax.upos_id[c]], upos) != 0;)
        syntax.upos_id[c]++;
    for (syntax.xpos_id[c] = 0; strcmp(syntax.xpos[syntax.xpos_id[c]], xpos) != 0;)
        syntax.xpos_id[c]++;
    return c;
}

static uint32_t relation_of(const char *relation)
{
    for (uint32_t r = 0; r < syntax.n_relation; r++)
        if (strcmp(syntax.relations[r], relation) == 0)
            return r;
    if (3 + 2 * syntax.n_relation > DTN_SYNTAX_MAX_CLASS)
        return 0;
    syntax.relations[syntax.n_relation] = dtn_arena_strdup(&arena, relation);
    return syntax.n_relation++;
}

static void lower(const char *text, char *out)
{
    while ((*out++ = (char)tolower((unsigned char)*text++)) != '\0') {
    }
}

static void learn_lemma(const char *form, const char *upos, const char *xpos, const char *lemma)
{
    char low[512], rule[520], key[600], want[512];
    if (strlen(form) > 500 || strlen(lemma) > 500)
        return;
    lower(form, low);
    lower(lemma, want);
    dtn_lemma_by_rule(low, upos, xpos, rule);
    (void)snprintf(key, sizeof key, "%s/%s", low, upos);
    const uint32_t known = dtn_map_get(&lemma_map, key);
    if (known == DTN_MAP_NONE) {
        lemma_entry e = {dtn_arena_strdup(&arena, key), dtn_arena_strdup(&arena, want), 1};
        dtn_map_set(&lemma_map, &arena, e.key, (uint32_t)n_lemma);
        DTN_PUSH(&arena, lemmas, n_lemma, cap_lemma, e);
        return;
    }
    lemma_entry *e = &lemmas[known];
    if (strcmp(e->value, want) == 0)
        e->n++;
    else if (--e->n == 0) {
        e->value = dtn_arena_strdup(&arena, want);
        e->n = 1;
    }
}

static void add_word(sentence *s, char *const *column, bool learn)
{
    const uint32_t i = s->n++;
    dtn_node_init(&s->nodes[i], column[1], i == 0);
    s->class_[i] = class_of(column[3], column[4]);
    s->head[i] = (uint32_t)strtoul(column[6], NULL, 10);
    s->relation[i] = relation_of(column[7]);
    if (learn)
        learn_lemma(column[1], column[3], column[4], column[2]);
}

static sentence new_sentence(void)
{
    return (sentence){.nodes = DTN_NEW_N(&arena, dtn_node, DTN_SYNTAX_MAX_WORDS),
                      .class_ = DTN_NEW_N(&arena, uint32_t, DTN_SYNTAX_MAX_WORDS),
                      .head = DTN_NEW_N(&arena, uint32_t, DTN_SYNTAX_MAX_WORDS),
                      .relation = DTN_NEW_N(&arena, uint32_t, DTN_SYNTAX_MAX_WORDS)};
}

static void read_bank(const char *path, size_t share, bool learn, bank *out)
{
    FILE *f = fopen(path, "r");
    char *line = malloc(MAX_LINE);
    if (!f || !line) {
        (void)fprintf(stderr, "train_parser: %s cannot be read\n", path);
        exit(4);
    }
    sentence s = new_sentence();
    size_t i = 0;
    bool is_long = false;
    while (fgets(line, MAX_LINE, f)) {
        char *column[10] = {line};
        int k = 1;
        line[strcspn(line, "\n")] = '\0';
        if (!line[0]) {
            if (s.n && !is_long && i++ % share == 0) {
                DTN_PUSH(&arena, out->items, out->n, out->cap, s);
                s = new_sentence();
            }
            s.n = 0;
            is_long = false;
            continue;
        }
        for (char *tab = line; k < 10 && (tab = strchr(tab, '\t')) != NULL; k++) {
            *tab++ = '\0';
            column[k] = tab;
        }
        if (line[0] == '#' || k < 10 || strpbrk(column[0], "-."))
            continue;
        if (s.n == DTN_SYNTAX_MAX_WORDS)
            is_long = true;
        else
            add_word(&s, column, learn && !is_long);
    }
    free(line);
    (void)fclose(f);
}

/* ---- Perceptrons ------------------------------------------------------------------------------ */

static model new_model(void)
{
    model m = {calloc(DTN_SYNTAX_SIZE, sizeof(float)), calloc(DTN_SYNTAX_SIZE, sizeof(float)), 1};
    if (!m.w || !m.total)
        exit(1);
    return m;
}

static void update(model *m, const uint64_t *features, size_t n, uint32_t class_, float by)
{
    for (size_t i = 0; i < n; i++) {
        const size_t at = dtn_syntax_row(features[i]) + class_;
        m->w[at] += by;
        m->total[at] += by * (float)m->step;
    }
}

/* The mean of the weights over all steps, in place. */
static void average(model *m)
{
    for (size_t i = 0; i < DTN_SYNTAX_SIZE; i++)
        m->w[i] -= m->total[i] / (float)m->step;
}

static void shuffle(uint32_t *order, size_t n, uint64_t *state)
{
    for (size_t k = n; k-- > 1;) {
        *state = *state * 6364136223846793005u + 1442695040888963407u;
        const size_t j = (*state >> 33) % (k + 1);
        const uint32_t other = order[k];
        order[k] = order[j];
        order[j] = other;
    }
}

static uint32_t *new_order(size_t n)
{
    uint32_t *order = DTN_NEW_N(&arena, uint32_t, n);
    for (size_t i = 0; i < n; i++)
        order[i] = (uint32_t)i;
    return order;
}

static void learn_tags(model *m, sentence *s)
{
    uint64_t features[DTN_SYNTAX_MAX_FEATURES];
    float scores[DTN_SYNTAX_MAX_CLASS];
    const dtn_weights weights = {.floats = m->w};
    uint32_t before = 999, before2 = 999;
    for (uint32_t i = 0; i < s->n; i++, m->step++) {
        const size_t n = dtn_tag_features(s->nodes, s->n, i, before, before2, features);
        dtn_syntax_score(&weights, features, n, syntax.n_class, scores);
        uint32_t best = 0;
        for (uint32_t c = 1; c < syntax.n_class; c++)
            best = scores[c] > scores[best] ? c : best;
        if (best != s->class_[i]) {
            update(m, features, n, s->class_[i], 1);
            update(m, features, n, best, -1);
        }
        before2 = before;
        before = best;
    }
}

static void train_tagger(model *m, bank *b, uint32_t epochs)
{
    uint32_t *order = new_order(b->n);
    uint64_t state = 1;
    for (uint32_t e = 0; e < epochs; e++) {
        shuffle(order, b->n, &state);
        for (size_t i = 0; i < b->n; i++)
            learn_tags(m, &b->items[order[i]]);
    }
    average(m);
}

/* Arcs of the gold tree that an action makes impossible. */
static uint32_t cost_of(const dtn_state *s, const sentence *gold, int kind)
{
    const uint32_t top = s->n_stack > 0 ? s->stack[s->n_stack - 1] : 0;
    const uint32_t below = s->n_stack > 1 ? s->stack[s->n_stack - 2] : UINT32_MAX, next = s->next;
    uint32_t cost = 0;
    if (kind == 0) {
        for (uint32_t i = 0; i + 1 < s->n_stack; i++)
            cost += gold->head[next - 1] == s->stack[i];
        for (uint32_t i = 0; i < s->n_stack; i++)
            cost += s->stack[i] > 0 && gold->head[s->stack[i] - 1] == next;
        return cost;
    }
    for (uint32_t k = next; k <= s->n; k++)
        cost += gold->head[k - 1] == top;
    const uint32_t head = gold->head[top - 1];
    if (kind == 1 && head != next)
        cost += head == below || head > next;
    if (kind == 2 && head != below)
        cost += head >= next;
    return cost;
}

static uint32_t best_of(const float *scores, const bool *may, uint32_t n)
{
    uint32_t best = UINT32_MAX;
    for (uint32_t a = 0; a < n; a++)
        if (may[a] && (best == UINT32_MAX || scores[a] > scores[best]))
            best = a;
    return best;
}

/* Actions of least cost, with the right relation where the arc is right. */
static void cheapest(const dtn_state *s, const sentence *gold, bool *out)
{
    const uint32_t r = syntax.n_relation, top = s->n_stack > 1 ? s->stack[s->n_stack - 1] : 0;
    uint32_t cost[3] = {UINT32_MAX, UINT32_MAX, UINT32_MAX}, least = UINT32_MAX;
    if (dtn_state_may_shift(s))
        cost[0] = cost_of(s, gold, 0);
    if (dtn_state_may_left(s))
        cost[1] = cost_of(s, gold, 1);
    if (dtn_state_may_right(s))
        cost[2] = cost_of(s, gold, 2);
    for (int k = 0; k < 3; k++)
        least = cost[k] < least ? cost[k] : least;
    memset(out, 0, (1 + 2 * r) * sizeof *out);
    out[0] = cost[0] == least;
    for (int k = 1; k < 3; k++) {
        if (cost[k] != least)
            continue;
        const uint32_t head = k == 1 ? s->next : s->stack[s->n_stack - 2];
        const uint32_t from = k == 1 ? 1 : 1 + r;
        if (gold->head[top - 1] == head)
            out[from + gold->relation[top - 1]] = true;
        else
            for (uint32_t a = 0; a < r; a++)
                out[from + a] = true;
    }
}

static void learn_tree(model *m, const sentence *gold, bool explore, uint64_t *chance)
{
    dtn_state s;
    uint64_t features[DTN_SYNTAX_MAX_FEATURES];
    float scores[DTN_SYNTAX_MAX_CLASS];
    bool cheap[DTN_SYNTAX_MAX_CLASS];
    const dtn_weights weights = {.floats = m->w};
    dtn_state_init(&s, gold->n);
    for (; !dtn_state_is_done(&s); m->step++) {
        const size_t n = dtn_parse_features(&s, gold->nodes, features);
        dtn_syntax_score(&weights, features, n, 1 + 2 * syntax.n_relation, scores);
        const uint32_t guess = dtn_state_best(&s, scores, syntax.n_relation);
        cheapest(&s, gold, cheap);
        const uint32_t right = best_of(scores, cheap, 1 + 2 * syntax.n_relation);
        if (!cheap[guess]) {
            update(m, features, n, right, 1);
            update(m, features, n, guess, -1);
        }
        *chance = *chance * 6364136223846793005u + 1442695040888963407u;
        const bool follow = cheap[guess] || (explore && (*chance >> 33) % 10 < 9);
        dtn_state_apply(&s, follow ? guess : right, syntax.n_relation);
    }
}

static void tag_all(bank *b, const model *m)
{
    syntax.tagger = (dtn_weights){.floats = m->w};
    for (size_t i = 0; i < b->n; i++)
        dtn_syntax_tag(&syntax, b->items[i].nodes, b->items[i].n);
}

static void train_parser(model *m, bank *b, uint32_t epochs)
{
    uint32_t *order = new_order(b->n);
    uint64_t state = 2, chance = 3;
    for (uint32_t e = 0; e < epochs; e++) {
        shuffle(order, b->n, &state);
        for (size_t i = 0; i < b->n; i++)
            learn_tree(m, &b->items[order[i]], e > 0, &chance);
        (void)fprintf(stderr, "train_parser: epoch %u of %u\n", e + 1, epochs);
    }
    average(m);
}

/* ---- The file ------------------------------------------------------------------------------------ */

static void to_bytes(const model *m, int8_t *out)
{
    float most = 1e-9f;
    for (size_t i = 0; i < DTN_SYNTAX_SIZE; i++)
        most = fabsf(m->w[i]) > most ? fabsf(m->w[i]) : most;
    /* few weights are large: half of the largest is the end of the scale */
    const float scale = 127 / (most / 2);
    for (size_t i = 0; i < DTN_SYNTAX_SIZE; i++) {
        const float x = roundf(m->w[i] * scale);
        out[i] = (int8_t)(x > 127 ? 127 : x < -127 ? -127 : x);
    }
}

static void put_number(char *out, uint64_t x, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = (char)(x >> (8 * i) & 0xff);
}

static void write_file(const char *path, const model *tagger, const model *parser)
{
    size_t n_text = 0, n_kept = 0, cap = (size_t)32 << 20;
    char *bytes = calloc(cap, 1), *text = bytes + 32;
    for (uint32_t c = 0; c < syntax.n_class; c++)
        n_text += (size_t)sprintf(text + n_text, "%s\t%s\n", syntax.upos[c], syntax.xpos[c]);
    for (uint32_t r = 0; r < syntax.n_relation; r++)
        n_text += (size_t)sprintf(text + n_text, "%s\n", syntax.relations[r]);
    for (size_t i = 0; i < n_lemma; i++) { /* those that rules give by any tag are not left out */
        char low[600], rule[620];
        const char *slash = strrchr(lemmas[i].key, '/');
        (void)snprintf(low, sizeof low, "%.*s", (int)(slash - lemmas[i].key), lemmas[i].key);
        dtn_lemma_by_rule(low, slash + 1, "", rule);
        const bool is_plain = strcmp(rule, lemmas[i].value) == 0 && !strchr("NVA", slash[1]);
        if (is_plain || strchr(lemmas[i].key, '\t') || strchr(lemmas[i].value, '\t'))
            continue;
        n_text += (size_t)sprintf(text + n_text, "%s\t%s\n", lemmas[i].key, lemmas[i].value);
        n_kept++;
    }
    memcpy(bytes, "DTNSYN1\n", 8);
    const uint64_t numbers[] = {DTN_SYNTAX_BITS, syntax.n_class, syntax.n_relation,
                                n_kept,          n_text,         DTN_SYNTAX_MAX_CLASS};
    for (int i = 0; i < 6; i++)
        put_number(bytes + 8 + 4 * i, numbers[i], 4);
    to_bytes(tagger, (int8_t *)text + n_text);
    to_bytes(parser, (int8_t *)text + n_text + DTN_SYNTAX_SIZE);
    const size_t n = 32 + n_text + 2 * DTN_SYNTAX_SIZE;
    put_number(bytes + n, dtn_hash64(bytes, n, 0), 8);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, n + 8, f) != n + 8 || fclose(f) != 0) {
        (void)fprintf(stderr, "train_parser: %s cannot be written\n", path);
        exit(4);
    }
    free(bytes);
}

/* ---- Figures, of the file as written --------------------------------------------------------------- */

static void score(const char *path, const bank *dev)
{
    dtn_diags diags;
    dtn_diags_init(&diags);
    dtn_syntax *s = NULL;
    if (dtn_syntax_read(path, &s, &diags) != DTN_OK)
        exit(3);
    size_t n = 0, tags = 0, heads = 0, both = 0;
    for (size_t i = 0; i < dev->n; i++) {
        const sentence *gold = &dev->items[i];
        dtn_syntax_tag(s, gold->nodes, gold->n);
        dtn_syntax_attach(s, gold->nodes, gold->n);
        for (uint32_t k = 0; k < gold->n; k++) {
            const dtn_node *w = &gold->nodes[k];
            const bool is_head = w->head == gold->head[k];
            n++;
            tags += strcmp(s->upos[w->class_], syntax.upos[gold->class_[k]]) == 0;
            heads += is_head;
            both += is_head &&
                    strcmp(s->relations[w->relation], syntax.relations[gold->relation[k]]) == 0;
        }
    }
    (void)printf(
        "UPOS %.2f  UAS %.2f  LAS %.2f  (%zu words; gold tokens, predicted tags, greedy)\n",
        100.0 * (double)tags / (double)n, 100.0 * (double)heads / (double)n,
        100.0 * (double)both / (double)n, n);
    dtn_syntax_delete(s);
    dtn_diags_free(&diags);
}

int main(int argc, char **argv)
{
    bank train = {0}, dev = {0};
    if (argc < 6) {
        (void)fputs("usage: train_parser OUT EPOCHS SHARE DEV TREEBANK...\n", stderr);
        return 2;
    }
    dtn_arena_init(&arena);
    if (DTN_ARENA_GUARD(&arena))
        return 1;
    syntax.upos = DTN_NEW_N(&arena, const char *, MAX_NAMES);
    syntax.xpos = DTN_NEW_N(&arena, const char *, MAX_NAMES);
    syntax.upos_id = DTN_NEW_N(&arena, uint32_t, MAX_NAMES);
    syntax.xpos_id = DTN_NEW_N(&arena, uint32_t, MAX_NAMES);
    syntax.relations = DTN_NEW_N(&arena, const char *, MAX_NAMES);
    const uint32_t epochs = (uint32_t)strtoul(argv[2], NULL, 10);
    const size_t share = strtoul(argv[3], NULL, 10);
    for (int i = 5; i < argc; i++)
        read_bank(argv[i], share ? share : 1, true, &train);
    read_bank(argv[4], 1, false, &dev);
    (void)fprintf(stderr,
                  "train_parser: %zu sentences, %u classes of tags, %u relations, %zu lemmas\n",
                  train.n, syntax.n_class, syntax.n_relation, n_lemma);
    model tagger = new_model(), parser = new_model();
    train_tagger(&tagger, &train, 3);
    tag_all(&train, &tagger);
    train_parser(&parser, &train, epochs);
    write_file(argv[1], &tagger, &parser);
    score(argv[1], &dev);
    dtn_arena_free(&arena);
    free(tagger.w);
    free(tagger.total);
    free(parser.w);
    free(parser.total);
    return 0;
}
