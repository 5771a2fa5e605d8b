/* Who says it: reporting verbs, "according to", "in X's view", quotations that go on.
 *
 * A speaker is named by office or organisation only. Names of persons are dropped: of "Defence
 * Minister Jane Roe" stays "Defence Minister", of a bare name "a named person". What counts as an
 * office, an organisation or a country are lexicons; an acronym counts as an organisation. What
 * cannot speak is no speaker: "history shows", "the absence of protest suggests" are the writer's words; and of
 * verbs that a thing may govern as well ("bans promise relief") only persons and bodies are. Who writes is
 * "we" and "I", unless somebody is quoted.
 */
#include "read/inner.h"

#include <ctype.h>
#include <string.h>

#define MAX_UP 64       /* words from a claim up to its sentence's root */
#define MAX_GOVERNORS 4 /* verbs from "telling" up to the one with the subject */
#define MAX_VIEW 6      /* words of "in the view of the ministry" before the noun */

static const char author[] = ""; /* who writes: told apart by its address */

static bool is_acronym(const char *form)
{
    size_t n = 0;
    for (; form[n]; n++)
        if (!isupper((unsigned char)form[n]) && form[n] != '.' && form[n] != '-' && form[n] != '&')
            return false;
    return n >= 2 && n <= 8 && isupper((unsigned char)form[0]) &&
           isupper((unsigned char)form[n - 1 - (form[n - 1] == '.')]);
}

/* Nouns of what cannot speak, by their endings, unless they name a body ("the administration"). */
static bool is_abstract(const dtn_rules *rules, const dtn_words_known *known, const dtn_word *w)
{
    static const char *const endings[] = {"tion", "sion", "ness", "ment", "ence", "ance",
                                          "ency", "ancy", "ity",  "ism",  "ship", "ing"};
    if (w->tag != DTN_TAG_NOUN || dtn_lexicon_get(rules, known->attribution.body, w) ||
        dtn_lexicon_get(rules, known->title, w))
        return false;
    if (dtn_lexicon_get(rules, known->attribution.nobody, w))
        return true;
    const size_t n = strlen(w->lemma);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t k = strlen(endings[i]);
        if (n > k + 1 && strcmp(w->lemma + n - k, endings[i]) == 0)
            return true;
    }
    return false;
}

/* A noun of persons or bodies, by lexicons and by its ending ("-er", "-ist"). */
static bool is_person(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                      uint32_t noun)
{
    static const char *const endings[] = {"er", "or", "ist", "ian", "ant", "ent", "ee", "man"};
    const dtn_word *w = &s->words[noun];
    uint32_t n_matched = 0;
    if (w->tag != DTN_TAG_NOUN || is_acronym(w->form) ||
        dtn_lexicon_get(rules, known->attribution.body, w) ||
        dtn_lexicon_get(rules, known->attribution.somebody, w) ||
        dtn_lexicon_get(rules, known->title, w) ||
        (known->names && dtn_event_words_name(known->names, s->words, s->n, noun, &n_matched)))
        return true;
    const size_t n = strlen(w->lemma);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t k = strlen(endings[i]);
        if (n > k + 1 && strcmp(w->lemma + n - k, endings[i]) == 0)
            return !dtn_lexicon_get(rules, known->attribution.nobody, w) &&
                   !is_abstract(rules, known, w);
    }
    return false;
}

bool dtn_read_is_somebody(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_sentence *s, uint32_t noun)
{
    return is_person(rules, known, s, noun);
}

bool dtn_read_is_threat(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                        const dtn_claim *claim)
{
    return dtn_word_is(&s->words[claim->trigger], "threaten") && claim->cause < s->n &&
           claim->cause_sentence == claim->sentence && claim->cause < claim->trigger &&
           is_person(rules, known, s, claim->cause) &&
           (dtn_read_valence(rules, known, s, claim->effect) < 0 ||
            s->words[claim->effect].tag == DTN_TAG_VERB);
}

/* May this word of a speaker's name be shown? */
static bool is_shown(const dtn_rules *rules, const dtn_words_known *known, const dtn_word *w,
                     bool *names_somebody)
{
    if (w->tag != DTN_TAG_NOUN && dtn_lexicon_get(rules, known->attribution.somebody, w)) {
        *names_somebody = true; /* "some", "many in the capital" */
        return true;
    }
    if (dtn_lexicon_get(rules, known->title, w) || is_acronym(w->form)) {
        *names_somebody = true;
        return true;
    }
    if (w->tag == DTN_TAG_PROPN)
        return false;
    if (w->tag == DTN_TAG_NOUN)
        *names_somebody = true;
    return w->tag != DTN_TAG_PUNCT && w->tag != DTN_TAG_X;
}

static void add_form(const dtn_sentence *s, uint32_t i, char *out, size_t *n)
{
    const dtn_word *w = &s->words[i];
    if (*n && (i == 0 || w->begin != s->words[i - 1].end))
        out[(*n)++] = ' ';
    memcpy(out + *n, w->form, strlen(w->form));
    *n += strlen(w->form);
}

/* "International" of "the International Crisis Group", and the group; but not whose it is. */
static bool is_part_of_name(const dtn_sentence *s, uint32_t word, uint32_t head)
{
    for (uint32_t i = word; i != head; i = s->words[i].head)
        if (s->words[i].head == DTN_NO_WORD || s->words[i].head <= i || s->words[i].head > head ||
            s->words[i].tag == DTN_TAG_PART || dtn_word_hangs(&s->words[i], "nmod"))
            return false;
    return true;
}

/* A first name that was taken for a noun: "Tariq Wazir". */
static bool is_first_name(const dtn_sentence *s, uint32_t word)
{
    const uint32_t next = dtn_tree_child(s, word, "flat");
    return s->words[word].tag == DTN_TAG_NOUN && isupper((unsigned char)s->words[word].form[0]) &&
           next != DTN_NO_WORD && s->words[next].tag == DTN_TAG_PROPN;
}

/* What a person named by name is: "[Jane Roe], a teacher in the north"; DTN_NO_WORD: it is not said. */
static uint32_t trade_of(const dtn_sentence *s, uint32_t head)
{
    const uint32_t trade = dtn_tree_child(s, head, "appos");
    const bool is_name = s->words[head].tag == DTN_TAG_PROPN || is_first_name(s, head);
    return is_name && trade != DTN_NO_WORD && trade > head && s->words[trade].tag == DTN_TAG_NOUN
               ? trade
               : (uint32_t)DTN_NO_WORD;
}

/* The phrase around `head` without names of persons and without an article before it. */
static const char *name_of(const dtn_rules *rules, const dtn_words_known *known,
                           const dtn_sentence *s, uint32_t head, dtn_arena *arena)
{
    if (is_abstract(rules, known, &s->words[head]))
        return NULL;
    const uint32_t trade = trade_of(s, head);
    if (trade != DTN_NO_WORD && is_person(rules, known, s, trade))
        head = trade;
    const dtn_span span = dtn_read_extent(rules, known, s, head, NULL, 0);
    bool names_somebody = false, has_name = false;
    const bool is_body = s->words[head].tag == DTN_TAG_PROPN &&
                         dtn_lexicon_get(rules, known->attribution.body, &s->words[head]);
    size_t n = 0, n_whole = 0, cap = 1;
    for (uint32_t i = span.begin; i < span.end; i++)
        cap += strlen(s->words[i].form) + 1;
    char *out = dtn_arena_alloc(arena, cap);
    uint32_t n_matched = 0;
    for (uint32_t i = span.begin; i < span.end; i += n_matched) {
        const dtn_word *w = &s->words[i];
        n_matched = 1;
        if (i > head &&
            (dtn_word_hangs(w, "punct") || w->tag == DTN_TAG_SCONJ || dtn_word_is(w, "who") ||
             dtn_word_is(w, "which") || (w->tag == DTN_TAG_PART && dtn_word_is(w, "to"))))
            break; /* an apposition or relative clause begins */
        if (n == 0 && w->tag == DTN_TAG_DET && i != head)
            continue;
        const bool is_named =
            known->names && dtn_event_words_name(known->names, s->words, s->n, i, &n_matched);
        names_somebody |= is_named;
        const bool is_of_body = is_body && is_part_of_name(s, i, head);
        names_somebody |= is_of_body;
        /* "the Emirate": persons' names take no article */
        const bool is_of_article =
            i == head && w->tag == DTN_TAG_PROPN && i > 0 && dtn_tree_is_form(s, i - 1, "the");
        names_somebody |= is_of_article;
        if (!is_named && !is_of_body && !is_of_article &&
            (is_first_name(s, i) || !is_shown(rules, known, w, &names_somebody))) {
            has_name = true;
            continue;
        }
        for (uint32_t k = i; k < i + n_matched && k < span.end; k++)
            add_form(s, k, out, &n);
        if (i == head || n_matched > 1 ||
            (w->tag != DTN_TAG_ADP && w->tag != DTN_TAG_DET && w->tag != DTN_TAG_CCONJ))
            n_whole = n;
    }
    n = n_whole; /* "traders in", whose place is not shown */
    out[n] = '\0';
    if (names_somebody && n)
        return out;
    return has_name ? "a named person" : NULL;
}

static bool is_first_person(const dtn_word *w)
{
    return w->tag == DTN_TAG_PRON && (dtn_word_is(w, "we") || dtn_word_is(w, "i") ||
                                      dtn_word_is(w, "my") || dtn_word_is(w, "our"));
}

static bool is_us(const dtn_sentence *s, uint32_t word)
{
    return s->words[word].tag == DTN_TAG_PRON &&
           (is_first_person(&s->words[word]) || dtn_tree_is_form(s, word, "us") ||
            dtn_tree_is_form(s, word, "you"));
}

/* The subject of a verb, of what is joined before it, or of what governs it: "[the army] keeps telling us", "[it] never
 * tires of saying", "[the generals] would have us believe". DTN_NO_WORD: none. */
static uint32_t subject_of(const dtn_sentence *s, uint32_t verb)
{
    uint32_t subject = DTN_NO_WORD;
    for (int i = 0; i < MAX_GOVERNORS && verb != DTN_NO_WORD && subject == DTN_NO_WORD; i++) {
        const dtn_word *w = &s->words[verb];
        subject = dtn_tree_child(s, verb, "nsubj");
        for (uint32_t c = subject; c != DTN_NO_WORD && c < verb; c = s->words[c].next_sibling)
            if (dtn_word_hangs(&s->words[c], "nsubj"))
                subject = c; /* "[aid] [workers] said": the last, where the tree has two */
        const bool is_made = w->head != DTN_NO_WORD && w->head < verb &&
                             (dtn_word_hangs(w, "xcomp") || dtn_word_hangs(w, "ccomp"));
        const uint32_t object = is_made ? dtn_tree_child(s, w->head, "obj") : DTN_NO_WORD;
        if (is_made && (subject == DTN_NO_WORD ? object < verb && is_us(s, object)
                                               : subject > w->head && is_us(s, subject)))
            subject = DTN_NO_WORD; /* who would have us believe it */
        else if (subject == DTN_NO_WORD && object < verb && dtn_word_hangs(w, "xcomp"))
            subject = object; /* "urged [the army] to say" */
        const bool is_governed =
            dtn_word_hangs(w, "conj") || dtn_word_hangs(w, "xcomp") || is_made ||
            (dtn_word_hangs(w, "advcl") && strcmp(w->xtag, "VBG") == 0 && w->head < verb);
        verb = is_governed ? w->head : DTN_NO_WORD;
    }
    return subject;
}

static const char *subject_name(const dtn_rules *rules, const dtn_words_known *known,
                                const dtn_parsed *doc, uint32_t sentence, uint32_t verb,
                                dtn_arena *arena)
{
    const dtn_sentence *s = &doc->sentences[sentence];
    uint32_t subject = subject_of(s, verb);
    if (subject == DTN_NO_WORD) { /* "[Some] argue", taken for a determiner */
        subject = dtn_tree_child(s, verb, "det");
        if (subject == DTN_NO_WORD ||
            !dtn_lexicon_get(rules, known->attribution.somebody, &s->words[subject]))
            return NULL;
    }
    const uint32_t det = dtn_tree_child(s, subject, "det");
    if (det != DTN_NO_WORD && (dtn_word_is(&s->words[det], "no") || dtn_tree_is_form(s, det, "no")))
        return NULL; /* "no one can claim" */
    const uint32_t few = dtn_tree_child(s, subject, "amod");
    if (few != DTN_NO_WORD && dtn_tree_is_form(s, few, "fewer"))
        return NULL; /* "the fewer people believe" */
    if (is_first_person(&s->words[subject]))
        return doc->voices[sentence].carried ? doc->voices[sentence].carried : author;
    if (dtn_lexicon_get(rules, known->attribution.thing, &s->words[verb]) &&
        !is_person(rules, known, s, subject))
        return NULL;
    if (s->words[subject].tag == DTN_TAG_PRON &&
        !dtn_lexicon_get(rules, known->attribution.somebody, &s->words[subject])) {
        if (doc->voices[sentence].said_before &&
            dtn_lexicon_get(rules, known->report, &s->words[verb]))
            return doc->voices[sentence].said_before; /* "they add that": who spoke last */
        uint32_t in = 0, word = 0;
        if (dtn_read_antecedent(rules, known, doc, sentence, subject, &in, &word) &&
            word != DTN_NO_WORD &&
            !(in == sentence &&
              s->words[word].head == s->words[verb].head)) /* "talks, he said, fail" */
            return name_of(rules, known, &doc->sentences[in], word, arena);
        return doc->voices[sentence].carried;
    }
    return name_of(rules, known, s, subject, arena);
}

static bool names_text(const dtn_rules *rules, const dtn_words_known *known, const dtn_word *w)
{
    return dtn_lexicon_get(rules, known->answer.text, w) != NULL;
}

/* "This report", "our paper", "the authors": the text itself; also where the tree takes "brief" for an adjective. */
static bool is_own_text(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                        uint32_t noun)
{
    if (dtn_word_is(&s->words[noun], "author") && dtn_tree_child(s, noun, "nmod") == DTN_NO_WORD)
        return true;
    const uint32_t owner = dtn_tree_child(s, noun, "det");
    const uint32_t of = owner == DTN_NO_WORD ? dtn_tree_child(s, noun, "nmod:poss") : owner;
    if (of == DTN_NO_WORD ||
        (!dtn_word_is(&s->words[of], "this") && !is_first_person(&s->words[of])))
        return false;
    return names_text(rules, known, &s->words[noun]) ||
           (of == 0 && noun == 2 && s->words[1].tag == DTN_TAG_ADJ &&
            names_text(rules, known, &s->words[1]));
}

bool dtn_read_can_ask(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                      uint32_t verb)
{
    uint32_t subject = dtn_tree_child(s, verb, "nsubj");
    if (subject == DTN_NO_WORD && dtn_word_hangs(&s->words[verb], "conj"))
        subject = dtn_tree_child(s, s->words[verb].head, "nsubj");
    return subject == DTN_NO_WORD || s->words[subject].xtag[0] == 'W' ||
           strcmp(s->words[subject].relation, "nsubj:pass") == 0 ||
           is_own_text(rules, known, s, subject) || is_person(rules, known, s, subject);
}

const char *dtn_read_asker(const dtn_rules *rules, const dtn_words_known *known,
                           const dtn_parsed *doc, uint32_t sentence, uint32_t verb,
                           dtn_arena *arena)
{
    const dtn_sentence *s = &doc->sentences[sentence];
    const uint32_t subject = dtn_tree_child(s, verb, "nsubj");
    if (subject != DTN_NO_WORD && strcmp(s->words[subject].relation, "nsubj:pass") == 0) {
        const uint32_t by = dtn_tree_child(s, verb, "obl");
        const uint32_t marker = by == DTN_NO_WORD ? by : dtn_tree_child(s, by, "case");
        return marker != DTN_NO_WORD && dtn_word_is(&s->words[marker], "by")
                   ? name_of(rules, known, s, by, arena)
                   : NULL;
    }
    const bool is_relative = strcmp(s->words[verb].relation, "acl:relcl") == 0 ||
                             (subject == DTN_NO_WORD && dtn_word_hangs(&s->words[verb], "acl"));
    if (is_relative && s->words[verb].head != DTN_NO_WORD &&
        (subject == DTN_NO_WORD || s->words[subject].xtag[0] == 'W'))
        return (subject != DTN_NO_WORD && dtn_word_is(&s->words[subject], "who")) ||
                       is_person(rules, known, s,
                                 s->words[verb].head) /* "envoys who urged", "urging" */
                   ? name_of(rules, known, s, s->words[verb].head, arena)
                   : NULL;
    if (subject != DTN_NO_WORD &&
        (is_own_text(rules, known, s, subject) || !is_person(rules, known, s, subject)))
        return NULL;                            /* "the moment calls for" */
    const uint32_t above = subject_of(s, verb); /* "this brief reviews ... and proposes" */
    if (above != DTN_NO_WORD && is_own_text(rules, known, s, above))
        return NULL;
    const char *who = subject_name(rules, known, doc, sentence, verb, arena);
    return who == author ? NULL : who;
}

/* "according to the ministry", "in the army's view" among the modifiers of `head`. */
static const char *phrase_source(const dtn_rules *rules, const dtn_words_known *known,
                                 const dtn_sentence *s, uint32_t head, dtn_arena *arena)
{
    for (uint32_t c = s->words[head].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling) {
        const dtn_word *w = &s->words[c];
        if (!dtn_word_hangs(w, "obl") && !dtn_word_hangs(w, "nmod") && !dtn_word_hangs(w, "advcl"))
            continue;
        for (uint32_t m = w->first_child; m != DTN_NO_WORD; m = s->words[m].next_sibling)
            if (dtn_word_hangs(&s->words[m], "case") && dtn_word_is(&s->words[m], "accord"))
                return name_of(rules, known, s, c, arena);
        if (strcmp(w->form, "according") == 0 || strcmp(w->form, "According") == 0) {
            uint32_t who = dtn_tree_child(s, c, "obl");
            return who == DTN_NO_WORD ? NULL : name_of(rules, known, s, who, arena);
        }
        uint32_t owner = dtn_tree_child(s, c, "nmod:poss");
        if (owner != DTN_NO_WORD && s->words[owner].tag != DTN_TAG_PRON &&
            dtn_lexicon_get(rules, known->attribution.view, w))
            return name_of(rules, known, s, owner, arena);
        uint32_t of = dtn_tree_child(s, c, "nmod");
        if (of != DTN_NO_WORD && dtn_lexicon_get(rules, known->attribution.view, w) &&
            dtn_tree_child(s, c, "case") != DTN_NO_WORD)
            return name_of(rules, known, s, of, arena);
    }
    return NULL;
}

/* Verbs that say clauses only: "they hold that", not "holds back water". */
static bool says_that(const dtn_sentence *s, uint32_t verb)
{
    const uint32_t most = dtn_tree_is_form(s, verb + 1, "by") ? verb + 7 : verb + 3;
    for (uint32_t i = verb + 1; i < s->n && i <= most; i++)
        if (dtn_word_is(&s->words[i], "that"))
            return s->words[i].tag != DTN_TAG_DET;
    return false;
}

/* Does a word hang on a verb of saying as what is said? */
static bool is_said(const dtn_sentence *s, uint32_t word, const dtn_entry *verb)
{
    const dtn_word *w = &s->words[word];
    if (strcmp(verb->class_name, "that") == 0)
        return dtn_word_hangs(w, "ccomp") && says_that(s, w->head);
    if (strcmp(verb->class_name, "sure") == 0)
        return (dtn_word_hangs(w, "ccomp") || dtn_word_hangs(w, "advcl")) && w->head < word;
    return dtn_word_hangs(w, "ccomp") || dtn_word_hangs(w, "advcl") || dtn_word_hangs(w, "xcomp") ||
           (verb->value > 0 && (dtn_word_hangs(w, "obj") || dtn_word_hangs(w, "obl")));
}

/* "The army is sure that", not "it is certain that". */
static bool is_sure(const dtn_sentence *s, uint32_t word, const dtn_entry *said)
{
    const uint32_t subject = dtn_tree_child(s, word, "nsubj");
    return strcmp(said->class_name, "sure") == 0 && subject != DTN_NO_WORD &&
           !dtn_word_is(&s->words[subject], "it");
}

/* "In its view", "in their telling", before `word`: by word order, as trees often join the noun to what follows.
 * Who that is: who or what was named last; "others" where nobody was. */
static const char *pronoun_view(const dtn_rules *rules, const dtn_words_known *known,
                                const dtn_parsed *doc, uint32_t sentence, uint32_t word,
                                dtn_arena *arena)
{
    const dtn_sentence *s = &doc->sentences[sentence];
    for (uint32_t i = word > 4 * MAX_VIEW ? word - 4 * MAX_VIEW : 0; i + 2 < word; i++) {
        const dtn_word *owner = &s->words[i + 1];
        if (!dtn_word_is(&s->words[i], "in") || owner->tag != DTN_TAG_PRON ||
            strcmp(owner->xtag, "PRP$") != 0 ||
            !dtn_lexicon_get(rules, known->attribution.view, &s->words[i + 2]))
            continue;
        if (is_first_person(owner))
            return doc->voices[sentence].carried ? doc->voices[sentence].carried : author;
        uint32_t in = 0, at = 0;
        const char *who = NULL;
        if (dtn_read_antecedent(rules, known, doc, sentence, i + 1, &in, &at) && at != DTN_NO_WORD)
            who = name_of(rules, known, &doc->sentences[in], at, arena);
        who = who ? who : doc->voices[sentence].said_before;
        return who ? who : "others";
    }
    return NULL;
}

/* "Members [will] recall that the talks failed": they are reminded of it. */
static bool is_reminded(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                        uint32_t verb)
{
    const uint32_t aux = dtn_tree_child(s, verb, "aux");
    if (aux == DTN_NO_WORD ||
        !(dtn_word_is(&s->words[aux], "will") || dtn_word_is(&s->words[aux], "may") ||
          dtn_word_is(&s->words[aux], "should")))
        return false;
    return dtn_lexicon_get(rules, known->answer.remind, &s->words[verb]) != NULL;
}

/* "It is said that", "it is often argued that": nobody says by whom. */
static bool is_said_by_others(const dtn_sentence *s, uint32_t verb)
{
    bool is_passive = false, is_it = false;
    for (uint32_t c = s->words[verb].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling) {
        const dtn_word *w = &s->words[c];
        if (dtn_word_hangs(w, "obl"))
            return false; /* "by the ministry" */
        is_passive |= strcmp(w->relation, "aux:pass") == 0;
        is_it |= c < verb && dtn_word_is(w, "it") &&
                 (dtn_word_hangs(w, "expl") || dtn_word_hangs(w, "nsubj"));
    }
    return is_passive && is_it;
}

/* "I am told [by an officer] that", "villagers were told by the army that", "we are assured that": who tells it, not who is
 * told; "others" where nobody is named. NULL: it is not so. */
static const char *told_by(const dtn_rules *rules, const dtn_words_known *known,
                           const dtn_sentence *s, uint32_t verb, dtn_arena *arena)
{
    static const char *const words[] = {"tell",   "assure", "inform", "brief",
                                        "remind", "warn",   "promise"};
    bool is_one = false, is_passive = false, is_somebody = false;
    uint32_t by = DTN_NO_WORD;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        is_one |= dtn_word_is(&s->words[verb], words[i]);
    for (uint32_t c = s->words[verb].first_child; is_one && c != DTN_NO_WORD;
         c = s->words[c].next_sibling) {
        const dtn_word *w = &s->words[c];
        is_passive |= strcmp(w->relation, "aux:pass") == 0;
        is_somebody |= dtn_word_hangs(w, "nsubj") && !dtn_word_is(w, "it");
        const uint32_t marker =
            dtn_word_hangs(w, "obl") ? dtn_tree_child(s, c, "case") : DTN_NO_WORD;
        if (marker != DTN_NO_WORD && dtn_word_is(&s->words[marker], "by"))
            by = c;
    }
    if (!is_passive || !is_somebody)
        return NULL;
    const char *who = by == DTN_NO_WORD ? NULL : name_of(rules, known, s, by, arena);
    return who ? who : "others";
}

/* "I hear [from an officer on the radio] that", before `word`: by word order, as trees hang what is heard anywhere. NULL:
 * it is not so. */
static const char *heard_from(const dtn_rules *rules, const dtn_words_known *known,
                              const dtn_sentence *s, uint32_t word, dtn_arena *arena)
{
    uint32_t i = 0;
    while (i < 2 && i < s->n && !is_first_person(&s->words[i]))
        i++;
    for (i++; i + 3 < word && i < 4; i++) {
        const dtn_word *w = &s->words[i];
        if (w->tag == DTN_TAG_AUX || w->tag == DTN_TAG_ADV)
            continue;
        if (!(dtn_word_is(w, "hear") || dtn_word_is(w, "learn") || dtn_word_is(w, "gather")) ||
            !dtn_tree_is_form(s, i + 1, "from"))
            return NULL;
        for (uint32_t end = i + 2; end < word && s->words[end].tag != DTN_TAG_VERB; end++)
            if (dtn_tree_is_form(s, end, "that"))
                for (uint32_t who = i + 2; who < end; who++)
                    if (dtn_tree_is_name(&s->words[who]) &&
                        !dtn_word_hangs(&s->words[who], "compound"))
                        return name_of(rules, known, s, who, arena);
        return NULL;
    }
    return NULL;
}

/* "Raids help, some say; they harm": what stands behind the semicolon is not theirs. */
static bool is_parted(const dtn_sentence *s, uint32_t verb, uint32_t word)
{
    for (uint32_t i = verb + 1; i < word; i++)
        if (strcmp(s->words[i].form, ";") == 0)
            return true;
    return false;
}

/* "It is often claimed that", "in the capital they say that", "those who claim that": somebody who is not named. */
static bool is_unnamed(const dtn_sentence *s, uint32_t verb, uint32_t said)
{
    if (is_said_by_others(s, verb))
        return true;
    if (said < verb)
        return false;
    uint32_t subject = dtn_tree_child(s, verb, "nsubj");
    if (subject == DTN_NO_WORD || subject > verb)
        return false;
    const dtn_word *w = &s->words[subject];
    return dtn_word_is(w, "they") || (dtn_word_is(w, "who") && subject > 0);
}

const char *dtn_read_speaker(const dtn_rules *rules, const dtn_words_known *known,
                             const dtn_parsed *doc, uint32_t sentence, uint32_t word,
                             dtn_arena *arena, double *distance)
{
    const dtn_sentence *s = &doc->sentences[sentence];
    const char *who = NULL;
    *distance = 0;
    uint32_t at = word;
    who = pronoun_view(rules, known, doc, sentence, word, arena);
    who = who ? who : heard_from(rules, known, s, word, arena);
    for (int i = 0; i < MAX_UP && !who; i++) {
        who = phrase_source(rules, known, s, at, arena);
        uint32_t beside = dtn_tree_child(s, at, "parataxis");
        const dtn_entry *said =
            beside == DTN_NO_WORD ? NULL : dtn_lexicon_get(rules, known->report, &s->words[beside]);
        if (said && strcmp(said->class_name, "that") == 0 && !says_that(s, beside))
            said = NULL; /* "thanks to the mediators, the truce held" */
        if (!who && said && s->words[beside].tag == DTN_TAG_VERB && !is_parted(s, beside, word)) {
            who = subject_name(rules, known, doc, sentence, beside, arena);
            *distance = said->value;
        }
        uint32_t up = s->words[at].head;
        if (who || up == DTN_NO_WORD)
            break;
        said = dtn_lexicon_get(rules, known->report, &s->words[up]);
        if (said && (s->words[up].tag == DTN_TAG_VERB || is_sure(s, up, said)) &&
            is_said(s, at, said) && !is_reminded(rules, known, s, up)) {
            who = told_by(rules, known, s, up, arena);
            if (!who && !is_said_by_others(s, up))
                who = subject_name(rules, known, doc, sentence, up, arena);
            if (!who && is_unnamed(s, up, at) && !dtn_read_is_disbelieved(rules, known, s, word))
                who = "others";
            *distance = who ? said->value : *distance;
        }
        at = up;
    }
    if (who == author)
        return NULL;
    return who ? who : doc->voices[sentence].carried;
}

/* Opening and closing quotation marks in a sentence, in order. */
static int quotes_open_after(const dtn_sentence *s, int open)
{
    for (uint32_t i = 0; i < s->n; i++) {
        const char *form = s->words[i].form;
        if (strcmp(form, "\xe2\x80\x9c") == 0 || strcmp(form, "``") == 0)
            open = 1;
        else if (strcmp(form, "\xe2\x80\x9d") == 0 || strcmp(form, "''") == 0)
            open = 0;
        else if (strcmp(form, "\"") == 0)
            open = !open;
    }
    return open;
}

/* Is this a verb of saying here? */
static bool says(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                 uint32_t verb)
{
    const dtn_entry *entry = dtn_lexicon_get(rules, known->report, &s->words[verb]);
    return entry && (strcmp(entry->class_name, "that") != 0 || says_that(s, verb));
}

static const char *reported_in(const dtn_rules *rules, const dtn_words_known *known,
                               const dtn_parsed *doc, uint32_t sentence, dtn_arena *arena)
{
    const dtn_sentence *s = &doc->sentences[sentence];
    const char *who = NULL;
    for (uint32_t i = 0; i < s->n && (!who || who == author); i++)
        if (s->words[i].tag == DTN_TAG_VERB && says(rules, known, s, i)) {
            const char *one = subject_name(rules, known, doc, sentence, i, arena);
            who = one ? one : who;
        }
    return who;
}

const char *dtn_read_name(const dtn_rules *rules, const dtn_words_known *known,
                          const dtn_sentence *s, uint32_t head, dtn_arena *arena)
{
    if (s->words[head].tag != DTN_TAG_NOUN && s->words[head].tag != DTN_TAG_PROPN)
        return NULL;
    const char *name = name_of(rules, known, s, head, arena);
    return name && strcmp(name, "a named person") != 0 ? name : NULL;
}

/* The noun that the phrase of words [begin, end) hangs on. */
static uint32_t head_in(const dtn_sentence *s, uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i < end; i++)
        if ((s->words[i].tag == DTN_TAG_NOUN || s->words[i].tag == DTN_TAG_PROPN) &&
            (s->words[i].head < begin || s->words[i].head >= end ||
             s->words[i].head == DTN_NO_WORD))
            return i;
    return DTN_NO_WORD;
}

/* Whom the items of a list are meant for: "To the government:", "the government should:", "urged the government to:". */
static const char *addressed_in(const dtn_rules *rules, const dtn_words_known *known,
                                const dtn_sentence *s, dtn_arena *arena)
{
    const uint32_t colon = s->n - 1;
    uint32_t end = colon, begin = 0, who = DTN_NO_WORD;
    bool has_verb = false;
    for (uint32_t i = 0; i < colon; i++)
        has_verb |= s->words[i].tag == DTN_TAG_VERB || s->words[i].tag == DTN_TAG_AUX;
    if (!has_verb && (dtn_word_is(&s->words[0], "to") || dtn_word_is(&s->words[0], "for"))) {
        who = head_in(s, 1, colon);
    } else if (has_verb) { /* the phrase before "should", "should not", "to" at the end */
        while (end > 0 &&
               (s->words[end - 1].tag == DTN_TAG_AUX || s->words[end - 1].tag == DTN_TAG_PART ||
                s->words[end - 1].tag == DTN_TAG_ADV || dtn_word_is(&s->words[end - 1], "to")))
            end--;
        for (begin = end;
             begin > 0 && s->words[begin - 1].tag != DTN_TAG_VERB &&
             s->words[begin - 1].tag != DTN_TAG_AUX && s->words[begin - 1].tag != DTN_TAG_PUNCT &&
             s->words[begin - 1].tag != DTN_TAG_SCONJ && !dtn_word_is(&s->words[begin - 1], "that");
             begin--)
            ;
        who = head_in(s, begin, end);
    }
    return who == DTN_NO_WORD ? NULL : dtn_read_name(rules, known, s, who, arena);
}

/* "Must choose between:", "options that should be considered:": what is put before somebody, not advised. */
static bool is_put(const dtn_sentence *s, uint32_t modal)
{
    static const char *const words[] = {"choose",  "consider", "decide",  "weigh",
                                        "discuss", "debate",   "examine", "study",
                                        "face",    "know",     "compare", NULL};
    const uint32_t verb = s->words[modal].head;
    for (size_t k = 0; verb < s->n && words[k]; k++)
        if (dtn_word_is(&s->words[verb], words[k]))
            return true;
    return false;
}

/* "We [recommend]:", "[Recommendations]", "what [should] be done:", "we [reject]:": the word by which what a list names is
 * advised, or advised against; DTN_NO_WORD: none. */
static uint32_t advising_word(const dtn_rules *rules, const dtn_words_known *known,
                              const dtn_sentence *s)
{
    static const char *const words[] = {"recommendation", "proposal", "advice", "oppose",
                                        "reject",         "avoid",    NULL};
    const bool is_lead = s->is_heading || strcmp(s->words[s->n - 1].form, ":") == 0;
    bool has_following = is_lead;
    uint32_t found = DTN_NO_WORD;
    for (uint32_t i = 0; i < s->n; i++) {
        const dtn_word *w = &s->words[i];
        has_following |= dtn_tree_is_form(s, i, "following");
        if ((w->tag == DTN_TAG_VERB && dtn_lexicon_get(rules, known->advice.verb, w)) ||
            (w->tag == DTN_TAG_AUX && dtn_lexicon_get(rules, known->advice.modal, w) &&
             !is_put(s, i)))
            found = i;
        for (size_t k = 0; words[k]; k++)
            if (dtn_word_is(w, words[k]))
                found = i;
    }
    return has_following ? found : (uint32_t)DTN_NO_WORD;
}

/* "We advise [against]:", "we do [not] recommend:", "what should be [avoided]:", "should [stop]:". */
static bool is_advising_against(const dtn_rules *rules, const dtn_words_known *known,
                                const dtn_sentence *s)
{
    static const char *const words[] = {"against", "avoid", "oppose", "reject", NULL};
    bool is_against = false;
    for (uint32_t i = 0; i < s->n; i++) {
        bool is_no = dtn_lexicon_get(rules, known->negate.word, &s->words[i]) != NULL ||
                     dtn_lexicon_get(rules, known->negate.nobody, &s->words[i]) != NULL ||
                     (i + 2 == s->n && dtn_lexicon_get(rules, known->advice.stop, &s->words[i]));
        for (size_t k = 0; words[k]; k++)
            is_no |= dtn_word_is(&s->words[i], words[k]);
        is_against ^= is_no;
    }
    return is_against;
}

/* Who recommends, where that is neither the author nor what was found to speak. */
static const char *adviser_of(const dtn_rules *rules, const dtn_words_known *known,
                              const dtn_sentence *s, uint32_t verb, dtn_arena *arena)
{
    const uint32_t subject = dtn_tree_child(s, verb, "nsubj");
    if (s->words[verb].tag != DTN_TAG_VERB || subject == DTN_NO_WORD ||
        !(s->words[subject].tag == DTN_TAG_NOUN || s->words[subject].tag == DTN_TAG_PROPN))
        return NULL;
    return dtn_read_name(rules, known, s, subject, arena);
}

/* "The envoys urge the government to: ..." leads a list in. */
static void take_lead(const dtn_rules *rules, const dtn_words_known *known, const dtn_sentence *s,
                      const char *who, dtn_said *said, dtn_arena *arena)
{
    const bool is_lead = s->n > 1 && strcmp(s->words[s->n - 1].form, ":") == 0;
    const dtn_word *last = is_lead ? &s->words[s->n - 2] : NULL;
    const uint32_t advises = s->n > 0 ? advising_word(rules, known, s) : (uint32_t)DTN_NO_WORD;
    said->is_lead_advice = advises != DTN_NO_WORD;
    said->is_lead_if = false;
    for (uint32_t i = 0; i < s->n; i++)
        said->is_lead_if |= s->words[i].tag == DTN_TAG_SCONJ &&
                            dtn_lexicon_get(rules, known->condition, &s->words[i]) != NULL;
    if (said->is_lead_advice && !who)
        who = adviser_of(rules, known, s, advises, arena);
    said->lead_by = (is_lead || said->is_lead_advice) && who != author ? who : NULL;
    said->lead_to = is_lead ? addressed_in(rules, known, s, arena) : NULL;
    said->is_lead_denied = said->is_lead_advice
                               ? is_advising_against(rules, known, s)
                               : is_lead && (dtn_lexicon_get(rules, known->negate.word, last) ||
                                             dtn_lexicon_get(rules, known->advice.stop, last));
}

void dtn_read_speakers(const dtn_rules *rules, const dtn_words_known *known, dtn_parsed *doc,
                       dtn_said *said, dtn_arena *arena)
{
    const char *last = said->last;
    int open = said->is_open;
    for (uint32_t i = (uint32_t)doc->first; i < doc->n; i++) {
        const dtn_sentence *s = &doc->sentences[i];
        dtn_voice *voice = &doc->voices[i];
        if (s->begins_paragraph && !open)
            last = NULL;
        voice->carried = open ? last : NULL;
        voice->said_before = last;
        const char *who = reported_in(rules, known, doc, i, arena);
        if (who)
            last = who == author ? NULL : who;
        if (!s->is_item)
            take_lead(rules, known, s, who, said, arena);
        voice->lead_by = s->is_item ? said->lead_by : NULL;
        voice->lead_to = s->is_item ? said->lead_to : NULL;
        voice->is_lead_denied = s->is_item && said->is_lead_denied;
        voice->is_lead_advice = s->is_item && said->is_lead_advice;
        voice->is_lead_if = s->is_item && said->is_lead_if;
        open = quotes_open_after(s, open);
    }
    said->last = last;
    said->is_open = open;
}

bool dtn_read_is_opponent(const dtn_rules *rules, const dtn_words_known *known, const char *speaker)
{
    const char *last = strrchr(speaker, ' ');
    last = last ? last + 1 : speaker;
    dtn_word word = {.form = last,
                     .lemma = last,
                     .tag = DTN_TAG_NOUN,
                     .xtag = "",
                     .head = DTN_NO_WORD,
                     .relation = "root"};
    dtn_rules_prepare(rules, &word, 1);
    return dtn_lexicon_get(rules, known->attribution.opponent, &word) ||
           (last == speaker && dtn_lexicon_get(rules, known->attribution.vague, &word));
}
