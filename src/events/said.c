/* Who says that an event happened: the subject of a reporting verb above, or "according to".
 *
 * What the words above make of the event itself, denied, possible, to come, is modality.c's.
 */
#include "events/inner.h"

#include <string.h>

typedef dtn_event_finder finder;

bool dtn_event_is_of_others(const finder *f, uint32_t noun)
{
    const dtn_word *w = &f->words[noun];
    return w->head != DTN_NO_WORD &&
           (dtn_is_rel(w, "obj") || (strcmp(w->relation, "nsubj:pass") == 0 &&
                                     !dtn_one_of(f->words[w->head].lemma, "expect|report|see"))) &&
           dtn_event_is_word_of(f, "others", f->words[w->head].lemma);
}

bool dtn_event_is_saying(const dtn_word *w)
{
    static const char verbs[] =
        "say|announce|state|declare|tell|report|claim|add|note|confirm|argue|maintain|insist|acknowledge|allege|assert|believe|estimate|record";
    return dtn_one_of(w->lemma, verbs);
}

bool dtn_event_only_insists(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (strcmp(w[i].lemma, "insist") != 0 || (i + 1 < f->n && strcmp(w[i + 1].lemma, "on") == 0))
        return false;
    const uint32_t what = dtn_child(w, i, "ccomp");
    return what == DTN_NO_WORD || strcmp(w[what].xtag, "VB") != 0 ||
           dtn_child(w, what, "aux") != DTN_NO_WORD;
}

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

static const char accusing[] = "accuse|blame|suspect";

uint32_t dtn_event_accused(const finder *f, uint32_t i, uint32_t *accuse)
{
    const dtn_word *w = f->words;
    uint32_t above = w[i].head;
    if (above == DTN_NO_WORD || strcmp(w[i].xtag, "VBG") != 0 ||
        !dtn_event_has_child(f, i, "case", "of|for|with"))
        return DTN_NO_WORD;
    if (dtn_is_rel(&w[i], "acl") && /* hung on whom it is said of, or who says it */
        (dtn_is_rel(&w[above], "obj") || strcmp(w[above].relation, "obl:agent") == 0))
        above = w[above].head;
    if (above == DTN_NO_WORD || !(dtn_one_of(w[above].lemma, accusing) ||
                                  dtn_event_is_word_of(f, "judging", w[above].lemma)))
        return DTN_NO_WORD;
    *accuse = above;
    return dtn_child(w, above, dtn_event_is_passive(f, above) ? "nsubj" : "obj");
}

bool dtn_event_is_headline_teller(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (i == DTN_NO_WORD || i + 1 != f->n || w[i].tag != DTN_TAG_NOUN ||
        !dtn_is_rel(&w[i], "parataxis"))
        return false;
    for (uint32_t k = i; k-- > 0;)
        if (w[k].head != i)
            return false;
        else if (w[k].tag == DTN_TAG_PUNCT)
            return true;
    return false;
}

/* Who says so: the subject of a reporting verb above, or "according to". */
bool dtn_event_speaker(const finder *f, uint32_t i, char out[DTN_MAX_ACTOR_TEXT])
{
    const dtn_word *w = f->words;
    if (dtn_event_is_headline_teller(f, f->n - 1) && dtn_event_actor_at(f, f->n - 1, out))
        return true;
    for (int steps = 0; steps < DTN_EVENT_STEPS && i != DTN_NO_WORD; steps++, i = w[i].head) {
        for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
            if (dtn_is_rel(&w[c], "obl") && dtn_event_has_child(f, c, "case", "accord|according") &&
                dtn_event_actor_at(f, c, out))
                return true;
        for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
            if (dtn_is_rel(&w[c], "parataxis") && dtn_event_is_saying(&w[c]) &&
                dtn_event_actor_at(f, dtn_child(w, c, "nsubj"), out))
                return true; /* "... were killed, police said" */
        for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
            if (dtn_is_rel(&w[c], "advcl") && dtn_event_is_saying(&w[c]) &&
                dtn_event_has_child(f, c, "mark", "as") &&
                dtn_event_actor_at(f, dtn_child(w, c, "nsubj"), out))
                return true; /* "as the ministry reported, ..." */
        uint32_t accuse = DTN_NO_WORD;
        if (dtn_event_accused(f, i, &accuse) != DTN_NO_WORD &&
            dtn_one_of(w[accuse].lemma, accusing))
            return dtn_event_actor_at(f,
                                      dtn_event_is_passive(f, accuse)
                                          ? dtn_child(w, accuse, "obl:agent")
                                          : dtn_event_subject(f, accuse),
                                      out) ||
                   true;
        const uint32_t above = w[i].head;
        if (above != DTN_NO_WORD && dtn_is_rel(&w[i], "obj") &&
            dtn_event_is_word_of(f, "counting", w[above].lemma))
            return dtn_event_actor_at(f, dtn_event_subject(f, above), out) || true;
        if (above != DTN_NO_WORD && (dtn_is_rel(&w[i], "ccomp") || dtn_is_rel(&w[i], "xcomp")) &&
            (dtn_event_is_saying(&w[above]) || dtn_event_is_word_of(f, "denying", w[above].lemma)))
            return dtn_event_actor_at(f, dtn_event_subject(f, above), out) || true;
    }
    return false;
}
