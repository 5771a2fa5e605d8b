/* Sentences: words to rows, the network, the tree, relations, lemmas.
 *
 * Sentences of about the same length go through the network together (kernel.c), whatever their order in the text.
 * The root's relation is "root" and no other word's is: that is a convention of the treebanks, so
 * it is kept rather than guessed. All else is the network's first choice.
 */
#include "syntax/parser.h"

#include "num/num.h"

#include <assert.h>
#include <string.h>

extern const dtn_syn_kernel dtn_syn_kernel_scalar;
#if defined(__x86_64__)
extern const dtn_syn_kernel dtn_syn_kernel_sse2, dtn_syn_kernel_avx, dtn_syn_kernel_avx2,
    dtn_syn_kernel_avx512, dtn_syn_kernel_vnni;
#endif

const dtn_syn_kernel *dtn_syn_kernel_get(int isa)
{
#if defined(__x86_64__)
    dtn_isa best = dtn_isa_best();
    if (best == DTN_ISA_AVX512 && !__builtin_cpu_supports("avx512bw"))
        best = DTN_ISA_AVX2;
    if (isa > (int)DTN_ISA_AVX512 && best == DTN_ISA_AVX512 && __builtin_cpu_supports("avx512vnni"))
        return &dtn_syn_kernel_vnni;
    switch (isa < (int)best ? (dtn_isa)isa : best) {
    case DTN_ISA_AVX512: return &dtn_syn_kernel_avx512;
    case DTN_ISA_AVX2: return &dtn_syn_kernel_avx2;
    case DTN_ISA_AVX: return &dtn_syn_kernel_avx;
    case DTN_ISA_SSE2: return &dtn_syn_kernel_sse2;
    case DTN_ISA_SCALAR: break;
    }
#else
    (void)isa;
#endif
    return &dtn_syn_kernel_scalar;
}

/* ---- Space ------------------------------------------------------------------------ */

static void *cut(char **at, size_t n)
{
    void *p = *at;
    *at = p ? *at + (n + 63) / 64 * 64 : (char *)0;
    return p;
}

size_t dtn_syn_work_cut(dtn_syn_work *k, uint32_t n, char *block)
{
    size_t total = 0;
    char *at = block;
    *k = (dtn_syn_work){.n = n, .n_pad = (n + 1 + 15) / 16 * 16};
    const size_t f = sizeof(float), pad = k->n_pad;
#define CUT(field, bytes)                  \
    do {                                   \
        k->field = cut(&at, (bytes));      \
        total += ((bytes) + 63) / 64 * 64; \
    } while (0)
    CUT(row, n * sizeof *k->row);
    CUT(words, n * sizeof *k->words);
    CUT(known, n * sizeof *k->known);
    CUT(first, n * sizeof *k->first);
    CUT(x, n * DTN_SYN_X * sizeof(int16_t));
    CUT(out0, n * DTN_SYN_OUT * sizeof(int16_t));
    CUT(out1, n * DTN_SYN_OUT * sizeof(int16_t));
    CUT(narrow, n * DTN_SYN_ARC * sizeof(int16_t));
    CUT(gates, n * DTN_SYN_GATES * f);
    CUT(tags, n * DTN_SYN_TAGS * f);
    CUT(dep, n * DTN_SYN_ARC * f);
    CUT(head, n * DTN_SYN_ARC * f);
    CUT(pair, n * DTN_SYN_ARC * f);
    CUT(label_dep, n * DTN_SYN_LABEL * f);
    CUT(label_head, n * DTN_SYN_LABEL * f);
    CUT(turned, DTN_SYN_ARC * pad * f);
    CUT(scores, n * pad * f);
    CUT(relations, n * DTN_SYN_RELATIONS * f);
    CUT(heads, n * sizeof *k->heads);
    CUT(tree, dtn_syn_tree_bytes(n));
#undef CUT
    return total;
}

/* ---- A sentence ----------------------------------------------------------------------- */

static uint32_t row_of(const dtn_syntax *s, uint64_t hash)
{
    size_t at = hash & (s->n_slot - 1);
    while (s->slots[at].row && s->slots[at].hash != hash)
        at = (at + 1) & (s->n_slot - 1);
    return s->slots[at].row;
}

static uint32_t greatest(const float *z, uint32_t n)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < n; i++)
        if (z[i] > z[best])
            best = i;
    return best;
}

static const char *relation_of(const dtn_syntax *s, const float *z, bool is_root)
{
    if (is_root)
        return s->relations[s->root];
    uint32_t best = s->root == 0 && s->n_relation > 1 ? 1 : 0;
    for (uint32_t r = 0; r < s->n_relation; r++)
        if (r != s->root && z[r] > z[best])
            best = r;
    return s->relations[best];
}

/* ---- Lemmas ----------------------------------------------------------------------------- */

/* To the treebanks: the list of vectors has "laude" and "shel" as well. */
static bool is_known(const dtn_syntax *s, const char *word, size_t n)
{
    char text[DTN_SYN_MAX_ADD + 1];
    dtn_syn_features features;
    if (n == 0 || n >= sizeof text)
        return false;
    memcpy(text, word, n);
    text[n] = '\0';
    dtn_syn_features_get(text, false, &features);
    const uint32_t row = row_of(s, features.word);
    return row != 0 && row < s->n_known;
}

static bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

/* Spelling: "massacr", "strangl" and "strav" are no ends of English verbs, and "straf", of one short
 * syllable, would have had its last letter doubled. */
static bool takes_e(const char *stem, size_t n)
{
    size_t n_vowel = 0;
    if (n < 3)
        return false;
    for (size_t i = 0; i < n; i++)
        n_vowel += is_vowel(stem[i]);
    const char last = stem[n - 1], before = stem[n - 2];
    if (last == 'v' || last == 'c' || last == 'u')
        return true;
    if ((last == 'r' || last == 'l') && !is_vowel(before) && before != last && before != 'r')
        return true;
    if ((last == 'd' || last == 'k') && is_vowel(before) && before != 'i' && !is_vowel(stem[n - 3]))
        return true; /* invade, concede, explode, rebuke; not head, avoid */
    return n_vowel == 1 && is_vowel(before) && !is_vowel(last) && last != 'w' && last != 'x' &&
           last != 'y';
}

/* "kidnapp", "slamm": what follows a short vowel is doubled before the ending. */
static bool is_doubled(const char *stem, size_t n)
{
    return n > 3 && stem[n - 1] == stem[n - 2] && strchr("bdgmnpr", stem[n - 1]) != NULL;
}

/* "uproot", "laud", "riot": no e behind two vowels and one of these. */
static bool ends_long(const char *stem, size_t n)
{
    static const char *const pairs[] = {"oo", "oa", "ai", "ea", "ee", "au", "io"};
    bool is_pair = false;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs && n > 3; i++)
        is_pair |= memcmp(stem + n - 3, pairs[i], 2) == 0;
    return is_pair && strchr("dtmnpkl", stem[n - 1]) != NULL;
}

/* "shelled": a rule of its ending may say "shel", which is no word. Without its ending, with an e, and
 * with one of two consonants: the first that training knew. */
static void correct_regular(const dtn_syntax *s, const char *ending, char *lemma, const char *form)
{
    char stem[DTN_SYN_MAX_ADD + 2];
    const size_t n_form = strlen(form), n_end = strlen(ending);
    if (n_form <= n_end + 1 || n_form > DTN_SYN_MAX_ADD ||
        strcmp(form + n_form - n_end, ending) != 0 || is_known(s, lemma, strlen(lemma)))
        return;
    const size_t n = n_form - n_end;
    memcpy(stem, form, n);
    for (size_t i = 0; i < n; i++)
        stem[i] = stem[i] >= 'A' && stem[i] <= 'Z' ? (char)(stem[i] + 32) : stem[i];
    stem[n] = 'e';
    const size_t tries[] = {n, n + 1, n > 2 && stem[n - 1] == stem[n - 2] ? n - 1 : 0};
    for (size_t i = 0; i < 3; i++)
        if (is_known(s, stem, tries[i])) {
            memcpy(lemma, stem, tries[i]);
            lemma[tries[i]] = '\0';
            return;
        }
    const size_t spelled = takes_e(stem, n)      ? n + 1
                           : is_doubled(stem, n) ? n - 1
                           : ends_long(stem, n)  ? n
                                                 : 0;
    if (spelled) {
        memcpy(lemma, stem, spelled);
        lemma[spelled] = '\0';
    }
}

/* Verbs that the treebanks hardly have and that no rule of endings finds. */
static bool correct_irregular(char *lemma, const char *form)
{
    static const char *const verbs[][2] = {{"shot", "shoot"},
                                           {"slain", "slay"},
                                           {"froze", "freeze"},
                                           {"frozen", "freeze"},
                                           {"dug", "dig"},
                                           {"wove", "weave"},
                                           {"woven", "weave"},
                                           {"flung", "fling"},
                                           {"stung", "sting"},
                                           {"swung", "swing"},
                                           {"wrung", "wring"},
                                           {"shone", "shine"},
                                           {"slid", "slide"},
                                           {"swam", "swim"},
                                           {"slew", "slay"},
                                           {"fled", "flee"},
                                           {"swore", "swear"},
                                           {"sworn", "swear"},
                                           {"overran", "overrun"},
                                           {"bled", "bleed"},
                                           {"strove", "strive"},
                                           {"withdrew", "withdraw"},
                                           {"withdrawn", "withdraw"},
                                           {"struck", "strike"},
                                           {"stricken", "strike"},
                                           {"blew", "blow"},
                                           {"blown", "blow"},
                                           {"fed", "feed"},
                                           {"lent", "lend"},
                                           {"boycotted", "boycott"},
                                           {"boycotting", "boycott"},
                                           {"convened", "convene"},
                                           {"deplored", "deplore"},
                                           {"implored", "implore"},
                                           {"martyred", "martyr"},
                                           {"martyring", "martyr"},
                                           {"extradited", "extradite"},
                                           {"extraditing", "extradite"}};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(form, verbs[i][0]) == 0) {
            memcpy(lemma, verbs[i][1], strlen(verbs[i][1]) + 1);
            return true;
        }
    return false;
}

static void correct_lemma(const dtn_syntax *s, const char *xpos, char *lemma, const char *form)
{
    if (strncmp(xpos, "VB", 2) != 0 || correct_irregular(lemma, form))
        return;
    if (strcmp(xpos, "VBG") == 0)
        correct_regular(s, "ing", lemma, form);
    else if (strcmp(xpos, "VBD") == 0 || strcmp(xpos, "VBN") == 0)
        correct_regular(s, "ed", lemma, form);
}

static size_t lemma_bytes(const char *form) { return strlen(form) + DTN_SYN_MAX_ADD + 1; }

static void set_word(const dtn_syntax *s, const dtn_syn_work *k, uint32_t i, dtn_syntax_word *word,
                     char *lemma)
{
    const uint32_t tag = greatest(k->tags + (size_t)i * DTN_SYN_TAGS, s->n_tag);
    word->upos = s->upos[s->tag_upos[tag]];
    word->xpos = s->xpos[s->tag_xpos[tag]];
    word->head = k->heads[i];
    word->relation = relation_of(s, k->relations + (size_t)i * DTN_SYN_RELATIONS, k->heads[i] == 0);
    dtn_syn_lemma(s->rules, s->n_rule, word->form, s->tag_xpos[tag], lemma,
                  lemma_bytes(word->form));
    correct_lemma(s, word->xpos, lemma, word->form);
    word->lemma = lemma;
}

/* "Rebels shelled villages": what has an object and ends so is a verb, though its tag says adjective. */
static void correct_tag(const dtn_syntax *s, dtn_syntax_word *word, char *lemma)
{
    const size_t n = strlen(word->form);
    if (strcmp(word->xpos, "JJ") != 0 || n < 4 || strcmp(word->form + n - 2, "ed") != 0)
        return;
    word->upos = "VERB";
    word->xpos = "VBD";
    correct_lemma(s, word->xpos, lemma, word->form);
}

/* ---- Many sentences ------------------------------------------------------------------------- */

static void prepare(const dtn_syntax *s, const dtn_syntax_sentence *sentence, dtn_syn_work *k)
{
    for (uint32_t i = 0; i < k->n; i++) {
        dtn_syn_features_get(sentence->words[i].form, i == 0, &k->words[i]);
        k->known[i] = dtn_syn_memory_get(s->memory, &k->words[i]);
        k->row[i] = k->known[i] ? 0 : row_of(s, k->words[i].word);
    }
}

static void remember(const dtn_syntax *s, const dtn_syn_work *k)
{
    for (uint32_t i = 0; i < k->n; i++)
        if (k->known[i] >= (const dtn_syn_first *)k->first &&
            k->known[i] < (const dtn_syn_first *)k->first + k->n)
            dtn_syn_memory_put(s->memory, &k->words[i], k->known[i]);
}

static void finish(const dtn_syntax *s, dtn_syntax_word *words, dtn_syn_work *k)
{
    dtn_syn_tree(k->scores, k->n, k->n_pad, k->heads, k->tree);
    s->kernel->relations(&s->weights, k);
    for (uint32_t i = 0; i < k->n; i++)
        set_word(s, k, i, &words[i], words[i].lemma);
    for (uint32_t i = 0; i < k->n; i++)
        if (strcmp(words[i].relation, "obj") == 0 && words[i].head > 0)
            correct_tag(s, &words[words[i].head - 1], words[words[i].head - 1].lemma);
}

/* `block`: for DTN_SYN_GROUP sentences of the greatest length. */
static void parse_group(const dtn_syntax *s, const dtn_syntax_sentence *const *group, uint32_t n,
                        char *block)
{
    dtn_syn_work works[DTN_SYN_GROUP];
    for (uint32_t g = 0; g < n; g++) {
        block += dtn_syn_work_cut(&works[g], group[g]->n, block);
        prepare(s, group[g], &works[g]);
    }
    s->kernel->encode(&s->weights, works, n);
    for (uint32_t g = 0; g < n; g++) {
        remember(s, &works[g]);
        finish(s, group[g]->words, &works[g]);
    }
}

/* The longest first, those of one length in the text's order. */
static const dtn_syntax_sentence **by_length(const dtn_syntax_sentence *sentences, size_t n,
                                             dtn_arena *arena)
{
    const dtn_syntax_sentence **out = DTN_NEW_N(arena, const dtn_syntax_sentence *, n + 1);
    size_t at[DTN_SYNTAX_MAX_WORDS + 1] = {0}; /* how many are longer */
    for (size_t i = 0; i < n; i++)
        for (uint32_t length = 0; length < sentences[i].n; length++)
            at[length]++;
    for (size_t i = 0; i < n; i++)
        out[at[sentences[i].n]++] = &sentences[i];
    return out;
}

/* Room for the lemmas, which are at most so long. */
static void give_lemmas(const dtn_syntax_sentence *sentence, dtn_arena *arena)
{
    size_t n = 0;
    for (uint32_t i = 0; i < sentence->n; i++)
        n += lemma_bytes(sentence->words[i].form);
    char *lemma = dtn_arena_alloc(arena, n);
    for (uint32_t i = 0; i < sentence->n; i++) {
        sentence->words[i].lemma = lemma;
        lemma += lemma_bytes(sentence->words[i].form);
    }
}

/* The arena is asked before the heap, so that a jump out of memory leaves nothing behind. */
void dtn_syntax_parse_all(const dtn_syntax *s, const dtn_syntax_sentence *sentences, size_t n,
                          dtn_arena *arena)
{
    dtn_syn_work longest;
    if (n == 0)
        return;
    for (size_t i = 0; i < n; i++) {
        assert(sentences[i].n >= 1 && sentences[i].n <= DTN_SYNTAX_MAX_WORDS);
        give_lemmas(&sentences[i], arena);
    }
    const dtn_syntax_sentence **order = by_length(sentences, n, arena);
    const size_t n_group = n < DTN_SYN_GROUP ? n : DTN_SYN_GROUP;
    /* not cleared: all that is read has been written */
    char *block = dtn_realloc(NULL, n_group * dtn_syn_work_cut(&longest, order[0]->n, NULL) + 64);
    if (!block)
        dtn_arena_fail(arena);
    for (size_t i = 0; i < n; i += DTN_SYN_GROUP)
        parse_group(s, order + i, (uint32_t)(n - i < n_group ? n - i : n_group),
                    block + (-(uintptr_t)block & 63));
    dtn_free(block);
}

void dtn_syntax_parse(const dtn_syntax *s, dtn_syntax_word *words, uint32_t n, dtn_arena *arena)
{
    dtn_syntax_parse_all(s, &(dtn_syntax_sentence){words, n}, 1, arena);
}
