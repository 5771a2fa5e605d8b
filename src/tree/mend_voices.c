/* Trees mended: who did and who suffered it, and who tells, where headlines and tails of sentences leave words out.
 *
 *   - "Three soldiers killed in ambush": a passive without its auxiliary, since what is done by this verb
 *     is done to somebody whom an active one would name, and so behind "the army says";
 *   - "..., said the ministry", "..., analysts say": the noun beside the verb of saying tells.
 */
#include "tree/inner.h"

#include <string.h>

/* A child by one of these relations; DTN_NO_WORD: none. */
static uint32_t child(const dtn_sentence *s, uint32_t word, const char *const *relations)
{
    for (uint32_t c = s->words[word].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
        for (const char *const *r = relations; *r; r++)
            if (dtn_word_hangs(&s->words[c], *r))
                return c;
    return DTN_NO_WORD;
}

/* ---- "Three soldiers killed" ---- */

static bool is_done_to_somebody(const dtn_word *w)
{
    static const char *const verbs[] = {"kill",   "wound",  "injure", "hurt",     "slay",
                                        "behead", "arrest", "detain", "displace", "kidnap",
                                        "abduct", "evict",  "execute"};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(w->lemma, verbs[i]) == 0)
            return strcmp(w->xtag, "VBN") == 0 || strcmp(w->xtag, "VBD") == 0;
    return false;
}

/* "Killed in ambush", "killed by a mine"; not "killed at least twelve". */
static bool has_no_object_behind(const dtn_sentence *s, uint32_t verb)
{
    static const char *const marks[] = {"in", "by",     "during", "near",  "after",
                                        "on", "inside", "amid",   "when",  "while",
                                        "as", "and",    "but",    "since", "outside"};
    if (verb + 1 >= s->n || s->words[verb + 1].tag == DTN_TAG_PUNCT)
        return true;
    if (verb + 2 < s->n && (strcmp(s->words[verb + 2].form, "many") == 0 ||
                            strcmp(s->words[verb + 2].form, "average") == 0))
        return false; /* "as many as nine" */
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strcmp(s->words[verb + 1].form, marks[i]) == 0)
            return true;
    return false;
}

/* Only a counted or plural noun right before the verb: of "the men he killed" and "soldiers who killed" it is not
 * told who suffered. */
static bool mend_passives(dtn_sentence *s)
{
    static const char *const objects[] = {"obj", "iobj", "ccomp", "xcomp", "aux", NULL};
    static const char *const subjects[] = {"nsubj", NULL}, *const number[] = {"nummod", NULL};
    bool done = false;
    for (uint32_t i = 1; i < s->n; i++) {
        const dtn_word *w = &s->words[i];
        if (!is_done_to_somebody(w) || dtn_word_hangs(w, "acl") || dtn_word_hangs(w, "acl:relcl") ||
            !has_no_object_behind(s, i))
            continue;
        const uint32_t subject = child(s, i, subjects);
        if (subject != i - 1 || strcmp(s->words[subject].relation, "nsubj") != 0 ||
            s->words[subject].tag != DTN_TAG_NOUN || child(s, i, objects) != DTN_NO_WORD ||
            (strcmp(s->words[subject].xtag, "NNS") != 0 &&
             child(s, subject, number) == DTN_NO_WORD))
            continue;
        dtn_word_hang(s, subject, i, "nsubj:pass");
        done = true;
    }
    return done;
}

/* "The army says 30 militants killed near the border": said of those, not of what is said to them. */
static bool mend_said_passive(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    bool done = false;
    for (uint32_t i = 2; i < s->n; i++) {
        const uint32_t noun = s->words[i].head,
                       verb = i - 1 == noun ? s->words[noun].head : DTN_NO_WORD;
        if (verb >= i || strcmp(s->words[i].relation, "acl") != 0 ||
            !is_done_to_somebody(&s->words[i]) || !has_no_object_behind(s, i) ||
            s->words[verb].tag != DTN_TAG_VERB || !dtn_word_hangs(&s->words[noun], "obj") ||
            !dtn_lexicon_get(rules, known->report, &s->words[verb]))
            continue;
        dtn_word_hang(s, i, verb, "ccomp");
        dtn_word_hang(s, noun, i, "nsubj:pass");
        done = true;
    }
    return done;
}

/* ---- "..., said the ministry" ---- */

/* The first word of the noun phrase that ends with word i. */
static uint32_t phrase_begins(const dtn_sentence *s, uint32_t i)
{
    while (i > 0 && (s->words[i - 1].tag == DTN_TAG_DET || s->words[i - 1].tag == DTN_TAG_ADJ ||
                     s->words[i - 1].tag == DTN_TAG_NUM || s->words[i - 1].tag == DTN_TAG_NOUN ||
                     s->words[i - 1].tag == DTN_TAG_PROPN))
        i--;
    return i;
}

static bool is_mark(const dtn_sentence *s, uint32_t i)
{
    return i >= s->n || s->words[i].tag == DTN_TAG_PUNCT;
}

static bool mend_teller(dtn_sentence *s, uint32_t verb)
{
    static const char *const objects[] = {"obj", "iobj", NULL};
    const dtn_word *before = &s->words[verb - 1];
    if (before->tag == DTN_TAG_PUNCT) {
        const uint32_t teller = child(s, verb, objects);
        if (teller == DTN_NO_WORD || teller < verb || s->words[teller].tag == DTN_TAG_NUM)
            return false;
        dtn_word_hang(s, teller, verb, "nsubj");
        return true;
    }
    const uint32_t first = phrase_begins(s, verb - 1);
    if ((before->tag != DTN_TAG_NOUN && before->tag != DTN_TAG_PROPN) || !is_mark(s, verb + 1) ||
        first < 2 || s->words[first - 1].tag != DTN_TAG_PUNCT)
        return false;
    for (uint32_t i = first; i + 1 < verb; i++)
        if (s->words[i].head < first || s->words[i].head >= verb)
            s->words[i].head = verb - 1;
    dtn_word_hang(s, verb - 1, verb, "nsubj");
    return true;
}

/* "Strikes fuel anger, said the ministry", where the tree has the anger say it, or a second verb: what stands before the
 * mark is what is said, if the noun behind the verb ends the clause. */
static bool mend_said_before(dtn_sentence *s, uint32_t verb)
{
    static const char *const objects[] = {"obj", "iobj", NULL}, *const subjects[] = {"nsubj", NULL},
                             *const links[] = {"cc", NULL};
    const uint32_t teller = child(s, verb, objects), subject = child(s, verb, subjects);
    const bool is_root = s->words[verb].head == DTN_NO_WORD;
    if (!is_mark(s, verb - 1) || teller == DTN_NO_WORD || teller < verb ||
        !is_mark(s, teller + 1) || phrase_begins(s, teller) != verb + 1 ||
        s->words[teller].tag == DTN_TAG_NUM)
        return false;
    if (is_root && subject + 1 < verb && subject != DTN_NO_WORD)
        dtn_word_hang(s, subject, verb, "ccomp");
    else if (dtn_word_hangs(&s->words[verb], "conj") && subject == DTN_NO_WORD &&
             child(s, verb, links) == DTN_NO_WORD)
        s->words[verb].relation = "parataxis";
    else
        return false;
    dtn_word_hang(s, teller, verb, "nsubj");
    return true;
}

static bool mend_tellers(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    static const char *const subjects[] = {"nsubj", NULL}, *const clauses[] = {"ccomp", NULL};
    bool done = false;
    for (uint32_t i = 2; i < s->n; i++) {
        if (s->words[i].tag == DTN_TAG_VERB &&
            dtn_lexicon_get(rules, known->report, &s->words[i]) && mend_said_before(s, i))
            done = true;
        else if ((dtn_word_hangs(&s->words[i], "parataxis") ||
                  (s->words[i].head == DTN_NO_WORD && child(s, i, clauses) < i)) &&
                 s->words[i].tag == DTN_TAG_VERB &&
                 dtn_lexicon_get(rules, known->report, &s->words[i]) &&
                 child(s, i, subjects) == DTN_NO_WORD)
            done |= mend_teller(s, i);
    }
    return done;
}

void dtn_mend_voices(const dtn_rules *rules, const dtn_mend_words *known, dtn_sentence *s)
{
    bool done = mend_passives(s) || mend_said_passive(rules, known, s);
    done |= mend_tellers(rules, known, s);
    if (done)
        dtn_rules_prepare(rules, s->words, s->n);
}
