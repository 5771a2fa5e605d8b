/* Bounds of clauses by a linear model.
 *
 * The rules' extents (span.c) follow the tree, and annotators do not always: they leave off
 * datelines, aims and relative clauses, and take the subject of a clause in. So every place
 * around an argument's head is scored by what stands on both of its sides, which subtrees begin
 * and end there, how far it lies from where the tree would put the bound, and what rule found the
 * claim; the best place is the bound. Features are hashed to the numbers of weights; both ends of
 * both arguments share one table. The model is a softmax over places (tools/train_bounds.c).
 */
#include "read/bounds.h"

#include <stdlib.h>
#include <string.h>

#define MAX_FILE ((size_t)16 << 20)
#define MAX_FAR 45   /* words from the head to a bound */
#define MAX_LEVELS 6 /* ancestors of the head whose subtrees count */

struct dtn_bounds_sentence {
    const dtn_sentence *s;
    uint32_t n;
    uint32_t *left, *right;         /* [n] subtree of each word: [left, right) */
    uint32_t *depth;                /* [n] */
    uint32_t *top_left, *top_right; /* [n + 1] highest word whose subtree begins or ends there */
    uint32_t *lex, *xtag, *rel;     /* [n] hashes */
    uint32_t *commas, *verbs;       /* [n + 1] before each place */
};

/* ---- Weights -------------------------------------------------------------- */

static bool read_line(dtn_bounds *b, const char *line)
{
    char *end = NULL;
    unsigned long at = strtoul(line, &end, 10);
    double value = 0;
    if (end == line || *end != '\t' || at >= 1u << DTN_BOUNDS_BITS ||
        !dtn_text_to_double(end + 1, strlen(end + 1), &value))
        return false;
    b->weights[at] = (float)value;
    return true;
}

dtn_status dtn_bounds_read(const char *path, dtn_bounds **out, dtn_diags *diags)
{
    char *text = NULL;
    size_t n = 0;
    dtn_status status = dtn_file_read(path, MAX_FILE, &text, &n, diags);
    if (status != DTN_OK)
        return status;
    dtn_bounds *b = dtn_alloc(sizeof *b);
    if (!b) {
        dtn_free(text);
        return DTN_E_MEMORY;
    }
    memset(b, 0, sizeof *b);
    dtn_hash128_hex(text, n, b->hash);
    uint32_t line = 1;
    bool good = true;
    for (char *at = text; at && *at && good; line++) {
        char *end = strchr(at, '\n');
        if (end)
            *end = '\0';
        if (*at && *at != '#' && !read_line(b, at)) {
            dtn_diags_add(diags, 928, (dtn_pos){path, line, 1},
                          "`make train-bounds` writes the file",
                          "a line is the number of a weight, a tab and the weight");
            good = false;
        }
        at = end ? end + 1 : NULL;
    }
    dtn_free(text);
    if (!good) {
        dtn_free(b);
        return DTN_E_INPUT;
    }
    *out = b;
    return DTN_OK;
}

/* ---- One sentence --------------------------------------------------------- */

static uint32_t mix(uint32_t h, uint32_t x)
{
    h = (h ^ x) * 0x9e3779b1u;
    return h ^ (h >> 15);
}

static uint32_t hash_text(const char *text, const char *stop)
{
    uint32_t h = 2166136261u;
    for (; *text && !strchr(stop, *text); text++)
        h = mix(h, (unsigned char)(*text >= 'A' && *text <= 'Z' ? *text + 32 : *text));
    return h;
}

/* Names are all the same, numbers too: which one it is says nothing of bounds. */
static uint32_t lex_of(const dtn_word *w)
{
    return w->tag == DTN_TAG_PROPN ? 1 : w->tag == DTN_TAG_NUM ? 2 : hash_text(w->form, "");
}

static bool is_stop(const dtn_word *w)
{
    return w->tag == DTN_TAG_PUNCT && strchr(",;:-|", w->form[0]) != NULL;
}

static void measure(dtn_bounds_sentence *b)
{
    const dtn_word *words = b->s->words;
    for (uint32_t i = 0; i < b->n; i++) {
        b->left[i] = i;
        b->right[i] = i + 1;
    }
    for (uint32_t i = 0; i < b->n; i++)
        for (uint32_t j = words[i].head; j != DTN_NO_WORD; j = words[j].head) {
            b->depth[i]++;
            b->left[j] = i < b->left[j] ? i : b->left[j];
            b->right[j] = i >= b->right[j] ? i + 1 : b->right[j];
        }
    for (uint32_t i = 0; i <= b->n; i++)
        b->top_left[i] = b->top_right[i] = DTN_NO_WORD;
    for (uint32_t i = 0; i < b->n; i++) {
        uint32_t *l = &b->top_left[b->left[i]], *r = &b->top_right[b->right[i]];
        *l = *l == DTN_NO_WORD || b->depth[i] < b->depth[*l] ? i : *l;
        *r = *r == DTN_NO_WORD || b->depth[i] < b->depth[*r] ? i : *r;
    }
}

dtn_bounds_sentence *dtn_bounds_prepare(const dtn_sentence *sentence, dtn_arena *arena)
{
    const uint32_t n = sentence->n;
    if (n > DTN_BOUNDS_MAX_SENTENCE)
        return NULL;
    dtn_bounds_sentence *b = DTN_NEW_N(arena, dtn_bounds_sentence, 1);
    *b = (dtn_bounds_sentence){.s = sentence, .n = n};
    uint32_t **const arrays[] = {&b->left, &b->right, &b->depth, &b->top_left, &b->top_right,
                                 &b->lex,  &b->xtag,  &b->rel,   &b->commas,   &b->verbs};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++) {
        *arrays[k] = DTN_NEW_N(arena, uint32_t, n + 1);
        memset(*arrays[k], 0, (n + 1) * sizeof **arrays[k]);
    }
    for (uint32_t i = 0; i < n; i++) {
        const dtn_word *w = &sentence->words[i];
        b->lex[i] = lex_of(w);
        b->xtag[i] = hash_text(w->xtag, "");
        b->rel[i] = hash_text(w->relation, ":");
        b->commas[i + 1] = b->commas[i] + is_stop(w);
        b->verbs[i + 1] = b->verbs[i] + (w->tag == DTN_TAG_VERB);
    }
    measure(b);
    return b;
}

/* ---- Arguments ------------------------------------------------------------ */

typedef struct argument {
    uint32_t head, other; /* other argument's head, DTN_NO_WORD: in another sentence */
    uint32_t begin, end;  /* as the tree has it */
    uint32_t role, rule, kind;
    uint32_t trigger_begin, trigger_end;
} argument;

bool dtn_bounds_apply_to(const dtn_claim *claim)
{
    return claim->weak || claim->purpose || dtn_rule_property(claim->rule, "clauses");
}

static argument argument_of(const dtn_claim *c, bool of_cause)
{
    const bool cause_here = c->cause_sentence == c->sentence;
    const dtn_span words = of_cause ? c->cause_words : c->effect_words;
    return (argument){
        .head = of_cause ? c->cause : c->effect,
        .other = of_cause     ? c->effect
                 : cause_here ? c->cause
                              : DTN_NO_WORD,
        .begin = words.begin,
        .end = words.end,
        /* annotators call the aim of an act its cause */
        .role = of_cause != c->purpose,
        .rule = hash_text(c->rule->name, ""),
        .kind = c->purpose ? 2 : c->weak,
        .trigger_begin = c->trigger_words.begin,
        .trigger_end = c->trigger_words.end,
    };
}

static uint32_t at_least(uint32_t a, uint32_t b) { return a > b ? a : b; }
static uint32_t at_most(uint32_t a, uint32_t b) { return a < b ? a : b; }

size_t dtn_bounds_places(const dtn_bounds_sentence *s, const dtn_claim *claim, bool of_cause,
                         bool at_end, uint32_t out[DTN_BOUNDS_MAX_PLACES])
{
    const argument a = argument_of(claim, of_cause);
    uint32_t low = 0, high = s->n;
    size_t n = 0;
    if (a.other < a.head)
        low = a.other + 1;
    else if (a.other != DTN_NO_WORD && a.other > a.head)
        high = a.other;
    if (a.trigger_end <= a.head)
        low = at_least(low, a.trigger_begin);
    else if (a.trigger_begin > a.head)
        high = at_most(high, a.trigger_end);
    low = at_least(at_most(low, a.begin), a.head > MAX_FAR ? a.head - MAX_FAR : 0);
    high = at_most(at_least(high, a.end), a.head + MAX_FAR);
    if (at_end)
        for (uint32_t i = a.head + 1; i <= at_least(high, a.head + 1); i++)
            out[n++] = i;
    else
        for (uint32_t i = at_most(low, a.head); i <= a.head; i++)
            out[n++] = i;
    return n;
}

/* ---- Features ------------------------------------------------------------- */

typedef struct collector {
    uint32_t *out;
    size_t n;
} collector;

static void put(collector *c, uint32_t template, uint32_t x, uint32_t y, uint32_t z)
{
    if (c->n < DTN_BOUNDS_MAX_FEATURES)
        c->out[c->n++] =
            mix(mix(mix(mix(0x811c9dc5u, template), x), y), z) >> (32 - DTN_BOUNDS_BITS);
}

static uint32_t bucket(int64_t d)
{
    const uint32_t a = (uint32_t)(d < 0 ? -d : d);
    const uint32_t size = a <= 2 ? a : a <= 4 ? 3 : a <= 7 ? 4 : a <= 12 ? 5 : a <= 20 ? 6 : 7;
    return d < 0 ? size + 8 : size;
}

static uint32_t near(uint32_t a, uint32_t b)
{
    const int64_t d = (int64_t)a - (int64_t)b;
    return (uint32_t)(d < -3 ? 0 : d > 3 ? 6 : d + 3);
}

/* Hashes of the word at a place; places before and behind the sentence have their own. */
static uint32_t lex_at(const dtn_bounds_sentence *s, int64_t i)
{
    return i < 0 ? 3 : i >= s->n ? 4 : s->lex[i];
}

static uint32_t tag_at(const dtn_bounds_sentence *s, int64_t i)
{
    return i < 0 ? 3 : i >= s->n ? 4 : s->xtag[i];
}

static bool is_in(const dtn_bounds_sentence *s, uint32_t word, uint32_t ancestor)
{
    return s->depth[ancestor] <= s->depth[word] && dtn_tree_is_under(s->s, word, ancestor);
}

/* How the highest word of a subtree that ends at the place stands to the argument's head. */
static uint32_t stands(const dtn_bounds_sentence *s, uint32_t top, uint32_t head)
{
    if (top == DTN_NO_WORD)
        return 0;
    const uint32_t up = s->s->words[top].head;
    return is_in(s, head, top)                       ? 1
           : up == head                              ? 2
           : up != DTN_NO_WORD && is_in(s, head, up) ? 3
           : is_in(s, top, head)                     ? 4
                                                     : 5;
}

static uint32_t rel_of(const dtn_bounds_sentence *s, uint32_t word)
{
    return word == DTN_NO_WORD ? 0 : s->rel[word];
}

static void put_words(collector *c, const dtn_bounds_sentence *s, uint32_t side, uint32_t p,
                      uint32_t same, int64_t in, int64_t out)
{
    const int64_t step = in - out;
    const int64_t both[2] = {in, out};
    for (uint32_t k = 0; k < 2; k++) {
        const uint32_t which = side * 2 + k;
        put(c, 1, which, lex_at(s, both[k]), 0);
        put(c, 2, which, tag_at(s, both[k]), 0);
        put(c, 3, which, lex_at(s, both[k]), p);
        put(c, 4, which, tag_at(s, both[k]), same);
    }
    put(c, 5, side, tag_at(s, out), tag_at(s, in));
    put(c, 6, p * 2 + same, tag_at(s, out), tag_at(s, in));
    put(c, 7, side, lex_at(s, out), lex_at(s, in));
    put(c, 8, side, tag_at(s, in), tag_at(s, in + step));
    put(c, 9, side, tag_at(s, out), tag_at(s, out - step));
    put(c, 10, side, lex_at(s, out), lex_at(s, out - step));
}

static void put_tree(collector *c, const dtn_bounds_sentence *s, const argument *a, bool at_end,
                     uint32_t place, uint32_t p, uint32_t same)
{
    const uint32_t side = at_end;
    uint32_t up = a->head;
    for (uint32_t k = 0; k < MAX_LEVELS && up != DTN_NO_WORD; k++, up = s->s->words[up].head) {
        if ((at_end ? s->right[up] : s->left[up]) != place)
            continue;
        put(c, 11, p, k, s->rel[up]);
        put(c, 12, side, k, 0);
        put(c, 13, side * 2 + same, (uint32_t)s->s->words[up].tag, s->rel[up]);
    }
    /* the subtree that ends here within, and the one that begins beyond */
    const uint32_t in = at_end ? s->top_right[place] : s->top_left[place];
    const uint32_t out = at_end ? s->top_left[place] : s->top_right[place];
    const uint32_t in_stands = stands(s, in, a->head), out_stands = stands(s, out, a->head);
    put(c, 14, side, rel_of(s, in), in_stands);
    put(c, 15, p * 2 + same, rel_of(s, in), in_stands);
    put(c, 16, side, rel_of(s, out), out_stands);
    put(c, 17, p * 2 + same, rel_of(s, out), out_stands);
    if (out != DTN_NO_WORD) {
        put(c, 18, side, rel_of(s, out), s->lex[at_end ? s->left[out] : s->right[out] - 1]);
        put(c, 19, p * 8 + out_stands, rel_of(s, out), s->xtag[out]);
    }
}

static bool has_subject_from(const dtn_bounds_sentence *s, uint32_t head, uint32_t place,
                             bool *is_any)
{
    bool inside = false;
    for (uint32_t k = s->s->words[head].first_child; k != DTN_NO_WORD;
         k = s->s->words[k].next_sibling)
        if (dtn_word_hangs(&s->s->words[k], "nsubj")) {
            *is_any = true;
            inside = place <= k;
        }
    return inside;
}

static void put_trigger(collector *c, const dtn_bounds_sentence *s, const argument *a, bool at_end,
                        uint32_t place, uint32_t p, uint32_t same)
{
    const uint32_t tag = (uint32_t)s->s->words[a->head].tag;
    if (at_end) {
        const uint32_t where = place == a->trigger_begin       ? 1
                               : place == a->trigger_end       ? 2
                               : place + 1 == a->trigger_begin ? 3
                                                               : 0;
        put(c, 24, p, where, 0);
        put(c, 25, p, where == 3 ? 0 : where, a->rule);
        put(c, 26, p, tag, place + 1 >= s->n);
        return;
    }
    bool has_subject = false;
    const bool with_subject = has_subject_from(s, a->head, place, &has_subject);
    const uint32_t where = place == a->trigger_end ? 1 : place == a->trigger_begin ? 2 : 0;
    put(c, 27, p, has_subject + with_subject, tag);
    put(c, 28, p, near(place, a->trigger_end), 0);
    put(c, 29, p, near(place, a->trigger_begin), 0);
    put(c, 30, p, where, a->rule);
    put(c, 31, a->kind * 4 + a->role * 2 + same, where, 0);
    if (where == 2)
        put(c, 32, p, s->lex[place], a->rule);
}

size_t dtn_bounds_features(const dtn_bounds_sentence *s, const dtn_claim *claim, bool of_cause,
                           bool at_end, uint32_t place, uint32_t out[DTN_BOUNDS_MAX_FEATURES])
{
    const argument a = argument_of(claim, of_cause);
    const uint32_t side = at_end, p = side * 2 + a.role;
    const uint32_t given = at_end ? a.end : a.begin, same = place == given;
    const uint32_t low = at_most(place, a.head), high = at_least(place, a.head);
    const int64_t far = (int64_t)place - (int64_t)given;
    collector c = {out, 0};
    put(&c, 20, p, bucket(far), 0);
    put(&c, 21, side, bucket(far), a.kind);
    put(&c, 22, p, near(place, given), a.rule);
    if (at_end)
        put_words(&c, s, side, p, same, (int64_t)place - 1, place);
    else
        put_words(&c, s, side, p, same, place, (int64_t)place - 1);
    put_tree(&c, s, &a, at_end, place, p, same);
    put_trigger(&c, s, &a, at_end, place, p, same);
    put(&c, 33, p, at_most(3, s->commas[high] - s->commas[low]), 0);
    put(&c, 34, p, at_most(3, s->verbs[high] - s->verbs[low]), 0);
    put(&c, 35, p, bucket((int64_t)high - low), 0);
    put(&c, 36, side, bucket((int64_t)high - low), (uint32_t)s->s->words[a.head].tag);
    put(&c, 37, p, a.other >= low && a.other < high, 0);
    return c.n;
}

/* ---- Choice --------------------------------------------------------------- */

static uint32_t best_place(const dtn_bounds *b, const dtn_bounds_sentence *s,
                           const dtn_claim *claim, bool of_cause, bool at_end)
{
    uint32_t places[DTN_BOUNDS_MAX_PLACES], features[DTN_BOUNDS_MAX_FEATURES], best = 0;
    const size_t n = dtn_bounds_places(s, claim, of_cause, at_end, places);
    float best_score = 0;
    for (size_t i = 0; i < n; i++) {
        const size_t n_feature =
            dtn_bounds_features(s, claim, of_cause, at_end, places[i], features);
        float score = 0;
        for (size_t k = 0; k < n_feature; k++)
            score += b->weights[features[k]];
        if (i == 0 || score > best_score) {
            best = places[i];
            best_score = score;
        }
    }
    return best;
}

void dtn_bounds_set(const dtn_bounds *bounds, const dtn_bounds_sentence *s, dtn_claim *claim)
{
    const dtn_claim given = *claim;
    if (given.cause_sentence == given.sentence && given.cause < s->n)
        claim->cause_words = (dtn_span){best_place(bounds, s, &given, true, false),
                                        best_place(bounds, s, &given, true, true)};
    claim->effect_words = (dtn_span){best_place(bounds, s, &given, false, false),
                                     best_place(bounds, s, &given, false, true)};
}
