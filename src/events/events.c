/* Events of a document, sentence by sentence.
 *
 * A word is a trigger if events.tsv has it as a verb or noun, alone or with a word below it ("impose
 * sanctions"). Who acts is its subject, the agent of a passive, or what an infinitive or participle
 * takes from the clause above; who is acted on is its object, what a preposition of its row brings,
 * or what its object is about. "Said it would attack" is a threat and "said they must leave" a
 * demand, as the codebooks have it. What a threat, demand, promise, fear or condition contains did
 * not happen: it is hypothetical. What somebody denies is denied, what somebody else says reported.
 *
 * Not done here: which mentions of several documents are one event (the ledger groups them), and probabilities.
 */
#include "events/inner.h"

#include <stdio.h>
#include <string.h>

#define SENTENCES_AHEAD 12 /* that say what "the strike" of a title is */

typedef dtn_event_finder finder;

/* ---- Triggers --------------------------------------------------------------------------------- */

static const dtn_event_sense *sense_of(const finder *f, const char *key)
{
    const uint32_t at = dtn_map_get(&f->ew->triggers, key);
    return at == DTN_MAP_NONE ? NULL : &f->ew->senses[at];
}

/* "Called for a ceasefire" is no ceasefire. */
static bool is_asked_for(const finder *f, uint32_t verb, uint32_t what, const dtn_event_sense *pair)
{
    char key[160];
    (void)DTN_JOIN(key, sizeof key, "v:", f->words[verb].lemma);
    const dtn_event_sense *alone = sense_of(f, key);
    return alone && strcmp(alone->type, "REQUEST") == 0 && strcmp(pair->type, "PROTEST") != 0 &&
           dtn_event_has_marker(f, what, "for");
}

/* "Lost five soldiers" tells of dead; "lost soldiers' trust", "lost many men to disease" do not. */
static bool is_other_loss(const finder *f, uint32_t verb, uint32_t what)
{
    const dtn_word *w = f->words;
    double min = 0, max = 0;
    if (strcmp(w[verb].lemma, "lose") != 0 || strcmp(w[what].lemma, "life") == 0)
        return false;
    for (uint32_t i = what; i < f->n && i < what + 4; i++)
        if (dtn_event_is_word_of(f, "attrition", w[i].lemma))
            return true;
    const uint32_t det = dtn_child(w, what, "det");
    return !dtn_is_rel(&w[what], "obj") ||
           (!dtn_count_of(w, f->n, what, &min, &max) &&
            (det == DTN_NO_WORD || !dtn_one_of(w[det].lemma, "a|an|another")));
}

/* "v:impose sanction": the verb with one of the words below it. */
static const dtn_event_sense *sense_of_pair(const finder *f, uint32_t i)
{
    char key[160];
    const dtn_word *w = f->words;
    const uint32_t where = strcmp(w[i].lemma, "send") == 0 ? dtn_child(w, i, "obl") : DTN_NO_WORD;
    if (where != DTN_NO_WORD && dtn_one_of(w[where].lemma, "grave|tomb|death"))
        return sense_of(f, "v:kill"); /* whoever was sent there */
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling) {
        if (dtn_is_rel(&w[c], "nsubj") && !dtn_is_rel(&w[c], "nsubj:pass"))
            continue;
        (void)DTN_JOIN(key, sizeof key, "v:", w[i].lemma, " ", w[c].lemma);
        const dtn_event_sense *found = sense_of(f, key);
        if (found && !is_asked_for(f, i, c, found) && !is_other_loss(f, i, c))
            return found;
    }
    /* "hand over": the particle stands by the verb, whatever the tree makes of it */
    if (i + 1 < f->n && dtn_one_of(w[i + 1].lemma, "over|up|out|off|down|back|away|in")) {
        (void)DTN_JOIN(key, sizeof key, "v:", w[i].lemma, " ", w[i + 1].lemma);
        const dtn_event_sense *found = sense_of(f, key);
        if (found)
            return found;
    }
    /* "left forty people dead", as the parser often has it */
    const uint32_t object = dtn_child(w, i, "obj|obl"),
                   state = object == DTN_NO_WORD ? DTN_NO_WORD : dtn_child(w, object, "amod");
    if (state == DTN_NO_WORD || state < object)
        return NULL;
    (void)DTN_JOIN(key, sizeof key, "v:", w[i].lemma, " ", w[state].lemma);
    return sense_of(f, key);
}

/* "Denied that any fighters died": dying is no deed, but who denies it denies that they were killed. */
static bool is_denied_death(const finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    return w->head != DTN_NO_WORD && dtn_one_of(w->lemma, "die|perish") && dtn_is_rel(w, "ccomp") &&
           dtn_one_of(f->words[w->head].lemma, "deny|refute|dispute");
}

static const dtn_event_sense *sense_of_verb(const finder *f, uint32_t i)
{
    char key[160];
    const dtn_event_sense *found = sense_of_pair(f, i);
    (void)DTN_JOIN(key, sizeof key, "v:", is_denied_death(f, i) ? "kill" : f->words[i].lemma);
    return found ? found : sense_of(f, key);
}

static const dtn_event_sense *sense_of_noun(const finder *f, uint32_t i)
{
    char key[160];
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling) {
        const dtn_word *w = &f->words[c];
        if (dtn_is_rel(w, "compound") || dtn_is_rel(w, "amod"))
            (void)DTN_JOIN(key, sizeof key, "n:", w->lemma, " ", f->words[i].lemma);
        else if (c > i + 1 && dtn_is_rel(w, "nmod") && dtn_one_of(f->words[i + 1].form, "of"))
            (void)DTN_JOIN(key, sizeof key, "n:", f->words[i].lemma, " of ", w->lemma);
        else
            continue;
        const dtn_event_sense *found = sense_of(f, key);
        if (found)
            return found;
    }
    (void)DTN_JOIN(key, sizeof key, "n:", f->words[i].lemma);
    return sense_of(f, key);
}

/* The month of March is no march. */
static bool is_in_date(const finder *f, uint32_t i)
{
    char date[22];
    uint32_t at = 0, to = 0;
    for (uint32_t from = 0; from <= i; from = to + 1) {
        if (!dtn_date_in(f->words, from, f->n - 1, f->day, date, &at, &to) || at > i)
            return false;
        if (to >= i)
            return true;
    }
    return false;
}

/* "Rebels shelled villages": the tree often has it as villages that are shelled. */
static bool is_flat_verb(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    return i > 0 && dtn_is_rel(&w[i], "amod") && w[i].head != DTN_NO_WORD && w[i].head > i &&
           dtn_one_of(w[i].xtag, "VBD|VBN") && w[i - 1].head == w[i].head &&
           (w[i - 1].tag == DTN_TAG_NOUN || w[i - 1].tag == DTN_TAG_PROPN);
}

/* "Two of the wounded died": who they are. */
static bool is_name_of_the_hurt(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    return i > 0 && dtn_one_of(w[i].lemma, "wound|injure|kill|detain") &&
           dtn_one_of(w[i].xtag, "VBN|VBD") && dtn_one_of(w[i - 1].lemma, "the|these|those") &&
           (i + 1 >= f->n || (w[i + 1].tag != DTN_TAG_NOUN && w[i + 1].tag != DTN_TAG_PROPN));
}

/* "The murdered men" tells nothing; "villagers accused soldiers" does, even where the parser takes
 * its verb for a participle. */
static bool is_attribute(const finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    return dtn_is_rel(w, "amod") && !dtn_event_is_gerund(f, i) && !is_flat_verb(f, i) &&
           !(w->head < i && dtn_child(f->words, i, "obj") != DTN_NO_WORD);
}

/* "Seven people are dead": counted, and so no figure of speech. */
static bool is_dead_ones(const finder *f, uint32_t i)
{
    double min = 0, max = 0;
    const dtn_word *w = f->words;
    const uint32_t who = strcmp(w[i].lemma, "dead") == 0 && w[i].tag == DTN_TAG_ADJ &&
                                 dtn_child(w, i, "cop") != DTN_NO_WORD
                             ? dtn_child(w, i, "nsubj")
                             : DTN_NO_WORD;
    return who != DTN_NO_WORD && dtn_count_of(w, f->n, who, &min, &max);
}

const dtn_event_sense *dtn_event_sense_of(const finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    switch (w->tag) {
    case DTN_TAG_VERB:
        return is_attribute(f, i) || is_name_of_the_hurt(f, i) ? NULL : sense_of_verb(f, i);
    case DTN_TAG_ADJ: /* ready, willing to; "unrest" and others that the tagger does not know */
        if (dtn_is_rel(w, "nsubj") || dtn_is_rel(w, "obj") || dtn_is_rel(w, "obl") ||
            dtn_is_rel(w, "nmod"))
            return sense_of_noun(f, i);
        if (is_dead_ones(f, i))
            return sense_of(f, "v:kill");
        return dtn_child(f->words, i, "xcomp|advcl|ccomp") != DTN_NO_WORD ? sense_of_verb(f, i)
                                                                          : NULL;
    case DTN_TAG_NOUN:
    case DTN_TAG_PROPN: {
        const dtn_event_sense *sense = dtn_is_rel(w, "compound") ? NULL : sense_of_noun(f, i);
        return sense && !is_in_date(f, i) ? sense : NULL;
    }
    default: return NULL;
    }
}

/* "Drivers walked out", "began a strike" (of no hunger), "launched a strike", "the strike": workers'? */
static bool stops_work(const finder *f, uint32_t i, const dtn_event_sense *sense)
{
    const bool is_assault = strcmp(sense->type, "ASSAULT") == 0;
    return ((is_assault || strcmp(sense->mode, "hunger") == 0) && dtn_event_is_labour(f, i)) ||
           (strcmp(sense->type, "REJECT") == 0 && dtn_event_is_walkout(f, i));
}

/* "In the third round": of no talks. */
static bool is_plain_round(const finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    return strcmp(w->lemma, "round") == 0 && w->tag == DTN_TAG_NOUN &&
           dtn_event_has_marker(f, i, "in|of|after|before") &&
           dtn_child(f->words, i, "nmod|compound|acl") == DTN_NO_WORD;
}

/* "Demand fell", "a slump in demand": what is bought, nothing that somebody asks for. */
static bool is_plain_demand(const finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    return strcmp(w->form, "demand") == 0 && w->tag == DTN_TAG_NOUN &&
           dtn_child(f->words, i, "det|nmod:poss|acl|ccomp") == DTN_NO_WORD;
}

/* "The opposition voted": who does it, no deed; but "opposition to the plan". */
static bool is_party(const finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    return strcmp(w->form, "opposition") == 0 && dtn_is_rel(w, "nsubj") && w->head != DTN_NO_WORD &&
           f->words[w->head].tag == DTN_TAG_VERB && dtn_child(f->words, i, "nmod") == DTN_NO_WORD;
}

/* "The museum reopened", "the airline lifted its ban", "the deal collapsed": what no side gives to another. */
static bool gives_nothing(const finder *f, uint32_t i, const dtn_event_sense *sense)
{
    const dtn_event_sense *by = NULL;
    if (strcmp(sense->type, "RETREAT") == 0 || strcmp(f->words[i].lemma, "relax") == 0)
        return !dtn_event_is_yielding(f, i, sense);
    if (dtn_one_of(sense->type, "COERCE|SANCTION"))
        return dtn_event_is_lifted(f, i, &by) && strcmp(by->type, "RETREAT") == 0 &&
               !dtn_event_is_yielding(f, f->words[i].head, by);
    return strcmp(sense->cameo, "057") == 0 && dtn_event_is_undone(f, i);
}

/* "Called the raid a crime", "flew over the town", "sank", "gave way": asks for nothing, meets nobody, sinks nothing. */
static bool is_other_sense(const finder *f, uint32_t i, const dtn_event_sense *sense)
{
    const dtn_word *w = f->words;
    const uint32_t object = dtn_child(w, i, "obj");
    if (w[i].tag != DTN_TAG_VERB)
        return false;
    if (strcmp(w[i].lemma, "sink") == 0)
        return object == DTN_NO_WORD && !dtn_event_is_passive(f, i);
    if (strcmp(w[i].lemma, "fly") == 0)
        return strcmp(sense->type, "CONSULT") == 0 && i + 1 < f->n &&
               dtn_one_of(w[i + 1].form, "over|above|across|past|into");
    if (strcmp(w[i].lemma, "call") != 0 || strcmp(sense->type, "REQUEST") != 0 ||
        object == DTN_NO_WORD || dtn_event_is_passive(f, i))
        return false;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (c > i && (dtn_is_rel(&w[c], "obl") || dtn_is_rel(&w[c], "ccomp") ||
                      dtn_is_rel(&w[c], "advcl") || dtn_is_rel(&w[c], "compound") ||
                      (dtn_is_rel(&w[c], "xcomp") && w[c].tag == DTN_TAG_VERB)))
            return false;
    return dtn_child(w, object, "nmod") == DTN_NO_WORD ||
           !dtn_event_has_marker(f, dtn_child(w, object, "nmod"), "for|on|upon");
}

static const dtn_event_sense *sense_at(const finder *f, uint32_t i)
{
    const dtn_event_sense *sense = dtn_event_sense_of(f, i);
    if (sense && strcmp(sense->type, "NONE") == 0) /* "struck oil" */
        return NULL;
    if (sense && strcmp(sense->type, "AID") == 0 && dtn_event_is_figure(f, i))
        return NULL;
    if (sense && (gives_nothing(f, i, sense) || is_other_sense(f, i, sense)))
        return NULL;
    if (sense && strcmp(f->words[i].lemma, "blow") == 0 && strcmp(sense->type, "COERCE") == 0 &&
        !dtn_event_is_passive(f, i) && dtn_child(f->words, i, "obj") == DTN_NO_WORD)
        sense = sense_of(f, "v:detonate"); /* "the lorry blew up" */
    if (sense && stops_work(f, i, sense))
        return sense_of(f, "n:strike action");
    if (sense && (is_plain_round(f, i) || is_plain_demand(f, i) || is_party(f, i) ||
                  dtn_event_only_insists(f, i)))
        return NULL;
    if (!sense || !dtn_one_of(sense->type, "ASSAULT|COERCE|MOBILIZE"))
        return sense;
    if (f->words[i].tag == DTN_TAG_VERB ? dtn_event_is_side_by_side(f, i)
                                        : dtn_event_is_of_office(f, i))
        return NULL;
    if (dtn_event_is_figurative(f, i, sense))
        return NULL;
    if (strcmp(sense->type, "COERCE") == 0 && strcmp(sense->mode, "seize") == 0)
        return dtn_event_is_nobodys(f, i) ? NULL : sense; /* "the storm destroyed 40 homes" */
    if (strcmp(sense->type, "ASSAULT") != 0)
        return sense;
    if (dtn_event_is_criticism(f, i))
        return sense_of(f, "v:criticize");
    if (dtn_event_is_intrusion(f, i))
        return sense_of(f, "n:cyber attack");
    return dtn_event_is_nobodys(f, i) ? NULL : sense;
}

/* ---- Who to whom ------------------------------------------------------------------------------ */

/* "The army said it had ...": the subject of a clause above names who it is. */
static bool subject_before(const finder *f, uint32_t pronoun, char out[DTN_MAX_ACTOR_TEXT])
{
    const dtn_word *w = f->words;
    uint32_t at = w[pronoun].head;
    for (int steps = 0; steps < DTN_EVENT_STEPS && at != DTN_NO_WORD; steps++, at = w[at].head) {
        const uint32_t subject = dtn_child(w, at, "nsubj");
        if (subject < pronoun && w[subject].tag != DTN_TAG_PRON &&
            dtn_actor_list(f->ew, w, f->n, subject, f->day, out))
            return true;
    }
    return false;
}

/* Is the code one of a state, not of a group that a case names? */
static bool is_state(const finder *f, const char *code)
{
    for (size_t i = 0; i < f->ew->n_actor; i++)
        if (f->ew->actors[i].kind == DTN_ACTOR_STATE && strcmp(f->ew->actors[i].code, code) == 0)
            return true;
    return false;
}

/* "Its forces": of the state that "its" stands for. */
static void own_by_pronoun(const finder *f, uint32_t i, char out[DTN_MAX_ACTOR_TEXT])
{
    const uint32_t owner = dtn_child(f->words, i, "nmod:poss");
    char whose[DTN_MAX_ACTOR_TEXT], code[DTN_MAX_ACTOR_TEXT];
    if (strlen(out) != 3 || owner == DTN_NO_WORD || f->words[owner].tag != DTN_TAG_PRON ||
        !dtn_one_of(out, "GOV|MIL|COP|SPY|LEG|JUD|CIV") || !dtn_event_actor_at(f, owner, whose) ||
        (strlen(whose) != 3 && strlen(whose) != 6) ||
        dtn_one_of(whose, "GOV|MIL|COP|SPY|REB|OPP|LEG|JUD|PTY|CIV|REF") ||
        strncmp(whose, "IGO", 3) == 0 || strncmp(whose, "NGO", 3) == 0)
        return;
    if (strlen(whose) == 3 && !is_state(f, whose)) {
        memcpy(out, whose, sizeof whose); /* "the Front said its men": the group */
        return;
    }
    (void)snprintf(code, sizeof code, "%.3s%s", whose, out);
    memcpy(out, code, sizeof code);
}

/* "Tamar blast": neither whose it was nor who is meant by it. */
static bool names_where(const finder *f, uint32_t i)
{
    if (dtn_event_is_where(f, i) || dtn_event_is_struck(f, i))
        return true;
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD && c < i;
         c = f->words[c].next_sibling)
        if (dtn_is_rel(&f->words[c], "compound") && names_where(f, c))
            return true;
    return false;
}

/* A pronoun's actor, or the phrase's own. */
bool dtn_event_actor_at(const finder *f, uint32_t i, char out[DTN_MAX_ACTOR_TEXT])
{
    out[0] = '\0';
    if (i == DTN_NO_WORD)
        return false;
    const dtn_word *w = &f->words[i];
    if (names_where(f, i))
        return false;
    if (w->tag == DTN_TAG_PRON) {
        const bool is_relative = dtn_one_of(w->lemma, "who|which|that|whom");
        if (is_relative && w->head != DTN_NO_WORD && f->words[w->head].head != DTN_NO_WORD)
            return dtn_actor_list(f->ew, f->words, f->n, f->words[w->head].head, f->day, out);
        if (!dtn_one_of(w->lemma, "he|she|him|her|it|they|them|its|his|their"))
            return false;
        if (subject_before(f, i, out))
            return true;
        const char *last = dtn_one_of(w->lemma, "he|she|him|her") ? f->last.person : f->last.group;
        memcpy(out, last, DTN_MAX_ACTOR_TEXT);
        return out[0] != '\0';
    }
    return dtn_actor_list(f->ew, f->words, f->n, i, f->day, out) &&
           (own_by_pronoun(f, i, out), true);
}

bool dtn_event_has_marker(const finder *f, uint32_t i, const char *list)
{
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling)
        if (dtn_is_rel(&f->words[c], "case") && dtn_one_of(f->words[c].lemma, list))
            return true;
    return false;
}

/* A child that is an oblique or modifier with one of these prepositions and names an actor. */
static bool marked_actor(const finder *f, uint32_t head, const char *prepositions,
                         char out[DTN_MAX_ACTOR_TEXT])
{
    for (uint32_t c = f->words[head].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling)
        if ((dtn_is_rel(&f->words[c], "obl") || dtn_is_rel(&f->words[c], "nmod")) &&
            dtn_event_has_marker(f, c, prepositions) && dtn_event_actor_at(f, c, out))
            return true;
    return false;
}

/* "Died in raids by the army": what follows the noun at once, though the tree hangs it on the verb. */
static bool actor_after(const finder *f, uint32_t noun, const char *prepositions,
                        char out[DTN_MAX_ACTOR_TEXT])
{
    const dtn_word *w = f->words;
    const uint32_t marker = noun + 1;
    if (marker >= f->n || !dtn_is_rel(&w[marker], "case") ||
        !dtn_one_of(w[marker].lemma, prepositions) || w[marker].head == DTN_NO_WORD)
        return false;
    const uint32_t of = w[marker].head;
    return of > marker && w[noun].head != DTN_NO_WORD && w[of].head == w[noun].head &&
           dtn_event_actor_at(f, of, out);
}

/* "Documented 70 civilians killed and 478 injured": participles of those that stand right before them, whatever the tree makes
 * of the two. */
static bool is_of_the_hurt(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    const uint32_t who = i > 0 ? i - 1 : i;
    return i > 0 && dtn_one_of(w[i].xtag, "VBN|VBD") &&
           dtn_one_of(w[i].lemma, "kill|wound|injure|murder|slay|martyr") &&
           dtn_child(w, i, "aux|advcl|ccomp|xcomp") == DTN_NO_WORD &&
           (w[who].tag == DTN_TAG_NUM ||
            (w[who].tag == DTN_TAG_NOUN && dtn_child(w, who, "nummod") != DTN_NO_WORD));
}

/* "Rejected [Thursday a plan] for": the tree takes what is acted on for a verb. */
static bool has_object_as_verb(const finder *f, uint32_t i)
{
    const uint32_t what = dtn_child(f->words, i, "xcomp");
    return what != DTN_NO_WORD && what > i && f->words[what].tag == DTN_TAG_NOUN &&
           strcmp(f->words[i].xtag, "VBD") == 0 && dtn_child(f->words, i, "aux") == DTN_NO_WORD &&
           dtn_child(f->words, what, "case|cop|mark") == DTN_NO_WORD;
}

bool dtn_event_is_passive(const finder *f, uint32_t i)
{
    const dtn_word *w = &f->words[i];
    if (dtn_one_of(w->lemma, "die|perish|dead"))
        return true; /* the subject suffers */
    if (dtn_one_of(w->lemma, "embrace|attain|achieve") &&
        dtn_child(f->words, i, "obj") != DTN_NO_WORD)
        return strcmp(f->words[dtn_child(f->words, i, "obj")].lemma, "martyrdom") == 0;
    const uint32_t object = dtn_child(f->words, i, "obj");
    if (object == DTN_NO_WORD && is_of_the_hurt(f, i))
        return true;
    for (uint32_t c = w->first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling)
        if ((strcmp(f->words[c].relation, "nsubj:pass") == 0 && object == DTN_NO_WORD &&
             !has_object_as_verb(f, i)) ||
            (strcmp(w->lemma, "lose") == 0 && dtn_is_rel(&f->words[c], "obj")) ||
            strcmp(f->words[c].relation, "aux:pass") == 0)
            return true;
    /* "ten were killed and twenty wounded" */
    const bool is_taken = object == DTN_NO_WORD || /* "and 20 taken hostage" */
                          dtn_one_of(f->words[object].lemma, "hostage|prisoner|captive");
    if (dtn_is_rel(w, "conj") && strcmp(w->xtag, "VBN") == 0 && w->head < i && is_taken &&
        dtn_child(f->words, i, "nsubj|aux") == DTN_NO_WORD)
        return dtn_event_is_passive(f, w->head);
    return dtn_is_rel(w, "acl") && strcmp(w->xtag, "VBN") == 0 &&
           strcmp(w->relation, "acl:relcl") != 0 &&
           dtn_child(f->words, i, "aux") == DTN_NO_WORD; /* "the report that jets had killed ..." */
}

/* The word that stands as subject of a verb, from the clause above where it has none. */
uint32_t dtn_event_subject(const finder *f, uint32_t i)
{
    for (int steps = 0; steps < DTN_EVENT_STEPS && i != DTN_NO_WORD; steps++) {
        const dtn_word *w = &f->words[i];
        const uint32_t own = dtn_child(f->words, i, "nsubj");
        if (own != DTN_NO_WORD)
            return own;
        if (is_flat_verb(f, i))
            return i - 1;
        if (dtn_is_rel(w, "acl") || (dtn_is_rel(w, "amod") && w->head < i))
            return w->head;
        if (dtn_is_rel(w, "xcomp") && w->head != DTN_NO_WORD) {
            const uint32_t object = dtn_child(f->words, w->head, "obj|iobj");
            if (object != DTN_NO_WORD) /* urged them to leave */
                return object;
        }
        if (!dtn_is_rel(w, "xcomp") && !dtn_is_rel(w, "conj") && !dtn_is_rel(w, "advcl") &&
            !dtn_is_rel(w, "ccomp"))
            return DTN_NO_WORD;
        i = w->head;
    }
    return DTN_NO_WORD;
}

/* "The closure of the border by": the tree hangs the doer on what it is done to. */
static void source_below_object(const finder *f, uint32_t i, char out[DTN_MAX_ACTOR_TEXT])
{
    const dtn_word *w = f->words;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (c > i && dtn_is_rel(&w[c], "nmod") &&
            dtn_event_has_marker(f, c, "of|on|against|to|along|from") && !sense_of_noun(f, c) &&
            marked_actor(f, c, "by", out))
            return;
}

/* Whose strike it was: "its strikes", "strikes by", "Northland's strikes". */
static void doer_of_noun(const finder *f, uint32_t i, char out[DTN_MAX_ACTOR_TEXT])
{
    const dtn_word *w = f->words;
    const uint32_t owner = dtn_child(w, i, "nmod:poss");
    out[0] = '\0';
    if (owner != DTN_NO_WORD)
        (void)dtn_event_actor_at(f, owner, out);
    if (!out[0])
        (void)marked_actor(f, i, "by|from", out);
    if (!out[0])
        source_below_object(f, i, out);
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD && !out[0]; c = w[c].next_sibling)
        if (dtn_is_rel(&w[c], "amod") || dtn_is_rel(&w[c], "compound"))
            (void)dtn_event_actor_at(f, c, out);
    if (!out[0])
        (void)actor_after(f, i, "by", out);
}

/* "The strike by Northland that killed ten": the noun that a clause is about; DTN_NO_WORD: it is none of an event. */
uint32_t dtn_event_antecedent(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    const uint32_t subject = dtn_child(w, i, "nsubj");
    return subject != DTN_NO_WORD && dtn_one_of(w[subject].lemma, "which|that") &&
                   strcmp(w[i].relation, "acl:relcl") == 0 && w[i].head != DTN_NO_WORD &&
                   sense_of_noun(f, w[i].head)
               ? w[i].head
               : DTN_NO_WORD;
}

static void source_of_verb(const finder *f, uint32_t i, char out[DTN_MAX_ACTOR_TEXT])
{
    out[0] = '\0';
    if (dtn_event_is_passive(f, i)) {
        const uint32_t agent = dtn_child(f->words, i, "obl:agent");
        if (!(agent != DTN_NO_WORD && dtn_event_actor_at(f, agent, out)))
            (void)marked_actor(f, i, "by", out);
        return;
    }
    const uint32_t antecedent = dtn_event_antecedent(f, i);
    if (antecedent != DTN_NO_WORD) {
        doer_of_noun(f, antecedent, out);
        return;
    }
    uint32_t accuse = DTN_NO_WORD;
    const uint32_t accused = dtn_event_accused(f, i, &accuse),
                   own = dtn_child(f->words, i, "nsubj");
    if (own != DTN_NO_WORD && dtn_event_is_remnant(f, own))
        return;
    (void)dtn_event_actor_at(f, accused != DTN_NO_WORD ? accused : dtn_event_subject(f, i), out);
}

/* What the words below say of whom it is done to: objects first, then prepositions, then what the
 * object or the clause below is about. */
static bool target_below(const finder *f, uint32_t i, const char *prepositions, int depth,
                         char out[DTN_MAX_ACTOR_TEXT])
{
    const dtn_word *w = f->words;
    const uint32_t object = is_flat_verb(f, i) ? w[i].head : dtn_child(w, i, "obj|iobj");
    const bool is_giving = dtn_event_is_word_of(f, "giving", w[i].lemma);
    if (is_giving && marked_actor(f, i, "to", out))
        return true;
    if (object != DTN_NO_WORD && dtn_event_actor_at(f, object, out))
        return true;
    if (marked_actor(f, i, prepositions, out))
        return true;
    if (object != DTN_NO_WORD &&
        marked_actor(f, object, "on|against|with|to|of|in|from|for|between", out))
        return true;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD && depth > 0; c = w[c].next_sibling) {
        if (!dtn_is_rel(&w[c], "ccomp") && !dtn_is_rel(&w[c], "xcomp") &&
            !dtn_is_rel(&w[c], "advcl") && !dtn_is_rel(&w[c], "acl"))
            continue;
        if (dtn_is_rel(&w[c], "advcl") && dtn_child(w, c, "nsubj") != DTN_NO_WORD)
            continue; /* another thing that happened */
        const uint32_t inner = dtn_child(w, c, "nsubj");
        if (inner != DTN_NO_WORD && w[inner].tag != DTN_TAG_PRON &&
            dtn_event_actor_at(f, inner, out))
            return true;
        if (target_below(f, c, "to|with|against|from|on|in|into|for", depth - 1, out))
            return true;
    }
    if (object != DTN_NO_WORD && depth > 0)
        return target_below(f, object, "on|against|with|to|of|in|from|for", depth - 1, out);
    return false;
}

static void target_of_verb(const finder *f, uint32_t i, const dtn_event_sense *sense,
                           const char *source, char out[DTN_MAX_ACTOR_TEXT])
{
    out[0] = '\0';
    if (dtn_event_is_passive(f, i)) {
        const uint32_t subject = dtn_event_subject(f, i);
        if (!dtn_event_actor_at(f, subject != DTN_NO_WORD ? subject : f->words[i].head, out))
            (void)marked_actor(f, i, sense->to, out);
        return;
    }
    if (target_below(f, i, sense->to, 3, out) && strcmp(out, source) == 0)
        out[0] = '\0'; /* "pledged that it would": itself */
}

/* "Strikes carried out by", "strikes were carried out by", "X carried out strikes against Y", "X was
 * behind the attack". */
static void roles_of_doing(const finder *f, uint32_t i, const dtn_event_sense *sense, dtn_event *e)
{
    const dtn_word *w = f->words;
    uint32_t doing = w[i].head;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (dtn_is_rel(&w[c], "acl") && dtn_event_is_word_of(f, "doing", w[c].lemma))
            doing = c;
    const uint32_t who = dtn_child(w, i, "nsubj");
    if (!e->source[0] && dtn_event_has_marker(f, i, "behind") && who != DTN_NO_WORD)
        (void)dtn_event_actor_at(f, who, e->source);
    if (doing == DTN_NO_WORD || !dtn_event_is_word_of(f, "doing", w[doing].lemma) ||
        !(w[doing].head == i || dtn_is_rel(&w[i], "obj") || dtn_is_rel(&w[i], "nsubj:pass")))
        return;
    if (!e->source[0])
        source_of_verb(f, doing, e->source);
    if (!e->target[0])
        (void)marked_actor(f, doing, sense->to, e->target);
}

/* "The attack was blamed on X", "Y blamed the attack on X": true if it is. */
static bool roles_of_blame_on(const finder *f, uint32_t i, uint32_t above, dtn_event *e)
{
    const dtn_word *w = f->words;
    const bool is_passive = strcmp(w[i].relation, "nsubj:pass") == 0;
    char whom[DTN_MAX_ACTOR_TEXT];
    if (!dtn_one_of(w[above].lemma, "blame|pin") || (!is_passive && !dtn_is_rel(&w[i], "obj")) ||
        !(marked_actor(f, above, "on", whom) || marked_actor(f, i, "on", whom)))
        return false;
    memcpy(e->source, whom, sizeof whom);
    e->target[0] = '\0';
    if (is_passive)
        (void)marked_actor(f, above, "by", e->speaker);
    else
        (void)dtn_event_actor_at(f, dtn_event_subject(f, above), e->speaker);
    return true;
}

/* "An airstrike blamed on Northland": the word for who; DTN_NO_WORD. */
static uint32_t blamed_on(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    const uint32_t blame = dtn_child(w, i, "acl");
    if (blame == DTN_NO_WORD || !dtn_one_of(w[blame].lemma, "blame|pin") ||
        strcmp(w[blame].xtag, "VBN") != 0)
        return DTN_NO_WORD;
    for (uint32_t c = w[blame].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (c > blame && dtn_event_has_marker(f, c, "on"))
            return c;
    return DTN_NO_WORD;
}

/* "[An attack] for which the League claimed responsibility": the verb; it hangs on the nearest noun before it, by the tree. */
static uint32_t claim_behind(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    for (uint32_t k = i + 1; k < f->n; k++) {
        if (dtn_one_of(w[k].form, ";|:"))
            return DTN_NO_WORD;
        const uint32_t what =
            strcmp(w[k].relation, "acl:relcl") == 0 ? dtn_child(w, k, "obj") : DTN_NO_WORD;
        const uint32_t which = what == DTN_NO_WORD ? what : dtn_child(w, k, "obl");
        if (which != DTN_NO_WORD && dtn_one_of(w[k].lemma, "claim|admit|accept") &&
            strcmp(w[what].lemma, "responsibility") == 0 && strcmp(w[which].lemma, "which") == 0 &&
            w[k].head != DTN_NO_WORD && w[k].head >= i)
            return k;
    }
    return DTN_NO_WORD;
}

/* "Blast in the port: rebels claim responsibility" */
static uint32_t claim_beside(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    const uint32_t claim = dtn_child(w, i, "parataxis"),
                   what = claim == DTN_NO_WORD ? claim : dtn_child(w, claim, "obj");
    return what != DTN_NO_WORD && dtn_one_of(w[claim].lemma, "claim|admit|accept") &&
                   strcmp(w[what].lemma, "responsibility") == 0
               ? claim
               : DTN_NO_WORD;
}

/* "X claimed responsibility for the attack", "blamed X for the attack": who is said to have done it,
 * and who says so. Is it said? */
static bool roles_of_blame(const finder *f, uint32_t i, dtn_event *e)
{
    const dtn_word *w = f->words;
    uint32_t above = w[i].head;
    const uint32_t behind = claim_behind(f, i), by = blamed_on(f, i);
    const uint32_t claim = behind != DTN_NO_WORD ? behind : claim_beside(f, i);
    if (by != DTN_NO_WORD && dtn_event_actor_at(f, by, e->source)) {
        e->target[0] = '\0';
        return true;
    }
    if (claim != DTN_NO_WORD) {
        above = claim;
    } else {
        if (above != DTN_NO_WORD && roles_of_blame_on(f, i, above, e))
            return true;
        if (above == DTN_NO_WORD || !dtn_event_has_marker(f, i, "for|of"))
            return false;
        if (dtn_one_of(w[above].lemma, "responsibility|blame|credit") &&
            w[above].head != DTN_NO_WORD)
            above = w[above].head;
    }
    const uint32_t subject = dtn_event_subject(f, above);
    if (dtn_event_is_word_of(f, "owning", w[above].lemma)) {
        if (!e->source[0] && dtn_event_actor_at(f, subject, e->source))
            memcpy(e->speaker, e->source, sizeof e->speaker);
    } else if (dtn_one_of(w[above].lemma, "blame|accuse") && !e->source[0]) {
        const uint32_t object = dtn_child(w, above, "obj");
        const bool is_passive = dtn_event_is_passive(f, above);
        (void)dtn_event_actor_at(f, is_passive ? subject : object, e->source);
        if (!is_passive)
            (void)dtn_event_actor_at(f, subject, e->speaker);
    }
    return false;
}

/* Whose strike it was: "its strikes", "strikes by", "Northland's strikes". Is it told by blame or claim? */
static bool roles_of_noun(const finder *f, uint32_t i, const dtn_event_sense *sense, dtn_event *e)
{
    const dtn_word *w = f->words;
    doer_of_noun(f, i, e->source);
    if (!marked_actor(f, i, sense->to, e->target))
        (void)actor_after(f, i, sense->to, e->target);
    if (!e->source[0] && !dtn_one_of("of", sense->to))
        (void)marked_actor(f, i, "of", e->source);
    roles_of_doing(f, i, sense, e);
    const bool is_said = roles_of_blame(f, i, e);
    /* "launched a strike on": the verb above brings the doer */
    if (!e->source[0] && dtn_is_rel(&w[i], "obj") && w[i].head != DTN_NO_WORD &&
        !dtn_event_is_of_others(f, i))
        source_of_verb(f, w[i].head, e->source);
    return is_said;
}

/* ---- Speech that is a deed ---------------------------------------------------------------------- */

/* "Said they must leave" is a demand, "said it would bomb" a threat, "said it would help" a promise. */
static const dtn_event_sense *sense_of_speech(const finder *f, uint32_t i, uint32_t *clause)
{
    const dtn_word *w = f->words;
    if (w[i].tag != DTN_TAG_VERB || !dtn_event_is_saying(&w[i]))
        return NULL;
    const uint32_t c = dtn_child(w, i, "ccomp|parataxis");
    if (c == DTN_NO_WORD)
        return NULL;
    *clause = c;
    if (dtn_event_has_child(f, c, "aux", "must|should|ought") || strcmp(w[c].lemma, "need") == 0)
        return sense_of(f, "v:demand");
    const bool is_will = dtn_event_has_child(f, c, "aux", "will|would|shall|ll|'ll") ||
                         dtn_event_is_word_of(f, "willing", w[c].lemma);
    const uint32_t own = dtn_child(w, c, "nsubj"), speaker = dtn_child(w, i, "nsubj");
    if (!is_will || own == DTN_NO_WORD || speaker == DTN_NO_WORD)
        return NULL;
    char who[DTN_MAX_ACTOR_TEXT], subject[DTN_MAX_ACTOR_TEXT];
    if (w[own].tag != DTN_TAG_PRON && dtn_event_actor_at(f, speaker, who) &&
        dtn_event_actor_at(f, own, subject) && strncmp(who, subject, 3) != 0)
        return NULL; /* of somebody else */
    const uint32_t deed = dtn_child(w, c, "xcomp");
    const dtn_event_sense *inner = sense_of_verb(f, deed != DTN_NO_WORD ? deed : c);
    if (inner && dtn_one_of(inner->type, "ASSAULT|COERCE|SANCTION|THREATEN|MOBILIZE"))
        return sense_of(f, "v:threaten");
    if (inner && strcmp(inner->type, "REJECT") == 0)
        return inner;
    return sense_of(f, "v:agree");
}

/* ---- One event ---------------------------------------------------------------------------------- */

/* Inside of what an event above threatens, demands, refuses or promises? */
static bool is_inside_of_event(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    for (int steps = 0; steps < DTN_EVENT_STEPS && w[i].head != DTN_NO_WORD; steps++) {
        const bool inner = dtn_is_rel(&w[i], "xcomp") || dtn_is_rel(&w[i], "ccomp") ||
                           dtn_is_rel(&w[i], "obj") || dtn_is_rel(&w[i], "nmod") ||
                           dtn_is_rel(&w[i], "obl") || dtn_is_rel(&w[i], "acl") ||
                           dtn_is_rel(&w[i], "advcl") || dtn_is_rel(&w[i], "conj");
        if (!inner)
            return false;
        i = w[i].head;
        for (size_t e = f->first_here; e < f->n_event; e++)
            if (f->events[e].trigger == i)
                return true;
        if (sense_at(f, i))
            return true;
    }
    return false;
}

static void add_places(const finder *f, dtn_event *e)
{
    const dtn_word *w = f->words;
    for (uint32_t i = 0; i < f->n; i++) {
        uint32_t n_matched = 0;
        if (!(dtn_is_rel(&w[i], "obl") || dtn_is_rel(&w[i], "nmod") || dtn_is_rel(&w[i], "conj") ||
              dtn_is_rel(&w[i], "compound") || dtn_event_is_where(f, i) ||
              (dtn_is_rel(&w[i], "amod") && w[i].tag == DTN_TAG_PROPN)))
            continue;
        const dtn_actor_name *name = dtn_actor_match(f->ew, w, f->n, i, f->day, &n_matched);
        const bool is_in =
            dtn_event_has_marker(f, i, "in|at|near|inside|across|from|into|along|on") ||
            dtn_event_is_where(f, i);
        if (!name || (name->kind != DTN_ACTOR_REGION && !(is_in && name->kind <= DTN_ACTOR_SEAT &&
                                                          name->kind != DTN_ACTOR_ADJECTIVE)))
            continue;
        bool known = false;
        for (size_t k = 0; k < e->n_place; k++)
            known |= strcmp(e->places[k], name->code) == 0;
        if (!known && e->n_place < DTN_MAX_EVENT_PLACES)
            e->places[e->n_place++] = name->code;
    }
}

static void set_extent(const finder *f, dtn_event *e)
{
    e->first = e->last = e->trigger;
    for (uint32_t c = f->words[e->trigger].first_child; c != DTN_NO_WORD;
         c = f->words[c].next_sibling) {
        if (dtn_is_rel(&f->words[c], "punct"))
            continue;
        e->first = c < e->first ? c : e->first;
        e->last = c > e->last ? c : e->last;
    }
    dtn_event_set_bytes(f, e);
}

bool dtn_event_between(const finder *f, uint32_t i, uint32_t *one, uint32_t *other)
{
    const dtn_word *w = f->words;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling) {
        if (c < i || !dtn_event_has_marker(f, c, "between"))
            continue;
        *one = c;
        *other = dtn_child(w, c, "conj");
        /* "... between soldiers and rebels killed nine": the rebels alone as subject of a second clause */
        const uint32_t verb = dtn_child(w, i, "conj"),
                       subject = *other == DTN_NO_WORD && verb != DTN_NO_WORD
                                     ? dtn_child(w, verb, "nsubj")
                                     : DTN_NO_WORD;
        if (subject != DTN_NO_WORD && c < subject && subject < verb &&
            strcmp(w[c + 1].lemma, "and") == 0)
            *other = subject;
        return *other != DTN_NO_WORD;
    }
    return false;
}

/* Two who clash, talk, agree: the first is the source, the second the target. */
static void roles_between(const finder *f, dtn_event *e)
{
    uint32_t one = 0, other = 0;
    char source[DTN_MAX_ACTOR_TEXT], target[DTN_MAX_ACTOR_TEXT];
    dtn_actor actor;
    if ((!e->is_nominal &&
         dtn_event_subject(f, e->trigger) != DTN_NO_WORD) || /* "X mediates between" */
        !dtn_event_between(f, e->trigger, &one, &other) ||
        !dtn_actor_of(f->ew, f->words, f->n, one, f->day, &actor) ||
        !dtn_event_actor_at(f, other, target))
        return;
    dtn_actor_code(&actor, source);
    memcpy(e->source, source, sizeof source);
    memcpy(e->target, target, sizeof target);
}

/* Is it over, for its date without a year? What is promised or announced in the past may be to come. */
static dtn_tense tense_of(const finder *f, const dtn_event *e)
{
    const dtn_word *w = &f->words[e->trigger];
    if (e->modality == DTN_FUTURE)
        return DTN_IS_TO_COME;
    if (e->modality == DTN_HYPOTHETICAL || dtn_one_of(e->type, "REQUEST|THREATEN|REJECT") ||
        (strcmp(e->type, "AGREE") == 0 && strcmp(e->cameo, "057") != 0) ||
        (e->is_nominal && strcmp(e->type, "ASSAULT") != 0))
        return DTN_NO_TENSE;
    for (int steps = 0; w->tag != DTN_TAG_VERB || strcmp(w->xtag, "VBG") == 0; steps++) {
        if (w->head == DTN_NO_WORD || steps == DTN_EVENT_STEPS ||
            !(dtn_is_rel(w, "nsubj") || dtn_is_rel(w, "obj") || dtn_is_rel(w, "obl") ||
              dtn_is_rel(w, "advcl")))
            return DTN_NO_TENSE;
        w = &f->words[w->head];
    }
    const uint32_t aux = dtn_child(f->words, (uint32_t)(w - f->words), "aux");
    return strcmp(w->xtag, "VBD") == 0 ||
                   (strcmp(w->xtag, "VBN") == 0 &&
                    (aux == DTN_NO_WORD ||
                     dtn_one_of(f->words[aux].form, "was|were|had|has|have|been|Was|Were|Had")))
               ? DTN_IS_PAST
               : DTN_NO_TENSE;
}

/* "Killed three on Monday and four on Tuesday": from the one day to the other. */
static void widen_date(const finder *f, dtn_event *e)
{
    char last[22];
    uint32_t at = 0, to = 0;
    if (!e->has_toll || e->toll.until == DTN_NO_WORD || strlen(e->date) != 10 ||
        e->date_last == DTN_NO_WORD || e->date_last > e->toll.until ||
        !dtn_date_in(f->words, e->toll.until, f->n - 1, f->day, last, &at, &to) ||
        strlen(last) != 10 || strcmp(e->date, last) >= 0)
        return;
    e->date[10] = '/';
    memcpy(e->date + 11, last, sizeof e->date - 11);
    e->date_last = to;
}

/* "Hospital strike kills 20": the noun, or the verb that it is the subject of. */
static void struck_by(const finder *f, uint32_t i, char out[DTN_MAX_ACTOR_TEXT])
{
    const dtn_word *w = f->words;
    const uint32_t noun = w[i].tag == DTN_TAG_VERB ? dtn_child(w, i, "nsubj") : i;
    for (uint32_t c = noun == DTN_NO_WORD ? noun : w[noun].first_child; c != DTN_NO_WORD;
         c = w[c].next_sibling)
        if (dtn_is_rel(&w[c], "compound") && dtn_event_is_struck(f, c))
            (void)dtn_actor_list(f->ew, w, f->n, c, f->day, out);
}

static void add_event(finder *f, uint32_t i, const dtn_event_sense *sense, uint32_t clause)
{
    const bool is_noun =
        f->words[i].tag == DTN_TAG_NOUN || f->words[i].tag == DTN_TAG_PROPN ||
        (f->words[i].tag == DTN_TAG_ADJ && !sense_of_verb(f, i) && !is_dead_ones(f, i));
    dtn_event e = {.sentence = f->sentence,
                   .trigger = i,
                   .type = sense->type,
                   .mode = sense->mode,
                   .cameo = sense->cameo,
                   .is_nominal = is_noun,
                   .date_first = DTN_NO_WORD,
                   .date_last = DTN_NO_WORD};
    bool is_said = false;
    if (is_noun) {
        is_said = roles_of_noun(f, i, sense, &e);
    } else {
        source_of_verb(f, i, e.source);
        target_of_verb(f, i, sense, e.source, e.target);
        if (clause != DTN_NO_WORD && strcmp(sense->type, "REQUEST") == 0) {
            const uint32_t who = dtn_child(f->words, clause, "nsubj");
            (void)dtn_event_actor_at(f, who, e.target);
        }
    }
    const bool has_speaker =
        is_said || e.speaker[0] || (clause == DTN_NO_WORD && dtn_event_speaker(f, i, e.speaker));
    e.modality = dtn_event_modality(f, i, has_speaker);
    e.is_outer = !is_inside_of_event(f, i);
    set_extent(f, &e);
    (void)dtn_date_of(f->words, f->n, i, tense_of(f, &e),
                      f->last.has_day_told ? f->last.day_told : DTN_NO_DAY, f->day, e.date,
                      &e.date_first, &e.date_last);
    const uint32_t noun = is_noun ? i : dtn_event_antecedent(f, i);
    char old[22];
    if (noun != DTN_NO_WORD && dtn_date_remembered(f->words, f->n, noun, f->day, old)) {
        memcpy(e.date, old, sizeof old); /* "ten years after the bombing that killed 38" */
        e.date_first = e.date_last = DTN_NO_WORD;
    }
    const dtn_event_sense *by = NULL;
    if (is_noun && (dtn_event_is_to_end(f, i) || dtn_event_is_lifted(f, i, &by))) {
        e.date[0] = '\0'; /* of its end */
        e.date_first = e.date_last = DTN_NO_WORD;
    }
    add_places(f, &e);
    if (sense->kills)
        e.has_toll = dtn_toll_of(f->ew, f->words, f->n, i, f->day, &e.toll, &e.victims);
    widen_date(f, &e);
    if (e.has_toll && e.toll.is_feared && e.modality != DTN_DENIED)
        e.modality = DTN_HYPOTHETICAL; /* what is only feared is in no sum */
    char blamed[DTN_MAX_ACTOR_TEXT];
    memcpy(blamed, is_said ? e.source : "", is_said ? sizeof blamed : 1);
    dtn_roles_choose(f, &e);
    if (is_noun && e.has_toll && !e.source[0] && strlen(e.target) == 3 &&
        !dtn_is_bare_sector(e.target) && dtn_is_bare_sector(e.toll.of))
        memcpy(e.target + 3, e.toll.of, 4); /* "a blast in the capital killed nine policemen" */
    if (!e.target[0] && strcmp(e.type, "ASSAULT") == 0)
        struck_by(f, i, e.target);
    if (blamed[0]) {
        memcpy(e.source, blamed, sizeof blamed);
        if (strcmp(e.target, blamed) == 0)
            e.target[0] = '\0';
    }
    const uint32_t self = is_noun ? DTN_NO_WORD : dtn_event_subject(f, i);
    if (self != DTN_NO_WORD && dtn_one_of(f->words[self].lemma, "we|i") && e.speaker[0] &&
        !dtn_event_is_passive(f, i))
        memcpy(e.source, e.speaker, sizeof e.source); /* "we killed twelve," the rebels said */
    const bool is_loss = e.has_toll && strcmp(f->words[i].lemma, "lose") == 0;
    if (is_loss || (!e.target[0] && e.has_toll && strcmp(e.cameo, "186") == 0 && !is_noun &&
                    dtn_event_is_passive(f, i)))
        memcpy(e.target, e.toll.of, sizeof e.target); /* "as many as 40 people were killed" */
    dtn_roles_own_speaker(f, e.speaker);
    if (dtn_one_of(e.type, "ASSAULT|CONSULT|AGREE|COOPERATE"))
        roles_between(f, &e);
    if (!f->trace) {
        dtn_events_take_up(f, &e);
        dtn_events_take_up_death(f, &e);
    }
    DTN_PUSH(f->arena, f->events, f->n_event, f->cap_event, e);
}

/* The last actors, for pronouns to come. */
static void remember(finder *f)
{
    f->last.day_told =
        dtn_date_told(f->words, f->n, f->last.has_day_told ? f->last.day_told : DTN_NO_DAY, f->day);
    f->last.has_day_told = f->last.day_told != DTN_NO_DAY;
    for (uint32_t i = 0; i < f->n; i++) {
        char code[DTN_MAX_ACTOR_TEXT];
        if (!dtn_is_rel(&f->words[i], "nsubj") || f->words[i].tag == DTN_TAG_PRON ||
            !dtn_actor_list(f->ew, f->words, f->n, i, f->day, code))
            continue;
        memcpy(f->last.group, code, sizeof code);
        if (strcmp(f->words[i].xtag, "NNP") == 0 || strcmp(f->words[i].xtag, "NN") == 0)
            memcpy(f->last.person, code, sizeof code);
    }
}

/* "Killed", the head of a column: one word and marks tell nothing. */
static bool is_label(const finder *f)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->n; i++)
        n += f->words[i].tag != DTN_TAG_PUNCT && f->words[i].tag != DTN_TAG_SYM;
    return n <= 1;
}

static void find_in_sentence(finder *f)
{
    f->first_here = f->n_event;
    if (is_label(f))
        return;
    dtn_roles_candidates(f);
    for (uint32_t i = 0; i < f->n; i++) {
        uint32_t clause = DTN_NO_WORD;
        const dtn_event_sense *sense = sense_of_speech(f, i, &clause);
        if (!sense) {
            clause = DTN_NO_WORD;
            sense = sense_at(f, i);
        }
        if (sense)
            add_event(f, i, sense, clause);
    }
    if (!f->trace) { /* whoever traces counts every trigger */
        dtn_events_merge(f);
        dtn_events_take_dead(f);
        dtn_events_toll_again(f);
        dtn_event_note_disaster(f);
    }
    remember(f);
}

static void go_to(finder *f, const dtn_word *const *sentences, const uint32_t *n, size_t s)
{
    f->words = sentences[s];
    f->n = n[s];
    f->sentence = (uint32_t)s;
}

/* "The strike", in a title, is what the first strike that the text tells of will be. */
static void look_ahead(finder *f, const dtn_word *const *sentences, const uint32_t *n, size_t first,
                       size_t n_sentence)
{
    for (size_t s = first; s < n_sentence && s < first + SENTENCES_AHEAD &&
                           f->last.strikes <= DTN_STRIKE_MAYBE_LABOUR;
         s++) {
        go_to(f, sentences, n, s);
        if (f->n)
            dtn_event_note_strikes(f);
    }
}

void dtn_events_find_traced(const dtn_event_words *words, const dtn_word *const *sentences,
                            const uint32_t *n, size_t first, size_t n_sentence,
                            int64_t document_day, dtn_event_memory *memory, dtn_arena *arena,
                            dtn_event_trace trace, void *ctx, dtn_event **out, size_t *n_out)
{
    finder f = {.ew = words, .day = document_day, .arena = arena, .trace = trace, .trace_ctx = ctx};
    if (memory)
        f.last = *memory;
    for (size_t i = 0; i < f.last.n_recent; i++) /* from how long ago to where that is here */
        f.last.recent[i].sentence = (uint32_t)first - f.last.recent[i].sentence;
    f.last.disaster = (uint32_t)first - f.last.disaster;
    f.last.dead_sentence = (uint32_t)first - f.last.dead_sentence;
    look_ahead(&f, sentences, n, first, n_sentence);
    for (size_t s = first; s < n_sentence; s++) {
        go_to(&f, sentences, n, s);
        if (f.n) {
            dtn_event_note_strikes(&f);
            find_in_sentence(&f);
        }
    }
    if (memory) {
        *memory = f.last;
        dtn_events_remember(&f, (uint32_t)n_sentence, memory);
    }
    *out = f.events;
    *n_out = f.n_event;
}

void dtn_events_find(const dtn_event_words *words, const dtn_word *const *sentences,
                     const uint32_t *n, size_t n_sentence, int64_t document_day, dtn_arena *arena,
                     dtn_event **out, size_t *n_out)
{
    dtn_events_find_traced(words, sentences, n, 0, n_sentence, document_day, NULL, arena, NULL,
                           NULL, out, n_out);
}
