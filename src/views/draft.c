/* What a document says of a case, part after part: claims on its concepts, sentences with the words of its answers,
 * recommendations with those of its courses (courses.c).
 *
 * Whether somebody's words are answered stands in the sentence after them, which may be the next part's first: so
 * that is noted where it is seen, and counted when the whole document has been read (views.c).
 */
#include "views/views.h"

#include <string.h>

void dtn_view_draft_init(dtn_view_draft *d, const dtn_case *c, const dtn_vocabulary *cues,
                         dtn_arena *arena)
{
    size_t cap = 0;
    *d = (dtn_view_draft){.c = c, .cues = cues, .arena = arena};
    for (size_t i = 0; i < c->n_actor; i++)
        for (size_t k = 0; k < c->actors[i].n_course; k++)
            DTN_PUSH(arena, d->courses, d->n_course, cap,
                     dtn_arena_printf(arena, "%s=%s", c->actors[i].id, c->actors[i].courses[k].id));
}

static const char *keep(const dtn_view_draft *d, const char *text)
{
    return text ? dtn_arena_strdup(d->arena, text) : NULL;
}

/* ---- Claims -------------------------------------------------------------------------------- */

static bool is_opponent(const dtn_reader *reader, const char *speaker)
{
    return speaker && dtn_read_is_opponent(reader->rules, &reader->known, speaker);
}

/* "The figures say that raids reduce attacks": nobody's words, and yet none of the author's own. */
static bool is_told(const dtn_reader *reader, const dtn_sentence *s, uint32_t word)
{
    for (uint32_t i = 0; i < word; i++) {
        const uint32_t clause = s->words[i].tag == DTN_TAG_VERB
                                    ? dtn_read_told(reader->rules, &reader->known, s, i)
                                    : i;
        if (clause != i && dtn_tree_is_under(s, word, clause))
            return true;
    }
    return false;
}

static void add_claims(dtn_view_draft *d, const dtn_reader *reader, const dtn_reading *r)
{
    dtn_claim *claims = DTN_NEW_N(r->arena, dtn_claim, r->n_claim + 1);
    const size_t n = dtn_reader_kept(reader, r, claims);
    d->n_claim += n;
    for (size_t i = 0; i < n; i++) {
        const dtn_claim *c = &claims[i];
        const dtn_sentence *s = &r->parsed.sentences[c->sentence];
        if (!c->cause_concept || !c->effect_concept || c->is_open || (c->purpose && c->weak) ||
            strcmp(c->cause_concept, c->effect_concept) == 0)
            continue; /* what is asked, or may be an aim, is not said to be */
        const dtn_cited cited = {
            .sentence = {s->begin, s->end},
            .cause = c->cause_concept,
            .effect = c->effect_concept,
            .sign = c->sign,
            .negated = c->negated || c->is_failed,
            .hedged = c->n_hedge > 0,
            .speaker = keep(d, c->attributed_to),
            .weight = c->probability * (1 - c->hedge_strength / 2),
            .is_opponents = is_opponent(reader, c->attributed_to),
            .is_told = is_told(reader, s, c->trigger),
            .is_meant = (c->purpose || c->is_meant) && !c->is_failed,
            .is_conceded = dtn_read_is_conceded(reader->rules, &reader->known, s, c->trigger)};
        DTN_PUSH(d->arena, d->cited, d->n_cited, d->cap_cited, cited);
    }
}

/* ---- Words of answers ---------------------------------------------------------------------- */

static uint32_t root_of(const dtn_sentence *s)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->words[i].head == DTN_NO_WORD && s->words[i].tag != DTN_TAG_PUNCT)
            return i;
    return 0;
}

static bool is_of_cue(const dtn_cue *cue, uint32_t word)
{
    for (size_t i = 0; i < cue->n_word; i++)
        if (cue->words[i] == word)
            return true;
    return false;
}

/* "The ministry argues that ...": is a word of the cue who says what its other words are about? Then it is no part of
 * what is said. */
static bool has_teller(const dtn_reader *reader, const dtn_sentence *s, const dtn_cue *cue)
{
    for (size_t i = 0; i < cue->n_word; i++) {
        const dtn_word *w = &s->words[cue->words[i]];
        const uint32_t verb = dtn_word_hangs(w, "nsubj") ? w->head : DTN_NO_WORD;
        if (verb == DTN_NO_WORD || is_of_cue(cue, verb) ||
            !dtn_lexicon_get(reader->rules, reader->known.report, &s->words[verb]))
            continue;
        for (size_t k = 0; k < cue->n_word; k++)
            for (uint32_t at = cue->words[k]; at < s->n && at != verb; at = s->words[at].head)
                if (s->words[at].head == verb && dtn_word_hangs(&s->words[at], "ccomp"))
                    return true;
    }
    return false;
}

/* Who says it: of "the ministry denies the charge", if "denies" is a word of the cue, the ministry. */
static const char *speaker_of(const dtn_reader *reader, const dtn_reading *r, uint32_t sentence,
                              const dtn_cue *cue)
{
    const dtn_sentence *s = &r->parsed.sentences[sentence];
    double distance = 0;
    for (size_t i = 0; i < cue->n_word; i++) {
        const dtn_word *w = &s->words[cue->words[i]];
        const char *who =
            w->tag == DTN_TAG_VERB && dtn_lexicon_get(reader->rules, reader->known.report, w)
                ? dtn_read_asker(reader->rules, &reader->known, &r->parsed, sentence, cue->words[i],
                                 r->arena)
                : NULL;
        if (who)
            return who;
    }
    return dtn_read_speaker(reader->rules, &reader->known, &r->parsed, sentence, cue->word,
                            r->arena, &distance);
}

/* "No patrol reduced", "no evidence that patrols provoke": is what the cue's words say denied where they stand? */
static bool is_denied_at(const dtn_reader *reader, const dtn_sentence *s, const dtn_cue *cue)
{
    for (size_t i = 0; i < cue->n_word; i++) {
        const uint32_t at = cue->words[i];
        if (s->words[at].tag == DTN_TAG_VERB &&
            dtn_read_negated(reader->rules, &reader->known, s, at))
            return true;
        for (uint32_t c = s->words[at].first_child; c != DTN_NO_WORD; c = s->words[c].next_sibling)
            if (c < at && dtn_word_hangs(&s->words[c], "det") &&
                (dtn_word_is(&s->words[c], "no") || dtn_word_is(&s->words[c], "neither")))
                return true;
    }
    return dtn_read_is_disbelieved(reader->rules, &reader->known, s, cue->words[cue->n_word - 1]);
}

/* "[Stop describing] the raids as", "do not call it", "must stop pretending that": does the sentence ask not to say what the
 * cue's words say? */
static bool is_to_be_unsaid(const dtn_reader *reader, const dtn_sentence *s, const dtn_cue *cue)
{
    static const char *const says[] = {"describe", "call",    "portray", "present", "paint",
                                       "treat",    "pretend", "speak",   "talk",    "regard",
                                       "cast",     "depict",  "blame"};
    for (uint32_t i = 1; i < s->n && i < cue->word; i++) {
        bool is_one = dtn_lexicon_get(reader->rules, reader->known.report, &s->words[i]) != NULL;
        for (size_t k = 0; k < sizeof says / sizeof *says; k++)
            is_one |= dtn_word_is(&s->words[i], says[k]);
        if (!is_one)
            continue;
        const bool is_ing = strcmp(s->words[i].xtag, "VBG") == 0;
        const uint32_t before = i > 1 && dtn_tree_is_form(s, i - 1, "from") ? i - 2 : i - 1;
        if (is_ing &&
            dtn_lexicon_get(reader->rules, reader->known.advice.stop, &s->words[before]) != NULL)
            return !dtn_read_negated(reader->rules, &reader->known, s, before);
        if (i > 1 && i < 4 && strcmp(s->words[i].xtag, "VB") == 0 && dtn_tree_is_form(s, 0, "do") &&
            (dtn_tree_is_form(s, i - 1, "not") || dtn_tree_is_form(s, i - 1, "n't")))
            return true;
    }
    return false;
}

/* "Is not only a question of X": more than that is held, and what more stands behind it. */
static bool is_not_all(const dtn_sentence *s, const dtn_cue *cue)
{
    static const char *const only[] = {"only", "just", "merely", "simply", "solely"};
    uint32_t last = cue->word;
    for (size_t i = 0; i < cue->n_word; i++)
        last = cue->words[i] > last ? cue->words[i] : last;
    for (uint32_t i = last; i-- > 1;) {
        if (s->words[i].tag == DTN_TAG_PUNCT || dtn_tree_is_form(s, i, "but"))
            return false;
        for (size_t k = 0; k < sizeof only / sizeof *only; k++)
            if (dtn_tree_is_form(s, i, only[k]) &&
                (dtn_tree_is_form(s, i - 1, "not") || dtn_tree_is_form(s, i - 1, "n't"))) {
                for (uint32_t b = i; b < s->n; b++)
                    if (dtn_tree_is_form(s, b, "but"))
                        return false; /* "not only X but Y" holds both */
                return true;
            }
    }
    return false;
}

/* How much a sentence's words weigh: hedged, under a condition, somebody else's. False where its
 * main clause is denied and the cue does not say so itself: what is denied then is not known. */
static bool cue_support(const dtn_view_draft *d, const dtn_reader *reader, const dtn_reading *r,
                        uint32_t sentence, const dtn_cue *cue, dtn_cue_said *out)
{
    const dtn_sentence *s = &r->parsed.sentences[sentence];
    static const dtn_rule no_rule = {.name = "cue", .kind = "cue"};
    const uint32_t root = root_of(s);
    dtn_claim manner = {.rule = &no_rule, .trigger = root, .effect = root};
    dtn_read_modality(reader->rules, &reader->known, s, &manner, r->arena);
    const int answer =
        dtn_read_answer(reader->rules, &reader->known, &r->parsed, sentence); /* "Is it X? No." */
    const bool is_unsaid = is_to_be_unsaid(reader, s, cue);
    if (((manner.negated || is_denied_at(reader, s, cue)) && !cue->has_denial && !is_unsaid) ||
        has_teller(reader, s, cue) ||
        (dtn_read_is_open(reader->rules, &reader->known, s, cue->word) && answer == 0))
        return false;
    if (answer != 0)
        manner.hedge_strength = 0;
    const char *speaker = speaker_of(reader, r, sentence, cue);
    const bool denies = (((cue->sign < 0) != cue->is_set_aside) != (answer < 0)) != is_unsaid;
    out->is_opponents = is_opponent(reader, speaker);
    out->is_conditional = manner.conditional;
    out->support = (dtn_support){.sentence = {s->begin, s->end},
                                 .why = "words of the answer",
                                 .denies = denies,
                                 .is_denial = denies,
                                 .speaker = keep(d, speaker),
                                 .weight = DTN_CUE_WEIGHT * (1 - manner.hedge_strength / 2) *
                                           (is_not_all(s, cue) ? DTN_CONCEDED_SHARE : 1)};
    return true;
}

static void add_cues_of(dtn_view_draft *d, const dtn_reader *reader, const dtn_reading *r,
                        size_t hypothesis, size_t answer)
{
    const dtn_hypothesis *h = &d->c->hypotheses[hypothesis];
    const char *key = dtn_arena_printf(r->arena, "%s=%s", h->id, h->answers[answer].id);
    for (uint32_t i = (uint32_t)r->parsed.first; i < r->parsed.n; i++) {
        dtn_cue cue;
        dtn_cue_said said = {.hypothesis = hypothesis, .answer = answer};
        if (dtn_vocabulary_cue(d->cues, &r->parsed.sentences[i], key, &cue) &&
            cue_support(d, reader, r, i, &cue, &said))
            DTN_PUSH(d->arena, d->said, d->n_said, d->cap_said, said);
    }
}

static void add_cues(dtn_view_draft *d, const dtn_reader *reader, const dtn_reading *r)
{
    for (size_t h = 0; h < d->c->n_hypothesis; h++)
        for (size_t a = 0; a < d->c->hypotheses[h].n_answer; a++)
            if (d->c->hypotheses[h].answers[a].n_mixture == 0)
                add_cues_of(d, reader, r, h, a);
}

/* ---- Answers by the next sentence ----------------------------------------------------------- */

static void note_answered(dtn_view_draft *d, uint32_t begin)
{
    for (size_t i = d->cited_before; i < d->n_cited; i++)
        d->cited[i].is_answered |= d->cited[i].sentence.begin == begin;
    for (size_t i = d->said_before; i < d->n_said; i++)
        d->said[i].is_answered |= d->said[i].support.sentence.begin == begin;
    for (size_t i = d->urged_before; i < d->n_urged; i++)
        d->urged[i].is_answered |= d->urged[i].sentence.begin == begin;
}

/* What becomes of what was meant to be, which only claims are asked. */
static void note_outcome(dtn_view_draft *d, uint32_t begin, int outcome)
{
    for (size_t i = d->cited_before; i < d->n_cited; i++)
        if (d->cited[i].sentence.begin == begin)
            d->cited[i].outcome = outcome;
}

/* Of this part, and of the last sentence of the part before. */
static void add_answered(dtn_view_draft *d, const dtn_reader *reader, const dtn_reading *r)
{
    const uint32_t first = (uint32_t)r->parsed.first;
    for (uint32_t i = first > 0 ? first - 1 : 0; i < r->parsed.n; i++) {
        const int outcome = dtn_read_outcome(reader->rules, &reader->known, &r->parsed, i);
        if (dtn_read_is_answered(reader->rules, &reader->known, &r->parsed, i))
            note_answered(d, r->parsed.sentences[i].begin);
        if (outcome)
            note_outcome(d, r->parsed.sentences[i].begin, outcome);
    }
}

void dtn_view_draft_add(dtn_view_draft *d, const dtn_reader *reader, const dtn_document *document,
                        const dtn_reading *r)
{
    const size_t n_cited = d->n_cited, n_said = d->n_said, n_urged = d->n_urged;
    if (d->n_sentence == 0)
        d->date = keep(d, document->date);
    for (size_t i = r->parsed.first; i < r->parsed.n; i++) {
        const dtn_span span = {r->parsed.sentences[i].begin, r->parsed.sentences[i].end};
        DTN_PUSH(d->arena, d->sentences, d->n_sentence, d->cap_sentence, span);
    }
    add_claims(d, reader, r);
    dtn_view_draft_tolls(d, reader, r);
    if (d->cues)
        add_cues(d, reader, r);
    dtn_view_draft_courses(d, reader, r);
    add_answered(d, reader, r);
    d->cited_before = n_cited;
    d->said_before = n_said;
    d->urged_before = n_urged;
}
