/* Features of sentences and of candidates, by name.
 *
 * Names are text so that a file of weights can be read by people: "s:w=attack", "c:rule=lead-to".
 * Buckets instead of raw lengths, so that a linear model can bend.
 */
#include "read/rerank.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MAX_NAME 160 /* bytes; longer names are cut, which merges what no weight is for */

typedef struct emitter {
    dtn_feature_fn emit;
    void *ctx;
} emitter;

/* Only %s, %c and %d of one digit: names are made for every word, and printf takes as long as all else here. */
__attribute__((format(printf, 2, 3))) static void put(const emitter *e, const char *fmt, ...)
{
    char name[MAX_NAME];
    size_t n = 0;
    va_list args;
    va_start(args, fmt);
    for (const char *f = fmt; *f; f++) {
        char one[2] = {*f, '\0'};
        const char *text = one;
        if (*f == '%' && *++f == 's')
            text = va_arg(args, const char *);
        else if (*one == '%')
            one[0] = (char)(va_arg(args, int) + (*f == 'd' ? '0' : 0));
        for (; *text && n + 1 < MAX_NAME; text++)
            name[n++] = (char)(*text == '\t' || *text == '\n' || *text == '\r' ? ' ' : *text);
    }
    va_end(args);
    name[n] = '\0';
    e->emit(e->ctx, name, 1);
}

static const char *bucket(uint32_t n)
{
    return n == 0    ? "0"
           : n == 1  ? "1"
           : n == 2  ? "2"
           : n <= 4  ? "4"
           : n <= 7  ? "7"
           : n <= 12 ? "12"
           : n <= 20 ? "20"
                     : "99";
}

/* Words that say nothing of what a sentence claims. */
static bool is_dull(const dtn_word *w)
{
    return w->tag == DTN_TAG_PUNCT || w->tag == DTN_TAG_NUM || w->tag == DTN_TAG_DET ||
           w->tag == DTN_TAG_SYM;
}

static const char *shape(const dtn_word *w)
{
    return w->tag == DTN_TAG_PROPN ? "NAME" : w->tag == DTN_TAG_NUM ? "NUM" : w->lemma;
}

static const dtn_word *head_of(const dtn_sentence *s, const dtn_word *w)
{
    return w->head == DTN_NO_WORD ? NULL : &s->words[w->head];
}

void dtn_features_of_sentence(const dtn_rules *rules, const dtn_parsed *doc, uint32_t sentence,
                              const dtn_claim *claims, size_t n, dtn_feature_fn emit, void *ctx)
{
    (void)rules;
    const dtn_sentence *s = &doc->sentences[sentence];
    emitter e = {emit, ctx};
    put(&e, "s:bias");
    put(&e, "s:length=%s", bucket(s->n / 3));
    for (uint32_t i = 0; i < s->n; i++) {
        const dtn_word *w = &s->words[i], *head = head_of(s, w);
        if (!is_dull(w))
            put(&e, "s:w=%s", shape(w));
        if (i + 1 < s->n)
            put(&e, "s:b=%s_%s", shape(w), shape(&s->words[i + 1]));
        if (w->tag == DTN_TAG_VERB)
            put(&e, "s:v=%s/%s/%s", w->lemma, w->xtag, w->relation);
        if (head && (w->tag == DTN_TAG_ADP || w->tag == DTN_TAG_SCONJ || w->tag == DTN_TAG_PART)) {
            const dtn_word *up = head_of(s, head);
            put(&e, "s:p=%s/%s", w->lemma, head->relation);
            put(&e, "s:q=%s/%s", w->lemma, shape(head));
            if (up)
                put(&e, "s:r=%s/%s", shape(up), w->lemma);
        }
        if (head && !is_dull(w) && w->tag != DTN_TAG_ADP)
            put(&e, "s:d=%s/%s/%s", shape(head), w->relation, dtn_tag_name(w->tag));
    }
    for (size_t i = 0; i < n; i++) {
        if (claims[i].group != claims[0].group + i && i > 0 &&
            claims[i].group == claims[i - 1].group)
            continue; /* members of a row say nothing new */
        put(&e, "s:rule=%s", claims[i].rule->name);
        put(&e, "s:rt=%s/%s", claims[i].rule->name, s->words[claims[i].trigger].lemma);
        if (claims[i].cause < s->n)
            put(&e, "s:rc=%s/%s", claims[i].rule->name, shape(&s->words[claims[i].cause]));
        if (claims[i].effect < s->n)
            put(&e, "s:re=%s/%s", claims[i].rule->name, shape(&s->words[claims[i].effect]));
    }
    put(&e, "s:n=%s", bucket((uint32_t)n));
    put(&e, n ? "s:some" : "s:none");
}

/* Explicit claims ("x:", a causal verb, conjunction or preposition of the lexicon) are told apart by
 * rule and shape, since the sets to learn them from are too small for words; guesses of wide rules and purposes ("c:") by their words and by how
 * causal the sentence is as a whole, too. */
static void put_words(const emitter *e, const dtn_claim *c, const dtn_word *cause,
                      const dtn_word *effect)
{
    const char *rule = c->rule->name;
    put(e, "c:e=%s", shape(effect));
    put(e, "c:rew=%s/%s", rule, shape(effect));
    if (!cause)
        return;
    put(e, "c:c=%s", shape(cause));
    put(e, "c:rcw=%s/%s", rule, shape(cause));
}

/* What kind of word it is, by its ending: "-tion", "-er". */
static const char *ending(const dtn_word *w)
{
    const size_t n = strlen(w->lemma);
    return n > 5 ? w->lemma + n - 3 : "";
}

/* Explicit claims are too few for words; kinds of words they can tell. */
static void put_kinds(const emitter *e, const dtn_rules *rules, const dtn_words_known *known,
                      const dtn_claim *c, const dtn_word *trigger, const dtn_word *cause,
                      const dtn_word *effect)
{
    const dtn_entry *entry = dtn_lexicon_get(rules, known->cause, trigger);
    put(e, "x:class=%s", entry ? entry->class_name : "none");
    put(e, "x:value=%d", dtn_lexicon_get(rules, known->valence, effect) != NULL);
    put(e, "x:end=%s", ending(effect));
    put(e, "x:tag=%s", dtn_tag_name(effect->tag));
    if (!cause)
        return;
    put(e, "x:cause=%s", dtn_tag_name(cause->tag));
    put(e, "x:pair=%s/%s", dtn_tag_name(cause->tag), dtn_tag_name(effect->tag));
    put(e, "x:cend=%s", ending(cause));
    put(e, "x:cvalue=%d", dtn_lexicon_get(rules, known->valence, cause) != NULL);
    put(e, "x:order=%s",
        c->cause < c->trigger    ? c->trigger < c->effect ? "cte" : "ct-"
        : c->trigger < c->effect ? "te-"
                                 : "-");
}

static const char *distance(const dtn_claim *c)
{
    return bucket(c->cause > c->effect ? c->cause - c->effect : c->effect - c->cause);
}

/* The same pair found by other rules speaks for it; the same trigger with others against. */
static void put_others(const emitter *e, char m, const dtn_claim *claims, size_t n, size_t i)
{
    uint32_t n_same = 0, n_trigger = 0;
    for (size_t k = 0; k < n; k++) {
        if (k == i || claims[k].group == claims[i].group)
            continue;
        n_same += claims[k].cause == claims[i].cause && claims[k].effect == claims[i].effect;
        n_trigger += claims[k].trigger == claims[i].trigger;
    }
    put(e, "%c:same=%s", m, bucket(n_same));
    put(e, "%c:others=%s", m, bucket(n_trigger));
}

bool dtn_claim_is_explicit(const dtn_claim *claim) { return !claim->weak && !claim->purpose; }

void dtn_features_of_claim(const dtn_rules *rules, const dtn_words_known *known,
                           const dtn_parsed *doc, const dtn_claim *claims, size_t n, size_t i,
                           double sentence_score, dtn_feature_fn emit, void *ctx)
{
    const dtn_claim *c = &claims[i];
    const dtn_sentence *s = &doc->sentences[c->sentence];
    const dtn_word *trigger = &s->words[c->trigger], *effect = &s->words[c->effect];
    const dtn_word *cause = c->cause < s->n ? &s->words[c->cause] : NULL;
    const char *rule = c->rule->name;
    const char m = dtn_claim_is_explicit(c) ? 'x' : 'c';
    emitter e = {emit, ctx};
    put(&e, "%c:bias", m);
    if (m == 'c') {
        emit(ctx, "c:sentence", sentence_score);
        put_words(&e, c, cause, effect);
        put(&e, "c:rt=%s/%s", rule, trigger->lemma);
        put(&e, "c:t=%s/%s", trigger->lemma, trigger->xtag);
    }
    put(&e, "%c:rule=%s", m, rule);
    put(&e, "%c:tag=%s/%s", m, rule, trigger->xtag);
    put(&e, "%c:re=%s/%s", m, rule, dtn_tag_name(effect->tag));
    put(&e, "%c:rel=%s/%s", m, rule, effect->relation);
    if (cause) {
        put(&e, "%c:rc=%s/%s", m, rule, dtn_tag_name(cause->tag));
        put(&e, "%c:rcr=%s/%s", m, rule, cause->relation);
        put(&e, "%c:far=%s/%s", m, distance(c), c->cause < c->effect ? "ce" : "ec");
    } else {
        put(&e, "%c:previous", m);
    }
    if (m == 'x')
        put_kinds(&e, rules, known, c, trigger, cause, effect);
    put(&e, "%c:root=%d", m, trigger->head == DTN_NO_WORD);
    if (m == 'c') { /* of explicit claims they tell how it is meant, not whether it is one */
        if (c->negated)
            put(&e, "c:negated");
        if (c->n_hedge)
            put(&e, "c:hedged");
        if (c->purpose)
            put(&e, "c:purpose");
        if (c->conditional)
            put(&e, "c:conditional");
        put(&e, "c:mode=%d", (int)c->mode);
        put(&e, "c:le=%s", bucket(c->effect_words.end - c->effect_words.begin));
        if (cause)
            put(&e, "c:lc=%s", bucket(c->cause_words.end - c->cause_words.begin));
        put(&e, "c:n=%s", bucket((uint32_t)n));
    }
    put_others(&e, m, claims, n, i);
}
