/* Mentions of one event: a probability for each pair, and groups by it.
 *
 * Whether two mentions are one event is asked of pairs with the same type whose days lie no more than
 * MAX_GAP apart, which have a state or group in common on the same side, and whose other actors
 * do not contradict each other: "ABC" and "ABCMIL" agree, what nobody names contradicts nothing, and who the dead were
 * is told differently by different sides. What only these say was weighed by hand on
 * tests/reader/events-same-dev.jsonl; with the words of both sentences, which tell a market from a mosque and say
 * "the attack" without a date, four more weights are learned on events-same-train.jsonl (tools/train_same.py).
 * tools/reading_same.py measures. What is alike in all that counts (most mentions, in
 * many documents) is one node before pairs are made. What the reader found to take up an earlier mention ("the raid") is one
 * with it. Then complete linkage, likeliest first.
 *
 * Not used: places below a state, which the ledger keeps apart from who acted (docs/ledger.md). Two
 * strikes of one day in two regions may therefore become one event; figures stay side by side.
 */
#include "events/same.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "events/inner.h"
#include "num/num.h"

#define MAX_GAP 1    /* days between the day said here and there: the news of the day after */
#define WEEK 7       /* days: how old news without a date is */
#define MAX_WIDTH 14 /* days of an interval that can still name one event */

static bool is_said(const char *text) { return text && *text; }

#define MAX_PARTS 8 /* actors of one side: "A;B" */

typedef struct codes {
    const char *at[MAX_PARTS];
    size_t n[MAX_PARTS], n_part;
} codes;

static void add_codes(codes *c, const char *text)
{
    for (const char *p = text ? text : ""; *p && c->n_part < MAX_PARTS;
         p += strcspn(p, ";"), p += *p == ';') {
        c->at[c->n_part] = p;
        c->n[c->n_part++] = strcspn(p, ";");
    }
}

/* "MIL", "CIV": what kind of people, of no state that is said. */
static bool is_kind(const char *code, size_t n)
{
    static const char kinds[] = "GOV MIL REB CIV COP REF OPP SPY JUD MED BUS EDU LEG LAB CRM UAF";
    for (const char *p = kinds; n == 3 && *p; p += 3, p += *p == ' ')
        if (strncmp(p, code, 3) == 0)
            return true;
    return false;
}

/* Of two codes: 2 the same state or group, 1 the same kind of people, 0 it cannot be said (a soldier of
 * one report is a civilian of the other), -1 others. */
static int agree_codes(const char *a, size_t n, const char *b, size_t k)
{
    if (n < 3 || k < 3)
        return 0;
    const bool kind_a = is_kind(a, n), kind_b = is_kind(b, k);
    if (kind_a || kind_b)
        return strncmp(a + n - 3, b + k - 3, 3) == 0 ? 1 : 0;
    return strncmp(a, b, 3) == 0 ? 2 : -1;
}

/* The best of all pairs; 0 where one side says nothing. */
static int agree(const char *a, const char *b)
{
    codes x = {0}, y = {0};
    add_codes(&x, a);
    add_codes(&y, b);
    int best = x.n_part && y.n_part ? -1 : 0;
    for (size_t i = 0; i < x.n_part; i++)
        for (size_t k = 0; k < y.n_part; k++) {
            const int one = agree_codes(x.at[i], x.n[i], y.at[k], y.n[k]);
            best = one > best ? one : best;
        }
    return best;
}

/* Both sides do it: who is named first says nothing. */
static bool is_mutual(const dtn_mention *m)
{
    return strcmp(m->type, "CONSULT") == 0 || strcmp(m->type, "AGREE") == 0 ||
           strcmp(m->type, "COOPERATE") == 0 || (m->mode && strcmp(m->mode, "ceasefire") == 0);
}

/* Of what two take part in together: 2 for each who is named in both, all of the shorter list. */
static int partners(const dtn_mention *a, const dtn_mention *b)
{
    codes x = {0}, y = {0};
    add_codes(&x, a->source);
    add_codes(&x, a->target);
    add_codes(&y, b->source);
    add_codes(&y, b->target);
    const codes *few = x.n_part <= y.n_part ? &x : &y, *many = few == &x ? &y : &x;
    int sum = 0;
    for (size_t i = 0; i < few->n_part; i++) {
        int best = -1;
        for (size_t k = 0; k < many->n_part; k++) {
            const int one = agree_codes(few->at[i], few->n[i], many->at[k], many->n[k]);
            best = one > best ? one : best;
        }
        if (best < 0)
            return -1;
        sum += best;
    }
    return sum;
}

bool dtn_event_modes_agree(const char *a, const char *b)
{
    static const char blasts[] =
        "heavy-weapons|explosives|suicide-attack"; /* "the bombing" may be any */
    return !is_said(a) || !is_said(b) || strcmp(a, b) == 0 ||
           (dtn_one_of(a, blasts) && dtn_one_of(b, blasts));
}

/* Soldiers did it, or rebels: not both. */
static bool are_opposed(const char *a, const char *b)
{
    static const char state[] = "MIL|COP|GOV|SPY", other[] = "REB|CRM|OPP|CIV";
    a = a ? a : "";
    b = b ? b : "";
    return (dtn_one_of(a, state) && dtn_one_of(b, other)) ||
           (dtn_one_of(a, other) && dtn_one_of(b, state));
}

/* What the actors have in common, in the points of agree_codes; *n_against: how many contradict each other. */
static int actors(const dtn_mention *a, const dtn_mention *b, int *n_against)
{
    *n_against = 0;
    if (is_mutual(a) && is_mutual(b)) {
        const int known = partners(a, b);
        *n_against = known < 0 ? 2 : 0;
        return known;
    }
    const int source = agree(a->source, b->source), target = agree(a->target, b->target);
    *n_against = 2 * (source < 0 || are_opposed(a->source, b->source)) +
                 (target < 0); /* another doer is another deed */
    return (source > 0 ? source : 0) + (target > 0 ? target : 0);
}

/* What one calls by one type and another by another: a leader captured, arrested; families deported, expelled;
 * a depot hit, destroyed; a truce agreed, signed. */
static const char *family_of(const dtn_mention *m)
{
    const char *mode = m->mode ? m->mode : "";
    if (strcmp(m->type, "COERCE") == 0 && dtn_one_of(mode, "arrest|seize"))
        return "ASSAULT";
    if (strcmp(m->type, "SANCTION") == 0 && strcmp(mode, "expel") == 0)
        return "COERCE";
    if (strcmp(m->type, "RETREAT") == 0 && strcmp(mode, "ceasefire") == 0)
        return "AGREE";
    return m->type;
}

/* Of one family, may two types be one event? Captured and arrested may, bombed and arrested may not. */
static bool may_be_one(const dtn_mention *a, const dtn_mention *b)
{
    const char *mode_a = a->mode ? a->mode : "", *mode_b = b->mode ? b->mode : "";
    if (strcmp(a->type, b->type) == 0)
        return true;
    if (strcmp(family_of(a), family_of(b)) != 0)
        return false;
    if (strcmp(family_of(a), "ASSAULT") != 0)
        return strcmp(family_of(a), "AGREE") == 0 || dtn_one_of("deport", mode_a) ||
               dtn_one_of("deport", mode_b);
    const char *coerced = strcmp(a->type, "COERCE") == 0 ? mode_a : mode_b;
    const char *other = coerced == mode_a ? mode_b : mode_a;
    return strcmp(coerced, "arrest") == 0 ? dtn_one_of(other, "seize|abduct")
                                          : !dtn_one_of(other, "abduct|assassinate|beat|seize");
}

/* Days between the intervals, 0 where they meet. */
static int64_t gap_of(const dtn_mention *a, const dtn_mention *b)
{
    return a->from > b->to ? a->from - b->to : b->from > a->to ? b->from - a->to : 0;
}

static int64_t width_of(const dtn_mention *m) { return m->to - m->from; }

/* +1 the ranges meet, -1 they do not, 0 one says nothing. */
static int tolls(const dtn_mention *a, const dtn_mention *b)
{
    const double low_a = isnan(a->killed_min) ? 0 : a->killed_min,
                 low_b = isnan(b->killed_min) ? 0 : b->killed_min;
    if ((isnan(a->killed_min) && isnan(a->killed_max)) ||
        (isnan(b->killed_min) && isnan(b->killed_max)))
        return 0;
    const bool meet = (isnan(a->killed_max) || a->killed_max >= low_b) &&
                      (isnan(b->killed_max) || b->killed_max >= low_a);
    return meet ? 1 : -1;
}

/* ---- Words in common -------------------------------------------------------------------------------- */

#define KINDS_ALONE 0.6 /* share of words in common where no state or group is the same */
#define MIN_WORD 4      /* letters: shorter ones tell nothing */
#define STEM 4          /* letters that "bombing" and "bombed" share */
#define STEM_NAME 5     /* that "Northland" and "Northlandian" share, and two names seldom */
#define FEW_WORDS 0.25  /* the same, with a name in common */

static const char common[] =
    "that|this|with|from|were|have|been|said|says|their|they|them|after|before|which|when|while|also|"
    "into|over|about|people|killed|more|than|least|monday|tuesday|wednesday|thursday|friday|saturday|"
    "sunday|january|february|march|april|june|july|august|september|october|november|december|its|will";

static bool is_letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

static void add_hash(uint32_t *list, size_t *n, size_t most, uint32_t hash)
{
    for (size_t i = 0; i < *n; i++)
        if (list[i] == hash)
            return;
    if (*n < most)
        list[(*n)++] = hash;
}

static void add_word(dtn_mention *m, const char *text, size_t n, bool is_first, bool is_in)
{
    char word[32];
    if (n < MIN_WORD || n >= sizeof word || m->n_word == DTN_MENTION_WORDS)
        return;
    for (size_t i = 0; i < n; i++)
        word[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
    word[n] = '\0';
    if (dtn_one_of(word, common))
        return;
    const uint32_t name = (uint32_t)dtn_hash64(word, n < STEM_NAME ? n : STEM_NAME, 0);
    const bool is_name = !is_first && text[0] >= 'A' && text[0] <= 'Z';
    if (is_name)
        add_hash(m->names, &m->n_name, DTN_MENTION_NAMES, name);
    if (is_name && is_in)
        add_hash(m->places, &m->n_place, DTN_MENTION_PLACES, name);
    const uint32_t hash = (uint32_t)dtn_hash64(word, n < STEM ? n : STEM, 0);
    for (size_t i = 0; i < m->n_word; i++)
        if (m->words[i] == hash)
            return;
    m->words[m->n_word++] = hash;
}

void dtn_mention_words(dtn_mention *m, const char *text)
{
    bool is_first = true, is_in = false;
    m->n_word = m->n_name = m->n_place = 0;
    for (size_t n = 0; *text; text += n) {
        for (n = 0; is_letter((unsigned char)text[n]);)
            n++;
        add_word(m, text, n, is_first, is_in);
        is_first &= n == 0;
        if (n)
            is_in = (n == 2 && (memcmp(text, "in", 2) == 0 || memcmp(text, "at", 2) == 0)) ||
                    (n == 4 && memcmp(text, "near", 4) == 0) ||
                    (is_in && text[0] >= 'A' && text[0] <= 'Z');
        n += n == 0;
    }
}

void dtn_mention_undated(dtn_mention *m, int64_t day)
{
    m->is_undated = true;
    m->from = day - (WEEK - 1);
    m->to = day;
}

static size_t shared(const uint32_t *a, size_t n_a, const uint32_t *b, size_t n_b)
{
    size_t n = 0;
    for (size_t i = 0; i < n_a; i++)
        for (size_t k = 0; k < n_b; k++)
            n += a[i] == b[k];
    return n;
}

/* Share of the shorter sentence's words that the other one has too. */
static double overlap_of(const dtn_mention *a, const dtn_mention *b)
{
    const size_t few = a->n_word < b->n_word ? a->n_word : b->n_word;
    return few ? (double)shared(a->words, a->n_word, b->words, b->n_word) / (double)few : 0;
}

/* Has `a` places, and `b` others, and none of its names? */
static bool is_elsewhere(const dtn_mention *a, const dtn_mention *b)
{
    return a->n_place && b->n_place && shared(a->places, a->n_place, b->names, b->n_name) == 0;
}

/* ---- One event? -------------------------------------------------------------------------------------- */

static double by_hand(const dtn_mention *a, const dtn_mention *b, int known)
{
    const int64_t gap = gap_of(a, b);
    const int64_t wide_a = a->is_undated ? 0 : width_of(a),
                  wide_b = b->is_undated ? 0 : width_of(b);
    double x = 0.8;         /* same type, one actor, the same day */
    x += 0.5 * (known - 2); /* both actors */
    x -= 1.2 * (double)gap; /* told a day late, or another day's */
    x -= 0.15 * (double)(wide_a > wide_b ? wide_a : wide_b); /* "last week" */
    if (is_said(a->mode) && is_said(b->mode))
        x += strcmp(a->mode, b->mode) == 0             ? 0.4
             : dtn_event_modes_agree(a->mode, b->mode) ? 0
                                                       : -0.8;
    x += tolls(a, b) > 0 ? 0.6 : tolls(a, b) < 0 ? -0.3 : 0;
    x += agree(a->killed_of, b->killed_of) < 0 ? -0.4 : 0;
    return x;
}

/* "The army said 30 militants were killed on 8 October", "the capital said 5 militants were killed on 8 October": two
 * sides about one day and the same dead. Two bodies of nobody's say tell of two places more often. */
static bool are_rivals(const dtn_mention *a, const dtn_mention *b)
{
    if (!is_said(a->speaker) || !is_said(b->speaker) || strcmp(a->speaker, b->speaker) == 0 ||
        (is_kind(a->speaker, strlen(a->speaker)) && is_kind(b->speaker, strlen(b->speaker))))
        return false;
    return a->from == b->from && !a->is_undated && !b->is_undated && width_of(a) == 0 &&
           width_of(b) == 0 && tolls(a, b) != 0 && is_said(a->killed_of) && is_said(b->killed_of) &&
           agree(a->killed_of, b->killed_of) > 0 && agree(a->speaker, b->speaker) <= 0 &&
           !is_elsewhere(a, b) && !is_elsewhere(b, a);
}

bool dtn_mention_features(const dtn_mention *a, const dtn_mention *b, double out[DTN_SAME_FEATURES])
{
    if (a->is_lone || b->is_lone)
        return false;
    const int64_t gap = gap_of(a, b), wide = width_of(a) > width_of(b) ? width_of(a) : width_of(b);
    const bool has_words = a->n_word && b->n_word;
    if (!may_be_one(a, b) || gap > MAX_GAP || wide > MAX_WIDTH ||
        ((a->is_undated || b->is_undated) && !has_words))
        return false;
    int n_against = 0;
    const int known = actors(a, b, &n_against);
    if (n_against > 1 || (n_against > 0 && (known < 2 || !has_words)) || (known < 2 && !has_words))
        return false;
    const size_t n_name = shared(a->names, a->n_name, b->names, b->n_name);
    const double overlap = overlap_of(a, b);
    /* gunmen killed teachers: here and there */
    const bool is_named =
        is_mutual(a) ? known >= 2
                     : agree(a->source, b->source) == 2 || agree(a->target, b->target) == 2;
    if (has_words && !is_named && !are_rivals(a, b) && overlap < (n_name ? FEW_WORDS : KINDS_ALONE))
        return false;
    if (!has_words && !is_named)
        return false;
    out[0] = 1;
    out[1] = by_hand(a, b, known);
    out[2] = overlap;
    out[3] = (double)(a->is_undated + b->is_undated);
    out[4] = n_against;
    out[5] = strcmp(a->type, b->type) != 0;
    out[6] = is_elsewhere(a, b) || is_elsewhere(b, a);
    return true;
}

double dtn_mention_same(const dtn_mention *a, const dtn_mention *b)
{
    /* tools/train_same.py prints them */
    static const double weights[DTN_SAME_FEATURES] = {0.18, 1.50, 0.11, 1.09, -1.27, 0.55, -0.24};
    double x[DTN_SAME_FEATURES], sum = 0;
    if (!dtn_mention_features(a, b, x))
        return 0;
    if (!a->n_word || !b->n_word)
        return 1 / (1 + dtn_exp(-x[1]));
    for (size_t i = 0; i < DTN_SAME_FEATURES; i++)
        sum += weights[i] * x[i];
    return 1 / (1 + dtn_exp(-sum));
}

/* ---- Groups ------------------------------------------------------------------------------------- */

typedef struct pair {
    double p;
    uint32_t a, b; /* nodes, a < b */
} pair;

typedef struct grouping {
    const dtn_mention **sorted; /* [n] by what is alike, then key */
    const dtn_mention **nodes;  /* [n_node] one of each alike */
    size_t n_node;
    uint32_t *node; /* [n] of sorted */
    uint32_t *head; /* [n_node] of the node's group: its least node */
    uint32_t *next; /* [n_node] the next of the group; UINT32_MAX: the last */
    bool *follows;  /* [n_node] it refers to another */
    pair *pairs;
    size_t n_pair, cap_pair;
    dtn_arena *arena;
} grouping;

static int text_order(const char *a, const char *b) { return strcmp(a ? a : "", b ? b : ""); }

static int number_order(double a, double b)
{
    const double x = isnan(a) ? -1 : a, y = isnan(b) ? -1 : b;
    return (x > y) - (x < y);
}

/* By day and all that counts: 0 for mentions that are alike. */
static int alike_order(const dtn_mention *a, const dtn_mention *b)
{
    int c = (int)a->is_lone - (int)b->is_lone;
    c = c ? c : strcmp(family_of(a), family_of(b));
    c = c ? c : (a->from > b->from) - (a->from < b->from);
    c = c ? c : (a->to > b->to) - (a->to < b->to);
    c = c ? c : (int)a->is_undated - (int)b->is_undated;
    c = c ? c : text_order(a->type, b->type);
    c = c ? c : text_order(a->source, b->source);
    c = c ? c : text_order(a->target, b->target);
    c = c ? c : text_order(a->mode, b->mode);
    c = c ? c : number_order(a->killed_min, b->killed_min);
    c = c ? c : number_order(a->killed_max, b->killed_max);
    return c ? c : text_order(a->killed_of, b->killed_of);
}

static int mention_order(const void *x, const void *y)
{
    const dtn_mention *a = *(const dtn_mention *const *)x, *b = *(const dtn_mention *const *)y;
    const int c = alike_order(a, b);
    return c ? c : strcmp(a->key, b->key);
}

static int pair_order(const void *x, const void *y)
{
    const pair *a = x, *b = y;
    if (a->p != b->p)
        return a->p > b->p ? -1 : 1;
    return a->a != b->a ? (a->a > b->a) - (a->a < b->a) : (a->b > b->b) - (a->b < b->b);
}

/* Alike mentions are one event only if they say at all who did it to whom. */
static void make_nodes(grouping *g, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const bool is_alike = i > 0 && alike_order(g->sorted[i - 1], g->sorted[i]) == 0 &&
                              dtn_mention_same(g->sorted[i - 1], g->sorted[i]) >= DTN_SAME_LEAST;
        if (!is_alike)
            g->nodes[g->n_node++] = g->sorted[i];
        g->node[i] = (uint32_t)(g->n_node - 1);
    }
}

/* Nodes stand by family and first day, so the partners of one lie close behind it. */
static void make_pairs(grouping *g)
{
    for (uint32_t a = 0; a < g->n_node; a++) {
        g->head[a] = a;
        g->next[a] = UINT32_MAX;
        if (width_of(g->nodes[a]) > MAX_WIDTH || g->nodes[a]->is_lone)
            continue;
        for (uint32_t b = a + 1; b < g->n_node; b++) {
            if (g->nodes[b]->is_lone ||
                strcmp(family_of(g->nodes[a]), family_of(g->nodes[b])) != 0 ||
                g->nodes[b]->from - g->nodes[a]->to > MAX_GAP)
                break;
            const pair one = {dtn_mention_same(g->nodes[a], g->nodes[b]), a, b};
            if (one.p >= DTN_SAME_LEAST)
                DTN_PUSH(g->arena, g->pairs, g->n_pair, g->cap_pair, one);
        }
    }
}

static bool all_fit(const grouping *g, uint32_t a, uint32_t b)
{
    for (uint32_t i = a; i != UINT32_MAX; i = g->next[i])
        for (uint32_t k = b; k != UINT32_MAX; k = g->next[k])
            if (!g->follows[i] && !g->follows[k] &&
                dtn_mention_same(g->nodes[i], g->nodes[k]) < DTN_SAME_LEAST)
                return false;
    return true;
}

static void join(grouping *g, uint32_t a, uint32_t b)
{
    const uint32_t first = a < b ? a : b, second = a < b ? b : a;
    uint32_t last = first;
    while (g->next[last] != UINT32_MAX)
        last = g->next[last];
    g->next[last] = second;
    for (uint32_t i = second; i != UINT32_MAX; i = g->next[i])
        g->head[i] = first;
}

/* What refers to one mention is one event with it, and so is all that refers to the same that is not here. */
static void join_referring(grouping *g, size_t n)
{
    dtn_map at = {0}; /* key -> node */
    for (size_t i = 0; i < n; i++)
        dtn_map_set(&at, g->arena, g->sorted[i]->key, g->node[i]);
    for (size_t i = 0; i < n; i++) {
        const dtn_mention *m = g->sorted[i];
        if (!m->refers || strcmp(m->refers, m->key) == 0)
            continue;
        const uint32_t to = dtn_map_get(&at, m->refers);
        if (to == DTN_MAP_NONE) {
            dtn_map_set(&at, g->arena, m->refers, g->node[i]);
            continue;
        }
        g->follows[g->node[i]] |= to != g->node[i] && g->nodes[g->node[i]] == m;
        if (g->head[to] != g->head[g->node[i]])
            join(g, g->head[to], g->head[g->node[i]]);
    }
}

void dtn_mentions_group(const dtn_mention *mentions, size_t n, dtn_arena *arena, uint32_t *group,
                        size_t *n_group)
{
    grouping g = {.arena = arena,
                  .sorted = DTN_NEW_N(arena, const dtn_mention *, n + 1),
                  .nodes = DTN_NEW_N(arena, const dtn_mention *, n + 1),
                  .node = DTN_NEW_N(arena, uint32_t, n + 1),
                  .head = DTN_NEW_N(arena, uint32_t, n + 1),
                  .next = DTN_NEW_N(arena, uint32_t, n + 1),
                  .follows = DTN_NEW_N(arena, bool, n + 1)};
    for (size_t i = 0; i < n; i++)
        g.sorted[i] = &mentions[i];
    qsort(g.sorted, n, sizeof(const dtn_mention *), mention_order);
    make_nodes(&g, n);
    make_pairs(&g);
    join_referring(&g, n);
    if (g.n_pair)
        qsort(g.pairs, g.n_pair, sizeof *g.pairs, pair_order);
    for (size_t i = 0; i < g.n_pair; i++) {
        const uint32_t a = g.head[g.pairs[i].a], b = g.head[g.pairs[i].b];
        if (a != b && all_fit(&g, a, b))
            join(&g, a, b);
    }
    /* a group's head is its least node, so numbers rise with the heads */
    uint32_t *number = DTN_NEW_N(arena, uint32_t, g.n_node + 1);
    *n_group = 0;
    for (uint32_t i = 0; i < g.n_node; i++)
        number[i] = g.head[i] == i ? (uint32_t)(*n_group)++ : number[g.head[i]];
    for (size_t i = 0; i < n; i++)
        group[g.sorted[i] - mentions] = number[g.node[i]];
}
