/* What kills without anybody's doing: floods, diseases, bad water, buses that leave the road, dams that burst.
 *
 * A noun of reader/classes.tsv (cause, animal, vehicle, fabric, blaze, gas) that does it or by which it is done, or a
 * clause beside that tells of a mishap ("the dam burst", "a fire swept through the mill"), as long as the sentence
 * tells of no blow, weapon or armed person. Dead of whom a sentence says no more are those of the disaster that the
 * sentences before told of.
 *
 * Not done: whether a lorry was driven into a crowd on purpose where nobody says so.
 */
#include "events/inner.h"

#include <string.h>

typedef dtn_event_finder finder;

#define AHEAD 5 /* words from a verb to what makes a mishap of it: "went off the road" */

static bool is_of(const finder *f, uint32_t i, const char *class_name)
{
    return i != DTN_NO_WORD && dtn_event_is_word_of(f, class_name, f->words[i].lemma);
}

/* ---- Things that kill ---- */

/* "Fire broke out": of no weapon. */
static bool is_spreading(const finder *f, uint32_t i)
{
    const uint32_t verb = dtn_is_rel(&f->words[i], "nsubj") ? f->words[i].head : DTN_NO_WORD;
    return is_of(f, verb, "spread");
}

/* "A house fire", "the blaze"; not "artillery fire", "fire from the ridge", "rebel fire": of what is counted, or burns. */
static bool is_blaze(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    bool is_counted = strcmp(w[i].lemma, "fire") != 0 || strcmp(w[i].xtag, "NNS") == 0;
    if (!dtn_event_is_word_of(f, "blaze", w[i].lemma))
        return false;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling) {
        char who[DTN_MAX_ACTOR_TEXT];
        const bool is_before = dtn_is_rel(&w[c], "compound") || dtn_is_rel(&w[c], "amod");
        if ((is_before && dtn_event_is_word_of(f, "weapon", w[c].lemma)) ||
            dtn_is_rel(&w[c], "nmod:poss") ||
            (dtn_is_rel(&w[c], "nmod") && dtn_event_has_marker(f, c, "from|by")) ||
            (is_before && w[c].tag != DTN_TAG_PROPN && dtn_event_actor_at(f, c, who)))
            return false;
        is_counted |= dtn_is_rel(&w[c], "compound") || dtn_one_of(w[c].lemma, "a|an|one");
    }
    return is_counted || is_spreading(f, i);
}

/* "A gas explosion", "a boiler blast". */
static bool is_of_gas(const finder *f, uint32_t i)
{
    return dtn_event_is_word_of(f, "leak", f->words[i].lemma) && i > 0 &&
           dtn_event_is_word_of(f, "gas", f->words[i - 1].lemma);
}

/* "A heat wave", "a swarm of bees", "a wall of mud", "an outbreak of cholera": of what there is much. */
static bool is_mass_of_cause(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (!is_of(f, i, "mass"))
        return false;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if ((dtn_is_rel(&w[c], "compound") || dtn_is_rel(&w[c], "amod") ||
             (dtn_is_rel(&w[c], "nmod") && dtn_event_has_marker(f, c, "of"))) &&
            (is_of(f, c, "cause") || is_of(f, c, "animal") || is_of(f, c, "substance")))
            return true;
    return false;
}

/* "Rocks thrown by the crowd", "a fire set by soldiers". */
static bool is_somebodys(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (dtn_is_rel(&w[c], "acl") && is_of(f, c, "hurl"))
            return true;
    return false;
}

bool dtn_event_is_deedless(const finder *f, uint32_t i)
{
    if (i == DTN_NO_WORD || is_somebodys(f, i))
        return false;
    if (is_blaze(f, i) || is_of_gas(f, i) || is_mass_of_cause(f, i))
        return true;
    if (f->words[i].tag != DTN_TAG_PROPN && is_of(f, i, "animal"))
        return true;
    if (!is_of(f, i, "cause") && !is_of(f, i, "substance"))
        return false;
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling)
        if (dtn_is_rel(&f->words[c], "nmod") && dtn_event_has_marker(f, c, "of") &&
            dtn_event_is_word_of(f, "torrential", f->words[i].lemma))
            return false; /* of shells */
    return true;
}

/* ---- Is there a blow in the sentence? ---- */

/* "[The bus] hit a tree", "shook". */
static bool is_done_by_things(const finder *f, uint32_t i)
{
    const uint32_t doer = dtn_event_is_passive(f, i) ? DTN_NO_WORD : dtn_event_subject(f, i);
    return dtn_event_is_deedless(f, doer) || is_of(f, doer, "vehicle") ||
           is_of(f, doer, "fabric") || is_of(f, doer, "craft") || is_of(f, doer, "gas");
}

/* Killed, injured: what came of it, whatever it was. */
static bool is_outcome(const dtn_event_sense *sense) { return strcmp(sense->cameo, "186") == 0; }

/* Rebels, smugglers: of whatever state. */
static bool is_outlaw(const finder *f, uint32_t i)
{
    char who[DTN_MAX_ACTOR_TEXT];
    const size_t n = dtn_event_actor_at(f, i, who) ? strlen(who) : 0;
    return n >= 3 && dtn_one_of(who + n - 3, "REB|CRM");
}

static bool is_blow(const finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    if (w->tag == DTN_TAG_ADV || w->tag == DTN_TAG_ADJ)
        return is_of(f, i, "arms"); /* deliberately */
    if (w->tag != DTN_TAG_NOUN && w->tag != DTN_TAG_VERB && w->tag != DTN_TAG_PROPN)
        return false;
    if (w->tag == DTN_TAG_NOUN && (is_of(f, i, "arms") || is_outlaw(f, i)))
        return true;
    const dtn_event_sense *sense = dtn_event_sense_of(f, i);
    if (!sense || strcmp(sense->type, "ASSAULT") != 0)
        return false;
    return w->tag == DTN_TAG_VERB ? !is_outcome(sense) && !is_done_by_things(f, i)
                                  : !dtn_event_is_deedless(f, i);
}

bool dtn_event_has_blow(const finder *f, uint32_t but)
{
    for (uint32_t i = 0; i < f->n; i++)
        if (i != but && is_blow(f, i))
            return true;
    return false;
}

/* ---- Clauses of mishaps ---- */

/* "Overturned", "gave way", "went off the road": by itself, or with a word behind it. */
static bool is_mishap_verb(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    char key[96];
    if (w[i].tag != DTN_TAG_VERB)
        return false;
    if (is_of(f, i, "mishap"))
        return true;
    for (uint32_t k = i + 1; k < f->n && k <= i + AHEAD && w[k].tag != DTN_TAG_PUNCT; k++)
        if (DTN_JOIN(key, sizeof key, w[i].lemma, " ", w[k].lemma) < sizeof key &&
            dtn_event_is_word_of(f, "mishap", key))
            return true;
    return false;
}

/* "Nerve gas": a weapon. */
static bool is_poison(const finder *f, uint32_t i)
{
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling)
        if ((dtn_is_rel(&f->words[c], "compound") || dtn_is_rel(&f->words[c], "amod")) &&
            is_of(f, i, "gas") && is_of(f, c, "weapon"))
            return true;
    return false;
}

/* A lorry, a bridge, a boiler; "the dam [burst], killing", "a dog [bit] and killed", as the tree has it. */
static bool is_thing(const finder *f, uint32_t i)
{
    if (i == DTN_NO_WORD || is_somebodys(f, i) || is_poison(f, i))
        return false;
    if (is_of(f, i, "vehicle") || is_of(f, i, "fabric") || is_of(f, i, "gas") ||
        dtn_event_is_deedless(f, i))
        return true;
    const uint32_t kind = is_of(f, i, "mishap") ? dtn_child(f->words, i, "compound") : DTN_NO_WORD;
    if (strcmp(f->words[i].form, "up") == 0 && i > 1 && strcmp(f->words[i - 2].form, "pile") == 0)
        return true; /* "a pile-up", in three words */
    return is_of(f, kind, "vehicle") || is_of(f, kind, "fabric") || is_of(f, kind, "gas") ||
           (kind != DTN_NO_WORD && dtn_event_is_deedless(f, kind));
}

/* Does the verb tell of one: "the roof fell in", "a fire swept through the mill", "the boiler exploded"? */
static bool is_mishap(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (w[i].tag != DTN_TAG_VERB)
        return false;
    const uint32_t subject = dtn_event_subject(f, i);
    if (dtn_event_is_deedless(f, subject) && !dtn_event_is_passive(f, i))
        return true;
    if (subject != DTN_NO_WORD && is_thing(f, subject) && !dtn_event_is_passive(f, i))
        return true; /* "an oil heater set a flat on fire" */
    return is_mishap_verb(f, i) && !dtn_event_is_passive(f, i) &&
           (dtn_child(w, i, "obj") == DTN_NO_WORD || is_of(f, subject, "vehicle"));
}

/* A clause beside verb i, above, below or joined to it, that tells of a mishap. */
static bool is_beside_mishap(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (dtn_is_rel(&w[i], "conj") && w[i].head != DTN_NO_WORD && is_thing(f, w[i].head))
        return true;
    if ((dtn_is_rel(&w[i], "advcl") || dtn_is_rel(&w[i], "conj") ||
         dtn_is_rel(&w[i], "parataxis")) &&
        w[i].head != DTN_NO_WORD && is_mishap(f, w[i].head))
        return true;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling) {
        const bool is_joined = dtn_is_rel(&w[c], "conj");
        if ((dtn_is_rel(&w[c], "advcl") || is_joined || dtn_is_rel(&w[c], "parataxis")) &&
            is_mishap(f, c))
            return true;
        const uint32_t when = is_joined ? dtn_child(w, c, "advcl") : DTN_NO_WORD;
        if (when != DTN_NO_WORD && is_mishap(f, when))
            return true; /* "six were killed and 30 hurt when two trams collided" */
    }
    return false;
}

/* Who or what does it, or by what it is done; DTN_NO_WORD: nobody says. */
static uint32_t doer_of(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (!dtn_event_is_passive(f, i)) {
        const uint32_t who = dtn_event_subject(f, i);
        return who != DTN_NO_WORD && dtn_one_of(w[who].lemma, "that|which") &&
                       strcmp(w[i].relation, "acl:relcl") == 0
                   ? w[i].head
                   : who;
    }
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (dtn_is_rel(&w[c], "obl") && dtn_event_has_marker(f, c, "by"))
            return c;
    return DTN_NO_WORD;
}

/* "On Monday" */
static bool is_day(const finder *f, uint32_t i)
{
    char date[22];
    uint32_t at = 0, to = 0;
    return dtn_date_in(f->words, i, f->n - 1, f->day, date, &at, &to) && at == i;
}

/* "[Sixty people] were killed", and no more. */
static bool is_bare_death(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (doer_of(f, i) != DTN_NO_WORD || !dtn_event_is_passive(f, i))
        return false;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (dtn_is_rel(&w[c], "advcl") ||
            (dtn_is_rel(&w[c], "obl") && w[c].tag == DTN_TAG_PROPN && !is_day(f, c)))
            return false;
    return true;
}

bool dtn_event_is_in_mishap(const finder *f, uint32_t i)
{
    const dtn_event_sense *sense = dtn_event_sense_of(f, i);
    if (!sense || f->words[i].tag != DTN_TAG_VERB)
        return false;
    const uint32_t doer = doer_of(f, i);
    if (is_of(f, i, "burst") && is_of(f, doer, "gas"))
        return !dtn_event_has_blow(f, DTN_NO_WORD);
    if (!is_outcome(sense) || dtn_event_has_blow(f, DTN_NO_WORD))
        return false;
    return is_thing(f, doer) ||
           ((doer == DTN_NO_WORD || is_done_by_things(f, i)) && is_beside_mishap(f, i)) ||
           (f->last.has_disaster && is_bare_death(f, i));
}

/* ---- Over sentences ---- */

/* A sudden one: hunger and cold go on beside whatever else kills. */
static bool tells_disaster(const finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    if (w->tag == DTN_TAG_VERB)
        return is_mishap_verb(f, i) && is_mishap(f, i) && is_done_by_things(f, i);
    return w->tag == DTN_TAG_NOUN && (is_of(f, i, "disaster") || is_blaze(f, i)) &&
           dtn_is_rel(w, "nsubj") && dtn_event_is_deedless(f, i);
}

void dtn_event_note_disaster(finder *f)
{
    bool has_one = false;
    for (size_t k = f->first_here; k < f->n_event; k++)
        if (strcmp(f->events[k].type, "ASSAULT") == 0) {
            f->last.has_disaster = false;
            return;
        }
    if (dtn_event_has_blow(f, DTN_NO_WORD))
        return;
    for (uint32_t i = 0; i < f->n && !has_one; i++)
        has_one = tells_disaster(f, i);
    if (has_one) {
        f->last.has_disaster = true;
        f->last.disaster = f->sentence;
    } else if (f->last.has_disaster && f->last.disaster + DTN_EVENTS_BACK < f->sentence) {
        f->last.has_disaster = false;
    }
}
