/* What an end of a claim takes up from before: "it", "this", "both"; "the withdrawal" for what a verb told ("troops
 * were withdrawn"), "the page" for what was named so with more words, "that decision" and "such quarrels" for what
 * the sentence before tells.
 *
 * Nouns are held against verbs by their endings (a lexicon has those that endings do not show), the nearest first.
 * A noun that is told by what hangs on it ("the withdrawal of French troops") takes up nothing.
 */
#include "read/inner.h"

#include <string.h>

#define MAX_BACK \
    3 /* sentences that a noun's verb is looked for in, before its own; at most DTN_REFER_BACK */
#define MIN_STEM 3 /* letters that noun and verb share */

/* Endings of a noun, and of the verb that it is made of. */
static const char *const endings[][2] = {
    {"ing", ""},    {"ing", "e"},   {"ication", "y"}, {"ation", "e"},  {"ation", ""},
    {"ation", "y"}, {"ition", "e"}, {"ption", "be"},  {"ction", "ce"}, {"uction", "oy"},
    {"sion", "d"},  {"sion", "de"}, {"ssion", "t"},   {"sion", "t"},   {"ion", "e"},
    {"ion", ""},    {"ment", ""},   {"ial", "y"},     {"al", "e"},     {"al", ""},
    {"ure", "e"},   {"ure", ""},    {"ance", "e"},    {"ance", ""},    {"ence", "e"},
    {"ence", ""},   {"nse", "nd"},  {"nce", "nd"},    {"age", "e"},    {"age", ""},
    {"ade", ""},    {"", "en"},     {"", ""},
};

static bool is_doubled(const char *noun, const char *verb)
{
    const size_t n = strlen(verb);
    return n >= 2 && strncmp(noun, verb, n) == 0 && noun[n] == verb[n - 1] &&
           (strcmp(noun + n + 1, "ing") == 0 || strcmp(noun + n + 1, "al") == 0 ||
            strcmp(noun + n + 1, "ance") == 0 || strcmp(noun + n + 1, "age") == 0);
}

static bool is_made_of(const char *noun, const char *verb)
{
    const size_t n_noun = strlen(noun), n_verb = strlen(verb);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t a = strlen(endings[i][0]), b = strlen(endings[i][1]);
        if (n_noun >= a + MIN_STEM && n_verb >= b && n_noun - a == n_verb - b &&
            strcmp(noun + n_noun - a, endings[i][0]) == 0 &&
            strcmp(verb + n_verb - b, endings[i][1]) == 0 && strncmp(noun, verb, n_noun - a) == 0)
            return true;
    }
    return is_doubled(noun, verb);
}

static bool holds_word(const char *words, const char *one)
{
    const size_t n = strlen(one);
    for (const char *at = strstr(words, one); at; at = strstr(at + 1, one))
        if ((at == words || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    return false;
}

/* Does the verb tell what the noun names? */
static bool tells(const dtn_rules *rules, const dtn_words_known *known, const dtn_word *verb,
                  const dtn_word *noun)
{
    const dtn_entry *entry = dtn_lexicon_get(rules, known->refer.event_noun, noun);
    return (entry && holds_word(entry->note, verb->lemma)) || is_made_of(noun->lemma, verb->lemma);
}

/* Is the word told by what hangs on it: "of French troops", "that followed"? */
static bool has_own(const dtn_sentence *s, uint32_t word)
{
    for (uint32_t c = s->words[word].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling) {
        const dtn_word *w = &s->words[c];
        if ((dtn_word_hangs(w, "nmod") && w->tag != DTN_TAG_PRON) || dtn_word_hangs(w, "acl") ||
            dtn_word_hangs(w, "compound"))
            return true;
    }
    return false;
}

typedef enum taken { TAKES_NOTHING, TAKES_DEFINITE, TAKES_SHOWN } taken;

/* "The", "its": what is known; "this", "that", "such": what was said right before. By word order, since trees hang the
 * article of a short sentence's subject anywhere. */
static taken taken_by(const dtn_sentence *s, uint32_t word)
{
    for (uint32_t c = word; c-- > 0 && c + 4 > word;) {
        const dtn_word *w = &s->words[c];
        if (dtn_word_is(w, "that") && w->tag == DTN_TAG_SCONJ)
            break; /* "believes that sustained pressure" */
        if (dtn_word_is(w, "this") || dtn_word_is(w, "that") || dtn_word_is(w, "these") ||
            dtn_word_is(w, "those") || dtn_word_is(w, "such"))
            return TAKES_SHOWN;
        if (dtn_word_is(w, "the") || dtn_word_is(w, "each") || dtn_word_is(w, "every") ||
            strcmp(w->xtag, "PRP$") == 0)
            return TAKES_DEFINITE;
        if (w->tag != DTN_TAG_ADJ && w->tag != DTN_TAG_NUM)
            break;
    }
    return TAKES_NOTHING;
}

/* "Its efforts have ...", "their methods ...": what somebody did right before. */
static bool is_owned(const dtn_sentence *s, uint32_t word)
{
    if (!dtn_word_hangs(&s->words[word], "nsubj"))
        return false;
    for (uint32_t c = word; c-- > 0 && c + 3 > word;) {
        if (strcmp(s->words[c].xtag, "PRP$") == 0)
            return dtn_word_is(&s->words[c], "its") || dtn_word_is(&s->words[c], "their");
        if (s->words[c].tag != DTN_TAG_ADJ)
            break;
    }
    return false;
}

/* The last word of [0, end) that tells what the noun names: a verb, or the same noun with more words. */
static uint32_t told_before(const dtn_rules *rules, const dtn_words_known *known,
                            const dtn_sentence *s, uint32_t end, const dtn_word *noun)
{
    for (uint32_t i = end; i-- > 0;) {
        const dtn_word *w = &s->words[i];
        if (w->tag == DTN_TAG_VERB ? tells(rules, known, w, noun)
                                   : w->tag == DTN_TAG_NOUN && w != noun &&
                                         strcmp(w->lemma, noun->lemma) == 0 && has_own(s, i))
            return i;
    }
    return DTN_NO_WORD;
}

static dtn_reference reference(const dtn_rules *rules, const dtn_words_known *known,
                               const dtn_parsed *doc, uint32_t sentence, uint32_t word)
{
    const dtn_sentence *s = &doc->sentences[sentence];
    return (dtn_reference){.sentence = sentence,
                           .word = word,
                           .words = word == DTN_NO_WORD
                                        ? (dtn_span){0, s->n}
                                        : dtn_read_extent(rules, known, s, word, NULL, 0)};
}

/* "Each", "both": the row named last, else what is there several times. */
static uint32_t last_row(const dtn_sentence *s, uint32_t end)
{
    uint32_t plural = DTN_NO_WORD;
    for (uint32_t i = end; i-- > 0;) {
        const dtn_word *w = &s->words[i];
        if (w->tag != DTN_TAG_NOUN && w->tag != DTN_TAG_PROPN)
            continue;
        for (uint32_t c = w->first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
            if (dtn_word_hangs(&s->words[c], "conj") && s->words[c].tag == w->tag && c < end)
                return i;
        if (plural == DTN_NO_WORD && strcmp(w->xtag, "NNS") == 0 && !dtn_word_hangs(w, "nmod"))
            plural = i;
    }
    return plural;
}

bool dtn_read_reference(const dtn_rules *rules, const dtn_words_known *known, const dtn_parsed *doc,
                        uint32_t sentence, uint32_t head, uint32_t other, dtn_reference *out)
{
    const dtn_sentence *s = &doc->sentences[sentence];
    const dtn_word *w = &s->words[head];
    uint32_t in = sentence, at = DTN_NO_WORD;
    if (dtn_read_antecedent(rules, known, doc, sentence, head, &in, &at)) {
        if (in == sentence && at == other)
            return false;
        *out = reference(rules, known, doc, in, at);
        return true;
    }
    if (w->tag != DTN_TAG_NOUN) {
        if (!dtn_lexicon_get(rules, known->refer.pair, w) || w->tag == DTN_TAG_VERB)
            return false;
        at = last_row(s, head);
        if (at == DTN_NO_WORD && sentence > 0 && !s->begins_paragraph)
            at = last_row(&doc->sentences[in = sentence - 1], doc->sentences[sentence - 1].n);
        if (at != DTN_NO_WORD)
            *out = reference(rules, known, doc, in, at);
        return at != DTN_NO_WORD;
    }
    const taken how = taken_by(s, head);
    if (how == TAKES_NOTHING || has_own(s, head) || dtn_lexicon_get(rules, known->refer.other, w))
        return false;
    uint32_t end = head;
    for (uint32_t back = 0; back <= MAX_BACK && back <= sentence; back++) {
        const dtn_sentence *before = &doc->sentences[in = sentence - back];
        at = told_before(rules, known, before, back == 0 ? end : before->n, w);
        if (at != DTN_NO_WORD && !(back == 0 && (at == other || dtn_tree_is_under(s, head, at)))) {
            *out = reference(rules, known, doc, in, at);
            return true;
        }
    }
    const bool is_label = dtn_lexicon_get(rules, known->refer.label, w) != NULL;
    const bool is_shell = how == TAKES_SHOWN || is_owned(s, head);
    if (!(is_label || (is_shell && dtn_lexicon_get(rules, known->refer.shell, w))))
        return false;
    at = dtn_read_clause_before(s, head); /* "floated its pound, and the move ..." */
    if (at == DTN_NO_WORD && (sentence == 0 || s->begins_paragraph))
        return false;
    *out = reference(rules, known, doc, at == DTN_NO_WORD ? sentence - 1 : sentence, at);
    return true;
}
