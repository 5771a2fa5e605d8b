/* Strikes of those who stop work, and those of armies.
 *
 * A strike is the workers' where the words beside it say so: who strikes ("the miners' strike", "a strike by nurses",
 * "drivers continued their strike"), which kind ("a rail strike", "a wildcat strike"), what for ("a strike over pay"), and "on strike".
 * It is an army's where they name a weapon, an aim, an owner who is armed, or somebody whom it kills. A bare "the strike" is
 * what the document's last strike was; before the first one, what the first one will be. The words stand in
 * reader/classes.tsv (labour, toil, pay, armed).
 */
#include "events/inner.h"

#include <string.h>

typedef dtn_event_finder finder;

static bool is_strike(const dtn_word *w) { return strcmp(w->lemma, "strike") == 0; }

static bool is_noun(const dtn_word *w)
{
    return w->tag == DTN_TAG_NOUN || w->tag == DTN_TAG_PROPN || w->tag == DTN_TAG_ADJ;
}

static bool is_of(const finder *f, uint32_t i, const char *class_name)
{
    return dtn_event_is_word_of(f, class_name, f->words[i].lemma) ||
           dtn_event_is_word_of(f, class_name, f->words[i].form);
}

/* Somebody who may stop work, in what is joined to the phrase or stands in it: "the drivers' union", "Unite members". */
static bool is_worker(const finder *f, uint32_t i)
{
    uint32_t members[DTN_MAX_MEMBERS];
    if (i == DTN_NO_WORD)
        return false;
    const size_t n_member = dtn_members(f->words, f->n, i, members);
    for (size_t k = 0; k < n_member; k++)
        if (is_of(f, members[k], "labour"))
            return true;
    for (uint32_t c = f->words[i].first_child; c != DTN_NO_WORD; c = f->words[c].next_sibling)
        if ((dtn_is_rel(&f->words[c], "nmod") || dtn_is_rel(&f->words[c], "compound") ||
             dtn_is_rel(&f->words[c], "nmod:poss")) &&
            !dtn_event_has_marker(f, c, "near|in|at|on|by|with") &&
            dtn_event_is_word_of(f, "labour", f->words[c].lemma) &&
            dtn_event_is_word_of(f, "members", f->words[i].lemma))
            return true;
    return false;
}

/* "The three-week strike", "a 24-hour strike": weeks are no length of a bombardment. */
static bool is_length(const char *form)
{
    const char *dash = strrchr(form, '-');
    return dash && dash != form &&
           dtn_one_of(dash + 1, "week|month|hour|day|weeks|months|days|year");
}

/* The words right before the noun, back to where its phrase begins. */
static bool has_before(const finder *f, uint32_t i, bool (*is_it)(const finder *, uint32_t))
{
    const dtn_word *w = f->words;
    for (uint32_t k = i; k-- > 0 && k + 5 > i;) {
        if (is_it(f, k))
            return true;
        if (!is_noun(&w[k]) && !dtn_one_of(w[k].form, "-|'s|'|\xe2\x80\x99s|\xe2\x80\x99") &&
            w[k].tag != DTN_TAG_NUM)
            return false;
    }
    return false;
}
static bool is_toil(const finder *f, uint32_t k)
{
    return is_of(f, k, "toil") || is_of(f, k, "labour") || is_length(f->words[k].form) ||
           (dtn_one_of(f->words[k].lemma, "week|hour|month") && k > 0 &&
            strcmp(f->words[k - 1].form, "-") == 0);
}
/* Armed, or a state where no workers' strike has been told of: "the French strike" may be either. */
static bool is_armed_actor(const finder *f, const char *who)
{
    return strlen(who) == 3 && !dtn_one_of(who, "MIL|REB|COP|SPY")
               ? f->last.strikes != DTN_STRIKE_LABOUR && !dtn_is_bare_sector(who)
               : !dtn_one_of(who + (strlen(who) == 6 ? 3 : 0), "CIV|OPP|BUS|EDU|MED|HLH|LAB|JRN");
}
static bool is_armed(const finder *f, uint32_t k)
{
    char who[DTN_MAX_ACTOR_TEXT];
    return is_of(f, k, "armed") ||
           (f->words[k].tag != DTN_TAG_PUNCT && f->words[k].tag != DTN_TAG_PART &&
            dtn_event_actor_at(f, k, who) && is_armed_actor(f, who));
}

/* "Over pay", "for higher wages", "in protest at the cuts". */
static bool is_for_pay(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    uint32_t k = i + 1;
    for (; k < f->n && k < i + 6 && !dtn_one_of(w[k].lemma, "over|for|against"); k++)
        if (w[k].tag == DTN_TAG_PUNCT || dtn_one_of(w[k].lemma, "on|kill"))
            return false;
    for (uint32_t p = k + 1; k < f->n && p < f->n && p < k + 6 && w[p].tag != DTN_TAG_PUNCT; p++)
        if (dtn_event_is_word_of(f, "pay", w[p].lemma))
            return true;
    return false;
}

/* "Were on strike", "went on strike"; not "on strike targets". */
static bool is_on_strike(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    return i > 0 && is_noun(&w[i]) && strcmp(w[i - 1].lemma, "on") == 0 &&
           strcmp(w[i].form, "strike") == 0 && !(i + 1 < f->n && dtn_is_rel(&w[i], "compound"));
}

/* The verb that the strike is object or subject of, called by those who work: "drivers continued their strike". */
static bool is_called_by_workers(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    uint32_t verb = w[i].head;
    for (int steps = 0; steps < 3 && verb != DTN_NO_WORD && w[verb].tag != DTN_TAG_VERB; steps++)
        verb = w[verb].head;
    if (verb == DTN_NO_WORD || w[verb].tag != DTN_TAG_VERB ||
        !dtn_event_is_word_of(f, "calling", w[verb].lemma) ||
        !(dtn_is_rel(&w[i], "obj") || dtn_is_rel(&w[i], "obl") || dtn_is_rel(&w[i], "xcomp")))
        return false;
    return is_worker(f, dtn_event_subject(f, verb));
}

/* "A strike killed three", "died in a strike". */
static bool kills(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (i + 1 < f->n && dtn_event_is_word_of(f, "striking", w[i + 1].lemma))
        return true;
    const uint32_t verb =
        dtn_is_rel(&w[i], "nsubj") || dtn_is_rel(&w[i], "obl") ? w[i].head : DTN_NO_WORD;
    if (verb != DTN_NO_WORD && dtn_event_is_word_of(f, "striking", w[verb].lemma) &&
        (dtn_is_rel(&w[i], "nsubj") || dtn_event_has_marker(f, i, "in|by")))
        return true;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if (dtn_is_rel(&w[c], "acl") && dtn_event_is_word_of(f, "striking", w[c].lemma))
            return true;
    return false;
}

/* "Strikes on the port"; not "a strike on Monday", "on the railways". */
static bool has_aim(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    char date[22];
    uint32_t at = 0, to = 0;
    if (i + 2 >= f->n || strcmp(w[i + 1].lemma, "on") != 0 ||
        (dtn_date_in(w, i + 2, f->n - 1, f->day, date, &at, &to) && at == i + 2))
        return false;
    for (uint32_t k = i + 2; k < f->n && k < i + 5; k++)
        if (dtn_event_is_word_of(f, "toil", w[k].lemma))
            return false;
    return true;
}

/* What the words beside a strike say of it; unknown: nothing. */
static dtn_strike_kind beside(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (w[i].tag == DTN_TAG_VERB) {
        if (dtn_child(w, i, "obj") != DTN_NO_WORD)
            return DTN_STRIKE_UNKNOWN;
        return is_for_pay(f, i) ||
                       (!dtn_event_is_passive(f, i) && is_worker(f, dtn_child(w, i, "nsubj")))
                   ? DTN_STRIKE_LABOUR
                   : DTN_STRIKE_UNKNOWN;
    }
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling)
        if ((dtn_is_rel(&w[c], "nmod:poss") ||
             (dtn_is_rel(&w[c], "nmod") && dtn_event_has_marker(f, c, "by|of|among"))) &&
            is_worker(f, c))
            return DTN_STRIKE_LABOUR;
    if (kills(f, i))
        return DTN_STRIKE_ARMED;
    if (has_before(f, i, is_toil) ||
        (i + 2 < f->n && strcmp(w[i + 1].lemma, "by") == 0 && is_toil(f, i + 2)))
        return DTN_STRIKE_LABOUR;
    if (is_on_strike(f, i))
        return DTN_STRIKE_LABOUR;
    if (has_before(f, i, is_armed) || has_aim(f, i))
        return DTN_STRIKE_ARMED;
    for (uint32_t c = w[i].first_child; c != DTN_NO_WORD; c = w[c].next_sibling) {
        char who[DTN_MAX_ACTOR_TEXT];
        if ((dtn_is_rel(&w[c], "nmod:poss") ||
             (dtn_is_rel(&w[c], "nmod") && dtn_event_has_marker(f, c, "by|from"))) &&
            dtn_event_actor_at(f, c, who) && is_armed_actor(f, who))
            return DTN_STRIKE_ARMED;
    }
    return is_for_pay(f, i) || is_called_by_workers(f, i) ? DTN_STRIKE_LABOUR : DTN_STRIKE_UNKNOWN;
}

/* A union of workers, not one of states or a currency's: a plain word, and nothing before it that says so. */
static bool is_of_unions(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (dtn_event_is_word_of(f, "unionism", w[i].lemma))
        return true;
    return (dtn_one_of(w[i].form, "union|unions") ||
            (i == 0 && strcmp(w[i].form, "Unions") == 0)) &&
           !(i > 0 && dtn_event_is_word_of(f, "confederate", w[i - 1].lemma));
}

void dtn_event_note_strikes(finder *f)
{
    const dtn_word *w = f->words;
    for (uint32_t i = 0; i < f->n; i++) {
        dtn_strike_kind kind = DTN_STRIKE_UNKNOWN;
        if (is_strike(&w[i]))
            kind = beside(f, i);
        else if (dtn_event_is_word_of(f, "bombardment", w[i].lemma))
            kind = DTN_STRIKE_ARMED;
        else if (f->last.strikes == DTN_STRIKE_UNKNOWN && is_of_unions(f, i))
            kind = DTN_STRIKE_MAYBE_LABOUR;
        if (kind != DTN_STRIKE_UNKNOWN)
            f->last.strikes = kind;
    }
}

bool dtn_event_is_labour(const finder *f, uint32_t i)
{
    const dtn_word *w = f->words;
    if (w[i].tag == DTN_TAG_VERB &&
        !is_strike(&w[i])) { /* "launched a strike": the sense is the object's */
        const uint32_t object = dtn_child(w, i, "obj");
        return object != DTN_NO_WORD && is_strike(&w[object]) && dtn_event_is_labour(f, object);
    }
    if (!is_strike(&w[i]))
        return false;
    const dtn_strike_kind kind = beside(f, i);
    return kind == DTN_STRIKE_LABOUR ||
           (kind == DTN_STRIKE_UNKNOWN && w[i].tag != DTN_TAG_VERB &&
            (f->last.strikes == DTN_STRIKE_LABOUR || f->last.strikes == DTN_STRIKE_MAYBE_LABOUR));
}

bool dtn_event_is_walkout(const finder *f, uint32_t i)
{
    return strcmp(f->words[i].lemma, "walk") == 0 && is_worker(f, dtn_event_subject(f, i));
}
