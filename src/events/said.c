/* Said, denied, wanted: what the words above an event say of it.
 *
 * Modality climbs from the trigger to the root and takes the first answer: a negation (also "no
 * soldier was killed", "failed to", "ruled out"), a modal verb, a condition, a verb of wanting,
 * fearing or planning. What holds of a clause does not hold of what it only places in time
 * ("withdrew after the strike"), nor the other way round.
 */
#include "events/inner.h"

#include <string.h>

static const char *const modality_names[] = {"asserted", "reported", "denied", "hypothetical",
                                             "future"};
const char *dtn_modality_name(dtn_modality modality) { return modality_names[modality]; }

typedef dtn_event_finder finder;

static const char say_verbs[] =
    "say|announce|state|declare|tell|report|claim|add|note|confirm|argue|"
    "maintain|insist|acknowledge|allege|assert|believe|estimate|record";
static const char deny_verbs[] = "deny|reject|refute|dispute|dismiss";
static const char open_verbs[] =
    "fear|risk|threaten|warn|demand|urge|call|want|ask|request|appeal|"
    "seek|plan|intend|hope|try|attempt|consider|expect|refuse|offer|agree|"
    "pledge|promise|vow|suggest|propose|could|prepare|decide|prevent|avoid|"
    "ready|willing|insist|advise|recommend|allow|order|aim|press";

static const char other_verbs[] =
    "fear|expect|deny|reject|condemn|criticize|criticise|denounce|oppose|report|see|witness|survive|"
    "suffer|face|stop|prevent|avoid|end|halt|welcome|support|investigate|blame|follow|describe|"
    "discuss|rule|demand|urge|want|call|mediate|deplore|protest|mark|mourn|avenge|repel";

bool dtn_event_is_of_others(const finder *f, uint32_t noun)
{
    const dtn_word *w = &f->words[noun];
    return w->head != DTN_NO_WORD && dtn_is_rel(w, "obj") &&
           dtn_one_of(f->words[w->head].lemma, other_verbs);
}

bool dtn_event_is_saying(const dtn_word *w) { return dtn_one_of(w->lemma, say_verbs); }

/* ---- Said, denied, wanted ----------------------------------------------------------------------- */

bool dtn_event_has_child(const finder *f, uint32_t i, const char *relations, const char *lemmas)
{
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling) {
        const bool is_it = dtn_one_of(f->words[c].lemma, lemmas);
        if (is_it && (dtn_is_rel(&f->words[c], "aux") || dtn_is_rel(&f->words[c], "advmod") ||
                      dtn_is_rel(&f->words[c], "mark") || dtn_is_rel(&f->words[c], "det") ||
                      dtn_is_rel(&f->words[c], relations)))
            return true;
    }
    return false;
}

static bool is_clause_of(const dtn_word *w)
{
    return dtn_is_rel(w, "ccomp") || dtn_is_rel(w, "xcomp") || dtn_is_rel(w, "parataxis") ||
           dtn_is_rel(w, "acl") || dtn_is_rel(w, "obj") || dtn_is_rel(w, "advcl") ||
           dtn_is_rel(w, "obl") || dtn_is_rel(w, "nmod") || dtn_is_rel(w, "nsubj") ||
           dtn_is_rel(w, "conj") || dtn_is_rel(w, "case"); /* a verb taken for a preposition */
}

/* Who says so: the subject of a reporting verb above, or "according to". */
bool dtn_event_speaker(const finder *f, uint32_t i, char out[DTN_MAX_ACTOR_TEXT])
{
    const dtn_word *w = f->words;
    for (int steps = 0; steps < DTN_EVENT_STEPS && i != DTN_NO_WORD; steps++, i = w[i].head) {
        for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
            if (dtn_is_rel(&w[c], "obl") && dtn_event_has_child(f, c, "case", "accord|according") &&
                dtn_event_actor_at(f, c, out))
                return true;
        for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
            if (dtn_is_rel(&w[c], "parataxis") && dtn_one_of(w[c].lemma, say_verbs) &&
                dtn_event_actor_at(f, dtn_child(w, c, "nsubj"), out))
                return true; /* "... were killed, police said" */
        const uint32_t above = w[i].head;
        if (above != DTN_NO_WORD && (dtn_is_rel(&w[i], "ccomp") || dtn_is_rel(&w[i], "xcomp")) &&
            (dtn_one_of(w[above].lemma, say_verbs) || dtn_one_of(w[above].lemma, deny_verbs)))
            return dtn_event_actor_at(f, dtn_event_subject(f, above), out) || true;
    }
    return false;
}

static const char no_words[] = "no|neither|nobody|none|nothing|no-one|nowhere";

/* "No soldier was killed", "neither side has withdrawn", "nobody was hurt". */
static bool has_no_argument(const finder *f, uint32_t i)
{
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling) {
        const dtn_word *w = &f->words[c];
        if (!dtn_is_rel(w, "nsubj") && !dtn_is_rel(w, "obj") && !dtn_is_rel(w, "expl"))
            continue;
        if (dtn_one_of(w->lemma, no_words) || dtn_event_has_child(f, c, "cc:preconj", no_words))
            return true;
    }
    return false;
}

/* Did it not take place, by what stands at the word itself? */
static bool is_negated(const finder *f, uint32_t i)
{
    return dtn_event_has_child(f, i, "advmod", "not|never|n't|neither|nor|no") ||
           has_no_argument(f, i) || dtn_event_has_child(f, i, "case", "without");
}

/* "Failed to attack", "refrained from attacking", "ruled out an invasion", "no sign of an attack". */
static bool is_undone_by(const finder *f, uint32_t above, bool is_inside)
{
    const dtn_word *w = &f->words[above];
    if (!is_inside)
        return false;
    if (dtn_one_of(w->lemma, deny_verbs) || dtn_one_of(w->lemma, "fail|refrain|abstain|stop short"))
        return true;
    if (strcmp(w->lemma, "rule") == 0 && dtn_event_has_child(f, above, "compound", "out"))
        return true;
    return w->tag == DTN_TAG_NOUN &&
           (dtn_one_of(w->lemma, "denial|absence|lack") ||
            (dtn_one_of(w->lemma, "sign|evidence|report|indication|proof|question|talk") &&
             is_negated(f, above)));
}

/* "Had they been disarmed, ...": a condition without "if". */
static bool is_turned_condition(const finder *f, uint32_t i)
{
    const uint32_t had = f->words[i].first_child;
    return dtn_is_rel(&f->words[i], "advcl") && had != DTN_NO_WORD &&
           dtn_is_rel(&f->words[had], "aux") && strcmp(f->words[had].form, "Had") == 0;
}

static bool is_unreal(const finder *f, uint32_t i)
{
    return dtn_event_has_child(f, i, "aux", "could|may|might|can|should|must|would") ||
           dtn_event_has_child(f, i, "mark", "if|unless|whether|lest") || is_turned_condition(f, i);
}

/* What holds above does not hold of what is only named beside it: "withdrew after the strike",
 * "..., the minister warned". */
static bool is_aside(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (dtn_is_rel(&w[i], "parataxis"))
        return dtn_child(w, i, "nsubj") != DTN_NO_WORD;
    return (dtn_is_rel(&w[i], "obl") || dtn_is_rel(&w[i], "advcl")) &&
           dtn_event_has_child(f, i, "case", "after|before|since|following|during|despite|over");
}

dtn_modality dtn_event_modality(const finder *f, uint32_t trigger, bool has_speaker)
{
    const dtn_word *w = f->words;
    uint32_t i = trigger;
    bool is_future = false;
    for (int steps = 0; steps < DTN_EVENT_STEPS && i != DTN_NO_WORD; steps++) {
        const bool is_trigger = i == trigger;
        if (is_trigger && is_negated(f, i))
            return DTN_DENIED;
        if (is_unreal(f, i))
            return DTN_HYPOTHETICAL;
        is_future |= dtn_event_has_child(f, i, "aux", "will|shall|ll|'ll");
        const uint32_t above = w[i].head;
        if (above == DTN_NO_WORD || !is_clause_of(&w[i]) || is_aside(f, i))
            break;
        const bool is_inside = dtn_is_rel(&w[i], "ccomp") || dtn_is_rel(&w[i], "xcomp") ||
                               dtn_is_rel(&w[i], "obj") || dtn_is_rel(&w[i], "acl") ||
                               dtn_is_rel(&w[i], "nmod") || dtn_is_rel(&w[i], "obl") ||
                               dtn_is_rel(&w[i], "nsubj:pass");
        /* "there were no airstrikes": the noun is what is denied */
        if (is_inside && is_undone_by(f, above, true))
            return DTN_DENIED;
        if (dtn_is_rel(&w[i], "obl") && w[above].tag == DTN_TAG_VERB)
            break;
        if (is_inside && dtn_one_of(w[above].lemma, open_verbs))
            return DTN_HYPOTHETICAL;
        if (is_inside && w[above].tag == DTN_TAG_NOUN &&
            dtn_one_of(w[above].lemma, "threat|risk|fear|danger|plan|prospect|possibility|chance|"
                                       "demand|attempt|intention|preparation|decision"))
            return DTN_HYPOTHETICAL;
        i = above;
    }
    return is_future ? DTN_FUTURE : has_speaker ? DTN_REPORTED : DTN_ASSERTED;
}
