/* A case's vocabulary: which concept a phrase names.
 *
 * A pattern is a row of slots; a slot is a lemma or several ("attack|assault"), `?` before it
 * makes it welcome but not needed, `-` forbids it. All needed slots must be among the words of
 * the phrase, in any order. A slot weighs the logarithm of how few concepts have the word that
 * fills it (inverse frequency), over one plus the steps in the tree from the phrase's head to it, so
 * that what a long clause mentions in passing counts little. It abstains when the best two
 * concepts score nearly the same.
 */
#include "read/vocabulary.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/nearest.h"
#include "num/num.h"

#define MAX_FILE ((size_t)4 << 20)
#define MAX_WORDS 200    /* of a phrase; farther ones count nothing */
#define MAX_INDEXED 8192 /* patterns; of more each is tried */
#define CLEARLY 1.15     /* the best must beat the second concept by this factor */
#define LEAST 1.2        /* score below which nothing is meant */
#define MAX_TYPO 3       /* letters by which an id may miss a known one */
#define MIN_CONCEPTS 20  /* in a small vocabulary words are not rare for that */
#define CLAUSE_STEPS 2   /* more that a clause within the phrase is away from its head */
#define CUE_WIDTH 18 /* words that those of a cue may take up: farther ones speak of other things */

typedef struct slot {
    const char **words;
    uint32_t *ids;   /* of the words, in lower case */
    double *weights; /* of the words */
    size_t n, cap, cap_ids, cap_weights;
    bool is_optional, is_forbidden;
} slot;

typedef struct pattern {
    uint32_t concept;
    int sign;
    bool has_denial;
    slot slots[DTN_MAX_SLOTS];
    size_t n;
} pattern;

struct dtn_vocabulary {
    dtn_arena arena;
    const char **concepts;
    dtn_pos *places; /* [n_concept] where each stands first */
    size_t n_concept, cap_concept, cap_place;
    pattern *patterns;
    size_t n, cap;
    dtn_map words;   /* word -> number of concepts that have it */
    dtn_map ids;     /* word in lower case -> its number */
    uint32_t **rows; /* [n_id] the patterns that need a word or welcome it, ascending */
    size_t *n_row;   /* [n_id] */
    size_t n_id;
    char hash[33];
};

static uint32_t concept_of(dtn_vocabulary *v, const char *id, dtn_pos pos)
{
    size_t n = v->n_concept;
    for (size_t i = 0; i < v->n_concept; i++)
        if (strcmp(v->concepts[i], id) == 0)
            return (uint32_t)i;
    pos.file = dtn_arena_strdup(&v->arena, pos.file);
    DTN_PUSH(&v->arena, v->places, n, v->cap_place, pos);
    DTN_PUSH(&v->arena, v->concepts, v->n_concept, v->cap_concept, dtn_arena_strdup(&v->arena, id));
    return (uint32_t)v->n_concept - 1;
}

static void read_slot(dtn_vocabulary *v, slot *s, char *text)
{
    s->is_optional = *text == '?';
    s->is_forbidden = *text == '-';
    if (s->is_optional || s->is_forbidden)
        text++;
    for (char *at = text; at && *at;) {
        char *bar = strchr(at, '|');
        if (bar)
            *bar = '\0';
        DTN_PUSH(&v->arena, s->words, s->n, s->cap, dtn_arena_strdup(&v->arena, at));
        at = bar ? bar + 1 : NULL;
    }
}

static bool read_pattern(dtn_vocabulary *v, pattern *p, char *text)
{
    bool has_needed = false;
    for (char *at = text; at && *at;) {
        char *blank = strchr(at, ' ');
        if (blank)
            *blank = '\0';
        if (p->n == DTN_MAX_SLOTS)
            return false;
        if (*at) {
            read_slot(v, &p->slots[p->n], at);
            has_needed |= !p->slots[p->n].is_optional && !p->slots[p->n].is_forbidden;
            if (p->slots[p->n].n == 0)
                return false;
            p->n++;
        }
        at = blank ? blank + 1 : NULL;
    }
    return has_needed;
}

static bool holds_denial(const pattern *p)
{
    static const char *const words[] = {"not", "no", "never", "without", "fail", "n't", "nothing"};
    for (size_t k = 0; k < p->n; k++)
        for (size_t w = 0; w < p->slots[k].n; w++)
            for (size_t i = 0; i < sizeof words / sizeof *words; i++)
                if (strcmp(p->slots[k].words[w], words[i]) == 0)
                    return true;
    return false;
}

/* concept, sign, pattern, note */
static void read_row(dtn_vocabulary *v, const char *first, char *line, dtn_pos pos,
                     dtn_diags *diags)
{
    char hint[80];
    char *sign = strchr(line, '\t'), *text = sign ? strchr(sign + 1, '\t') : NULL;
    if (!text || text == sign + 1) {
        (void)snprintf(hint, sizeof hint, "columns: %s, + or -, pattern", first);
        dtn_diags_add(diags, 930, pos, hint, "a row needs three columns with tabs between them");
        return;
    }
    *sign++ = *text++ = '\0';
    char *rest = strchr(text, '\t');
    if (rest)
        *rest = '\0';
    pattern p = {.sign = *sign == '-' ? -1 : 1};
    if ((*sign != '-' && *sign != '+') || sign[1] != '\0' || !*line) {
        const dtn_pos at = {pos.file, pos.line, *line ? (uint32_t)(sign - line) + 1 : 1};
        (void)snprintf(hint, sizeof hint, "+: the words speak for the %s, -: against", first);
        dtn_diags_add(
            diags, 930, at,
            strcmp(first, "concept") == 0 ? "+: the words mean more of the concept, -: less" : hint,
            "the second column must be + or -");
        return;
    }
    p.concept = concept_of(v, line, pos);
    if (!read_pattern(v, &p, text)) {
        const dtn_pos at = {pos.file, pos.line, (uint32_t)(text - line) + 1};
        dtn_diags_add(diags, 930, at, "one to eight words, at least one without ? or -",
                      "the pattern cannot be used");
        return;
    }
    p.has_denial = holds_denial(&p);
    DTN_PUSH(&v->arena, v->patterns, v->n, v->cap, p);
}

static void count_words(dtn_vocabulary *v, const slot *s, uint32_t concept, dtn_map *last)
{
    for (size_t w = 0; w < s->n; w++) {
        if (dtn_map_get(last, s->words[w]) == concept)
            continue;
        dtn_map_set(last, &v->arena, s->words[w], concept);
        const uint32_t n = dtn_map_get(&v->words, s->words[w]);
        dtn_map_set(&v->words, &v->arena, s->words[w], n == DTN_MAP_NONE ? 1 : n + 1);
    }
}

/* How many concepts have a word. A word that a pattern forbids does not speak for its concept. */
static void count_concepts(dtn_vocabulary *v)
{
    dtn_map last = {0}; /* word -> the last concept that has it */
    for (uint32_t c = 0; c < v->n_concept; c++)
        for (size_t i = 0; i < v->n; i++)
            for (size_t k = 0; v->patterns[i].concept == c && k < v->patterns[i].n; k++)
                if (!v->patterns[i].slots[k].is_forbidden)
                    count_words(v, &v->patterns[i].slots[k], c, &last);
}

/* Rare words say more: log of how few concepts have them. */
static void set_weights(dtn_vocabulary *v)
{
    const double n_concept = (double)(v->n_concept > MIN_CONCEPTS ? v->n_concept : MIN_CONCEPTS);
    count_concepts(v);
    for (size_t i = 0; i < v->n; i++)
        for (size_t k = 0; k < v->patterns[i].n; k++) {
            slot *s = &v->patterns[i].slots[k];
            for (size_t w = 0, n = 0; w < s->n; w++) {
                const uint32_t has = dtn_map_get(&v->words, s->words[w]);
                DTN_PUSH(&v->arena, s->weights, n, s->cap_weights,
                         dtn_log(1 + n_concept / (has == DTN_MAP_NONE ? 1 : has)));
            }
        }
}

#define MAX_WORD 64 /* bytes; longer ones are no words of a vocabulary */

/* ASCII letters are enough: patterns are lower case. */
static const char *lowered(const char *word, char out[MAX_WORD])
{
    size_t n = 0;
    for (; n < MAX_WORD - 1 && word[n]; n++)
        out[n] = (char)(word[n] >= 'A' && word[n] <= 'Z' ? word[n] + 32 : word[n]);
    out[word[n] ? 0 : n] = '\0';
    return out;
}

static void number_words(dtn_vocabulary *v, slot *s)
{
    char low[MAX_WORD];
    for (size_t w = 0, n = 0; w < s->n; w++) {
        uint32_t id = dtn_map_get(&v->ids, lowered(s->words[w], low));
        if (id == DTN_MAP_NONE) {
            id = (uint32_t)v->n_id++;
            dtn_map_set(&v->ids, &v->arena, dtn_arena_strdup(&v->arena, low), id);
        }
        DTN_PUSH(&v->arena, s->ids, n, s->cap_ids, id);
    }
}

/* Numbers of words, and by each word the patterns that it may be one of. */
static void set_index(dtn_vocabulary *v)
{
    for (size_t i = 0; i < v->n; i++)
        for (size_t k = 0; k < v->patterns[i].n; k++)
            number_words(v, &v->patterns[i].slots[k]);
    v->rows = DTN_NEW_N(&v->arena, uint32_t *, v->n_id + 1);
    v->n_row = DTN_NEW_N(&v->arena, size_t, v->n_id + 1);
    size_t *cap = DTN_NEW_N(&v->arena, size_t, v->n_id + 1);
    for (uint32_t i = 0; i < v->n; i++)
        for (size_t k = 0; k < v->patterns[i].n; k++) {
            const slot *s = &v->patterns[i].slots[k];
            for (size_t w = 0; w < s->n && !s->is_forbidden; w++)
                DTN_PUSH(&v->arena, v->rows[s->ids[w]], v->n_row[s->ids[w]], cap[s->ids[w]], i);
        }
}

/* "concept, sign, pattern": the second column names itself, or the third does. */
static bool is_heading(const char *line)
{
    const char *sign = strchr(line, '\t'), *text = sign ? strchr(sign + 1, '\t') : NULL;
    return text && (strncasecmp(sign + 1, "sign\t", 5) == 0 ||
                    (strncasecmp(text + 1, "pattern", 7) == 0 && strchr("\t\r", text[8])));
}

/* `text` may be NULL; its line ends are written over. */
static void read_rows(dtn_vocabulary *v, const char *path, const char *first, char *text,
                      dtn_diags *diags)
{
    bool is_first = true;
    uint32_t line = 1;
    for (char *at = text; at && *at; line++) {
        char *end = strchr(at, '\n');
        if (end)
            *end = '\0';
        if (*at && *at != '#') {
            if (!is_first || !is_heading(at))
                read_row(v, first, at, (dtn_pos){path, line, 1}, diags);
            is_first = false;
        }
        at = end ? end + 1 : NULL;
    }
}

dtn_status dtn_vocabulary_read(const char *path, const char *first, dtn_vocabulary **out,
                               dtn_diags *diags)
{
    char *text = NULL;
    size_t n = 0, n_error = diags->n_error;
    dtn_status status = dtn_file_read(path, MAX_FILE, &text, &n, diags);
    if (status != DTN_OK)
        return status;
    dtn_vocabulary *v = dtn_alloc(sizeof *v);
    if (!v) {
        dtn_free(text);
        return DTN_E_MEMORY;
    }
    dtn_arena_init(&v->arena);
    if (DTN_ARENA_GUARD(&v->arena)) {
        dtn_free(text);
        dtn_vocabulary_delete(v);
        return DTN_E_MEMORY;
    }
    dtn_hash128_hex(text, n, v->hash);
    const bool has_mark =
        text && strncmp(text, "\xEF\xBB\xBF", 3) == 0; /* as some editors save UTF-8 */
    read_rows(v, path, first, has_mark ? text + 3 : text, diags);
    dtn_free(text);
    if (diags->n_error > n_error) {
        dtn_vocabulary_delete(v);
        return DTN_E_INPUT;
    }
    set_weights(v);
    set_index(v);
    *out = v;
    return DTN_OK;
}

dtn_status dtn_vocabulary_check(const dtn_vocabulary *v, const char *const *known, size_t n,
                                const char *what, bool is_strict, dtn_diags *diags)
{
    const size_t n_error = diags->n_error;
    char hint[160];
    for (size_t i = 0; i < v->n_concept; i++) {
        dtn_nearest nearest;
        bool is_known = false;
        dtn_nearest_init(&nearest, v->concepts[i]);
        for (size_t k = 0; k < n && !is_known; k++) {
            is_known = strcmp(known[k], v->concepts[i]) == 0;
            dtn_nearest_add(&nearest, known[k]);
        }
        if (is_known)
            continue;
        (void)snprintf(hint, sizeof hint, nearest.best ? "did you mean `%s`?" : "see case.yaml%s",
                       nearest.best ? nearest.best : "");
        const bool is_typo = nearest.best && nearest.best_distance <= MAX_TYPO;
        dtn_diags_add_as(diags, is_strict || is_typo ? DTN_ERROR : DTN_NOTE, 605, v->places[i],
                         hint, "`%s` is not %s", v->concepts[i], what);
    }
    return diags->n_error > n_error ? DTN_E_INPUT : DTN_OK;
}

void dtn_vocabulary_delete(dtn_vocabulary *v)
{
    if (!v)
        return;
    dtn_arena_free(&v->arena);
    dtn_free(v);
}

const char *dtn_vocabulary_hash(const dtn_vocabulary *v) { return v ? v->hash : "none"; }

/* ---- Linking ------------------------------------------------------------------ */

typedef struct phrase {
    const dtn_sentence *sentence;
    dtn_span span;
    uint32_t head;
    double near[MAX_WORDS];     /* 1 / (1 + steps from the head); 0: not counted */
    uint32_t ids[MAX_WORDS][2]; /* of form and lemma; DTN_MAP_NONE: no word of the vocabulary */
} phrase;

/* What a clause of its own says in passing ("hardliners, who never moved against the armed group"). */
static bool is_aside(const dtn_word *w)
{
    return strcmp(w->relation, "acl:relcl") == 0 || dtn_word_hangs(w, "appos") ||
           dtn_word_hangs(w, "advcl");
}

static double nearness(const dtn_sentence *s, uint32_t word, uint32_t head)
{
    double steps = 0;
    for (uint32_t i = word; i != head; i = s->words[i].head, steps++) {
        if (i == DTN_NO_WORD || steps > 12)
            return 0.1;
        steps += is_aside(&s->words[i]) ? CLAUSE_STEPS : 0;
    }
    return 1 / (1 + 0.5 * steps);
}

/* A name is no verb: the "United" of a country does not unite. Only its plural gives way. */
static bool has_lemma(const dtn_word *w)
{
    const size_t n = strlen(w->form);
    const bool is_name = w->tag == DTN_TAG_PROPN || (w->xtag && strncmp(w->xtag, "NNP", 3) == 0);
    return !is_name || (n > 0 && w->form[n - 1] == 's');
}

static bool same_word(const dtn_word *w, const char *word)
{
    return strcasecmp(w->form, word) == 0 || (has_lemma(w) && strcmp(w->lemma, word) == 0);
}

static void number_phrase(const dtn_vocabulary *v, phrase *p)
{
    char low[MAX_WORD];
    for (uint32_t i = p->span.begin; i < p->span.end; i++) {
        const dtn_word *w = &p->sentence->words[i];
        uint32_t *ids = p->ids[i - p->span.begin];
        ids[0] = dtn_map_get(&v->ids, lowered(w->form, low));
        ids[1] = has_lemma(w) ? dtn_map_get(&v->ids, w->lemma) : DTN_MAP_NONE;
    }
}

/* What the best word of a slot but `taken` says in the phrase, by rareness and place; 0: not there. */
static double best_of(const phrase *p, const slot *s, uint32_t taken, uint32_t *word)
{
    double best = 0;
    for (uint32_t i = p->span.begin; i < p->span.end; i++) {
        const uint32_t *ids = p->ids[i - p->span.begin];
        if ((ids[0] == DTN_MAP_NONE && ids[1] == DTN_MAP_NONE) || i == taken)
            continue;
        for (size_t w = 0; w < s->n; w++) {
            const double one = s->weights[w] * p->near[i - p->span.begin];
            if (one > best && (s->ids[w] == ids[0] || s->ids[w] == ids[1])) {
                best = one;
                *word = i;
            }
        }
    }
    return best;
}

static double score(const phrase *p, const pattern *row)
{
    double sum = 0, first = 0;
    uint32_t taken = DTN_NO_WORD; /* by the first slot that is needed */
    for (size_t k = 0; k < row->n; k++) {
        const slot *s = &row->slots[k];
        uint32_t word = DTN_NO_WORD, other = DTN_NO_WORD;
        double one = best_of(p, s, DTN_NO_WORD, &word);
        if (s->is_forbidden ? one > 0 : one == 0 && !s->is_optional)
            return 0;
        if (s->is_forbidden)
            continue;
        if (!s->is_optional && word == taken && taken != DTN_NO_WORD) {
            /* one word does not fill two: "the target" is no target that is hit */
            const double here = best_of(p, s, taken, &other);
            const double there = best_of(p, &row->slots[0], taken, &other);
            if (here == 0 && there == 0)
                return 0;
            one = here > 0 ? here : one + there - first;
        }
        if (k == 0 && !s->is_optional) {
            taken = word;
            first = one;
        }
        sum += one;
    }
    return sum;
}

static void set_naming(const phrase *p, const pattern *row, dtn_naming *how)
{
    bool is_missing = true; /* all that is needed */
    how->sign = row->sign;
    how->n = 0;
    for (size_t k = 0; k < row->n; k++) {
        const slot *s = &row->slots[k];
        uint32_t word = 0;
        if (s->is_forbidden || best_of(p, s, DTN_NO_WORD, &word) == 0)
            continue;
        how->words[how->n++] = word;
        is_missing &= s->is_optional || dtn_read_is_missing(p->sentence, word, p->head);
    }
    if (is_missing)
        how->sign = -how->sign;
}

/* Marks the patterns that a word of the phrase may be one of: others score nothing. False: too many patterns. */
static bool mark_met(const dtn_vocabulary *v, const phrase *p, uint64_t met[MAX_INDEXED / 64])
{
    if (v->n > MAX_INDEXED)
        return false;
    memset(met, 0, (v->n + 63) / 64 * sizeof *met);
    for (uint32_t i = p->span.begin; i < p->span.end; i++)
        for (int k = 0; k < 2; k++) {
            const uint32_t id = p->ids[i - p->span.begin][k];
            for (size_t r = 0; id != DTN_MAP_NONE && r < v->n_row[id]; r++)
                met[v->rows[id][r] / 64] |= (uint64_t)1 << (v->rows[id][r] % 64);
        }
    return true;
}

const char *dtn_vocabulary_link(const dtn_vocabulary *v, const dtn_sentence *sentence,
                                dtn_span span, uint32_t head, dtn_naming *how)
{
    *how = (dtn_naming){.sign = 1, .head = head};
    if (!v || span.begin >= span.end || head == DTN_NO_WORD)
        return NULL;
    phrase p = {.sentence = sentence, .span = span, .head = head};
    const bool all = dtn_read_set_aside(sentence, head);
    if (p.span.end - p.span.begin > MAX_WORDS)
        p.span.end = p.span.begin + MAX_WORDS;
    for (uint32_t i = p.span.begin; i < p.span.end; i++)
        p.near[i - p.span.begin] =
            all || !dtn_read_set_aside(sentence, i) ? nearness(sentence, i, head) : 0;
    number_phrase(v, &p);
    uint64_t met[MAX_INDEXED / 64];
    const bool is_indexed = mark_met(v, &p, met);
    double best = 0, second = 0;
    uint32_t concept = DTN_NO_WORD;
    size_t row = 0;
    for (size_t i = 0; i < v->n; i++) {
        if (is_indexed && !(met[i / 64] >> (i % 64) & 1))
            continue;
        double one = score(&p, &v->patterns[i]);
        if (v->patterns[i].concept == concept) {
            row = one > best ? i : row;
            best = one > best ? one : best;
        } else if (one > best) {
            second = best;
            best = one;
            concept = v->patterns[i].concept;
            row = i;
        } else if (one > second) {
            second = one;
        }
    }
    if (best < LEAST || best < CLEARLY * second)
        return NULL;
    set_naming(&p, &v->patterns[row], how);
    return v->concepts[concept];
}

/* ---- Cues --------------------------------------------------------------------- */

static bool fills(const dtn_word *w, const slot *one)
{
    for (size_t i = 0; i < one->n; i++)
        if (same_word(w, one->words[i]))
            return true;
    return false;
}

/* The first word of [begin, end) that fills a slot; those that the sentence sets aside only if `aside`. */
static uint32_t first_of(const dtn_sentence *s, const slot *one, dtn_span in, bool aside)
{
    for (uint32_t i = in.begin; i < in.end; i++)
        if (fills(&s->words[i], one) && (aside || !dtn_read_set_aside(s, i)))
            return i;
    return DTN_NO_WORD;
}

/* The words of a cue from word `begin` on, in `out`: how many words they take up; DTN_NO_WORD: not all are there. */
static uint32_t width_from(const dtn_sentence *s, const pattern *p, uint32_t begin, bool aside,
                           dtn_cue *out)
{
    const dtn_span in = {begin, begin + CUE_WIDTH < s->n ? begin + CUE_WIDTH : s->n};
    uint32_t last = begin;
    *out = (dtn_cue){.sign = p->sign, .has_denial = p->has_denial, .word = DTN_NO_WORD};
    for (size_t k = 0; k < p->n; k++) {
        const slot *one = &p->slots[k];
        const uint32_t at = first_of(s, one, in, aside);
        if (one->is_forbidden || (at == DTN_NO_WORD && one->is_optional))
            continue;
        if (at == DTN_NO_WORD)
            return DTN_NO_WORD;
        out->is_set_aside |= aside && dtn_read_set_aside(s, at);
        out->words[out->n_word++] = at;
        out->word = at < out->word ? at : out->word;
        last = at > last ? at : last;
    }
    return out->n_word > 0 ? last - out->word : DTN_NO_WORD;
}

static uint32_t n_among(const dtn_cue *cue, dtn_span at)
{
    uint32_t n = 0;
    for (size_t i = 0; i < cue->n_word; i++)
        n += cue->words[i] >= at.begin && cue->words[i] < at.end;
    return n;
}

static bool has_word(const dtn_cue *cue, uint32_t word)
{
    for (size_t i = 0; i < cue->n_word; i++)
        if (cue->words[i] == word)
            return true;
    return false;
}

/* Where most of a cue's words stand among [at), and of such places where they stand closest together: how many they
 * are, in *most; false: nowhere. Words that the sentence sets aside only where there are no others. */
static bool has_cue(const dtn_sentence *s, const pattern *p, dtn_span at, dtn_cue *out,
                    uint32_t *most)
{
    uint32_t least = DTN_NO_WORD;
    *most = 0;
    for (size_t k = 0; k < p->n;
         k++) /* what the whole sentence lacks or has, no place of it decides */
        if (!p->slots[k].is_optional &&
            p->slots[k].is_forbidden !=
                (first_of(s, &p->slots[k], (dtn_span){0, s->n}, true) == DTN_NO_WORD))
            return false;
    for (int aside = 0; aside < 2 && (least == DTN_NO_WORD || (*most == 0 && at.end > 0)); aside++)
        for (uint32_t i = 0; i < s->n; i++) {
            dtn_cue one;
            const uint32_t width = width_from(s, p, i, aside, &one);
            if (width == DTN_NO_WORD)
                continue;
            const uint32_t n = n_among(&one, at);
            if (least != DTN_NO_WORD && (n < *most || (n == *most && width >= least)))
                continue;
            least = width;
            *most = n;
            *out = one;
        }
    return least != DTN_NO_WORD;
}

/* Its number; that of none if there are no cues for it. */
static uint32_t number_of(const dtn_vocabulary *v, const char *concept)
{
    uint32_t i = 0;
    while (i < v->n_concept && strcmp(v->concepts[i], concept) != 0)
        i++;
    return i;
}

bool dtn_vocabulary_cue(const dtn_vocabulary *v, const dtn_sentence *sentence, const char *concept,
                        dtn_cue *out)
{
    const uint32_t wanted = number_of(v, concept);
    uint32_t n;
    for (size_t i = 0; i < v->n; i++) {
        const pattern *p = &v->patterns[i];
        if (p->concept == wanted && has_cue(sentence, p, (dtn_span){0, 0}, out, &n))
            return true;
    }
    return false;
}

bool dtn_vocabulary_cue_at(const dtn_vocabulary *v, const dtn_sentence *sentence,
                           const char *concept, dtn_span at, dtn_cue *out)
{
    const uint32_t wanted = number_of(v, concept);
    uint32_t most = 0;
    bool is_found = false;
    for (size_t i = 0; i < v->n; i++) {
        const pattern *p = &v->patterns[i];
        dtn_cue one;
        uint32_t n;
        if (p->concept != wanted || !has_cue(sentence, p, at, &one, &n) ||
            (is_found && n + has_word(&one, at.begin) <= most))
            continue;
        *out = one;
        most = n + has_word(&one, at.begin);
        is_found = true;
    }
    return is_found;
}
