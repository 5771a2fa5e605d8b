/* Words of violence said of other things: rates that are slashed, laws struck down, cooks fired, records hit.
 *
 * What a word with one that stands below it means ("strike oil", "heart attack") stands in reader/events.tsv, as rows of
 * the type NONE; here is what holds for many at once, by classes of reader/classes.tsv: figure (what can be fought,
 * killed or hit in a manner of speaking only), prize (what is fought for without arms), rate (what explodes or strikes so),
 * building (what a raid or blast before which it stands has struck). Nobody's violence: sort.c.
 */
#include "events/inner.h"

#include <string.h>

typedef dtn_event_finder finder;

static bool is_of(const finder *f, uint32_t i, const char *class_name)
{
    return i != DTN_NO_WORD && dtn_event_is_word_of(f, class_name, f->words[i].lemma);
}

/* Whom or what it is done to. */
static uint32_t object_of(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (dtn_event_is_passive(f, i))
        return dtn_child(w, i, "nsubj");
    const uint32_t object = dtn_child(w, i, "obj");
    for (uint32_t c = object == DTN_NO_WORD ? w[i].first_child : DTN_NO_WORD; c != DTN_NO_WORD;
         c = w[c].next_sibling)
        if (c > i && dtn_is_rel(&w[c], "obl") && dtn_child(w, c, "case") == DTN_NO_WORD)
            return c; /* "shot down the plan", as the tree has it */
    return object;
}

static uint32_t doer_of(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (!dtn_event_is_passive(f, i))
        return dtn_event_subject(f, i);
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (dtn_is_rel(&w[c], "obl") && dtn_event_has_marker(f, c, "by"))
            return c;
    return DTN_NO_WORD;
}

static bool ends_in(const char *code, const char *kinds)
{
    const size_t n = strlen(code);
    return n >= 3 && dtn_one_of(code + n - 3, kinds);
}

static bool is_armed(const finder *f, uint32_t i)
{
    char who[DTN_MAX_ACTOR_TEXT];
    return i != DTN_NO_WORD && dtn_event_actor_at(f, i, who) &&
           ends_in(who, "MIL|REB|COP|SPY|CRM|UAF");
}

/* A word of the classes below the verb, behind one of the prepositions. */
static bool has_about(const finder *f, uint32_t i, const char *prepositions, const char *one,
                      const char *other)
{
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling)
        if ((dtn_is_rel(&f->words[c], "obl") || dtn_is_rel(&f->words[c], "nmod")) &&
            dtn_event_has_marker(f, c, prepositions) && (is_of(f, c, one) || is_of(f, c, other)))
            return true;
    return false;
}

/* Does the sentence tell of dead or hurt? */
static bool has_dead(const finder *f)
{
    for (uint32_t i = 0; i < f->n; i++)
        if (is_of(f, i, "outcome"))
            return true;
    return false;
}

/* "Fight inflation", "an outbreak of measles", "battle for a contract", "clash over the budget"; neighbours who fight, and hurt
 * nobody. */
static bool is_struggle(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (!dtn_event_is_word_of(f, "struggle", w[i].lemma))
        return false;
    const uint32_t object = object_of(f, i);
    if (is_of(f, object, "figure") || is_of(f, object, "cause") || is_of(f, object, "blaze") ||
        (object != DTN_NO_WORD && (has_about(f, object, "of", "cause", "figure") ||
                                   dtn_one_of(f->words[object].lemma, "outbreak|epidemic"))) ||
        has_about(f, i, "for", "prize", "prize") ||
        has_about(f, i, "against|with", "figure", "cause") ||
        (w[i].tag == DTN_TAG_NOUN && dtn_is_rel(&w[i], "obj") && w[i].head != DTN_NO_WORD &&
         dtn_event_is_word_of(f, "contend", w[w[i].head].lemma) &&
         has_about(f, w[i].head, "for", "prize", "prize")))
        return true;
    const uint32_t who = w[i].tag == DTN_TAG_VERB ? doer_of(f, i) : dtn_child(w, i, "nmod");
    return !is_armed(f, who) && (has_about(f, i, "over|about|on", "abstract", "pay") ||
                                 ((is_of(f, who, "private") || is_of(f, who, "labour")) &&
                                  !dtn_event_has_blow(f, i) && !has_dead(f)));
}

/* "Fired two cooks", "was fired as coach"; shots are fired, and nobody at whom they are. */
static bool is_dismissal(const finder *f, uint32_t i)
{
    char who[DTN_MAX_ACTOR_TEXT];
    const dtn_word *w = f->words;
    const uint32_t object = object_of(f, i);
    if (strcmp(w[i].lemma, "fire") != 0 || w[i].tag != DTN_TAG_VERB || object == DTN_NO_WORD ||
        w[object].tag == DTN_TAG_PRON)
        return false;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (c > i && dtn_is_rel(&w[c], "obl") && dtn_event_has_marker(f, c, "at|on|into|upon|from"))
            return false;
    return is_of(f, object, "labour") || is_of(f, object, "post") || is_of(f, object, "player") ||
           dtn_event_actor_at(f, object, who);
}

/* "Inflation hit 9 percent", "targets 5 percent". */
static bool is_level(const finder *f, uint32_t i)
{
    const uint32_t object = object_of(f, i);
    return dtn_event_is_word_of(f, "reach", f->words[i].lemma) && object != DTN_NO_WORD &&
           !dtn_event_is_passive(f, i) &&
           (dtn_is_measure(&f->words[object]) ||
            (f->words[object].tag == DTN_TAG_NUM && !is_armed(f, doer_of(f, i))));
}

/* "5-0", "3-2 on penalties". */
static bool has_score(const finder *f)
{
    for (uint32_t i = 0; i < f->n; i++) {
        const char *s = f->words[i].form;
        const size_t n = strspn(s, "0123456789");
        if (n && n < 3 && s[n] == '-' && s[n + 1] && strlen(s + n + 1) < 3 &&
            strspn(s + n + 1, "0123456789") == strlen(s + n + 1))
            return true;
        if (i + 2 < f->n && n && n < 3 && !s[n] && strcmp(f->words[i + 1].form, "-") == 0) {
            const char *b = f->words[i + 2].form;
            if (strlen(b) < 3 && strspn(b, "0123456789") == strlen(b) && n < 2)
                return true;
        }
    }
    return false;
}

/* "Crushed the visitors 5-0", "struck early to beat them", "was injured in training". */
static bool is_match(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    const uint32_t subject = dtn_event_subject(f, i), object = dtn_child(w, i, "obj");
    const bool has_player = (subject != DTN_NO_WORD && is_of(f, subject, "player")) ||
                            (object != DTN_NO_WORD && is_of(f, object, "player"));
    if (dtn_one_of(w[i].lemma, "injure|hurt") &&
        has_about(f, i, "in|during|at|before", "game", "practice"))
        return true;
    if (!dtn_event_is_word_of(f, "outplay", w[i].lemma))
        return false;
    if (has_player &&
        (has_score(f) || (object == DTN_NO_WORD && !has_about(f, i, "by", "armed", "weapon") &&
                          dtn_child(w, i, "aux:pass") == DTN_NO_WORD)))
        return true;
    return dtn_event_is_word_of(f, "defeat", w[i].lemma) && subject != DTN_NO_WORD &&
           is_of(f, subject, "player");
}

/* "Charged a fee", "tried a recipe", "arrested the decline": nobody is taken to court. */
static bool is_no_arrest(const finder *f, uint32_t i)
{
    char who[DTN_MAX_ACTOR_TEXT];
    const uint32_t object = object_of(f, i);
    if (f->words[i].tag != DTN_TAG_VERB || object == DTN_NO_WORD)
        return false;
    if (is_of(f, object, "figure") || is_of(f, object, "rate") || is_of(f, object, "abstract"))
        return true;
    return (strcmp(f->words[i].lemma, "try") == 0 && !dtn_event_is_passive(f, i) &&
            !dtn_event_actor_at(f, object, who)) ||
           (strcmp(f->words[i].lemma, "charge") == 0 &&
            (dtn_is_measure(&f->words[object]) || has_about(f, i, "for", "rate", "figure")));
}

/* "The school trains nurses", "the firm engaged a consultant": nobody armed. */
static bool is_of_unarmed(const finder *f, uint32_t i)
{
    char who[DTN_MAX_ACTOR_TEXT];
    const uint32_t object = object_of(f, i);
    const bool is_engaging = strcmp(f->words[i].lemma, "engage") == 0;
    if (f->words[i].tag != DTN_TAG_VERB || object == DTN_NO_WORD ||
        !(is_engaging || strcmp(f->words[i].lemma, "train") == 0) || is_armed(f, object) ||
        is_armed(f, doer_of(f, i)))
        return false;
    return is_of(f, object, "labour") || is_of(f, object, "post") ||
           (dtn_event_actor_at(f, object, who) && ends_in(who, "CIV|MED|EDU|BUS|JRN"));
}

/* "The hospital performed 40 operations", "the firm launched an offensive on the market". */
static bool is_business(const finder *f, uint32_t i)
{
    char who[DTN_MAX_ACTOR_TEXT];
    const dtn_word *w = f->words;
    const bool is_operation = strcmp(w[i].lemma, "operation") == 0;
    if (w[i].tag != DTN_TAG_NOUN || !dtn_event_is_word_of(f, "campaign", w[i].lemma))
        return false;
    const uint32_t verb = w[i].head, owner = dtn_child(w, i, "nmod:poss");
    const uint32_t subject = owner == DTN_NO_WORD && verb != DTN_NO_WORD &&
                                     w[verb].tag == DTN_TAG_VERB && dtn_is_rel(&w[i], "obj") &&
                                     dtn_event_is_word_of(f, "undertake", w[verb].lemma)
                                 ? dtn_event_subject(f, verb)
                                 : owner;
    if (is_operation && verb != DTN_NO_WORD && dtn_is_rel(&w[i], "obj") &&
        dtn_one_of(w[verb].lemma, "perform|undergo") && !is_armed(f, subject))
        return true;
    return subject != DTN_NO_WORD && dtn_event_actor_at(f, subject, who)
               ? ends_in(who, is_operation ? "BUS|MED|EDU" : "BUS")
               : subject != DTN_NO_WORD && is_operation && is_of(f, subject, "building");
}

/* "Crushed its rivals at the polls". */
static bool is_at_polls(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (dtn_is_rel(&w[c], "obl") && dtn_event_has_marker(f, c, "at|in") &&
            dtn_event_is_word_of(f, "poll", w[c].lemma))
            return dtn_event_is_word_of(f, "trounce", w[i].lemma);
    return false;
}

/* "The senator fired back", "the firm launched an offensive on the market": who has no arms, and harms nobody. */
static bool is_of_civil_doer(const finder *f, uint32_t i)
{
    char who[DTN_MAX_ACTOR_TEXT];
    const dtn_word *w = f->words;
    const uint32_t doer = doer_of(f, i), object = dtn_child(w, i, "obj");
    const bool is_answer = dtn_one_of(w[i].lemma, "fire|hit|fight") && i + 1 < f->n &&
                           dtn_one_of(w[i + 1].form, "back|out");
    if (doer == DTN_NO_WORD || w[doer].tag == DTN_TAG_PRON || !dtn_event_actor_at(f, doer, who))
        return false;
    if (is_answer)
        return ends_in(who, "LEG|JUD|BUS|MED|EDU|JRN|PTY|LAB");
    return dtn_event_is_word_of(f, "assail", w[i].lemma) &&
           ends_in(who, "BUS|MED|EDU|JUD|LEG|JRN") &&
           (object == DTN_NO_WORD || !dtn_event_actor_at(f, object, who));
}

/* "Raids dropped by a third", "attacks rose": a count of many, nothing that happened. */
static bool is_statistic(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    return strcmp(w[i].xtag, "NNS") == 0 && dtn_is_rel(&w[i], "nsubj") &&
           w[i].head != DTN_NO_WORD && dtn_event_is_word_of(f, "change", w[w[i].head].lemma) &&
           dtn_child(w, w[i].head, "obj") == DTN_NO_WORD;
}

/* "The farmer shot a wolf", "a tractor hit a tree": nobody's violence against anybody. */
static bool is_of_no_person(const finder *f, uint32_t i)
{
    if (!dtn_event_is_word_of(f, "slay", f->words[i].lemma))
        return false;
    const uint32_t doer = doer_of(f, i), object = object_of(f, i);
    if (dtn_one_of(f->words[i].lemma, "hit|strike") && is_of(f, doer, "vehicle"))
        return true;
    return is_of(f, object, "animal") && !is_armed(f, doer) && !is_of(f, doer, "arms");
}

/* "The currency came under attack", "under siege from rising costs". */
static bool is_under_attack(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    const uint32_t verb = w[i].head;
    if (!dtn_event_is_word_of(f, "pressure", w[i].lemma) || !dtn_event_has_marker(f, i, "under"))
        return false;
    if (has_about(f, i, "from|by", "rate", "figure"))
        return true;
    if (verb == DTN_NO_WORD)
        return false;
    const uint32_t subject = dtn_child(w, verb, "nsubj");
    return is_of(f, subject, "rate") || is_of(f, subject, "abstract") ||
           has_about(f, verb, "from|by", "rate", "figure");
}

/* "Murdered the language", "the affair killed his career", "shelled peas", "the drug attacks the tumour". */
static bool is_of_no_body(const finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    const uint32_t object = object_of(f, i), doer = doer_of(f, i);
    if (dtn_event_is_word_of(f, "murder", w->lemma))
        return is_of(f, object, "figure") || is_of(f, object, "work");
    if (dtn_event_is_word_of(f, "pound", w->lemma))
        return is_of(f, object, "kitchen") && !is_armed(f, doer);
    if (strcmp(w->lemma, "explode") == 0)
        return is_of(f, object, "figure") || is_of(f, object, "abstract");
    return dtn_event_is_word_of(f, "affect", w->lemma) &&
           (is_of(f, object, "tissue") || is_of(f, object, "cause")) && !is_armed(f, doer);
}

/* "The actor was slaughtered by the critics", "tourists invaded the old town". */
static bool is_of_harmless_doer(const finder *f, uint32_t i)
{
    const uint32_t doer = doer_of(f, i);
    const char *verb = f->words[i].lemma;
    if (dtn_event_is_word_of(f, "savage", verb))
        return is_of(f, doer, "critic");
    return dtn_event_is_word_of(f, "invade", verb) && is_of(f, doer, "throng");
}

/* "Launched a rocket to the moon". */
static bool is_space_flight(const finder *f, uint32_t i)
{
    if (!dtn_one_of(f->words[i].lemma, "launch|fire"))
        return false;
    for (uint32_t k = 0; k < f->n; k++)
        if (dtn_event_is_word_of(f, "space", f->words[k].lemma))
            return true;
    return false;
}

bool dtn_event_is_figurative(const finder *f, uint32_t i, const dtn_event_sense *sense)
{
    const dtn_word *w = &f->words[i];
    if (strcmp(sense->type, "MOBILIZE") == 0)
        return is_of_unarmed(f, i);
    if (strcmp(sense->type, "COERCE") == 0)
        return strcmp(sense->mode, "arrest") == 0
                   ? is_no_arrest(f, i)
                   : strcmp(sense->mode, "seize") == 0 && is_of(f, object_of(f, i), "figure");
    if (strcmp(sense->type, "ASSAULT") != 0)
        return false;
    if (is_struggle(f, i))
        return true;
    if (w->tag != DTN_TAG_VERB)
        return is_business(f, i) || is_statistic(f, i) || is_under_attack(f, i);
    if (dtn_event_is_word_of(f, "bodily", w->lemma) && is_of(f, object_of(f, i), "figure") &&
        !(strcmp(w->lemma, "attack") == 0 && is_of(f, object_of(f, i), "abstract"))) /* in words */
        return true;
    if (dtn_event_is_word_of(f, "dispatch", w->lemma) && is_of(f, object_of(f, i), "abstract"))
        return true;
    if (dtn_event_is_word_of(f, "erupt", w->lemma) && is_of(f, doer_of(f, i), "rate") &&
        !is_armed(f, doer_of(f, i)))
        return true;
    const uint32_t doer = doer_of(f, i),
                   kind = doer == DTN_NO_WORD ? doer : dtn_child(f->words, doer, "compound");
    if (kind != DTN_NO_WORD && strcmp(f->words[doer].lemma, "war") == 0 &&
        dtn_event_is_word_of(f, "contested", f->words[kind].lemma))
        return true; /* "the price war killed small shops" */
    return is_of_no_body(f, i) || is_of_harmless_doer(f, i) || is_of_no_person(f, i) ||
           is_space_flight(f, i) || is_at_polls(f, i) || is_of_civil_doer(f, i) ||
           is_dismissal(f, i) || is_level(f, i) || is_match(f, i) || is_of_unarmed(f, i);
}

bool dtn_event_is_intrusion(const finder *f, uint32_t i)
{
    const uint32_t object = object_of(f, i);
    return f->words[i].tag == DTN_TAG_VERB && object != DTN_NO_WORD &&
           dtn_event_is_word_of(f, "intrude", f->words[i].lemma) &&
           dtn_event_is_word_of(f, "network", f->words[object].lemma);
}

/* ---- "Hospital strike" ---- */

static bool is_blow(const finder *f, const dtn_word *w)
{
    return dtn_event_is_word_of(f, "blow", w->lemma);
}

bool dtn_event_is_struck(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    uint32_t k = i + 1;
    while (k < f->n && k < i + 3 && !is_blow(f, &w[k]) && w[k].tag == DTN_TAG_NOUN)
        k++;
    return k < f->n && w[i].tag == DTN_TAG_NOUN && is_of(f, i, "building") && is_blow(f, &w[k]) &&
           w[k].tag != DTN_TAG_VERB && (w[i].head == k || w[i].head == i + 1);
}
